"""R11: double clicks, forms that are sent twice at once, and a command that is typed again."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.coach import Coach
from bot.domain.wins import Win
from tests import forged
from tests.chaos.scale import Measured, count
from tests.slack import living

TOGETHER = 4


async def test_what_is_done_twice_at_once_has_one_effect_or_is_asked_about(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach]
) -> None:
    each, asked = count("R11"), 0
    async with living(sqlite_url, make_coach, mode="stopped") as slack:
        maya = slack.maya
        await maya.opens_home()
        for number in range(each):
            await slack.passes(timedelta(minutes=5))
            await maya.uses("wins.log_shortcut")
            await maya.submits(title=f"Form {number}")
            await asyncio.gather(*(forged.again(slack) for _ in range(TOGETHER)))
            await maya.says(f"Message {number} is done")
            await maya.clicks("Save as a win")
            await asyncio.gather(*(forged.again(slack) for _ in range(TOGETHER)))
            # Its answer was late (operation_timeout), so the person types it again.
            await maya.says(f"/win Command {number}")
            await maya.says(f"/win Command {number}")
            asked += "Is this the same one?" in await maya.reads()
        stored = await slack.count(Win)
    measured(
        "R11",
        f"{2 * each} forms and clicks {1 + TOGETHER} times each, {each} commands twice: {stored} wins, {asked} asked",
    )
    assert stored == 3 * each
    assert asked == each
