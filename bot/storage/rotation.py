"""Rotation: every owner's key is wrapped anew by the current master key, in batches, while the bots run."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, LargeBinary, func, literal_column, select, update

from bot.core.errors import Busy
from bot.storage.base import Record
from bot.storage.canary import Canary
from bot.storage.database import Database
from bot.storage.vault import MASTER_MARK_BYTES, Vault, WrongKeyError

# A batch is one transaction: on SQLite everybody else waits for it.
BATCH = 200
# What others are working with is left for a later round.
ROUNDS = 10
PAUSE_SECONDS = 0.5


@dataclass(frozen=True)
class Standing:
    """How many keys the current master key opens, how many an older one, and how many none of the list."""

    current: int = 0
    older: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.current + self.older + self.unknown


def kinds() -> list[type[Record]]:
    """Every record that holds a wrapped key, the canary last: once that has the new key, all others have it."""
    found = {mapper.class_ for mapper in Record.registry.mappers if "wrapped_key" in mapper.columns}
    return sorted(found, key=lambda kind: (kind is Canary, kind.__tablename__))


async def standing(database: Database, vault: Vault) -> Mapping[str, Standing]:
    """How the keys of each table stand, by its name."""
    counts = {}
    async with database.system() as session:
        for kind in kinds():
            found = await session.execute(select(_mark(kind), func.count()).group_by(_mark(kind)))
            counts[kind.__tablename__] = _sorted_out({bytes(mark): count for mark, count in found}, vault)
    return counts


async def rotate(database: Database, vault: Vault) -> Mapping[str, int]:
    """Wrap anew what an older master key of the list wraps; how many there were, by table.

    Each batch is committed by itself, so that it may be broken off and run again.
    """
    done = dict.fromkeys((kind.__tablename__ for kind in kinds()), 0)
    for number in range(ROUNDS):
        if number:
            await asyncio.sleep(PAUSE_SECONDS)
        with suppress(Busy):
            for kind in kinds():
                if kind is Canary and await _is_left(database, vault):
                    break
                async for count in _rotate(database, vault, kind):
                    done[kind.__tablename__] += count
            else:
                break
    return done


async def _is_left(database: Database, vault: Vault) -> bool:
    counts = await standing(database, vault)
    return any(count.older for name, count in counts.items() if name != Canary.__tablename__)


async def _rotate(database: Database, vault: Vault, kind: type[Record]) -> AsyncGenerator[int, None]:
    """Go through a table once; how many were wrapped anew, batch by batch."""
    after: str | None = ""
    while after is not None:
        async with database.system() as session:
            older = select(kind.id, kind.__table__.c.wrapped_key).where(
                kind.id > after, _mark(kind).in_(vault.marks[1:])
            )
            # Whoever is at work keeps their row, and whoever adds a row that points here does not wait.
            batch = older.order_by(kind.id).limit(BATCH).with_for_update(skip_locked=True, key_share=True)
            rows = (await session.execute(batch)).all()
            anew = list(_anew(rows, vault))
            if anew:
                await session.execute(update(kind), anew)
        yield len(anew)
        after = rows[-1].id if rows else None


def _anew(rows: Sequence[Any], vault: Vault) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        # One that was damaged stays as it is: it would keep all the others from their new key.
        with suppress(WrongKeyError):
            yield {"id": row.id, "wrapped_key": vault.rewrap(row.wrapped_key, row.id)}


def _mark(kind: type[Record]) -> ColumnElement[bytes]:
    # As words of the statement, so that PostgreSQL sees that it groups by what it selects.
    where = [literal_column(str(number), Integer) for number in (2, MASTER_MARK_BYTES)]
    return func.substr(kind.__table__.c.wrapped_key, *where, type_=LargeBinary)


def _sorted_out(counts: Mapping[bytes, int], vault: Vault) -> Standing:
    current, *older = vault.marks
    return Standing(
        current=counts.get(current, 0),
        older=sum(counts.get(mark, 0) for mark in older),
        unknown=sum(count for mark, count in counts.items() if mark not in vault.marks),
    )
