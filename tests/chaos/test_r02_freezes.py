"""R02: workers on PostgreSQL stand still in the middle of deliveries, longer than a lease, and then go on."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.coach import Coach
from tests.chaos.scale import Measured, count
from tests.chaos.strikes import Freezes, struck

# One in so many of the kills.
SHARE = 3


@pytest.mark.postgres
async def test_workers_that_stood_still_past_their_lease_send_nothing_twice(
    measured: Measured, postgres_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    series, outcome = await struck(
        Freezes, max(count("R02") // SHARE, 2), postgres_url, make_coach, tmp_path, workers=2, due_each=16
    )
    measured("R02", f"{series}; {outcome}")
    assert outcome.good
