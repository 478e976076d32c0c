"""Streaks: what was kept up is counted, the week that still runs is forgiven and a holiday costs nothing."""

from datetime import date, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.periods import Every, Period, Recurrence
from bot.domain.reviews import streak

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
FRIDAY = date(2026, 11, 20)
EVERY: tuple[Every, ...] = ("week", "two_weeks", "month")

some_days = st.integers(-500, 0).map(lambda days: FRIDAY + days * DAY)
some_dates = st.sets(some_days, max_size=60)
some_away = st.lists(
    st.builds(lambda first, days: Period(first, first + days * DAY), some_days, st.integers(0, 40)),
    max_size=4,
)
any_every = st.sampled_from(EVERY)


def fridays(*weeks_ago: int) -> list[date]:
    return [FRIDAY - ago * WEEK for ago in weeks_ago]


def off(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("on", "away", "today", "weeks"),
    [
        ([], [], FRIDAY, 0),
        (fridays(0), [], FRIDAY, 1),
        (fridays(0, 1, 2), [], FRIDAY, 3),
        # Monday comes, and nothing is lost yet; nor on Sunday night.
        (fridays(0, 1, 2), [], FRIDAY + 3 * DAY, 3),
        (fridays(0, 1, 2), [], FRIDAY + 9 * DAY, 3),
        (fridays(0, 1, 2), [], FRIDAY + 10 * DAY, 0),
        # A week left out ends it, and what came before is not counted.
        (fridays(0, 1, 3, 4, 5), [], FRIDAY, 2),
        # Two in one week are one week; Monday and Sunday are the same week, Sunday and Monday are not.
        ([FRIDAY, FRIDAY - DAY], [], FRIDAY, 1),
        ([date(2026, 11, 16), date(2026, 11, 22)], [], date(2026, 11, 22), 1),
        ([date(2026, 11, 15), date(2026, 11, 16)], [], date(2026, 11, 16), 2),
        # A holiday breaks nothing and counts for nothing, be it of a fortnight or of a Monday.
        (fridays(0, 3, 4), [off("2026-10-30", "2026-11-15")], FRIDAY, 3),
        (fridays(0, 2), [off("2026-11-09", "2026-11-09")], FRIDAY, 2),
        (fridays(2, 3), [off("2026-11-09", "2026-12-31")], FRIDAY + 4 * WEEK, 2),
        # Whoever checks in on holiday has checked in.
        (fridays(0, 1, 2), [off("2026-11-09", "2026-11-13")], FRIDAY, 3),
        # A holiday without an end, and one that lies ahead.
        (fridays(0, 1), [Period(FRIDAY, date.max)], FRIDAY + 52 * WEEK, 2),
        (fridays(0, 1), [off("2027-01-01", "2027-02-01")], FRIDAY, 2),
        # Over New Year, with a week 53.
        ([date(2026, 12, 23), date(2026, 12, 30), date(2027, 1, 6)], [], date(2027, 1, 8), 3),
        # What a wrong clock dated ahead does not count.
        (fridays(-50, 0, 1), [], FRIDAY, 2),
    ],
)
def test_weeks_in_a_row(on: list[date], away: list[Period], today: date, weeks: int):
    assert streak(on, away, today) == weeks


@pytest.mark.parametrize(
    ("every", "on", "today", "turns"),
    [
        ("two_weeks", fridays(0, 2, 4), FRIDAY, 3),
        ("two_weeks", fridays(0, 2, 4), FRIDAY + 13 * DAY, 3),
        ("two_weeks", fridays(0, 4, 6), FRIDAY, 1),
        ("month", [date(2026, 9, 4), date(2026, 10, 2), date(2026, 11, 6)], FRIDAY, 3),
        ("month", [date(2026, 9, 4), date(2026, 10, 2), date(2026, 11, 6)], date(2026, 12, 31), 3),
        ("month", [date(2026, 9, 4), date(2026, 11, 6)], FRIDAY, 1),
        ("month", [date(2026, 11, 6), date(2026, 12, 4), date(2027, 1, 1)], date(2027, 1, 1), 3),
    ],
)
def test_turns_in_a_row_at_a_slower_pace(every: Every, on: list[date], today: date, turns: int):
    assert streak(on, [], today, every) == turns


@given(any_every, st.integers(0, 6), st.none() | some_days, some_days, st.integers(1, 30), st.data())
def test_whoever_answers_each_time_never_loses_a_turn(every, weekday, anchor, start, number, data):
    asked = Recurrence(every, weekday, time(15), anchor).dates(start)
    on = list(islice(asked, number + 1))
    today = data.draw(st.dates(on[-2], on[-1] - DAY))  # any day before the next is asked
    assert streak(on[:-1], [], today, every) == number


@given(some_dates, some_away, any_every)
def test_a_streak_counts_turns_that_had_a_check_in(on, away, every):
    found = streak(on, away, FRIDAY, every)
    assert 0 <= found <= len(on)
    assert streak(on, away, FRIDAY) <= 500 / 7 + 1


@given(some_dates, some_away, any_every, some_days)
def test_one_more_check_in_never_makes_it_shorter(on, away, every, another):
    assert streak(on | {another}, away, FRIDAY, every) >= streak(on, away, FRIDAY, every)


@given(some_dates, some_away, any_every, some_away)
def test_more_days_away_never_make_it_shorter(on, away, every, more):
    assert streak(on, away + more, FRIDAY, every) >= streak(on, away, FRIDAY, every)


@given(some_dates, some_away, any_every)
def test_a_check_in_today_adds_one_where_its_turn_had_none(on, away, every):
    before = streak(on, away, FRIDAY, every)
    assert streak(on | {FRIDAY}, away, FRIDAY, every) in (before, before + 1)


@given(some_dates, some_away)
def test_weeks_are_counted_one_by_one(on, away):
    """The same rule, told from the newest week back."""
    monday, weeks = FRIDAY - FRIDAY.weekday() * DAY, 0
    while any(one <= monday + 6 * DAY for one in on):
        week = {monday + days * DAY for days in range(7)}
        missed = not week & on and monday + 6 * DAY < FRIDAY
        if missed and not any(day in period for day in week for period in away):
            break
        weeks += bool(week & on)
        monday -= WEEK
    assert streak(on, away, FRIDAY) == weeks
