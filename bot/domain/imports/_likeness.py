"""Which lines of a file are logged already, or stand in it twice."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz, process

from bot.domain import wins
from bot.domain.imports._preview import Line


class Likeness(StrEnum):
    """How a line is like another win; the words for each stand in templates/imports/preview.j2."""

    LOGGED = "logged"
    ALIKE = "alike"
    TWICE = "twice"


@dataclass(frozen=True)
class Known:
    """What is known of a win that may be the same one."""

    title: str
    on: date


def marks(lines: Sequence[Line], known: Iterable[Known]) -> dict[int, Likeness]:
    """The lines, by their place, that seem to be wins which are logged, or which stand in the file before them."""
    logged = _Shelf(Likeness.ALIKE)
    for one in known:
        logged.add(one.title, one.on)
    before = _Shelf(Likeness.TWICE)
    found: dict[int, Likeness] = {}
    logged.sort()
    for place in sorted((at for at, line in enumerate(lines) if line.entry), key=lambda at: _on(lines[at])):
        entry = lines[place].entry
        if entry is None:
            continue
        like = logged.like(entry.title, entry.occurred_on) or before.like(entry.title, entry.occurred_on)
        if like:
            found[place] = like
        else:
            before.add(entry.title, entry.occurred_on)
    return dict(sorted(found.items()))


def folded(title: str) -> str:
    return " ".join(title.casefold().split())


def _on(line: Line) -> date:
    return line.entry.occurred_on if line.entry else date.min


class _Shelf:
    """Titles in the order of their days."""

    def __init__(self, alike: Likeness) -> None:
        self._alike = alike
        self._same: set[tuple[str, date]] = set()
        self._days: list[date] = []
        self._titles: list[str] = []

    def add(self, title: str, on: date) -> None:
        self._same.add((folded(title), on))
        self._days.append(on)
        self._titles.append(folded(title))

    def sort(self) -> None:
        in_order = sorted(zip(self._days, self._titles, strict=True))
        self._days, self._titles = [on for on, _ in in_order], [title for _, title in in_order]

    def like(self, title: str, on: date) -> Likeness | None:
        said = folded(title)
        if (said, on) in self._same:
            return Likeness.TWICE if self._alike is Likeness.TWICE else Likeness.LOGGED
        near = slice(bisect_left(self._days, on - wins.NEAR), bisect_right(self._days, on + wins.NEAR))
        close = process.extractOne(said, self._titles[near], scorer=fuzz.ratio, score_cutoff=wins.ALIKE)
        return self._alike if close else None
