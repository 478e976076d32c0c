"""The tables and columns that whole batches of nudges are read from and written to."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import (
    JSON,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    column,
    exists,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import NullType

from bot.domain.nudges.nudge import Nudge, State
from bot.storage.identity import Member, Stop, Workspace

# So many nudges are claimed, and so many outcomes written, in one transaction.
BATCH = 500

NUDGES: Table = Nudge.__table__  # type: ignore[assignment]  # a mapped class has a Table
MEMBERS: Table = Member.__table__  # type: ignore[assignment]
WORKSPACES: Table = Workspace.__table__  # type: ignore[assignment]


# Two are the same only if they are one: compared by the thousand, never field by field.
@dataclass(frozen=True, slots=True, eq=False)
class MemberHabits:
    """What the rules ask about a member; members of a batch who have the same share one."""

    zone: str | None
    checkin_weekday: int
    checkin_time: time
    hours_start: time
    hours_end: time
    days: int
    paused_from: date | None
    paused_until: date | None
    unreachable: str | None
    budget: int
    cadences: dict[str, str] | None


class Due(NamedTuple):
    """A nudge with what the rules ask about its member; read by the thousand, so it is a plain tuple."""

    id: str
    member_id: str
    kind: str
    subject: str
    local_on: date
    planned_at: datetime
    due_at: datetime
    paced: bool
    asked_at: datetime | None
    unanswered: int
    attempts: int
    key: str | None
    asked_by: str | None

    workspace_id: str
    user_id: str
    dm_channel: str | None
    offset_seconds: int
    home_opened_at: datetime | None
    member: MemberHabits


_FIRST_OF_MEMBER = Due._fields.index("workspace_id")
_NUDGE = [NUDGES.c[name] for name in Due._fields[:_FIRST_OF_MEMBER]]
_WHO = [MEMBERS.c[name] for name in Due._fields[_FIRST_OF_MEMBER:-1]]
_HABITS = [MEMBERS.c[name] for name in MemberHabits.__slots__]
_FIRST_HABIT = len(_NUDGE) + len(_WHO)
COLUMNS = [*_NUDGE, *_WHO, *_HABITS]
# As the database has them: they are read once for all who have the same.
_UNREAD = [type_coerce(column, NullType()) for column in _HABITS[:-1]]
IS_DUE = and_(NUDGES.c.state == State.WAITING.value, NUDGES.c.due_at <= bindparam("now"))
# Found by its id: PostgreSQL's statistics say that nothing is claimed, so it would rather read all of the claimed.
IS_CLAIMED = NUDGES.c.state.concat("") == State.CLAIMED.value
WITH_MEMBERS = select(*_NUDGE, *_WHO, *_UNREAD, cast(MEMBERS.c.cadences, Text)).join(
    MEMBERS, MEMBERS.c.id == NUDGES.c.member_id
)
SPACES = (
    select(
        WORKSPACES.c.id,
        WORKSPACES.c.team_id,
        WORKSPACES.c.next_slot_at,
        WORKSPACES.c.per_second,
        WORKSPACES.c.slowed_at,
        WORKSPACES.c.held_until,
        or_(WORKSPACES.c.uninstalled_at.is_not(None), exists().where(Stop.id == WORKSPACES.c.team_id)).label(
            "stopped"
        ),
    )
    .where(WORKSPACES.c.id.in_(bindparam("ids", expanding=True)))
    # In one order, so that two workers never wait for each other.
    .order_by(WORKSPACES.c.id)
    .with_for_update(key_share=True, of=WORKSPACES)
)


@cache
def listed(dialect: str, name: str = "ids") -> Select[str]:
    """The values of a parameter, a list in JSON: one parameter instead of hundreds."""
    ids = bindparam(name, type_=Text)
    if dialect == "postgresql":
        return select(func.json_array_elements_text(cast(ids, JSON)).column_valued("listed"))
    return select(func.json_each(ids).table_valued(column("value", String)).c.value)


def dues(rows: Iterable[Any]) -> list[Due]:
    """Rows of WITH_MEMBERS, each with its member's habits."""
    read: dict[tuple[Any, ...], MemberHabits] = {}
    made = []
    for row in rows:
        unread = row[_FIRST_HABIT:]
        habits = read.get(unread)
        if habits is None:
            habits = read[unread] = _habits(unread)
        made.append(Due._make((*row[:_FIRST_HABIT], habits)))
    return made


def _habits(unread: Sequence[Any]) -> MemberHabits:
    zone, weekday, at, start, end, days, first, until, unreachable, budget, cadences = unread
    return MemberHabits(
        zone,
        weekday,
        _read(time, at),
        _read(time, start),
        _read(time, end),
        days,
        _read(date, first),
        _read(date, until),
        unreachable,
        budget,
        cadences and json.loads(cadences),
    )


def _read(kind: Any, value: Any) -> Any:
    """SQLite has dates and times as texts."""
    return kind.fromisoformat(value) if isinstance(value, str) else value


class OfMember(Protocol):
    """Anything that says whose it is."""

    @property
    def member_id(self) -> str: ...


R = TypeVar("R", bound=OfMember)


def by_member(rows: Iterable[R]) -> dict[str, list[R]]:
    """Rows by the member they belong to, in their order."""
    groups: dict[str, list[R]] = {}
    for row in rows:
        group = groups.get(row.member_id)
        if group is None:
            groups[row.member_id] = [row]
        else:
            group.append(row)
    return groups
