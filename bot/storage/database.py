"""The database: one engine, short transactions, and SQLite and PostgreSQL made to behave alike."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from bot.core.clock import Clock
from bot.core.errors import Busy
from bot.storage.session import MemberSession, TimedSession

# Slack waits three seconds for an answer, so a transaction gives up in time to say so.
PATIENCE_SECONDS = 2.0
_PATIENCE = "sayso_patience"

# https://www.sqlite.org/wal.html: write-ahead logging could corrupt a database before 3.51.3;
# two older lines were patched.
_WAL_FIXED = (3, 51, 3)
_WAL_PATCHED = {(3, 44): 6, (3, 50): 7}

S = TypeVar("S", bound=AsyncSession)


class SystemSession(AsyncSession):
    """A session for work that is nobody's: workspaces, admitting members, claiming what is due."""

    sync_session_class = TimedSession

    @property
    def now(self) -> datetime:
        """The moment this transaction began, UTC."""
        moment: datetime = self.sync_session.info["now"]
        return moment


class Database:
    """Opens transactions; `url` is an async SQLAlchemy URL (sqlite+aiosqlite or postgresql+psycopg)."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = make_url(url)
        self.clock = clock
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgres(self.url)
        # SQLite has one writer; waiting here in turn is faster and fairer than its busy loop.
        self._turn: asyncio.Lock | None = asyncio.Lock() if self.is_sqlite else None

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @asynccontextmanager
    async def system(self) -> AsyncIterator[SystemSession]:
        """One transaction that belongs to nobody: commits at the end, rolls back on any error."""
        async with self._transaction(SystemSession) as session:
            yield session

    @asynccontextmanager
    async def member(self) -> AsyncIterator[MemberSession]:
        """One transaction for a member, who must still `enter` it."""
        async with self._transaction(MemberSession) as session:
            yield session

    @asynccontextmanager
    async def _transaction(self, kind: type[S]) -> AsyncIterator[S]:
        async with self._in_turn() as patience:
            try:
                async with (
                    kind(self.engine, expire_on_commit=False, info={"now": self.clock.now()}) as session,
                    session.begin(),
                ):
                    await session.connection(execution_options={_PATIENCE: patience})
                    yield session
            except PoolTimeout as error:
                raise Busy("busy") from error
            except DBAPIError as error:
                if _is_silence(error):
                    raise Busy("busy") from error
                raise

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[float]:
        """Wait until it is our turn; gives the seconds that are left to wait for other processes."""
        if self._turn is None:
            yield PATIENCE_SECONDS
            return
        loop = asyncio.get_running_loop()
        deadline = loop.time() + PATIENCE_SECONDS
        try:
            await asyncio.wait_for(self._turn.acquire(), PATIENCE_SECONDS)
        except TimeoutError:
            raise Busy("busy") from None
        try:
            yield max(deadline - loop.time(), 0)
        finally:
            self._turn.release()

    async def answers(self) -> bool:
        """Whether the database answers a query."""
        try:
            async with self.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except (DBAPIError, PoolTimeout, OSError):
            return False
        return True

    async def close(self) -> None:
        await self.engine.dispose()


def _sqlite(url: URL) -> AsyncEngine:
    if url.database and url.database != ":memory:":
        # Where the folder cannot be made, the database does not answer.
        with suppress(OSError):
            Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = create_async_engine(
        url,
        hide_parameters=True,
        # The driver's own transactions begin too late (at the first write) and lose updates.
        connect_args={"isolation_level": None, "timeout": PATIENCE_SECONDS},
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin_immediate)
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    journal = "WAL" if wal_is_sound(sqlite3.sqlite_version_info) else "DELETE"
    cursor = connection.cursor()
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def wal_is_sound(version: tuple[int, ...]) -> bool:
    """Whether this SQLite (major, minor, patch) may use write-ahead logging."""
    major, minor, patch = version[:3]
    return version >= _WAL_FIXED or patch >= _WAL_PATCHED.get((major, minor), patch + 1)


def _begin_immediate(connection: Connection) -> None:
    seconds = connection.get_execution_options().get(_PATIENCE, PATIENCE_SECONDS)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={seconds * 1000:.0f}")
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _is_silence(error: DBAPIError) -> bool:
    """Whether the database was locked, full or gone, and not asked for something that it cannot do."""
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return False
    return error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)


def _postgres(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=8,
        max_overflow=8,
        pool_timeout=PATIENCE_SECONDS,
        connect_args={
            "connect_timeout": 2,
            "options": f"-c lock_timeout={PATIENCE_SECONDS:.0f}s -c statement_timeout=10s -c timezone=UTC",
        },
    )
