"""Nudges: the life of one, from its plan to its answer, and that each is brought up once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.domain import nudges, workspaces
from bot.domain.nudges import CHECK_IN, FEEDBACK, KINDS, LOG_WIN, OPEN, Claim, Nudge, Outcome, State
from bot.storage.identity import Member, Principal
from tests.conftest import TEAM
from tests.domain.claiming import DM, TS, all_of, claims, deliver, nudge_of, record, state_of, take_over

FRIDAY = date(2026, 11, 20)
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


async def plan(
    coach: Coach, who: Principal, at: datetime = DUE, on: date = FRIDAY, subject: str = ""
) -> str | None:
    async with coach.session(who) as session:
        planned = await nudges.schedule(session, CHECK_IN, at=at, on=on, subject=subject)
        return planned.id if planned else None


async def planned(coach: Coach, who: Principal) -> str:
    made = await plan(coach, who)
    assert made is not None
    return made


async def states(coach: Coach, who: Principal) -> list[tuple[date, str]]:
    return [(nudge.local_on, nudge.state) for nudge in await all_of(coach, who)]


async def claimed(coach: Coach, clock: StoppedClock, who: Principal) -> tuple[str, Claim]:
    """A planned nudge and the claim on it, at its time."""
    nudge_id = await planned(coach, who)
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    return nudge_id, claim


async def settle(coach: Coach, who: Principal, nudge_id: str, state: State = State.DONE) -> None:
    async with coach.session(who) as session:
        await nudges.settle(session, nudge_id, state)


async def again(coach: Coach, claim: Claim, at: datetime) -> None:
    """Record that a claim was not sent and is tried again at a moment."""
    await record(coach, Outcome(claim, State.WAITING, "held", at=at))


# --- Planning


async def test_a_planned_nudge_waits_for_its_time(coach: Coach, who: Principal, clock: StoppedClock) -> None:
    nudge_id = await planned(coach, who)
    async with coach.session(who) as session:
        assert [nudge.id for nudge in await nudges.upcoming(session)] == [nudge_id]
    clock.move_to(DUE - timedelta(microseconds=1))
    assert await claims(coach) == []
    clock.move_to(DUE)
    assert [claim.nudge_ids for claim in await claims(coach)] == [(nudge_id,)]


async def test_planning_again_moves_the_one_that_waits(coach: Coach, who: Principal) -> None:
    first = await plan(coach, who)
    later = DUE + timedelta(days=1)
    assert await plan(coach, who, later, later.date()) == first
    assert await plan(coach, who, later + timedelta(hours=1), later.date()) == first
    async with coach.session(who) as session:
        assert [nudge.due_at for nudge in await nudges.upcoming(session)] == [later + timedelta(hours=1)]


async def test_each_subject_has_its_own_nudge(coach: Coach, who: Principal) -> None:
    assert await plan(coach, who, subject="one") != await plan(coach, who, subject="two")


@pytest.mark.parametrize("state", [state for state in State if state is not State.WAITING])
async def test_a_date_that_had_its_nudge_gets_no_second_one(
    coach: Coach, who: Principal, state: State
) -> None:
    nudge_id = await planned(coach, who)
    async with coach.session(who) as session:
        (await session.mine(Nudge, nudge_id)).state = state.value
    assert await plan(coach, who) is None
    assert await states(coach, who) == [(FRIDAY, state.value)]


async def test_a_date_whose_nudge_was_snoozed_gets_no_second_one(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await deliver(coach, claim)
    until = DUE + timedelta(hours=1)
    async with coach.session(who) as session:
        await nudges.put_off(session, nudge_id, until)
    assert await plan(coach, who) is None
    assert (await nudge_of(coach, who, nudge_id)).due_at == until, "a snooze keeps its own time"


@pytest.mark.parametrize(("on", "asked_at"), [(FRIDAY, DUE), (FRIDAY + WEEK, None)])
async def test_the_database_itself_refuses_a_second_nudge_for_one_date_or_a_second_plan(
    coach: Coach, who: Principal, on: date, asked_at: datetime | None
) -> None:
    nudge_id = await planned(coach, who)
    with pytest.raises(IntegrityError):
        async with coach.session(who) as session:
            session.add(Nudge(kind=CHECK_IN.name, planned_at=DUE, due_at=DUE, local_on=on, asked_at=asked_at))
    assert await state_of(coach, who, nudge_id) == "waiting"


async def test_planning_beside_one_that_was_given_back_breaks_nothing(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    # While Friday's was being sent, settings were saved and the next one planned; then it came back.
    first, claim = await claimed(coach, clock, who)
    assert await plan(coach, who, DUE + WEEK, FRIDAY + WEEK)
    await again(coach, claim, DUE + timedelta(minutes=1))
    # What is asked first comes first; the next one is planned anew when it went out.
    assert await states(coach, who) == [(FRIDAY, "waiting")]
    clock.move_by(timedelta(minutes=1))
    (once_more,) = await claims(coach)
    assert once_more.nudge_ids == (first,)
    await deliver(coach, once_more)
    assert await states(coach, who) == [(FRIDAY, "sent"), (FRIDAY + WEEK, "waiting")]


async def test_a_cancelled_nudge_never_comes(coach: Coach, who: Principal, clock: StoppedClock) -> None:
    await planned(coach, who)
    async with coach.session(who) as session:
        await nudges.cancel(session, CHECK_IN)
        await nudges.cancel(session, CHECK_IN)
    clock.move_to(DUE)
    assert await claims(coach) == []


# --- Claiming


async def test_what_was_claimed_is_not_claimed_again(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    assert await claims(coach) == []
    assert (claim.who, claim.kinds, claim.ambiguous) == (who, ("check_in",), False)
    assert len(claim.key) == 32
    assert (await nudge_of(coach, who, nudge_id)).key == claim.key, "it is found again by this"


async def test_everything_due_for_a_member_goes_into_one_message(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    for kind in (CHECK_IN, FEEDBACK, LOG_WIN):
        async with coach.session(who) as session:
            await nudges.schedule(session, kind, at=DUE, on=FRIDAY)
    await planned(coach, other)
    clock.move_to(DUE)
    assert sorted((claim.who.user_id, len(claim.nudge_ids)) for claim in await claims(coach)) == [
        ("U0DANIEL", 1),
        ("U0MAYA", 3),
    ]


async def test_the_oldest_are_claimed_first_and_no_more_than_asked_for(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who, DUE + timedelta(minutes=1))
    await plan(coach, other, DUE)
    clock.move_to(DUE + timedelta(hours=1))
    assert [claim.who for claim in await claims(coach, limit=1)] == [other]
    assert [claim.who for claim in await claims(coach, limit=1)] == [who]


async def uninstall(coach: Coach) -> None:
    async with coach.database.system() as session:
        await workspaces.disconnect(session, TEAM)


async def lose(coach: Coach) -> None:
    async with coach.database.system() as session:
        await session.execute(update(Member).values(unreachable="user_disabled"))


@pytest.mark.parametrize("trouble", [uninstall, lose])
async def test_nothing_is_claimed_or_counted_where_nothing_can_be_sent(
    coach: Coach, who: Principal, clock: StoppedClock, trouble: Callable[..., object]
) -> None:
    await planned(coach, who)
    clock.move_to(DUE)
    await trouble(coach)  # type: ignore[misc]
    assert await claims(coach) == []
    assert await backlog(coach) == (0, 0.0)
    assert await states(coach, who) == [(FRIDAY, "waiting")]


async def backlog(coach: Coach) -> tuple[int, float]:
    async with coach.database.system() as session:
        return await nudges.backlog(session)


async def test_what_is_due_is_counted_with_the_age_of_the_oldest(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    await planned(coach, who)
    await plan(coach, other, DUE + timedelta(minutes=2))
    clock.move_to(DUE + timedelta(minutes=5))
    assert await backlog(coach) == (2, 300.0)
    await claims(coach)
    assert await backlog(coach) == (0, 0.0)


async def test_a_claim_whose_worker_vanished_is_taken_over_with_its_key(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    (taken,) = await take_over(coach)
    assert (taken.key, taken.who, taken.nudge_ids) == (claim.key, who, (nudge_id,))
    assert taken.ambiguous
    (once_more,) = await take_over(coach)
    assert once_more.key == claim.key, "it may have been sent, however often it changes hands"
    assert await claims(coach) == []


async def test_a_nudge_that_went_out_is_never_taken_over(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    await deliver(coach, claim)
    clock.move_by(timedelta(days=1))
    assert await take_over(coach) == []


async def test_nothing_is_taken_over_in_a_workspace_that_uninstalled(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await claimed(coach, clock, who)
    await uninstall(coach)
    assert await take_over(coach) == []


# --- Whose claim it is


async def test_a_claim_that_another_worker_took_over_is_not_ours_any_more(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    (taken,) = await take_over(coach)
    await record(coach, Outcome(claim, State.UNKNOWN, "uncertain"))
    assert await state_of(coach, who, nudge_id) == "claimed"
    await deliver(coach, taken)
    assert await state_of(coach, who, nudge_id) == "sent"
    await record(coach, Outcome(taken, State.UNKNOWN, "uncertain"))
    assert await state_of(coach, who, nudge_id) == "sent", "it is done"


async def test_a_claim_that_was_given_back_is_not_ours_any_more(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await again(coach, claim, DUE)
    await deliver(coach, claim)
    assert await state_of(coach, who, nudge_id) == "waiting"


@pytest.mark.parametrize(
    ("late", "useful"),
    [
        (timedelta(), True),
        (timedelta(days=2, hours=23), True),
        (CHECK_IN.useful_for, True),
        (CHECK_IN.useful_for + timedelta(seconds=1), False),
        (timedelta(days=30), False),
    ],
)
async def test_a_check_in_is_of_use_for_three_days(
    coach: Coach, who: Principal, clock: StoppedClock, late: timedelta, useful: bool
) -> None:
    nudge_id = await planned(coach, who)
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    assert claim.is_useful(DUE + late) is useful
    await again(coach, claim, DUE)
    clock.move_to(DUE + late)
    sent = await claims(coach)
    assert ([one.nudge_ids for one in sent] == [(nudge_id,)]) is useful
    assert await state_of(coach, who, nudge_id) == ("claimed" if useful else "missed")


async def test_a_nudge_that_was_tried_again_and_again_grows_old_all_the_same(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id = await plan(coach, who, on=FRIDAY)
    clock.move_to(DUE)
    for later in (
        timedelta(days=2, hours=18),
        CHECK_IN.useful_for,
        CHECK_IN.useful_for + timedelta(minutes=1),
    ):
        (claim,) = await claims(coach)
        clock.move_to(DUE + later)
        await again(coach, claim, clock.now())
    assert await claims(coach) == []
    assert await state_of(coach, who, str(nudge_id)) == "missed"


async def test_a_nudge_that_was_answered_while_it_waited_for_another_try_does_not_come(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await again(coach, claim, DUE)
    await settle(coach, who, nudge_id)
    assert await claims(coach) == []


# --- After it was sent


async def test_a_nudge_says_where_it_went_and_opens_the_question(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await deliver(coach, claim)
    async with coach.session(who) as session:
        opened = await nudges.open_one(session, CHECK_IN)
        assert opened is not None
        assert (opened.id, opened.ts, opened.asked_at) == (nudge_id, TS, session.now)
        assert session.member.dm_channel == DM


async def test_a_later_message_goes_to_the_channel_of_the_first(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    assert claim.channel is None
    await deliver(coach, claim)
    clock.move_to(DUE + WEEK)
    assert [claim.channel for claim in await claims(coach)] == [DM]


@pytest.mark.parametrize("state", [State.MISSED, State.UNKNOWN])
async def test_a_message_that_did_not_go_out_says_why(
    coach: Coach, who: Principal, clock: StoppedClock, state: State
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await record(coach, Outcome(claim, state, "x" * 500))
    nudge = await nudge_of(coach, who, nudge_id)
    assert (nudge.state, nudge.error, nudge.asked_at) == (state.value, "x" * 64, None)
    async with coach.session(who) as session:
        assert bool(await nudges.open_one(session, CHECK_IN)) is (state is State.UNKNOWN)
        assert bool(await nudges.unread(session)) is (state is State.UNKNOWN)


async def test_a_claim_that_was_not_sent_waits_again_without_its_key(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    later = DUE + timedelta(minutes=10)
    await again(coach, claim, later)
    nudge = await nudge_of(coach, who, nudge_id)
    assert (nudge.state, nudge.due_at, nudge.planned_at, nudge.key) == ("waiting", later, DUE, None)
    assert await claims(coach) == []
    clock.move_to(later)
    (once_more,) = await claims(coach)
    assert once_more.key != claim.key


@pytest.mark.parametrize("answer", [State.DONE, State.SKIPPED])
async def test_an_answer_before_the_second_commit_is_not_undone_by_it(
    coach: Coach, who: Principal, clock: StoppedClock, answer: State
) -> None:
    # The message is out, the person is quick, and the worker has not come back from Slack yet.
    nudge_id, claim = await claimed(coach, clock, who)
    await settle(coach, who, nudge_id, answer)
    await deliver(coach, claim)
    assert await state_of(coach, who, nudge_id) == answer.value


async def test_an_answer_before_a_claim_is_given_back_is_not_undone_by_it(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await settle(coach, who, nudge_id)
    await again(coach, claim, DUE)
    assert await state_of(coach, who, nudge_id) == "done"
    assert await claims(coach) == []


async def test_a_snooze_before_the_second_commit_is_not_undone_by_it(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    until = DUE + timedelta(hours=1)
    async with coach.session(who) as session:
        await nudges.put_off(session, nudge_id, until)
    await deliver(coach, claim)
    nudge = await nudge_of(coach, who, nudge_id)
    assert (nudge.state, nudge.due_at) == ("waiting", until)


# --- Answers


@pytest.mark.parametrize("state", State)
async def test_only_an_open_nudge_is_settled_put_off_or_skipped(
    coach: Coach, who: Principal, state: State
) -> None:
    nudge_id = await planned(coach, who)
    async with coach.session(who) as session:
        (await session.mine(Nudge, nudge_id)).state = state.value
    await settle(coach, who, nudge_id, State.SKIPPED)
    expected = State.SKIPPED if state in OPEN else state
    assert await state_of(coach, who, nudge_id) == expected.value
    for verb in ("skip", "snooze", "put_off", "put_off_to"):
        with pytest.raises(NotFound) as refused:
            async with coach.session(who) as session:
                await ANSWERS[verb](session, nudge_id)
        assert refused.value.words == "nudge_is_closed"


async def test_an_answer_closes_every_time_the_same_was_asked_in_one_message(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await deliver(coach, claim)
    async with coach.session(who) as session:
        await nudges.put_off(session, nudge_id, DUE + timedelta(days=3))
        await nudges.schedule(session, CHECK_IN, at=DUE + timedelta(days=3), on=FRIDAY + timedelta(days=3))
        await nudges.schedule(session, FEEDBACK, at=DUE, on=FRIDAY)
    clock.move_to(DUE + timedelta(days=3))
    (both,) = await claims(coach)
    assert both.kinds == ("check_in", "check_in", "feedback")
    await deliver(coach, both)
    await settle(coach, who, nudge_id)
    closed = {(nudge.kind, nudge.state) for nudge in await all_of(coach, who) if nudge.key == both.key}
    assert closed == {("check_in", "done"), ("feedback", "sent")}, "another question is still open"


ANSWERS: dict[str, Callable[..., Any]] = {
    "settle": lambda session, nudge_id: nudges.settle(session, nudge_id, State.DONE),
    "skip": nudges.skip,
    "snooze": lambda session, nudge_id: nudges.snooze(session, nudge_id, "hour"),
    "put_off": lambda session, nudge_id: nudges.put_off(session, nudge_id, DUE),
    "put_off_to": lambda session, nudge_id: nudges.put_off_to(session, nudge_id, FRIDAY),
}


@pytest.mark.parametrize("verb", ANSWERS)
async def test_somebody_elses_nudge_is_not_there_to_be_answered(
    coach: Coach, who: Principal, other: Principal, verb: str
) -> None:
    nudge_id = await planned(coach, other)
    with pytest.raises(NotFound):
        async with coach.session(who) as session:
            await ANSWERS[verb](session, nudge_id)
    assert await state_of(coach, other, nudge_id) == "waiting"


async def test_a_snoozed_nudge_comes_again_once_under_a_new_key(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await deliver(coach, claim)
    until = DUE + timedelta(hours=1)
    async with coach.session(who) as session:
        assert await nudges.put_off(session, nudge_id, until) == until
    assert await claims(coach) == []
    clock.move_to(until)
    (once_more,) = await claims(coach)
    assert once_more.nudge_ids == (nudge_id,)
    assert once_more.key != claim.key
    await deliver(coach, once_more)
    assert await claims(coach) == []


async def test_a_moment_that_has_passed_is_no_snooze(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await deliver(coach, claim)
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await nudges.put_off(session, nudge_id, DUE)
    assert (refused.value.field, refused.value.words) == ("until", "not_ahead")
    assert await state_of(coach, who, nudge_id) == "sent"


# --- The newest date


async def newest(coach: Coach, who: Principal) -> date | None:
    async with coach.session(who) as session:
        return await nudges.last_on(session, CHECK_IN)


async def test_the_newest_date_is_none_while_everything_waits(coach: Coach, who: Principal) -> None:
    assert await newest(coach, who) is None
    await planned(coach, who)
    assert await newest(coach, who) is None


async def test_the_newest_date_is_the_day_it_was_really_asked_or_comes_again(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    assert await newest(coach, who) == FRIDAY
    clock.move_to(DUE + timedelta(days=2))
    await deliver(coach, claim)
    assert await newest(coach, who) == FRIDAY + timedelta(days=2), "it was two days late"
    async with coach.session(who) as session:
        # Late in the evening in UTC is the next morning in Auckland.
        session.member.zone = "Pacific/Auckland"
        await nudges.put_off(session, nudge_id, datetime(2026, 11, 25, 22, 0, tzinfo=UTC))
    assert await newest(coach, who) == date(2026, 11, 26)


async def test_a_date_that_only_a_wrong_clock_has_asked_for_is_not_the_newest(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    now = clock.now()
    nudge_id = await plan(coach, who, DUE + 52 * WEEK, FRIDAY + 52 * WEEK)
    clock.move_to(DUE + 52 * WEEK)
    (claim,) = await claims(coach)
    await deliver(coach, claim)
    assert await newest(coach, who) == FRIDAY + 52 * WEEK
    clock.move_to(now)
    assert await newest(coach, who) is None
    assert await state_of(coach, who, str(nudge_id)) == "sent"


async def test_the_newest_date_is_ones_own(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    await settle(coach, other, await planned(coach, other))
    assert await newest(coach, who) is None
    assert await newest(coach, other) == FRIDAY


def test_every_kind_is_known_by_its_name() -> None:
    assert {kind.name for kind in KINDS.values()} == set(KINDS)
    assert {name: kind.name for name, kind in KINDS.items()} == {name: name for name in KINDS}
