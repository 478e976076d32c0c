"""What SQLAlchemy is told of it: a dialect whose connections are places in the queue for the file."""

import sqlite3
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, Self

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.util.concurrency import await_

from bot.storage.sqlite._file import File

DRIVER = "sqlite+turns"


class Cursor(sqlite3.Cursor):
    """A cursor that holds its rows, so that none is left open beyond its transaction."""

    _rows: Iterator[Any] = iter(())

    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        super().execute(sql, parameters)
        self._rows = iter(super().fetchall() if self.description else ())
        return self

    def executemany(self, sql: str, parameters: Any, /) -> Self:
        super().executemany(sql, parameters)
        self._rows = iter(())
        return self

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    async def _async_soft_close(self) -> None:
        """What SQLAlchemy's asynchronous sessions ask for before rows are read; they are here already."""


class Connection:
    """What SQLAlchemy takes for a connection of its own: one transaction at a time of those on the file."""

    isolation_level = None

    def __init__(self, file: File) -> None:
        self._file = file
        self._has_turn = False

    def cursor(self) -> sqlite3.Cursor:
        return self._file.cursor(Cursor)

    def begin(self) -> None:
        await_(self._file.begin())
        self._has_turn = True

    def commit(self) -> None:
        if self._has_turn:
            self._has_turn = False
            await_(self._file.commit())

    def rollback(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._file.roll_back()

    # The file stays open for the others.
    close = rollback


class Dialect(SQLiteDialect_pysqlite):
    """SQLAlchemy's dialect for it."""

    driver = "turns"
    is_async = True
    has_terminate = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, _url: URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def connect(self, *_args: Any, file: File, **_named: Any) -> Any:
        await_(file.open())
        return Connection(file)

    def on_connect(self) -> Callable[[Any], None]:
        # The functions that SQLAlchemy would add are not used.
        return lambda _connection: None

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.begin()

    def do_execute(self, cursor: Any, statement: str, parameters: Any, _context: Any = None) -> None:
        # SQLAlchemy's asynchronous connections refuse a driver that never waits for anything.
        await_(_nothing())
        cursor.execute(statement, parameters)

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, _context: Any = None) -> None:
        await_(_nothing())
        cursor.executemany(statement, parameters)

    def get_driver_connection(self, connection: Any) -> Any:
        return connection


registry.register(DRIVER.replace("+", "."), __name__, Dialect.__name__)


async def _nothing() -> None:
    """What there is to wait for in a statement."""
