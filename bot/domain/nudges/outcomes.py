"""Outcomes: what became of claims, written in batches together with the next turns and the workspaces' pace."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, case, delete, exists, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import periods
from bot.core.periods import Occurrence
from bot.domain.nudges import batches, pace, rules
from bot.domain.nudges.claim import Claim, Hold, Outcome, Part
from bot.domain.nudges.kinds import KINDS
from bot.domain.nudges.nudge import State
from bot.domain.nudges.tables import IS_CLAIMED, MEMBERS, NUDGES, SPACES, WORKSPACES
from bot.storage.base import new_ids
from bot.storage.database import SystemSession

_DAY = timedelta(days=1)
_OURS = and_(
    NUDGES.c.id == bindparam("nudge_id"),
    IS_CLAIMED,
    NUDGES.c.key == bindparam("our_key"),
    NUDGES.c.attempts == bindparam("our_attempts"),
)
# What certainly did not go out takes no room in the budget; what came before that, and was snoozed, did.
_GIVEN_BACK = case((NUDGES.c.asked_at.is_not(None), NUDGES.c.spent_at))
_AGAIN = (
    update(NUDGES)
    .where(_OURS)
    .values(
        state=State.WAITING.value,
        key=None,
        due_at=bindparam("at"),
        error=bindparam("why"),
        spent_at=_GIVEN_BACK,
    )
)
_BACK = NUDGES.alias()
_MAKE_WAY = delete(NUDGES).where(
    NUDGES.c.member_id == bindparam("whose"),
    NUDGES.c.kind == bindparam("of_kind"),
    NUDGES.c.subject == bindparam("about"),
    NUDGES.c.state == State.WAITING.value,
    NUDGES.c.asked_at.is_(None),
    exists().where(
        _BACK.c.id == bindparam("nudge_id"),
        _BACK.c.state == State.CLAIMED.value,
        _BACK.c.key == bindparam("our_key"),
        _BACK.c.attempts == bindparam("our_attempts"),
    ),
)
_CLOSE = (
    update(NUDGES)
    .where(_OURS)
    .values(
        state=bindparam("closed_as"),
        error=bindparam("why"),
        # Of what nobody can tell it may have arrived.
        spent_at=case((bindparam("closed_as") == State.MISSED.value, _GIVEN_BACK), else_=NUDGES.c.spent_at),
    )
)
_FOUND_DM = update(MEMBERS).where(MEMBERS.c.id == bindparam("whose")).values(dm_channel=bindparam("channel"))
_LOSE = update(MEMBERS).where(MEMBERS.c.id == bindparam("whose")).values(unreachable=bindparam("why"))


async def settle(
    session: SystemSession, outcomes: Sequence[Outcome], holds: Mapping[str, Hold], *, ceiling: float
) -> None:
    """Record what became of claims, plan the next turns, and hold the workspaces (by id) that asked for it.

    A claim that another worker has taken over meanwhile is left to it.
    """
    connection = await session.connection()
    again = [one for one in outcomes if one.state is State.WAITING]
    # Members, then workspaces, then nudges: the order in which everybody locks.
    if again:
        await _lock(connection, outcomes)
    await _tell_members(connection, outcomes)
    await _hold(connection, holds, session.now, ceiling)
    sent = [one for one in outcomes if one.state is State.SENT]
    if sent:
        places = [
            (part.id, one.claim.key, part.attempts + 1, one.ts) for one in sent for part in one.claim.parts
        ]
        statement = batches.of(connection).sent
        await connection.execute(statement, {"now": session.now, "given": json.dumps(places)})
    if again:
        await _make_way(connection, again)
        await connection.execute(
            _AGAIN, [{**ours, "at": one.at, "why": one.error} for one in again for ours in _keys(one.claim)]
        )
    closed = [one for one in outcomes if one.state not in (State.SENT, State.WAITING)]
    if closed:
        await connection.execute(
            _CLOSE,
            [
                {**ours, "closed_as": one.state.value, "why": one.error}
                for one in closed
                for ours in _keys(one.claim)
            ],
        )
    await plan_next(connection, _parts(sent), session.now, sent=True)
    await plan_next(connection, _parts(closed), session.now, sent=False)


async def release(session: SystemSession, team_id: str) -> None:
    """Let what waited for a workspace's slot be looked at again, now."""
    connection = await session.connection()
    found = select(WORKSPACES.c.id).where(WORKSPACES.c.team_id == team_id)
    workspace_id = (await connection.execute(found)).scalar()
    if workspace_id is not None:
        freed = {"held_until": None, "next_slot_at": None}
        await connection.execute(update(WORKSPACES).where(WORKSPACES.c.id == workspace_id).values(freed))
        await _give_slots_back(connection, workspace_id, session.now)


def _keys(claim: Claim) -> list[dict[str, Any]]:
    return [
        {"nudge_id": part.id, "our_key": claim.key, "our_attempts": part.attempts + 1} for part in claim.parts
    ]


def _parts(outcomes: Iterable[Outcome]) -> list[Part]:
    return [part for one in outcomes if not one.unreachable for part in one.claim.parts]


async def plan_next(connection: AsyncConnection, rows: Iterable[Part], now: datetime, *, sent: bool) -> None:
    """The next turn of everything that comes back; one that is planned already stays as it is."""
    turns = _next_turns(rows, now, sent=sent)
    if not turns:
        return
    batch, moment = batches.of(connection), cache(batches.of(connection).moment)
    planned = []
    for (row, (at, on, unanswered)), new_id in zip(turns, new_ids(len(turns)), strict=True):
        due_at = at + timedelta(seconds=row.offset_seconds) if row.offset_seconds else at
        planned.append((row.id, new_id, on, moment(at), moment(due_at), unanswered))
    await connection.execute(batch.plan, {"now": now, "given": json.dumps(planned)})


_Next = tuple[datetime, str, int]


def _next_turns(rows: Iterable[Part], now: datetime, *, sent: bool) -> list[tuple[Part, _Next]]:
    """When each comes next, for which date, and how many had no answer by then."""
    turns = []
    # What was asked of many at once comes next at once too, for all who live alike.
    known: dict[tuple[object, ...], _Next | None] = {}
    for row in rows:
        alike = (row.kind, row.member, row.local_on, row.unanswered, None if sent else row.planned_at)
        if alike not in known:
            known[alike] = _next_turn(row, now, sent=sent)
        if (turn := known[alike]) is not None:
            turns.append((row, turn))
    return turns


def _next_turn(row: Part, now: datetime, *, sent: bool) -> _Next | None:
    # Whoever never saw it has not left it unanswered.
    unanswered = row.unanswered + 1 if sent else row.unanswered
    today = periods.local_date(now, rules.zone(row.member))
    last_on = max(row.local_on, today) if sent else row.local_on
    turn = _turn(row, now if sent else _missed_since(row, now), last_on, unanswered)
    return None if turn is None else (turn.at, turn.on.isoformat(), unanswered)


def _missed_since(row: Part, now: datetime) -> datetime:
    """From when on a turn still counts after one that did not go out: whoever was away for weeks gets this week's."""
    kind = KINDS.get(row.kind)
    return max(row.planned_at, now - kind.useful_for) if kind and kind.every else now


def _turn(row: Part, now: datetime, last_on: date | None, unanswered: int) -> Occurrence | None:
    kind = KINDS.get(row.kind)
    if kind is None:
        return None
    return rules.next_turn(kind, row.member, last_on=last_on, now=now, unanswered=unanswered)


async def _lock(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    whose = {one.claim.member_id for one in outcomes}
    mine = select(MEMBERS.c.id).where(MEMBERS.c.id.in_(whose)).order_by(MEMBERS.c.id)
    await connection.execute(mine.with_for_update(key_share=True))


async def _make_way(connection: AsyncConnection, again: Iterable[Outcome]) -> None:
    """One is planned at a time, so what the member's settings planned meanwhile makes way for what comes back."""
    back = [
        {**ours, "whose": one.claim.member_id, "of_kind": part.kind, "about": part.subject}
        for one in again
        for part, ours in zip(one.claim.parts, _keys(one.claim), strict=True)
        if part.asked_at is None
    ]
    if back:
        await connection.execute(_MAKE_WAY, back)


async def _tell_members(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    opened = [
        {"whose": one.claim.member_id, "channel": one.channel}
        for one in outcomes
        if one.channel and one.channel != one.claim.channel
    ]
    if opened:
        await connection.execute(_FOUND_DM, sorted(opened, key=lambda given: str(given["whose"])))
    lost = [{"whose": one.claim.member_id, "why": one.error} for one in outcomes if one.unreachable]
    if lost:
        await connection.execute(_LOSE, sorted(lost, key=lambda given: str(given["whose"])))


async def _hold(
    connection: AsyncConnection, holds: Mapping[str, Hold], now: datetime, ceiling: float
) -> None:
    if not holds:
        return
    for row in (await connection.execute(SPACES, {"ids": sorted(holds)})).all():
        hold = holds[row.id]
        until = max(hold.until, pace.ahead(row.held_until, now) or hold.until)
        changed: dict[str, Any] = {"held_until": until, "next_slot_at": until}
        if hold.slower:
            after = pace.slower(row, ceiling, now)
            changed |= {"per_second": after.per_second, "slowed_at": after.slowed_at}
        await connection.execute(update(WORKSPACES).where(WORKSPACES.c.id == row.id).values(changed))
        await _give_slots_back(connection, row.id, now)


async def _give_slots_back(connection: AsyncConnection, workspace_id: str, now: datetime) -> None:
    inside = select(MEMBERS.c.id).where(MEMBERS.c.workspace_id == workspace_id)
    await connection.execute(
        update(NUDGES)
        .where(
            NUDGES.c.state == State.WAITING.value, NUDGES.c.paced == true(), NUDGES.c.member_id.in_(inside)
        )
        .values(paced=False, due_at=now)
    )
