"""How sheets look: one with what it holds and lacks, its facts, and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import dates
from bot.core.prose import Phrase, Prose, Words
from bot.domain import negotiations
from bot.domain.negotiations import AfterNote, MarketFact, Negotiation
from handlers import kit
from handlers.kit import Block, Element
from handlers.negotiations._ids import Ids

PAGE = 8

# A whole sheet must fit into one message, of which Slack takes some 13,000 characters.
NAME_LENGTH = 300
TEXT_LENGTH = 450
FACT_LENGTH = 220
OBJECTION_LENGTH = 420
NOTE_LENGTH = 400
NOTES = 2

# What stands on the card by itself; the limits only after a click.
SHOWN = ("target", "anchor", "anchor_reason", "mine", "theirs", "beyond_pay")
HIDDEN = negotiations.PARTS["limits"]


@dataclass(frozen=True)
class Whole:
    """Everything one sheet's card shows; `ask` is what the ask says that it prepares."""

    sheet: Negotiation
    facts: Sequence[MarketFact]
    notes: Sequence[AfterNote]
    ask: str | None
    today: date


@dataclass(frozen=True)
class Done:
    """What was just done, and what takes it back: the id of what is kept, or of the note."""

    what: str
    undo: Element | None = None


def usage(prose: Prose) -> kit.Message:
    words = prose.words("negotiations/help")
    new = kit.actions(kit.button(words.new, Ids.NEW))
    return kit.Message(words.text, [kit.section(words.usage), new], title=words.title)


def taken_out(prose: Prose, sheet: Negotiation) -> kit.Message:
    words = _words(prose, sheet)
    back = kit.actions(kit.button(words.restore, Ids.RESTORE, sheet.id))
    return kit.Message(words.text, [kit.section(words.taken_out), back], title=words.title)


def card(prose: Prose, whole: Whole, done: Done | None = None, *, limits: bool = False) -> kit.Message:
    """One sheet; its limits stand on it only where they were asked for."""
    sheet, words = whole.sheet, _words(prose, whole.sheet, linked=whole.ask is not None)
    above = [kit.section(words.block(done.what))] if done else []
    blocks = [
        *above,
        kit.section(words.heading),
        *_prepares(prose, whole),
        *_texts(prose, sheet, SHOWN),
        *(_texts(prose, sheet, HIDDEN) if limits else []),
        *_facts(prose, words, whole),
        *_objections(prose, words, sheet),
        *_notes(prose, words, whole),
        *([kit.context(words.hidden)] if _has_limits(sheet) and not limits else []),
        *_next(prose, words, whole),
        *_deeds(words, sheet, done, limits=limits),
    ]
    return kit.Message(words.text, blocks, title=words.title)


def undo(prose: Prose, action: Ids, value: str) -> Element:
    return kit.button(prose.words("negotiations/facts").undo, action, value)


def facts(prose: Prose, whole: Whole, done: Done | None = None) -> kit.Message:
    """The facts of a sheet, each with a menu."""
    sheet = whole.sheet
    words = prose.words("negotiations/facts", name=kit.clip(sheet.title, NAME_LENGTH))
    rows = [block for fact in whole.facts for block in _fact_row(prose, words, fact, whole.today)]
    undone = [done.undo] if done and done.undo else []
    add = kit.button(words.add, Ids.ADD_FACT, sheet.id)
    last = kit.actions(add, *undone, kit.button(words.back, Ids.OPEN, sheet.id))
    empty = [] if rows else [kit.section(words.empty)]
    return kit.Message(words.text, [kit.section(words.heading), *rows, *empty, last], title=words.title)


def listed(prose: Prose, some: Sequence[Negotiation], offset: int, *, more: bool) -> kit.Message:
    words = prose.words("negotiations/list")
    turns = [kit.button(words.back, Ids.NEWER, str(max(0, offset - PAGE)))] if offset else []
    turns += [kit.button(words.more, Ids.OLDER, str(offset + PAGE))] if more else []
    rows = [
        kit.section(
            prose.words("negotiations/list", said=kit.clip(sheet.title, NAME_LENGTH)).line,
            accessory=kit.button(words.open, Ids.OPEN, sheet.id),
        )
        for sheet in some
    ]
    heading = kit.section(words.heading if some else words.empty)
    last = kit.actions(*turns, kit.button(words.new, Ids.NEW))
    return kit.Message(words.text, [heading, *rows, last], title=words.title)


def _words(prose: Prose, sheet: Negotiation, *, linked: bool = False) -> Words:
    name = kit.clip(sheet.title, NAME_LENGTH)
    return prose.words("negotiations/card", sheet=sheet, name=name, linked=linked)


def _prepares(prose: Prose, whole: Whole) -> list[Block]:
    if not whole.ask:
        return []
    return [kit.context(prose.words("negotiations/card", ask=kit.clip(whole.ask, NAME_LENGTH)).prepares)]


def _texts(prose: Prose, sheet: Negotiation, names: Sequence[str]) -> list[Block]:
    """What is filled in of these, one a line."""
    said = {name: getattr(sheet, name) for name in names}
    lines = [
        prose.words("negotiations/card", value=kit.clip(_line(value), TEXT_LENGTH)).block(name)
        for name, value in said.items()
        if value
    ]
    return _section(lines)


def _line(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _section(lines: Sequence[str]) -> list[Block]:
    """The lines as one section, as far as one goes."""
    return [kit.section(Phrase(kit.clip("\n".join(lines), kit.SECTION_LENGTH)))] if lines else []


def _facts(prose: Prose, words: Words, whole: Whole) -> list[Block]:
    lines = [_fact(prose, fact, whole.today).fact for fact in whole.facts]
    return _section([words.facts_heading, *lines]) if lines else []


def _fact(prose: Prose, fact: MarketFact, today: date) -> Words:
    return prose.words(
        "negotiations/card",
        fact=kit.clip(fact.fact, FACT_LENGTH),
        source=kit.clip(fact.source or "", FACT_LENGTH // 2),
        on=dates.said(fact.found_on, today),
        stale=negotiations.is_stale(fact, today),
    )


def _fact_row(prose: Prose, words: Words, fact: MarketFact, today: date) -> list[Block]:
    """A fact with its menu; one that is stale has a button more."""
    stale = negotiations.is_stale(fact, today)
    row = prose.words(
        "negotiations/facts",
        fact=kit.clip(fact.fact, TEXT_LENGTH),
        source=kit.clip(fact.source or "", FACT_LENGTH),
        on=dates.said(fact.found_on, today),
        stale=stale,
    )
    offered = ("edit", "remove") if stale else ("again", "edit", "remove")
    choices = [kit.option(words.block(what), f"{what}:{fact.id}") for what in offered]
    menu = kit.overflow(Ids.FACT, choices)
    if not stale:
        return [kit.section(row.line, accessory=menu)]
    again = kit.button(words.again, Ids.LOOK_AGAIN, fact.id)
    return [kit.section(row.line, accessory=menu), kit.actions(again)]


def _objections(prose: Prose, words: Words, sheet: Negotiation) -> list[Block]:
    lines = [
        prose.words(
            "negotiations/card",
            number=place + 1,
            said=kit.clip(said, OBJECTION_LENGTH // 2),
            reply=kit.clip(reply, OBJECTION_LENGTH),
        ).objection
        for place, (said, reply) in enumerate(negotiations.pairs_of(sheet))
    ]
    return _section([words.objections_heading, *lines]) if lines else []


def _notes(prose: Prose, words: Words, whole: Whole) -> list[Block]:
    lines = [
        prose.words(
            "negotiations/card",
            on=dates.said(note.on, whole.today),
            note=kit.clip(note.text, NOTE_LENGTH),
        ).note
        for note in whole.notes[:NOTES]
    ]
    older = [words.older_notes] if len(whole.notes) > NOTES else []
    return _section([words.notes_heading, *lines, *older]) if lines else []


def _next(prose: Prose, words: Words, whole: Whole) -> list[Block]:
    """What is still open, and one question out of it."""
    missing = negotiations.missing(whole.sheet, whole.facts, whole.today)
    if not missing:
        return [kit.context(words.whole)]
    names = prose.words("negotiations/questions")
    told = prose.words(
        "negotiations/card",
        missing=[names.block(name).plain for name in missing],
        question=names.block(f"{missing[0]}_question").plain,
    )
    value = f"{negotiations.QUESTIONS[missing[0]]}:{whole.sheet.id}"
    answer = kit.button(words.answer, Ids.NEXT, value, style="primary")
    return [kit.context(told.lacks), kit.section(told.next, accessory=answer)]


def _has_limits(sheet: Negotiation) -> bool:
    return any(getattr(sheet, name) for name in HIDDEN)


def _deeds(words: Words, sheet: Negotiation, done: Done | None, *, limits: bool) -> list[Block]:
    parts = [
        kit.button(words.aims, Ids.AIMS, sheet.id),
        kit.button(words.interests, Ids.INTERESTS, sheet.id),
        kit.button(words.facts, Ids.FACTS, sheet.id),
        kit.button(words.objections, Ids.OBJECTIONS, sheet.id),
        kit.button(words.limits, Ids.LIMITS, sheet.id),
    ]
    uses = [
        kit.button(words.practise, Ids.PRACTISE, sheet.id),
        kit.button(words.take, Ids.TAKE, sheet.id),
        kit.button(words.after, Ids.AFTER, sheet.id),
    ]
    if limits:
        uses.append(kit.button(words.hide_limits, Ids.OPEN, sheet.id))
    elif _has_limits(sheet):
        uses.append(kit.button(words.show_limits, Ids.SHOW_LIMITS, sheet.id))
    fresh = done is not None and done.what == "saved"
    delete = words.undo if fresh else words.delete
    rest = [
        kit.button(words.rename, Ids.RENAME, sheet.id),
        *([done.undo] if done and done.undo else []),
        kit.button(delete, Ids.DELETE, sheet.id),
        kit.button(words.all, Ids.SHOW),
    ]
    return [kit.actions(*parts), kit.actions(*uses), kit.actions(*rest)]
