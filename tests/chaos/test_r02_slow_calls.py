"""R02: every call of a delivery takes nearly as long as it may, so that together they outlast a lease."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.coach import Coach
from bot.domain.nudges import Nudge, State
from tests.chaos.crowd import DUE, Crowd, gathered
from tests.chaos.forks import forking
from tests.chaos.scale import Measured, count, is_full

LEASE_SECONDS = 6.0 if is_full() else 3.0
# A call is given up after a third of a lease.
NEARLY = 0.85 * LEASE_SECONDS / 3
OPEN, LOOK, POST = "conversations.open", "conversations.history", "chat.postMessage"


@pytest.mark.postgres
async def test_slow_calls_in_a_row_do_not_outlast_the_lease_and_double_a_message(
    measured: Measured, postgres_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    teams = count("R02")
    async with (
        gathered(postgres_url, make_coach, teams=teams, members=2) as crowd,
        forking(tmp_path) as forks,
    ):
        await left_behind(crowd)
        for team_id in crowd.teams:
            slow_down(crowd, team_id)
        settings = crowd.settings(lease_seconds=str(LEASE_SECONDS), spread_minutes="0")
        pids = await asyncio.gather(*(forks.start(settings) for _ in range(2)))
        await crowd.settled()
        # What is still on its way arrives.
        await asyncio.sleep(LEASE_SECONDS)
        for pid in pids:
            await forks.stop(pid)
        outcome = await crowd.outcome(crowd.seats)
    measured("R02", f"calls of {NEARLY:.1f} s with a lease of {LEASE_SECONDS:.0f} s: {outcome}")
    assert outcome.good


async def left_behind(crowd: Crowd) -> None:
    """Claims of a worker that vanished before it had sent anything."""
    await crowd.ask(crowd.seats)
    vanished = {"state": State.CLAIMED.value, "key": "a key", "attempts": 1, "claimed_at": DUE}
    async with crowd.coach.database.system() as session:
        await session.execute(update(Nudge).values(vanished))


def slow_down(crowd: Crowd, team_id: str) -> None:
    """The first member's look takes a while, and then each call that is made for the second, who waits for it."""
    for method, *holds in ((OPEN, 0, 0, NEARLY, NEARLY), (LOOK, NEARLY / 2, NEARLY), (POST, 0, NEARLY)):
        for seconds in holds:
            crowd.sandbox.faults.add("slow", method=method, team_id=team_id, seconds=seconds)
