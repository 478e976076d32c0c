"""How goals look: what is said after saving, one goal with its history, and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import dates
from bot.core.prose import Phrase, Prose, Words
from bot.domain import goals
from bot.domain.goals import Event, Goal, Overview, Standing, Status
from bot.domain.wins import Win
from handlers import kit
from handlers.goals import _smart
from handlers.goals._ids import Ids
from handlers.kit import Block, Element

# Goals on one page of the list.
PAGE = 8

# A whole page must fit into one message, of which Slack takes some 13,000 characters.
LINE_LENGTH = 400
DETAIL_LENGTH = 300
EVENTS = 10
WINS = 5

STEPS = 10


@dataclass(frozen=True)
class Whole:
    """Everything one goal's card shows."""

    standing: Standing
    history: Sequence[Event]
    wins: Sequence[Win]
    follows: str | None
    today: date


def usage(prose: Prose) -> kit.Message:
    words = prose.words("goals/help")
    return kit.Message(
        words.text, [kit.section(words.usage), kit.actions(kit.button(words.set, Ids.NEW))], title=words.title
    )


def saved(prose: Prose, goal: Goal, today: date, active: int, *, changed: bool = False) -> kit.Message:
    """A goal that was saved, changed or undone, with what is missing and what can be done next."""
    words = prose.words(
        "goals/saved",
        goal=goal,
        statement=kit.clip(goal.statement, kit.SECTION_LENGTH - 200),
        said=dates.said(goal.deadline, today) if goal.deadline else None,
        changed=changed,
        active=active,
    )
    if goal.deleted_at:
        back = kit.actions(kit.button(words.restore, Ids.RESTORE, goal.id))
        return kit.Message(words.text, [kit.section(words.undone), back], title=words.title)
    crowded = [kit.context(words.many)] if active > goals.ACTIVE_AT_MOST else []
    past = goal.deadline is None and goals.names_past_day(goal.statement, today)
    passed = [kit.context(words.passed)] if past else []
    blocks = [
        kit.section(words.saved),
        kit.context(words.when),
        *_smart.shown(prose, goal),
        *crowded,
        *passed,
        _next_steps(words, goal),
    ]
    return kit.Message(words.text, blocks, title=words.title)


def home_lines(prose: Prose, overview: Overview, today: date) -> list[Block]:
    """One compact section for each goal, with a menu of what can be done about it."""
    return [line(prose, standing, today) for standing in overview.goals]


def line(prose: Prose, standing: Standing, today: date) -> Block:
    """A goal in a list: the statement, how far it is, when it is due, and what comes next."""
    goal = standing.goal
    words = card_words(prose, standing, today)
    below = [words.due, *_next(words, standing)]
    text = Phrase(kit.clip(Phrase(f"{words.line}\n{' · '.join(below)}"), LINE_LENGTH * 3))
    offered = ("progress", "milestones", "edit", "end") if goal.is_open else ("reopen", "edit")
    choices = [kit.option(words.block(what), f"{what}:{goal.id}") for what in ("open", *offered)]
    return kit.section(text, accessory=kit.overflow(Ids.MORE, choices))


def card(prose: Prose, whole: Whole) -> kit.Message:
    """One goal with all that is known of it."""
    goal = whole.standing.goal
    words = card_words(prose, whole.standing, whole.today, whole.follows)
    details = [part for part in (words.due, *_next(words, whole.standing)) if part]
    blocks: list[Block] = [kit.section(words.line), kit.context(Phrase(" · ".join(details)))]
    if words.facts:
        blocks.append(kit.section(words.facts))
    if goal.is_open:
        blocks += _smart.shown(prose, goal)
    unkept = goal.status == Status.REACHED and not whole.wins
    blocks += [
        *_wins(prose, words, whole),
        *_history(prose, words, whole),
        *_deeds(words, goal, unkept=unkept),
    ]
    return kit.Message(words.text, blocks, title=words.title)


def listed(prose: Prose, overview: Overview, today: date, offset: int, *, ended: bool = False) -> kit.Message:
    """A page of the goals that are worked on, or of those that ended."""
    words = prose.words("goals/list", total=overview.total)
    other = kit.button(words.current, Ids.SHOW) if ended else kit.button(words.ended, Ids.ENDED)
    turns = [kit.button(words.back, Ids.NEWER, f"{ended:d}:{max(0, offset - PAGE)}")] if offset else []
    if offset + PAGE < overview.total:
        turns.append(kit.button(words.more, Ids.OLDER, f"{ended:d}:{offset + PAGE}"))
    heading = words.ended_heading if ended else words.heading
    if not overview.total:
        heading = words.none_ended if ended else words.empty
    mapped = [kit.button(words.map, Ids.MAP)] if overview.total and not ended else []
    last = kit.actions(*turns, kit.button(words.set, Ids.NEW), *mapped, other)
    return kit.Message(
        words.text, [kit.section(heading), *home_lines(prose, overview, today), last], title=words.title
    )


def card_words(prose: Prose, standing: Standing, today: date, follows: str | None = None) -> Words:
    """The words about one goal, with every date in words."""
    goal, names = standing.goal, prose.words("goals/names")
    return prose.words(
        "goals/card",
        goal=goal,
        statement=kit.clip(" ".join(goal.statement.split()), LINE_LENGTH),
        **progress_bar(standing.fraction),
        status=names.block(goal.status),
        said=_said(goal.deadline, today),
        late=goal.deadline is not None and goal.deadline < today,
        closed=_said(goal.closed_on, today),
        next_said=_said(goal.next_on, today),
        milestone=standing.next,
        milestone_said=_said(standing.next.due_on, today) if standing.next else None,
        last_said=_said(standing.last_on, today),
        control=names.block(goal.in_control) if goal.in_control else None,
        kind=names.block(goal.kind) if goal.kind else None,
        follows=follows,
    )


def progress_bar(fraction: float | None) -> dict[str, object]:
    """A fraction as a bar and as whole per cent; neither where there is none."""
    if fraction is None:
        return {"bar": "", "percent": None}
    full = int(fraction * STEPS)
    return {"bar": "▰" * full + "▱" * (STEPS - full), "percent": int(fraction * 100)}


def _said(on: date | None, today: date) -> str | None:
    return dates.said(on, today) if on else None


def _next(words: Words, standing: Standing) -> list[Phrase]:
    goal = standing.goal
    if not goal.is_open:
        return []
    steps = [words.next_step] if goal.next_action else []
    steps += [words.next_milestone] if standing.next else []
    steps += [words.noted] if standing.last_on else []
    return [Phrase(kit.clip(step, DETAIL_LENGTH)) for step in steps]


def _wins(prose: Prose, words: Words, whole: Whole) -> list[Block]:
    if not whole.wins:
        return []
    told = [prose.words("goals/card", win=win).win_line for win in whole.wins[:WINS]]
    left = len(whole.wins) - len(told)
    more = [prose.words("goals/card", left_out=left).more_wins] if left else []
    lines = [words.wins, *(Phrase(kit.clip(line, DETAIL_LENGTH)) for line in told), *more]
    return [kit.section(Phrase("\n".join(lines)))]


def _history(prose: Prose, words: Words, whole: Whole) -> list[Block]:
    if not whole.history:
        return []
    lines = [
        Phrase(kit.clip(_event(prose, event, whole.today), DETAIL_LENGTH)) for event in whole.history[:EVENTS]
    ]
    if left := len(whole.history) - EVENTS:
        lines += [prose.words("goals/card", left_out=left).older] if left > 0 else []
    return [kit.section(Phrase("\n".join([words.history, *lines])))]


def _event(prose: Prose, event: Event, today: date) -> Phrase:
    move = event.move
    words = prose.words(
        "goals/card",
        on=dates.said(event.on, today),
        progress=event.progress,
        move=move,
        milestone=event.milestone,
        before=_said(move.from_on, today) if move else None,
        after=_said(move.to_on, today) if move else None,
    )
    if event.progress:
        return words.progress_event
    return words.moved_event if move else words.done_event


def _next_steps(words: Words, goal: Goal) -> Block:
    return kit.actions(
        kit.button(words.edit, Ids.EDIT, goal.id),
        kit.button(words.date, Ids.CHANGE_DATE, goal.id),
        kit.button(words.milestones, Ids.PLAN, goal.id),
        kit.button(words.undo, Ids.UNDO, goal.id),
        kit.button(words.open, Ids.OPEN, goal.id),
    )


def _deeds(words: Words, goal: Goal, *, unkept: bool) -> list[Block]:
    """What can be done about a goal: worked on, or looked back at; one that was reached and is `unkept` becomes a win."""
    link, delete = kit.button(words.link, Ids.LINK, goal.id), kit.button(words.delete, Ids.UNDO, goal.id)
    edit = kit.button(words.edit, Ids.EDIT, goal.id)
    if not goal.is_open:
        win = [kit.button(words.win, Ids.WIN, goal.id, style="primary")] if unkept else []
        return [kit.actions(*win, kit.button(words.reopen, Ids.REOPEN, goal.id), edit, link, delete)]
    first: list[Element] = [
        kit.button(words.progress, Ids.PROGRESS, goal.id, style="primary"),
        kit.button(words.milestones, Ids.MILESTONES, goal.id),
        edit,
        kit.button(words.date, Ids.CHANGE_DATE, goal.id),
    ]
    return [kit.actions(*first), kit.actions(link, kit.button(words.end, Ids.CLOSE, goal.id), delete)]
