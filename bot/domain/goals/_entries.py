"""What a person gives for a goal, checked and tidied."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import dates
from bot.core.errors import Invalid
from bot.domain.goals import _measures
from bot.domain.goals._records import Control, Goal, Kind, Measure

STATEMENT_LENGTH = 3000
FIELD_LENGTH = 3000
CONFIDENCE = range(1, 6)

TEXTS = ("why", "company_aim", "own_value", "next_action")

_BY = re.compile(r"\b(?:by|until|till)\s", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """What a person gives for a goal, as typed."""

    statement: str
    deadline: date | None = None
    kind: str | None = None
    why: str | None = None
    measure: Measure | None = None
    company_aim: str | None = None
    own_value: str | None = None
    in_control: str | None = None
    confidence: int | None = None
    next_action: str | None = None
    next_on: date | None = None
    knows: Sequence[str] = ()


def entry(
    statement: str,
    deadline: date | None = None,
    *,
    kind: str | None = None,
    measure: Measure | None = None,
    in_control: str | None = None,
    confidence: int | None = None,
    next_on: date | None = None,
    knows: Sequence[str] = (),
    **texts: str | None,
) -> Entry:
    """Check and tidy what was typed; Invalid names the field and says what to do."""
    statement = _checked(statement.strip())
    tidy = {name: (value or "").strip() or None for name, value in texts.items()}
    _check_lengths(tidy, measure, knows)
    for field, value, known in (("kind", kind, Kind), ("in_control", in_control, Control)):
        if value and value not in {one.value for one in known}:
            raise Invalid(field, "no_such_choice")
    if confidence is not None and confidence not in CONFIDENCE:
        raise Invalid("confidence", "no_such_confidence")
    return Entry(
        statement,
        deadline,
        kind=kind,
        measure=measure or _measures.found_in(statement),
        in_control=in_control,
        confidence=confidence,
        next_on=next_on,
        knows=tuple(name.strip() for name in knows if name.strip()),
        **tidy,
    )


def read(text: str, today: date) -> Entry:
    """A typed line as an entry; a day named at its end or beginning is its deadline."""
    text = text.strip()
    found = dates.found_in(text, today, prefer="future")
    if found is None:
        return entry(text)
    without = (text[: found.start] + text[found.end :]).strip(" ,;:.–-")
    return entry(without if any(sign.isalnum() for sign in without) else text, found.on)


def names_past_day(text: str, today: date) -> bool:
    """Whether a line ends or begins with "by" or "until" a day that has passed, which is nobody's deadline."""
    ends = (text[found.start() :] for found in _BY.finditer(text))
    begins = re.split(r"[,:–—]", text, maxsplit=1)[0] if _BY.match(text) else ""
    days = (dates.understand(said, today, prefer="future") for said in (*ends, begins))
    return any(day is not None and day < today for day in days)


def entry_of(goal: Goal) -> Entry:
    """A goal as it would be given again."""
    names = (*TEXTS, "kind", "in_control", "confidence", "next_on", "measure", "knows")
    return Entry(goal.statement, goal.deadline, **{name: getattr(goal, name) for name in names})


def write(goal: Goal, given: Entry) -> None:
    """Let a goal say what was given."""
    goal.statement, goal.deadline, goal.knows = given.statement, given.deadline, list(given.knows)
    for name in (*TEXTS, "kind", "in_control", "confidence", "next_on", "measure"):
        setattr(goal, name, getattr(given, name))


def names_in(text: str | None) -> list[str]:
    """Names as they are typed into one field: one a line, or with commas between them."""
    return [" ".join(name.split()) for name in re.split(r"[,;\n]", text or "") if name.strip()]


def _checked(statement: str) -> str:
    if not statement:
        raise Invalid("statement", "goal_without_words")
    if len(statement) > STATEMENT_LENGTH:
        raise Invalid("statement", "too_long", limit=STATEMENT_LENGTH)
    if not re.search(r"\w", statement):
        raise Invalid("statement", "goal_of_signs_only", text=statement)
    return statement


def _check_lengths(texts: Mapping[str, str | None], measure: Measure | None, knows: Sequence[str]) -> None:
    given = {**texts, "knows": "\n".join(knows)}
    if measure:
        given |= {"measure": measure.name, "baseline": measure.baseline, "target": measure.target}
    for name, value in given.items():
        if value and len(value) > FIELD_LENGTH:
            raise Invalid(name, "too_long", limit=FIELD_LENGTH)
