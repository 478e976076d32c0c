"""R02: workers on PostgreSQL stand still in the middle of deliveries, longer than a lease, and then go on."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.coach import Coach
from tests.chaos.crowd import gathered
from tests.chaos.forks import forking
from tests.chaos.scale import Measured, count
from tests.chaos.strikes import Freezes

DUE_EACH = 16
TEAMS = 8
# One in so many of the kills.
SHARE = 3


@pytest.mark.postgres
async def test_workers_that_stood_still_past_their_lease_send_nothing_twice(
    measured: Measured, postgres_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    freezes = max(count("R02") // SHARE, 2)
    members = DUE_EACH * freezes // TEAMS + 1
    async with (
        gathered(postgres_url, make_coach, teams=TEAMS, members=members) as crowd,
        forking(tmp_path) as forks,
    ):
        series = Freezes(crowd, forks, workers=2, chance=random.Random(2))
        outcome = await series.run(freezes, due_each=DUE_EACH)
    measured("R02", f"{series}; {outcome}")
    assert outcome.good
