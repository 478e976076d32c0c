"""Workers that are forked, killed, frozen and thawed."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.forks import Fork, fork

PATIENCE = 30.0


class Forks:
    """Workers of one test, known by their process ids."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._forks: dict[int, Fork] = {}
        self.alive: list[int] = []

    async def start(self, settings: Mapping[str, str], part: str = "worker") -> int:
        """Start a worker (or a web process) with only these settings and wait until it is up; its process id."""
        made = fork([part], self._folder, settings)
        self._forks[made.pid] = made
        self.alive.append(made.pid)
        async with asyncio.timeout(PATIENCE):
            while f"{part}.started" not in made.said:  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.01)
        return made.pid

    async def kill(self, pid: int) -> None:
        """End it at once (kill -9); a worker that was dead already has failed by itself."""
        ended = await self._end(pid, signal.SIGKILL)
        assert ended == -signal.SIGKILL, f"ended by itself with {ended}: {self._forks[pid].said}"

    def freeze(self, pid: int) -> None:
        """Let it stand still, as when its machine is moved or swaps; returns when no thread of it does anything."""
        os.kill(pid, signal.SIGSTOP)
        until = time.monotonic() + PATIENCE
        # A thread that waits for the disk writes on until the disk has answered.
        while not _stands_still(pid):
            assert time.monotonic() < until, f"{pid} does not stand still"
            time.sleep(0.0005)

    def thaw(self, pid: int) -> None:
        """Let it go on; it does not know how long it stood still."""
        os.kill(pid, signal.SIGCONT)

    async def stop(self, pid: int) -> None:
        """Ask for a clean stop."""
        ended = await self._end(pid, signal.SIGTERM)
        assert ended == 0, f"ended with {ended}: {self._forks[pid].said}"

    def says(self, pid: int) -> str:
        """Everything a worker has printed."""
        return self._forks[pid].said

    async def _end(self, pid: int, by: signal.Signals) -> int:
        self.alive.remove(pid)
        self._forks[pid].send(by)
        return await self._forks[pid].ended(PATIENCE)

    async def leave(self) -> None:
        """End whoever is left, as after a test that failed."""
        for pid in list(self.alive):
            await self._end(pid, signal.SIGKILL)


@asynccontextmanager
async def forking(folder: Path) -> AsyncIterator[Forks]:
    """Workers in this folder; whoever is left ends with the test."""
    forks = Forks(folder)
    try:
        yield forks
    finally:
        await forks.leave()


def _stands_still(pid: int) -> bool:
    """Whether all its threads are stopped; the state stands behind the name in brackets (proc(5))."""
    threads = Path(f"/proc/{pid}/task").glob("*/stat")
    return all(each.read_text().rpartition(")")[2].split()[0] == "T" for each in threads)
