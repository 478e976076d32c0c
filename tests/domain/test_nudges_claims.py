"""Claims: what is due, taken in batches by several workers, each member by one, and what became of it recorded."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core import periods
from bot.core.clock import StoppedClock
from bot.domain import members, nudges, workspaces
from bot.domain.members import Profile
from bot.domain.nudges import (
    CHECK_IN,
    FEEDBACK,
    KINDS,
    LOG_WIN,
    MISSING_RESULT,
    NEVER,
    ONBOARDING,
    Claim,
    Hold,
    Kind,
    Nudge,
    Outcome,
    State,
)
from bot.domain.workspaces import Installation
from bot.storage.identity import Principal, Stop, Workspace
from tests.conftest import TEAM
from tests.domain.claiming import (
    DM,
    FAST,
    TS,
    all_of,
    claims,
    deliver,
    look,
    nudge_of,
    record,
    state_of,
    take_over,
)
from tests.examples import examples

FRIDAY = date(2026, 11, 20)
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
ELSEWHERE = "T0FERN"
MAYA, DANIEL = Principal(TEAM, "U0MAYA"), Principal(TEAM, "U0DANIEL")


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    """A coach with Maya and Daniel, on both databases."""
    made = make_coach(database_url, clock)
    await admit(made, MAYA, DANIEL)
    yield made
    await made.database.close()


@pytest.fixture
async def here(coach: Coach) -> Coach:
    """The same on SQLite, for what the database has no part in."""
    await admit(coach, MAYA, DANIEL)
    return coach


async def admit(coach: Coach, *people: Principal) -> None:
    async with coach.database.system() as session:
        for team in dict.fromkeys(who.team_id for who in people):
            await workspaces.connect(session, coach.vault, Installation(team, "xoxb-test"))
        for who in people:
            await members.admit(session, coach.vault, who, Profile(zone="Europe/Berlin"))
            await session.flush()


async def crowd(coach: Coach, number: int, *, team: str = TEAM, at: datetime = DUE) -> list[Principal]:
    """So many new members whose check-in is due at a moment."""
    people = [Principal(team, f"U1{one:03}") for one in range(number)]
    await admit(coach, *people)
    for who in people:
        await ask(coach, who, at=at)
    return people


async def ask(
    coach: Coach, who: Principal, kind: Kind = CHECK_IN, *, at: datetime = DUE, subject: str = ""
) -> str:
    """Plan a nudge for a moment."""
    async with coach.session(who, present=False) as session:
        made = await nudges.schedule(session, kind, at=at, on=at.date(), subject=subject)
        assert made is not None
        return made.id


async def ask_newer(coach: Coach, who: Principal, *, at: datetime = DUE) -> str:
    """Plan a nudge of a kind that only a newer version knows."""
    async with coach.session(who, present=False) as session:
        made = Nudge(kind="goal", planned_at=at, due_at=at, local_on=at.date())
        session.add(made)
        await session.flush()
        return made.id


async def habits(coach: Coach, who: Principal, **changed: object) -> None:
    async with coach.session(who, present=False) as session:
        for name, value in changed.items():
            setattr(session.member, name, value)


async def workspace(coach: Coach, team: str = TEAM) -> Workspace:
    async with coach.database.system() as session:
        return (await session.scalars(select(Workspace).where(Workspace.team_id == team))).one()


async def again(coach: Coach, claim: Claim, at: datetime, reason: str = "held") -> None:
    await record(coach, Outcome(claim, State.WAITING, reason, at=at))


def kinds_of(claims_: Sequence[Claim]) -> list[tuple[str, ...]]:
    return [claim.kinds for claim in claims_]


# --- In batches


async def test_a_look_takes_as_many_as_it_was_told_and_the_oldest_first(
    anywhere: Coach, clock: StoppedClock
) -> None:
    people = await crowd(anywhere, 12)
    await ask(anywhere, MAYA, at=DUE - MINUTE)
    clock.move_to(DUE)
    first = await look(anywhere, limit=5)
    assert (first.found, len(first.claims)) == (5, 5)
    assert first.claims[0].who == MAYA
    rest = await look(anywhere)
    assert rest.found == 8
    assert {claim.who for claim in (*first.claims, *rest.claims)} == {MAYA, *people}
    assert (await look(anywhere)).found == 0


async def test_a_message_is_known_by_its_member_and_the_key_of_its_batch(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 3)
    clock.move_to(DUE)
    one, another = await look(anywhere, limit=2), await look(anywhere)
    keys = [claim.key for claim in (*one.claims, *another.claims)]
    assert keys[0] == keys[1] != keys[2]
    for claim in (*one.claims, *another.claims):
        (nudge,) = await all_of(anywhere, claim.who)
        assert (nudge.key, nudge.state, nudge.claimed_at, nudge.attempts) == (claim.key, "claimed", DUE, 1)


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_all_that_is_due_for_a_member_is_in_one_claim_wherever_the_batch_ends(
    anywhere: Coach, clock: StoppedClock, limit: int
) -> None:
    await ask(anywhere, DANIEL, at=DUE - HOUR)
    wanted = {
        await ask(anywhere, MAYA, kind, at=DUE - ahead * MINUTE)
        for ahead, kind in enumerate((CHECK_IN, LOG_WIN, FEEDBACK))
    }
    clock.move_to(DUE)
    found: list[Claim] = []
    while claimed := await claims(anywhere, limit=limit):
        found += claimed
    assert [claim.who for claim in found] == [DANIEL, MAYA]
    assert set(found[1].nudge_ids) == wanted
    assert found[1].kinds == ("check_in", "log_win", "feedback"), "the most important first"


async def test_a_claim_knows_all_that_its_message_needs(anywhere: Coach, clock: StoppedClock) -> None:
    await habits(anywhere, MAYA, dm_channel=DM, home_opened_at=DUE - WEEK)
    nudge_id = await ask(anywhere, MAYA, FEEDBACK, subject="one")
    clock.move_to(DUE + MINUTE)
    (claim,) = await claims(anywhere)
    part = claim.parts[0]
    assert (claim.who, claim.channel, claim.zone.key, part.planned_at) == (MAYA, DM, "Europe/Berlin", DUE)
    assert (part.id, part.kind, part.subject, part.local_on) == (nudge_id, "feedback", "one", FRIDAY)
    assert (part.asked_at, part.unanswered, part.home_opened_at) == (None, 0, DUE - WEEK)


# --- By several workers


async def test_workers_that_look_at_once_never_share_a_member(anywhere: Coach, clock: StoppedClock) -> None:
    people = await crowd(anywhere, 12)
    for who in people:
        await ask(anywhere, who, LOG_WIN)
    clock.move_to(DUE)
    found: list[Claim] = []
    for _ in range(12):
        looks = await asyncio.gather(*(look(anywhere, limit=5) for _ in range(3)))
        found += [claim for one in looks for claim in one.claims]
        if not any(one.found for one in looks):
            break
    assert sorted(claim.who.user_id for claim in found) == sorted(who.user_id for who in people)
    assert all(claim.kinds == ("check_in", "log_win") for claim in found)


async def test_a_worker_takes_what_another_one_has_not_locked(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> None:
    coach = make_coach(postgres_url, clock)
    first, second = await crowd(coach, 4), await crowd(coach, 4, team=ELSEWHERE, at=DUE + SECOND)
    clock.move_to(DUE + MINUTE)
    async with coach.database.system() as one, coach.database.system() as other:
        taken = await nudges.claim_due(one, ceiling=FAST, limit=4)
        # The first one has not committed yet; nobody waits for it.
        left = await nudges.claim_due(other, ceiling=FAST, limit=50)
        assert [claim.who for claim in taken.claims] == first
        assert [claim.who for claim in left.claims] == second
    assert await claims(coach) == []
    await coach.database.close()


async def test_a_member_who_is_busy_is_left_for_the_next_look(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> None:
    coach = make_coach(postgres_url, clock)
    people = await crowd(coach, 2)
    clock.move_to(DUE)
    async with coach.session(people[0]):
        assert [claim.who for claim in await claims(coach)] == [people[1]]
    assert [claim.who for claim in await claims(coach)] == [people[0]]
    await coach.database.close()


async def test_what_another_worker_took_between_look_and_lock_is_left_to_it(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> None:
    coach = make_coach(postgres_url, clock)
    (who, *_) = await crowd(coach, 1)
    clock.move_to(DUE)
    async with coach.database.system() as one:
        taken = await nudges.claim_due(one, ceiling=FAST)
        waiting = asyncio.create_task(look(coach))
        await asyncio.sleep(0.05)
    assert [claim.who for claim in taken.claims] == [who]
    assert not (await waiting).claims
    assert (await all_of(coach, who))[0].attempts == 1
    await coach.database.close()


# --- Too late


@pytest.mark.parametrize(
    ("kind", "next_on"),
    [
        (CHECK_IN, [FRIDAY + WEEK]),
        (LOG_WIN, [FRIDAY + 2 * WEEK]),
        (FEEDBACK, [date(2026, 12, 18)]),
        (MISSING_RESULT, []),
        (ONBOARDING, []),
    ],
)
async def test_what_came_too_late_is_missed_and_its_next_turn_planned(
    anywhere: Coach, clock: StoppedClock, kind: Kind, next_on: list[date]
) -> None:
    nudge_id = await ask(anywhere, MAYA, kind)
    async with anywhere.session(MAYA) as session:
        (await session.mine(Nudge, nudge_id)).unanswered = 1 if kind.every else 0
    late = DUE + kind.useful_for + SECOND
    clock.move_to(late)
    found = await look(anywhere)
    assert (found.found, found.claims, list(found.late)) == (1, [], [kind.name])
    first, *rest = await all_of(anywhere, MAYA, kind)
    assert (first.id, first.state, first.error, first.asked_at) == (nudge_id, "missed", "late", None)
    ahead = [nudge for nudge in rest if nudge.due_at > late]
    assert rest == ahead
    assert [nudge.local_on for nudge in rest] == next_on or kind is CHECK_IN
    assert all(nudge.unanswered == 1 for nudge in rest), "nobody left unanswered what never came"


async def test_after_weeks_without_a_worker_one_check_in_is_planned_and_none_made_up_for(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await ask(anywhere, MAYA)
    clock.move_to(DUE + 10 * WEEK - HOUR)
    assert not (await look(anywhere)).claims
    assert [(nudge.local_on, nudge.state) for nudge in await all_of(anywhere, MAYA)] == [
        (FRIDAY, "missed"),
        (FRIDAY + 10 * WEEK, "waiting"),
    ]


# --- What became of it


async def test_what_was_sent_is_recorded_with_its_place_and_the_next_turn(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await habits(anywhere, MAYA, offset_seconds=90)
    nudge_id = await ask(anywhere, MAYA)
    await ask(anywhere, DANIEL)
    clock.move_to(DUE + 2 * MINUTE)
    found = await claims(anywhere)
    clock.move_by(SECOND)
    await deliver(anywhere, *found)
    first, then = await all_of(anywhere, MAYA)
    assert (first.id, first.state, first.asked_at, first.ts) == (nudge_id, "sent", clock.now(), TS)
    assert (then.local_on, then.planned_at, then.state) == (FRIDAY + WEEK, DUE + WEEK, "waiting")
    assert then.due_at == DUE + WEEK + timedelta(seconds=90), "a place of its own in the crowd"
    assert (first.unanswered, then.unanswered) == (0, 1)
    async with anywhere.session(MAYA) as session:
        assert session.member.dm_channel == DM
    assert [nudge.state for nudge in await all_of(anywhere, DANIEL)] == ["sent", "waiting"]


async def test_three_times_without_an_answer_make_it_monthly_and_an_answer_weekly_again(
    here: Coach, clock: StoppedClock
) -> None:
    await ask(here, MAYA)
    dates = []
    for _ in range(4):
        coming = (await all_of(here, MAYA))[-1]
        dates.append(coming.local_on)
        clock.move_to(coming.due_at)
        await deliver(here, *await claims(here))
    assert [(later - earlier).days for earlier, later in pairwise(dates)] == [7, 7, 28]
    *_, asked, coming = await all_of(here, MAYA)
    assert (coming.unanswered, (coming.local_on - asked.local_on).days) == (4, 35), "the first Friday again"
    async with here.session(MAYA) as session:
        await nudges.settle(session, asked.id, State.DONE)
    *_, coming = await all_of(here, MAYA)
    assert (coming.unanswered, (coming.local_on - asked.local_on).days) == (0, 7)


async def test_what_was_not_sent_waits_for_its_next_try(anywhere: Coach, clock: StoppedClock) -> None:
    nudge_id = await ask(anywhere, MAYA)
    clock.move_to(DUE)
    (claim,) = await claims(anywhere)
    await again(anywhere, claim, DUE + HOUR, "ratelimited")
    (nudge,) = await all_of(anywhere, MAYA)
    assert (nudge.id, nudge.state, nudge.due_at, nudge.planned_at) == (nudge_id, "waiting", DUE + HOUR, DUE)
    assert (nudge.key, nudge.error, nudge.attempts) == (None, "ratelimited", 1)
    clock.move_to(DUE + HOUR)
    (once_more,) = await claims(anywhere)
    assert (once_more.parts[0].attempts, (await nudge_of(anywhere, MAYA, nudge_id)).error) == (1, None)


@pytest.mark.parametrize("state", [State.UNKNOWN, State.MISSED])
async def test_what_nobody_can_tell_or_came_too_late_is_closed_and_the_next_one_planned(
    anywhere: Coach, clock: StoppedClock, state: State
) -> None:
    await ask(anywhere, MAYA)
    clock.move_to(DUE)
    await record(anywhere, Outcome((await claims(anywhere))[0], state, "uncertain"))
    first, then = await all_of(anywhere, MAYA)
    assert (first.state, first.error, first.asked_at) == (state.value, "uncertain", None)
    assert (then.local_on, then.unanswered) == (FRIDAY + WEEK, 0)


async def test_whoever_cannot_be_written_to_keeps_what_waits_until_they_come_back(
    anywhere: Coach, clock: StoppedClock
) -> None:
    nudge_id = await ask(anywhere, MAYA)
    later = await ask(anywhere, MAYA, FEEDBACK, at=DUE + HOUR)
    clock.move_to(DUE)
    (claim,) = await claims(anywhere)
    lost = Outcome(claim, State.WAITING, "user_disabled", at=NEVER, unreachable=True)
    await record(anywhere, lost)
    clock.move_to(DUE + HOUR)
    assert await claims(anywhere) == []
    async with anywhere.session(MAYA, present=False) as session:
        assert session.member.unreachable == "user_disabled"
        assert await nudges.upcoming(session) == []
    async with anywhere.session(MAYA):
        pass  # whoever does something can be written to
    (both,) = await claims(anywhere)
    assert both.nudge_ids == (nudge_id, later)


async def test_a_long_word_of_slacks_breaks_no_batch(anywhere: Coach, clock: StoppedClock) -> None:
    await ask(anywhere, MAYA)
    await ask(anywhere, DANIEL)
    clock.move_to(DUE)
    one, other = await claims(anywhere)
    words = "word" * 100
    await record(
        anywhere,
        Outcome(one, State.WAITING, words, at=NEVER, unreachable=True),
        Outcome(other, State.UNKNOWN, words),
    )
    async with anywhere.session(one.who, present=False) as session:
        assert session.member.unreachable == words[:64]
    assert (await all_of(anywhere, other.who))[0].error == words[:64]


async def test_one_that_comes_back_takes_the_place_of_what_was_planned_meanwhile(
    anywhere: Coach, clock: StoppedClock
) -> None:
    for who in (MAYA, DANIEL):
        await ask(anywhere, who)
    clock.move_to(DUE)
    found = {claim.who: claim for claim in await claims(anywhere)}
    await ask(anywhere, MAYA, at=DUE + WEEK)
    await record(
        anywhere,
        Outcome(found[MAYA], State.WAITING, "held", at=DUE + MINUTE),
        Outcome(found[DANIEL], State.SENT, channel=DM, ts=TS),
    )
    assert [(one.local_on, one.state) for one in await all_of(anywhere, MAYA)] == [(FRIDAY, "waiting")]
    assert [one.state for one in await all_of(anywhere, DANIEL)] == ["sent", "waiting"], "nobody else suffers"


async def test_a_member_who_saves_their_settings_meanwhile_keeps_no_outcome_from_being_recorded(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> None:
    coach = make_coach(postgres_url, clock)
    (who, *_) = await crowd(coach, 1)
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    async with coach.session(who) as session:
        await nudges.plan(session, CHECK_IN)
        recording = asyncio.create_task(again(coach, claim, DUE + MINUTE))
        await asyncio.sleep(0.05)
    await recording
    assert [(one.local_on, one.state) for one in await all_of(coach, who)] == [(FRIDAY, "waiting")]
    await coach.database.close()


# --- Whose claim it is


OUTCOMES: dict[str, dict[str, Any]] = {
    "sent": {"state": State.SENT, "channel": DM, "ts": "1.1"},
    "again": {"state": State.WAITING, "reason": "held", "at": DUE},
    "unknown": {"state": State.UNKNOWN, "reason": "uncertain"},
    "missed": {"state": State.MISSED, "reason": "late"},
}


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_the_outcome_of_a_claim_that_was_taken_over_changes_nothing(
    anywhere: Coach, clock: StoppedClock, outcome: str
) -> None:
    nudge_id = await ask(anywhere, MAYA)
    clock.move_to(DUE)
    (claim,) = await claims(anywhere)
    (taken,) = await take_over(anywhere)
    before = await nudge_of(anywhere, MAYA, nudge_id)
    await record(anywhere, Outcome(claim, **OUTCOMES[outcome]))
    after = await nudge_of(anywhere, MAYA, nudge_id)
    assert columns(after) == columns(before)
    await deliver(anywhere, taken)
    assert [one.state for one in await all_of(anywhere, MAYA)] == ["sent", "waiting"]


@pytest.mark.parametrize("outcome", OUTCOMES)
async def test_an_outcome_that_is_told_twice_counts_once(
    anywhere: Coach, clock: StoppedClock, outcome: str
) -> None:
    await ask(anywhere, MAYA)
    clock.move_to(DUE)
    (claim,) = await claims(anywhere)
    await record(anywhere, Outcome(claim, **OUTCOMES[outcome]))
    before = [columns(one) for one in await all_of(anywhere, MAYA)]
    clock.move_by(MINUTE)
    await record(anywhere, Outcome(claim, **OUTCOMES[outcome]))
    assert [columns(one) for one in await all_of(anywhere, MAYA)] == before


def columns(nudge: Nudge) -> dict[str, object]:
    return {column.key: getattr(nudge, column.key) for column in Nudge.__table__.columns}


async def test_only_one_worker_takes_over_what_another_left(anywhere: Coach, clock: StoppedClock) -> None:
    await ask(anywhere, MAYA)
    clock.move_to(DUE)
    (claim,) = await claims(anywhere)
    async with anywhere.database.system() as session:
        seen = await nudges.claimed(session, limit=10)

    async def take() -> list[Claim]:
        async with anywhere.database.system() as session:
            return await nudges.take_over(session, seen)

    found = [taken for some in await asyncio.gather(*(take() for _ in range(4))) for taken in some]
    assert [(taken.key, taken.ambiguous) for taken in found] == [(claim.key, True)]
    assert await take() == [], "somebody has touched it since it was seen"


async def test_what_was_sent_or_given_back_since_it_was_seen_is_not_taken_over(
    anywhere: Coach, clock: StoppedClock
) -> None:
    for who in (MAYA, DANIEL):
        await ask(anywhere, who)
    clock.move_to(DUE)
    one, other = await claims(anywhere)
    async with anywhere.database.system() as session:
        seen = await nudges.claimed(session, limit=10)
    await deliver(anywhere, one)
    await again(anywhere, other, DUE)
    (once_more,) = await claims(anywhere)
    async with anywhere.database.system() as session:
        assert await nudges.take_over(session, seen) == []
    assert await state_of(anywhere, other.who, once_more.nudge_ids[0]) == "claimed"


async def test_two_messages_that_a_worker_left_stay_two(anywhere: Coach, clock: StoppedClock) -> None:
    first, second = await ask(anywhere, MAYA, at=DUE), await ask(anywhere, MAYA, FEEDBACK, at=DUE + MINUTE)
    clock.move_to(DUE)
    (one,) = await claims(anywhere)
    async with anywhere.session(MAYA) as session:
        (await session.mine(Nudge, first)).asked_at = DUE - WEEK  # so that the day is free
    clock.move_to(DUE + MINUTE)
    await habits(anywhere, MAYA, budget=5)
    found = await claims(anywhere)
    if not found:  # the second waits while the first is on its way
        assert await state_of(anywhere, MAYA, second) == "waiting"
        return
    assert {taken.key: taken.nudge_ids for taken in await take_over(anywhere)} == {
        one.key: (first,),
        found[0].key: (second,),
    }


# --- Kinds of a newer version


async def test_a_kind_that_a_newer_version_wrote_is_not_sent_and_breaks_nothing(
    anywhere: Coach, clock: StoppedClock
) -> None:
    newer = await ask_newer(anywhere, MAYA)
    mine, daniels = await ask(anywhere, MAYA), await ask(anywhere, DANIEL)
    clock.move_to(DUE)
    found = await look(anywhere)
    assert {claim.who: claim.nudge_ids for claim in found.claims} == {MAYA: (mine,), DANIEL: (daniels,)}
    assert await state_of(anywhere, MAYA, newer) != "claimed"
    await deliver(anywhere, *found.claims)
    assert not (await look(anywhere)).claims


async def test_a_kind_that_only_the_vanished_worker_knew_is_taken_over_without_trouble(
    anywhere: Coach, clock: StoppedClock
) -> None:
    nudge_id = await ask(anywhere, MAYA)
    clock.move_to(DUE)
    await claims(anywhere)
    async with anywhere.session(MAYA) as session:
        (await session.mine(Nudge, nudge_id)).kind = "goal"
    (taken,) = await take_over(anywhere)
    assert taken.kinds == ("goal",)
    assert not taken.is_useful(DUE)
    await record(anywhere, Outcome(taken, State.MISSED, "late"))
    assert [one.state for one in await all_of(anywhere, MAYA)] == ["missed"]


# --- The budget


async def test_a_week_brings_no_more_messages_than_the_budget_beside_the_check_in(
    anywhere: Coach, clock: StoppedClock
) -> None:
    monday = DUE - 4 * DAY
    for number in range(5):
        await ask(anywhere, MAYA, MISSING_RESULT, at=monday + number * DAY, subject=str(number))
    sent = []
    for number in range(5 * 24):
        clock.move_to(monday + number * HOUR)
        found = await claims(anywhere)
        sent += [(clock.now() - monday) // DAY for _ in found]
        await deliver(anywhere, *found)
    assert sent == [0, 1]


async def test_what_is_still_on_its_way_counts_for_its_day(anywhere: Coach, clock: StoppedClock) -> None:
    await ask(anywhere, MAYA, LOG_WIN)
    await ask(anywhere, MAYA, FEEDBACK, at=DUE + MINUTE)
    clock.move_to(DUE)
    assert kinds_of(await claims(anywhere)) == [("log_win",)]
    clock.move_to(DUE + MINUTE)
    assert await claims(anywhere) == [], "one message a day, and the first may be out"


async def test_a_check_in_that_came_too_late_takes_nothing_past_the_budget(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await habits(anywhere, MAYA, budget=1)
    await ask(anywhere, MAYA, LOG_WIN, at=DUE - DAY)
    clock.move_to(DUE - DAY)
    await deliver(anywhere, *await claims(anywhere))
    await ask(anywhere, MAYA, at=DUE - CHECK_IN.useful_for)
    await ask_newer(anywhere, MAYA)
    await ask(anywhere, MAYA, FEEDBACK, at=DUE)
    clock.move_to(DUE + MINUTE)
    assert await claims(anywhere) == []


async def send(coach: Coach, clock: StoppedClock, at: datetime) -> list[tuple[str, ...]]:
    """What goes out at a moment, by its kinds."""
    clock.move_to(at)
    found = await claims(coach)
    await deliver(coach, *found)
    return kinds_of(found)


async def test_what_comes_again_with_the_check_in_still_counts_for_the_message_in_which_it_came_first(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await habits(anywhere, MAYA, budget=1)
    nudge_id = await ask(anywhere, MAYA, LOG_WIN, at=DUE - 2 * DAY)
    assert await send(anywhere, clock, DUE - 2 * DAY) == [("log_win",)]
    async with anywhere.session(MAYA) as session:
        await nudges.put_off(session, nudge_id, DUE)
    await ask(anywhere, MAYA)
    assert await send(anywhere, clock, DUE) == [("check_in", "log_win")]
    await ask(anywhere, MAYA, FEEDBACK, at=DUE + 3 * DAY)
    assert await send(anywhere, clock, DUE + 3 * DAY) == []
    assert await send(anywhere, clock, DUE + 5 * DAY) == [("feedback",)]


async def test_what_comes_again_because_it_was_snoozed_takes_no_more_room(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await habits(anywhere, MAYA, budget=1)
    nudge_id = await ask(anywhere, MAYA, LOG_WIN, at=DUE - 8 * DAY)
    assert await send(anywhere, clock, DUE - 8 * DAY) == [("log_win",)]
    async with anywhere.session(MAYA) as session:
        await nudges.snooze(session, nudge_id, "next_week")
    assert await send(anywhere, clock, DUE - DAY) == [("log_win",)]
    await ask(anywhere, MAYA, FEEDBACK)
    assert await send(anywhere, clock, DUE) == [("feedback",)]


@pytest.mark.parametrize(
    ("outcome", "left"),
    [("sent", []), ("unknown", []), ("again", [("log_win", "feedback")]), ("missed", [("feedback",)])],
)
async def test_what_did_not_go_out_takes_no_room_and_what_may_have_gone_out_does(
    anywhere: Coach, clock: StoppedClock, outcome: str, left: list[tuple[str, ...]]
) -> None:
    await habits(anywhere, MAYA, budget=1)
    await ask(anywhere, MAYA, LOG_WIN, at=DUE - DAY)
    clock.move_to(DUE - DAY)
    (claim,) = await claims(anywhere)
    await record(anywhere, Outcome(claim, **OUTCOMES[outcome]))
    await ask(anywhere, MAYA, FEEDBACK, at=DUE)
    clock.move_to(DUE)
    assert kinds_of(await claims(anywhere)) == left


async def test_a_kind_that_nobody_knows_is_not_waited_for(anywhere: Coach, clock: StoppedClock) -> None:
    await ask_newer(anywhere, MAYA, at=DUE + HOUR)
    await ask(anywhere, MAYA, FEEDBACK)
    clock.move_to(DUE)
    assert kinds_of(await claims(anywhere)) == [("feedback",)]


async def test_what_is_due_before_the_check_in_of_the_day_comes_together_with_it(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await ask(anywhere, MAYA, LOG_WIN, at=DUE - 5 * HOUR)
    await ask(anywhere, MAYA)
    clock.move_to(DUE - 5 * HOUR)
    assert await claims(anywhere) == []
    assert (await all_of(anywhere, MAYA, LOG_WIN))[0].due_at == DUE
    clock.move_to(DUE)
    assert kinds_of(await claims(anywhere)) == [("check_in", "log_win")]


async def test_other_peoples_messages_cost_nobody_their_budget(anywhere: Coach, clock: StoppedClock) -> None:
    await habits(anywhere, MAYA, budget=1)
    await ask(anywhere, DANIEL, LOG_WIN, at=DUE - HOUR)
    await ask(anywhere, MAYA, LOG_WIN)
    clock.move_to(DUE - HOUR)
    await deliver(anywhere, *await claims(anywhere))
    clock.move_to(DUE)
    assert [claim.who for claim in await claims(anywhere)] == [MAYA]


# Of these kinds, on a day of two weeks, within two hours of each other, about one of a few things.
wishes = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.integers(0, 13), st.integers(0, 12), st.integers(0, 3)),
    min_size=1,
    max_size=20,
)


# The moment of the plan for which a message is snoozed; a moment that has passed is the next morning instead.
times = st.tuples(st.integers(0, 13), st.integers(0, 12))


@given(plan=wishes, budget=st.integers(0, 3), slow=st.integers(0, 2), snoozed=st.integers(0, 4), back=times)
@example(
    plan=[
        ("check_in", 0, 0, 0),
        ("feedback", 0, 1, 0),
        ("missing_result", 1, 0, 0),
        ("missing_result", 1, 0, 1),
    ],
    budget=1,
    slow=0,
    snoozed=4,
    back=(0, 0),
)
@example(
    plan=[("log_win", 0, 0, 0), ("check_in", 2, 0, 0), ("feedback", 3, 0, 0)],
    budget=1,
    slow=0,
    snoozed=1,
    back=(2, 0),
)
@examples(15, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_planned_nobody_is_written_to_more_than_they_asked_for(
    here: Coach,
    clock: StoppedClock,
    plan: list[tuple[str, int, int, int]],
    budget: int,
    slow: int,
    snoozed: int,
    back: tuple[int, int],
) -> None:
    start = DUE - 4 * DAY
    clock.move_to(start - HOUR)
    async with here.session(MAYA) as session:
        for nudge in await all_in(session):
            await session.delete(nudge)
        session.member.budget = budget
        await session.flush()
        for kind, days, tens, subject in plan:
            at = start + days * DAY + tens * 10 * MINUTE
            about = "" if KINDS[kind].every else str(subject)
            await nudges.schedule(session, KINDS[kind], at=at, on=at.date(), subject=about)
    sent: list[tuple[datetime, bool]] = []
    while (due := await next_due(here)) is not None and due < start + 5 * WEEK:
        clock.move_to(max(due, clock.now()))
        on_their_way = []
        for _ in range(2):
            found = await claims(here)
            assert len(found) <= 1
            sent += [(clock.now(), is_free(claim)) for claim in found]
            on_their_way += found
            # It takes its time, in which other nudges come due.
            clock.move_by(slow * 20 * MINUTE)
        await deliver(here, *on_their_way)
        if on_their_way and len(sent) == snoozed:
            async with here.session(MAYA) as session:
                until = start + back[0] * DAY + back[1] * 10 * MINUTE
                if until > clock.now():
                    await nudges.put_off(session, on_their_way[0].nudge_ids[0], until)
                else:
                    await nudges.snooze(session, on_their_way[0].nudge_ids[0], "tomorrow")
    berlin = periods.zone("Europe/Berlin")
    for at, free in sent:
        local = at.astimezone(berlin)
        assert 8 <= local.hour < 21
        assert local.weekday() < 5
        if not free:
            assert sum(at - WEEK < one <= at and not other_free for one, other_free in sent) <= budget
            assert not any(one < at and periods.local_date(one, berlin) == local.date() for one, _ in sent)


def is_free(claim: Claim) -> bool:
    """Whether a message stands outside the budget: for one of its parts the member asked, or it never counts."""
    return any(part.asked_at or not KINDS[part.kind].counts for part in claim.parts)


async def all_in(session: Any) -> list[Nudge]:
    return list(await session.scalars(select(Nudge)))


async def next_due(coach: Coach) -> datetime | None:
    async with coach.database.system() as session:
        found: datetime | None = await session.scalar(
            select(func.min(Nudge.__table__.c.due_at)).where(Nudge.__table__.c.state == "waiting")
        )
        return found


# --- The pace


async def test_a_crowd_is_spread_over_the_slots_of_its_workspace(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 12)
    clock.move_to(DUE)
    first = await look(anywhere, ceiling=5)
    assert (first.found, len(first.claims)) == (12, 5)
    async with anywhere.database.system() as session:
        moved = await session.scalars(
            select(Nudge.__table__.c.due_at)
            .where(Nudge.__table__.c.state == "waiting")
            .order_by(Nudge.__table__.c.due_at)
        )
        assert [(at - DUE).total_seconds() for at in moved] == [1.0, 1.2, 1.4, 1.6, 1.8, 2.0, 2.2]
    assert (await workspace(anywhere)).next_slot_at == DUE + timedelta(seconds=2.4)
    assert (await look(anywhere, ceiling=5)).found == 0
    clock.move_to(DUE + 2 * SECOND)
    assert len((await look(anywhere, ceiling=5)).claims) == 6
    clock.move_to(DUE + 3 * SECOND)
    assert len((await look(anywhere, ceiling=5)).claims) == 1


async def test_looks_at_the_same_moment_share_the_slots_of_a_workspace(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 12)
    clock.move_to(DUE)
    looks = await asyncio.gather(*(look(anywhere, limit=4, ceiling=5) for _ in range(3)))
    looks.append(await look(anywhere, ceiling=5))
    assert sum(len(one.claims) for one in looks) == 5


async def test_a_crowd_in_one_workspace_keeps_nobody_in_another_waiting(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 12)
    others = await crowd(anywhere, 3, team=ELSEWHERE)
    clock.move_to(DUE)
    found = await look(anywhere, ceiling=5)
    assert [claim.who for claim in found.claims if claim.who.team_id == ELSEWHERE] == others


async def test_a_workspace_whose_calls_take_long_gets_no_more_of_them_for_a_while(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 2)
    others = await crowd(anywhere, 2, team=ELSEWHERE)
    busy = (await workspace(anywhere)).id
    clock.move_to(DUE)
    assert [claim.who for claim in (await look(anywhere, busy={busy})).claims] == others
    assert (await look(anywhere)).found == 0
    clock.move_by(5 * SECOND)
    assert len(await claims(anywhere)) == 2


# --- Holding and stopping


async def hold(coach: Coach, until: datetime, *, slower: bool = False, ceiling: float = 5) -> None:
    space = await workspace(coach)
    async with coach.database.system() as session:
        await nudges.record(session, [], {space.id: Hold(until, slower)}, ceiling=ceiling)


async def test_a_workspace_that_is_held_gets_nothing_until_then_and_then_everything_in_turn(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 3)
    clock.move_to(DUE)
    await hold(anywhere, DUE + MINUTE)
    assert not (await look(anywhere)).claims
    clock.move_to(DUE + MINUTE - SECOND)
    assert not (await look(anywhere)).claims
    clock.move_to(DUE + MINUTE + SECOND)
    assert len(await claims(anywhere)) == 3


async def test_slots_that_were_reserved_before_a_hold_are_given_back(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 8)
    clock.move_to(DUE)
    assert len((await look(anywhere, ceiling=5)).claims) == 5
    await hold(anywhere, DUE + MINUTE, slower=True)
    space = await workspace(anywhere)
    assert (space.per_second, space.slowed_at, space.held_until) == (2.5, DUE, DUE + MINUTE)
    clock.move_to(DUE + 2 * SECOND)
    assert not (await look(anywhere, ceiling=5)).claims, "their slots lie after the hold now"
    clock.move_to(DUE + MINUTE)
    assert len((await look(anywhere, ceiling=5)).claims) == 1
    clock.move_to(DUE + MINUTE + SECOND)
    assert len((await look(anywhere, ceiling=5)).claims) == 2


async def test_a_hold_is_never_shortened_by_another_worker(anywhere: Coach, clock: StoppedClock) -> None:
    clock.move_to(DUE)
    await hold(anywhere, DUE + HOUR)
    await hold(anywhere, DUE + MINUTE)
    assert (await workspace(anywhere)).held_until == DUE + HOUR


async def test_what_a_wrong_clock_held_for_years_can_be_held_for_a_minute(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 1)
    clock.move_to(DUE)
    await hold(anywhere, DUE + 500 * WEEK)
    await hold(anywhere, DUE + MINUTE)
    assert await claims(anywhere) == []
    clock.move_to(DUE + MINUTE)
    assert len(await claims(anywhere)) == 1


async def stop(coach: Coach, scope: str) -> None:
    async with coach.database.system() as session:
        session.add(Stop(id=scope))


async def start(coach: Coach, scope: str) -> None:
    async with coach.database.system() as session:
        await session.delete(await session.get_one(Stop, scope))
        await nudges.release(session, scope)


async def test_a_stop_lets_nothing_out_and_its_end_lets_everything_out(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 2)
    clock.move_to(DUE)
    await stop(anywhere, Stop.EVERYWHERE)
    assert (await look(anywhere)).found == 0
    assert await backlog(anywhere) == (0, 0.0)
    await start(anywhere, Stop.EVERYWHERE)
    assert await backlog(anywhere) == (2, 0.0)
    assert len(await claims(anywhere)) == 2


async def backlog(coach: Coach, **bounds: int) -> tuple[int, float]:
    async with coach.database.system() as session:
        return await nudges.backlog(session, **bounds)


async def test_a_workspace_that_was_stopped_waits_and_the_others_do_not(
    anywhere: Coach, clock: StoppedClock
) -> None:
    people = await crowd(anywhere, 2)
    others = await crowd(anywhere, 2, team=ELSEWHERE)
    clock.move_to(DUE)
    await stop(anywhere, TEAM)
    assert [claim.who for claim in await claims(anywhere)] == others
    assert await backlog(anywhere) == (0, 0.0)
    clock.move_by(HOUR)
    assert await claims(anywhere) == []
    await start(anywhere, TEAM)
    assert [claim.who for claim in await claims(anywhere)] == people


async def test_a_workspace_without_a_token_waits_until_it_has_one(
    anywhere: Coach, clock: StoppedClock
) -> None:
    people = await crowd(anywhere, 2)
    clock.move_to(DUE)
    async with anywhere.database.system() as session:
        await workspaces.disconnect(session, TEAM)
    assert await claims(anywhere) == []
    assert await take_over(anywhere) == []
    clock.move_by(HOUR)
    async with anywhere.database.system() as session:
        await workspaces.connect(session, anywhere.vault, Installation(TEAM, "xoxb-new"))
        await nudges.release(session, TEAM)
    assert [claim.who for claim in await claims(anywhere)] == people


async def test_what_a_release_is_for_is_the_named_workspace_and_what_waited_for_a_slot(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 1)
    clock.move_to(DUE)
    await hold(anywhere, DUE + HOUR)
    await look(anywhere)
    await ask(anywhere, MAYA, at=DUE + DAY)
    async with anywhere.database.system() as session:
        await nudges.release(session, ELSEWHERE)
    assert await claims(anywhere) == []
    async with anywhere.database.system() as session:
        await nudges.release(session, TEAM)
    assert len(await claims(anywhere)) == 1
    assert (await all_of(anywhere, MAYA))[0].due_at == DUE + DAY, "its time has not come"


# --- Counting and mending


async def test_what_is_due_is_counted_up_to_a_bound_with_the_age_of_the_oldest(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await crowd(anywhere, 4)
    await ask(anywhere, MAYA, at=DUE + MINUTE)
    clock.move_to(DUE + MINUTE - SECOND)
    assert await backlog(anywhere) == (4, 59.0)
    assert await backlog(anywhere, at_most=3) == (3, 59.0)
    clock.move_to(DUE - SECOND)
    assert await backlog(anywhere) == (0, 0.0)


async def mend(coach: Coach) -> None:
    after: str | None = ""
    while after is not None:
        async with coach.database.system() as session:
            after = await nudges.mend(session, after)


async def repeating(coach: Coach, who: Principal) -> dict[str, date]:
    """The dates for which the kinds that come back wait."""
    found = await all_of(coach, who)
    return {one.kind: one.local_on for one in found if one.state == "waiting" and KINDS[one.kind].every}


async def test_what_a_wrong_clock_planned_for_another_year_is_brought_back(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await habits(anywhere, MAYA, welcomed_at=DUE - WEEK, offset_seconds=30)
    await ask(anywhere, MAYA)
    clock.move_to(DUE)
    await deliver(anywhere, *await claims(anywhere))
    for kind in (CHECK_IN, LOG_WIN, FEEDBACK):
        await ask(anywhere, MAYA, kind, at=DUE + 100 * WEEK)
    await mend(anywhere)
    waiting = {one.kind: one for one in await all_of(anywhere, MAYA) if one.state == "waiting"}
    assert waiting["check_in"].planned_at == DUE + WEEK
    assert waiting["check_in"].due_at == DUE + WEEK + 30 * SECOND
    assert DUE < waiting["log_win"].planned_at < DUE + 3 * WEEK
    assert DUE < waiting["feedback"].planned_at < DUE + 6 * WEEK
    before = await repeating(anywhere, MAYA)
    await mend(anywhere)
    assert await repeating(anywhere, MAYA) == before


async def test_a_plan_that_is_missing_is_made_for_everybody_who_was_welcomed_and_wants_it(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await habits(anywhere, MAYA, welcomed_at=DUE - WEEK, cadences={"log_win": "never"})
    await mend(anywhere)
    planned = await repeating(anywhere, MAYA)
    assert planned.keys() == {"check_in", "feedback"}
    assert planned["check_in"] == FRIDAY
    assert await all_of(anywhere, DANIEL) == [], "nobody has said hello yet"


async def test_what_is_rightly_far_ahead_or_held_stays_there(anywhere: Coach, clock: StoppedClock) -> None:
    far = DUE + 28 * WEEK
    for who in (MAYA, DANIEL):
        await habits(anywhere, who, welcomed_at=DUE - WEEK)
        for kind in (CHECK_IN, LOG_WIN, FEEDBACK):
            await ask(anywhere, who, kind, at=far)
    await ask(anywhere, MAYA, MISSING_RESULT, at=far)
    await habits(anywhere, MAYA, paused_until=date(2027, 6, 1))
    await habits(anywhere, DANIEL, unreachable="user_disabled")
    await mend(anywhere)
    for who in (MAYA, DANIEL):
        assert {one.due_at for one in await all_of(anywhere, who)} == {far}


async def test_a_date_that_was_put_off_is_not_given_out_again(anywhere: Coach, clock: StoppedClock) -> None:
    await habits(anywhere, MAYA, welcomed_at=DUE - WEEK)
    coming = await ask(anywhere, MAYA)
    async with anywhere.session(MAYA) as session:
        await nudges.put_off_to(session, coming, FRIDAY + 3 * DAY)
    await ask(anywhere, MAYA, at=DUE + 100 * WEEK)
    await mend(anywhere)
    assert [(one.local_on, one.planned_at) for one in await all_of(anywhere, MAYA, CHECK_IN)] == [
        (FRIDAY, DUE + 3 * DAY),
        (FRIDAY + WEEK, DUE + WEEK),
    ]


async def test_what_comes_after_one_that_was_put_off_keeps_its_distance(
    here: Coach, clock: StoppedClock
) -> None:
    await habits(here, MAYA, welcomed_at=DUE - WEEK)
    clock.move_to(DUE - 2 * DAY)
    one = await ask(here, MAYA, LOG_WIN, at=DUE - DAY)
    async with here.session(MAYA) as session:
        await nudges.put_off_to(session, one, FRIDAY + 6 * DAY)
    before = [(row.local_on, row.planned_at) for row in await all_of(here, MAYA, LOG_WIN)]
    await mend(here)
    assert [(row.local_on, row.planned_at) for row in await all_of(here, MAYA, LOG_WIN)] == before
