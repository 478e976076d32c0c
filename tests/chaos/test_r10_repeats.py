"""R10: Slack sends the same event four times at once, and again a day later."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from bot.coach import Coach
from bot.domain.captures import Capture
from bot.domain.wins import Win
from tests import forged
from tests.chaos.scale import Measured, count
from tests.slack import living


async def test_an_event_that_comes_five_times_has_one_effect(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach]
) -> None:
    each = count("R10")
    async with living(sqlite_url, make_coach, mode="stopped") as slack:
        await slack.maya.opens_home()
        for number in range(each):
            for said in (f"win Shipped part {number}", f"Part {number} is done", "help"):
                await slack.maya.says(said)
                await asyncio.gather(*(forged.again(slack, "events_api") for _ in range(3)))
        last = len(await slack.maya.messages())
        await slack.passes(timedelta(hours=24))
        late = slack.delivered("events_api")[-9::3]
        for body in late:
            await slack.delivers("events_api", body | {"nonce": "late"})
        wins, captures = await slack.count(Win), await slack.count(Capture)
        answers = len(await slack.maya.messages())
    measured(
        "R10",
        f"{3 * each} events 4 times each, {len(late)} of them a day later too: {wins} wins, {captures} captures",
    )
    assert (wins, captures) == (each, each)
    assert answers == last
