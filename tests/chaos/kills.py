"""Kills workers at random moments and at chosen ones between claim, send and commit, and starts others."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice

from tests.chaos.crowd import Crowd, Outcome, Seat, until
from tests.chaos.forks import Forks

# A call is held shorter than a worker waits for it (a third of a lease).
LEASE_SECONDS = 1.5
HOLD_SECONDS = 0.3
WAIT_SECONDS = 1.0
_MANY = 1_000_000


@dataclass(frozen=True)
class Window:
    """A moment in the life of a delivery: the call that is held there, and on which side of its work."""

    name: str
    method: str = ""
    kind: str = ""
    wait: float = WAIT_SECONDS


AT_RANDOM = Window("at random")
BEFORE_SLACK = Window("sent, not accepted", "chat.postMessage", "slow")
ACCEPTED = Window("accepted, not answered", "chat.postMessage", "slow_after")
ANSWERED = Window("answered, not committed", "chat.postMessage")
OPENING = Window("claimed, not sent", "conversations.open", "slow_after")
LOOKING = Window("looking for one that may be out", "conversations.history", "slow", 2 * LEASE_SECONDS)
WINDOWS = (ACCEPTED, BEFORE_SLACK, AT_RANDOM, ANSWERED, OPENING, LOOKING)


@dataclass
class Killing:
    """A series of kills, and what they hit."""

    crowd: Crowd
    forks: Forks
    workers: int
    chance: random.Random
    kills: int = 0
    interrupted: int = 0
    accepted: int = 0
    asked: list[Seat] = field(default_factory=list)
    _claimed: set[str] = field(default_factory=set)

    async def run(self, kills: int, *, due_each: int = 4) -> Outcome:
        """Kill so often, with so many questions due each time; then let the last workers finish."""
        settings = self.crowd.settings(
            lease_seconds=str(LEASE_SECONDS), posts_per_second="100", spread_minutes="0"
        )
        seats = iter(self.crowd.seats)
        for window in cycle(WINDOWS):
            await self._ask(list(islice(seats, due_each)))
            while len(self.forks.alive) < self.workers:
                await self.forks.start(settings)
            if self.kills >= kills:
                break
            await self._reach(window)
            await self._kill()

        for _ in range(3):
            await asyncio.sleep(2)
            self.crowd.clock.move_by(__import__("datetime").timedelta(seconds=61))
        await self.crowd.settled()
        for pid in list(self.forks.alive):
            await self.forks.stop(pid)
        return await self.crowd.outcome(self.asked)

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.interrupted} deliveries interrupted, "
            f"{self.accepted} of them already accepted"
        )

    async def _ask(self, seats: list[Seat]) -> None:
        assert seats, "the crowd is too small for so many kills"
        self.asked.extend(seats)
        await self.crowd.ask(seats)

    async def _reach(self, window: Window) -> None:
        """Come back while a worker is in this window; or after a while, where none goes through it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(window.wait):
                await self._met(window)
        await asyncio.sleep(self.chance.uniform(0, 0.05))

    async def _met(self, window: Window) -> None:
        faults, journal = self.crowd.sandbox.faults, self.crowd.sandbox.journal
        if not window.method:
            await asyncio.sleep(self.chance.uniform(0, 0.8))
        elif window.kind:
            fault = faults.add(window.kind, method=window.method, times=_MANY, seconds=HOLD_SECONDS)
            await until(lambda: fault.times < _MANY)
        else:
            start = journal.last
            await until(lambda: self.crowd.calls(window.method, after=start))

    async def _kill(self) -> None:
        alive = list(self.forks.alive)
        # All at once now and then, as when a machine goes; the first time too, when all are busy.
        for pid in alive if not self.kills or self.chance.random() < 1 / 3 else [self.chance.choice(alive)]:
            await self.forks.kill(pid)
            self.kills += 1
        self.crowd.sandbox.faults.clear()
        await self._note()

    async def _note(self) -> None:
        """Count what is claimed since the last look; a worker that lives may finish some of it."""
        states = await self.crowd.states()
        claimed = {member_id for member_id, state in states.items() if state == "claimed"}
        self.interrupted += len(claimed - self._claimed)
        self.accepted += sum(
            bool(self.crowd.got(seat)) for seat in self.asked if seat.member_id in claimed - self._claimed
        )
        self._claimed = claimed
