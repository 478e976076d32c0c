"""R02: four workers on PostgreSQL are killed in the middle of deliveries, one at a time and all at once."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.coach import Coach
from tests.chaos.crowd import gathered
from tests.chaos.forks import forking
from tests.chaos.scale import Measured, count
from tests.chaos.strikes import Kills

DUE_EACH = 12
TEAMS = 8


@pytest.mark.postgres
async def test_workers_that_are_killed_beside_each_other_lose_nothing_and_send_nothing_twice(
    measured: Measured, postgres_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    kills = count("R02")
    members = DUE_EACH * (kills + 1) // TEAMS + 1
    async with (
        gathered(postgres_url, make_coach, teams=TEAMS, members=members) as crowd,
        forking(tmp_path) as forks,
    ):
        series = Kills(crowd, forks, workers=4, chance=random.Random(2))
        outcome = await series.run(kills, due_each=DUE_EACH)
    measured("R02", f"{series}; {outcome}")
    assert outcome.good
    assert series.interrupted
