"""The forms that fill in a sheet, part by part."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from bot.core.prose import Phrase, Prose, Words
from bot.domain import negotiations
from bot.domain.negotiations import MarketFact, Negotiation
from bot.storage.base import new_id
from handlers import kit
from handlers.kit import Block
from handlers.negotiations._ids import Ids

# The asks to choose from, each with its id and its words.
Asks = Sequence[tuple[str, str]]

# What stands for no ask among them.
NO_ASK = "none"

# A select holds a hundred options, with that one.
CHOICES = 99

# So much of a name stands above a form.
ABOVE = 300


def form(
    prose: Prose, asks: Asks = (), title: str | None = None, ask_id: str | None = None
) -> dict[str, Any]:
    """A new sheet, which needs a name only."""
    words = prose.words("negotiations/form")
    return kit.modal(
        words.title,
        [
            kit.context(words.private),
            _name(words, kit.clip(title, ABOVE) if title else None),
            *_ask(words, asks, ask_id),
        ],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"form": new_id()},
    )


def rename_form(prose: Prose, sheet: Negotiation, asks: Asks) -> dict[str, Any]:
    words = prose.words("negotiations/form")
    fields = [_name(words, sheet.title), *_ask(words, asks, sheet.ask_id)]
    return _about(sheet, fields, words, words.rename_title, Ids.SAVE_NAME)


def part_form(prose: Prose, sheet: Negotiation, part: str) -> dict[str, Any]:
    """The fields of one part."""
    words = prose.words("negotiations/form")
    hints = {"beyond_pay": words.beyond_pay_hint}
    fields = [
        kit.text_field(
            name,
            words.block(name),
            initial=_initial(sheet, name),
            placeholder=words.block(f"{name}_example"),
            hint=hints.get(name),
            multiline=True,
        )
        for name in negotiations.PARTS[part]
    ]
    above = [kit.context(words.limits_intro)] if part == "limits" else []
    title = words.block(f"{part}_title")
    return _about(sheet, [*above, *fields], words, title, Ids.SAVE_PART, part=part)


def objections_form(prose: Prose, sheet: Negotiation, common: Sequence[str]) -> dict[str, Any]:
    """Five pairs of an objection and a reply; common ones are shown where none is written down."""
    pairs = negotiations.pairs_of(sheet)
    fields: list[Block] = []
    for place in range(negotiations.OBJECTIONS):
        said, reply = pairs[place] if place < len(pairs) else (None, None)
        words = prose.words("negotiations/form", number=place + 1)
        example = Phrase(common[place])
        fields += [
            kit.text_field(f"objection_{place}", words.objection, initial=said, placeholder=example),
            kit.text_field(f"reply_{place}", words.reply, initial=reply, multiline=True),
        ]
    words = prose.words("negotiations/form")
    return _about(sheet, fields, words, words.objections_title, Ids.SAVE_OBJECTIONS)


def fact_form(
    prose: Prose, sheet: Negotiation, on: date, fact: MarketFact | None = None, *, again: bool = False
) -> dict[str, Any]:
    """A new fact, or one that is changed or looked at again."""
    words = prose.words("negotiations/form")
    fields = [
        kit.text_field(
            "fact",
            words.fact,
            initial=fact.fact if fact else None,
            placeholder=words.fact_example,
            optional=False,
            multiline=True,
        ),
        kit.text_field(
            "source", words.source, initial=fact.source if fact else None, placeholder=words.source_example
        ),
        kit.text_field("on", words.on, initial=on.isoformat(), hint=words.on_hint),
    ]
    title = words.again_title if again else words.fact_title
    return _about(sheet, fields, words, title, Ids.SAVE_FACT, fact=fact.id if fact else None)


def note_form(prose: Prose, sheet: Negotiation) -> dict[str, Any]:
    words = prose.words("negotiations/form", linked=sheet.ask_id is not None)
    field = kit.text_field("text", words.after, hint=words.after_hint, optional=False, multiline=True)
    return _about(sheet, [field], words, words.note_title, Ids.SAVE_NOTE)


def take_form(prose: Prose, sheet: Negotiation) -> dict[str, Any]:
    """What goes into the file: the limits only where they are ticked."""
    words = prose.words("negotiations/take")
    tick = kit.ticks_field("limits", words.limits, [kit.option(words.limits_tick, "limits")])
    return _about(sheet, [kit.context(words.intro), tick], words, words.title, Ids.MAKE)


def _name(words: Words, title: str | None) -> Block:
    return kit.text_field(
        "title", words.name, initial=title, placeholder=words.name_example, optional=False, focus=True
    )


def _ask(words: Words, asks: Asks, chosen: str | None) -> list[Block]:
    """Which ask the sheet prepares, where there is one to choose."""
    if not asks:
        return []
    options = [
        kit.option(words.no_ask, NO_ASK),
        *(kit.option(said, ask_id) for ask_id, said in asks[:CHOICES]),
    ]
    return [kit.choice_field("ask", words.ask, options, chosen=chosen or NO_ASK)]


def _initial(sheet: Negotiation, name: str) -> str | None:
    return "\n".join(sheet.beyond_pay) if name == "beyond_pay" else getattr(sheet, name)


def _about(
    sheet: Negotiation,
    fields: Sequence[Block],
    words: Words,
    title: Phrase,
    callback: StrEnum,
    **more: object,
) -> dict[str, Any]:
    """A form under the name of the sheet that it is about."""
    return kit.modal(
        title,
        [kit.section(kit.clip(sheet.title, ABOVE)), *fields],
        callback=callback,
        submit=words.submit,
        close=words.close,
        carried={"negotiation": sheet.id, "form": new_id(), **more},
    )
