"""The bin: what a member took out, of every feature; it can be put back for 30 days, then it is gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from bot.core.errors import NotFound
from bot.domain import asks, feedback, goals, negotiations, pitches, setbacks, wins
from bot.storage.base import Record
from bot.storage.bins import Bin
from bot.storage.database import SystemSession
from bot.storage.handled import Handled
from bot.storage.session import MemberSession

KEPT_FOR = timedelta(days=30)

# A key of something done once is of no use any more when nothing can ask for it again.
HANDLED_FOR = timedelta(days=60)

# So many rows of a table go at once, so that no transaction is long.
BATCH = 500


KINDS: Mapping[str, Bin[Any]] = MappingProxyType(
    {
        "win": wins.BIN,
        "goal": goals.BIN,
        "ask": asks.BIN,
        "pitch": pitches.BIN,
        "negotiation": negotiations.BIN,
        "setback": setbacks.BIN,
        "feedback": feedback.BIN,
    }
)


@dataclass(frozen=True)
class Lying:
    """Something in the bin: of which kind, what it says, until when it can be put back."""

    kind: str
    id: str
    said: str | None
    until: datetime


async def page(session: MemberSession, *, size: int, offset: int = 0) -> tuple[Sequence[Lying], int]:
    """A page of what lies in the bin, the last taken out first, and how much there is in all."""
    since = session.now - KEPT_FOR
    found: list[tuple[datetime, str, str]] = []
    for name, kind in KINDS.items():
        rows = await session.execute(
            select(kind.record.deleted_at, kind.record.id).where(kind.record.deleted_at > since)
        )
        found += [(deleted_at, name, row_id) for deleted_at, row_id in rows if deleted_at]
    newest_first = sorted(found, reverse=True)[offset : offset + size]
    return [await _lying(session, *one) for one in newest_first], len(found)


async def restore(session: MemberSession, kind: str, row_id: str) -> str | None:
    """Put one back; what it says. NotFound for what is not the member's own, or of no kind that lies here."""
    if kind not in KINDS:
        raise NotFound("old_button")
    return KINDS[kind].said(await KINDS[kind].restore(session, row_id))


async def empty(session: SystemSession) -> int:
    """Let go of what has lain in the bins of all members for 30 days, a batch of each kind; how many rows went."""
    gone = await _let_go(session, Handled, Handled.created_at < session.now - HANDLED_FOR)
    for kind in KINDS.values():
        gone += await _let_go(session, kind.record, kind.record.deleted_at < session.now - KEPT_FOR)
    return gone


async def _let_go(session: SystemSession, record: type[Record], long_ago: ColumnElement[bool]) -> int:
    ids = (await session.scalars(select(record.id).where(long_ago).limit(BATCH))).all()
    if ids:
        await session.execute(delete(record).where(record.id.in_(ids)))
    return len(ids)


async def _lying(session: MemberSession, deleted_at: datetime, name: str, row_id: str) -> Lying:
    kind = KINDS[name]
    return Lying(name, row_id, kind.said(await session.mine(kind.record, row_id)), deleted_at + KEPT_FOR)
