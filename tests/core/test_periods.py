"""Local time is right in every zone, and periods are whole; the oracle reads only UTC offsets, never folds."""

import os
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import periods
from bot.core.periods import Every, Occurrence, Period, QuietHours, Recurrence
from tests.examples import examples
from tests.zones import TROUBLES

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
ALL_DAYS = frozenset(range(7))
WORKDAYS = frozenset(range(5))
ZONES = sorted(periods.zone_names())
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
BERLIN, NEW_YORK = periods.zone("Europe/Berlin"), periods.zone("America/New_York")
APIA, AUCKLAND, LOS_ANGELES = (
    periods.zone("Pacific/Apia"),
    periods.zone("Pacific/Auckland"),
    periods.zone("America/Los_Angeles"),
)

a_date = st.dates(date(1990, 1, 1), date(2090, 12, 31))
a_zone = st.sampled_from(ZONES).map(periods.zone)
a_minute = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
a_moment = st.datetimes(datetime(1990, 1, 1), datetime(2090, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
a_rhythm: st.SearchStrategy[Every] = st.sampled_from(["week", "two_weeks", "month"])
a_recurrence = st.builds(
    Recurrence, every=a_rhythm, weekday=st.integers(0, 6), time=a_minute, anchor=st.none() | a_date
)
some_hours = st.builds(
    QuietHours, start=a_minute, end=a_minute, days=st.frozensets(st.integers(0, 6), min_size=1)
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- The oracle: a zone as a plain list of offsets, found by asking only what time it is at a UTC moment.


@dataclass(frozen=True)
class Offsets:
    """The UTC minutes at which a zone's offset changes, and the offset from each of them on."""

    starts: list[datetime]
    values: list[timedelta]

    def at(self, moment: datetime) -> timedelta:
        return self.values[bisect_right(self.starts, moment) - 1]

    def read(self, wall: datetime) -> datetime:
        """The UTC moment of a local time written without zone, as RFC 5545 reads it."""
        wall = wall.replace(tzinfo=UTC)
        moments = [wall - offset for offset in {self.at(wall - DAY), self.at(wall + DAY)}]
        shown = [moment for moment in moments if moment + self.at(moment) == wall]
        return min(shown) if shown else wall - self._before_gap(wall)

    def _before_gap(self, wall: datetime) -> timedelta:
        for before, (start, after) in pairwise(zip(self.starts, self.values, strict=True)):
            if start + before[1] <= wall < start + after:
                return before[1]
        raise AssertionError(f"{wall} is neither shown nor skipped")


def offset_at(moment: datetime, zone: ZoneInfo) -> timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


@cache
def offsets(name: str, first: date = FIRST, last: date = LAST) -> Offsets:
    zone = periods.zone(name)
    moment = datetime.combine(first, time(), UTC) - 7 * DAY
    table = Offsets([moment], [offset_at(moment, zone)])
    while moment.date() < last + 7 * DAY:
        if offset_at(moment + 5 * DAY, zone) != table.values[-1]:
            for start in moments_of_change(moment, moment + 5 * DAY, zone):
                table.starts.append(start)
                table.values.append(offset_at(start, zone))
        moment += 5 * DAY
    return table


def moments_of_change(low: datetime, high: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    before = offset_at(low, zone)
    # To the second: one zone of ours changed at half past a minute.
    while high - low > SECOND:
        middle = low + (high - low) // SECOND // 2 * SECOND
        low, high = (middle, high) if offset_at(middle, zone) == before else (low, middle)
    yield high


def test_the_oracle_knows_the_changes_it_is_asked_for():
    assert offsets("Europe/Berlin").starts[1:3] == [utc("2024-03-31T01:00"), utc("2024-10-27T01:00")]
    assert offsets("Etc/UTC").starts[1:] == []
    assert sum(len(offsets(name).starts) - 1 for name in ZONES) > 1000


# --- R19: every zone, four years, every date that asks.


@pytest.mark.thorough
@pytest.mark.parametrize("share", range(4))
def test_every_zone_has_exactly_one_turn_per_local_date_that_asks(share):
    for index, name in enumerate(ZONES[share::4]):
        at = time((index * 7) % 24, (index * 13) % 60)
        recurrence = Recurrence("week", (index + share) % 7, at)
        turns = turns_within(recurrence, periods.zone(name), FIRST, LAST)
        asked = every_date(FIRST, LAST)[recurrence.weekday :: 7]  # The first date is a Monday.
        assert [turn.on for turn in turns] == asked, name
        assert [turn.at for turn in turns] == [oracle(name, on, at) for on in asked], name


@pytest.mark.parametrize("share", range(4))
def test_every_gap_and_fold_of_every_zone_is_read_as_rfc_5545_says(share):
    for name in ZONES[share::4]:
        for on, at in times_around_changes(offsets(name)):
            day_before = datetime.combine(on, at, UTC) - 3 * DAY
            turn = periods.next_after(Recurrence("week", on.weekday(), at), periods.zone(name), day_before)
            assert turn == Occurrence(oracle(name, on, at), on), (name, on, at)
            second = periods.next_after(Recurrence("week", on.weekday(), at), periods.zone(name), turn.at)
            assert second == Occurrence(oracle(name, on + 7 * DAY, at), on + 7 * DAY), (name, on, at)


def times_around_changes(table: Offsets) -> Iterator[tuple[date, time]]:
    steps = zip(table.starts[1:], pairwise(table.values), strict=True)
    for start, (before, after) in steps:
        if FIRST <= start.date() <= LAST - 8 * DAY:
            edges = [start + before, start + after, start + (before + after) / 2]
            for wall in edges + [edge - MINUTE for edge in edges]:
                yield wall.date(), wall.time()


def turns_within(recurrence: Recurrence, zone: ZoneInfo, first: date, last: date) -> list[Occurrence]:
    found: list[Occurrence] = []
    moment = datetime.combine(first, time(), UTC) - 2 * DAY
    while True:
        turn = periods.next_after(recurrence, zone, moment, not_before=first)
        if turn.on > last:
            return found
        found.append(turn)
        moment = turn.at


def every_date(first: date, last: date) -> list[date]:
    return [first + days * DAY for days in range((last - first).days + 1)]


def oracle(name: str, on: date, at: time) -> datetime:
    return offsets(name).read(datetime.combine(on, at))


def test_a_year_with_a_date_that_did_not_exist():
    first, last = date(2011, 12, 1), date(2012, 1, 31)
    for weekday in range(7):
        recurrence = Recurrence("week", weekday, time(9, 30))
        turns = turns_within(recurrence, APIA, first, last)
        asked = [on for on in every_date(first, last) if on.weekday() == weekday]
        expected = [
            offsets("Pacific/Apia", first, last).read(datetime.combine(on, time(9, 30))) for on in asked
        ]
        assert [(turn.on, turn.at) for turn in turns] == list(zip(asked, expected, strict=True))


def test_a_friday_that_apia_skipped_is_told_on_the_saturday_at_the_same_hour():
    turn = periods.next_after(Recurrence("week", 4, time(9)), APIA, utc("2011-12-24T00:00"))
    assert turn.on == date(2011, 12, 30)
    assert turn.at.astimezone(APIA).isoformat() == "2011-12-31T09:00:00+14:00"
    on_the_saturday = utc("2011-12-30T18:00")  # 08:00 on the 31st there
    assert periods.next_after(Recurrence("week", 4, time(9)), APIA, on_the_saturday) == turn
    assert periods.next_after(Recurrence("week", 4, time(9)), APIA, turn.at).on == date(2012, 1, 6)


@pytest.mark.parametrize(
    ("zone", "on", "at", "moment"),
    [
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:30"),
        ("Europe/Berlin", "2026-03-29", "01:59", "2026-03-29T00:59"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("Europe/Berlin", "2026-10-25", "03:00", "2026-10-25T02:00"),
        ("America/New_York", "2026-03-08", "02:30", "2026-03-08T07:30"),
        ("America/New_York", "2026-11-01", "01:30", "2026-11-01T05:30"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15", "2026-10-03T15:45"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),
        ("Asia/Beirut", "2026-03-29", "00:30", "2026-03-28T22:30"),
        ("Pacific/Kiritimati", "2026-06-01", "00:00", "2026-05-31T10:00"),
        ("Pacific/Apia", "2011-12-30", "12:00", "2011-12-30T22:00"),
        ("Asia/Kathmandu", "2024-02-29", "09:00", "2024-02-29T03:15"),
    ],
)
def test_local_times_become_moments(zone, on, at, moment):
    assert periods.at_local(date.fromisoformat(on), time.fromisoformat(at), periods.zone(zone)) == utc(moment)


@given(a_date, a_minute, a_zone)
def test_a_local_time_is_shown_by_the_clocks_of_its_zone_or_lies_in_a_gap(on, at, zone):
    moment = periods.at_local(on, at, zone)
    assert moment.tzinfo is UTC
    shown = moment.astimezone(zone)
    wall = datetime.combine(on, at)
    assert shown.replace(tzinfo=None, fold=0) == wall or not exists(wall, zone)


def exists(wall: datetime, zone: ZoneInfo) -> bool:
    near = (wall.replace(tzinfo=UTC) + hours * timedelta(hours=1) for hours in range(-27, 28))
    moments = (wall.replace(tzinfo=UTC) - offset_at(moment, zone) for moment in near)
    return any(moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall for moment in moments)


def test_a_fold_that_a_caller_left_on_a_time_is_ignored():
    on = date(2026, 10, 25)
    assert periods.at_local(on, time(2, 30, fold=1), BERLIN) == periods.at_local(on, time(2, 30), BERLIN)


# --- Zones and dates.


@pytest.mark.parametrize(
    "name",
    [
        None, "", "Mars/Olympus", "America", "europe/berlin", "../../etc/passwd", "/etc/localtime", "localtime",
        "right/Europe/Berlin", "posix/Europe/Berlin", "\0", "é", "x" * 10_000, "Europe/Berlin ", "\ud800",
    ],
)  # fmt: skip
def test_an_unknown_zone_is_utc(name):
    assert periods.zone(name).key == "UTC"


@given(st.text())
def test_no_name_of_a_zone_raises(name):
    assert isinstance(periods.zone(name), ZoneInfo)


def test_a_known_zone_is_itself():
    assert all(periods.zone(name).key == name for name in ZONES)


def test_zones_are_those_of_the_package_whatever_the_machine_holds(tmp_path):
    utc_file = resources.files("tzdata").joinpath("zoneinfo", "UTC").read_bytes()
    (tmp_path / "Europe").mkdir()
    (tmp_path / "Europe" / "Berlin").write_bytes(utc_file)
    asked = "from bot.core import periods; print(periods.at_local(date(2026, 7, 1), time(9), {}))"
    programme = "from datetime import *; from zoneinfo import ZoneInfo;" + asked
    for zone, at in (("ZoneInfo('Europe/Berlin')", "09:00"), ("periods.zone('Europe/Berlin')", "07:00")):
        run = subprocess.run(
            [sys.executable, "-c", programme.format(zone)],
            env={**os.environ, "PYTHONTZPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == f"2026-07-01 {at}:00+00:00"


def test_the_local_date_is_the_one_on_the_wall():
    moment = utc("2026-11-20T23:30")
    assert periods.local_date(moment, BERLIN) == date(2026, 11, 21)
    assert periods.local_date(moment, NEW_YORK) == date(2026, 11, 20)
    assert periods.local_date(moment.astimezone(APIA), NEW_YORK) == date(2026, 11, 20)


@pytest.mark.parametrize(
    "ask",
    [
        lambda naive: periods.local_date(naive, BERLIN),
        lambda naive: periods.next_after(Recurrence("week", 0, time(9)), BERLIN, naive),
        lambda naive: periods.next_good_time(naive, BERLIN, QuietHours(time(19), time(8), ALL_DAYS)),
    ],
)
def test_a_moment_without_a_zone_is_refused(ask):
    with pytest.raises(ValueError, match="needs a time zone"):
        ask(datetime(2026, 11, 20, 9, 0))  # noqa: DTZ001


# --- Recurrence.


def dates(recurrence: Recurrence, start: str, number: int = 5) -> list[str]:
    return [on.isoformat() for on in islice(recurrence.dates(date.fromisoformat(start)), number)]


@pytest.mark.parametrize(
    ("recurrence", "start", "expected"),
    [
        (Recurrence("week", 4, time(15)), "2026-11-20", ["2026-11-20", "2026-11-27", "2026-12-04"]),
        (Recurrence("week", 4, time(15)), "2026-11-21", ["2026-11-27", "2026-12-04", "2026-12-11"]),
        (
            Recurrence("two_weeks", 4, time(15), date(2026, 11, 20)),
            "2026-11-21",
            ["2026-12-04", "2026-12-18", "2027-01-01"],
        ),
        (  # The anchor may be any day of its week, and may lie after the dates asked for.
            Recurrence("two_weeks", 4, time(15), date(2026, 12, 14)),
            "2026-11-16",
            ["2026-11-20", "2026-12-04", "2026-12-18"],
        ),
        (Recurrence("two_weeks", 0, time(15)), "1970-01-01", ["1970-01-05", "1970-01-19", "1970-02-02"]),
        (Recurrence("month", 4, time(15)), "2026-11-07", ["2026-12-04", "2027-01-01", "2027-02-05"]),
        (  # The second Friday.
            Recurrence("month", 4, time(15), date(2026, 11, 13)),
            "2026-11-13",
            ["2026-11-13", "2026-12-11", "2027-01-08"],
        ),
        (  # The fifth Thursday is the last one.
            Recurrence("month", 3, time(15), date(2024, 2, 29)),
            "2024-02-01",
            ["2024-02-29", "2024-03-28", "2024-04-25", "2024-05-30", "2024-06-27"],
        ),
        (  # The first Thursday in a leap February, and the same ordinal for another weekday than the anchor's.
            Recurrence("month", 3, time(15), date(2026, 11, 2)),
            "2028-02-01",
            ["2028-02-03", "2028-03-02", "2028-04-06"],
        ),
    ],
)
def test_the_dates_that_ask(recurrence, start, expected):
    assert dates(recurrence, start, len(expected)) == expected


def test_a_weekday_that_is_none_is_refused():
    with pytest.raises(ValueError, match="from 0"):
        Recurrence("week", 7, time(9))


@given(a_recurrence, a_date)
def test_dates_are_in_order_on_their_weekday_and_at_their_distance(recurrence, start):
    asked = list(islice(recurrence.dates(start), 6))
    apart = {(later - earlier).days for earlier, later in pairwise(asked)}
    assert asked[0] >= start
    assert {on.weekday() for on in asked} == {recurrence.weekday}
    assert apart <= {"week": {7}, "two_weeks": {14}, "month": {28, 35}}[recurrence.every]


@given(a_recurrence, a_date, st.integers(0, 400))
def test_the_dates_do_not_depend_on_where_the_count_begins(recurrence, start, days):
    later = start + days * DAY
    whole = [on for on in islice(recurrence.dates(start), 70) if on >= later][:2]
    assert whole == list(islice(recurrence.dates(later), len(whole)))


@given(a_date)
def test_monthly_asks_once_in_every_month_and_on_its_anchor(anchor):
    recurrence = Recurrence("month", anchor.weekday(), time(9), anchor)
    asked = list(islice(recurrence.dates(anchor.replace(day=1)), 13))
    assert asked[0] == anchor
    assert len({(on.year, on.month) for on in asked}) == 13
    assert {(on.day - 1) // 7 for on in asked} <= ({3, 4} if anchor.day > 28 else {(anchor.day - 1) // 7})


@given(a_recurrence, a_zone, a_moment)
def test_the_next_one_is_after_and_nothing_lies_between(recurrence, zone, after):
    turn = periods.next_after(recurrence, zone, after)
    assert turn.at > after
    assert turn.at.tzinfo is UTC
    assert periods.next_after(recurrence, zone, turn.at - timedelta(microseconds=1)) == turn
    assert periods.next_after(recurrence, zone, after + (turn.at - after) / 2) == turn


@given(a_recurrence, a_zone, a_moment, a_date)
def test_not_before_holds(recurrence, zone, after, not_before):
    turn = periods.next_after(recurrence, zone, after, not_before)
    assert turn.on >= not_before
    assert turn.at > after


def test_a_turn_exactly_at_the_moment_is_over():
    friday = Recurrence("week", 4, time(15))
    assert periods.next_after(friday, BERLIN, utc("2026-11-20T14:00")).on == date(2026, 11, 27)
    assert periods.next_after(friday, BERLIN, utc("2026-11-20T13:59")).on == date(2026, 11, 20)


# --- R18 and R20: travel and clocks.


def test_over_the_date_line_eastward_a_second_friday_brings_no_second_check_in():
    friday = Recurrence("week", 4, time(15))
    told = periods.next_after(friday, AUCKLAND, utc("2026-11-26T00:00"))
    landed = told.at + timedelta(hours=12)
    assert periods.local_date(landed, LOS_ANGELES) == told.on  # The same Friday, once more.
    assert periods.next_after(friday, LOS_ANGELES, landed).on == told.on  # What would be said twice.
    assert periods.next_after(friday, LOS_ANGELES, landed, told.on + DAY).on == date(2026, 12, 4)
    assert periods.next_turn(friday, LOS_ANGELES, told).on == date(2026, 12, 4)


def test_over_the_date_line_westward_a_short_friday_is_not_skipped():
    friday = Recurrence("week", 4, time(15))
    told = periods.next_after(friday, LOS_ANGELES, utc("2026-11-19T00:00"))
    landed = utc("2026-11-27T04:00")  # Thursday evening in Los Angeles, Friday 17:00 in Auckland.
    assert periods.next_after(friday, AUCKLAND, landed).on == date(2026, 12, 4)  # What would be lost.
    turn = periods.next_turn(friday, AUCKLAND, told)
    assert turn == Occurrence(utc("2026-11-27T02:00"), date(2026, 11, 27))
    assert turn.at < landed  # Due at once.


@given(a_recurrence, a_moment, st.lists(a_zone, min_size=2, max_size=12))
def test_a_traveller_gets_each_date_that_asks_once_wherever_they_are(recurrence, start, journey):
    told = [periods.next_after(recurrence, journey[0], start)]
    for zone in journey[1:]:
        told.append(periods.next_turn(recurrence, zone, told[-1]))
    asked = list(islice(recurrence.dates(told[0].on), len(told)))
    assert [turn.on for turn in told] == asked
    assert all(later.at > earlier.at for earlier, later in pairwise(told))


# From the first places of the earth to see a date to the last, so that most flights cross the date line.
far_zones = st.sampled_from(
    ["Pacific/Kiritimati", "Pacific/Apia", "Pacific/Auckland", "Asia/Tokyo", "Europe/Berlin", "America/New_York",
     "America/Los_Angeles", "Pacific/Honolulu", "Pacific/Pago_Pago", "Etc/GMT+12", "Etc/GMT-14"]
)  # fmt: skip
a_flight = st.tuples(st.timedeltas(timedelta(minutes=1), 4 * DAY), far_zones | st.sampled_from(ZONES))
a_life = st.lists(a_flight, min_size=1, max_size=20)


def told_on_the_way(
    recurrence: Recurrence, start: datetime, life: list[tuple[timedelta, str]]
) -> Iterator[tuple[Occurrence, datetime, ZoneInfo]]:
    """What somebody is told who changes zones: each turn, when they were told, and where they were then."""
    moment, zone = start, periods.zone(life[0][1])
    turn = periods.next_after(recurrence, zone, moment)
    for span, name in [*life, (100 * DAY, "UTC")]:
        landing = moment + span
        while turn.at < landing:
            moment = max(turn.at, moment)
            yield turn, moment, zone
            turn = periods.next_turn(recurrence, zone, turn)
        moment, zone = landing, periods.zone(name)
        turn = Occurrence(periods.at_local(turn.on, recurrence.time, zone), turn.on)


@given(a_recurrence, a_moment, a_life)
def test_whoever_crosses_the_date_line_several_times_a_week_is_told_once_for_each_date(
    recurrence, start, life
):
    told = list(told_on_the_way(recurrence, start, life))
    asked = [turn.on for turn, _, _ in told]
    assert asked == list(islice(recurrence.dates(asked[0]), len(told)))
    there = [periods.local_date(moment, zone) for _, moment, zone in told]
    assert all(before < after for before, after in pairwise(there))
    # Never before its date has come where they are; two days late at most, where the dates were cut short.
    assert all(timedelta() <= date - turn for date, turn in zip(there, asked, strict=True))
    assert all(date - turn <= 2 * DAY for date, turn in zip(there, asked, strict=True))


@given(a_recurrence, a_zone, a_moment, st.timedeltas(-2 * DAY, 2 * DAY))
def test_a_clock_that_steps_back_brings_nothing_twice(recurrence, zone, after, step):
    told = periods.next_after(recurrence, zone, after)
    again = periods.next_after(recurrence, zone, told.at + step, told.on + DAY)
    assert again.on > told.on


# --- Periods.


@pytest.mark.parametrize(
    ("period", "on", "first", "last"),
    [
        (periods.week_of, "2026-11-22", "2026-11-16", "2026-11-22"),
        (periods.week_of, "2026-11-23", "2026-11-23", "2026-11-29"),
        (periods.week_of, "2027-01-01", "2026-12-28", "2027-01-03"),
        (periods.month_of, "2024-02-29", "2024-02-01", "2024-02-29"),
        (periods.month_of, "2026-12-31", "2026-12-01", "2026-12-31"),
        (periods.quarter_of, "2026-05-15", "2026-04-01", "2026-06-30"),
        (periods.quarter_of, "2026-12-31", "2026-10-01", "2026-12-31"),
        (periods.year_of, "2026-05-15", "2026-01-01", "2026-12-31"),
    ],
)
def test_periods_are_whole(period, on, first, last):
    assert period(date.fromisoformat(on)) == Period(date.fromisoformat(first), date.fromisoformat(last))


NAMES: tuple[periods.Name, ...] = ("week", "month", "quarter", "year")


@given(st.sampled_from(NAMES), a_date)
def test_periods_follow_each_other_without_a_gap(name, today):
    before, now, after = periods.last(name, today), periods.this(name, today), periods.following(name, today)
    assert today in now
    assert today not in before
    assert before.last + DAY == now.first
    assert now.last + DAY == after.first
    assert now.days == (after.first - now.first).days


def test_the_last_of_each_on_new_years_day():
    today = date(2027, 1, 1)
    assert periods.last("week", today) == Period(date(2026, 12, 21), date(2026, 12, 27))
    assert periods.last("month", today) == Period(date(2026, 12, 1), date(2026, 12, 31))
    assert periods.last("quarter", today) == Period(date(2026, 10, 1), date(2026, 12, 31))
    assert periods.last("year", today) == Period(date(2026, 1, 1), date(2026, 12, 31))


# --- Quiet hours.

NIGHT = QuietHours(time(19), time(8), WORKDAYS)


@pytest.mark.parametrize(
    ("zone", "hours", "moment", "good"),
    [
        ("Europe/Berlin", NIGHT, "2026-11-20T14:00", "2026-11-20T14:00"),
        ("Europe/Berlin", NIGHT, "2026-11-20T17:59", "2026-11-20T17:59"),
        ("Europe/Berlin", NIGHT, "2026-11-20T18:00", "2026-11-23T07:00"),  # Friday 19:00 to Monday 08:00
        ("Europe/Berlin", NIGHT, "2026-11-19T23:30", "2026-11-20T07:00"),  # past midnight, the same morning
        ("Europe/Berlin", NIGHT, "2026-11-20T07:00", "2026-11-20T07:00"),  # quiet ends: good
        ("Europe/Berlin", NIGHT, "2026-11-21T10:00", "2026-11-23T07:00"),
        ("America/New_York", NIGHT, "2026-11-20T12:59", "2026-11-20T13:00"),
        # No quiet hour at all: a good day begins at midnight.
        ("Europe/Berlin", QuietHours(time(0), time(0), WORKDAYS), "2026-11-21T10:00", "2026-11-22T23:00"),
        # Quiet by day, for somebody who works at night.
        ("Europe/Berlin", QuietHours(time(7), time(20), ALL_DAYS), "2026-11-20T10:00", "2026-11-20T19:00"),
        ("Europe/Berlin", QuietHours(time(7), time(20), ALL_DAYS), "2026-11-20T23:30", "2026-11-20T23:30"),
        # A gap that swallows the end of the quiet ends it; a repeated quarter is quiet again.
        (
            "Europe/Berlin",
            QuietHours(time(22), time(2, 30), ALL_DAYS),
            "2026-03-28T23:00",
            "2026-03-29T01:00",
        ),
        (
            "Europe/Berlin",
            QuietHours(time(22), time(2, 30), ALL_DAYS),
            "2026-10-25T00:10",
            "2026-10-25T00:30",
        ),
        (
            "Europe/Berlin",
            QuietHours(time(22), time(2, 30), ALL_DAYS),
            "2026-10-25T01:10",
            "2026-10-25T01:30",
        ),
        # Clocks go back to an hour that is not quiet, though the day has already been quiet for a while.
        (
            "Europe/Berlin",
            QuietHours(time(2, 30), time(8), ALL_DAYS),
            "2026-10-25T00:45",
            "2026-10-25T01:00",
        ),
        # A minute after midnight clocks go back to the Saturday.
        (
            "America/St_Johns",
            QuietHours(time(0), time(0), frozenset({5})),
            "2008-11-02T02:30",
            "2008-11-02T02:31",
        ),
        # Midnight of the good day is skipped.
        ("Asia/Beirut", QuietHours(time(0), time(0), frozenset({6})), "2026-03-28T12:00", "2026-03-28T22:00"),
        # The only good day of the week did not exist.
        (
            "Pacific/Apia",
            QuietHours(time(19), time(8), frozenset({4})),
            "2011-12-29T10:00",
            "2012-01-05T18:00",
        ),
    ],
)
def test_the_next_good_time(zone, hours, moment, good):
    assert periods.next_good_time(utc(moment), periods.zone(zone), hours) == utc(good)


# Hours and days as people choose them, and any.
likely_hours = st.builds(
    QuietHours,
    start=st.sampled_from([time(19), time(21), time(23, 30), time(0), time(2, 30)]),
    end=st.sampled_from([time(8), time(0), time(2, 30), time(3), time(6)]),
    days=st.sampled_from([WORKDAYS, ALL_DAYS, frozenset({5}), frozenset({6, 2})]),
)


@examples(300)
@given(st.data(), st.sampled_from(TROUBLES), likely_hours | some_hours)
def test_where_clocks_are_trouble_quiet_ends_not_a_minute_later_than_it_must(data, trouble, hours):
    table = offsets(trouble.zone, trouble.first, trouble.last)
    change = data.draw(st.sampled_from(table.starts[1:]))
    moment = change + data.draw(st.integers(-4 * 24 * 60, 24 * 60)) * MINUTE
    good = periods.next_good_time(moment, periods.zone(trouble.zone), hours)
    assert not hours.hold(shown(table, good))
    passed = (moment + step * MINUTE for step in range((good - moment) // MINUTE + 1))
    assert all(hours.hold(shown(table, earlier)) for earlier in passed if earlier < good)


def shown(table: Offsets, moment: datetime) -> datetime:
    return (moment + table.at(moment)).replace(tzinfo=None)


@given(a_moment, a_zone, some_hours)
def test_a_good_time_is_never_quiet_and_never_earlier(moment, zone, hours):
    good = periods.next_good_time(moment, zone, hours)
    assert good >= moment
    assert good.tzinfo is UTC
    assert not hours.hold(good.astimezone(zone))
    assert periods.next_good_time(good, zone, hours) == good
    assert good - moment <= 22 * DAY


@given(a_moment, some_hours)
def test_no_good_time_is_passed_over_where_clocks_never_change(moment, hours):
    good = periods.next_good_time(moment, periods.zone("UTC"), hours)
    skipped = (moment + step * timedelta(minutes=20) for step in range(7 * 72))
    assert all(hours.hold(earlier) for earlier in skipped if earlier < good)


@given(some_hours)
def test_each_local_time_of_a_good_day_is_quiet_or_good(hours):
    day = date(2026, 11, 16) + min(hours.days) * DAY
    good = sum(not hours.hold(datetime.combine(day, time(m // 60, m % 60), UTC)) for m in range(24 * 60))
    quiet = (hours.end.hour - hours.start.hour) * 60 + hours.end.minute - hours.start.minute
    assert good == 24 * 60 - quiet % (24 * 60)


@pytest.mark.parametrize("days", [frozenset(), frozenset({7})])
def test_quiet_hours_leave_a_day(days):
    with pytest.raises(ValueError, match="at least one weekday"):
        QuietHours(time(19), time(8), days)


# --- Working days.

A_HOLIDAY = Period(date(2026, 12, 24), date(2027, 1, 3))


@pytest.mark.parametrize(
    ("on", "days", "away", "expected"),
    [
        ("2026-11-20", 1, [], "2026-11-23"),  # Friday to Monday
        ("2026-11-21", 1, [], "2026-11-23"),
        ("2026-11-20", 0, [], "2026-11-20"),
        ("2026-11-21", 0, [], "2026-11-21"),
        ("2026-11-20", 5, [], "2026-11-27"),
        ("2026-12-23", 1, [A_HOLIDAY], "2027-01-04"),
        ("2026-12-23", 2, [A_HOLIDAY, Period(date(2027, 1, 4), date(2027, 1, 4))], "2027-01-06"),
    ],
)
def test_working_days(on, days, away, expected):
    day = periods.working_days_after(date.fromisoformat(on), days, WORKDAYS, away)
    assert day == date.fromisoformat(expected)


@pytest.mark.parametrize(("days", "week"), [(-1, WORKDAYS), (1, frozenset()), (1, frozenset({9}))])
def test_working_days_need_a_week_and_a_direction(days, week):
    with pytest.raises(ValueError, match="Working days"):
        periods.working_days_after(date(2026, 11, 20), days, week)


@given(a_date, st.integers(1, 30), st.frozensets(st.integers(0, 6), min_size=1), st.integers(0, 40))
def test_as_many_working_days_as_were_asked_for_lie_in_between(on, days, week, length):
    away = Period(on + 2 * DAY, on + (2 + length) * DAY)
    end = periods.working_days_after(on, days, week, [away])
    counted = [day for day in every_date(on + DAY, end) if day.weekday() in week and day not in away]
    assert len(counted) == days
    assert counted[-1] == end


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("america/new york", "America/New_York"),
        ("utc", "UTC"),
        ("localtime", None),
        ("../UTC", None),
        ("", None),
    ],
)
def test_a_zone_is_known_by_its_name_in_any_case(typed: str, name: str | None) -> None:
    assert periods.zone_named(typed) == name
