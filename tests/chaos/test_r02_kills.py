"""R02: four workers on PostgreSQL are killed in the middle of deliveries, one at a time and all at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.coach import Coach
from tests.chaos.scale import Measured, count
from tests.chaos.strikes import Kills, struck


@pytest.mark.postgres
async def test_workers_that_are_killed_beside_each_other_lose_nothing_and_send_nothing_twice(
    measured: Measured, postgres_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    series, outcome = await struck(
        Kills, count("R02"), postgres_url, make_coach, tmp_path, workers=4, due_each=12
    )
    measured("R02", f"{series}; {outcome}")
    assert outcome.good
    assert series.interrupted
