"""What may stand in a log or a count: numbers and short plain words, never an id or a sentence."""

import math
import re

Fact = str | int | float | bool

HIDDEN = "?"
WORD = re.compile(r"[A-Za-z0-9/_][A-Za-z0-9_./:+-]{0,59}")
# Slack's ids (of people, teams, channels, things) and tokens look like words, but are not for logs.
PRIVATE = re.compile(r"(?<![A-Za-z0-9])[ABCDEFGTUVW][A-Z0-9]{7,}(?![a-z])|xox|xapp")
MOST_DIGITS = 15


def word(value: object) -> str:
    """The value when it is a short plain word, otherwise `?`."""
    text = str(value) if isinstance(value, str) else ""
    return text if WORD.fullmatch(text) and not PRIVATE.search(text) else HIDDEN


def printable(value: object) -> Fact:
    """The value when it is a number or a short plain word, otherwise `?`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**MOST_DIGITS else HIDDEN
    if isinstance(value, float):
        return round(value, 3) if math.isfinite(value) else HIDDEN
    return word(value)
