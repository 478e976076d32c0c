"""Coach: everything the bot needs, built once and passed on; there are no globals."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.core.clock import Clock
from bot.core.in_flight import InFlight
from bot.core.metrics import Metrics
from bot.core.prose import Prose
from bot.documents.press import Press
from bot.domain import members, nudges
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from bot.storage.vault import Vault


class Changes:
    """Tells its listeners what was committed: whose data changed, for Home, and which messages are out of date."""

    def __init__(self) -> None:
        self._listener: Callable[[Principal], None] | None = None
        self._reader: Callable[[Principal, Collection[str]], None] | None = None

    def on(self, listener: Callable[[Principal], None]) -> None:
        self._listener = listener

    def tell(self, who: Principal) -> None:
        if self._listener is not None:
            self._listener(who)

    def on_closed(self, reader: Callable[[Principal, Collection[str]], None]) -> None:
        self._reader = reader

    def tell_closed(self, who: Principal, places: Collection[str]) -> None:
        """In the messages at these places (ts) something was answered, skipped or put off."""
        if self._reader is not None and places:
            self._reader(who, places)


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
    press: Press = field(default_factory=Press)

    @asynccontextmanager
    async def session(
        self, who: Principal, *, present: bool = True, beside: Collection[Principal] = ()
    ) -> AsyncIterator[MemberSession]:
        """One transaction for one member: commits at the end, rolls back on any error.

        Whoever is `present`, rather than spoken about, can be written to again. What is to happen to other members
        in the same transaction needs them named in `beside`; each has a session narrowed to them.
        Raises NotFound for somebody who was never admitted, NotAllowed for a member who may not use Sayso any more
        and Busy when the database does not answer in time; in all of these nothing was saved.
        """
        async with self.database.member() as session:
            await session.enter(who, self.vault, [other for other in beside if other != who])
            if present and session.member.unreachable:
                members.check(session.member)
                session.member.unreachable = None
                await nudges.wake(session)
            yield session
        for each, theirs in ((who, session), *session.besides.items()):
            if theirs.changed and theirs.member.home_opened_at:
                self.changes.tell(each)
            self.changes.tell_closed(each, nudges.closed_in(theirs))
