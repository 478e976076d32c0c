"""How wins look: what is said after saving, the list, and the forms."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.domain.wins import Category, Source, Win
from handlers import kit
from handlers.kit import Block
from handlers.wins._ids import Ids
from handlers.wins._reading import as_typed

# Wins on one page of the list.
PAGE = 8

# A whole page must fit into one message, of which Slack takes some 13,000 characters.
PROOF_LENGTH = 200
LINE_LENGTH = 1200


def usage(prose: Prose) -> kit.Message:
    words = prose.words("wins/help")
    return kit.Message(
        words.text, [kit.section(words.usage), kit.actions(kit.button(words.log, Ids.LOG))], title=words.title
    )


def saved(prose: Prose, win: Win, today: date, *, changed: bool = False) -> kit.Message:
    """A win that was saved, changed or undone, with what can be done next."""
    words = prose.words(
        "wins/logged",
        win=win,
        said=dates.said(win.occurred_on, today),
        changed=changed,
        shortened=bool(win.details and win.title.endswith("…")),
        category=category_name(prose, win.category),
    )
    if win.deleted_at:
        blocks: list[Block] = [
            kit.section(words.undone),
            kit.actions(kit.button(words.restore, Ids.RESTORE, win.id), kit.button(words.list, Ids.SHOW)),
        ]
        return kit.Message(words.text, blocks, title=words.title)
    parts = [kit.section(words.parts)] if words.parts else []
    return kit.Message(
        words.text,
        [kit.section(words.saved), *parts, kit.context(words.when), _next_steps(words, win)],
        title=words.title,
    )


def same_one(prose: Prose, twin: Win, capture_id: str) -> kit.Message:
    words = prose.words("wins/twin", win=twin)
    choices = kit.actions(
        kit.button(words.same, Ids.SAME, twin.id), kit.button(words.another, Ids.ANOTHER, capture_id)
    )
    return kit.Message(words.text, [kit.section(words.question), choices], title=words.title)


def listed(prose: Prose, some: Any, total: int, offset: int, today: date) -> kit.Message:
    """A page of the list, each win with a menu."""
    words = prose.words("wins/list", total=total)
    if not total:
        blocks: list[Block] = [kit.section(words.empty), kit.actions(kit.button(words.log, Ids.LOG))]
        return kit.Message(words.text, blocks, title=words.title)
    turns = [kit.button(words.back, Ids.NEWER, str(max(0, offset - PAGE)))] if offset else []
    if offset + PAGE < total:
        turns.append(kit.button(words.more, Ids.OLDER, str(offset + PAGE)))
    lines = [line(prose, win, today) for win in some]
    pages = [kit.actions(*turns)] if turns else []
    return kit.Message(words.text, [kit.section(words.heading), *lines, *pages], title=words.title)


def line(prose: Prose, win: Win, today: date) -> Block:
    """One win in a list."""
    proof = kit.clip(win.metric or win.result or "", PROOF_LENGTH)
    said = dates.said(win.occurred_on, today)
    words = prose.words("wins/list", win=win, proof=proof, said=said, total=1)
    shown = Phrase(kit.clip(words.line, LINE_LENGTH))
    menu = kit.overflow(
        Ids.MORE,
        [
            kit.option(words.edit, f"edit:{win.id}"),
            kit.option(words.date, f"date:{win.id}"),
            kit.option(words.delete, f"delete:{win.id}"),
        ],
    )
    return kit.section(shown, accessory=menu)


def category_name(prose: Prose, category: str | None) -> Phrase | None:
    return prose.words("wins/categories").block(category) if category else None


def form(
    prose: Prose, typed: Mapping[str, str | None] | None = None, *, source: Source = Source.FORM
) -> dict[str, Any]:
    """The empty form, or one with what is known already."""
    words = prose.words("wins/form")
    return kit.modal(
        words.title,
        [kit.context(words.private), *_fields(prose, typed or {})],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"source": source.value},
    )


def edit_form(prose: Prose, win: Win) -> dict[str, Any]:
    words = prose.words("wins/form")
    return kit.modal(
        words.edit_title,
        _fields(prose, as_typed(win)),
        callback=Ids.CHANGE,
        submit=words.submit,
        close=words.close,
        carried={"win": win.id},
    )


def impact_form(prose: Prose, win: Win) -> dict[str, Any]:
    words = prose.words("wins/form")
    return kit.modal(
        words.impact_title,
        [kit.section(win.title), *_impact_fields(prose, as_typed(win))],
        callback=Ids.SAVE_IMPACT,
        submit=words.submit,
        close=words.close,
        carried={"win": win.id},
    )


def date_form(prose: Prose, win: Win) -> dict[str, Any]:
    words = prose.words("wins/form")
    when = kit.text_field(
        "when", words.when, initial=win.occurred_on.isoformat(), hint=words.when_hint, focus=True
    )
    return kit.modal(
        words.date_title,
        [kit.section(win.title), when],
        callback=Ids.SAVE_DATE,
        submit=words.submit,
        close=words.close,
        carried={"win": win.id},
    )


def _next_steps(words: Any, win: Win) -> Block:
    return kit.actions(
        kit.button(words.impact, Ids.ADD_IMPACT, win.id),
        kit.button(words.edit, Ids.EDIT, win.id),
        kit.button(words.date, Ids.CHANGE_DATE, win.id),
        kit.button(words.undo, Ids.UNDO, win.id),
    )


def _fields(prose: Prose, typed: Mapping[str, Any]) -> list[Block]:
    words = prose.words("wins/form")
    return [
        kit.text_field(
            "title",
            words.what,
            initial=typed.get("title"),
            placeholder=words.what_example,
            optional=False,
            focus=True,
        ),
        kit.text_field("when", words.when, initial=typed.get("when"), hint=words.when_hint),
        *_impact_fields(prose, typed),
        kit.text_field("credit", words.credit, initial=typed.get("credit")),
        kit.text_field("evidence", words.evidence, initial=typed.get("evidence"), hint=words.evidence_hint),
        _category_field(prose, typed.get("category")),
        _details_field(words, typed.get("details") or ""),
    ]


def _impact_fields(prose: Prose, typed: Mapping[str, Any]) -> list[Block]:
    words = prose.words("wins/form")
    return [
        kit.text_field(
            "result",
            words.result,
            initial=typed.get("result"),
            placeholder=words.result_example,
            multiline=True,
        ),
        kit.text_field(
            "metric",
            words.metric,
            initial=typed.get("metric"),
            placeholder=words.metric_example,
            hint=words.metric_hint,
        ),
        kit.text_field("benefited", words.benefited, initial=typed.get("benefited")),
    ]


def _category_field(prose: Prose, chosen: str | None) -> Block:
    words, names = prose.words("wins/form"), prose.words("wins/categories")
    options = [kit.option(names.block(category), category.value) for category in Category]
    return kit.choice_field(
        "category", words.category, options, chosen=chosen, placeholder=words.category_choose
    )


def _details_field(words: Any, details: str) -> Block:
    # A text that does not fit into Slack's field would be cut by saving it back, so it is not offered.
    if len(details) > kit.INPUT_LENGTH:
        return kit.context(words.details_too_long)
    return kit.text_field("details", words.details, initial=details, hint=words.details_hint, multiline=True)
