"""Members in Slack: the welcome, settings, pausing, and help."""

import logging
import re
from datetime import date
from enum import StrEnum
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core import dates
from bot.core.errors import NotFound
from bot.core.prose import Prose, Words
from bot.domain import home, members, nudges, reviews
from bot.domain.members import BUDGETS, WEEKDAYS
from bot.domain.nudges import CHECK_IN, FEEDBACK, LOG_WIN, MISSING_RESULT, USUAL, Kind
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.kit import Block
from handlers.outbox import profile, profile_of
from handlers.replies import Reply
from handlers.wins import Ids as Wins

log = logging.getLogger(__name__)

# The value of an undo for whoever was not away before.
NOTHING = ":"

_FROM_TO = re.compile(
    r"(?:from\s+)?(?P<first>.+?)\s+(?:to|until|till|–|-)\s+(?P<until>.+)", re.IGNORECASE | re.DOTALL
)

# The kinds whose frequency can be chosen, as they stand in the form.
CHOOSABLE = (CHECK_IN, LOG_WIN, FEEDBACK, MISSING_RESULT)

# Longer words are given back whole, so that they can be sent again.
SAID_LENGTH = 60


class Ids(StrEnum):
    """What can be clicked and submitted."""

    OPEN = "members.open"
    SAVE = "members.save"
    SUITS = "members.suits"
    RESUME = "members.resume"
    AWAY_AS_BEFORE = "members.away_as_before"


def register(app: AsyncApp) -> None:
    app.action(Ids.OPEN)(open_settings)
    app.view(Ids.SAVE)(save)
    app.action(Ids.SUITS)(accept)
    app.action(Ids.RESUME)(click_resume)
    app.action(Ids.AWAY_AS_BEFORE)(away_as_before)
    app.event("user_change")(follow_profile)


async def settle_in(coach: Coach, who: Principal) -> kit.Message | None:
    """Plan a new member's first check-in, once; the hello that is to be said then."""
    async with coach.session(who) as session:
        return welcome(coach.prose, session) if await reviews.settle_in(session) else None


async def say_hello(client: AsyncWebClient, who: Principal, message: kit.Message) -> None:
    """The first words, in the DM."""
    opened = await client.conversations_open(users=who.user_id)
    await client.chat_postMessage(
        channel=opened["channel"]["id"], unfurl_links=False, unfurl_media=False, **message.as_arguments()
    )


async def open_settings(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await settings("", coach, who, reply)


async def settings(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach settings`."""
    async with coach.session(who) as session:
        view, instead = form(coach.prose, session), chosen(coach.prose, session)
    return await reply.open(view, instead=instead)


async def save(
    view: dict[str, Any], coach: Coach, who: Principal, reply: Reply, client: AsyncWebClient
) -> BoltResponse:
    typed = kit.values(view)
    wishes = {
        name: typed.get(name) or "" for name in ("weekday", "time", "hours_start", "hours_end", "budget")
    }
    zone = (typed.get("zone") or "").strip()
    follows_again = not zone and kit.carried(view).get("pinned")
    slack_zone = (await profile_of(client, who.user_id)).zone if follows_again else None
    async with coach.session(who) as session:
        await members.choose(
            session, slack_zone=slack_zone, zone=zone, days=typed.get("days") or [], **wishes
        )
        for kind in CHOOSABLE:
            often = typed.get(f"often_{kind.name}")
            if often and often != _often(session, kind):
                await nudges.choose_cadence(session, kind, often)
        await nudges.refit(session)
        words = await _planned(session, coach.prose)
        message = kit.Message(words.text, [kit.section(words.saved)], title=words.saved_title)
    return await reply.say(message)


async def accept(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The suggested day and time are fine."""
    async with coach.session(who) as session:
        session.member.onboarded_at = session.member.onboarded_at or session.now
        message = chosen(coach.prose, session)
    return await reply.say(message)


async def pause(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach pause until …`; "until next month" is its first day, "for 2 weeks" a day too."""
    wanted = re.sub(r"^until\b", "", text.strip(), flags=re.IGNORECASE).strip()
    if wanted.casefold() in ("", "for"):
        return await _explain_pause(coach, reply)
    async with coach.session(who) as session:
        before = _absence(session)
        await members.pause(session, wanted)
        message = await _went_away(session, coach.prose, before)
    return await reply.say(message)


async def away(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach away from … to …`; without a first day it is a pause."""
    if re.match(r"\s*(until|for)\b", text, flags=re.IGNORECASE):
        return await pause(text, coach, who, reply)
    days = _FROM_TO.fullmatch(text.strip())
    if days is None:
        return await _explain_pause(coach, reply)
    async with coach.session(who) as session:
        before = _absence(session)
        await members.away(session, days["first"], days["until"])
        message = await _went_away(session, coach.prose, before)
    return await reply.say(message)


async def click_resume(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await resume("", coach, who, reply)


async def resume(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach resume`."""
    async with coach.session(who) as session:
        before = _absence(session)
        await members.resume(session)
        await nudges.refit(session)
        message = await _came_back(session, coach.prose, before)
    return await reply.say(message)


async def away_as_before(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Undo: the pause or absence that held before, `<from>:<until>`, or none."""
    start, end = (_date(part) for part in str(action.get("value")).partition(":")[::2])
    async with coach.session(who) as session:
        if end is None:
            await members.resume(session)
        else:
            await members.be_away(session, start, end)
        await nudges.refit(session)
        message = await (_went_away if end else _came_back)(session, coach.prose, None)
    return await reply.say(message)


async def _explain_pause(coach: Coach, reply: Reply) -> BoltResponse:
    words = coach.prose.words("members/pause", until=None)
    return await reply.say(kit.Message(words.text, [kit.section(words.usage)], title=words.title))


async def _went_away(session: MemberSession, prose: Prose, before: str | None) -> kit.Message:
    await nudges.refit(session)
    member = session.member
    words = prose.words("members/pause", start=member.paused_from, until=member.paused_until)
    undo = [kit.button(words.undo, Ids.AWAY_AS_BEFORE, before)] if before is not None else []
    end = kit.button(words.cancel if member.paused_from else words.resume, Ids.RESUME)
    # Where nothing held before, ending it is the undo.
    buttons = kit.actions(end, *(undo if before != NOTHING else []))
    said = words.away if member.paused_from else words.paused
    return kit.Message(words.text, [kit.section(said), buttons], title=words.title)


async def _came_back(session: MemberSession, prose: Prose, before: str | None) -> kit.Message:
    words = prose.words("members/pause", until=None, at=await home.next_check_in(session))
    undo = before not in (None, NOTHING)
    blocks = [kit.actions(kit.button(words.undo, Ids.AWAY_AS_BEFORE, before))] if undo else []
    return kit.Message(words.text, [kit.section(words.resumed), *blocks], title=words.title)


def _absence(session: MemberSession) -> str:
    """The pause or absence that holds or is planned, as the value of a button."""
    member = session.member
    if member.paused_until is None or member.paused_until <= members.today(session):
        return NOTHING
    return f"{member.paused_from or ''}:{member.paused_until}"


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotFound("old_button") from None


async def help_(_text: str, coach: Coach, _who: Principal, reply: Reply) -> BoltResponse:
    """`/coach help`."""
    return await reply.say(usage(coach.prose))


async def follow_profile(event: dict[str, Any], coach: Coach, body: dict[str, Any]) -> None:
    """Slack says that a profile changed: a member who moved is asked at the new local time."""
    user = event["user"]
    who = Principal(body.get("team_id") or user.get("team_id", ""), user["id"])
    async with coach.database.system() as system:
        if await members.find(system, who) is None:
            return
    async with coach.session(who, present=False) as session:
        await members.follow_profile(session, profile(user))
        if session.member.unreachable is None:
            await nudges.wake(session)
        await nudges.refit(session)


def usage(prose: Prose, *, unknown: str | None = None) -> kit.Message:
    words = prose.words("coach/help", said=kit.clip(unknown or "", SAID_LENGTH))
    puzzled: list[Block] = [kit.section(words.unknown)] if unknown else []
    if unknown and len(unknown) > SAID_LENGTH:
        puzzled += [kit.section(words.given_back), *kit.verbatim(unknown)]
    buttons = kit.actions(kit.button(words.log, Wins.LOG), kit.button(words.settings, Ids.OPEN))
    return kit.Message(
        words.text,
        [*puzzled, kit.section(words.usage), buttons, kit.context(words.private)],
        title=words.title,
    )


def welcome(prose: Prose, session: MemberSession) -> kit.Message:
    words = _when(prose, "members/welcome", session)
    first = kit.actions(kit.button(words.first_win, Wins.LOG, style="primary"))
    return kit.Message(
        words.text, [*introduction(prose, session), first, kit.context(words.example)], title=words.title
    )


def introduction(prose: Prose, session: MemberSession) -> list[Block]:
    """Who Sayso is, who can read what is written here, and when it will ask."""
    words = _when(prose, "members/welcome", session)
    when = kit.actions(kit.button(words.suits, Ids.SUITS), kit.button(words.change, Ids.OPEN))
    return [kit.section(words.hello), kit.section(words.private), kit.section(words.check_in), when]


def chosen(prose: Prose, session: MemberSession) -> kit.Message:
    """The day and time that hold now, with a way to change them and to log a first win."""
    words = _when(prose, "members/welcome", session)
    buttons = kit.actions(
        kit.button(words.first_win, Wins.LOG, style="primary"), kit.button(words.change, Ids.OPEN)
    )
    return kit.Message(words.text, [kit.section(words.settled), buttons], title=words.title)


def form(prose: Prose, session: MemberSession) -> dict[str, Any]:
    words, member = prose.words("members/settings", zone=members.zone(session.member).key), session.member
    wishes = members.wishes_of(member)
    days = [kit.option(label, value) for label, value in zip(dates.WEEKDAYS, WEEKDAYS, strict=True)]
    budgets = [kit.option(words.none if not most else str(most), str(most)) for most in BUDGETS]
    return kit.modal(
        words.title,
        [
            kit.section(words.intro),
            kit.choice_field("weekday", words.weekday, days, chosen=wishes.weekday, optional=False),
            kit.time_field("time", words.time, chosen=wishes.time),
            kit.section(words.hours_intro),
            kit.time_field("hours_start", words.hours_start, chosen=wishes.hours_start),
            kit.time_field("hours_end", words.hours_end, chosen=wishes.hours_end),
            kit.ticks_field("days", words.days, days, chosen=wishes.days, optional=False),
            kit.text_field(
                "zone", words.zone, initial=wishes.zone, placeholder=words.zone_in_slack, hint=words.zone_hint
            ),
            kit.section(words.often_intro),
            *(_often_field(prose, session, kind) for kind in CHOOSABLE),
            kit.choice_field(
                "budget", words.budget, budgets, chosen=wishes.budget, hint=words.budget_hint, optional=False
            ),
        ],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"pinned": member.zone_pinned},
    )


def _often_field(prose: Prose, session: MemberSession, kind: Kind) -> Block:
    """How often a kind comes; one that does not come back by itself can only be given up."""
    words = prose.words("members/often")
    options = [
        kit.option(words.block(f"usual_{kind.name}"), USUAL),
        *(kit.option(words.block(often), often) for often in nudges.rarer(kind)),
    ]
    label = prose.words(kind.words, subject="").name
    return kit.choice_field(
        f"often_{kind.name}", label, options, chosen=_often(session, kind), optional=False
    )


def _often(session: MemberSession, kind: Kind) -> str:
    """How often a kind comes, by the name of its option."""
    chosen_ = (session.member.cadences or {}).get(kind.name, USUAL)
    return USUAL if chosen_ == kind.every else chosen_


async def _planned(session: MemberSession, prose: Prose) -> Words:
    at = await home.next_check_in(session)
    return prose.words("members/settings", at=at, zone=members.zone(session.member).key)


def _when(prose: Prose, name: str, session: MemberSession) -> Words:
    member = session.member
    return prose.words(
        name,
        weekday=dates.WEEKDAYS[member.checkin_weekday],
        at=f"{member.checkin_time:%H:%M}",
        zone=members.zone(member).key,
        known=member.zone is not None,
    )
