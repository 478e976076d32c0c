"""In a process of its own: our worker claims and advances what is due, with a messenger that sends nothing."""

import asyncio
import logging
import os
import time
from datetime import datetime

from benchmarks import children
from benchmarks.servers import resident_mb
from bot.coach import Coach
from bot.core.clock import MovableClock
from bot.domain.nudges import Claim
from bot.scheduler import Worker
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.vault import Vault

EMPTY_TICKS = 3
PAUSE_SECONDS = 0.02


class Silent:
    """A messenger that has always sent at once."""

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        return claim.channel or "D", "1763647200.000100"

    async def find(self, _claim: Claim) -> tuple[str, str] | None:
        return None


async def main() -> None:
    """Tick until nothing has been due for a while, or so often; reports the moments and each tick's seconds."""
    job = children.job()
    logging.disable(logging.INFO)
    clock = MovableClock()
    clock.move_to(datetime.fromisoformat(job["now"]))
    settings = Settings.load(
        _env_file=None,
        database_url=job["address"],
        master_keys=job["key"],
        posts_per_second=1_000_000,
        spread_minutes=0,
    )
    coach = Coach(settings, clock, Database(settings.database, clock), Vault(settings.keys))
    worker = Worker(coach, Silent())
    children.ready()
    began = ended = time.monotonic()
    used = time.process_time()
    taken, empty, ticks = 0, 0, list[float]()
    while len(ticks) < job["ticks"] or empty < (0 if job["ticks"] else EMPTY_TICKS):
        before = time.monotonic()
        claimed = await worker.tick()
        ticks.append(time.monotonic() - before)
        taken += claimed
        empty = 0 if claimed else empty + 1
        if claimed:
            ended = time.monotonic()
        elif not job["ticks"]:
            await asyncio.sleep(PAUSE_SECONDS)  # another worker may hold what is left
    await coach.database.close()
    cpu = time.process_time() - used
    children.report(began=began, ended=ended, cpu=cpu, ticks=ticks, memory=resident_mb(os.getpid()))


if __name__ == "__main__":
    asyncio.run(main())
