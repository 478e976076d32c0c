"""R05: Slack accepts messages and then answers as if it had not: 500, 503, pages of HTML."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.coach import Coach
from tests.chaos.crowd import gathered
from tests.chaos.scale import Measured, count

TEAMS = 3
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("status_after", 500), ("status_after", 503), ("html_after", 503), ("html_after", 200)],
)
async def test_a_message_that_an_outage_denies_is_looked_for_and_not_sent_again(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach], kind: str, status: int
) -> None:
    each = count("R05")
    async with gathered(sqlite_url, make_coach, teams=TEAMS, members=each) as crowd:
        faults = crowd.sandbox.faults
        faults.add(kind, method="chat.postMessage", times=len(crowd.seats), status=status)
        await crowd.ask(crowd.seats)
        await crowd.carried(crowd.worker(), step=MINUTE)
        outcome = await crowd.outcome(crowd.seats)
    measured("R05", f"{status} {'HTML' if kind == 'html_after' else 'text'}: {outcome}")
    assert outcome.good
