"""How asks look: what is said after saving and after each change, one ask with its timeline, and the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import dates
from bot.core.prose import Phrase, Prose, Words
from bot.domain import asks
from bot.domain.asks import AskEvent, Condition, Overview, Question, Standing, Status, What
from handlers import kit, setbacks
from handlers.asks import _buttons
from handlers.asks._ids import Ids
from handlers.kit import Block

# Asks on one page of the list.
PAGE = 8

# A whole page must fit into one message, of which Slack takes some 13,000 characters.
LINE_LENGTH = 300
DETAIL_LENGTH = 300
GLANCE_LENGTH = 90
EVENTS = 12
CONDITIONS = 10

# What an ask lacks is asked for one thing at a time, in this order.
WANTED = ("request", "to", "reason", "future_value", "fallback")


@dataclass(frozen=True)
class Whole:
    """Everything one ask's card shows."""

    standing: Standing
    events: Sequence[AskEvent]
    goal: str | None
    coming: Question | None
    hazy: bool
    today: date


def usage(prose: Prose) -> kit.Message:
    words = prose.words("asks/help")
    new = kit.actions(kit.button(words.new, Ids.NEW))
    return kit.Message(words.text, [kit.section(words.usage), new], title=words.title)


def saved(prose: Prose, whole: Whole, *, changed: bool = False) -> kit.Message:
    """An ask that was saved, edited or undone, with what is missing and what can be done next."""
    ask = whole.standing.ask
    words = _words(prose, "asks/saved", whole.standing, whole.today, changed=changed)
    if ask.deleted_at:
        back = kit.actions(kit.button(words.restore, Ids.RESTORE, ask.id))
        return kit.Message(words.text, [kit.section(words.undone), back], title=words.title)
    missing = next((name for name in WANTED if not getattr(ask, name)), None)
    asked_for = [kit.context(words.block(f"missing_{missing}"))] if missing and ask.is_open else []
    blocks = [
        kit.section(words.saved),
        kit.context(words.about),
        *asked_for,
        _buttons.after_saving(prose.words("asks/buttons"), ask),
    ]
    return kit.Message(words.text, blocks, title=words.title)


def after(prose: Prose, whole: Whole, event: AskEvent) -> kit.Message:
    """What is said after something happened with an ask: how it stands now, and what follows."""
    ask = whole.standing.ask
    words = _words(
        prose, "asks/after", whole.standing, whole.today, **_event_facts(prose, event, whole.today)
    )
    said = [words.block(event.what)]
    rung = asks.rung(ask.misses) if event.what == What.MISSED else None
    if rung:
        said.append(words.block(f"rung_{rung.value}"))
    hazy = whole.hazy and event.what == What.VERDICT
    said += [words.hazy] if hazy else []
    all_met = whole.standing.all_met and event.what == What.CONDITION_MET
    said += [words.all_met] if all_met else []
    buttons = _buttons.after_event(prose.words("asks/buttons"), ask, event, hazy=hazy, all_met=all_met)
    refused = ask.status == Status.DECLINED and event.what in {What.DECLINED, What.VERDICT}
    after_a_no = setbacks.offer(prose, ask.id) if refused else []
    blocks = [kit.section(Phrase("\n".join(said))), *_coming(prose, whole), buttons, *after_a_no]
    return kit.Message(words.text, blocks, title=words.title)


def card(prose: Prose, whole: Whole) -> kit.Message:
    """One ask with all that is known of it."""
    ask = whole.standing.ask
    words = _words(prose, "asks/card", whole.standing, whole.today, goal=whole.goal)
    facts = [kit.section(words.facts)] if words.facts else []
    hazy = [kit.section(words.hazy)] if whole.hazy and ask.is_open else []
    blocks: list[Block] = [
        kit.section(words.line),
        kit.context(words.about),
        *facts,
        *_conditions(prose, whole),
        *hazy,
        *_timeline(prose, words, whole),
        *_coming(prose, whole),
        *_buttons.of_card(prose.words("asks/buttons"), ask, hazy=whole.hazy, all_met=whole.standing.all_met),
    ]
    return kit.Message(words.text, blocks, title=words.title)


def home_lines(prose: Prose, overview: Overview, today: date) -> list[Block]:
    """One compact section for each ask, with a menu of what can be done about it."""
    return [line(prose, standing, today) for standing in overview.asks]


def line(prose: Prose, standing: Standing, today: date, number: int | None = None) -> Block:
    """An ask in a list: its number where it has one, the request, how it stands, and how old it is."""
    ask = standing.ask
    words, labels = _words(prose, "asks/card", standing, today), prose.words("asks/buttons")
    counted = f"{number}. " if number else ""
    text = Phrase(f"{counted}{words.line}\n{words.about}")
    likeliest = _buttons.OFFERED[Status(ask.status)][:2]
    choices = [kit.option(labels.block(what), f"{what}:{ask.id}") for what in ("open", *likeliest, "edit")]
    return kit.section(text, accessory=kit.overflow(Ids.MORE, choices))


def listed(prose: Prose, overview: Overview, today: date, offset: int, *, ended: bool = False) -> kit.Message:
    """A page of the open asks, or of those that ended."""
    words = prose.words("asks/list", total=overview.total)
    other = kit.button(words.current, Ids.SHOW) if ended else kit.button(words.ended, Ids.ENDED)
    turns = [kit.button(words.back, Ids.NEWER, f"{ended:d}:{max(0, offset - PAGE)}")] if offset else []
    if offset + PAGE < overview.total:
        turns.append(kit.button(words.more, Ids.OLDER, f"{ended:d}:{offset + PAGE}"))
    heading = words.ended_heading if ended else words.heading
    if not overview.total:
        heading = words.none_ended if ended else words.empty
    last = kit.actions(*turns, kit.button(words.new, Ids.NEW), kit.button(words.year, Ids.YEAR), other)
    # What is asked about in the DM names this number, where the words of an ask may not stand.
    rows = [
        line(prose, one, today, None if ended else number)
        for number, one in enumerate(overview.asks, offset + 1)
    ]
    return kit.Message(words.text, [kit.section(heading), *rows, last], title=words.title)


def event_line(prose: Prose, event: AskEvent, today: date) -> Phrase:
    """One line of a timeline."""
    words = prose.words("asks/timeline", **_event_facts(prose, event, today))
    return Phrase(f"{words.on} · {words.block(event.what)}")


def _event_facts(prose: Prose, event: AskEvent, today: date) -> dict[str, object]:
    # Of a whole message its beginning is enough to know it again.
    most = GLANCE_LENGTH if event.what == What.SENT else DETAIL_LENGTH
    verdict = prose.words("asks/names").block(f"verdict_{event.verdict}") if event.verdict else None
    return {
        "event": event,
        "said": kit.clip(" ".join((event.text or "").split()), most),
        "day": _said(event.on, today),
        "before": _said(event.from_on, today),
        "then": _said(event.to_on, today),
        "verdict": verdict,
    }


def _words(prose: Prose, name: str, standing: Standing, today: date, **more: object) -> Words:
    """The words about one ask, with every date in words."""
    ask = standing.ask
    days = ("wanted_on", "asked_on", "promised_on", "follow_up_on", "reask_on", "closed_on")
    said = {f"{day.removesuffix('_on')}_said": _said(getattr(ask, day), today) for day in days}
    late = ask.status in asks.WAITS and ask.promised_on is not None and ask.promised_on < today
    request = kit.clip(" ".join(ask.words.split()), LINE_LENGTH)
    to = kit.clip(" ".join((ask.to or "").split()), LINE_LENGTH)
    status = prose.words("asks/names").block(ask.status)
    facts = {"ask": ask, "request": request, "to": to, "status": status, "late": late, "age": standing.age}
    return prose.words(name, **{**facts, **said, **more})


def _said(on: date | None, today: date) -> str | None:
    return dates.said(on, today) if on else None


def _coming(prose: Prose, whole: Whole) -> list[Block]:
    """When Sayso asks about it next."""
    if whole.coming is None:
        return []
    said, status = _said(whole.coming.on, whole.today), whole.standing.ask.status
    words = prose.words("asks/names", said=said, status=status)
    return [kit.context(words.block(f"coming_{whole.coming.kind.name}"))]


def _conditions(prose: Prose, whole: Whole) -> list[Block]:
    some = whole.standing.conditions
    if not some:
        return []
    words = prose.words("asks/conditions", left_out=max(len(some) - CONDITIONS, 0))
    rest = [kit.context(words.left_out)] if len(some) > CONDITIONS else []
    rows = [_condition(prose, one, whole.today) for one in some[:CONDITIONS]]
    return [kit.section(words.heading), *rows, *rest]


def _condition(prose: Prose, condition: Condition, today: date) -> Block:
    words = prose.words(
        "asks/conditions",
        condition=condition,
        said=kit.clip(condition.text, LINE_LENGTH),
        due=_said(condition.due_on, today),
        met=_said(condition.met_on, today),
        late=not condition.met_on and condition.due_on is not None and condition.due_on < today,
    )
    tick = (words.undo_met, Ids.CONDITION_OPEN) if condition.met_on else (words.set_met, Ids.CONDITION_MET)
    return kit.section(words.row, accessory=kit.button(*tick, condition.id))


def _timeline(prose: Prose, words: Words, whole: Whole) -> list[Block]:
    if not whole.events:
        return []
    newest = list(reversed(whole.events))
    lines = [Phrase(kit.clip(event_line(prose, one, whole.today), DETAIL_LENGTH)) for one in newest[:EVENTS]]
    left = len(newest) - EVENTS
    older = [prose.words("asks/card", left_out=left).older] if left > 0 else []
    return [kit.section(Phrase(kit.clip("\n".join([words.timeline, *lines, *older]), kit.SECTION_LENGTH)))]
