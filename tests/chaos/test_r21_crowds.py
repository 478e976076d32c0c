"""R21: several workers beside each other, each a process of its own, and a crowd that is due at once."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.coach import Coach
from tests.chaos.crowd import gathered
from tests.chaos.forks import Forks, forking
from tests.chaos.scale import Measured, count, is_full

TEAMS = 10


@pytest.mark.postgres
@pytest.mark.parametrize("workers", [2, 3, 4] if is_full() else [3])
async def test_workers_beside_each_other_send_each_message_once(
    measured: Measured, postgres_url: str, make_coach: Callable[..., Coach], tmp_path: Path, workers: int
) -> None:
    members = count("R21") // TEAMS
    async with (
        gathered(postgres_url, make_coach, teams=TEAMS, members=members) as crowd,
        forking(tmp_path) as forks,
    ):
        settings = crowd.settings(posts_per_second="1000", spread_minutes="0")
        pids = [await forks.start(settings) for _ in range(workers)]
        started = crowd.clock.now()
        # A small crowd would be one worker's only batch, so it comes by and by.
        portions = 1 if is_full() else 10
        for portion in range(portions):
            await crowd.ask(crowd.seats[portion::portions])
        await crowd.settled()
        seconds = (crowd.clock.now() - started).total_seconds()
        shares = sorted(settled_by(forks, pid) for pid in pids)
        for pid in pids:
            await forks.stop(pid)
        outcome = await crowd.outcome(crowd.seats)
    measured("R21", f"{workers} workers: {outcome}, {seconds:.0f} s, shares {shares}")
    assert outcome.good


def settled_by(forks: Forks, pid: int) -> int:
    """How many deliveries a worker says that it has finished."""
    lines = [json.loads(line) for line in forks.says(pid).splitlines()]
    return sum(line["count"] for line in lines if line["event"] == "nudges.settled")
