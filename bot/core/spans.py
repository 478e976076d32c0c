"""Spans of time by name, as lists, drafts and documents offer them: this month, last quarter, all."""

from datetime import date
from typing import Final, cast, get_args

from bot.core import periods
from bot.core.periods import Name, Period

EVER: Final = Period(date.min, date.max)


def named(name: str | None, today: date) -> Period | None:
    """The days of `month` or `this_month`, `last_month`, `all` around today; None for any other name."""
    which, _, rest = (name or "").rpartition("_")
    if name == "all":
        return EVER
    if rest not in get_args(Name) or which not in {"", "this", "last"}:
        return None
    span = cast("Name", rest)
    return periods.last(span, today) if which == "last" else periods.this(span, today)
