"""Finds the date with which an entry of one line begins or ends, and rather none than a wrong one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.dates import _words as words
from bot.core.dates._understood import LONGEST, understand
from bot.core.dates._words import Side, pattern


@dataclass(frozen=True, slots=True)
class Found:
    """A date in an entry: the local date, and the words `entry[start:end]` that name it, preposition included."""

    on: date
    words: str
    start: int
    end: int


def found_in(text: str, today: date, *, prefer: Side) -> Found | None:
    """The date with which a one-line entry ends or begins; None where there is none or it is in doubt.

    A date on the other side of today is not the entry's own ("Planned the offsite next month" is no win of next
    month), nor is one that other words lean on ("the plan for Q3 2027", "from May to June"). Never raises.
    """
    if "\n" in text:
        return None
    at_end, at_start = _AT_END[prefer], _AT_START[prefer]
    matches = at_end.search(text, max(0, len(text) - LONGEST)), at_start.match(text[: 2 * LONGEST])
    found = (_own(text, match, today, prefer) for match in matches if match)
    return next((date for date in found if date), None)


def mentions(text: str) -> bool:
    """Whether words that are a date wherever they stand are in the first lines of a text, the entry's own or not."""
    return bool(_ANYWHERE.search(text[: 20 * LONGEST]))


def _own(text: str, match: re.Match[str], today: date, prefer: Side) -> Found | None:
    start, end = match.span("date")
    on = understand(match["date"], today, prefer=prefer)
    if on is None or (on > today if prefer == "past" else on < today):
        return None
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        start, end = start - 1, end + 1
    before, after = text[:start], text[end:]
    if not re.search(r"\w", before + after) or _leans(before, match["date"], prefer):
        return None
    return Found(on, text[start:end], start, end)


def _leans(before: str, date: str, prefer: Side) -> bool:
    # "Reviewed last quarter" is about a quarter, and "Praised by April" about a colleague.
    about = _PERIOD.fullmatch(date) and len(before.split()) == 1
    by_name = prefer == "past" and _BY_MONTH.fullmatch(date)
    ends_range = _UP_TO.match(date) and _FROM.search(before[-LONGEST:])
    return bool(about or by_name or ends_range or _LEANED_ON.search(before[-LONGEST:]))


_PERIOD = pattern(words.THAT_PERIOD)
_BY_MONTH = pattern(rf"by {words.MONTH}")
_LEANED_ON = pattern(
    r"(?:\b(?:for|of|about|from|to|than|over|with|vs\.?|versus|against|like|as|after|before|since|until|till|between"
    r"|and|or|a|an|the|is|was|per|beyond|past|through|every|each|not)"
    rf"|(?:{words.MONTH}|{words.WEEKDAY}|\d) ?[-–—]|[&+/<>=→]) ?$".replace(" ?", r"\s*")
)

# "From Monday until Friday" is how long something takes, and no day by which it is there.
_UP_TO = pattern(r"(?:until|till|before) ")
_FROM = pattern(
    rf"\bfrom (?:{words.TODAY}|now|{words.ANY_WEEKDAY}|{words.NAMED_DAY}|{words.MONTH_OF}|[\d./-]+)\W*$"
)

# Words that are a date wherever they stand at an end, and words that need a preposition to be one.
_SURE = (
    rf"(?:{words.NEAR}|{words.THAT_WEEKDAY}|{words.NAMED_DAY}|{words.ISO_DAY}|{words.SLASHED_DAY}|{words.AGO}"
    rf"|{words.AHEAD}|{words.THAT_PERIOD}|{words.PART_OF})"
)
_IN_NUMBERS = rf"{words.DOTTED_DAY}|{words.SHORT_DAY}"
# What was done is done "on" a day; "by" and "until" speak of one that is ahead, and of numbers in what was done.
_DATES: Mapping[Side, str] = {
    "past": (
        rf"(?:(?:(?:by|on|in|at|during) )?{_SURE}|before {words.PART_OF}|(?:on|by) {words.ANY_WEEKDAY}"
        rf"|on (?:{_IN_NUMBERS}|{words.DOTTED_SHORT}\.)|by {words.DOTTED_DAY}"
        rf"|(?:by|in|during) (?:{words.QUARTER}|{words.MONTH_OF}))"
    ),
    "future": (
        rf"(?:(?:(?:by|on|in|at|during|until|till|before) )?{_SURE}"
        rf"|(?:by|on|until|till|before) (?:{words.ANY_WEEKDAY}|{_IN_NUMBERS}|{words.DOTTED_SHORT}\.?)"
        rf"|(?:by|in|during|until|till|before) (?:{words.QUARTER}|{words.MONTH_OF}))"
    ),
}
_FLOURISH = r"(?:[\s.!)…]|:[\w+-]+:|[\u2190-\U0001faff\ufe0f\u200d])*"  # full stops and emoji
_AT_END = {side: pattern(rf"(?<![\w'’/@#.:-])(?P<date>{date}){_FLOURISH}$") for side, date in _DATES.items()}

# At the start a mark of punctuation, or who did it, ends the date; a list of dates or a range is not one.
_MARK = r"\s*[,:–—]|\s+-\s"
_NO_LIST = rf"(?!\W+(?:(?:and|or|to|through|{words.WEEKDAY}|{words.MONTH})\b|\d))"
_AT_START = {
    side: pattern(
        r"\s*(?:[-*•]\s+)?(?P<date>"
        rf"(?:{words.TODAY}|(?:the )?day before yesterday|{words.AGO}|{words.ISO_DAY})(?={_MARK}|\s+\w){_NO_LIST}"
        rf"|(?:{date}|(?=\w+day){words.ANY_WEEKDAY}|{words.DOTTED_DAY}|{words.DOTTED_SHORT}\.|{words.QUARTER}"
        rf"|{words.MONTH} {words.YEAR})(?={_MARK}|\s+(?:I|we)\b){_NO_LIST}"
        rf"|{words.MONTH}(?=\s*:))"
    )
    for side, date in _DATES.items()
}

# In the middle of a line a date may be anything's, so it is not taken; but it can be asked about.
_ANYWHERE = pattern(rf"(?<![\w'’/@#.:-])(?:{_SURE}|on {words.WEEKDAY})(?!\w)")
