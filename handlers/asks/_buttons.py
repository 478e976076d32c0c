"""Which buttons stand under an ask: what can be done where it stands, and what follows a change of it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from bot.core.prose import Words
from bot.domain import asks
from bot.domain.asks import Ask, AskEvent, Draft, Rung, Status, What
from handlers import kit
from handlers.asks._ids import Ids
from handlers.kit import Block, Element
from handlers.negotiations import Ids as Negotiations
from handlers.setbacks import Ids as Setbacks

# By which button each deed is done; its label is the block of that name in templates/asks/buttons.j2.
DEEDS: Mapping[str, StrEnum] = MappingProxyType(
    {
        "turn": Ids.EDIT,
        "asked": Ids.ASKED,
        "promised": Ids.PROMISED,
        "verdict": Ids.VERDICT,
        "met": Ids.MET,
        "partly": Ids.PARTLY,
        "missed": Ids.MISSED,
        "nothing_yet": Ids.MISSED,
        "moved": Ids.MOVED,
        "not_now": Ids.NOT_NOW,
        "declined": Ids.DECLINED,
        "withdraw": Ids.WITHDRAW,
        "drop": Ids.WITHDRAW,
        "reopen": Ids.REOPEN,
        "draft": Ids.DRAFT,
        "direct": Ids.DIRECT,
        "escalate": Ids.ESCALATE,
        "fallback": Ids.FALLBACK,
        "clarity": Ids.CLARITY,
        "confirm": Ids.CONFIRM,
        "setback": Setbacks.NEW,
        "prepare": Negotiations.PREPARE,
        "edit": Ids.EDIT,
        "date": Ids.CHANGE_DATE,
        "link": Ids.LINK,
        "note": Ids.NOTE,
        "open": Ids.OPEN,
        "delete": Ids.UNDO,
        "undo": Ids.UNDO,
    }
)

# What is offered where an ask stands, the likeliest first; whoever adds a deed for a state names it here.
OFFERED: Mapping[Status, Sequence[str]] = MappingProxyType(
    {
        Status.DRAFT: ("turn",),
        Status.PLANNED: ("asked", "promised", "verdict", "not_now"),
        Status.ASKED: ("verdict", "promised", "met", "nothing_yet", "not_now", "declined"),
        Status.PROMISED: ("met", "partly", "missed", "moved", "verdict", "not_now", "declined"),
        Status.PARTLY_MET: ("met", "missed", "moved", "verdict", "declined"),
        Status.NOT_NOW: ("asked", "promised", "verdict", "declined"),
        Status.MET: ("reopen",),
        Status.DECLINED: ("reopen", "setback"),
        Status.WITHDRAWN: ("reopen",),
    }
)

# The message that is offered on each rung, and beside it; the third is a choice.
ON_RUNG: Mapping[Rung, Sequence[str]] = MappingProxyType(
    {Rung.POLITE: ("draft",), Rung.DIRECT: ("direct",), Rung.CHOICE: ("escalate", "fallback", "drop")}
)


def of_card(words: Words, ask: Ask, *, hazy: bool, all_met: bool) -> list[Block]:
    """Everything that can be done about an ask where it stands."""
    first = [
        _button(words, name, ask, main=not number) for number, name in enumerate(OFFERED[Status(ask.status)])
    ]
    # The third rung of the ladder offers to let go, which is the same.
    leave = [] if ask.status in asks.WAITS and asks.rung(ask.misses) is Rung.CHOICE else ["withdraw"]
    ahead = ["prepare", *leave] if ask.is_open else []
    rest = [_button(words, name, ask) for name in ("edit", "link", "note", *ahead, "delete")]
    return [kit.actions(*first), *_drafts(words, ask, hazy=hazy, all_met=all_met), kit.actions(*rest)]


def after_saving(words: Words, ask: Ask) -> Block:
    """What can be done about an ask that was saved or edited."""
    first = ("asked",) if ask.status == Status.PLANNED else ()
    names = (*first, "date", "edit", "link", "undo", "open")
    return kit.actions(*(_button(words, name, ask) for name in names))


def after_event(words: Words, ask: Ask, event: AskEvent, *, hazy: bool, all_met: bool) -> Block:
    """What follows a change, with its Undo; whoever offers more after a change adds it here."""
    names = ["clarity"] if hazy else []
    names += ["confirm"] if all_met and ask.is_open else []
    if event.what == What.MISSED and (rung := asks.rung(ask.misses)):
        names += ON_RUNG[rung]
    follow = [_button(words, name, ask, main=not number) for number, name in enumerate(names)]
    back = kit.button(words.undo, Ids.TAKE_BACK, event.id)
    day = [kit.button(words.date, Ids.CHANGE_DAY, event.id)] if asks.names_day(event) else []
    return kit.actions(*follow, *day, _button(words, "open", ask), back)


def _drafts(words: Words, ask: Ask, *, hazy: bool, all_met: bool) -> list[Block]:
    """The messages that fit an ask as it stands."""
    names: Sequence[str] = ["draft"] if asks.fitting(ask) is Draft.REASK else []
    if ask.status in asks.WAITS:
        names = ON_RUNG[asks.rung(ask.misses) or Rung.POLITE]
    if ask.is_open:
        names = [*(["confirm"] if all_met else []), *(["clarity"] if hazy else []), *names]
    return [kit.actions(*(_button(words, name, ask) for name in names))] if names else []


def _button(words: Words, name: str, ask: Ask, *, main: bool = False) -> Element:
    return kit.button(words.block(name), DEEDS[name], ask.id, style="primary" if main else None)
