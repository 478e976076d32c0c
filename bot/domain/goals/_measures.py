"""Measures: numbers read as people type them, and how far a value is on the way to its target."""

import re
from decimal import Decimal

from bot.domain.goals._records import Measure

_NUMBER = re.compile(
    r"[-−]?[0-9](?:[0-9.,'’\u00a0\u202f]*[0-9])?(?:\s?(?P<times>k|m|bn|thousand|million|billion)\b)?",
    re.IGNORECASE,
)
_TIMES = {"k": 3, "thousand": 3, "m": 6, "million": 6, "bn": 9, "billion": 9}
_THOUSANDS = 3

# "from 12 to 4 tickets", as people say it inside a goal.
_FROM_TO = re.compile(
    rf"\bfrom\s+(?P<baseline>\D{{0,3}}{_NUMBER.pattern.replace('?P<times>', '?:')}\s?[^\W\d]{{0,12}}[%€$£]?)"
    rf"\s+to\s+(?P<target>\D{{0,3}}{_NUMBER.pattern.replace('?P<times>', '?:')}(?:\s?[%€$£]|\s(?!(?:by|in|before|within|until|and|on|at|for|per|this|next)\b)[^\W\d]+)?)",
    re.IGNORECASE,
)


def number(text: str | None) -> Decimal | None:
    """The first number in a text: 0.3 s, € 75,000, 1.234,5, 12k; None where there is none. Never raises."""
    found = _NUMBER.search(text or "")
    if found is None:
        return None
    times = (found["times"] or "").casefold()
    digits = found[0][: found.start("times") - found.start()] if times else found[0]
    return Decimal(_plain(digits.strip())).scaleb(_TIMES.get(times, 0))


def measure(name: str | None, baseline: str | None, target: str | None) -> Measure | None:
    """What was typed as a measure; the unit is what stands around the number of the target, or the baseline."""
    name, baseline, target = ((text or "").strip() or None for text in (name, baseline, target))
    if not (name or baseline or target):
        return None
    unit = next((around for text in (target, baseline) if (around := _around(text))), None)
    return Measure(name, _bare(baseline), _bare(target), unit)


def found_in(statement: str) -> Measure | None:
    """The measure that a statement names itself: from 12 to 4 tickets."""
    found = _FROM_TO.search(statement)
    return measure(None, found["baseline"], found["target"]) if found else None


def fraction(measure: Measure | None, value: str | None) -> float | None:
    """How much of the way from the baseline to the target a value lies, 0 to 1; None where numbers are missing."""
    if measure is None:
        return None
    start, end, now = number(measure.baseline) or Decimal(0), number(measure.target), number(value)
    if end is None or now is None or end == start:
        return None
    return float(min(max((now - start) / (end - start), Decimal(0)), Decimal(1)))


def _plain(digits: str) -> str:
    digits = re.sub(r"['’\u00a0\u202f]", "", digits.replace("−", "-"))
    commas, dots = digits.count(","), digits.count(".")
    if commas and dots:
        decimal = max(",.", key=digits.rfind)
        whole, _, part = digits.rpartition(decimal)
        return f"{re.sub('[,.]', '', whole)}.{part}"
    if commas:
        grouped = commas > 1 or len(digits.rpartition(",")[2]) == _THOUSANDS
        return digits.replace(",", "" if grouped and not digits.lstrip("-").startswith("0,") else ".")
    return digits.replace(".", "") if dots > 1 else digits


def _bare(text: str | None) -> str | None:
    """The number as it was typed; the whole text where it holds none."""
    found = _NUMBER.search(text or "")
    return found[0].strip() if found else text


def _around(text: str | None) -> str | None:
    found = _NUMBER.search(text or "")
    if text is None or found is None:
        return None
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split()) or None
