"""An account as files in one archive: Markdown to read, JSON to bring back, wins as CSV, dates as .ics."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from bot.core.prose import Prose
from bot.documents import calendars, markdown, sheet
from bot.documents.calendars import Day
from bot.documents.text import clean
from bot.domain import privacy
from bot.domain.privacy import Told

WINS = "wins"

# The dates of a table that still lie ahead, and the columns that say that they do not: done, closed, taken out.
_DATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "goals": ("deadline", "closed_on"),
        "milestones": ("due_on", "done_on"),
        "asks": ("promised_on", "closed_on"),
    }
)
# What says nothing to whoever reads: where a row lies in a table.
_UNREAD = frozenset({"id", "sum"})


def archive(prose: Prose, told: Told, now: datetime) -> bytes:
    """Everything about a member as one zip file; `now` is when it was made, UTC."""
    files = {
        "sayso.md": readable(prose, told).encode(),
        privacy.ENTRY: told.as_json().encode(),
        "wins.csv": table(told.records.get(WINS, ())),
        "dates.ics": calendars.calendar(_days(told), now),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(zipfile.ZipInfo(name, now.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def readable(prose: Prose, told: Told) -> str:
    """The account as Markdown: each kind with its records, and each record with everything that it says."""
    words, kinds, called = (
        prose.words("privacy/everything", on=told.exported_on),
        prose.words("privacy/kinds"),
        told.called,
    )
    parts = [
        f"# {words.title.plain}",
        words.intro.plain,
        f"## {words.settings.plain}",
        _lines(_said(told.member, called)),
    ]
    for name, rows in told.records.items():
        if rows:
            parts.append(f"## {kinds.block(name).plain} ({len(rows)})")
            parts += [_entry(row, called) for row in rows]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """The wins as CSV, with a column for every field; no cell that a program would run."""
    columns = [name for name in (rows[0] if rows else {"title": ""}) if name not in _UNREAD]
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([sheet.safe(clean(_text(row[name], {}))) for name in columns] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _entry(row: Mapping[str, Any], called: Mapping[str, str]) -> str:
    title = " ".join(clean(called.get(row["id"], "")).split())
    heading = f"### {markdown.escaped(title or str(row['created_at'])[:10])}"
    return f"{heading}\n\n{_lines(_said(row, called))}"


def _said(row: Mapping[str, Any], called: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in row.items():
        text = clean(_text(value, called))
        if text.strip() and name not in _UNREAD:
            yield name.removesuffix("_id").replace("_", " "), text


def _lines(said: Iterator[tuple[str, str]]) -> str:
    return "\n".join(
        f"- **{name}:** " + "\\\n  ".join(markdown.escaped(line) for line in text.splitlines())
        for name, text in said
    )


def _text(value: Any, called: Mapping[str, str]) -> str:
    """A value as it is read; what names another record is what that is called."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "\n".join(filter(None, (_text(one, called) for one in value)))
    if isinstance(value, dict):
        parts = ((name, _text(one, called)) for name, one in value.items())
        return ", ".join(f"{name} {text}" for name, text in parts if text)
    return called.get(value, value) if isinstance(value, str) else "" if value is None else str(value)


def _days(told: Told) -> Iterator[Day]:
    for name, (ahead, over) in _DATES.items():
        for row in told.records.get(name, ()):
            if row[ahead] and not row[over] and not row.get("deleted_at"):
                yield Day(row["id"], date.fromisoformat(row[ahead]), told.called.get(row["id"], ""))
