"""Milestones: the backward plan from a deadline, and what becomes of each step."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from bot.core.errors import Invalid
from bot.domain import members
from bot.domain.goals._records import Goal, Milestone, Move
from bot.storage.session import MemberSession

TITLE_LENGTH = 250

# So many steps are offered at most and at least, one for each span of this length.
MOST, LEAST = 5, 2
STEP = timedelta(days=21)

_DAY = timedelta(days=1)


def backward(today: date, deadline: date | None, week: Collection[int]) -> list[date]:
    """Two to five evenly spaced working days between today and a deadline; fewer where they do not fit.

    `week` holds the person's days (0 is Monday).
    """
    if deadline is None:
        return []
    span = (deadline - today).days
    number = min(max(span // STEP.days, LEAST), MOST)
    found = {_back_to(today + span * step // (number + 1) * _DAY, week) for step in range(1, number + 1)}
    return sorted(on for on in found if today < on < deadline)


async def milestones(session: MemberSession, goal_ids: Sequence[str]) -> Sequence[Milestone]:
    """The milestones of these goals, in the order of their dates."""
    of_them = select(Milestone).where(Milestone.goal_id.in_(goal_ids))
    in_order = of_them.order_by(Milestone.due_on, Milestone.created_at, Milestone.id)
    return (await session.scalars(in_order)).all()


async def add(session: MemberSession, goal: Goal, steps: Sequence[tuple[str, date]]) -> list[Milestone]:
    """Give a goal milestones; `Invalid` names the field `on_<number>` or `title_<number>` that stands in the way."""
    faults = [fault for number, step in enumerate(steps) if (fault := _fault(goal, number, *step))]
    if faults:
        raise Invalid.together(*faults)
    made = [Milestone(goal_id=goal.id, due_on=on) for _, on in steps]
    session.add_all(made)
    for milestone, (title, _) in zip(made, steps, strict=True):
        milestone.title = title.strip()
    await session.flush()
    return made


async def mark(session: MemberSession, milestone: Milestone, *, done: bool) -> None:
    """A milestone is done today, or not done after all."""
    milestone.done_on = (milestone.done_on or members.today(session)) if done else None


async def shift(
    session: MemberSession, goal: Goal, milestone: Milestone, on: date, reason: str | None
) -> None:
    """Move a milestone to another date; the history keeps where it was."""
    if goal.deadline and on > goal.deadline:
        raise Invalid("when", "milestone_after_deadline", on=on, deadline=goal.deadline)
    if on == milestone.due_on:
        return
    move = Move(goal_id=goal.id, milestone_id=milestone.id, from_on=milestone.due_on, to_on=on)
    session.add(move)
    move.reason = (reason or "").strip() or None
    milestone.due_on = on


def _back_to(on: date, week: Collection[int]) -> date:
    return next((day for back in range(7) if (day := on - back * _DAY).weekday() in week), on)


def _fault(goal: Goal, number: int, title: str, on: date) -> Invalid | None:
    if len(title.strip()) > TITLE_LENGTH:
        return Invalid(f"title_{number}", "too_long", limit=TITLE_LENGTH)
    if goal.deadline and on > goal.deadline:
        return Invalid(f"on_{number}", "milestone_after_deadline", on=on, deadline=goal.deadline)
    return None
