"""Wins out of a table: delimiter, headings and columns are found, or named by the person."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.errors import Invalid
from bot.domain.imports import _days, _fields
from bot.domain.imports._contents import clean
from bot.domain.imports._preview import MOST_LINES, Columns, Kind, Line, Preview, Problem, UnreadableError

DELIMITERS = ",;\t|"
MOST_COLUMNS = 100
# So many rows say how a table is made.
SAMPLED = 50
SAMPLE_LENGTH = 8_000
# The library guesses with expressions that go over the text again for each quote in it, and nothing else runs
# meanwhile: 8,000 characters that are nothing but quotes and line ends keep everybody waiting for three seconds.
GUESSED_LENGTH = 1_500

# After so many quotes that never close, the rest is one broken line.
MOST_OPEN_QUOTES = 20

# Exports put a quote before what a spreadsheet would take for a formula.
_GUARDED = re.compile(r"'(?=[=+\-@\t\r])")


@dataclass(frozen=True)
class _Row:
    """A row and the line of the file on which it begins; `problem` where it cannot be read."""

    number: int
    cells: Sequence[str] = ()
    problem: Problem | None = None


def is_table(text: str) -> bool:
    """Whether the first line has headings of ours, with a delimiter between them."""
    first = text.lstrip("\n").split("\n", 1)[0][:SAMPLE_LENGTH]
    cells = next(csv.reader([first], delimiter=_delimiter(text)), [])
    return len(cells) > 1 and "title" in _guess(cells)


def read(
    text: str, today: date, wanted: Mapping[str, str | int] | None = None, *, month_first: bool = False
) -> Preview:
    """The wins of a table. `wanted` names the column of each field, by its heading or its place.

    Days that can all be read in two ways are read `month_first` or not; else the table tells by itself.
    """
    rows = (row for row in _rows(text, _delimiter(text)) if row.problem or any(row.cells))
    first = next(rows, None)
    if first is None or first.problem:
        raise UnreadableError("no_table")
    cells, body = _bounded(first.cells), [row for _, row in zip(range(MOST_LINES + 2), rows, strict=False)]
    if len(body) > MOST_LINES:
        raise UnreadableError("too_many_lines", limit=MOST_LINES)
    has_headings = _has_headings(cells, today)
    headings = cells if has_headings else [""] * len(cells)
    body = body if has_headings else [first, *body]
    sample = [row.cells for row in body[:SAMPLED] if not row.problem]
    chosen = _choose(wanted, headings) if wanted else _guess(headings) or _look(sample, today)
    if "title" not in chosen:
        chosen = {**_look(sample, today, chosen.values()), **chosen}
    days = [cell for row in body if not row.problem for cell in _picked(row.cells, chosen, "occurred_on")]
    unclear = _days.unclear(days)
    month_first = month_first if unclear else _days.are_month_first(days)
    columns = Columns(headings, _samples(sample, len(cells)), chosen, unclear, month_first)
    lines = [_line(row, chosen, today, month_first=month_first) for row in body]
    return Preview(Kind.CSV, lines, columns=columns)


def _line(row: _Row, chosen: Mapping[str, int], today: date, *, month_first: bool) -> Line:
    if row.problem:
        return Line(row.number, problem=row.problem)
    said = {part: _bare(row.cells[at]) for part, at in chosen.items() if at < len(row.cells)}
    try:
        entry = _fields.entry(said, today, today, month_first=month_first)
    except Invalid as fault:
        return Line(row.number, problem=Problem.of(fault))
    return Line(row.number, entry, undated=not said.get("occurred_on", "").strip())


def _rows(text: str, delimiter: str) -> Iterator[_Row]:
    """Each row; a quote that never closes breaks the line it stands in, and no other."""
    lines = text.split("\n")
    at, opened = 0, 0
    while at < len(lines):
        source = (f"{line}\n" for line in lines[at:])
        reader = csv.reader(source, delimiter=delimiter)
        begin, again = at, None
        for row in _read(reader, begin):
            ends = begin + reader.line_num
            raw = lines[row.number - 1 : ends]
            if ends >= len(lines) and len(raw) > 1 and "".join(raw).count('"') % 2:
                again = row.number
                break
            yield row
        if again is None:
            return
        yield _Row(again, problem=Problem("open_quote"))
        at, opened = again, opened + 1
        if opened == MOST_OPEN_QUOTES:
            return


def _read(reader: Any, begin: int) -> Iterator[_Row]:
    while True:
        number = begin + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield _Row(number, problem=Problem("not_a_row"))
        else:
            yield _Row(number, [cell.strip() for cell in cells])


def _delimiter(text: str) -> str:
    """What stands between cells: as the library guesses it, if the first line agrees; else the most frequent there."""
    text = text.lstrip("\n")[:SAMPLE_LENGTH]
    first = text.split("\n", 1)[0]
    most = max(DELIMITERS, key=first.count)
    sample = text[:GUESSED_LENGTH]
    try:
        guessed = csv.Sniffer().sniff(sample[: sample.rfind("\n") + 1] or sample, DELIMITERS).delimiter
    except csv.Error:
        return most
    return guessed if first.count(guessed) * 2 >= first.count(most) else most


def _bounded(cells: Sequence[str]) -> list[str]:
    if len(cells) > MOST_COLUMNS:
        raise UnreadableError("too_many_columns", limit=MOST_COLUMNS)
    return [clean(cell) for cell in cells]


def _has_headings(cells: Sequence[str], today: date) -> bool:
    if _guess(cells):
        return True
    return not any(not cell or _days.is_day(cell, today) or cell.isdecimal() for cell in cells)


def _guess(headings: Sequence[str]) -> dict[str, int]:
    """The column of each field by its heading; of several that name the same the first."""
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        part = _fields.part_called(heading)
        if part:
            found.setdefault(part, at)
    return found


def _look(sample: Sequence[Sequence[str]], today: date, taken: Collection[int] = ()) -> dict[str, int]:
    """Where no heading says it: the column with days, and of the others the one with the longest texts."""
    width = max(map(len, sample), default=0)
    columns = [[row[at] for row in sample if at < len(row)] for at in range(width)]
    days = [at for at, cells in enumerate(columns) if _mostly(cells, today)]
    texts = {
        at: sum(map(len, cells)) for at, cells in enumerate(columns) if at not in days and at not in taken
    }
    found = {"occurred_on": days[0]} if days else {}
    return {**found, "title": max(texts, key=lambda at: texts[at])} if texts else found


def _mostly(cells: Sequence[str], today: date) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(_days.is_day(cell, today) for cell in filled) * 2 > len(filled)


def _choose(wanted: Mapping[str, str | int], headings: Sequence[str]) -> dict[str, int]:
    """The columns as they were named; Invalid for one that the table has not."""
    places = {heading.casefold(): at for at, heading in reversed(list(enumerate(headings)))}
    found = {}
    for part, name in wanted.items():
        at = name if isinstance(name, int) else places.get(name.strip().casefold())
        if at is None or not 0 <= at < len(headings):
            raise Invalid(part, "no_such_column", name=str(name)[:60])
        found[part] = at
    return found


def _samples(sample: Sequence[Sequence[str]], width: int) -> list[str]:
    return [next((clean(row[at]) for row in sample if at < len(row) and row[at]), "") for at in range(width)]


def _picked(row: Sequence[str], chosen: Mapping[str, int], part: str) -> list[str]:
    at = chosen.get(part)
    return [row[at]] if at is not None and at < len(row) else []


def _bare(cell: str) -> str:
    return _GUARDED.sub("", cell, count=1) if cell.startswith("'") else cell
