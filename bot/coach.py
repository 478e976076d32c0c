"""Coach: everything the bot needs, built once and passed on; there are no globals."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.core.clock import Clock
from bot.core.in_flight import InFlight
from bot.core.metrics import Metrics
from bot.core.prose import Prose
from bot.domain import nudges
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from bot.storage.vault import Vault


class Changes:
    """Tells one listener which members' data changed, after it was committed; Home is drawn from this."""

    def __init__(self) -> None:
        self._listener: Callable[[Principal], None] | None = None

    def on(self, listener: Callable[[Principal], None]) -> None:
        self._listener = listener

    def tell(self, who: Principal) -> None:
        if self._listener is not None:
            self._listener(who)


@dataclass(frozen=True)
class Coach:
    """Settings, clock, words, keys, sessions and counts of one process."""

    settings: Settings
    clock: Clock
    database: Database
    vault: Vault
    prose: Prose = field(default_factory=Prose)
    metrics: Metrics = field(default_factory=Metrics)
    in_flight: InFlight = field(default_factory=InFlight)
    changes: Changes = field(default_factory=Changes)

    @asynccontextmanager
    async def session(self, who: Principal, *, present: bool = True) -> AsyncIterator[MemberSession]:
        """One transaction for one member: commits at the end, rolls back on any error.

        Whoever is `present`, rather than spoken about, can be written to again.
        Raises NotFound for somebody who was never admitted and Busy when the database does not
        answer in time; in both cases nothing was saved.
        """
        async with self.database.member() as session:
            await session.enter(who, self.vault)
            if present and session.member.unreachable:
                session.member.unreachable = None
                await nudges.wake(session)
            yield session
        if session.changed and session.member.home_opened_at:
            self.changes.tell(who)
