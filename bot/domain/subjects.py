"""Subjects: what the things are called that nudges are about, for Home and for those who want details in DMs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import select

from bot.domain import asks
from bot.domain.asks import Ask, Condition, Place
from bot.domain.feedback import Received
from bot.domain.goals import Goal, Milestone
from bot.domain.nudges import (
    ACTION_CHECK,
    CHECK_IN,
    CONDITION,
    FEEDBACK,
    FEEDBACK_ANSWER,
    FEEDBACK_REQUEST,
    FEEDBACK_SILENT,
    FOLLOW_UP,
    FRESH_FEEDBACK,
    LOG_WIN,
    MILESTONE,
    MISSING_RESULT,
    ONBOARDING,
    PROMISE,
    REASK,
    REASSESS,
    SETBACK,
    STALE_GOAL,
    STALE_NEED,
)
from bot.domain.wins import Win
from bot.storage.base import Owned
from bot.storage.session import MemberSession


class About(Protocol):
    """What has a kind and a subject: a nudge, a part of a message, a row of what comes."""

    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...


Title = Callable[[Any], str | None]

_RECORDS: Mapping[type[Owned], Title] = MappingProxyType(
    {
        Win: lambda win: win.title,
        Goal: lambda goal: goal.statement,
        Milestone: lambda milestone: milestone.title,
        Ask: lambda ask: ask.words,
        Condition: lambda condition: condition.text,
        Received: lambda received: received.action,
    }
)

# The record that a kind's subject names.
RECORD_OF: Mapping[str, type[Owned]] = MappingProxyType(
    {
        **{kind.name: Win for kind in (MISSING_RESULT, FRESH_FEEDBACK)},
        **{kind.name: Ask for kind in (PROMISE, FOLLOW_UP, REASK, STALE_NEED)},
        MILESTONE.name: Milestone,
        STALE_GOAL.name: Goal,
        CONDITION.name: Condition,
        ACTION_CHECK.name: Received,
    }
)

# About nothing by itself; or about what is never named: a setback, and whom one asked or who asks.
UNNAMED = frozenset(
    kind.name
    for kind in (
        *(CHECK_IN, ONBOARDING, LOG_WIN, FEEDBACK, REASSESS, SETBACK),
        *(FEEDBACK_REQUEST, FEEDBACK_ANSWER, FEEDBACK_SILENT),
    )
)

# Kinds that are about one of the asks.
_PLACED = frozenset(name for name, record in RECORD_OF.items() if record in {Ask, Condition})


@dataclass(frozen=True)
class Naming:
    """What a message may say of the things its parts are about, by their ids: their names, or only where they stand."""

    titles: Mapping[str, str]
    places: Mapping[str, Place]


UNKNOWN = Naming({}, {})


def can_be_placed(some: Iterable[About]) -> bool:
    """Whether any of these is about one of several things that stand in a numbered list."""
    return any(one.kind in _PLACED for one in some)


async def naming(session: MemberSession, some: Iterable[About], *, named: bool) -> Naming:
    """The names of what these are about for those who want them in DMs; else the places, which are not private."""
    if named:
        return Naming(await called(session, some), {})
    placed = [one.subject for one in some if one.kind in _PLACED]
    return Naming({}, await asks.places(session, placed) if placed else {})


async def called(session: MemberSession, some: Iterable[About]) -> Mapping[str, str]:
    """What the things are called that these are about, by their ids."""
    wanted: dict[type[Owned], set[str]] = {}
    for one in some:
        if one.kind in RECORD_OF:
            wanted.setdefault(RECORD_OF[one.kind], set()).add(one.subject)
    titles: dict[str, str] = {}
    for record, ids in wanted.items():
        for row in await session.scalars(select(record).where(record.id.in_(ids))):
            if title := _RECORDS[record](row):
                titles[row.id] = title
    return titles
