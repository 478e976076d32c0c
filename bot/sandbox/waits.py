"""Waiting for a moment of the movable clock."""

import asyncio
from datetime import datetime

from bot.core.clock import Clock

_LONGEST_NAP = 1.0


class Waits:
    """Those who wait look at the clock when it is said to be moved, and once a second in case nobody said so."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._moved = asyncio.Event()

    def moved(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def until(self, moment: datetime) -> None:
        while (left := (moment - self._clock.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                async with asyncio.timeout(min(left, _LONGEST_NAP)):
                    await moved.wait()
            except TimeoutError:
                continue
