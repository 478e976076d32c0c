"""A transaction: a session that is begun when it is entered and committed when it is left."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy.engine import Connection
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.util.concurrency import greenlet_spawn

from bot.storage.prepared import Prepared


class TimedSession(Session):
    """Gives new rows the session's moment."""


class Transaction(AsyncSession):
    """A session of one transaction: begun when it is entered, committed when it is left, rolled back on any error.

    What is prepared goes straight to the connection. SQLAlchemy's own session costs more than most transactions
    do in all, so it is made when something is asked of it.
    """

    def __init__(self, engine: AsyncEngine, connection: Connection | None = None) -> None:
        self._engine = engine
        self._connection = connection
        self._facts: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> Any:
        if name not in _OF_ITS_OWN:
            raise AttributeError(name)
        super().__init__(AsyncConnection(self._engine, self._connection), expire_on_commit=False)
        self.sync_session.info = self._facts
        self._join()
        return getattr(self, name)

    @property
    def info(self) -> dict[Any, Any]:
        """What is known in this transaction, to its events too."""
        return self._facts

    @property
    def now(self) -> datetime:
        """The moment this transaction began, UTC."""
        moment: datetime = self._facts["now"]
        return moment

    @property
    def is_made(self) -> bool:
        """Whether SQLAlchemy's own session was needed."""
        return "sync_session" in vars(self)

    async def __aenter__(self) -> Self:
        await self._step(self._begin)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self._step(self._commit)
        else:
            await super().__aexit__(kind, error, trace)

    async def close(self) -> None:
        await greenlet_spawn(self._close)

    def _join(self) -> None:
        """Tell the session that was just made what it should know."""

    def _beside(self) -> Iterable["Transaction"]:
        """Others in the same transaction."""
        return ()

    async def _run(self, prepared: Prepared, **parameters: Any) -> Sequence[Any]:
        if self._open.dialect.name == "sqlite":
            # It answers where it is asked, and there is nothing to wait for.
            return prepared.run(self._open, **parameters)
        return await greenlet_spawn(prepared.run, self._open, **parameters)

    @property
    def _open(self) -> Connection:
        if self._connection is None:
            raise InvalidRequestError("The transaction has not begun.")
        return self._connection

    async def _step(self, step: Callable[[], None]) -> None:
        done = False
        try:
            await greenlet_spawn(step)
            done = True
        finally:
            if not done:
                # It closes the session, which rolls back, and is waited for by whoever is cancelled too.
                await super().__aexit__(None, None, None)

    def _begin(self) -> None:
        self._connection = self._engine.sync_engine.connect()
        self._connection.begin()

    def _write(self) -> None:
        """Send what is still to be written."""
        if self.is_made:
            self.sync_session.flush()

    def _commit(self) -> None:
        for each in (*self._beside(), self):
            each._write()  # noqa: SLF001 - what stands in the transaction is committed with it
        self._open.commit()
        self._close()

    def _close(self) -> None:
        for each in (*self._beside(), self):
            if each.is_made:
                each.sync_session.close()
        if self._connection is not None:
            self._connection.close()


# Where AsyncSession keeps the session that it stands for.
_OF_ITS_OWN = frozenset({"sync_session", "_proxied"})
