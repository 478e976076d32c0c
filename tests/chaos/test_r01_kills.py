"""R01: workers are killed in the middle of deliveries, on SQLite."""

import random
from collections.abc import Callable
from pathlib import Path

from bot.coach import Coach
from tests.chaos.crowd import gathered
from tests.chaos.forks import forking
from tests.chaos.kills import Killing
from tests.chaos.scale import Measured, count

DUE_EACH = 4
TEAMS = 8


async def test_a_worker_that_is_killed_at_any_moment_loses_nothing_and_sends_nothing_twice(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    kills = count("R01")
    members = DUE_EACH * (kills + 1) // TEAMS + 1
    async with (
        gathered(sqlite_url, make_coach, teams=TEAMS, members=members) as crowd,
        forking(tmp_path) as forks,
    ):
        killing = Killing(crowd, forks, workers=1, chance=random.Random(1))
        outcome = await killing.run(kills, due_each=DUE_EACH)
    measured("R01", f"{killing}; {outcome}")
    assert outcome.good
    assert killing.interrupted
