"""Strikes at random moments and at chosen ones between claim, send and commit, and what came of it all."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from bot.coach import Coach
from bot.sandbox.faults import Fault
from tests.chaos.crowd import Crowd, Outcome, Seat, gathered, until
from tests.chaos.forks import Forks, forking

# A call is held shorter than a worker waits for it (a third of a lease).
LEASE_SECONDS = 1.5
HOLD_SECONDS = 0.3
WAIT_SECONDS = 1.0
_MANY = 1_000_000
TEAMS = 8


@dataclass(frozen=True)
class Window:
    """A moment in the life of a delivery: the call that is held there, and on which side of its work."""

    name: str
    method: str = ""
    kind: str = ""
    wait: float = WAIT_SECONDS
    spread: float = 0.05


AT_RANDOM = Window("at random", spread=0.8)
BEFORE_SLACK = Window("sent, not accepted", "chat.postMessage", "slow")
ACCEPTED = Window("accepted, not answered", "chat.postMessage", "slow_after")
ANSWERED = Window("answered, not committed", "chat.postMessage")
OPENING = Window("claimed, not sent", "conversations.open", "slow_after")
LOOKING = Window("looking for one that may be out", "conversations.history", "slow", 2 * LEASE_SECONDS)
WINDOWS = (ACCEPTED, BEFORE_SLACK, AT_RANDOM, ANSWERED, OPENING, LOOKING)


@dataclass
class Series:
    """A series of strikes while workers work, and what they hit."""

    crowd: Crowd
    forks: Forks
    workers: int
    chance: random.Random
    strikes: int = 0
    interrupted: int = 0
    accepted: int = 0
    asked: list[Seat] = field(default_factory=list)
    _claimed: set[str] = field(default_factory=set)

    async def strike(self) -> None:
        """What happens while a worker is in a window; counts itself."""
        raise NotImplementedError

    async def run(self, strikes: int, *, due_each: int) -> Outcome:
        """Strike so often, with so many questions due each time; then let the workers finish."""
        seats = iter(self.crowd.seats)
        for window in cycle(WINDOWS):
            await self._fill_up()
            if self.strikes >= strikes:
                break
            await self._reach(window, list(islice(seats, due_each)))
            await self.strike()
            self.crowd.sandbox.faults.clear()
            await self._note()
        await self.crowd.settled()
        for pid in list(self.forks.alive):
            await self.forks.stop(pid)
        return await self.crowd.outcome(self.asked)

    def __str__(self) -> str:
        return (
            f"{self.strikes} {type(self).__name__.lower()}, {self.interrupted} deliveries interrupted, "
            f"{self.accepted} of them already accepted"
        )

    async def _fill_up(self) -> None:
        settings = self.crowd.settings(
            lease_seconds=str(LEASE_SECONDS), posts_per_second="100", spread_minutes="0"
        )
        missing = self.workers - len(self.forks.alive)
        await asyncio.gather(*(self.forks.start(settings) for _ in range(missing)))

    async def _reach(self, window: Window, seats: list[Seat]) -> None:
        """Make these due and come back when a worker is in the window, or after a while, where none comes there."""
        assert seats, "the crowd is too small for so many strikes"
        self.asked.extend(seats)
        start = self.crowd.sandbox.journal.last
        fault = self._hold(window) if window.kind else None
        await self.crowd.ask(seats)
        with suppress(TimeoutError):
            async with asyncio.timeout(window.wait):
                if fault:
                    await until(lambda: fault.times < _MANY)
                elif window.method:
                    await until(lambda: self.crowd.calls(window.method, after=start))
        await asyncio.sleep(self.chance.uniform(0, window.spread))

    def _hold(self, window: Window) -> Fault:
        faults = self.crowd.sandbox.faults
        return faults.add(window.kind, method=window.method, times=_MANY, seconds=HOLD_SECONDS)

    async def _note(self) -> None:
        """Count what is claimed since the last look; a worker that lives may finish some of it."""
        states = await self.crowd.states()
        claimed = {member_id for member_id, state in states.items() if state == "claimed"}
        self.interrupted += len(claimed - self._claimed)
        self.accepted += sum(
            bool(self.crowd.got(seat)) for seat in self.asked if seat.member_id in claimed - self._claimed
        )
        self._claimed = claimed


class Kills(Series):
    """Workers are killed, and others take their place."""

    async def strike(self) -> None:
        alive = list(self.forks.alive)
        # All at once now and then, as when a machine goes; the first time too, when all are busy.
        for pid in alive if not self.strikes or self.chance.random() < 1 / 3 else [self.chance.choice(alive)]:
            await self.forks.kill(pid)
            self.strikes += 1


class Freezes(Series):
    """A worker stands still for longer than its lease, while others go on, and then goes on as well."""

    async def strike(self) -> None:
        frozen = self.forks.alive[: self.workers // 2]
        for pid in frozen:
            self.forks.freeze(pid)
        self.crowd.sandbox.faults.clear()
        await asyncio.sleep(2 * LEASE_SECONDS)
        for pid in frozen:
            self.forks.thaw(pid)
        self.strikes += 1
        self.forks.alive.reverse()
        await asyncio.sleep(HOLD_SECONDS)


async def struck(
    how: type[Series],
    times: int,
    database_url: str,
    make_coach: Callable[..., Coach],
    folder: Path,
    *,
    workers: int,
    due_each: int,
) -> tuple[Series, Outcome]:
    """Strike so often at so many workers, among a crowd that is large enough for it."""
    members = due_each * (times + 1) // TEAMS + 1
    async with (
        gathered(database_url, make_coach, teams=TEAMS, members=members) as crowd,
        forking(folder) as forks,
    ):
        series = how(crowd, forks, workers=workers, chance=random.Random(workers))
        return series, await series.run(times, due_each=due_each)
