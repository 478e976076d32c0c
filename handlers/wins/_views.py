"""How a win looks: what is said after saving, the win in a list, and what can be done with it next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.domain import wins
from bot.domain.wins import Entry, Gap, Win
from handlers import kit
from handlers.kit import Block
from handlers.wins._ids import Ids

# Wins on one page of the list.
PAGE = 8

# A whole page must fit into one message, of which Slack takes some 13,000 characters.
PROOF_LENGTH = 200
LINE_LENGTH = 1200


@dataclass(frozen=True)
class Shown:
    """How a win is being shown: after a change, with what undoes it, or opened; and the goal it serves.

    `given` is what it says, where that is known: each look at a record's texts opens them.
    """

    today: date
    changed: bool = False
    opened: bool = False
    undo: str | None = None
    goal: str | None = None
    given: Entry | None = None


def usage(prose: Prose) -> kit.Message:
    words = prose.words("wins/help")
    return kit.Message(
        words.text, [kit.section(words.usage), kit.actions(kit.button(words.log, Ids.LOG))], title=words.title
    )


def card(prose: Prose, win: Win, shown: Shown) -> kit.Message:
    """A win that was saved, changed, undone or opened, with what can be done next."""
    given = shown.given or wins.of(win)
    facts = {**_facts(prose, given, shown), "binned": bool(win.deleted_at)}
    words, steps = prose.words("wins/logged", **facts), prose.still("wins/steps")
    if win.deleted_at:
        blocks: list[Block] = [
            kit.section(words.undone),
            kit.actions(kit.button(steps.restore, Ids.RESTORE, win.id), kit.button(steps.list, Ids.SHOW)),
        ]
        return kit.Message(words.text, blocks, title=words.title)
    parts, statement, when = words.parts, words.statement, words.when
    below = kit.context(statement, when) if _fits(statement) else kit.context(when)
    return kit.Message(
        words.text,
        [
            kit.section(words.saved),
            *([kit.section(parts)] if parts else []),
            below,
            *_day(words, steps, win, given, shown),
            *_gap(prose, win, given),
            _next_steps(steps, win, shown),
        ],
        title=words.title,
    )


def same_one(prose: Prose, twin: Win, capture_id: str) -> kit.Message:
    words = prose.words("wins/twin", win=twin)
    choices = kit.actions(
        kit.button(words.same, Ids.SAME, twin.id), kit.button(words.another, Ids.ANOTHER, capture_id)
    )
    return kit.Message(words.text, [kit.section(words.question), choices], title=words.title)


def line(prose: Prose, win: Win, today: date) -> Block:
    """One win in a list."""
    words = prose.words("wins/list", total=1, words="", narrowed=(), **said_of(win, today))
    menu = kit.overflow(
        Ids.MORE,
        [
            kit.option(words.open, f"open:{win.id}"),
            kit.option(words.edit, f"edit:{win.id}"),
            kit.option(words.impact, f"impact:{win.id}"),
            kit.option(words.goal, f"goal:{win.id}"),
            kit.option(words.delete, f"delete:{win.id}"),
        ],
    )
    return kit.section(Phrase(kit.clip(words.line, LINE_LENGTH)), accessory=menu)


def said_of(win: Win, today: date) -> dict[str, Any]:
    """What one line says of a win: its title, its day and what proves it."""
    proof = kit.clip((win.metric and win.metric.line) or win.result or "", PROOF_LENGTH)
    return {"win": win, "proof": proof, "said": dates.said(win.occurred_on, today)}


def named(prose: Prose, template: str, name: str | None) -> Phrase | None:
    """The word for a category, a status or a certainty."""
    return prose.still(template).block(name) if name else None


def _facts(prose: Prose, given: Entry, shown: Shown) -> Mapping[str, Any]:
    metric = given.metric
    return {
        "win": given,
        "said": dates.said(given.occurred_on, shown.today),
        "until": dates.said(given.until_on, shown.today) if given.until_on else None,
        "changed": shown.changed,
        "opened": shown.opened,
        "goal": shown.goal,
        "metric": metric.line if metric else None,
        "blank": wins.lacks_number(given),
        "certainty": named(prose, "wins/certainties", metric.certainty) if metric else None,
        "shortened": bool(given.details and given.title.endswith("…")),
        "category": named(prose, "wins/categories", given.category),
        "status": named(prose, "wins/statuses", given.status),
        "links": wins.links_in(given.evidence),
    }


def _fits(statement: Phrase) -> bool:
    # A statement cut in the middle would leave out its blanks, which are the point of it.
    return len(statement) <= kit.SECTION_LENGTH


def _day(words: Any, steps: Any, win: Win, given: Entry, shown: Shown) -> list[Block]:
    """Another day than today is shown as it was read; one in the middle of a line is not taken without asking."""
    is_today = given.occurred_on == shown.today
    if shown.changed or shown.opened or (is_today and not dates.mentions(given.title)):
        return []
    said = words.day if is_today else words.read_day
    return [kit.section(said, accessory=kit.button(steps.date, Ids.CHANGE_DATE, win.id))]


def _gap(prose: Prose, win: Win, given: Entry) -> list[Block]:
    """The one thing that would make it stronger, and a button that asks for just that."""
    gap = wins.missing(given)
    if gap is None:
        return []
    weak = wins.weak_verb(given.title) if gap is Gap.VERB else None
    words = prose.words("wins/gaps", weak=weak) if weak else prose.still("wins/gaps", weak="")
    answer = kit.button(words.answer, Ids.FILL_GAP, f"{gap.value}:{win.id}")
    return [kit.section(words.block(gap.value), accessory=answer)]


def _next_steps(words: Any, win: Win, shown: Shown) -> Block:
    if shown.undo:
        undo = kit.button(words.undo, Ids.REVERT, shown.undo)
    else:
        undo = kit.button(words.delete if shown.opened or shown.changed else words.undo, Ids.UNDO, win.id)
    menu = kit.overflow(
        Ids.MORE, [kit.option(words.date, f"date:{win.id}"), kit.option(words.story, f"story:{win.id}")]
    )
    return kit.actions(
        kit.button(words.impact, Ids.ADD_IMPACT, win.id),
        kit.button(words.goal, Ids.LINK_GOAL, win.id),
        kit.button(words.edit, Ids.EDIT, win.id),
        undo,
        menu,
    )
