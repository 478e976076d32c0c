"""A negotiation sheet as a Markdown file; the limits stand in it only where that was asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core.prose import Prose
from bot.documents.markdown import markdown
from bot.documents.report import Item, Line, Report, Section, Table, dated
from bot.documents.text import clean, one_line
from bot.domain import negotiations

NOT_SAID = "–"


@dataclass(frozen=True)
class Sheet:
    """What a sheet says, read while its session was open."""

    title: str
    texts: Mapping[str, str | None]
    beyond_pay: Sequence[str]
    facts: Sequence[tuple[str, str | None, date, bool]]
    objections: Sequence[tuple[str, str]]
    notes: Sequence[tuple[date, str]]


def as_markdown(prose: Prose, sheet: Sheet, today: date, *, limits: bool) -> bytes:
    """The file, UTF-8; without `limits` as if none had been written down."""
    words = prose.words("negotiations/document", today=dated(today))
    parts = [part for part in negotiations.PARTS if limits or part != "limits"]
    items = [*(_part(words, sheet, part) for part in parts), _objections(words, sheet), _notes(words, sheet)]
    kept = tuple(item for item in items if item.lines)
    return markdown(
        Report(
            title=one_line(sheet.title),
            period="",
            note="",
            empty="" if kept or sheet.facts else words.empty.plain,
            figures=(),
            chart=None,
            sections=(Section("", kept),),
            people=None,
            metrics=_facts(prose, sheet),
            footer=words.footer.plain,
        )
    )


def _part(words: Any, sheet: Sheet, part: str) -> Item:
    said = {**sheet.texts, "beyond_pay": "\n".join(sheet.beyond_pay)}
    lines = [Line(words.block(name).plain, clean(said.get(name) or "")) for name in negotiations.PARTS[part]]
    return Item(words.block(part).plain, "", (), tuple(line for line in lines if line.text))


def _objections(words: Any, sheet: Sheet) -> Item:
    lines = tuple(Line(one_line(said), clean(reply) or NOT_SAID) for said, reply in sheet.objections)
    return Item(words.objections.plain, "", (), lines)


def _notes(words: Any, sheet: Sheet) -> Item:
    return Item(words.notes.plain, "", (), tuple(Line(dated(on), clean(text)) for on, text in sheet.notes))


def _facts(prose: Prose, sheet: Sheet) -> Table | None:
    words = prose.words("negotiations/document")
    columns = (words.fact.plain, words.source.plain, words.on.plain)
    rows = []
    for fact, source, on, stale in sheet.facts:
        aged = prose.words("negotiations/document", on=dated(on)).stale.plain if stale else dated(on)
        rows.append((one_line(fact), one_line(source or ""), aged))
    return Table(words.facts.plain, columns, tuple(rows)) if rows else None
