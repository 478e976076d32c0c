"""Statements that take a whole batch as one parameter: a list of lists in JSON, unpacked by the database.

A parameter for each value of each row costs more than the row itself. Both databases read JSON, each in its
own way; what else differs is how a moment is written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Date,
    Integer,
    String,
    Text,
    bindparam,
    case,
    cast,
    column,
    false,
    func,
    literal,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.nudges.nudge import State
from bot.domain.nudges.tables import IS_CLAIMED, NUDGES
from bot.storage.types import UtcDateTime


@dataclass(frozen=True)
class Batch:
    """The statements for one kind of database, and how it writes a moment.

    `sent` takes rows of (id, key, attempts, ts); `plan` rows of (id of the last turn, new id, local date,
    planned, due, unanswered), and leaves alone what is planned already or was asked on that date.
    """

    sent: Any
    plan: Any
    moment: Callable[[datetime], str]


def of(connection: AsyncConnection) -> Batch:
    return _for(connection.dialect.name)


@cache
def _for(dialect: str) -> Batch:
    return _postgres() if dialect == "postgresql" else _sqlite()


def _sqlite() -> Batch:
    rows = func.json_each(bindparam("given", type_=Text)).table_valued(column("value", JSON), name="given")

    def item(number: int, kind: Any) -> ColumnElement[Any]:
        return type_coerce(func.json_extract(rows.c.value, f"$[{number}]"), kind)

    def moment(at: datetime) -> str:
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    return Batch(_sent(item), _plan(rows, item, sqlite.insert(NUDGES)), moment)


def _postgres() -> Batch:
    given = cast(bindparam("given", type_=Text), postgresql.JSON)
    rows = func.json_array_elements(given).table_valued(column("value", postgresql.JSON), name="given")

    def item(number: int, kind: Any) -> ColumnElement[Any]:
        return cast(rows.c.value[number].astext, kind)

    return Batch(_sent(item), _plan(rows, item, postgresql.insert(NUDGES)), datetime.isoformat)


_ANSWERED = [State.DONE.value, State.SKIPPED.value]
_Item = Callable[[int, Any], ColumnElement[Any]]


def _sent(item: _Item) -> Any:
    return (
        update(NUDGES)
        .where(
            NUDGES.c.id == item(0, String),
            NUDGES.c.state != State.SENT.value,
            NUDGES.c.key == item(1, String),
            NUDGES.c.attempts == item(2, Integer),
        )
        # Whoever was quick has answered it by now.
        .values(
            state=case((IS_CLAIMED, State.SENT.value), else_=NUDGES.c.state),
            asked_at=bindparam("now"),
            ts=item(3, String),
        )
    )


def _plan(rows: Any, item: _Item, insert: Any) -> Any:
    last = NUDGES.alias("last")
    values = {
        "id": item(1, String),
        "member_id": last.c.member_id,
        "created_at": bindparam("now", type_=UtcDateTime),
        "kind": last.c.kind,
        "subject": last.c.subject,
        "local_on": item(2, Date),
        "planned_at": item(3, UtcDateTime),
        "due_at": item(4, UtcDateTime),
        "paced": false(),
        "state": literal(State.WAITING.value),
        "attempts": literal(0),
        "asked_by": last.c.asked_by,
        "unanswered": case((last.c.state.in_(_ANSWERED), 0), else_=item(5, Integer)),
    }
    # With a condition, or SQLite could not tell the conflict clause from a join.
    found = (
        select(*values.values())
        .select_from(rows.join(last, last.c.id == item(0, String)))
        .where(last.c.id != "")
    )
    return insert.from_select(list(values), found).on_conflict_do_nothing()
