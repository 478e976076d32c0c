"""Reads the words of a date: its shape is recognised first, then its words are picked out."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, cast

from dateparser.date import DateDataParser

from bot.core import periods
from bot.core.dates import _words as words
from bot.core.dates._words import Side, pattern
from bot.core.periods import Period

LONGEST = 60  # characters; no date in words comes near it
_FARTHEST = 100  # years from today
_DAY = timedelta(days=1)
_UNITS = {"w": "week", "m": "month", "q": "quarter", "y": "year"}


def understand(text: str, today: date, *, prefer: Side) -> date | None:
    """The local date that `text` names, seen from `today`; None where it names none. Never raises.

    `prefer` is the side of today on which a weekday, or a date without year, is looked for; today is on both.

    - *friday*: the nearest on that side. *last friday*: the nearest before today. *this friday*: that of this
      week; looking ahead, the coming one. *next friday*: always that of the week after this one, because
      *friday* and *this friday* already name the coming one. Months go by the same rule, years for weeks.
    - A period (*this week, next month, March, Q2, end of year*) is its last day; a week ends on Friday, on its
      weekend today. Looking back, a period that is not over yet is today. *until* a period and the *start* of
      one are its first day; *mid* March is the 15th. *before* something is the day before it begins, and
      before the *end* of it still its last day.
    - Numbers are read day first (*3/12/2026* is 3 December), as most of the world writes them; month first only
      where that is no date (*12/25/2026*). One rule whoever writes: nobody's habit is known, and the date is
      shown back in words. A year in front is ISO 8601. *30.6.* is a day, and *30.6* behind a preposition.
    """
    if len(text) > LONGEST:
        return None
    said = _spelled_out(" ".join(text.casefold().split()).strip(" ,;:!?()")).strip(" .,;:!?()")
    read = next((read for shape, read in _READERS if shape.fullmatch(said)), None)
    try:
        day = read(said, today, prefer) if read else None
    except (ValueError, OverflowError):  # 31/2/2026, or a date outside the calendar
        return None
    return day if day and abs(day.year - today.year) <= _FARTHEST else None


def _spelled_out(said: str) -> str:
    said = _DOTTED.sub(r"on \1", said)
    said = re.sub(r"\b(week|month|quarter|year)[ -]end\b", r"end of \1", said)
    return re.sub(r"\beo([wmqy])\b", lambda short: f"end of {_UNITS[short[1]]}", said)


def _before(said: str, today: date, prefer: Side) -> date | None:
    begins = f"until {said.removeprefix('before ')}"
    day = understand(begins, today, prefer=prefer)
    if day and day <= today and prefer == "future":
        # "Before Friday", said on a Friday, is about the next one.
        day = understand(begins, today + _DAY, prefer=prefer)
    return day - _DAY if day else None


def _near(said: str, today: date, _prefer: Side) -> date:
    steps = {"before": -2, "after tomorrow": 2, "yesterday": -1, "tomorrow": 1, "last": -1}
    return today + next((days for word, days in steps.items() if word in said), 0) * _DAY


def _weekday(said: str, today: date, prefer: Side) -> date:
    number = _index(words.WEEKDAYS, _first(words.WEEKDAY, said))
    before, day, after = (week.first + number * _DAY for week in _around("week", today))
    which = _first(words.WHICH, said)
    if which == "next" or "week" in said:
        return {"last": before, "this": day, "next": after}[which]
    if which == "last":
        return _nearest([before, day], today - _DAY, "past")
    if which == "this" and prefer == "past":
        return day
    return _nearest([before, day, after], today, prefer)


def _digits(said: str, today: date, prefer: Side) -> date | None:
    first, second, *year = _numbers(said)
    years = [year[0] if year[0] > 99 else 2000 + year[0]] if year else _years(today)  # noqa: PLR2004 - two digits
    days = _days(years, second, first) or _days(years, first, second)
    return _nearest(days, today, prefer) if not year else next(iter(days), None)


def _iso(said: str, _today: date, _prefer: Side) -> date:
    year, month, day = _numbers(said)
    return date(year, month, day)


def _named(said: str, today: date, prefer: Side) -> date | None:
    # Looking ahead dateparser leaves out the day it looks from, and today shall count.
    base = today - _DAY if prefer == "future" else today
    return _by_dateparser(_first(words.NAMED_DAY, said), base, prefer)


def _span(said: str, today: date, prefer: Side) -> date | None:
    span = _first(words.SPAN, said)
    return _by_dateparser(f"{span} ago" if said.endswith("ago") else f"in {span}", today, prefer)


# A file of many lines names few dates; what is remembered are the words of a date and no others.
@lru_cache(maxsize=8192)
def _by_dateparser(said: str, base: date, prefer: Side) -> date | None:
    # Nothing is left to its guesses: not the language, not the order, not the machine's clock or zone.
    settings: Any = {
        "RELATIVE_BASE": datetime.combine(base, time()),
        "PREFER_DATES_FROM": prefer,
        "PREFER_DAY_OF_MONTH": "current",
        "REQUIRE_PARTS": ["day", "month"],
        "PARSERS": ["relative-time", "absolute-time"],
        "DATE_ORDER": "DMY",
        "TIMEZONE": "UTC",
        "TO_TIMEZONE": "UTC",
    }
    found = DateDataParser(languages=["en"], settings=settings).get_date_data(said).date_obj
    return found.date() if found else None


def _period(said: str, today: date, prefer: Side) -> date:
    days = [_day_of(period, said, today, prefer) for period in _which(said, _candidates(said, today), today)]
    return days[0] if len(days) == 1 else _nearest(days, today, prefer)


def _day_of(period: Period, said: str, today: date, prefer: Side) -> date:
    if re.search(r"\bend\b", said):
        return period.last
    if "mid" in said:
        return _middle(period)
    if re.search(r"\b(?:start|beginning|until|till)\b", said):
        return period.first
    return today if prefer == "past" and today in period else period.last


def _middle(period: Period) -> date:
    is_month = period == periods.month_of(period.first)
    return period.first.replace(day=15) if is_month else period.first + period.days // 2 * _DAY


def _which(said: str, candidates: list[Period], today: date) -> list[Period]:
    match _first(words.WHICH, said):
        case "last":
            return [period for period in candidates if period.last < today][-1:]
        case "this":
            return candidates[1:2]
        case "next":
            return candidates[2:]
    return candidates


def _candidates(said: str, today: date) -> list[Period]:
    # The one that holds today between its neighbours; only one where a year is named.
    unit = "" if _first(words.ANY_QUARTER, said) else _first(words.UNIT, said)
    if unit.startswith("week"):
        return [_working(week, unit, today) for week in _around("week", today)]
    if unit:
        return _around(cast("periods.Name", unit), today)
    named = _first(words.YEAR, said)
    years = [int(named)] if named else [today.year - 1, today.year, today.year + 1]
    first, number = _months(said)
    return [periods.months(year, first, number) for year in years]


def _months(said: str) -> tuple[int, int]:
    # The first month of a quarter, half, month or year, and how many it has.
    month = _first(words.MONTH, said)
    if month:
        return _index(words.MONTHS, month) + 1, 1
    quarter = _first(words.ANY_QUARTER, said)
    if not quarter:
        return 1, 12
    number = 6 if quarter[0] == "h" else 3
    which = int(quarter[1]) - 1 if quarter[1].isdigit() else words.ORDINALS.index(quarter.split()[0])
    return which * number + 1, number


def _working(week: Period, unit: str, today: date) -> Period:
    saturday = week.first + 5 * _DAY
    if unit == "weekend":
        return Period(saturday, week.last)
    return Period(week.first, today if saturday <= today <= week.last else saturday - _DAY)


def _around(name: periods.Name, today: date) -> list[Period]:
    return [periods.last(name, today), periods.this(name, today), periods.following(name, today)]


def _nearest(days: Iterable[date], today: date, prefer: Side) -> date:
    # No day on that side is a ValueError, which means: not a date.
    return (
        max(day for day in days if day <= today)
        if prefer == "past"
        else min(day for day in days if day >= today)
    )


def _years(today: date) -> list[int]:
    # Enough for 29 February, even around 1900 and 2100.
    return list(range(today.year - 8, today.year + 9))


def _days(years: Iterable[int], month: int, day: int) -> list[date]:
    if not 1 <= month <= 12:  # noqa: PLR2004 - the months of a year
        return []
    return [date(year, month, day) for year in years if 1 <= day <= monthrange(year, month)[1]]


def _numbers(said: str) -> list[int]:
    return [int(number) for number in re.findall("[0-9]+", said)]


def _first(piece: str, said: str) -> str:
    found = re.search(rf"\b{piece}\b", said)
    return found[0] if found else ""


def _index(names: tuple[str, ...], named: str) -> int:
    return next(index for index, name in enumerate(names) if name[:3].casefold() == named[:3])


_DOTTED = re.compile(rf"^({words.DOTTED_SHORT})\.$")
_LEAD = r"(?:due )?(?:(?:by|on|in|at|until|till|during|around) )?"
_PERIOD = rf"{words.PART_OF}|{words.THAT_PERIOD}|{words.QUARTER}|(?:{words.WHICH} )?{words.MONTH_OF}"
_READERS: tuple[tuple[re.Pattern[str], Callable[[str, date, Side], date | None]], ...] = (
    (pattern(rf"{_LEAD}{words.NEAR}"), _near),
    (pattern(rf"{_LEAD}(?:{words.THAT_WEEKDAY}|{words.ANY_WEEKDAY})"), _weekday),
    (pattern(rf"{_LEAD}{words.NAMED_DAY}"), _named),
    (pattern(rf"{_LEAD}(?:{words.SLASHED_DAY}|{words.DOTTED_DAY}|{words.SHORT_DAY})"), _digits),
    (pattern(rf"(?:due )?(?:by|on|until|till|around) {words.DOTTED_SHORT}"), _digits),
    (pattern(rf"{_LEAD}(?:{words.ISO_DAY}|{words.YEAR_FIRST})"), _iso),
    (pattern(rf"{words.AGO}|{words.AHEAD}|for {words.SPAN}"), _span),
    (pattern(rf"{_LEAD}(?:{_PERIOD})|before {words.PART_OF}|(?:by|in|until|till) {words.YEAR}"), _period),
    (pattern(r"before (?!before|until).+"), _before),
)
