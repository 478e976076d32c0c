"""Every zone: one turn for each local date that asks, at a valid local time, as `whenever` finds them too."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise, product

import pytest
import whenever
from whenever import Date, Instant, PlainDateTime, SkippedTime, Weekday, ZonedDateTime

from bot.core import periods
from bot.core.periods import Every, Occurrence, Recurrence
from tests.chaos.scale import Measured, count, is_full
from tests.zones import TROUBLES

EVERY: tuple[Every, ...] = ("week", "two_weeks", "month")
ZONES = sorted(periods.zone_names())
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
ANCHORS = (None, date(2024, 1, 1), date(2024, 1, 10), date(2024, 2, 29), date(2026, 5, 31), date(2025, 3, 20))
SHARES = 4
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

# A turn as both libraries give it: the local date that asks, and the second (Unix time) at which it is due.
Turn = tuple[date, int]


@pytest.fixture(autouse=True)
def same_data() -> Iterator[None]:
    """Lets `whenever` read the tzdata package, as we do, and not the machine's own database."""
    whenever.reset_tzpath(())
    whenever.clear_tzcache()
    yield
    whenever.reset_tzpath()
    whenever.clear_tzcache()


# --- The oracle: `whenever` walks its own calendar and reads local times by its own rules.


def expected(asks: Recurrence, zone: str, first: date, last: date) -> list[Turn]:
    at = asks.time
    dates = dates_that_ask(asks.every, asks.weekday, asks.anchor, first, last)
    return [
        (on.to_stdlib(), read(PlainDateTime(on.year, on.month, on.day, at.hour, at.minute, at.second), zone))
        for on in dates
    ]


def read(wall: PlainDateTime, zone: str) -> int:
    return wall.assume_tz(zone, disambiguation="compatible").timestamp()


@cache
def dates_that_ask(every: Every, weekday: int, anchor: date | None, first: date, last: date) -> list[Date]:
    day, found = Date(first.year, first.month, first.day), []
    while day.to_stdlib() <= last:
        if day.day_of_week() == list(Weekday)[weekday] and is_turn(day, every, anchor):
            found.append(day)
        day = day.next_day()
    return found


def is_turn(day: Date, every: Every, anchor: date | None) -> bool:
    if every == "month":
        ordinal = (anchor.day - 1) // 7 + 1 if anchor else 1
        return day == nth_in_month(day, ordinal)
    if every == "two_weeks":
        begun = Date(anchor.year, anchor.month, anchor.day) if anchor else Date(1970, 1, 5)
        weeks = begun.start_of("week_mon").until(day.start_of("week_mon"), total="weeks")
        return weeks % 2 == 0
    return True


def nth_in_month(day: Date, ordinal: int) -> Date:
    try:
        return day.nth_weekday_of_month(ordinal, day.day_of_week())
    except ValueError:
        return day.nth_weekday_of_month(-1, day.day_of_week())


def changes(zone: str, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """For each change of clocks, what they would show without it and what they show."""
    there: ZonedDateTime | None = Instant.from_utc(first.year, first.month, first.day).to_tz(zone)
    while there and (there := there.next_transition()) and there.date().to_stdlib() <= last:
        before = there.subtract(seconds=1).to_plain().to_stdlib()
        yield before + timedelta(seconds=1), there.to_plain().to_stdlib()


# --- What we say.


def ours(asks: Recurrence, zone: str, first: date, last: date) -> list[Turn]:
    """Every turn as the worker finds them: each after the moment of the one before."""
    moment, turns = datetime.combine(first, time(), UTC) - 2 * DAY, []
    while (turn := periods.next_after(asks, periods.zone(zone), moment, not_before=first)).on <= last:
        turns.append((turn.on, int(turn.at.timestamp())))
        moment = turn.at
    return turns


def check(asks: Recurrence, zone: str, first: date, last: date) -> list[Turn]:
    """Compare the two, and see that each is delivered on a local date of its own; the turns."""
    turns = ours(asks, zone, first, last)
    assert turns == expected(asks, zone, first, last), (zone, asks)
    shown = [Instant.from_timestamp(at).to_tz(zone).date().to_stdlib() for _, at in turns]
    assert all(before < after for before, after in pairwise(shown)), (zone, asks)
    return turns


def test_both_libraries_know_the_same_zones():
    assert sorted(whenever.available_timezones()) == ZONES
    assert len(ZONES) > 590


@pytest.mark.parametrize("share", range(SHARES))
def test_every_local_date_that_asks_has_one_turn_in_every_zone(share: int, measured: Measured):
    zones, pairs = ZONES[share::SHARES], count("R19")
    turns = 0
    for index, zone in enumerate(zones):
        for pair in range(pairs):
            number = index * (pairs % 168) + pair  # a few run through all pairs from zone to zone
            weekday, hour = divmod(number % 168, 24)
            at = time(hour, number * 13 % 60)
            anchor = ANCHORS[number % len(ANCHORS)]
            for every in EVERY:
                turns += len(check(Recurrence(every, weekday, at, anchor), zone, FIRST, LAST))
    measured("R19", f"{len(zones)} zones × {pairs} weekdays and times: {turns} turns, 0 lost, 0 twice")


@pytest.mark.parametrize("share", range(SHARES))
def test_every_gap_and_fold_of_every_zone_is_read_alike(share: int, measured: Measured):
    first, last = (date(1970, 1, 1), date(2037, 12, 31)) if is_full() else (date(2026, 1, 1), LAST)
    seen = sum(check_changes(zone, first, last) for zone in ZONES[share::SHARES])
    measured("R19", f"{seen} changes of clocks, {first.year} to {last.year}: all as whenever reads them")


def test_clocks_that_are_trouble_are_read_alike(measured: Measured):
    seen = [check_changes(trouble.zone, trouble.first, trouble.last) for trouble in TROUBLES]
    assert all(seen)
    measured(
        "R19", f"{sum(seen)} changes of clocks that no rule of thumb expects: all as whenever reads them"
    )


def check_changes(zone: str, first: date, last: date) -> int:
    number = 0
    for number, (before, after) in enumerate(changes(zone, first, last), 1):  # noqa: B007 - it is counted
        for wall in walls_around(before, after):
            check_wall(wall, zone)
    return number


def walls_around(before: datetime, after: datetime) -> Iterator[datetime]:
    """Local times at both ends of a gap or a fold, in its middle, and a minute beside each."""
    for wall in (before, after, (before + (after - before) / 2).replace(microsecond=0)):
        yield from (wall - MINUTE, wall, wall + MINUTE)


def check_wall(wall: datetime, zone: str) -> None:
    first, last = wall.date() - 35 * DAY, wall.date() + 35 * DAY
    for every in EVERY:
        asks = Recurrence(every, wall.weekday(), wall.time(), wall.date())
        assert wall.date() in [on for on, _ in check(asks, zone, first, last)]
    moment = periods.at_local(wall.date(), wall.time(), periods.zone(zone))
    just_before = periods.next_after(asks, periods.zone(zone), moment - timedelta(seconds=1))
    assert just_before == Occurrence(moment, wall.date()), (zone, wall)
    shown = Instant.from_timestamp(int(moment.timestamp())).to_tz(zone).to_plain().to_stdlib()
    assert shown == wall or is_skipped(wall, zone), (zone, wall)


def is_skipped(wall: datetime, zone: str) -> bool:
    try:
        PlainDateTime(wall).assume_tz(zone, disambiguation="raise")
    except SkippedTime:
        return True
    except whenever.RepeatedTime:
        return False
    return False


def test_a_29th_of_february_asks_in_every_zone(measured: Measured):
    for leap, every in product((date(2000, 2, 29), date(2024, 2, 29), date(2028, 2, 29)), EVERY):
        for index, zone in enumerate(ZONES):
            asks = Recurrence(every, leap.weekday(), time(index % 24, index % 60), leap)
            assert leap in [on for on, _ in check(asks, zone, leap - 60 * DAY, leap + 60 * DAY)]
    measured("R19", f"29 February in {len(ZONES)} zones, three leap years: asked once")
