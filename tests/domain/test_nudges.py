"""Nudges: what is planned, claimed, sent, put off and closed, and that each is brought up once."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import NotFound
from bot.domain import members, nudges, workspaces
from bot.domain.members import Profile
from bot.domain.nudges import CHECK_IN, KINDS, LEASE, Claim, Delivery, Nudge, State, TakenOver
from bot.domain.workspaces import Installation
from bot.storage.identity import Member, Principal
from tests.conftest import TEAM

FRIDAY = date(2026, 11, 20)
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SENT = ("D0MAYA", "1795.000100")


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


async def claims(coach: Coach, limit: int = 50) -> list[Claim]:
    async with coach.database.system() as session:
        return await nudges.claim_due(session, limit=limit)


async def expired(coach: Coach, limit: int = 50) -> list[Claim]:
    async with coach.database.system() as session:
        return await nudges.claim_expired(session, limit=limit)


async def states(coach: Coach, who: Principal) -> list[tuple[date, str]]:
    async with coach.session(who) as session:
        rows = await session.execute(select(Nudge.local_on, Nudge.state).order_by(Nudge.local_on))
        return [(on, state) for on, state in rows]


async def state_of(coach: Coach, who: Principal, nudge_id: str) -> str:
    async with coach.session(who) as session:
        return (await session.mine(Nudge, nudge_id)).state


async def claimed(coach: Coach, clock: StoppedClock, who: Principal) -> tuple[str, Claim]:
    """A planned nudge and the claim on it, at its time."""
    nudge_id = await planned(coach, who)
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    return nudge_id, claim


async def delivered(coach: Coach, claim: Claim) -> None:
    async with coach.session(claim.who) as session:
        await nudges.delivered(session, claim, *SENT)


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
    await delivered(coach, claim)
    until = DUE + timedelta(days=1)
    async with coach.session(who) as session:
        await nudges.snooze(session, nudge_id, until)
    assert await plan(coach, who) is None
    async with coach.session(who) as session:
        assert (await session.mine(Nudge, nudge_id)).due_at == until, "a snooze keeps its own time"


async def test_the_database_itself_refuses_a_second_nudge_for_one_date(coach: Coach, who: Principal) -> None:
    nudge_id = await planned(coach, who)
    with pytest.raises(IntegrityError):
        async with coach.session(who) as session:
            session.add(Nudge(kind=CHECK_IN.name, due_at=DUE, local_on=FRIDAY))
    assert await state_of(coach, who, nudge_id) == "waiting"


async def test_planning_beside_one_that_was_given_back_breaks_nothing(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    # While Friday's was being sent, settings were saved and the next one planned; then it came back.
    first, claim = await claimed(coach, clock, who)
    next_week, next_friday = DUE + timedelta(days=7), FRIDAY + timedelta(days=7)
    second = await plan(coach, who, next_week, next_friday)
    async with coach.session(who) as session:
        await nudges.retry_later(session, claim, DUE + timedelta(minutes=1))
    assert await plan(coach, who, next_week + timedelta(hours=1), next_friday) == second
    assert await states(coach, who) == [(FRIDAY, "waiting"), (next_friday, "waiting")]
    assert await state_of(coach, who, first) == "waiting"


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
    _, claim = await claimed(coach, clock, who)
    assert await claims(coach) == []
    assert await expired(coach) == []
    assert (claim.who, claim.kinds, claim.ambiguous) == (who, ("check_in",), False)
    assert len(claim.key) == 32


async def test_everything_due_for_a_member_goes_into_one_message(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    for subject in ("one", "two", "three"):
        await plan(coach, who, subject=subject)
    await planned(coach, other)
    clock.move_to(DUE)
    found = await claims(coach)
    assert sorted((claim.who.user_id, len(claim.nudge_ids)) for claim in found) == [
        ("U0DANIEL", 1),
        ("U0MAYA", 3),
    ]
    assert len({claim.key for claim in found}) == 2


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
    async with coach.database.system() as session:
        assert await nudges.due_now(session) == (0, 0.0)
    assert await states(coach, who) == [(FRIDAY, "waiting")]


async def test_what_is_due_is_counted_with_the_age_of_the_oldest(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    await planned(coach, who)
    await plan(coach, other, DUE + timedelta(minutes=2))
    clock.move_to(DUE + timedelta(minutes=5))
    async with coach.database.system() as session:
        assert await nudges.due_now(session) == (2, 300.0)
        await nudges.claim_due(session, limit=50)
        await session.flush()
        assert await nudges.due_now(session) == (0, 0.0)


async def test_a_claim_whose_worker_vanished_is_taken_over_when_its_lease_is_out(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    clock.move_by(LEASE - timedelta(microseconds=1))
    assert await expired(coach) == []
    clock.move_by(timedelta(microseconds=1))
    (again,) = await expired(coach)
    assert (again.delivery_id, again.key, again.nudge_ids) == (claim.delivery_id, claim.key, (nudge_id,))
    assert again.ambiguous
    assert await expired(coach) == [], "it has a new lease"


async def test_a_delivery_that_is_done_is_never_taken_over(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    await delivered(coach, claim)
    clock.move_by(timedelta(days=1))
    assert await expired(coach) == []


async def test_nothing_is_taken_over_in_a_workspace_that_uninstalled(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await claimed(coach, clock, who)
    clock.move_by(LEASE)
    await uninstall(coach)
    assert await expired(coach) == []


# --- Before it is sent


async def renewed(coach: Coach, claim: Claim) -> bool:
    try:
        async with coach.session(claim.who) as session:
            await nudges.renew(session, claim)
    except TakenOver:
        return False
    return True


async def test_a_claim_that_waited_its_turn_is_renewed_before_it_is_sent(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    clock.move_by(LEASE - timedelta(seconds=1))
    assert await renewed(coach, claim)
    clock.move_by(LEASE - timedelta(seconds=1))
    assert await expired(coach) == []


async def test_a_claim_that_another_worker_took_over_is_not_ours_any_more(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    clock.move_by(LEASE)
    (taken,) = await expired(coach)
    assert not await renewed(coach, claim)
    assert await renewed(coach, taken)
    await delivered(coach, taken)
    assert not await renewed(coach, taken), "it is done"


async def test_a_claim_that_was_given_back_is_not_ours_any_more(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    async with coach.session(who) as session:
        await nudges.retry_later(session, claim, DUE)
    assert not await renewed(coach, claim)


@pytest.mark.parametrize(
    ("late", "stale"),
    [
        (timedelta(), False),
        (timedelta(days=2, hours=23), False),
        (CHECK_IN.useful_for, False),
        (CHECK_IN.useful_for + timedelta(seconds=1), True),
        (timedelta(days=30), True),
    ],
)
async def test_a_nudge_is_of_use_for_three_days(
    coach: Coach, who: Principal, clock: StoppedClock, late: timedelta, stale: bool
) -> None:
    _, claim = await claimed(coach, clock, who)
    clock.move_to(DUE + late)
    async with coach.session(who) as session:
        assert await nudges.is_stale(session, claim) is stale


async def test_a_nudge_that_was_tried_again_and_again_grows_old_all_the_same(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    for _ in range(4):
        clock.move_by(timedelta(days=1))
        async with coach.session(who) as session:
            await nudges.retry_later(session, claim, session.now)
        (claim,) = await claims(coach)
    async with coach.session(who) as session:
        assert await nudges.is_stale(session, claim)


async def test_a_nudge_that_was_answered_meanwhile_is_of_no_use(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    async with coach.session(who) as session:
        await nudges.settle(session, nudge_id, State.DONE)
    async with coach.session(who) as session:
        assert await nudges.is_stale(session, claim)


# --- After it was sent


async def test_a_delivery_says_where_it_went_and_opens_the_question(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    await delivered(coach, claim)
    async with coach.session(who) as session:
        delivery = await session.mine(Delivery, claim.delivery_id)
        assert (delivery.channel, delivery.ts, delivery.sent_at) == (*SENT, session.now)
        assert delivery.lease_until is None
        opened = await nudges.open_one(session, CHECK_IN)
        assert opened is not None
        assert (opened.id, opened.asked_at) == (nudge_id, session.now)
        assert session.member.dm_channel == "D0MAYA"


async def test_a_later_message_goes_to_the_channel_of_the_first(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    assert claim.channel is None
    await delivered(coach, claim)
    later = DUE + timedelta(days=7)
    await plan(coach, who, later, later.date())
    clock.move_to(later)
    assert [claim.channel for claim in await claims(coach)] == ["D0MAYA"]


@pytest.mark.parametrize("state", [State.MISSED, State.UNKNOWN, State.FAILED])
async def test_a_message_that_did_not_go_out_says_why(
    coach: Coach, who: Principal, clock: StoppedClock, state: State
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    async with coach.session(who) as session:
        await nudges.not_delivered(session, claim, state, "x" * 500)
    async with coach.session(who) as session:
        delivery = await session.mine(Delivery, claim.delivery_id)
        assert (delivery.error, delivery.lease_until, delivery.sent_at) == ("x" * 64, None, None)
        nudge = await session.mine(Nudge, nudge_id)
        assert (nudge.state, nudge.asked_at) == (state.value, None)
        assert bool(await nudges.open_one(session, CHECK_IN)) is (state is State.UNKNOWN)


async def test_a_claim_that_was_not_sent_waits_again_without_its_delivery(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    later = DUE + timedelta(minutes=10)
    async with coach.session(who) as session:
        await nudges.retry_later(session, claim, later)
    async with coach.session(who) as session:
        nudge = await session.mine(Nudge, nudge_id)
        assert (nudge.state, nudge.due_at, nudge.delivery_id) == ("waiting", later, None)
        assert await session.get(Delivery, claim.delivery_id) is None
    clock.move_to(later)
    (again,) = await claims(coach)
    assert again.key != claim.key


async def test_a_claim_that_may_have_been_sent_keeps_its_key_when_it_is_put_off(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    _, claim = await claimed(coach, clock, who)
    clock.move_by(LEASE)
    (taken,) = await expired(coach)
    later = clock.now() + timedelta(minutes=10)
    async with coach.session(who) as session:
        await nudges.retry_later(session, taken, later)
    clock.move_to(later)
    assert await claims(coach) == []
    assert [again.key for again in await expired(coach)] == [claim.key]


@pytest.mark.parametrize("answer", [State.DONE, State.SKIPPED])
async def test_an_answer_before_the_second_commit_is_not_undone_by_it(
    coach: Coach, who: Principal, clock: StoppedClock, answer: State
) -> None:
    # The message is out, the person is quick, and the worker has not come back from Slack yet.
    nudge_id, claim = await claimed(coach, clock, who)
    async with coach.session(who) as session:
        await nudges.settle(session, nudge_id, answer)
    await delivered(coach, claim)
    assert await state_of(coach, who, nudge_id) == answer.value


async def test_an_answer_before_a_claim_is_given_back_is_not_undone_by_it(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    async with coach.session(who) as session:
        await nudges.settle(session, nudge_id, State.DONE)
        await nudges.retry_later(session, claim, DUE)
    assert await state_of(coach, who, nudge_id) == "done"
    assert await claims(coach) == []


async def test_a_snooze_before_the_second_commit_is_not_undone_by_it(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    nudge_id, claim = await claimed(coach, clock, who)
    until = DUE + timedelta(hours=1)
    async with coach.session(who) as session:
        await nudges.snooze(session, nudge_id, until)
    await delivered(coach, claim)
    async with coach.session(who) as session:
        nudge = await session.mine(Nudge, nudge_id)
        assert (nudge.state, nudge.due_at) == ("waiting", until)


# --- Answers


ANSWERABLE = (State.WAITING, State.CLAIMED, State.SENT, State.UNKNOWN)


@pytest.mark.parametrize("state", State)
async def test_only_an_open_nudge_is_settled_or_snoozed(coach: Coach, who: Principal, state: State) -> None:
    nudge_id = await planned(coach, who)
    async with coach.session(who) as session:
        (await session.mine(Nudge, nudge_id)).state = state.value
    async with coach.session(who) as session:
        await nudges.settle(session, nudge_id, State.SKIPPED)
    expected = State.SKIPPED if state in ANSWERABLE else state
    assert await state_of(coach, who, nudge_id) == expected.value
    with pytest.raises(NotFound) as refused:
        async with coach.session(who) as session:
            await nudges.snooze(session, nudge_id, DUE)
    assert refused.value.words == "nudge_is_closed"


async def test_an_answer_closes_everything_that_was_asked_in_one_message(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    ids = [await plan(coach, who, subject=subject) for subject in ("one", "two")]
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    await delivered(coach, claim)
    async with coach.session(who) as session:
        await nudges.settle(session, str(ids[0]), State.DONE)
    assert [state for _, state in await states(coach, who)] == ["done", "done"]


ANSWERS: dict[str, Callable[..., Any]] = {
    "settle": lambda session, nudge_id: nudges.settle(session, nudge_id, State.DONE),
    "snooze": lambda session, nudge_id: nudges.snooze(session, nudge_id, DUE),
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
    await delivered(coach, claim)
    until = DUE + timedelta(hours=1)
    async with coach.session(who) as session:
        await nudges.snooze(session, nudge_id, until)
    assert await claims(coach) == []
    clock.move_to(until)
    (again,) = await claims(coach)
    assert again.nudge_ids == (nudge_id,)
    assert again.key != claim.key
    await delivered(coach, again)
    assert await claims(coach) == []


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
    await delivered(coach, claim)
    assert await newest(coach, who) == FRIDAY + timedelta(days=2), "it was two days late"
    async with coach.session(who) as session:
        # Late in the evening in UTC is the next morning in Auckland.
        session.member.zone = "Pacific/Auckland"
        await nudges.snooze(session, nudge_id, datetime(2026, 11, 25, 22, 0, tzinfo=UTC))
    assert await newest(coach, who) == date(2026, 11, 26)


async def test_the_newest_date_is_ones_own(coach: Coach, who: Principal, other: Principal) -> None:
    nudge_id = await planned(coach, other)
    async with coach.session(other) as session:
        await nudges.settle(session, nudge_id, State.DONE)
    assert await newest(coach, who) is None


def test_every_kind_is_known_by_its_name() -> None:
    assert {kind.name for kind in KINDS.values()} == set(KINDS)


# --- On both databases


@pytest.fixture
async def crowd(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[tuple[Coach, Sequence[Principal]]]:
    """Twelve members with a nudge that is due."""
    coach = make_coach(database_url, clock)
    people = [Principal(TEAM, f"U0{number:03}") for number in range(12)]
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, Installation(TEAM, "xoxb-test"))
        for who in people:
            await members.admit(session, coach.vault, who, Profile(zone="Europe/Berlin"))
            await session.flush()
    for who in people:
        await planned(coach, who)
    clock.move_to(DUE)
    yield coach, people
    await coach.database.close()


async def test_claims_survive_on_both_databases_and_are_taken_over_on_both(
    crowd: tuple[Coach, Sequence[Principal]], clock: StoppedClock
) -> None:
    coach, people = crowd
    first = await claims(coach, limit=5)
    second = await claims(coach, limit=50)
    assert (len(first), len(second)) == (5, 7)
    assert {claim.who for claim in (*first, *second)} == set(people)
    await delivered(coach, first[0])
    clock.move_by(LEASE)
    taken = await expired(coach)
    assert {claim.key for claim in taken} == {claim.key for claim in (*first[1:], *second)}
    assert all(claim.ambiguous for claim in taken)
    assert [replace(claim, attempt=1) in (*first, *second) for claim in taken] == [True] * 11


async def test_a_member_who_is_busy_is_left_for_the_next_tick(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> None:
    coach = make_coach(postgres_url, clock)
    who = Principal(TEAM, "U0MAYA")
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, Installation(TEAM, "xoxb-test"))
        await members.admit(session, coach.vault, who, Profile())
    await planned(coach, who)
    clock.move_to(DUE)
    async with coach.session(who):
        assert await claims(coach) == []
    assert len(await claims(coach)) == 1
    async with coach.database.system() as session:
        assert await session.scalar(select(func.count()).select_from(Delivery)) == 1
    await coach.database.close()
