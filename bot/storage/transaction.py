"""A transaction: a session that is begun when it is entered and committed when it is left."""

from collections.abc import Callable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.storage.prepared import Prepared

# Where a session keeps those of other members in the same transaction.
BESIDE = "sessions_beside"


class TimedSession(Session):
    """Gives new rows the session's moment."""


class Transaction(AsyncSession):
    """A session of one transaction: begun when it is entered, committed when it is left, rolled back on any error."""

    @property
    def now(self) -> datetime:
        """The moment this transaction began, UTC."""
        moment: datetime = self.sync_session.info["now"]
        return moment

    async def __aenter__(self) -> Self:
        await self._step(_begin)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            await self._step(_commit)
        else:
            await super().__aexit__(kind, error, trace)

    async def _run(self, prepared: Prepared, **parameters: Any) -> Sequence[Any]:
        connection = self.sync_session.info["connection"]
        if connection.dialect.name == "sqlite":
            # It answers where it is asked, and there is nothing to wait for.
            return prepared.run(connection, **parameters)
        found: Sequence[Any] = await self.run_sync(lambda _session: prepared.run(connection, **parameters))
        return found

    async def _step(self, step: Callable[[Session], Any]) -> None:
        done = False
        try:
            await self.run_sync(step)
            done = True
        finally:
            if not done:
                # It closes the session, which rolls back, and is waited for by whoever is cancelled too.
                await super().__aexit__(None, None, None)


def _begin(session: Session) -> None:
    session.info["connection"] = session.connection()


def _commit(session: Session) -> None:
    for beside in session.info.get(BESIDE, {}).values():
        # What stands in the transaction is committed with it; this one only has to be written there.
        beside.sync_session.flush()
        beside.sync_session.close()
    session.commit()
    session.close()
