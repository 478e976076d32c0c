"""Pausing, being away and coming back, each with its undo."""

import re
from datetime import date, timedelta
from typing import Any

from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core import dates
from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.domain import home, members, nudges
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit
from handlers.members._ids import Ids
from handlers.replies import Reply

# The value of an undo for whoever was not away before.
NOTHING = ":"

_FROM_TO = re.compile(
    r"(?:from\s+)?(?P<first>.+?)\s+(?:to|until|till|–|-)\s+(?P<until>.+)", re.IGNORECASE | re.DOTALL
)

_ALL_OF = re.compile(r"^(?:on|during|all(?:\s+of)?)\s+", re.IGNORECASE)


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
    """`/coach away from … to …`, or away on a day or for a period; without a first day it is a pause."""
    if re.match(r"\s*(until|for)\b", text, flags=re.IGNORECASE):
        return await pause(text, coach, who, reply)
    async with coach.session(who) as session:
        days = _FROM_TO.fullmatch(text.strip())
        span = (days["first"], days["until"]) if days else _span(session, text)
        if span is None:
            return await _explain_pause(coach, reply)
        before = _absence(session)
        await members.away(session, *span)
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
    start, end = (_date(part) for part in clicks.value(action).partition(":")[::2])
    async with coach.session(who) as session:
        if end is None:
            await members.resume(session)
        else:
            await members.be_away(session, start, end)
        await nudges.refit(session)
        message = await (_went_away if end else _came_back)(session, coach.prose, None)
    return await reply.say(message)


def _span(session: MemberSession, text: str) -> tuple[str, str] | None:
    """A day, or a period from its first to its last, and the member's next day after it; None where none is named."""
    named, today = _ALL_OF.sub("", text.strip()), members.today(session)
    last = dates.understand(named, today, prefer="future")
    if last is None:
        return None
    first = dates.understand(f"until {named}", today, prefer="future") or last
    days = nudges.hours(session.member).days
    back = next(day for ahead in range(1, 8) if (day := last + timedelta(days=ahead)).weekday() in days)
    return first.isoformat(), back.isoformat()


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
    replaced = [kit.context(words.replaces)] if before not in (None, NOTHING) else []
    return kit.Message(words.text, [kit.section(said), *replaced, buttons], title=words.title)


async def _came_back(session: MemberSession, prose: Prose, before: str | None) -> kit.Message:
    words = prose.words("members/pause", until=None, at=await home.next_check_in(session))
    undo = before not in (None, NOTHING)
    blocks = [kit.actions(kit.button(words.undo, Ids.AWAY_AS_BEFORE, before))] if undo else []
    said = words.not_away if before == NOTHING else words.resumed
    return kit.Message(words.text, [kit.section(said), *blocks], title=words.title)


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
