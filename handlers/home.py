"""The App Home tab: drawn when it is opened and after every change."""

import asyncio
import logging
from enum import StrEnum
from typing import Any

import aiohttp
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core import dates
from bot.core.errors import NotFound
from bot.core.prose import Prose, Words
from bot.domain import home
from bot.domain.home import Today
from bot.domain.nudges import CHECK_IN
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import asks, bins, brag, feedback, goals, kit, members, nudges, outbox, pitches, privacy, wins
from handlers.asks import Ids as Asks
from handlers.errands import Errands
from handlers.goals import Ids as Goals
from handlers.kit import Block
from handlers.members import Ids as Settings
from handlers.outbox import Tokens
from handlers.replies import Reply
from handlers.reviews import Ids as Reviews
from handlers.wins import Ids as Wins

log = logging.getLogger(__name__)

# So much of what will come is shown at once.
COMING_SHOWN = 3

# So many last drawings are remembered by a process.
REMEMBERED = 10_000

# Whoever erased everything changes nothing more that would draw their Home, and their words stand there until it is
# cleared; so a Slack that refuses is asked again after so many seconds, as long as a stop waits for it.
CLEARED_AGAIN = (0.5, 2.0, 4.0)


class Ids(StrEnum):
    """What can be clicked here and nowhere else."""

    HELP = "home.help"


def register(app: AsyncApp) -> None:
    app.event("app_home_opened")(draw)
    app.action(Ids.HELP)(show_help)


async def draw(event: dict[str, Any], coach: Coach, who: Principal) -> None:
    """The Home tab was opened."""
    if event.get("tab") == "home":
        async with coach.session(who) as session:
            await home.visit(session)
        coach.changes.tell(who)


async def show_help(coach: Coach, reply: Reply) -> BoltResponse:
    return await reply.say(members.usage(coach.prose))


class Redrawing:
    """Draws the Home of members who opened it or whose data changed; several changes at once make one drawing more.

    A drawing names the one it replaces by its hash (https://docs.slack.dev/reference/methods/views.publish), so that
    what another process has drawn since is not replaced by something older: it is drawn anew from what is stored.
    """

    def __init__(self, coach: Coach, tokens: Tokens, errands: Errands) -> None:
        self._coach = coach
        self._tokens = tokens
        self._errands = errands
        self._wanted: dict[Principal, bool] = {}
        self._hashes: dict[Principal, str] = {}

    def __call__(self, who: Principal) -> None:
        if who in self._wanted:
            self._wanted[who] = True
        else:
            self._wanted[who] = False
            self._errands.start(self._redraw(who))

    async def _redraw(self, who: Principal) -> None:
        try:
            await self._draw(who)
            while self._wanted[who]:
                self._wanted[who] = False
                await self._draw(who)
        finally:
            del self._wanted[who]

    async def _draw(self, who: Principal) -> None:
        found = await self._tokens.find(who.team_id)
        if found is None:
            return
        client = outbox.client(self._coach, found.bot_token)
        for pause in (*CLEARED_AGAIN, None):
            if await self._is_drawn(who, client) or pause is None or not await self._is_gone(who):
                return
            await asyncio.sleep(pause)

    async def _is_drawn(self, who: Principal, client: AsyncWebClient) -> bool:
        try:
            if not await self._publish(who, client, self._hashes.get(who)):
                await self._publish(who, client, None)
        except SlackApiError as refused:
            log.warning("home.refused", extra={"error": outbox.word_of(refused)})
            return False
        except (aiohttp.ClientError, TimeoutError, OSError) as silence:
            log.warning("home.refused", extra={"reason": type(silence).__name__})
            return False
        return True

    async def _is_gone(self, who: Principal) -> bool:
        try:
            async with self._coach.session(who, present=False):
                return False
        except NotFound:
            return True

    async def _publish(self, who: Principal, client: AsyncWebClient, replaced: str | None) -> bool:
        """Draw what is stored now; False when another drawing than the `replaced` one is there."""
        try:
            async with self._coach.session(who, present=False) as session:
                view = await page(session, self._coach)
        except NotFound:
            # They have erased everything.
            view = privacy.empty_home(self._coach.prose)
        try:
            drawn = await client.views_publish(user_id=who.user_id, view=view, hash=replaced)
        except SlackApiError as refused:
            self._hashes.pop(who, None)
            if replaced and outbox.word_of(refused) == "hash_conflict":
                return False
            raise
        if len(self._hashes) >= REMEMBERED:
            self._hashes.clear()
        self._hashes[who] = drawn["view"]["hash"]
        return True


async def page(session: MemberSession, coach: Coach) -> dict[str, Any]:
    """The Home view."""
    prose = coach.prose
    today = await home.gather(session, coach.settings.spread_minutes)
    words = prose.words(
        "home/today",
        today=today,
        left_out=today.this_week - len(today.wins),
        goals_left_out=today.goals.total - len(today.goals.goals),
        asks_left_out=today.asks.total - len(today.asks.asks),
    )
    blocks: list[Block] = [kit.header(words.heading), kit.context(words.date)]
    if not today.settled_in:
        blocks += [*members.introduction(prose, session), kit.divider()]
    blocks += nudges.unanswered(prose, today.ahead)
    parts = (_week, _goals, _asks, _feedback, _ahead, _last_draft)
    for part in parts:
        blocks += [*part(prose, words, today), kit.divider()]
    return kit.home([*blocks, _around(words), kit.context(words.private)])


def _week(prose: Prose, words: Words, today: Today) -> list[Block]:
    heading = words.week if today.this_week else words.lately if today.wins else words.empty
    lines = [wins.line(prose, win, today.today) for win in today.wins]
    more = [kit.context(words.more)] if today.this_week > len(today.wins) else []
    buttons = [kit.button(words.log, Wins.LOG, style="primary")]
    if today.total:
        buttons += [
            kit.button(words.list, Wins.SHOW),
            kit.button(words.export, brag.Ids.START),
            kit.button(words.look_back, Wins.LOOK_BACK),
        ]
    return [kit.section(heading), *lines, *more, kit.actions(*buttons)]


def _goals(prose: Prose, words: Words, today: Today) -> list[Block]:
    if not today.goals.total:
        return [kit.section(words.no_goals, accessory=kit.button(words.set_goal, Goals.NEW))]
    left_out = today.goals.total > len(today.goals.goals)
    return [
        kit.section(words.goals),
        *goals.home_lines(prose, today.goals, today.today),
        *([kit.context(words.more_goals)] if left_out else []),
        kit.actions(
            kit.button(words.all_goals, Goals.SHOW),
            kit.button(words.map, Goals.MAP),
            kit.button(words.set_goal, Goals.NEW),
        ),
    ]


def _asks(prose: Prose, words: Words, today: Today) -> list[Block]:
    if not today.asks.total:
        return [kit.section(words.no_asks, accessory=kit.button(words.begin_ask, Asks.NEW))]
    left_out = today.asks.total > len(today.asks.asks)
    return [
        kit.section(words.asks),
        *asks.home_lines(prose, today.asks, today.today),
        *([kit.context(words.more_asks)] if left_out else []),
        kit.actions(kit.button(words.all_asks, Asks.SHOW), kit.button(words.begin_ask, Asks.NEW)),
    ]


def _feedback(prose: Prose, _words: Words, today: Today) -> list[Block]:
    return feedback.home_lines(prose, today.feedback)


def _ahead(prose: Prose, words: Words, today: Today) -> list[Block]:
    ahead = today.ahead
    coming = nudges.coming(prose, ahead.coming[:COMING_SHOWN])
    rows = [*nudges.away(prose, ahead), *(coming or [kit.section(words.nothing_planned)])]
    more = [kit.button(words.all, nudges.Ids.SHOW)] if len(ahead.coming) > COMING_SHOWN else []
    asked = any(row.kind == CHECK_IN.name for row in ahead.open)
    now = [] if asked else [kit.button(words.check_in_now, Reviews.ANSWER)]
    buttons = [kit.actions(*more, *now)] if more or now else []
    return [kit.section(words.ahead), *rows, *buttons]


def _last_draft(prose: Prose, words: Words, today: Today) -> list[Block]:
    pitch = today.last_pitch
    if pitch is None:
        return [kit.section(words.no_draft, accessory=kit.button(words.draft, pitches.Ids.NEW))]
    said = dates.said(today.last_pitch_on or today.today, today.today)
    about = prose.words("home/today", name=pitches.name(prose, pitch), said=said)
    opened = kit.button(words.open_draft, pitches.Ids.OPEN, pitch.id)
    return [
        kit.section(about.last_draft, accessory=opened),
        kit.actions(kit.button(words.draft, pitches.Ids.NEW)),
    ]


def _around(words: Words) -> Block:
    """What is not of today: settings, the bin, privacy, help."""
    return kit.actions(
        kit.button(words.settings, Settings.OPEN),
        kit.button(words.bin, bins.Ids.SHOW),
        kit.button(words.privacy, privacy.Ids.SHOW),
        kit.button(words.help, Ids.HELP),
    )
