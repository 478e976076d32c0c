"""R03: the process that answers is killed again and again while people type `/win`."""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

from bot.coach import Coach
from tests.chaos.scale import Measured, count
from tests.chaos.typists import room

WINS_A_KILL = 20


async def test_whatever_was_acknowledged_before_a_kill_is_stored(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach], tmp_path: Path
) -> None:
    kills, chance = count("R03"), random.Random(3)
    async with room(sqlite_url, make_coach, tmp_path) as made:
        async with made.typing():
            for number in range(kills):
                await made.until_saved((number + 1) * WINS_A_KILL)
                await asyncio.sleep(chance.uniform(0, 0.05))
                await made.kill(made.forks.alive[0])
                await made.opens()
        verdict = await made.verdict()
    measured("R03", f"{kills} kills; {verdict}")
    assert verdict.good
    assert verdict.saved >= kills * WINS_A_KILL
