"""Days that people typed into a form, read and checked; Invalid names the field and says what to write."""

from datetime import date

from bot.core import dates
from bot.core.dates import Side
from bot.core.errors import Invalid
from handlers import kit

# So much of what could not be read is said again.
SHOWN = 60


def said(field: str, text: str | None, today: date, side: Side = "future") -> date | None:
    """A day in words, on either side of today; None where the field is empty."""
    if not (text or "").strip():
        return None
    on = dates.understand(str(text), today, prefer=side)
    if on is None:
        unclear = "unclear_day_ahead" if side == "future" else "unclear_date"
        raise Invalid(field, unclear, text=kit.clip(str(text), SHOWN))
    return on


def ahead(field: str, text: str | None, today: date, standing: date | None = None) -> date | None:
    """A day that has not passed, or the one that stood there; None where the field is empty."""
    on = said(field, text, today)
    if on and on < today and on != standing:
        raise Invalid(field, "not_ahead", on=on)
    return on


def past(field: str, text: str | None, today: date, later: str = "not_happened_yet") -> date:
    """A day that has come, today where the field is empty; `later` are the words for one that has not."""
    on = said(field, text, today, "past") or today
    if on > today:
        raise Invalid(field, later, on=on)
    return on
