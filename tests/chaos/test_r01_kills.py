"""R01: workers are killed in the middle of deliveries, on SQLite."""

import random
from collections.abc import Callable
from pathlib import Path

from bot.coach import Coach
from tests.chaos.crowd import gathered
from tests.chaos.forks import forking
from tests.chaos.scale import Measured, count
from tests.chaos.strikes import Kills

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
        series = Kills(crowd, forks, workers=1, chance=random.Random(1))
        outcome = await series.run(kills, due_each=DUE_EACH)
    measured("R01", f"{series}; {outcome}")
    assert outcome.good
    assert series.interrupted
