"""R06: Slack says 429 to one workspace, with a Retry-After of every sort; the others are none the wiser."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bot.coach import Coach
from tests.chaos.crowd import Crowd, gathered
from tests.chaos.scale import Measured, count, databases

TEAMS = 3
POST = "chat.postMessage"
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("database_url", databases(), indirect=True)
@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [(1, SECOND), (30, 30 * SECOND), (None, SECOND), ("soon", SECOND), (0, 0 * SECOND)],
)
async def test_a_workspace_that_is_told_to_slow_down_waits_and_the_others_go_on(
    measured: Measured,
    database_url: str,
    make_coach: Callable[..., Coach],
    retry_after: object,
    wait: timedelta,
) -> None:
    each = count("R06")
    async with gathered(database_url, make_coach, teams=TEAMS, members=each, lease_seconds=60) as crowd:
        limited = crowd.teams[0]
        crowd.sandbox.faults.add("ratelimited", method=POST, team_id=limited, retry_after=retry_after)
        await crowd.ask(crowd.seats)
        await crowd.carried(crowd.worker(), step=SECOND)
        outcome = await crowd.outcome(crowd.seats)
        refused, following = around_the_refusal(crowd, limited)
        others = [moment(one) for team_id in crowd.teams[1:] for one in crowd.calls(POST, team_id)]
    waited = following - refused
    late = sum(one >= following for one in others)
    measured(
        "R06",
        f"Retry-After {retry_after}: waited {waited.total_seconds():.1f} s, {outcome}, "
        f"{late} of {len(others)} others later than that",
    )
    assert outcome.good
    assert waited >= wait
    if wait > SECOND:
        assert late == 0


async def test_a_workspace_that_is_told_so_again_and_again_loses_nothing(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach]
) -> None:
    each = count("R06")
    async with gathered(sqlite_url, make_coach, teams=TEAMS, members=each, lease_seconds=60) as crowd:
        limited = crowd.teams[0]
        faults = crowd.sandbox.faults
        faults.add("ratelimited", method=POST, team_id=limited, retry_after=30, times=each)
        faults.add("ratelimited", method="conversations.open", team_id=limited, retry_after=30, times=each)
        await crowd.ask(crowd.seats)
        await crowd.carried(crowd.worker(), step=timedelta(seconds=10))
        outcome = await crowd.outcome(crowd.seats)
        refusals = [one for one in crowd.calls(POST, limited) if one["fault"]]
    measured("R06", f"{len(refusals)} refusals in turn: {outcome}")
    assert outcome.good


def around_the_refusal(crowd: Crowd, team_id: str) -> tuple[datetime, datetime]:
    """When the workspace was told to wait, and when the next call of any sort came from it."""
    calls = [one for one in crowd.sandbox.journal.entries(kind="call") if one.get("team") == team_id]
    refused = next(number for number, one in enumerate(calls) if one["fault"])
    return moment(calls[refused]), moment(calls[refused + 1])


def moment(call: dict[str, str]) -> datetime:
    return datetime.fromisoformat(call["at"])
