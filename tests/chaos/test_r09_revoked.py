"""R09: a token is revoked in the middle of a batch; that workspace stops at once and the others go on."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.coach import Coach
from bot.domain import workspaces
from bot.domain.workspaces import Installation
from tests.chaos.crowd import Crowd, gathered, until
from tests.chaos.scale import Measured, count, databases

TEAMS = 3
POST = "chat.postMessage"
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("database_url", databases(), indirect=True)
async def test_a_workspace_whose_token_was_revoked_stops_and_goes_on_with_a_new_one(
    measured: Measured, database_url: str, make_coach: Callable[..., Coach]
) -> None:
    each = count("R09")
    async with gathered(database_url, make_coach, teams=TEAMS, members=each, lease_seconds=60) as crowd:
        left, others = crowd.teams[0], crowd.teams[1:]
        await crowd.ask(crowd.seats)
        worker = crowd.worker()
        ticking = asyncio.create_task(worker.tick())
        await until(lambda: len(crowd.calls(POST, left)) >= each // 3 or ticking.done())
        crowd.sandbox.revoke(crowd.app, left)
        await ticking
        before = await crowd.outcome([seat for team_id in others for seat in crowd.of(team_id)])
        for _ in range(5):
            await worker.tick()
        failing = [
            one
            for one in crowd.sandbox.journal.entries(kind="call")
            if one.get("team") == left and not one["answer"]["ok"]
        ]
        sent = sum(len(crowd.got(seat)) for seat in crowd.of(left))
        await reinstall(crowd, left)
        await crowd.carried(crowd.worker(), step=MINUTE)
        after = await crowd.outcome(crowd.of(left))
    measured(
        "R09",
        f"revoked after {sent} of {each}: {len(failing)} failing calls; others {before}; "
        f"with a new token {after}",
    )
    assert len(failing) <= 1
    assert sent < each
    assert before.good
    assert after.good


async def reinstall(crowd: Crowd, team_id: str) -> None:
    made = crowd.sandbox.install(crowd.app, team_id)
    given = Installation(team_id, made.bot_token, made.bot_user_id, made.bot_id)
    async with crowd.coach.database.system() as session:
        await workspaces.connect(session, crowd.coach.vault, given)
