"""Weeks, quarters, local times, quiet hours and recurrence: dates are decided first, a zone only makes moments of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import count, islice
from typing import Literal
from zoneinfo import ZoneInfo

Name = Literal["week", "month", "quarter", "year"]
Every = Literal["week", "two_weeks", "month"]

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_A_MONDAY = date(1970, 1, 5)
_UTC = ZoneInfo("UTC")
_DATABASE = resources.files("tzdata")
# Said by a machine that was never told where it is.
_NO_PLACES = {"Factory"}


def zone_named(text: str) -> str | None:
    """The name in the tz database that a person means, whatever its capitals and spaces; None for no zone."""
    return _by_folded_name().get(text.strip().casefold().replace(" ", "_"))


def zone(name: str | None) -> ZoneInfo:
    """The zone of that name in the tz database; UTC for a missing or unknown name. Never raises.

    The database is the one of the tzdata package. It is locked, so that every worker has the same one and it is
    as new as the release; a machine's own is often years older than the laws. Only its names count;
    `localtime`, `right/…` and paths would read other files of the machine.
    """
    return _loaded(name) if name in zone_names() else _UTC


@cache
def zone_names() -> frozenset[str]:
    """Every name in the tz database, the old ones too."""
    return frozenset(_DATABASE.joinpath("zones").read_text().split())


@cache
def _by_folded_name() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names() - _NO_PLACES}


@cache
def _loaded(name: str) -> ZoneInfo:
    with _DATABASE.joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def local_date(moment: datetime, zone: ZoneInfo) -> date:
    """The date on the calendar in `zone` at `moment`. ValueError for a moment without a zone."""
    return _aware(moment).astimezone(zone).date()


def at_local(on: date, time: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which clocks in `zone` show `time` on the date `on`.

    A skipped local time is read with the offset before the gap (02:30 becomes 03:30), a repeated one is its
    first occurrence: RFC 5545, section 3.3.5. That is what `fold=0` means in PEP 495.
    """
    local = datetime.combine(on, time, zone)
    # Most times carry no fold, and to replace it costs more than all the rest.
    return (local.replace(fold=0) if local.fold else local).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A run of whole local dates, both ends included."""

    first: date
    last: date

    def __contains__(self, on: date) -> bool:
        return self.first <= on <= self.last

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def week_of(on: date) -> Period:
    """Monday to Sunday, as ISO 8601 counts weeks."""
    monday = _monday(on)
    return Period(monday, monday + 6 * _DAY)


def month_of(on: date) -> Period:
    return months(on.year, on.month, 1)


def quarter_of(on: date) -> Period:
    """A quarter of the calendar year: January to March is the first."""
    return months(on.year, on.month - (on.month - 1) % 3, 3)


def year_of(on: date) -> Period:
    return months(on.year, 1, 12)


def months(year: int, month: int, number: int) -> Period:
    """`number` whole months from the first of `month`; months beyond 12 run into the next year."""
    return Period(_first_of(year, month), _first_of(year, month + number) - _DAY)


_PERIODS = {"week": week_of, "month": month_of, "quarter": quarter_of, "year": year_of}


def this(name: Name, today: date) -> Period:
    """The period that holds `today`."""
    return _PERIODS[name](today)


def last(name: Name, today: date) -> Period:
    """The whole period before the one that holds `today`."""
    return _PERIODS[name](this(name, today).first - _DAY)


def following(name: Name, today: date) -> Period:
    """The whole period after the one that holds `today`."""
    return _PERIODS[name](this(name, today).last + _DAY)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A weekday (0 is Monday) and a local time, every week, every two weeks or every month.

    `anchor` is a local date that belongs to the row: two weeks are counted from its week, and a month asks on
    the same ordinal weekday (a fifth one means the last). Without it, two weeks are counted from
    5 January 1970 and a month asks on the first such weekday. ValueError for a weekday outside 0 to 6.
    """

    every: Every
    weekday: int
    time: time
    anchor: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:  # noqa: PLR2004 - the days of a week
            raise ValueError("A weekday is a number from 0 (Monday) to 6 (Sunday).")

    def dates(self, start: date) -> Iterator[date]:
        """Every local date from `start` on that asks for one, in order. No zone has a say in this."""
        while True:
            on = self.first(start)
            yield on
            start = on + _DAY

    def first(self, start: date) -> date:
        """The first local date from `start` on that asks for one."""
        if self.every != "month":
            return start + self._wait(start) * _DAY
        on = self._in_month_of(start)
        return on if on >= start else self._in_month_of(start.replace(day=1) + 31 * _DAY)

    def _wait(self, start: date) -> int:
        turn = _monday(self.anchor or _A_MONDAY).toordinal() + self.weekday
        return (turn - start.toordinal()) % (7 if self.every == "week" else 14)

    def _in_month_of(self, on: date) -> date:
        first = on.replace(day=1)
        ordinal = (self.anchor.day - 1) // 7 if self.anchor else 0
        nth = first + ((self.weekday - first.weekday()) % 7 + 7 * ordinal) * _DAY
        return nth if nth.month == first.month else nth - 7 * _DAY


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One turn of a recurrence: the moment it is due (UTC) and the local date that asked for it.

    `on` is the key of a delivery: it does not change with the zone. It is the date on the person's calendar at
    that moment, except where a gap swallowed the asked time up to midnight or the whole date (Apia, 30 December
    2011): then the moment falls on the date after it.
    """

    at: datetime
    on: date


def next_after(
    recurrence: Recurrence, zone: ZoneInfo, after: datetime, not_before: date | None = None
) -> Occurrence:
    """The first occurrence due strictly after the moment `after`, for a local date not before `not_before`.

    ValueError where `after` has no zone. The local time is read by `at_local` (RFC 5545, section 3.3.5).
    """
    earliest = local_date(after, zone) - 2 * _DAY  # a gap can push a due time by a day, never by two
    on = recurrence.first(max(earliest, not_before or earliest))
    while (at := at_local(on, recurrence.time, zone)) <= after:
        on = recurrence.first(on + _DAY)
    return Occurrence(at, on)


def next_turn(recurrence: Recurrence, zone: ZoneInfo, previous: Occurrence) -> Occurrence:
    """The occurrence for the next local date that asks after `previous.on`, wherever the person is by now.

    Ask this with the last one delivered, both to go on and when the zone changes: whoever crosses the date line
    gets neither a second one for a date that comes again nor none for a date that is cut short. The answer can
    lie in the past; then it is due at once.
    """
    on = recurrence.first(previous.on + _DAY)
    return Occurrence(at_local(on, recurrence.time, zone), on)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """When a person is left alone: from `start` to before `end` of each local day, and on all days not in `days`.

    Quiet hours may run over midnight (19:00 to 08:00); equal ends mean that no hour is quiet. `days` holds the
    weekdays (0 is Monday) on which a message may come. ValueError where no day is left.
    """

    start: time
    end: time
    days: frozenset[int]

    def __post_init__(self) -> None:
        if not self.days & _WHOLE_WEEK:
            raise ValueError("Quiet hours must leave at least one weekday.")

    def hold(self, local: datetime) -> bool:
        """Whether a person is left alone when the clocks around show `local`."""
        at = local.time()
        if local.weekday() not in self.days:
            return True
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def until(self, local: datetime) -> datetime:
        """When the quiet that holds `local` ends on clocks that do not change; both without a zone."""
        if local.weekday() in self.days and local.time() < self.end:
            return datetime.combine(local, self.end)
        tomorrows = (local.date() + days * _DAY for days in range(1, 8))
        day = datetime.combine(next(on for on in tomorrows if on.weekday() in self.days), time.min)
        return datetime.combine(day, self.end) if self.hold(day) else day


_WHOLE_WEEK = frozenset(range(7))


def next_good_time(moment: datetime, zone: ZoneInfo, hours: QuietHours) -> datetime:
    """`moment` itself (UTC) where it is not quiet, else the first one that is not; never a quiet one.

    ValueError for a moment without a zone.
    """
    moment = _aware(moment).astimezone(UTC)
    # Where clocks change on the way, what they show then is asked again: they may jump past the end or back.
    while hours.hold(local := moment.astimezone(zone)):
        local = local.replace(tzinfo=None)
        moment = _until_change(moment, moment + (hours.until(local) - local), zone)
    return moment


def _until_change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The first moment up to `high` at which clocks in `zone` change, after `low`; `high` where they do not."""
    offset = low.astimezone(zone).utcoffset()
    # Day by day, so that a change which is soon taken back is seen.
    while (near := min(low + _DAY, high)).astimezone(zone).utcoffset() == offset:
        if near == high:
            return high
        low = near
    while near - low >= _SECOND:
        middle = low + (near - low) // 2
        low, near = (middle, near) if middle.astimezone(zone).utcoffset() == offset else (low, middle)
    return near.replace(microsecond=0)  # clocks change at whole seconds


def working_days_after(on: date, days: int, week: Collection[int], away: Sequence[Period] = ()) -> date:
    """The `days`-th date after `on` whose weekday is in `week` (0 is Monday) and that no `away` period holds.

    `on` itself is never counted; 0 days is `on`. ValueError for negative days or a week without weekdays.
    """
    if days < 0 or not _WHOLE_WEEK.intersection(week):
        raise ValueError("Working days are counted forward, in a week that has some.")
    if not days:
        return on
    dates = (on + ahead * _DAY for ahead in count(1))
    working = (day for day in dates if day.weekday() in week and not any(day in period for period in away))
    return next(islice(working, days - 1, None))


def _aware(moment: datetime) -> datetime:
    # A moment without a zone would silently be read in the machine's own.
    if moment.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return moment


def _monday(on: date) -> date:
    return on - on.weekday() * _DAY


def _first_of(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
