"""Mends: plans that a wrong clock led astray, or that are missing, found member by member and put right."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import periods
from bot.core.periods import Every, Occurrence
from bot.domain.nudges import rules
from bot.domain.nudges.kinds import KINDS, Kind
from bot.domain.nudges.nudge import State
from bot.domain.nudges.rules import Habits
from bot.domain.nudges.tables import MEMBERS, NUDGES, by_member
from bot.storage.base import new_id
from bot.storage.database import SystemSession

_DAY = timedelta(days=1)

# So many members are looked at in one transaction, which their own requests wait for.
MENDED = 100

# Nothing that comes back lies further ahead than its own pace, and a day for the person's days.
_REACH: dict[Every, timedelta] = {"week": 8 * _DAY, "two_weeks": 15 * _DAY, "month": 37 * _DAY}

# A date that is taken makes way for the next; nobody has more of them in a row than a wrong clock's year.
_TURNS = 400

_REPEATING = [kind for kind in KINDS.values() if kind.every]
_HABITS = (
    *("zone", "checkin_weekday", "checkin_time", "hours_start", "hours_end", "days"),
    *("paused_from", "paused_until", "unreachable", "cadences", "budget", "offset_seconds"),
)
_NEXT_MEMBERS = (
    select(MEMBERS.c.id, *(MEMBERS.c[name] for name in _HABITS))
    .where(
        MEMBERS.c.id > bindparam("after"), MEMBERS.c.welcomed_at.is_not(None), MEMBERS.c.unreachable.is_(None)
    )
    .order_by(MEMBERS.c.id)
    .limit(MENDED)
    .with_for_update(skip_locked=True, key_share=True)
)
_PLANNED = select(
    *(NUDGES.c.id, NUDGES.c.member_id, NUDGES.c.kind, NUDGES.c.local_on, NUDGES.c.state, NUDGES.c.unanswered),
    *(NUDGES.c.asked_at, NUDGES.c.planned_at),
).where(
    NUDGES.c.member_id.in_(bindparam("members", expanding=True)),
    NUDGES.c.kind.in_([kind.name for kind in _REPEATING]),
    NUDGES.c.state.in_([State.WAITING.value, State.CLAIMED.value]),
)


class _Member(Habits, Protocol):
    """A member's row."""

    @property
    def id(self) -> str: ...
    @property
    def offset_seconds(self) -> int: ...


class _Plan(Protocol):
    """What is planned already."""

    @property
    def id(self) -> str: ...
    @property
    def local_on(self) -> date: ...
    @property
    def state(self) -> str: ...
    @property
    def unanswered(self) -> int: ...


async def mend(session: SystemSession, after: str = "") -> str | None:
    """Look at the plans of some members more; the id to go on after, None when there are no more of them.

    Every kind that comes back is planned for everybody who wants it, no further ahead than its own pace
    reaches, or their pause.
    """
    now, connection = session.now, await session.connection()
    members = (await connection.execute(_NEXT_MEMBERS, {"after": after})).all()
    if not members:
        return None
    rows = (await connection.execute(_PLANNED, {"members": [member.id for member in members]})).all()
    planned = by_member(rows)
    for member in members:
        rows_of_it = planned.get(member.id, ())
        of_kind = {row.kind: row for row in rows_of_it if row.asked_at is None}
        put_off = {row.kind: row.planned_at for row in rows_of_it if row.asked_at is not None}
        for kind in _REPEATING:
            row = of_kind.get(kind.name)
            every = rules.cadence(kind, member, row.unanswered if row else 0)
            back_on = _day(put_off.get(kind.name), member)
            if every is not None and (row is None or _is_astray(row, every, member, now, back_on)):
                await _put_right(connection, kind, member, row, now, back_on)
    return str(members[-1].id)


def _day(moment: datetime | None, member: Habits) -> date | None:
    return periods.local_date(moment, rules.zone(member)) if moment else None


def _is_astray(row: _Plan, every: Every, member: Habits, now: datetime, back_on: date | None) -> bool:
    """Whether it lies further ahead than its pace reaches from today, a pause, or the day one was put off to."""
    today = periods.local_date(now, rules.zone(member))
    begins = max(today, member.paused_until or today, back_on or today)
    return row.state == State.WAITING and row.local_on > begins + _REACH[every]


async def _put_right(
    connection: AsyncConnection,
    kind: Kind,
    member: _Member,
    row: _Plan | None,
    now: datetime,
    back_on: date | None,
) -> None:
    today = periods.local_date(now, rules.zone(member))
    mine = select(NUDGES.c.local_on).where(
        NUDGES.c.member_id == member.id, NUDGES.c.kind == kind.name, NUDGES.c.subject == ""
    )
    # One that was put off waits as well, and has had its date.
    had = or_(NUDGES.c.state != State.WAITING.value, NUDGES.c.asked_at.is_not(None))
    taken = set(await connection.scalars(mine.where(had)))
    last_on = max((on for on in (*taken, back_on) if on and (on <= today or on == back_on)), default=None)
    unanswered = row.unanswered if row else 0
    turn = next((one for one in _turns(kind, member, last_on, unanswered, now) if one.on not in taken), None)
    if turn is None:
        return
    due_at = turn.at + timedelta(seconds=member.offset_seconds)
    times = {"local_on": turn.on, "planned_at": turn.at, "due_at": due_at, "paced": False}
    if row is not None:
        await connection.execute(update(NUDGES).where(NUDGES.c.id == row.id).values(times))
    else:
        made = {"id": new_id(), "member_id": member.id, "created_at": now, "kind": kind.name, "subject": ""}
        state = {"state": State.WAITING.value, "attempts": 0, "unanswered": unanswered}
        await connection.execute(NUDGES.insert().values({**made, **times, **state}))


def _turns(
    kind: Kind, member: Habits, last_on: date | None, unanswered: int, now: datetime
) -> Iterator[Occurrence]:
    for _ in range(_TURNS):
        turn = rules.next_turn(kind, member, last_on=last_on, now=now, unanswered=unanswered)
        if turn is None:
            return
        yield turn
        last_on = turn.on
