"""The spans of time a document can cover, by name or between two days."""

from datetime import date

from bot.core import dates, spans
from bot.core.errors import Invalid
from bot.core.periods import Period

# "all" has no bounds; what is said of it begins with the first win.
ALL, DATES = "all", "dates"
EVER = spans.EVER
WINDOWS: tuple[str, ...] = (
    *(f"{which}_{name}" for name in ("week", "month", "quarter", "year") for which in ("this", "last")),
    *(ALL, DATES),
)

# What is offered first, and where that holds no win, what next.
USUAL = ("this_quarter", "this_year", ALL)


def span(window: str | None, today: date, since: str | None = None, until: str | None = None) -> Period:
    """The days of a window around today, or from one typed day to another; Invalid names the field."""
    if window == DATES:
        return _between(since, until, today)
    period = spans.named(window, today) if window in WINDOWS else None
    if period is None:
        raise Invalid("period", "no_such_period")
    return period


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
