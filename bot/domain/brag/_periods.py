"""The spans of time a document can cover, by name or between two days."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal

from bot.core import dates, periods
from bot.core.errors import Invalid
from bot.core.periods import Name, Period

# "all" has no bounds; what is said of it begins with the first win.
ALL, DATES = "all", "dates"
EVER = Period(date.min, date.max)

_Which = Literal["this", "last"]
_NAMED: Mapping[str, tuple[_Which, Name]] = MappingProxyType(
    {
        "this_week": ("this", "week"),
        "last_week": ("last", "week"),
        "this_month": ("this", "month"),
        "last_month": ("last", "month"),
        "this_quarter": ("this", "quarter"),
        "last_quarter": ("last", "quarter"),
        "this_year": ("this", "year"),
        "last_year": ("last", "year"),
    }
)
WINDOWS: tuple[str, ...] = (*_NAMED, ALL, DATES)

# What is offered first, and where that holds no win, what next.
USUAL = ("this_quarter", "this_year", ALL)


def span(window: str | None, today: date, since: str | None = None, until: str | None = None) -> Period:
    """The days of a window around today, or from one typed day to another; Invalid names the field."""
    if window == DATES:
        return _between(since, until, today)
    if window == ALL:
        return EVER
    if window is None or window not in _NAMED:
        raise Invalid("period", "no_such_period")
    which, name = _NAMED[window]
    return periods.this(name, today) if which == "this" else periods.last(name, today)


def _between(since: str | None, until: str | None, today: date) -> Period:
    first = _day("since", since, today)
    last = _day("until", until, today) if (until or "").strip() else today
    if last < first:
        raise Invalid("until", "ends_before_start", on=last, start=first)
    return Period(first, last)


def _day(field: str, text: str | None, today: date) -> date:
    on = dates.understand((text or "").strip(), today, prefer="past")
    if on is None:
        raise Invalid(field, "unclear_date", text=(text or "")[:60])
    return on
