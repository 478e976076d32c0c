"""Sendings: a draft that the person sent somewhere else, the ask that follows it up, and who knows the goal since."""

import re
from dataclasses import dataclass
from datetime import date

from bot.core.errors import Invalid, NotFound
from bot.domain import asks, goals, members
from bot.domain.asks import Ask, AskEvent, What
from bot.domain.goals import Goal
from bot.domain.pitches import Pitch
from bot.storage.session import MemberSession

# Somebody who was asked in writing is given so many working days to answer.
PATIENCE = 10

NAME_LENGTH = 200


@dataclass(frozen=True)
class Sending:
    """A draft with what came of sending it: the ask, where its kind asks for something, and the goal it serves."""

    pitch: Pitch
    ask: Ask | None
    goal: Goal | None


async def usual_follow_up(session: MemberSession) -> date:
    """When to ask for an answer unless the person says another day."""
    return await members.working_day(session, members.today(session), PATIENCE)


async def record(
    session: MemberSession,
    pitch: Pitch,
    *,
    to: str,
    request: str = "",
    follow_up_on: date | None = None,
    ask_id: str | None = None,
) -> Sending:
    """Note that a draft was sent: its ask, a new one or the given, stands as asked, and the goal's list has the name."""
    name = _checked(to)
    if pitch.sent_on:
        raise NotFound("pitch_is_sent")
    ask = None
    if pitch.row.asks:
        until = follow_up_on or await usual_follow_up(session)
        ask = await _asked(session, pitch, name, request, until, ask_id)
    goal = next(iter(await goals.chosen(session, [pitch.goal_id or ""])), None)
    told = goal is not None and await goals.note_knows(session, goal.id, name)
    pitch.mark_sent(
        name,
        members.today(session),
        ask_id=ask.id if ask else None,
        opened_ask=ask is not None and not ask_id,
        told_goal=told,
    )
    return Sending(pitch, ask, goal)


async def of(session: MemberSession, pitch: Pitch) -> Sending:
    """What came of sending a draft; what was deleted since is missing."""
    ask = await session.get(Ask, pitch.ask_id) if pitch.ask_id else None
    served = await goals.chosen(session, [pitch.goal_id or ""])
    return Sending(pitch, None if ask and ask.deleted_at else ask, next(iter(served), None))


async def take_back(session: MemberSession, pitch: Pitch) -> None:
    """Undo that a draft was sent; NotFound once something else happened with the ask since."""
    if pitch.ask_id:
        await _take_ask_back(session, pitch)
    if pitch.told_goal and pitch.sent_to and await goals.chosen(session, [pitch.goal_id or ""]):
        await goals.forget_knows(session, pitch.goal_id, pitch.sent_to)
    pitch.mark_unsent()


async def _asked(
    session: MemberSession, pitch: Pitch, to: str, request: str, until: date, ask_id: str | None
) -> Ask:
    if ask_id is None:
        ask_id = (await asks.begin(session, asks.entry(request, to), goal_id=pitch.goal_id)).id
    return await asks.record_sent(
        session, request=request, to=to, pitch_id=pitch.id, follow_up_on=until, ask_id=ask_id
    )


async def _take_ask_back(session: MemberSession, pitch: Pitch) -> None:
    """A new ask goes into the bin; one that was there before stands as it did."""
    events = await asks.history(session, [pitch.ask_id or ""])
    if not events:
        return
    newest = max(events, key=_number)
    if newest.what != What.PITCHED or newest.pitch_id != pitch.id:
        raise NotFound("ask_changed_since")
    if pitch.opened_ask:
        await asks.bin_(session, pitch.ask_id)
    else:
        await asks.take_back(session, newest.id)


def _number(event: AskEvent) -> int:
    return event.number


def _checked(to: str) -> str:
    name = " ".join(to.split())
    if not re.search(r"\w", name):
        raise Invalid("to", "sent_to_nobody")
    if len(name) > NAME_LENGTH:
        raise Invalid("to", "too_long", limit=NAME_LENGTH)
    return name
