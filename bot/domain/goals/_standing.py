"""Where goals stand, read with a bounded number of queries: fraction, next milestone, age of the last progress."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from bot.domain.goals import _measures
from bot.domain.goals._records import Goal, Milestone, Progress, Status
from bot.storage.session import MemberSession


@dataclass(frozen=True)
class Standing:
    """One goal, how much of its measure is done (0 to 1), what comes next, when progress was last noted."""

    goal: Goal
    fraction: float | None = None
    next: Milestone | None = None
    last_on: date | None = None


@dataclass(frozen=True)
class Overview:
    """Some of the active goals, the nearest deadline first, and how many there are in all."""

    goals: Sequence[Standing]
    total: int


async def overview(session: MemberSession, limit: int, offset: int = 0) -> Overview:
    """What Home shows of the active goals."""
    total = await session.scalar(select(func.count()).select_from(open_goals().order_by(None).subquery()))
    shown = (await session.scalars(open_goals().limit(limit).offset(offset))).all()
    return Overview(await standings(session, shown), total or 0)


async def standings(session: MemberSession, goals: Sequence[Goal]) -> list[Standing]:
    """Where each of these goals stands."""
    if not goals:
        return []
    ids = [goal.id for goal in goals]
    due, last, values = await _next(session, ids), await _last(session, ids), await _values(session, ids)
    return [
        Standing(
            goal,
            _measures.fraction(goal.measure, values.get(goal.id)),
            due.get(goal.id),
            last.get(goal.id),
        )
        for goal in goals
    ]


async def milestones(
    session: MemberSession, goal_ids: Sequence[str], limit: int | None = None
) -> Sequence[Milestone]:
    """The milestones of these goals, in the order of their dates; the first ones, where there is a limit."""
    of_them = select(Milestone).where(Milestone.goal_id.in_(goal_ids))
    in_order = of_them.order_by(Milestone.due_on, Milestone.created_at, Milestone.id)
    return (await session.scalars(in_order.limit(limit))).all()


async def called(session: MemberSession, ids: Sequence[str]) -> Mapping[str, str]:
    """What the goals and milestones of these ids are called."""
    found = (await session.scalars(select(Goal).where(Goal.id.in_(ids)))).all()
    steps = (await session.scalars(select(Milestone).where(Milestone.id.in_(ids)))).all()
    return {goal.id: goal.statement for goal in found} | {step.id: step.title for step in steps}


def open_goals() -> Select[Any]:
    """The active goals, the nearest deadline first."""
    active = select(Goal).where(Goal.status == Status.ACTIVE, Goal.deleted_at.is_(None))
    return active.order_by(Goal.deadline.is_(None), Goal.deadline, Goal.created_at, Goal.id)


async def _next(session: MemberSession, ids: Sequence[str]) -> Mapping[str, Milestone]:
    """The first milestone of each goal that is not done."""
    waiting = Milestone.done_on.is_(None)
    first = select(Milestone.goal_id, func.min(Milestone.due_on).label("on"))
    first_on = first.where(Milestone.goal_id.in_(ids), waiting).group_by(Milestone.goal_id).subquery()
    at_that = (Milestone.goal_id == first_on.c.goal_id) & (Milestone.due_on == first_on.c.on)
    of_them = select(Milestone).join(first_on, at_that).where(waiting)
    found = await session.scalars(of_them.order_by(Milestone.created_at.desc()))
    return {milestone.goal_id: milestone for milestone in found}


async def _last(session: MemberSession, ids: Sequence[str]) -> Mapping[str, date]:
    newest = select(Progress.goal_id, func.max(Progress.on)).where(Progress.goal_id.in_(ids))
    found = await session.execute(newest.group_by(Progress.goal_id))
    return dict(iter(found.all()))


async def _values(session: MemberSession, ids: Sequence[str]) -> Mapping[str, str | None]:
    """The newest number of each goal."""
    has_value = Progress.value.is_given
    newest = select(Progress.goal_id, func.max(Progress.created_at).label("at"))
    newest = newest.where(Progress.goal_id.in_(ids), has_value).group_by(Progress.goal_id)
    latest = newest.subquery()
    at_that = (Progress.goal_id == latest.c.goal_id) & (Progress.created_at == latest.c.at)
    found = await session.scalars(select(Progress).join(latest, at_that).where(has_value))
    return {progress.goal_id: progress.value for progress in found}
