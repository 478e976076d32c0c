"""All that is stored of one member, whatever features keep: read at once as it lies there, and opened later."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from bot.storage.base import Owned, Record
from bot.storage.session import Kept, MemberSession
from bot.storage.types import Sealed
from bot.storage.vault import Sealer

Json = dict[str, Any]

_SEALED = "_sealed"


def kinds() -> tuple[type[Owned], ...]:
    """Every kind of record that belongs to a member and is loaded, what others hang on first."""
    by_table = {
        mapper.local_table: mapper.class_
        for mapper in Record.registry.mappers
        if issubclass(mapper.class_, Owned)
    }
    return tuple(by_table[table] for table in Record.metadata.sorted_tables if table in by_table)


def table_of(kind: type[Record]) -> Table:
    table = kind.__table__
    assert isinstance(table, Table)  # noqa: S101 - a mapped class has a table
    return table


@cache
def columns_of(kind: type[Record]) -> Mapping[str, Column[Any]]:
    """The columns that say something by themselves: what is sealed, whose it is and keyed marks are left out."""
    return {
        column.key: column
        for column in table_of(kind).columns
        if column.key != "member_id" and not isinstance(column.type, LargeBinary)
    }


@cache
def sealed_of(kind: type[Record]) -> Mapping[str, Sealed[Any]]:
    """What is sealed in a record, by name."""
    return {name: value for name, value in vars(kind).items() if isinstance(value, Sealed)}


def plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    return value.isoformat() if isinstance(value, date | datetime | time) else value


@dataclass(frozen=True)
class Whole:
    """The rows of one member as they were at one moment, sealed."""

    member_id: str
    sealer: Sealer
    rows: Mapping[type[Owned], Sequence[Any]]

    def opened(self) -> Iterator[tuple[type[Owned], list[Json]]]:
        """Each kind with its rows by field, the oldest first. It takes its time, and any thread may do it."""
        for kind, rows in self.rows.items():
            told = [self._opened(kind, row) for row in rows]
            yield kind, sorted(told, key=lambda row: (row["created_at"], row["id"]))

    def _opened(self, kind: type[Owned], row: Any) -> Json:
        said = {name: plain(getattr(row, name)) for name in columns_of(kind)}
        for name, field in sealed_of(kind).items():
            blob = getattr(row, name + _SEALED)
            said[name] = None if blob is None else field.as_json(blob, row.id, self.member_id, self.sealer)
        return said


@cache
def _all_of(kind: type[Owned]) -> Kept:
    return Kept(kind, [*columns_of(kind).values(), *(field.column for field in sealed_of(kind).values())])


async def read(session: MemberSession, kinds: Iterable[type[Owned]]) -> Whole:
    """All that the session's member has of these kinds; nothing is opened yet, so it is soon done."""
    rows = {kind: await session.look(_all_of(kind)) for kind in kinds}
    return Whole(session.member.id, session.info["sealer"], rows)
