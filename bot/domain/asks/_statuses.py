"""The states of an ask as a table: which can follow which, and what a person can do in each."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.core.errors import NotFound
from bot.domain.asks._records import Ask, Status

_AFTER_A_TALK = frozenset({Status.ASKED, Status.PROMISED, Status.DECLINED, Status.NOT_NOW, Status.WITHDRAWN})
_CAME = frozenset({Status.PARTLY_MET, Status.MET})
_REOPENED = frozenset({Status.PLANNED, Status.ASKED, Status.PROMISED})

FOLLOWS: Mapping[Status, frozenset[Status]] = MappingProxyType(
    {
        Status.DRAFT: frozenset({Status.DRAFT, Status.PLANNED, Status.ASKED, Status.WITHDRAWN}),
        Status.PLANNED: _AFTER_A_TALK | {Status.DRAFT, Status.PLANNED},
        Status.ASKED: _AFTER_A_TALK | _CAME,
        Status.PROMISED: _AFTER_A_TALK | _CAME,
        Status.PARTLY_MET: _AFTER_A_TALK | _CAME,
        Status.NOT_NOW: _AFTER_A_TALK | _CAME,
        Status.MET: _REOPENED,
        Status.DECLINED: _REOPENED,
        Status.WITHDRAWN: _REOPENED | {Status.DRAFT},
    }
)

# The states in which an answer is waited for, so that it can fail to come.
WAITS = frozenset({Status.ASKED, Status.PROMISED, Status.PARTLY_MET})


def can_become(status: str, then: Status) -> bool:
    """Whether one state can follow another."""
    return then in FOLLOWS[Status(status)]


def become(ask: Ask, then: Status) -> None:
    """Let an ask stand elsewhere; NotFound where that cannot follow, as for a button of an older message."""
    if not can_become(ask.status, then):
        raise NotFound("ask_moved_on")
    ask.status = then.value


def reopened(ask: Ask) -> Status:
    """Where an ask that ended stands when it is open again."""
    if not ask.request:
        return Status.DRAFT
    if ask.promised_on and ask.status == Status.MET:
        return Status.PROMISED
    # What was promised may have no day on which it was asked.
    return Status.ASKED if ask.asked_on or ask.promised_on or ask.promised else Status.PLANNED
