"""The names of days and months, and the pieces of patterns that recognise dates in words."""

import re
from datetime import date
from typing import Literal

Side = Literal["past", "future"]

# These names are read as well as said, so they stand here and not among the templates.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
NEARBY = {-1: "yesterday", 0: "today", 1: "tomorrow"}
ORDINALS = ("first", "second", "third", "fourth")


def said(on: date, today: date) -> str:
    """The date in words: today, yesterday, tomorrow, else Thursday 19 November, with the year if it is another."""
    year = f" {on.year}" if on.year != today.year else ""
    words = f"{WEEKDAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}{year}"
    return NEARBY.get((on - today).days, words)


def pattern(pieces: str) -> re.Pattern[str]:
    """The pieces as one pattern. A space in them stands for any white space."""
    return re.compile(pieces.replace(" ", r"\s+"), re.IGNORECASE)


# The pieces hold no groups, so that one can stand in a pattern several times.
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs?|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
YEAR = r"(?:19|20)[0-9][0-9]"
WHICH = r"(?:this|last|next)"
UNIT = r"(?:weekend|week|month|quarter|year)"
_HOURS = r"(?: (?:morning|afternoon|evening|night))?"
_COUNT = (
    r"(?:[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|fifteen|twenty|thirty|forty|fifty|sixty|ninety)"
)
SPAN = rf"{_COUNT} (?:day|week|fortnight|month|year)s?"
AGO, AHEAD = rf"{SPAN} ago", rf"(?:(?:in|within) {SPAN}|{SPAN} from now)"

TODAY = rf"(?:yesterday|today|tomorrow){_HOURS}"
NEAR = (
    rf"(?:{TODAY}|(?:the )?(?:day before yesterday|day after tomorrow)|tonight|last night"
    r"|this (?:morning|afternoon|evening)|(?:the )?end of (?:the )?day|eod)"
)
ANY_WEEKDAY = rf"{WEEKDAY}{_HOURS}"
THAT_WEEKDAY = rf"(?:{WHICH} {ANY_WEEKDAY}|{WEEKDAY}(?: of)? {WHICH} week|{WHICH} week {WEEKDAY})"
_NTH = r"[0-3]?[0-9](?:st|nd|rd|th|\.)?"
NAMED_DAY = (
    rf"(?:{WEEKDAY},? )?(?:(?:the )?{_NTH}(?: of)? {MONTH}|{MONTH} (?:the )?{_NTH})(?:(?:, ?| ){YEAR})?"
)
_DIGITS, _LONG_YEAR = "[0-9]{1,2}", "[0-9]{4}"
ISO_DAY, YEAR_FIRST = f"{_LONG_YEAR}-{_DIGITS}-{_DIGITS}", f"{_LONG_YEAR}/{_DIGITS}/{_DIGITS}"
SLASHED_DAY = f"{_DIGITS}/{_DIGITS}/{_LONG_YEAR}"
DOTTED_DAY = rf"{_DIGITS}\.\s?{_DIGITS}\.\s?{_LONG_YEAR}"
# Without a year the full stop behind the month, or a preposition before it, tells a day from a number.
DOTTED_SHORT = rf"{_DIGITS}\.\s?{_DIGITS}"
SHORT_DAY = rf"(?:{_DIGITS}/{_DIGITS}(?:/[0-9]{{2}})?|{_DIGITS}\.{_DIGITS}\.[0-9]{{2}}|{_DIGITS}-{_DIGITS}-{_LONG_YEAR})"
ANY_QUARTER = rf"(?:q[1-4]|h[12]|(?:{'|'.join(ORDINALS)}) quarter)"
QUARTER = rf"(?:(?:the )?{ANY_QUARTER}(?:(?: of |[ /-]){YEAR})?|{YEAR}[ /-]?(?:q[1-4]|h[12]))"
MONTH_OF = rf"{MONTH}(?:(?: of)? {YEAR})?"
THAT_PERIOD = rf"(?:{WHICH} {UNIT}|the weekend)"
PART_OF = (
    r"(?:(?:the )?(?:end|start|beginning|middle|mid)(?: of |[ -])(?:the )?"
    rf"(?:(?:{WHICH} )?{UNIT}|{QUARTER}|(?:{WHICH} )?{MONTH_OF}|{YEAR})"
    r"|eo[wmqy]|(?:week|month|quarter|year)[ -]end)"
)
