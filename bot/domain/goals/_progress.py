"""Progress: what a person notes on the way, and the history of a goal with its moved dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from bot.core.errors import Invalid
from bot.domain import members
from bot.domain.goals._entries import CONFIDENCE, FIELD_LENGTH
from bot.domain.goals._following import follow
from bot.domain.goals._records import Goal, Milestone, Move, Progress
from bot.storage.session import MemberSession

VALUE_LENGTH = 100


@dataclass(frozen=True)
class Event:
    """One line of a goal's history: progress, a moved date, or a milestone that was done."""

    on: date
    progress: Progress | None = None
    move: Move | None = None
    milestone: Milestone | None = None


async def note_progress(
    session: MemberSession, goal: Goal, value: str | None, note: str | None, confidence: int | None
) -> Progress:
    """Note where a goal stands today: a number, a sentence, a confidence, or any of them."""
    value, note = ((text or "").strip() or None for text in (value, note))
    _check(value, note, confidence)
    progress = Progress(goal_id=goal.id, on=members.today(session), confidence=confidence)
    session.add(progress)
    progress.value, progress.note = value, note
    goal.confidence = confidence or goal.confidence
    await session.flush()
    await follow(session, goal)
    return progress


async def take_back_progress(session: MemberSession, progress_id: str | None) -> Goal:
    """Undo progress that was noted; its goal."""
    progress = await session.mine(Progress, progress_id)
    goal = await session.mine(Goal, progress.goal_id)
    await session.delete(progress)
    await session.flush()
    return goal


async def history(session: MemberSession, goal: Goal) -> list[Event]:
    """What happened with a goal, the newest first; a moved date never disappears from it."""
    by_id = {
        one.id: one for one in await session.scalars(select(Milestone).where(Milestone.goal_id == goal.id))
    }
    noted = await session.scalars(select(Progress).where(Progress.goal_id == goal.id))
    moved = await session.scalars(select(Move).where(Move.goal_id == goal.id))
    events = [(one.created_at, Event(one.on, progress=one)) for one in noted]
    for one in moved:
        on = members.local(session, one.created_at).date()
        events.append((one.created_at, Event(on, move=one, milestone=by_id.get(one.milestone_id or ""))))
    done = [Event(one.done_on, milestone=one) for one in by_id.values() if one.done_on]
    told = [event for _, event in sorted(events, key=lambda event: event[0], reverse=True)]
    return sorted([*told, *done], key=lambda event: event.on, reverse=True)


async def progress_of(session: MemberSession, goal_ids: Sequence[str]) -> Sequence[Progress]:
    """All progress of these goals, the oldest first."""
    noted = select(Progress).where(Progress.goal_id.in_(goal_ids))
    return (await session.scalars(noted.order_by(Progress.on, Progress.created_at, Progress.id))).all()


def _check(value: str | None, note: str | None, confidence: int | None) -> None:
    if not (value or note or confidence):
        raise Invalid("value", "progress_without_anything")
    if value and len(value) > VALUE_LENGTH:
        raise Invalid("value", "too_long", limit=VALUE_LENGTH)
    if note and len(note) > FIELD_LENGTH:
        raise Invalid("note", "too_long", limit=FIELD_LENGTH)
    if confidence is not None and confidence not in CONFIDENCE:
        raise Invalid("confidence", "no_such_confidence")
