"""The wins of a document as CSV: a row each, a column for every field, and no cell that a program would run."""

import csv
import io
from collections.abc import Sequence

from bot.documents.text import clean
from bot.domain.brag import Facts, Told
from bot.domain.wins import Metric

# What spreadsheets take for the beginning of a formula, in half and in full width.
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"

_ALWAYS = ("title", "occurred_on", "until_on", "category", "status")
_METRIC = ("name", "before", "after", "unit", "certainty", "source")


def sheet(facts: Facts) -> bytes:
    """All wins of the facts, the newest first, with the fields that the audience is told.

    UTF-8 with its mark, so that spreadsheets read it as such; lines end as RFC 4180 has it; every cell is quoted.
    """
    tells = facts.request.audience.tells
    columns = [*_ALWAYS, *(column for name in tells for column in _columns(name))]
    if facts.request.audience.private:
        columns.append("shareable")
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([safe(_cell(win, column)) for column in columns] for win in facts.wins)
    return file.getvalue().encode("utf-8-sig")


def safe(cell: str) -> str:
    """The cell; one that a program would run is marked as text with an apostrophe before it."""
    return MARK + cell if cell.startswith(_RUN) else cell


def _columns(name: str) -> Sequence[str]:
    return [f"metric_{part}" for part in _METRIC] if name == "metric" else [name]


def _cell(win: Told, column: str) -> str:
    if column.startswith("metric_"):
        return clean(getattr(win.metric or Metric(), column.removeprefix("metric_")))
    value = win.on if column == "occurred_on" else getattr(win, column)
    if isinstance(value, tuple):
        return clean("\n".join(value) if column == "evidence" else ", ".join(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return clean("" if value is None else str(value))
