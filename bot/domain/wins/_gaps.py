"""Gaps: the one thing whose lack weakens a win most, found by rules over the entry; asked for, never required."""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from bot.core import lexicon
from bot.domain.wins._entries import Entry


class Gap(StrEnum):
    """What a win lacks, the most useful first; the question for each stands in templates/wins/gaps.j2."""

    RESULT = "result"
    NUMBER = "number"
    MY_PART = "my_part"
    VERB = "verb"
    ACTION = "action"


# Each gap and the field of the form whose answer closes it.
GAP_FIELDS = {
    Gap.RESULT: "result",
    Gap.NUMBER: "metric",
    Gap.MY_PART: "my_part",
    Gap.VERB: "title",
    Gap.ACTION: "action",
}


def missing(given: Entry) -> Gap | None:
    """The first gap of a win; None where nothing is missing."""
    return next((gap for gap in Gap if _IS_OPEN[gap](given)), None)


def weak_verb(title: str) -> str | None:
    """The weak words a title begins with, as typed: `Helped with`."""
    begins = _SUBJECT.match(title)
    found = lexicon.pattern("wins/weak_verbs").match(title, begins.end() if begins else 0)
    return found.group() if found else None


def says_only_we(given: Entry) -> bool:
    """Whether it speaks of a group and never of the person."""
    if given.my_part:
        return False
    said = " ".join(filter(None, (given.title, given.details, given.action, given.result)))
    return bool(lexicon.pattern("wins/we").search(said)) and not lexicon.pattern("wins/i").search(said)


def lacks_number(given: Entry) -> bool:
    """Whether no number stands in what was achieved, came of it or was counted: only then a blank is shown for it."""
    return not any(
        sign.isdigit()
        for text in (given.title, given.result, given.metric and given.metric.line)
        for sign in text or ""
    )


_SUBJECT = re.compile(r"(?:i|we)\s+", re.IGNORECASE)
_IS_OPEN: Mapping[Gap, Callable[[Entry], bool]] = {
    Gap.RESULT: lambda given: not given.result and not given.metric,
    Gap.NUMBER: lacks_number,
    Gap.MY_PART: says_only_we,
    Gap.VERB: lambda given: weak_verb(given.title) is not None,
    Gap.ACTION: lambda given: not given.action and not given.details,
}
