"""The form of a document, and what shows before, while and after it is made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.prose import Prose, Words
from bot.documents.formats import FORMATS
from bot.domain import brag
from bot.domain.brag import Audience, Offer
from bot.domain.wins import Category
from handlers import kit
from handlers.brag import _reading
from handlers.brag._ids import Ids
from handlers.kit import Block

# Slack's selects hold as many.
OPTIONS = 100

# What is ticked at first; without the one, the other prints as well.
USUAL = ("pdf", "html")


@dataclass(frozen=True)
class Choices:
    """What the form can narrow to: goals by id, and projects."""

    goals: Sequence[tuple[str, str]] = ()
    projects: Sequence[str] = ()


def form(
    prose: Prose, offer: Offer, choices: Choices, key: str, typed: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The form; `key` names this one through all its changes, and what was typed stays."""
    typed = typed or {}
    audience = brag.AUDIENCES.get(typed.get("audience") or "", brag.MANAGER)
    facts = {"total": offer.wins, "private": offer.private, "takes_private": audience.private}
    words = prose.words("brag/form", **facts)
    return kit.modal(
        words.title,
        [
            _choice("audience", words, brag.AUDIENCES, audience.name, Ids.AUDIENCE),
            _choice("period", words, brag.WINDOWS, offer.window, Ids.PERIOD),
            *_days(words, offer, typed),
            *([] if offer.window == brag.DATES else [kit.context(words.holds)]),
            *_private(words, offer, audience, typed),
            _formats(words, typed),
            kit.context(words.who_reads),
            _groups(words, typed),
            *_filters(prose, words, choices, typed),
        ],
        callback=Ids.MAKE,
        submit=words.submit,
        close=words.close,
        carried={"form": key},
    )


def ready(prose: Prose) -> kit.Message:
    """Said where a form cannot open by itself."""
    words = prose.words("brag/form")
    start = kit.actions(kit.button(words.open, Ids.START))
    return kit.Message(words.ready_text, [kit.section(words.ready), start], title=words.title)


def no_wins(prose: Prose) -> kit.Message:
    words = prose.words("brag/form")
    return kit.Message(words.no_wins_text, [kit.section(words.no_wins)], title=words.title)


def told(prose: Prose, block: str) -> dict[str, Any]:
    """The modal with one sentence: that it is working, or how it went."""
    words = prose.words("brag/form")
    return kit.modal(words.title, [kit.section(words.block(block))], close=words.done_close)


def _choice(
    name: str, words: Words, values: Sequence[str] | Mapping[str, Any], chosen: str, action: Ids
) -> Block:
    options = [kit.option(words.block(value), value) for value in values]
    return kit.choice_field(name, words.block(name), options, chosen=chosen, optional=False, action=action)


def _days(words: Words, offer: Offer, typed: Mapping[str, Any]) -> list[Block]:
    if offer.window != brag.DATES:
        return []
    since = kit.text_field(
        "since", words.since, initial=typed.get("since"), placeholder=words.since_example, optional=False
    )
    return [since, kit.text_field("until", words.until, initial=typed.get("until"), hint=words.until_hint)]


def _private(words: Words, offer: Offer, audience: Audience, typed: Mapping[str, Any]) -> list[Block]:
    """Between two days nobody knows yet how many private wins there are, so the box is there."""
    if audience.private or not (offer.private or offer.window == brag.DATES):
        return []
    tick = kit.option(words.take_private, "yes")
    return [kit.ticks_field("private", words.private, [tick], chosen=typed.get("private") or ())]


def _formats(words: Words, typed: Mapping[str, Any]) -> Block:
    names = [name for name, one in FORMATS.items() if one.is_there()]
    offered = [*names, _reading.EVERYTHING]
    options = [kit.option(words.block(name), name) for name in offered]
    chosen = [name for name in typed.get("formats") or () if name in offered]
    field = kit.ticks_field("formats", words.formats, options, chosen=chosen or _usual(names), optional=False)
    hint = {} if len(names) == len(FORMATS) else {"hint": kit.plain_text(words.no_pdf, 2000)}
    return {**field, **hint}


def _usual(there: Sequence[str]) -> list[str]:
    return [name for name in USUAL if name in there][:1]


def _groups(words: Words, typed: Mapping[str, Any]) -> Block:
    options = [kit.option(words.block(f"by_{name}"), name) for name in brag.GROUPINGS]
    chosen = typed.get("by") or brag.CATEGORY
    return kit.choice_field("by", words.by, options, chosen=chosen, optional=False)


def _filters(prose: Prose, words: Words, choices: Choices, typed: Mapping[str, Any]) -> list[Block]:
    kinds = prose.words("wins/categories")
    offered: dict[str, list[tuple[str, str]]] = {
        "category": [(one.value, kinds.block(one.value)) for one in Category],
        "goal": [*choices.goals],
        "project": [(_reading.mark(name), name) for name in choices.projects],
    }
    return [
        kit.choice_field(name, words.block(name), _options(some), chosen=typed.get(name))
        for name, some in offered.items()
        if some
    ]


def _options(some: Sequence[tuple[str, str]]) -> list[kit.Option]:
    return [kit.option(said, value) for value, said in some[:OPTIONS]]
