"""Imports: wins out of files, looked at before anything is saved."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import PurePosixPath

from bot.core.errors import Invalid
from bot.domain.imports import _contents, _csv, _json, _markdown
from bot.domain.imports._contents import text_of as text_of
from bot.domain.imports._fields import part_called as part_called
from bot.domain.imports._fields import parts as parts
from bot.domain.imports._kept import Alike as Alike
from bot.domain.imports._kept import Broken as Broken
from bot.domain.imports._kept import Kept as Kept
from bot.domain.imports._kept import alike_in as alike_in
from bot.domain.imports._kept import broken_in as broken_in
from bot.domain.imports._kept import keep as keep
from bot.domain.imports._kept import known as known
from bot.domain.imports._kept import let_go as let_go
from bot.domain.imports._kept import restore_next as restore_next
from bot.domain.imports._kept import save_next as save_next
from bot.domain.imports._kept import shown as shown
from bot.domain.imports._kept import table_of as table_of
from bot.domain.imports._kept import tick as tick
from bot.domain.imports._kept import undo_next as undo_next
from bot.domain.imports._likeness import Known as Known
from bot.domain.imports._likeness import Likeness as Likeness
from bot.domain.imports._likeness import marks as marks
from bot.domain.imports._packed import PART_SIZE as PART_SIZE
from bot.domain.imports._packed import Packed as Packed
from bot.domain.imports._packed import pack as pack
from bot.domain.imports._preview import MOST_BYTES as MOST_BYTES
from bot.domain.imports._preview import MOST_LINES as MOST_LINES
from bot.domain.imports._preview import Columns as Columns
from bot.domain.imports._preview import Kind as Kind
from bot.domain.imports._preview import Line as Line
from bot.domain.imports._preview import Preview as Preview
from bot.domain.imports._preview import Problem as Problem
from bot.domain.imports._preview import UnreadableError

_TABLES = frozenset((".csv", ".tsv", ".tab"))
_JSON = frozenset((".json",))
_LIKE_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")


def read(
    content: bytes,
    name: str,
    today: date,
    columns: Mapping[str, str | int] | None = None,
    *,
    month_first: bool = False,
) -> Preview:
    """What a file holds. Never raises: what cannot be read is a problem of the line, or of the file.

    `columns` says for a table which column, by heading or place, is which part of a win, and `month_first` how its
    days are read where all of them can be read in two ways.
    """
    try:
        text = _contents.text_of(content)
        if columns:
            found = _csv.read(text, today, columns, month_first=month_first)
        else:
            found = _read(text, PurePosixPath(name).suffix.casefold(), today)
    except UnreadableError as fault:
        return Preview(problem=fault.problem)
    except Invalid as fault:
        return Preview(problem=Problem.of(fault))
    if not found.lines and not found.goals:
        return Preview(found.kind, problem=Problem("no_wins"), left_out=found.left_out)
    return found


def _read(text: str, suffix: str, today: date) -> Preview:
    if suffix in _JSON:
        return _json.read(text, today)
    if suffix in _TABLES:
        return _csv.read(text, today)
    # Markdown may begin with a bracket, too, but not with these.
    if _LIKE_JSON.match(text):
        return _json.read(text, today)
    return _csv.read(text, today) if _csv.is_table(text) else _markdown.read(text, today)
