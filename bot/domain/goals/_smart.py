"""The SMART check, pure: which of the five a goal has, why it is thought so, and a rewrite with what was missing."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from bot.core import dates, lexicon
from bot.core.prose import Prose
from bot.domain.goals import _measures
from bot.domain.goals._entries import Entry
from bot.domain.goals._records import Control

LETTERS = "SMART"

# A goal that names so many things of its own says what it is about.
THINGS = 2

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
# A year or a quarter is a date, and measures nothing.
_DATES = re.compile(r"\b(?:(?:19|20)[0-9]{2}|[qh][1-4])\b", re.IGNORECASE)
_LEADS = re.compile(r"(?:by|on|in|at|until|till|before|during|within|so|because|to)\b", re.IGNORECASE)

# Words that keep their capital inside a sentence; those with a digit or another capital do so, too.
_I = re.compile(r"I(?:['’]\w+)?")
_DAYS = frozenset(short for name in (*dates.WEEKDAYS, *dates.MONTHS) for short in (name, name[:3]))
_ORDINARY = re.compile(r"[^\W\d_](?:['’.-]?[^\W\d_A-Z])*")


@dataclass(frozen=True)
class Finding:
    """One letter: whether the goal has it, and by which sign; the words for it stand in templates/goals/smart.j2."""

    letter: str
    ok: bool
    because: str


@dataclass(frozen=True)
class Check:
    """The findings for all five letters, in their order."""

    findings: tuple[Finding, ...]

    @property
    def letters(self) -> str:
        """The letters that the goal has."""
        return "".join(one.letter for one in self.findings if one.ok)

    @property
    def missing(self) -> Finding | None:
        """The first letter that is missing; None when the goal has all five."""
        return next((one for one in self.findings if not one.ok), None)


def check(given: Entry) -> Check:
    """Look at a goal as it was given. Never raises, and refuses nothing."""
    found = []
    for letter in LETTERS:
        sign = _RULES[letter](given)
        found.append(Finding(letter, sign is not None, f"{letter.lower()}_{sign or 'missing'}"))
    return Check(tuple(found))


def rewritten(prose: Prose, letter: str, statement: str, answer: str) -> str:
    """The statement with the answer to a letter's question in it, in the person's own words."""
    answer = _continued(answer.strip().strip(".,;:"), statement)
    words = prose.words(
        "goals/smart",
        statement=statement.strip().rstrip(".,;:!"),
        answer=answer,
        leads=bool(_LEADS.match(answer)),
    )
    return words.block(f"rewrite_{letter.lower()}").plain


def answered(given: Entry, letter: str, answer: str, deadline: date | None) -> Entry:
    """The goal with an answer kept where it belongs; what is to be reached exactly has no other place than the line."""
    match letter:
        case "M":
            measure = _measures.found_in(answer) or _measures.measure(answer, None, None)
            return replace(given, measure=measure)
        case "A":
            return replace(given, next_action=answer.strip())
        case "R":
            return replace(given, why=answer.strip())
        case "T":
            return replace(given, deadline=deadline)
    return given


def things(statement: str) -> list[str]:
    """The words of a goal that are its own: without wishes, vague words and fillers."""
    for name in ("goals/wishes", "goals/vague", "goals/fillers"):
        statement = lexicon.pattern(name).sub(" ", statement)
    return _WORD.findall(statement)


def _continued(answer: str, statement: str) -> str:
    """An answer as the rest of a sentence: in lower case where only its being a sentence gave it a capital."""
    first, second, *_ = [*_WORD.findall(answer), "", ""]
    kept = _LEADS.match(answer) is None and (_is_name(first, second) or first in _WORD.findall(statement)[1:])
    return answer if kept else answer[:1].lower() + answer[1:]


def _is_name(first: str, second: str) -> bool:
    """Whether a first word has its capital for its own sake: "I", an acronym, a day, or a name of two words."""
    of_two = second[:1].isupper() and not _I.fullmatch(second)
    return bool(of_two or _I.fullmatch(first) or first in _DAYS or not _ORDINARY.fullmatch(first))


def _specific(given: Entry) -> str | None:
    return "named" if len(things(given.statement)) >= THINGS else None


def _measurable(given: Entry) -> str | None:
    if given.measure and (given.measure.target or given.measure.name):
        return "measure"
    statement = _DATES.sub(" ", given.statement)
    if _measures.number(statement) is not None:
        return "number"
    if _has("goals/counts", statement):
        return "count"
    return "finish" if _has("goals/finishes", statement) else None


def _in_hand(given: Entry) -> str | None:
    if given.in_control in (Control.YES, Control.PARTLY):
        return "said"
    if given.next_action:
        return "step"
    outside = given.in_control == Control.NO or _has("goals/outside", given.statement)
    return None if outside else "own"


def _relevant(given: Entry) -> str | None:
    if given.why or given.company_aim or given.own_value:
        return "why"
    return "reason" if _has("goals/reasons", given.statement) else None


def _timed(given: Entry) -> str | None:
    return "deadline" if given.deadline else None


def _has(name: str, statement: str) -> bool:
    return lexicon.pattern(name).search(statement) is not None


# Each letter's rule gives the sign by which a goal has it, or None.
_RULES = MappingProxyType[str, Callable[[Entry], str | None]](
    {"S": _specific, "M": _measurable, "A": _in_hand, "R": _relevant, "T": _timed}
)
