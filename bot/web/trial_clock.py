"""Follows a clock on this machine that somebody moves: for trials against the sandbox only."""

import asyncio
import logging
from datetime import datetime

import aiohttp

from bot.core.clock import MovableClock

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.2


async def follow(clock: MovableClock, url: str, stop: asyncio.Event) -> None:
    """Ask `url` for the time (`{"now": "…"}`) several times a second until `stop` is set."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as http:
        while not stop.is_set():
            try:
                async with http.get(url) as answer:
                    clock.move_to(datetime.fromisoformat((await answer.json())["now"]))
            except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
                log.warning("clock.lost")
            await asyncio.sleep(EVERY_SECONDS)
