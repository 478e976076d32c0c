"""Follows a clock on this machine that somebody moves: for trials against the sandbox only."""

import asyncio
import logging
from datetime import datetime

import aiohttp

from bot.core.clock import MovableClock

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.2
PATIENCE = aiohttp.ClientTimeout(total=2)


async def agree(clock: MovableClock, url: str) -> None:
    """Ask `url` for the time (`{"now": "…"}`) and take it over; a silent clock is left alone."""
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as http, http.get(url) as answer:
            clock.move_to(datetime.fromisoformat((await answer.json())["now"]))
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        log.warning("clock.lost")


async def follow(clock: MovableClock, url: str, stop: asyncio.Event) -> None:
    """Agree several times a second until `stop` is set."""
    while not stop.is_set():
        await agree(clock, url)
        await asyncio.sleep(EVERY_SECONDS)
