"""The App Home tab: drawn when it is opened and after every change."""

import logging
from enum import StrEnum
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core import dates
from bot.core.prose import Prose, Words
from bot.domain import home
from bot.domain.home import Today
from bot.domain.nudges import CHECK_IN
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit, members, nudges, outbox, pitches, wins
from handlers.errands import Errands
from handlers.kit import Block
from handlers.members import Ids as Settings
from handlers.outbox import Tokens
from handlers.replies import Reply
from handlers.reviews import Ids as Reviews
from handlers.wins import Ids as Wins

log = logging.getLogger(__name__)

# So much of what will come is shown at once.
COMING_SHOWN = 3


class Ids(StrEnum):
    """What can be clicked here and nowhere else."""

    HELP = "home.help"


def register(app: AsyncApp) -> None:
    app.event("app_home_opened")(draw)
    app.action(Ids.HELP)(show_help)


async def draw(
    event: dict[str, Any], coach: Coach, who: Principal, client: AsyncWebClient, errands: Errands
) -> None:
    """The Home tab was opened."""
    if event.get("tab") == "home":
        async with coach.session(who) as session:
            await home.visit(session)
            view = await page(session, coach)
        errands.start(client.views_publish(user_id=who.user_id, view=view))


async def show_help(coach: Coach, reply: Reply) -> BoltResponse:
    return await reply.say(members.usage(coach.prose))


class Redrawing:
    """Draws the Home of members whose data changed; several changes at once make one drawing more."""

    def __init__(self, coach: Coach, tokens: Tokens, errands: Errands) -> None:
        self._coach = coach
        self._tokens = tokens
        self._errands = errands
        self._wanted: dict[Principal, bool] = {}

    def __call__(self, who: Principal) -> None:
        if who in self._wanted:
            self._wanted[who] = True
        else:
            self._wanted[who] = False
            self._errands.start(self._redraw(who))

    async def _redraw(self, who: Principal) -> None:
        try:
            await self._publish(who)
            while self._wanted[who]:
                self._wanted[who] = False
                await self._publish(who)
        finally:
            del self._wanted[who]

    async def _publish(self, who: Principal) -> None:
        found = await self._tokens.find(who.team_id)
        if found is None:
            return
        async with self._coach.session(who, present=False) as session:
            view = await page(session, self._coach)
        try:
            await outbox.client(self._coach, found.bot_token).views_publish(user_id=who.user_id, view=view)
        except SlackApiError as refused:
            log.warning("home.refused", extra={"error": outbox.word_of(refused)})


async def page(session: MemberSession, coach: Coach) -> dict[str, Any]:
    """The Home view."""
    prose = coach.prose
    today = await home.gather(session, coach.settings.spread_minutes)
    left_out = len(today.wins) - home.WINS_SHOWN
    words = prose.words("home/today", today=today, left_out=left_out)
    blocks: list[Block] = [kit.header(words.heading), kit.context(words.date)]
    if not today.settled_in:
        blocks += _welcome(prose, session)
    blocks += nudges.unanswered(prose, today.ahead)
    blocks += [*_week(prose, words, today, left_out), kit.divider(), *_ahead(prose, words, today)]
    return kit.home([*blocks, kit.divider(), kit.context(words.private)])


def _welcome(prose: Prose, session: MemberSession) -> list[Block]:
    return [*members.introduction(prose, session), kit.divider()]


def _week(prose: Prose, words: Words, today: Today, left_out: int) -> list[Block]:
    lines: list[Block] = [kit.section(words.week if today.wins else words.empty)]
    lines += [wins.line(prose, win, today.today) for win in today.wins[: home.WINS_SHOWN]]
    if left_out > 0:
        lines.append(kit.context(words.more))
    buttons = [kit.button(words.log, Wins.LOG, style="primary")]
    if today.total:
        buttons += [kit.button(words.list, Wins.SHOW), kit.button(words.draft, pitches.Ids.NEW)]
    return [*lines, kit.actions(*buttons)]


def _ahead(prose: Prose, words: Words, today: Today) -> list[Block]:
    ahead = today.ahead
    coming = nudges.coming(prose, ahead.coming[:COMING_SHOWN])
    rows = [*nudges.away(prose, ahead), *(coming or [kit.section(words.nothing_planned)])]
    more = [kit.button(words.all, nudges.Ids.SHOW)] if len(ahead.coming) > COMING_SHOWN else []
    asked = any(row.kind == CHECK_IN.name for row in ahead.open)
    now = [] if asked else [kit.button(words.check_in_now, Reviews.ANSWER)]
    buttons = kit.actions(
        *more, *now, kit.button(words.settings, Settings.OPEN), kit.button(words.help, Ids.HELP)
    )
    return [kit.section(words.ahead), *rows, buttons, kit.divider(), _last_draft(prose, words, today)]


def _last_draft(prose: Prose, words: Words, today: Today) -> Block:
    pitch = today.last_pitch
    if pitch is None:
        return kit.section(words.no_draft)
    said = dates.said(today.last_pitch_on or today.today, today.today)
    about = prose.words("home/today", today=today, left_out=0, name=pitches.name(prose, pitch), said=said)
    return kit.section(about.last_draft, accessory=kit.button(words.open_draft, pitches.Ids.OPEN, pitch.id))
