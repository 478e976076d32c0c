"""What a file held as it is stored, made before a transaction begins, so that none waits for thousands of lines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.domain import wins
from bot.domain.imports._likeness import Likeness
from bot.domain.imports._preview import Columns, Line, Preview

# So many wins are saved, or taken back, in one transaction.
PART_SIZE = 200
FIRST = 6

# So much of a sample fits beside a heading.
SAMPLE_LENGTH = 75

Json = dict[str, Any]


@dataclass(frozen=True)
class Packed:
    """The head of a file, and its parts as JSON: the wins, the look-alikes, the broken lines, the text of a table."""

    head: Json
    parts: Sequence[str]
    alike: str
    broken: str
    text: str | None


def pack(name: str, found: Preview, marked: Mapping[int, Likeness], text: str | None = None) -> Packed:
    """Pack what a file holds; `text` is the file itself, where its columns can be chosen anew."""
    taken = [line for line in found.lines if line.entry]
    places = {id(line): place for place, line in enumerate(taken)}
    like = {places[id(found.lines[at])]: likeness for at, likeness in marked.items()}
    told = [{**wins.packed(line.entry), "goal": line.goal} for line in taken if line.entry]
    head: Json = {
        "name": name,
        "kind": found.kind.value if found.kind else "",
        "columns": _columns(found.columns),
        "first": _first(told, like),
        "counts": _counts(taken, found, len(like)),
        "like": sorted(like),
        "left_out": dict(found.left_out),
        "goals": list(found.goals),
        "ticked": [],
        "next": 0,
        "saved": 0,
        "state": "open",
    }
    alike = [
        [place, taken[place].number, told[place]["title"], told[place]["occurred_on"], likeness.value]
        for place, likeness in like.items()
    ]
    return Packed(
        head,
        [json.dumps(told[at : at + PART_SIZE]) for at in range(0, len(told), PART_SIZE)],
        json.dumps(alike),
        json.dumps([_broken(line) for line in found.broken]),
        json.dumps(text) if text else None,
    )


def facts_of(told: Json) -> Json:
    """The facts of a problem as they were before they were packed."""
    return {
        name: date.fromisoformat(fact["day"]) if isinstance(fact, dict) else fact
        for name, fact in told.items()
    }


def _columns(columns: Columns | None) -> Json | None:
    if columns is None:
        return None
    samples = [sample[:SAMPLE_LENGTH] for sample in columns.samples]
    return {
        "headings": list(columns.headings),
        "samples": samples,
        "chosen": dict(columns.chosen),
        "unclear": columns.unclear,
        "month_first": columns.month_first,
    }


def _first(told: Sequence[Json], like: Mapping[int, Likeness]) -> list[list[str]]:
    new = (one for place, one in enumerate(told) if place not in like)
    return [[one["occurred_on"], one["title"]] for one, _ in zip(new, range(FIRST), strict=False)]


def _counts(taken: Sequence[Line], found: Preview, alike: int) -> Json:
    undated = sum(line.undated for line in taken)
    return {"found": len(taken), "undated": undated, "alike": alike, "broken": len(found.broken)}


def _broken(line: Line) -> list[Any]:
    problem = line.problem
    facts = problem.facts if problem else {}
    days = {name: {"day": fact.isoformat()} for name, fact in facts.items() if isinstance(fact, date)}
    return [line.number, problem.words if problem else "", {**facts, **days}]
