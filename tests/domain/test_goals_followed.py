"""What is asked about goals: planned, moved and taken back with what the person does; milestones counted back."""

from collections.abc import Collection
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.domain import goals, nudges
from bot.domain.goals import Goal, Step, entry
from bot.domain.nudges import MILESTONE, REASSESS, STALE_GOAL, Nudge, State
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from tests.examples import examples

TODAY = date(2026, 11, 18)
FEBRUARY = date(2027, 2, 26)
DAY = timedelta(days=1)
KINDS = (MILESTONE.name, STALE_GOAL.name, REASSESS.name)


async def begin(coach: Coach, who: Principal, *steps: date) -> str:
    async with coach.session(who) as session:
        goal = await goals.begin(session, entry("Lead the migration", FEBRUARY))
        named = [Step(place, f"Step {place}", on) for place, on in enumerate(steps)]
        await goals.add_milestones(session, goal, named)
        return goal.id


async def waiting(coach: Coach, who: Principal) -> set[tuple[str, date]]:
    async with coach.session(who) as session:
        rows = await session.scalars(select(Nudge).where(Nudge.state == State.WAITING, Nudge.kind.in_(KINDS)))
        return {(row.kind, row.local_on) for row in rows}


async def sent(coach: Coach, who: Principal, kind: str) -> None:
    """As if the worker had asked it."""
    async with coach.session(who) as session:
        for row in await session.scalars(select(Nudge).where(Nudge.kind == kind)):
            row.state, row.asked_at = State.SENT.value, session.now


async def state(coach: Coach, who: Principal, kind: str) -> str | None:
    async with coach.session(who) as session:
        asked = select(Nudge.state).where(Nudge.kind == kind, Nudge.asked_at.is_not(None))
        found: str | None = await session.scalar(asked)
        return found


PLANNED = {("stale_goal", TODAY + 21 * DAY), ("reassess", TODAY + 91 * DAY)}


async def test_a_goal_plans_its_questions_and_its_end_takes_them_back(coach: Coach, who: Principal) -> None:
    goal_id = await begin(coach, who, date(2026, 12, 8), date(2027, 1, 18))
    planned = PLANNED | {("milestone", date(2026, 12, 8)), ("milestone", date(2027, 1, 18))}
    assert await waiting(coach, who) == planned
    for away, back in ((goals.bin_, goals.restore), (drop, goals.reopen)):
        async with coach.session(who) as session:
            await away(session, goal_id)
        assert await waiting(coach, who) == set()
        async with coach.session(who) as session:
            await back(session, goal_id)
        assert await waiting(coach, who) == planned


async def drop(session: MemberSession, goal_id: str | None) -> Goal:
    return await goals.close(session, goal_id, "dropped")


async def test_a_milestone_that_is_moved_done_or_removed_takes_its_question_along(
    coach: Coach, who: Principal
) -> None:
    await begin(coach, who, date(2026, 12, 8))
    async with coach.session(who) as session:
        (milestone,) = await goals.milestones(session, [(await goals.active(session))[0].id])
        await goals.change_milestone(session, milestone.id, "Step", date(2026, 12, 15))
    assert await waiting(coach, who) == PLANNED | {("milestone", date(2026, 12, 15))}
    for done, planned in ((True, PLANNED), (False, PLANNED | {("milestone", date(2026, 12, 15))})):
        async with coach.session(who) as session:
            await goals.mark_milestone(session, milestone.id, done=done)
        assert await waiting(coach, who) == planned
    async with coach.session(who) as session:
        await goals.remove_milestone(session, milestone.id)
    assert await waiting(coach, who) == PLANNED


async def test_a_question_that_was_asked_is_answered_by_the_deed(coach: Coach, who: Principal) -> None:
    await begin(coach, who, date(2026, 12, 8))
    await sent(coach, who, MILESTONE.name)
    await sent(coach, who, STALE_GOAL.name)
    async with coach.session(who) as session:
        (goal,) = await goals.active(session)
        (milestone,) = await goals.milestones(session, [goal.id])
        milestone_id = milestone.id
        await goals.note_progress(session, goal, None, "Going well", None)
    assert await state(coach, who, STALE_GOAL.name) == State.DONE
    assert await state(coach, who, MILESTONE.name) == State.SENT, "progress says nothing of a milestone"
    async with coach.session(who) as session:
        await goals.change_milestone(session, milestone_id, "Step", date(2026, 12, 15))
    assert await state(coach, who, MILESTONE.name) == State.DONE
    assert ("milestone", date(2026, 12, 15)) in await waiting(coach, who)


async def test_progress_and_edits_put_the_quiet_question_off(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    goal_id = await begin(coach, who)
    for number, deed in enumerate(("progress", "edit")):
        clock.move_by(7 * DAY)
        async with coach.session(who) as session:
            goal = await goals.kept_one(session, goal_id)
            if deed == "progress":
                await goals.note_progress(session, goal, "3", None, None)
            else:
                await goals.edit(session, goal_id, goals.entry_of(goal))
        assert ("stale_goal", TODAY + (21 + 7 * (number + 1)) * DAY) in await waiting(coach, who)


async def test_the_quarter_begins_anew_when_all_were_looked_through(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await begin(coach, who)
    clock.move_by(91 * DAY)
    await sent(coach, who, REASSESS.name)
    async with coach.session(who) as session:
        await goals.looked_through(session)
    assert await state(coach, who, REASSESS.name) == State.DONE
    assert ("reassess", TODAY + 182 * DAY) in await waiting(coach, who)


async def test_whoever_wants_none_of_it_is_asked_none_of_it(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        for kind in (MILESTONE, STALE_GOAL, REASSESS):
            await nudges.choose_cadence(session, kind, "never")
    await begin(coach, who, date(2026, 12, 8))
    assert await waiting(coach, who) == set()


# --- Milestones


async def test_a_milestone_past_the_deadline_is_refused_kindly(coach: Coach, who: Principal) -> None:
    with pytest.raises(Invalid) as refused:
        await begin(coach, who, FEBRUARY, FEBRUARY + DAY, FEBRUARY + 2 * DAY)
    faults = (refused.value, *refused.value.others)
    assert [fault.field for fault in faults] == ["on_1", "on_2"]
    assert refused.value.words == "milestone_after_deadline"


async def test_milestones_of_a_goal_in_the_bin_are_not_found(coach: Coach, who: Principal) -> None:
    goal_id = await begin(coach, who, date(2026, 12, 8))
    async with coach.session(who) as session:
        (milestone,) = await goals.milestones(session, [goal_id])
        await goals.bin_(session, goal_id)
        with pytest.raises(NotFound):
            await goals.mark_milestone(session, milestone.id, done=True)


@pytest.mark.parametrize(
    ("deadline", "number"),
    [
        (TODAY, 0),
        (TODAY + DAY, 0),
        (TODAY + 10 * DAY, 2),
        (TODAY + 70 * DAY, 3),
        (TODAY + 400 * DAY, 5),
        (None, 0),
    ],
)
def test_a_plan_has_as_many_steps_as_its_time_holds(deadline: date | None, number: int) -> None:
    assert len(goals.backward(TODAY, deadline, range(5))) == number


@given(ahead=st.integers(-50, 4000), week=st.sets(st.integers(0, 6), min_size=1))
@examples(300)
def test_a_plan_lies_on_the_persons_days_between_today_and_the_deadline(
    ahead: int, week: Collection[int]
) -> None:
    deadline = TODAY + ahead * DAY
    plan = goals.backward(TODAY, deadline, week)
    assert plan == sorted(set(plan))
    assert len(plan) <= 5
    assert all(TODAY < on < deadline and on.weekday() in week for on in plan)
