"""The ledger of an ask: every change is an event with its date, which holds how it was before and can be taken back."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select

from bot.core.errors import NotFound
from bot.domain import members
from bot.domain.asks._following import conditions_of, follow
from bot.domain.asks._ladder import PATIENCE
from bot.domain.asks._records import Ask, AskEvent, Condition, Verdict, What
from bot.domain.nudges import CONDITION, forget
from bot.storage.session import MemberSession

# What an event keeps of an ask as it was.
_DATES = ("wanted_on", "asked_on", "promised_on", "follow_up_on", "reask_on", "closed_on")
_OTHER = (
    *("status", "misses", "goal_id", "pitch_id", "need", "request", "to", "reason"),
    *("future_value", "fallback", "their_words", "promised", "plan"),
)

# What answers a question about an ask; notes, edits and links leave it open.
_ANSWERS = (
    *(What.ASKED, What.PITCHED, What.SENT, What.PROMISED, What.MOVED, What.MISSED, What.VERDICT),
    *(What.PARTLY_MET, What.MET, What.NOT_NOW, What.DECLINED, What.WITHDRAWN),
)


async def begin_event(
    session: MemberSession, ask: Ask, what: What, on: date | None = None, **facts: Any
) -> AskEvent:
    """An event of today, or of a day that was named, which holds how the ask is now; change the ask after it."""
    text = facts.pop("text", None)
    number = await _last_number(session, ask.id) + 1
    day = on or members.today(session)
    event = AskEvent(ask_id=ask.id, number=number, what=what.value, on=day, **facts)
    session.add(event)
    event.text, event.before = (text or "").strip() or None, snapshot(ask)
    return event


async def end_event(session: MemberSession, ask: Ask, event: AskEvent) -> AskEvent:
    """Store what was changed since the event began, and fit what is asked about the ask to it."""
    ask.changed_at = session.now
    await session.flush()
    await follow(session, ask)
    return event


async def history(session: MemberSession, ask_ids: Sequence[str]) -> Sequence[AskEvent]:
    """What happened with these asks, the oldest first; a moved date never disappears from it."""
    of_them = select(AskEvent).where(AskEvent.ask_id.in_(ask_ids))
    return (await session.scalars(of_them.order_by(AskEvent.on, AskEvent.number))).all()


async def take_back(session: MemberSession, event_id: str | None) -> Ask:
    """Undo the newest change of an ask; NotFound once something came after it, and for the beginning itself."""
    event = await session.mine(AskEvent, event_id)
    ask = await session.mine(Ask, event.ask_id)
    is_last = event.number == await _last_number(session, ask.id)
    if ask.deleted_at or not is_last or event.what == What.CREATED:
        raise NotFound("ask_changed_since")
    _restore(ask, event.before)
    await _take_back_conditions(session, event)
    await session.delete(event)
    ask.changed_at = session.now
    await session.flush()
    await follow(session, ask)
    return ask


async def correct_day(session: MemberSession, event_id: str | None, on: date | None) -> AskEvent:
    """Another day for the newest change of an ask: it was read or typed otherwise than it was meant.

    NotFound once something came after it, and for a change that named no day.
    """
    event = await session.mine(AskEvent, event_id)
    ask = await session.mine(Ask, event.ask_id)
    if ask.deleted_at or event.number != await _last_number(session, ask.id) or not names_day(event):
        raise NotFound("ask_changed_since")
    if event.what == What.ASKED:
        event.on = ask.asked_on = on or event.on
    elif event.what == What.NOT_NOW:
        event.to_on = ask.reask_on = on or event.to_on
    else:
        event.to_on = ask.promised_on = on
        ask.follow_up_on = (
            None if on else await members.working_day(session, members.today(session), PATIENCE)
        )
    return await end_event(session, ask, event)


def names_day(event: AskEvent) -> bool:
    """Whether a change is about a day, so that it can be corrected."""
    if event.what == What.VERDICT:
        return event.verdict == Verdict.YES
    return event.what in {What.ASKED, What.PROMISED, What.MOVED, What.PARTLY_MET, What.NOT_NOW}


def snapshot(ask: Ask) -> dict[str, Any]:
    """An ask as it is now, as JSON can hold it."""
    days = {name: on.isoformat() if (on := getattr(ask, name)) else None for name in _DATES}
    return {**days, **{name: getattr(ask, name) for name in _OTHER}}


async def newest(session: MemberSession, ask_id: str) -> AskEvent | None:
    """The last that happened with an ask."""
    of_it = select(AskEvent).where(AskEvent.ask_id == ask_id)
    found: AskEvent | None = await session.scalar(of_it.order_by(AskEvent.number.desc()).limit(1))
    return found


async def answer_since(session: MemberSession, ask_id: str, since: datetime | None) -> AskEvent | None:
    """What a person told about an ask first since it was asked about; None where that is taken back, or was elsewhere."""
    told = select(AskEvent).where(AskEvent.ask_id == ask_id, AskEvent.what.in_(_ANSWERS))
    after = told.where(AskEvent.created_at >= since).order_by(AskEvent.number).limit(1)
    found: AskEvent | None = await session.scalar(after) if since else None
    return found


async def _last_number(session: MemberSession, ask_id: str) -> int:
    return await session.scalar(select(func.max(AskEvent.number)).where(AskEvent.ask_id == ask_id)) or 0


def _restore(ask: Ask, before: dict[str, Any]) -> None:
    for name in _DATES:
        on = before.get(name)
        setattr(ask, name, date.fromisoformat(on) if on else None)
    for name in _OTHER:
        setattr(ask, name, before.get(name))


async def _take_back_conditions(session: MemberSession, event: AskEvent) -> None:
    """What a talk brought goes with it; one that was ticked is as it was."""
    for condition in await conditions_of(session, [event.ask_id]):
        if condition.event_id == event.id:
            await forget(session, CONDITION, condition.id)
            await session.execute(delete(Condition).where(Condition.id == condition.id))
        elif condition.id == event.condition_id:
            condition.met_on = event.on if event.what == What.CONDITION_OPEN else None
