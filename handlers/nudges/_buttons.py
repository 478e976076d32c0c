"""What each kind of nudge offers beside Snooze, Skip and its menu, as rows; the first button is what it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from bot.core.prose import Words
from bot.domain import nudges
from bot.domain.nudges import Kind
from handlers import kit
from handlers.asks import Ids as Asks
from handlers.feedback import Ids as Feedback
from handlers.goals import Ids as Goals
from handlers.kit import Element
from handlers.nudges._ids import Ids
from handlers.pitches import Ids as Pitches
from handlers.reviews import Ids as Reviews
from handlers.setbacks import Ids as Setbacks
from handlers.wins import Ids as Wins


class Asked(Protocol):
    """What the buttons of a part need to know of it."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...


def _subject(part: Asked) -> str | None:
    return part.subject


def _itself(part: Asked) -> str | None:
    return part.id


def _nothing(_part: Asked) -> str | None:
    return None


def _win(part: Asked) -> str | None:
    return f"win:{part.subject}"


@dataclass(frozen=True)
class _Offer:
    """A button: the block of its words, what it does, and what its click carries."""

    words: str
    action: StrEnum
    carries: Callable[[Asked], str | None] = _subject


_ROWS: tuple[tuple[Kind, tuple[_Offer, ...]], ...] = (
    (nudges.CHECK_IN, (_Offer("answer", Reviews.ANSWER, _itself), _Offer("nothing", Ids.NOTHING, _itself))),
    (nudges.ONBOARDING, (_Offer("act", Wins.LOG, _nothing),)),
    (nudges.LOG_WIN, (_Offer("act", Wins.LOG, _nothing),)),
    (nudges.MISSING_RESULT, (_Offer("act", Wins.ADD_IMPACT), _Offer("waive", Ids.WAIVE, _itself))),
    (nudges.MILESTONE, (_Offer("act", Goals.STEP_DONE), _Offer("move", Goals.STEP_MOVE))),
    (nudges.STALE_GOAL, (_Offer("act", Goals.PROGRESS), _Offer("open", Goals.OPEN))),
    (nudges.REASSESS, (_Offer("act", Goals.REASSESS, _nothing),)),
    (
        nudges.PROMISE,
        (
            _Offer("act", Asks.MET),
            _Offer("partly", Asks.PARTLY),
            _Offer("no", Asks.MISSED),
            _Offer("move", Asks.MOVED),
            _Offer("open", Asks.OPEN),
        ),
    ),
    (
        nudges.FOLLOW_UP,
        (_Offer("act", Asks.VERDICT), _Offer("no", Asks.MISSED), _Offer("open", Asks.OPEN)),
    ),
    (nudges.CONDITION, (_Offer("act", Asks.CONDITION_MET), _Offer("open", Asks.OPEN_CONDITION))),
    (nudges.REASK, (_Offer("act", Asks.DRAFT), _Offer("asked", Asks.ASKED), _Offer("open", Asks.OPEN))),
    (nudges.STALE_NEED, (_Offer("act", Asks.OPEN),)),
    (nudges.SETBACK, (_Offer("act", Setbacks.OPEN),)),
    (nudges.FEEDBACK, (_Offer("act", Feedback.NEW, _nothing),)),
    (
        nudges.FEEDBACK_REQUEST,
        (
            _Offer("answer", Feedback.ANSWER),
            _Offer("not_now", Feedback.NOT_NOW),
            _Offer("decline", Feedback.DECLINE),
            _Offer("never", Feedback.NEVER),
            _Offer("explain", Feedback.EXPLAIN),
        ),
    ),
    (nudges.FEEDBACK_ANSWER, (_Offer("act", Feedback.INBOX, _nothing),)),
    (nudges.FEEDBACK_SILENT, (_Offer("act", Feedback.CLOSE), _Offer("again", Feedback.AGAIN))),
    (nudges.FRESH_FEEDBACK, (_Offer("act", Feedback.NEW, _win),)),
    (nudges.ACTION_CHECK, (_Offer("act", Feedback.CHECK),)),
)

# The first week's lesson about drafts opens another form than the one about wins.
_FIRST_DRAFT = (_Offer("act", Pitches.NEW, _nothing),)

OFFERS: Mapping[str, tuple[_Offer, ...]] = MappingProxyType(
    {**{kind.name: offers for kind, offers in _ROWS}, f"{nudges.ONBOARDING.name}:pitch": _FIRST_DRAFT}
)

# These say everything by their own buttons: no Snooze, Skip and menu, which only a user of Sayso knows.
SAY_EVERYTHING = frozenset({nudges.FEEDBACK_REQUEST.name})


def of(words: Words, part: Asked, *, main: bool = False) -> list[Element]:
    """The buttons of a part; the first one has the colour where the part is the `main` one of its message."""
    offers = OFFERS.get(f"{part.kind}:{part.subject}") or OFFERS[part.kind]
    return [
        kit.button(
            words.block(one.words),
            one.action,
            one.carries(part),
            style="primary" if main and not number else None,
        )
        for number, one in enumerate(offers)
    ]
