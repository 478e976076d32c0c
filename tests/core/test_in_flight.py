"""Work in flight: counted while it runs, waited for at a stop."""

import asyncio

import pytest

from bot.core.in_flight import InFlight


async def test_nothing_running_is_drained_at_once():
    assert await InFlight().drained(0)


async def test_a_stop_waits_for_what_runs():
    in_flight = InFlight()
    finished = []

    async def work() -> None:
        with in_flight:
            await asyncio.sleep(0.02)
            finished.append("saved")

    tasks = [asyncio.create_task(work()) for _ in range(3)]
    await asyncio.sleep(0)
    assert in_flight.running == 3
    assert await in_flight.drained(5)
    assert finished == ["saved"] * 3
    await asyncio.gather(*tasks)


async def test_a_stop_does_not_wait_for_ever():
    in_flight = InFlight()
    in_flight.enter()
    assert not await in_flight.drained(0.01)
    in_flight.leave()
    assert await in_flight.drained(0.01)


async def test_work_that_fails_is_no_longer_in_flight():
    in_flight = InFlight()
    with pytest.raises(ValueError, match="lost"), in_flight:
        raise ValueError("lost")
    assert in_flight.running == 0
    assert await in_flight.drained(0)


async def test_new_work_after_a_drain_counts_again():
    in_flight = InFlight()
    with in_flight:
        assert not await in_flight.drained(0.001)
    with in_flight:
        assert not await in_flight.drained(0.001)


def test_leaving_without_entering_is_a_fault_of_ours():
    with pytest.raises(RuntimeError):
        InFlight().leave()
