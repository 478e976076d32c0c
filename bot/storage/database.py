"""The database: one engine, short transactions, and SQLite and PostgreSQL made to behave alike."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
    suppress,
)
from pathlib import Path
from typing import TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.core.clock import Clock
from bot.core.errors import Busy
from bot.storage import sqlite
from bot.storage.session import MemberSession
from bot.storage.transaction import TimedSession, Transaction

# Slack waits three seconds for an answer, so a transaction gives up in time to say so.
PATIENCE_SECONDS = 2.0

# A connection to PostgreSQL that was not used for so long is asked whether it is still there.
ASK_AFTER_SECONDS = 1.0

# https://www.sqlite.org/wal.html: write-ahead logging could corrupt a database before 3.51.3;
# two older lines were patched.
_WAL_FIXED = (3, 51, 3)
_WAL_PATCHED = {(3, 44): 6, (3, 50): 7}

S = TypeVar("S", bound=Transaction)


class SystemSession(Transaction):
    """A session for work that is nobody's: workspaces, admitting members, claiming what is due."""

    sync_session_class = TimedSession


class Database:
    """Opens transactions; `url` is an async SQLAlchemy URL (sqlite+turns, which is ours, or postgresql+psycopg)."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = make_url(url)
        self.clock = clock
        self._file = _sqlite_file(self.url) if self.is_sqlite else None
        self.engine = _sqlite(self.url, self._file) if self._file else _postgres(self.url)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path | None:
        """Where a SQLite database is; None for a server, and for one in memory."""
        name = self.url.database if self.is_sqlite else None
        return Path(name) if name and name != ":memory:" else None

    def held(self) -> AbstractContextManager[None]:
        """Have the database open as one of many; sqlite.HeldError while it is being restored."""
        return sqlite.held(str(self.path)) if self.path else nullcontext()

    def system(self) -> AbstractAsyncContextManager[SystemSession]:
        """One transaction that belongs to nobody: commits at the end, rolls back on any error."""
        return self._transaction(SystemSession)

    def member(self) -> AbstractAsyncContextManager[MemberSession]:
        """One transaction for a member, who must still `enter` it."""
        return self._transaction(MemberSession)

    @asynccontextmanager
    async def _transaction(self, kind: type[S]) -> AsyncIterator[S]:
        try:
            async with kind(self.engine) as session:
                # On SQLite it is our turn only now; the moments of rows are in the order of the commits.
                session.info["now"] = self.clock.now()
                yield session
        except PoolTimeout as error:
            raise Busy("busy") from error
        except DBAPIError as error:
            if _is_silence(error):
                raise Busy("busy") from error
            raise

    async def answers(self) -> bool:
        """Whether the database answers a query."""
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (DBAPIError, PoolTimeout, OSError):
            return False
        return True

    async def forget(self) -> None:
        """Let nothing of what was deleted stay beside the file; a server's database sees to that by itself."""
        if self._file is not None:
            await self._file.forget()

    async def close(self) -> None:
        await self.engine.dispose()
        if self._file is not None:
            await self._file.close()


def _sqlite_file(url: URL) -> sqlite.File:
    path = url.database or ":memory:"
    if path != ":memory:":
        # Where the folder cannot be made, the database does not answer.
        with suppress(OSError):
            Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return sqlite.File(path, pragmas(), PATIENCE_SECONDS)


def pragmas() -> Sequence[str]:
    """How SQLite is set: to lose nothing and to forget what was deleted."""
    journal = "WAL" if wal_is_sound(sqlite3.sqlite_version_info) else "DELETE"
    # A page that is written before its commit would have to wait for other processes' readers.
    spill = "cache_spill=OFF"
    return (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", spill)


def _sqlite(url: URL, file: sqlite.File) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername=sqlite.DRIVER),
        hide_parameters=True,
        # A connection is only a place in the queue for the file, so there are as many as there are transactions.
        pool_size=0,
        connect_args={"file": file},
    )


def wal_is_sound(version: tuple[int, ...]) -> bool:
    """Whether this SQLite (major, minor, patch) may use write-ahead logging."""
    major, minor, patch = version[:3]
    return version >= _WAL_FIXED or patch >= _WAL_PATCHED.get((major, minor), patch + 1)


def _is_silence(error: DBAPIError) -> bool:
    """Whether the database was locked, full or gone, and not asked for something that it cannot do."""
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _postgres(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=8,
        max_overflow=8,
        pool_timeout=PATIENCE_SECONDS,
        connect_args={
            "connect_timeout": 2,
            "options": f"-c lock_timeout={PATIENCE_SECONDS:.0f}s -c statement_timeout=10s -c timezone=UTC",
        },
    )
    dialect, last_used = engine.sync_engine.dialect, "last_used"

    def note_use(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[last_used] = _loop_time()

    def ask_after_a_pause(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        # A connection that answered a moment ago is not asked again: that costs as much as a statement.
        rested = _loop_time() - record.info.get(last_used, -ASK_AFTER_SECONDS)
        if rested >= ASK_AFTER_SECONDS and not _answers(dialect, connection):
            raise DisconnectionError

    event.listen(engine.sync_engine, "checkin", note_use)
    event.listen(engine.sync_engine, "checkout", ask_after_a_pause)
    return engine


def _answers(dialect: Dialect, connection: DBAPIConnection) -> bool:
    try:
        return dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error:
        return False


def _loop_time() -> float:
    return asyncio.get_running_loop().time()
