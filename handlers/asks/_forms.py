"""The forms about asks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from bot.core.prose import Phrase, Prose, Words
from bot.domain import asks
from bot.domain.asks import Ask, AskEvent, Verdict, What
from bot.storage.base import new_id
from handlers import kit
from handlers.asks._ids import Ids
from handlers.asks._reading import as_typed
from handlers.kit import Block

# So much of a request stands above a form.
ABOVE = 600

NONE = "none"

Fields = Callable[[Words, Ask, date], list[Block]]


def form(prose: Prose, typed: Mapping[str, str | None] | None = None) -> dict[str, Any]:
    """The empty form, or one with words in it."""
    words = prose.words("asks/form")
    return kit.modal(
        words.title,
        [kit.context(words.private), *_fields(words, typed or {})],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"form": new_id()},
    )


def edit_form(prose: Prose, ask: Ask, *, for_fallback: bool = False) -> dict[str, Any]:
    """The form with an ask in it; a need is turned into an ask there, and a fallback is named."""
    words = prose.words("asks/form")
    above = [words.name_fallback] if for_fallback else [] if ask.request else [words.turn]
    return kit.modal(
        words.edit_title if ask.request else words.turn_title,
        [*map(kit.context, above), *_fields(words, as_typed(ask))],
        callback=Ids.CHANGE,
        submit=words.submit,
        close=words.close,
        carried={"ask": ask.id, "form": new_id()},
    )


def date_form(prose: Prose, ask: Ask) -> dict[str, Any]:
    words = prose.words("asks/form")
    standing = ask.wanted_on.isoformat() if ask.wanted_on else None
    field = kit.text_field(
        "wanted_on", words.wanted_on, initial=standing, hint=words.wanted_on_hint, focus=True
    )
    return _about(ask, [field], words, words.date_title, Ids.SAVE_DATE)


def link_form(prose: Prose, ask: Ask, to_link: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Which goal an ask serves."""
    words = prose.words("asks/form")
    options = [kit.option(words.no_goal, NONE), *(kit.option(said, goal_id) for goal_id, said in to_link)]
    chosen = ask.goal_id if ask.goal_id in dict(to_link) else NONE
    field = kit.choice_field("goal", words.goal, options, chosen=chosen, optional=False)
    return _about(ask, [field], words, words.link_title, Ids.SAVE_LINK)


def event_form(prose: Prose, ask: Ask, what: str, today: date) -> dict[str, Any]:
    """The form of something that happened: `what` names it in FIELDS and in the words."""
    words = prose.words("asks/events")
    title = words.block(f"title_{what}")
    return _about(ask, FIELDS[what](words, ask, today), words, title, Ids.SAVE_EVENT, what=what)


def day_form(prose: Prose, ask: Ask, event: AskEvent) -> dict[str, Any]:
    """The day that a change of an ask named."""
    words, was_asked = prose.words("asks/events"), event.what == What.ASKED
    on = event.on if was_asked else event.to_on
    label, hint = (words.on, words.on_hint) if was_asked else (words.which_day, words.promised_on_hint)
    field = kit.text_field("on", label, initial=on.isoformat() if on else None, hint=hint, focus=True)
    return _about(ask, [field], words, words.title_day, Ids.SAVE_DAY, event=event.id)


def draft_form(prose: Prose, ask: Ask, text: str, kind: str) -> dict[str, Any]:
    """A message to copy, to change and to send; sending it is the person's own deed."""
    words = prose.words("asks/draft")
    field = kit.text_field("draft", words.draft, initial=text, multiline=True, optional=False)
    return kit.modal(
        words.title,
        [kit.section(words.copy), field, kit.context(words.yours)],
        callback=Ids.SENT,
        submit=words.sent,
        close=words.close,
        carried={"ask": ask.id, "form": new_id(), "kind": kind},
    )


def _asked(words: Words, _ask: Ask, today: date) -> list[Block]:
    return [_when(words, today), _their_words(words)]


def _promised(words: Words, ask: Ask, _today: date) -> list[Block]:
    return [
        kit.text_field("promised", words.promised, initial=ask.promised, multiline=True, focus=True),
        kit.text_field("on", words.promised_on, hint=words.promised_on_hint),
        _their_words(words),
    ]


def _verdict(words: Words, ask: Ask, today: date) -> list[Block]:
    verdicts = [kit.option(words.block(f"verdict_{one.value}"), one.value) for one in Verdict]
    return [
        kit.choice_field("verdict", words.verdict, verdicts, placeholder=words.choose, optional=False),
        _when(words, today),
        _their_words(words),
        kit.text_field("promised", words.if_yes, initial=ask.promised),
        kit.text_field("promised_on", words.if_yes_on, hint=words.promised_on_hint),
        kit.text_field("conditions", words.conditions, hint=words.conditions_hint, multiline=True),
    ]


def _moved(words: Words, _ask: Ask, _today: date) -> list[Block]:
    return [
        kit.text_field("on", words.moved_on, hint=words.promised_on_hint, optional=False, focus=True),
    ]


def _partly(words: Words, _ask: Ask, _today: date) -> list[Block]:
    return [
        kit.text_field("missing", words.missing, multiline=True, focus=True),
        kit.text_field("on", words.missing_on, hint=words.promised_on_hint),
    ]


def _not_now(words: Words, ask: Ask, _today: date) -> list[Block]:
    return [
        kit.text_field("plan", words.plan, initial=ask.plan, multiline=True, focus=True),
        kit.text_field("on", words.reask_on, hint=words.reask_on_hint),
    ]


def _declined(words: Words, _ask: Ask, _today: date) -> list[Block]:
    return [_their_words(words)]


def _note(words: Words, _ask: Ask, _today: date) -> list[Block]:
    return [kit.text_field("note", words.note, multiline=True, optional=False, focus=True)]


# What each form asks; the words of its title are the block `title_<name>`.
FIELDS: Mapping[str, Fields] = MappingProxyType(
    {
        "asked": _asked,
        "promised": _promised,
        "verdict": _verdict,
        "moved": _moved,
        "partly": _partly,
        "not_now": _not_now,
        "declined": _declined,
        "note": _note,
    }
)


def _when(words: Words, today: date) -> Block:
    return kit.text_field("on", words.on, initial=today.isoformat(), hint=words.on_hint)


def _their_words(words: Words) -> Block:
    return kit.text_field(
        "their_words", words.their_words, placeholder=words.their_words_example, multiline=True
    )


def _about(
    ask: Ask, fields: Sequence[Block], words: Words, title: Phrase, callback: StrEnum, **more: object
) -> dict[str, Any]:
    """A form under the words of the ask that it is about."""
    return kit.modal(
        title,
        [kit.section(kit.clip(ask.words, ABOVE)), *fields],
        callback=callback,
        submit=words.submit,
        close=words.close,
        carried={"ask": ask.id, "form": new_id(), **more},
    )


def _fields(words: Words, typed: Mapping[str, str | None]) -> list[Block]:
    return [
        kit.text_field(
            "request",
            words.request,
            initial=typed.get("request"),
            placeholder=words.request_example,
            hint=words.request_hint,
            focus=True,
        ),
        kit.text_field("to", words.to, initial=typed.get("to"), placeholder=words.to_example),
        kit.text_field(
            "wanted_on", words.wanted_on, initial=typed.get("wanted_on"), hint=words.wanted_on_hint
        ),
        *(
            kit.text_field(
                name,
                words.block(name),
                initial=typed.get(name),
                placeholder=words.block(f"{name}_example"),
                multiline=True,
            )
            for name in asks.TEXTS[2:]
        ),
    ]
