"""R04: Slack accepts messages and then drops the connection, so that nobody hears of it."""

import random
from collections.abc import Callable
from datetime import timedelta

from bot.coach import Coach
from tests.chaos.crowd import gathered
from tests.chaos.scale import Measured, count

TEAMS = 3
MINUTE = timedelta(minutes=1)


async def test_a_message_whose_answer_was_lost_is_looked_for_and_not_sent_again(
    measured: Measured, database_url: str, make_coach: Callable[..., Coach]
) -> None:
    each = count("R04")
    async with gathered(database_url, make_coach, teams=TEAMS, members=each) as crowd:
        faults = crowd.sandbox.faults
        faults.add("drop_after", method="chat.postMessage", times=len(crowd.seats))
        await crowd.ask(crowd.seats)
        await crowd.carried(crowd.worker(), step=MINUTE)
        outcome = await crowd.outcome(crowd.seats)
        looks = len(crowd.calls("conversations.history"))
    measured("R04", f"{outcome}, {looks} looks into a history")
    assert outcome.good


async def test_connections_that_drop_before_or_after_again_and_again_leave_one_message(
    measured: Measured, database_url: str, make_coach: Callable[..., Coach]
) -> None:
    each, chance = count("R04"), random.Random(4)
    async with gathered(database_url, make_coach, teams=TEAMS, members=each) as crowd:
        drops = 2 * len(crowd.seats)
        for _ in range(drops):
            crowd.sandbox.faults.add(chance.choice(["drop", "drop_after"]), method="chat.postMessage")
        await crowd.ask(crowd.seats)
        await crowd.carried(crowd.worker(), step=MINUTE)
        outcome = await crowd.outcome(crowd.seats)
        met = sum(1 for one in crowd.calls("chat.postMessage") if one["fault"])
    measured("R04", f"{outcome}, {met} connections dropped before or after")
    assert outcome.good
