"""How setbacks look: the offer after a no, the forms, one of them with what can be done, and the list."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from bot.core import dates
from bot.core.prose import Phrase, Prose, Words
from bot.domain import setbacks
from bot.domain.asks import Ask
from bot.domain.setbacks import Setback
from bot.storage.base import new_id
from handlers import kit
from handlers.kit import Block
from handlers.setbacks._ids import Ids
from handlers.wins import Ids as Wins

PAGE = 8
SAID_LENGTH = 300
# Five fields of this length fit into one message.
FIELD_LENGTH = 2000


def usage(prose: Prose) -> kit.Message:
    words = prose.words("setbacks/help")
    note = kit.actions(kit.button(words.note, Ids.NEW))
    return kit.Message(words.text, [kit.section(words.usage), note], title=words.title)


def offer(prose: Prose, ask_id: str) -> list[Block]:
    """Right after a no: write it down now, or leave it for a day."""
    words = prose.words("setbacks/offer")
    note, later = kit.button(words.note, Ids.NEW, ask_id), kit.button(words.later, Ids.LATER, ask_id)
    return [kit.context(words.question), kit.actions(note, later)]


def form(prose: Prose, tried: str | None = None, ask_id: str | None = None) -> dict[str, Any]:
    words = prose.words("setbacks/form")
    return kit.modal(
        words.title,
        [kit.context(words.private), *_facts(words, {"tried": tried})],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"ask": ask_id, "form": new_id()},
    )


def edit_form(prose: Prose, setback: Setback) -> dict[str, Any]:
    words = prose.words("setbacks/form")
    return _about(words, words.edit_title, _facts(words, setbacks.told(setback)), Ids.CHANGE, setback)


def debrief_form(prose: Prose, setback: Setback) -> dict[str, Any]:
    words, told = prose.words("setbacks/form"), setbacks.told(setback)
    hints = {"in_control": words.in_control_hint, "next_attempt": words.next_attempt_hint}
    fields = [
        kit.text_field(name, words.block(name), initial=told[name], hint=hints.get(name), multiline=True)
        for name in setbacks.DEBRIEF
    ]
    shown = [kit.context(words.debrief_intro), *fields]
    return _about(words, words.debrief_title, shown, Ids.SAVE_DEBRIEF, setback)


def card(
    prose: Prose,
    setback: Setback,
    today: date,
    ask: Ask | None = None,
    *,
    begun: str | None = None,
    undo: str | None = None,
) -> kit.Message:
    """One setback, and the ask it came from.

    `begun` says what was just done with it, and `undo` is what the button carries that takes it back.
    """
    words = prose.words("setbacks/card", setback=setback, said=kit.clip(setback.said or "", SAID_LENGTH))
    if setback.deleted_at:
        said = words.taken_out if setback.said else words.without_words
        back = kit.actions(kit.button(words.restore, Ids.RESTORE, setback.id))
        return kit.Message(words.text, [kit.section(said), back], title=words.title)
    first = [kit.section(words.block(begun))] if begun else []
    delete = words.undo if begun == "saved" else words.delete
    blocks = [*first, *_said(prose, words, setback), *_options(prose, words, setback, today, ask)]
    last = [
        kit.button(words.edit, Ids.EDIT, setback.id),
        *([kit.button(words.undo, Ids.REVERT, undo)] if undo else []),
        kit.button(delete, Ids.DELETE, setback.id),
        kit.button(words.all, Ids.SHOW),
    ]
    return kit.Message(words.text, [*blocks, kit.actions(*last)], title=words.title)


def listed(prose: Prose, lines: Sequence[Block], offset: int, *, more: bool) -> kit.Message:
    words = prose.words("setbacks/list")
    turns = [kit.button(words.back, Ids.NEWER, str(max(0, offset - PAGE)))] if offset else []
    turns += [kit.button(words.more, Ids.OLDER, str(offset + PAGE))] if more else []
    heading = kit.section(words.heading if lines else words.empty)
    last = kit.actions(*turns, kit.button(words.note, Ids.NEW))
    return kit.Message(words.text, [heading, *lines, last], title=words.title)


def lines(prose: Prose, some: Sequence[Setback], days: Sequence[date], today: date) -> list[Block]:
    """Each in a list, with the day on which it was noted."""
    return [_line(prose, one, dates.said(on, today), today) for one, on in zip(some, days, strict=True)]


def _line(prose: Prose, setback: Setback, on: str, today: date) -> Block:
    blank = prose.words("setbacks/list").without_words
    words = prose.words(
        "setbacks/list",
        said=kit.clip(" ".join((setback.said or blank).split()), SAID_LENGTH),
        on=on,
        let_go=setback.let_go_on is not None,
        rests=setback.rests(today),
    )
    return kit.section(words.line, accessory=kit.button(words.open, Ids.OPEN, setback.id))


def _said(prose: Prose, words: Words, setback: Setback) -> list[Block]:
    told = {name: text for name, text in setbacks.told(setback).items() if text}
    if not told:
        return [kit.section(words.wordless)]
    clipped = {name: kit.clip(text, FIELD_LENGTH) for name, text in told.items()}
    return [
        kit.section(prose.words("setbacks/card", value=text).block(name)) for name, text in clipped.items()
    ]


def _options(prose: Prose, words: Words, setback: Setback, today: date, ask: Ask | None) -> list[Block]:
    """What can be done now: nothing while it rests."""
    if setback.let_go_on:
        said = prose.words("setbacks/card", on=dates.said(setback.let_go_on, today)).let_go
        return [kit.section(said, accessory=kit.button(words.take_up, Ids.TAKE_UP, setback.id))]
    if setback.rests(today):
        return [kit.context(prose.words("setbacks/card", on=dates.said(setback.look_on, today)).rests)]
    fallback = bool(ask and ask.fallback)
    return [
        kit.section(words.options),
        kit.actions(
            kit.button(words.debrief, Ids.DEBRIEF, setback.id),
            kit.button(words.again, Ids.AGAIN, setback.id),
            *([kit.button(words.fallback, Ids.FALLBACK, setback.id)] if fallback else []),
            kit.button(words.replay, Wins.LOOK_BACK),
            kit.button(words.drop, Ids.LET_GO, setback.id),
        ),
    ]


def _facts(words: Words, told: dict[str, str | None]) -> list[Block]:
    return [
        kit.text_field(
            name,
            words.block(name),
            initial=told.get(name),
            placeholder=words.block(f"{name}_example"),
            multiline=True,
        )
        for name in setbacks.FACTS
    ]


def _about(
    words: Words, title: Phrase, fields: Sequence[Block], callback: StrEnum, setback: Setback
) -> dict[str, Any]:
    carried = {"setback": setback.id, "form": new_id()}
    return kit.modal(
        title, fields, callback=callback, submit=words.submit, close=words.close, carried=carried
    )
