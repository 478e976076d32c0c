"""Claims: what is due, taken in batches by any number of workers, and what became of it, written in batches.

One transaction claims: it locks the members whose nudges are due (a locked one is another worker's, or busy
with a request, and is left for the next look), decides by the rules and the pace, and marks what goes out
with a random key. A second one records the outcome and plans the next turn. Both work on rows, not on
objects: a batch costs a handful of statements, whatever its size.
"""

import json
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, case, exists, false, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.nudges import rules
from bot.domain.nudges.around import around_of, asks
from bot.domain.nudges.claim import Claim, Look
from bot.domain.nudges.nudge import State
from bot.domain.nudges.outcomes import plan_next
from bot.domain.nudges.pace import Slots
from bot.domain.nudges.rules import Around
from bot.domain.nudges.tables import (
    BATCH,
    IS_DUE,
    MEMBERS,
    NUDGES,
    SPACES,
    WITH_MEMBERS,
    WORKSPACES,
    Due,
    by_member,
    dues,
    listed,
)
from bot.storage.database import SystemSession
from bot.storage.identity import Principal, Stop
from bot.storage.types import UtcDateTime

# A slot that passed longer ago than this is given anew.
SLOT_LASTS = timedelta(seconds=10)

# A workspace whose calls take long gets no more of them for a while.
BUSY = timedelta(seconds=5)

_DUE = (
    WITH_MEMBERS.where(IS_DUE, ~exists().where(Stop.id == Stop.EVERYWHERE))
    .order_by(NUDGES.c.due_at)
    .limit(bindparam("limit"))
    .with_for_update(of=MEMBERS, skip_locked=True, key_share=True)
)
_MOVE = (
    update(NUDGES)
    .where(NUDGES.c.id == bindparam("nudge_id"), NUDGES.c.state == State.WAITING.value)
    .values(due_at=bindparam("at"), paced=bindparam("by_pace"))
)
_TAKE_SLOTS = (
    update(WORKSPACES)
    .where(WORKSPACES.c.id == bindparam("workspace_id"))
    .values(next_slot_at=bindparam("free_at"))
)


@dataclass(frozen=True)
class _Listed:
    """Statements about a list of ids."""

    open_ones: Any
    mark: Any
    miss: Any


@cache
def _of_listed(dialect: str) -> _Listed:
    these = NUDGES.c.id.in_(listed(dialect))
    waiting = NUDGES.c.state == State.WAITING.value
    claimed = update(NUDGES).values(
        state=State.CLAIMED.value,
        key=bindparam("key"),
        claimed_at=bindparam("now"),
        spent_at=case(
            (NUDGES.c.id.in_(listed(dialect, "of_budget")), bindparam("now", type_=UtcDateTime)),
            else_=NUDGES.c.spent_at,
        ),
        attempts=NUDGES.c.attempts + 1,
        error=None,
        paced=false(),
    )
    return _Listed(
        # Asked by member, not by time: "not closed" cannot be read from the index of what is due.
        open_ones=select(NUDGES.c.id).where(
            NUDGES.c.member_id.in_(listed(dialect)),
            NUDGES.c.state.not_in([state.value for state in State if state is not State.WAITING]),
            NUDGES.c.due_at <= bindparam("now"),
        ),
        mark=claimed.where(these, waiting).returning(NUDGES.c.id),
        miss=update(NUDGES).where(these, waiting).values(state=State.MISSED.value, error="late"),
    )


async def claim_due(
    session: SystemSession, *, ceiling: float, limit: int = BATCH, busy: Collection[str] = ()
) -> Look:
    """Deal with what is due now, at most `limit` nudges: claim what goes out, move what waits, drop the late.

    `ceiling` is the most messages a second for one workspace; a workspace (id) in `busy` gets none now.
    """
    now, connection = session.now, await session.connection()
    rows = dues((await connection.execute(_DUE, {"now": now, "limit": limit})).all())
    if not rows:
        return Look()
    groups = by_member(rows)
    if len(rows) == limit:
        await _complete(connection, groups, rows, now)
    spaces = await _spaces(connection, groups.values(), ceiling, now)
    around = await around_of(connection, groups, now)
    batch = _Batch(now)
    for member_id, group in groups.items():
        batch.add(group, spaces[group[0].workspace_id], around.get(member_id, _QUIET), busy)
    await batch.write(connection, spaces.values())
    return Look(len(rows), batch.claims, [row.kind for row in batch.late])


_QUIET = Around()


@dataclass
class _Space:
    team_id: str
    id: str
    slots: Slots


@dataclass
class _Batch:
    """What one look decided, member by member, until it is written."""

    now: datetime
    key: str = field(default_factory=lambda: secrets.token_hex(16))
    claims: list[Claim] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    late: list[Due] = field(default_factory=list)
    _goes_out: set[object] = field(default_factory=set)

    def add(self, group: Sequence[Due], space: _Space, around: Around, busy: Collection[str]) -> None:
        sent = self._decided(group, around)
        if not sent:
            return None
        if space.id in busy:
            return self._move([(row, self.now + BUSY) for row in sent])
        # A reserved slot that has come is used, unless the workspace is held by now, or nobody looked for long:
        # then all that passed meanwhile would go out at once.
        reserved = space.slots.held_until is None and self._have_slots(sent)
        slot = self.now if reserved else space.slots.reserve()
        if not space.slots.is_now(slot):
            return self._move([(row, slot) for row in sent], by_pace=True)
        first = group[0]
        who = Principal(space.team_id, first.user_id)
        self.claims.append(
            Claim(self.key, who, first.member_id, space.id, first.member, first.dm_channel, tuple(sent))
        )
        return None

    def _have_slots(self, rows: Iterable[Due]) -> bool:
        return any(row.paced and self.now - row.due_at < SLOT_LASTS for row in rows)

    def _decided(self, group: Sequence[Due], around: Around) -> Sequence[Due]:
        """What of one member's may be sent now, by the rules; the rest is moved, or too late."""
        first = group[0]
        # A crowd is asked the same at the same time, so what the rules say of one they say of all who live alike;
        # where the budget has a say, it depends on what else each of them was asked.
        alike = (first.kind, first.planned_at, first.member, first.asked_at is None)
        if len(group) == 1 and alike in self._goes_out:
            return group
        decision = rules.decide(first.member, group, around, self.now)
        self.late += decision.late
        self._move(decision.move)
        if len(group) == len(decision.send) == 1 and not asks(first):
            self._goes_out.add(alike)
        return decision.send

    def _move(self, moves: Iterable[tuple[Due, datetime]], *, by_pace: bool = False) -> None:
        self.moves += [{"nudge_id": row.id, "at": at, "by_pace": by_pace} for row, at in moves]

    async def write(self, connection: AsyncConnection, spaces: Iterable[_Space]) -> None:
        slots = [
            {"workspace_id": space.id, "free_at": space.slots.free_at}
            for space in spaces
            if space.slots.changed
        ]
        if slots:
            await connection.execute(_TAKE_SLOTS, slots)
        if self.moves:
            await connection.execute(_MOVE, self.moves)
        if self.late:
            ids = json.dumps([row.id for row in self.late])
            await connection.execute(_of_listed(connection.dialect.name).miss, {"ids": ids})
            await plan_next(connection, self.late, self.now, sent=False)
        if self.claims:
            await self._mark(connection)

    async def _mark(self, connection: AsyncConnection) -> None:
        wanted = [part.id for claim in self.claims for part in claim.parts]
        of_budget = [
            part.id
            for claim in self.claims
            if asks(claim.parts[0]) and all(map(asks, claim.parts))
            for part in claim.parts
        ]
        mark = _of_listed(connection.dialect.name).mark
        given = {
            "ids": json.dumps(wanted),
            "of_budget": json.dumps(of_budget),
            "key": self.key,
            "now": self.now,
        }
        marked = await connection.execute(mark, given)
        ours = {row_id for (row_id,) in marked.all()}
        if len(ours) < len(wanted):
            # Another worker was between our look and our lock; what it took is no longer waiting.
            self.claims = [claim for claim in self.claims if ours.issuperset(claim.nudge_ids)]


async def _complete(
    connection: AsyncConnection, groups: dict[str, list[Due]], rows: Sequence[Due], now: datetime
) -> None:
    """Where a look ended within a member's nudges, the rest of them belong into the same message."""
    statement = _of_listed(connection.dialect.name).open_ones
    found = await connection.execute(statement, {"ids": json.dumps(list(groups)), "now": now})
    missing = {row_id for (row_id,) in found.all()}.difference(row.id for row in rows)
    if missing:
        these = WITH_MEMBERS.where(NUDGES.c.id.in_(missing), IS_DUE)
        rest = await connection.execute(these, {"now": now})
        for row in dues(rest.all()):
            groups[row.member_id].append(row)


async def _spaces(
    connection: AsyncConnection, groups: Iterable[Sequence[Due]], ceiling: float, now: datetime
) -> dict[str, _Space]:
    ids = sorted({group[0].workspace_id for group in groups})
    found = await connection.execute(SPACES, {"ids": ids})
    return {row.id: _Space(row.team_id, row.id, Slots(row, ceiling, now, held=row.stopped)) for row in found}


async def backlog(session: SystemSession, *, at_most: int = 100_000) -> tuple[int, float]:
    """How many nudges are due (counted up to `at_most`), and for how many seconds the oldest has been."""
    connection, now = await session.connection(), session.now
    due = select(NUDGES.c.due_at).where(IS_DUE, ~exists().where(Stop.id == Stop.EVERYWHERE))
    found = due.order_by(NUDGES.c.due_at).limit(at_most).subquery()
    count, oldest = (
        await connection.execute(select(func.count(), func.min(found.c.due_at)), {"now": now})
    ).one()
    return count, (now - oldest).total_seconds() if count else 0.0
