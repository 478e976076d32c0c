"""Days as files write them: ISO 8601, numbers with slashes, words, and the period that a heading names."""

import re
from datetime import date
from functools import lru_cache

from bot.core import dates
from bot.core.dates import MONTHS
from bot.core.errors import Invalid
from bot.domain.imports._preview import QUOTED

EARLIEST = 1900

_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:?\d{2}.*)?", re.DOTALL)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_SLASHED = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{2}(?:\d{2})?)(?:[ T,]+\d{1,2}:\d{2}.*)?", re.DOTALL)
# A spreadsheet writes 12-Mar-2026.
_HYPHEN = re.compile(r"(?<=[0-9a-z])-(?=[a-z])|(?<=[a-z])-(?=[0-9])", re.IGNORECASE)

_MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)"
_YEAR = r"(?:19|20)\d{2}"
_QUARTER = r"(?:q[1-4]|h[12]|(?:first|second|third|fourth) quarter)"
_DAY_OF = rf"(?:\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?)"
_WEEK = re.compile(
    rf"(?P<year>{_YEAR})[-\s]?w(?:eek\s)?(?P<week>\d{{1,2}})"
    rf"|week\s(?P<second>\d{{1,2}}),?\s(?P<its>{_YEAR})"
)
# What a heading may name, the nearest first; what names no year takes that of the heading above.
_NAMED = tuple(
    (re.compile(rf"(?<![\w-]){shape}(?![\w-])", re.IGNORECASE), dated)
    for shape, dated in (
        (r"\d{4}-\d{2}-\d{2}", True),
        (rf"{_DAY_OF},? {_YEAR}", True),
        (rf"{_MONTH},? {_YEAR}", True),
        (rf"{_QUARTER}(?: of|,)? ?/?{_YEAR}|{_YEAR}[ /-]?{_QUARTER}", True),
        (_DAY_OF, False),
        (_QUARTER, False),
    )
)
_BARE_MONTH = re.compile(rf"{_MONTH}\.?", re.IGNORECASE)
_ANY_YEAR = re.compile(rf"(?<![\w-]){_YEAR}(?![\w-])")
_YEAR_MONTH = re.compile(rf"({_YEAR})-(\d{{2}})")


def day(text: str, today: date, *, month_first: bool = False) -> date:
    """The day that a cell or a value names; Invalid where it names none, or one that has not come."""
    on = _read(text.strip(), today, month_first)
    if on is None:
        raise Invalid("when", "unclear_date", text=_clipped(text))
    return checked(on, today)


def checked(on: date, today: date) -> date:
    """A day on which something can have happened; Invalid for one to come, and for one that nobody remembers."""
    if on.year < EARLIEST:
        raise Invalid("when", "unclear_date", text=on.isoformat())
    if on > today:
        raise Invalid("when", "not_happened_yet", on=on)
    return on


def is_day(text: str, today: date) -> bool:
    """Whether a cell holds a day, of whatever time."""
    return _read(text.strip(), today) is not None


def are_month_first(cells: list[str]) -> bool:
    """Whether a column writes 12/31/2026: some of its days can be read in no other way, and none only as 31/12."""
    found = [match for cell in cells if (match := _SLASHED.fullmatch(cell.strip())) and match[2] == "/"]
    return any(int(one[3]) > len(MONTHS) for one in found) and not any(
        int(one[1]) > len(MONTHS) for one in found
    )


def unclear(cells: list[str]) -> str | None:
    """A day of a column whose days can all be read in two ways, such as 02/09/2026; None where one of them tells."""
    found = [match for cell in cells if (match := _SLASHED.fullmatch(cell.strip())) and match[2] == "/"]
    if any(int(one[place]) > len(MONTHS) for one in found for place in (1, 3)):
        return None
    return next((one[0] for one in found if int(one[1]) != int(one[3])), None)


def of_heading(heading: str, above: date | None, today: date) -> date | None:
    """The day for what stands under a heading: the last one of the period it names, today where that is not over."""
    said = " ".join(heading.casefold().split()).strip(" .,:;#*_()[]")
    year = str(above.year) if above else ""
    return _week(said) or _named(said, year, today)


def _read(text: str, today: date, month_first: bool = False) -> date | None:
    # Only what may be a day is remembered, and no text of anybody's.
    return _understood(text, today, month_first) if len(text) <= dates.LONGEST else None


@lru_cache(maxsize=4096)
def _understood(text: str, today: date, month_first: bool) -> date | None:
    if iso := _ISO.fullmatch(text):
        return _from_iso(iso[1])
    if compact := _COMPACT.fullmatch(text):
        return _from_iso("-".join(compact.groups()))
    if slashed := _SLASHED.fullmatch(text):
        first, sign, second, year = slashed.groups()
        year = year if len(year) > 2 else f"20{year}"  # noqa: PLR2004 - a year of two digits
        if month_first and sign == "/":
            return _from_iso(f"{year}-{first:0>2}-{second:0>2}")
        text = f"{first}{sign}{second}{sign}{year}"
    if re.fullmatch(_YEAR, text):
        text = f"in {text}"
    return dates.understand(_HYPHEN.sub(" ", text), today, prefer="past")


def _from_iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _week(said: str) -> date | None:
    found = _WEEK.search(said)
    if found is None:
        return None
    year, week = found["year"] or found["its"], found["week"] or found["second"]
    try:
        return date.fromisocalendar(int(year), int(week), 5)
    except ValueError:
        return None


def _named(said: str, year: str, today: date) -> date | None:
    for shape, dated in _NAMED:
        if found := shape.search(said):
            return dates.understand(found[0] if dated else f"{found[0]} {year}".strip(), today, prefer="past")
    if found := _YEAR_MONTH.fullmatch(said):
        month = int(found[2])
        named = f"{MONTHS[month - 1]} {found[1]}" if 1 <= month <= len(MONTHS) else ""
        return dates.understand(named, today, prefer="past")
    if _BARE_MONTH.fullmatch(said):
        return dates.understand(f"{said.strip('.')} {year}".strip(), today, prefer="past")
    found = _ANY_YEAR.search(said)
    return dates.understand(f"in {found[0]}", today, prefer="past") if found else None


def _clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"
