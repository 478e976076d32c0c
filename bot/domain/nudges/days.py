"""The days and hours in which a member may be written to, pure."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import count
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.core import periods
from bot.core.periods import Occurrence, Period, QuietHours
from bot.domain.nudges.kinds import WorkingDays

# What has no time of its own comes in the morning, after the first coffee.
MORNING = time(10)

_DAY = timedelta(days=1)


class Habits(Protocol):
    """What the rules ask about a member; the mapped class and a row of its columns both have it."""

    @property
    def zone(self) -> str | None: ...
    @property
    def checkin_weekday(self) -> int: ...
    @property
    def checkin_time(self) -> time: ...
    @property
    def hours_start(self) -> time: ...
    @property
    def hours_end(self) -> time: ...
    @property
    def days(self) -> int: ...
    @property
    def paused_from(self) -> date | None: ...
    @property
    def paused_until(self) -> date | None: ...
    @property
    def unreachable(self) -> str | None: ...
    @property
    def cadences(self) -> Mapping[str, str] | None: ...
    @property
    def budget(self) -> int: ...


def on_date(member: Habits, on: date) -> Occurrence:
    """A nudge for a local date, in the morning; the date after it where that day is none of the member's."""
    at = periods.at_local(good_day(member, on), MORNING, zone(member))
    return Occurrence(good_time(member, at), on)


def zone(member: Habits) -> ZoneInfo:
    """The member's zone; UTC until one is known."""
    return periods.zone(member.zone)


def hours(member: Habits) -> QuietHours:
    """The hours and days on which a member is left alone; the day of the check-in is always one of theirs."""
    return _hours(member.hours_start, member.hours_end, member.days | 1 << member.checkin_weekday)


def good_time(member: Habits, moment: datetime) -> datetime:
    """`moment` itself where a message may come then; else the next moment inside the hours and after a pause."""
    days = member.days | 1 << member.checkin_weekday
    rest = (member.paused_from, member.paused_until)
    return _good_time(moment, member.zone, member.hours_start, member.hours_end, days, *rest)


def good_day(member: Habits, on: date) -> date:
    """`on` itself, or the next date that is one of the member's days and of no pause."""
    days = hours(member).days
    return next(
        day for ahead in count() if (day := on + ahead * _DAY).weekday() in days and not is_away(member, day)
    )


def after(member: Habits, on: date, span: timedelta | WorkingDays) -> date:
    """The date a span after `on`; working days are the member's own, as they are known now."""
    if isinstance(span, timedelta):
        return on + span
    away = (
        ()
        if member.paused_until is None
        else (Period(member.paused_from or date.min, member.paused_until - _DAY),)
    )
    return periods.working_days_after(on, span.days, hours(member).days, away)


def is_away(member: Habits, on: date) -> bool:
    return _lies_in(on, member.paused_from, member.paused_until)


@lru_cache(maxsize=4096)
def _good_time(
    moment: datetime,
    zone_name: str | None,
    start: time,
    end: time,
    days: int,
    paused_from: date | None,
    paused_until: date | None,
) -> datetime:
    local, theirs = periods.zone(zone_name), _hours(start, end, days)
    good = periods.next_good_time(moment, local, theirs)
    # Asked of the day it would come on: what waits for the hours of a Monday may come into a pause by that.
    if paused_until is not None and _lies_in(periods.local_date(good, local), paused_from, paused_until):
        good = periods.next_good_time(max(good, periods.at_local(paused_until, time(), local)), local, theirs)
    return good


def _lies_in(on: date, first: date | None, until: date | None) -> bool:
    return until is not None and on < until and (first is None or on >= first)


@lru_cache(maxsize=1024)
def _hours(start: time, end: time, days: int) -> QuietHours:
    return QuietHours(start=end, end=start, days=frozenset(day for day in range(7) if days >> day & 1))
