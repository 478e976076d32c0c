"""The pace of a workspace: slots in order, slower after a refusal, back again with time, and deaf to wrong clocks."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.nudges import NEVER
from bot.domain.nudges.pace import BURST, FURTHEST, RECOVERS_BY, RECOVERY, SLOWEST, Slots, rate, slower

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
CEILING = 5.0


@dataclass(frozen=True)
class Space:
    """A workspace as its pace sees it."""

    next_slot_at: datetime | None = None
    per_second: float | None = None
    slowed_at: datetime | None = None
    held_until: datetime | None = None


def slots(space: Space, number: int, *, ceiling: float = CEILING, now: datetime = NOW) -> list[float]:
    """The next slots, in seconds from now."""
    given_out = Slots(space, ceiling, now)
    return [(given_out.reserve() - now).total_seconds() for _ in range(number)]


ceilings = st.floats(0.1, 50)
moments = st.timedeltas(-FURTHEST * 3, FURTHEST * 3).map(lambda span: NOW + span)
spaces = st.builds(
    Space,
    st.none() | moments,
    st.none() | st.floats(SLOWEST, 50),
    st.none() | moments,
    st.none() | moments,
)


# --- Slots


def test_slots_lie_as_far_apart_as_the_pace_says() -> None:
    assert slots(Space(), 4) == [0.0, 0.2, 0.4, 0.6]
    assert slots(Space(), 3, ceiling=0.5) == [0.0, 2.0, 4.0]
    assert slots(Space(per_second=1.0, slowed_at=NOW), 3) == [0.0, 1.0, 2.0]


def test_the_next_worker_goes_on_where_the_last_one_stopped() -> None:
    first = Slots(Space(), CEILING, NOW)
    for _ in range(10):
        first.reserve()
    assert first.free_at == NOW + 2 * SECOND
    assert slots(Space(next_slot_at=first.free_at), 2) == [2.0, 2.2]


def test_a_slot_that_nobody_took_in_time_is_not_made_up_for() -> None:
    assert slots(Space(next_slot_at=NOW - HOUR), 3) == [0.0, 0.2, 0.4]


def test_what_lies_within_a_second_goes_out_as_one_small_burst() -> None:
    given_out = Slots(Space(), CEILING, NOW)
    now = [given_out.is_now(given_out.reserve()) for _ in range(7)]
    assert now == [True] * 5 + [False] * 2
    assert not given_out.is_now(NOW + BURST)
    assert given_out.is_now(NOW - HOUR), "its time has come"


@given(spaces, ceilings, st.integers(1, 100))
def test_slots_come_in_order_and_never_closer_than_the_pace_allows(
    space: Space, ceiling: float, number: int
) -> None:
    given_out = Slots(space, ceiling, NOW)
    found = [given_out.reserve() for _ in range(number)]
    assert found[0] >= NOW
    # Moments are whole microseconds.
    apart = timedelta(seconds=1 / rate(space, ceiling, NOW)) - timedelta(microseconds=1)
    assert all(later - earlier >= apart for earlier, later in pairwise(found))
    in_the_burst = [slot for slot in found if given_out.is_now(slot)]
    assert len(in_the_burst) <= rate(space, ceiling, NOW) * BURST.total_seconds() + 1
    assert given_out.free_at > found[-1]


def test_what_was_reserved_is_written_and_nothing_else_is() -> None:
    fresh = Slots(Space(next_slot_at=NOW + SECOND), CEILING, NOW)
    assert not fresh.changed
    fresh.reserve()
    assert fresh.changed


# --- Held


def test_a_held_workspace_gets_its_slots_after_that_and_none_now() -> None:
    space = Space(held_until=NOW + 30 * SECOND)
    assert slots(space, 3) == [30.0, 30.2, 30.4]
    assert not Slots(space, CEILING, NOW).is_now(NOW)
    assert slots(replace(space, next_slot_at=NOW + HOUR), 1) == [3600.0]


def test_a_workspace_that_is_not_held_any_more_goes_on_at_once() -> None:
    space = Space(held_until=NOW)
    assert slots(space, 1) == [0.0]
    assert Slots(space, CEILING, NOW).is_now(NOW)


def test_a_workspace_that_was_stopped_gets_no_slot_at_all() -> None:
    stopped = Slots(Space(), CEILING, NOW, held=True)
    assert [stopped.reserve() for _ in range(3)] == [NEVER] * 3
    assert not stopped.is_now(NEVER)
    assert not stopped.is_now(NOW)
    assert not stopped.changed


# --- Wrong clocks


@pytest.mark.parametrize(
    ("ahead", "first"),
    [
        (-HOUR, 0.0),
        (timedelta(), 0.0),
        (HOUR, 3600.0),
        (FURTHEST - SECOND, FURTHEST.total_seconds() - 1),
        (FURTHEST, 0.0),
        (timedelta(days=3650), 0.0),
    ],
)
def test_what_a_wrong_clock_left_far_ahead_keeps_nobody_waiting(ahead: timedelta, first: float) -> None:
    assert slots(Space(next_slot_at=NOW + ahead), 1) == [first]
    assert slots(Space(held_until=NOW + ahead), 1) == [first]


@given(spaces, ceilings)
def test_whatever_stands_there_a_slot_comes_within_the_furthest_that_is_believed(
    space: Space, ceiling: float
) -> None:
    assert Slots(space, ceiling, NOW).reserve() < NOW + FURTHEST


def test_a_refusal_that_a_wrong_clock_noted_in_the_future_slows_down_and_breaks_nothing() -> None:
    assert rate(Space(per_second=1.0, slowed_at=NOW + HOUR), CEILING, NOW) == 1.0


# --- Slower, and back


def test_a_workspace_without_a_refusal_has_the_pace_of_the_settings() -> None:
    assert rate(Space(), CEILING, NOW) == CEILING
    assert rate(Space(per_second=1.0), CEILING, NOW) == CEILING


def test_a_refusal_halves_the_pace_and_each_further_one_again() -> None:
    space, found = Space(), []
    for _ in range(8):
        after = slower(space, CEILING, NOW)
        assert after.slowed_at == NOW
        space = replace(space, per_second=after.per_second, slowed_at=after.slowed_at)
        found.append(after.per_second)
    assert found == [2.5, 1.25, 0.625, 0.3125, 0.15625, SLOWEST, SLOWEST, SLOWEST]


def test_time_without_a_refusal_brings_the_pace_back() -> None:
    space = Space(per_second=1.0, slowed_at=NOW)
    assert rate(space, CEILING, NOW + RECOVERY - SECOND) == 1.0
    assert rate(space, CEILING, NOW + RECOVERY) == RECOVERS_BY
    assert rate(space, CEILING, NOW + 2 * RECOVERY) == RECOVERS_BY**2
    assert rate(space, CEILING, NOW + 5 * RECOVERY) == CEILING
    assert rate(space, CEILING, NOW + timedelta(days=3650)) == CEILING


def test_a_refusal_on_the_way_back_halves_what_it_had_come_to() -> None:
    space = Space(per_second=1.0, slowed_at=NOW)
    after = slower(space, CEILING, NOW + 2 * RECOVERY)
    assert after.per_second == RECOVERS_BY**2 / 2
    assert after.slowed_at == NOW + 2 * RECOVERY


def test_a_lower_ceiling_holds_at_once() -> None:
    assert rate(Space(per_second=4.0, slowed_at=NOW), 2.0, NOW) == 2.0


@given(spaces, ceilings, moments, st.timedeltas(timedelta(), FURTHEST))
def test_the_pace_is_never_above_the_ceiling_never_nothing_and_only_time_raises_it(
    space: Space, ceiling: float, now: datetime, later: timedelta
) -> None:
    found = rate(space, ceiling, now)
    assert 0 < found <= ceiling
    assert rate(space, ceiling, now + later) >= found
    assert SLOWEST <= slower(space, ceiling, now).per_second <= max(found / 2, SLOWEST)


@given(ceilings, st.integers(1, 12))
def test_however_often_it_was_refused_a_workspace_is_back_within_a_day(ceiling: float, refusals: int) -> None:
    space = Space()
    for _ in range(refusals):
        after = slower(space, ceiling, NOW)
        space = Space(per_second=after.per_second, slowed_at=after.slowed_at)
    assert rate(space, ceiling, NOW + timedelta(days=1)) == ceiling
