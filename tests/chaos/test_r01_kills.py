"""R01: workers are killed in the middle of deliveries, on SQLite."""

from collections.abc import Callable
from pathlib import Path

from bot.coach import Coach
from tests.chaos.scale import Measured, count
from tests.chaos.strikes import Kills, struck


async def test_a_worker_that_is_killed_at_any_moment_loses_nothing_and_sends_nothing_twice(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    series, outcome = await struck(
        Kills, count("R01"), sqlite_url, make_coach, tmp_path, workers=1, due_each=4
    )
    measured("R01", f"{series}; {outcome}")
    assert outcome.good
    assert series.interrupted
