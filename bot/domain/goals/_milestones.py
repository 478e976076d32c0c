"""Milestones: the backward plan from a deadline, and what becomes of each step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.errors import Invalid
from bot.domain import members, nudges
from bot.domain.goals._following import BIN, follow_milestone
from bot.domain.goals._records import Goal, Milestone, Move
from bot.domain.nudges import MILESTONE
from bot.storage.session import MemberSession

TITLE_LENGTH = 250

# So many steps are offered at most and at least, one for each span of this length.
MOST, LEAST = 5, 2
STEP = timedelta(days=21)

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """A milestone as it is given: its place in the form, its words, its date."""

    place: int
    title: str
    on: date


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


async def add_milestones(session: MemberSession, goal: Goal, steps: Sequence[Step]) -> list[Milestone]:
    """Give a goal milestones; Invalid names the fields that stand in the way, each by its step's place in the form."""
    faults = [fault for one in steps if (fault := _fault(goal, one.title, one.on, f"_{one.place}"))]
    if faults:
        raise Invalid.together(*faults)
    made = [Milestone(goal_id=goal.id, due_on=one.on) for one in steps]
    session.add_all(made)
    for milestone, one in zip(made, steps, strict=True):
        milestone.title = one.title.strip()
    await session.flush()
    for milestone in made:
        await follow_milestone(session, goal, milestone)
    return made


async def mark_milestone(session: MemberSession, milestone_id: str | None, *, done: bool) -> Milestone:
    """A milestone is done today, or not done after all."""
    goal, milestone = await with_goal(session, milestone_id)
    milestone.done_on = (milestone.done_on or members.today(session)) if done else None
    await session.flush()
    await follow_milestone(session, goal, milestone)
    return milestone


async def change_milestone(
    session: MemberSession, milestone_id: str | None, title: str, on: date, reason: str | None = None
) -> Milestone:
    """Name a milestone anew, or move it to another date; the history keeps where it was."""
    goal, milestone = await with_goal(session, milestone_id)
    if not title.strip():
        raise Invalid("title", "milestone_without_words")
    if fault := _fault(goal, title, on):
        raise fault
    milestone.title = title.strip()
    if on != milestone.due_on:
        move = Move(goal_id=goal.id, milestone_id=milestone.id, from_on=milestone.due_on, to_on=on)
        session.add(move)
        move.reason = (reason or "").strip() or None
        milestone.due_on = on
        # What was asked about its old date is answered by the new one.
        await nudges.forget(session, MILESTONE, milestone.id)
    await session.flush()
    await follow_milestone(session, goal, milestone)
    return milestone


async def remove_milestone(session: MemberSession, milestone_id: str | None) -> Goal:
    """Take a milestone away; its goal."""
    goal, milestone = await with_goal(session, milestone_id)
    await nudges.forget(session, MILESTONE, milestone.id)
    await session.delete(milestone)
    await session.flush()
    return goal


async def with_goal(session: MemberSession, milestone_id: str | None) -> tuple[Goal, Milestone]:
    """The member's milestone and its goal; NotFound where one of them is gone."""
    milestone = await session.mine(Milestone, milestone_id)
    return await BIN.kept_one(session, milestone.goal_id), milestone


def _back_to(on: date, week: Collection[int]) -> date:
    return next((day for back in range(7) if (day := on - back * _DAY).weekday() in week), on)


def _fault(goal: Goal, title: str, on: date, place: str = "") -> Invalid | None:
    if len(title.strip()) > TITLE_LENGTH:
        return Invalid(f"title{place}", "too_long", limit=TITLE_LENGTH)
    if goal.deadline and on > goal.deadline:
        return Invalid(f"on{place}", "milestone_after_deadline", on=on, deadline=goal.deadline)
    return None
