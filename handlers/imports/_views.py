"""How an import looks: the preview, the lines that are broken or seem to be there, and what was saved."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.domain import imports
from bot.domain.imports import Alike, Broken, Kept, Problem
from handlers import kit
from handlers.imports._ids import Ids
from handlers.kit import Block
from handlers.wins import Ids as Wins

# Broken lines in one message; look-alikes in one form, ten boxes a field.
PAGE = 15
BOXES = 10
FORM_PAGE = 50

TITLE_LENGTH = 150
NAME_LENGTH = 80
NO_COLUMN = "none"
MOST_OPTIONS = 99


def help_(prose: Prose) -> kit.Message:
    """How an import goes, with an example of each format."""
    words = prose.words("imports/help", most=imports.MOST_LINES, megabytes=imports.MOST_BYTES // 1_000_000)
    shown = [words.usage, words.markdown, words.csv, words.json, words.after]
    return kit.Message(words.text, [kit.section(text) for text in shown], title=words.title)


def working(prose: Prose) -> kit.Message:
    words = prose.words("imports/working")
    return kit.Message(words.text, [kit.section(words.text)], title=words.title)


def explained(prose: Prose, name: str, problem: Problem) -> kit.Message:
    """A file that is not taken, and why."""
    why = reason(prose, problem).plain
    words = prose.words("imports/refused", name=kit.clip(name, NAME_LENGTH), why=why)
    return kit.Message(words.text, [kit.section(words.refused), kit.context(words.how)], title=words.title)


def reason(prose: Prose, problem: Problem) -> Phrase:
    """Why a line or a file is not taken: in this feature's own words, else as a form would say it."""
    words = prose.words("imports/problems", **problem.facts)
    if problem.words in words.names:
        return words.block(problem.words)
    return prose.words("errors", **problem.facts).block(problem.words)


def preview(prose: Prose, kept: Kept, today: date) -> kit.Message:
    """What a file holds, and what can be done with it; once it is saved, what was."""
    if kept.state != "open":
        return done(prose, kept)
    kind = prose.words("imports/kinds").block(kept.kind.value)
    words = prose.words(
        "imports/preview",
        kept=kept,
        name=kit.clip(kept.name, NAME_LENGTH),
        kind=kind,
        more=kept.found - len(kept.first),
    )
    first = [_line(prose, title, on, today) for on, title in kept.first]
    more = kept.found - kept.alike - len(kept.first)
    lines = [kit.section(Phrase("\n".join(first)))] if first else []
    notes = [
        words.block(name) for name in ("alike", "broken", "undated", "goals", "left_out") if words.block(name)
    ]
    rest = [kit.context(prose.words("imports/preview", kept=kept, more=more).rest)] if more > 0 else []
    told = [kit.context(Phrase("\n".join(notes)))] if notes else []
    blocks = [
        kit.section(words.found),
        *lines,
        *rest,
        *_order(prose, kept),
        *told,
        _choices(prose, kept),
        kit.context(words.until),
    ]
    return kit.Message(words.text, blocks, title=words.title)


def done(prose: Prose, kept: Kept) -> kit.Message:
    """What was saved, or taken back."""
    words = prose.words("imports/saved", kept=kept, name=kit.clip(kept.name, NAME_LENGTH))
    undone = kept.state in {"undone", "to_undone"}
    turn = (
        kit.button(words.restore, Ids.RESTORE, kept.id)
        if undone
        else kit.button(words.undo, Ids.UNDO, kept.id)
    )
    buttons = kit.actions(kit.button(words.list, Wins.SHOW), turn)
    return kit.Message(
        words.text, [kit.section(words.undone if undone else words.saved), buttons], title=words.title
    )


def left(prose: Prose) -> kit.Message:
    words = prose.words("imports/saved")
    return kit.Message(words.left, [kit.section(words.left)], title=words.title)


def broken(prose: Prose, kept: Kept, lines: Sequence[Broken], offset: int) -> kit.Message:
    """The lines that are not taken, a page at a time, each with its number and the reason."""
    words = prose.words("imports/broken", kept=kept, name=kit.clip(kept.name, NAME_LENGTH), total=len(lines))
    shown = lines[offset : offset + PAGE]
    said = [
        prose.words(
            "imports/broken",
            kind=kept.kind.value,
            line=one,
            why=reason(prose, Problem(one.words, one.facts)).plain,
        ).line
        for one in shown
    ]
    turns = [kit.button(words.earlier, Ids.EARLIER, f"{kept.id}:{max(0, offset - PAGE)}")] if offset else []
    if offset + PAGE < len(lines):
        turns.append(kit.button(words.later, Ids.LATER, f"{kept.id}:{offset + PAGE}"))
    back = kit.actions(*turns, kit.button(words.back, Ids.BACK, kept.id))
    pieces = [kit.section(Phrase(piece)) for piece, _ in kit.pieces("\n".join(said), kit.SECTION_LENGTH)]
    return kit.Message(words.text, [kit.section(words.heading), *pieces, back], title=words.title)


def alike(prose: Prose, kept: Kept, lines: Sequence[Alike], offset: int, today: date) -> dict[str, Any]:
    """The lines that seem to be there already, with boxes to tick."""
    words = prose.words("imports/alike", kept=kept)
    shown = lines[offset : offset + FORM_PAGE]
    fields: list[Block] = []
    for at in range(0, len(shown), BOXES):
        some = shown[at : at + BOXES]
        options = [_option(prose, one, today) for one in some]
        chosen = [str(one.place) for one in some if one.place in kept.ticked]
        said = prose.words(
            "imports/alike", first=offset + at + 1, last=offset + at + len(some), total=len(lines)
        )
        fields.append(kit.ticks_field(f"places_{at}", said.places, options, chosen=chosen))
    turns = []
    if offset:
        turns.append(kit.button(words.earlier, Ids.EARLIER, f"{kept.id}:{max(0, offset - FORM_PAGE)}"))
    if offset + FORM_PAGE < len(lines):
        turns.append(kit.button(words.later, Ids.LATER, f"{kept.id}:{offset + FORM_PAGE}"))
    return kit.modal(
        words.title,
        [kit.section(words.intro), *fields, *([kit.actions(*turns)] if turns else [])],
        callback=Ids.TICK,
        submit=words.submit,
        close=words.close,
        carried={"import": kept.id, "offset": offset},
    )


def columns(prose: Prose, kept: Kept) -> dict[str, Any]:
    """Which column of a table is which part of a win."""
    words, names = prose.words("imports/columns"), prose.words("imports/parts")
    found = kept.columns or {"headings": [], "samples": [], "chosen": {}}
    options = [
        kit.option(heading or prose.words("imports/columns", number=at + 1).numbered, str(at), sample or None)
        for at, (heading, sample) in enumerate(zip(found["headings"], found["samples"], strict=True))
    ][:MOST_OPTIONS]
    none = kit.option(words.none, NO_COLUMN)
    fields = [
        kit.choice_field(
            part,
            names.block(part),
            options if part == "title" else [none, *options],
            chosen=str(found["chosen"].get(part, NO_COLUMN)),
            optional=part != "title",
        )
        for part in imports.parts()
    ]
    return kit.modal(
        words.title,
        [kit.context(words.hint), *fields],
        callback=Ids.CHOOSE,
        submit=words.submit,
        close=words.close,
        carried={"import": kept.id},
    )


def _order(prose: Prose, kept: Kept) -> list[Block]:
    """Which comes first, the day or the month, where no day of the file tells."""
    columns = kept.columns or {}
    if not columns.get("unclear"):
        return []
    month_first = bool(columns.get("month_first"))
    words = prose.words("imports/preview", unclear=columns["unclear"], month_first=month_first)
    other = "day" if month_first else "month"
    button = kit.button(words.block(f"{other}_first"), Ids.ORDER, f"{other}:{kept.id}")
    return [kit.section(words.order, accessory=button)]


def _choices(prose: Prose, kept: Kept) -> Block:
    words = prose.words("imports/preview", kept=kept)
    buttons = []
    if kept.to_save or kept.goals:
        buttons.append(kit.button(words.save, Ids.SAVE, kept.id, style="primary"))
    if kept.alike:
        buttons.append(kit.button(words.see_alike, Ids.ALIKE, kept.id))
    if kept.broken:
        buttons.append(kit.button(words.see_broken, Ids.BROKEN, kept.id))
    if kept.columns:
        buttons.append(kit.button(words.columns, Ids.COLUMNS, kept.id))
    return kit.actions(*buttons, kit.button(words.leave, Ids.LEAVE, kept.id))


def _line(prose: Prose, title: str, on: date, today: date) -> Phrase:
    return prose.words(
        "imports/preview", title=kit.clip(title, TITLE_LENGTH), said=dates.said(on, today)
    ).line


def _option(prose: Prose, one: Alike, today: date) -> kit.Option:
    words = prose.words("imports/alike", line=one, said=dates.said(one.on, today))
    return kit.option(one.title, str(one.place), words.block(one.like.value).plain)
