"""Errands: a stop waits for them, and what they raise is a line in the log."""

import asyncio
import logging

import pytest

from bot.core.in_flight import InFlight
from handlers.errands import Errands


async def test_a_stop_waits_for_an_errand() -> None:
    in_flight, done = InFlight(), []

    async def errand() -> None:
        await asyncio.sleep(0.01)
        done.append("done")

    Errands(in_flight).start(errand())
    await asyncio.sleep(0)
    assert in_flight.running == 1
    assert await in_flight.drained(1)
    assert done == ["done"]


async def test_an_errand_that_fails_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    in_flight = InFlight()

    async def errand() -> None:
        raise ValueError("what a person wrote")

    Errands(in_flight).start(errand())
    await asyncio.sleep(0)
    assert await in_flight.drained(1)
    (record,) = caplog.records
    assert (record.levelno, record.message) == (logging.ERROR, "errand.failed")
