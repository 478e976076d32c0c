"""R22: the socket is closed again and again, with each of Slack's reasons, while somebody writes."""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import cycle, islice

import pytest

from bot.coach import Coach
from bot.sandbox.delivery import socket
from tests.chaos.scale import Measured, count
from tests.slack import LocalSlack, living

REASONS = ("link_disabled", "refresh_requested", "warning")
EVERY_SECONDS = 2
RETRIES = 3


async def test_a_socket_that_is_closed_again_and_again_loses_nothing_that_slack_sends_again(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "WARNING_SECONDS", 0.2)
    monkeypatch.setattr(socket, "LEAVE_SECONDS", 0.1)
    closings, said = count("R22"), 0
    async with living(sqlite_url, make_coach, mode="socket") as slack:
        await slack.maya.opens_home()
        closing = asyncio.create_task(close_often(slack, closings))
        while not closing.done():
            await slack.maya.says(f"win Shipped part {said}")
            said += 1
        await closing
        for _ in range(RETRIES):
            await asyncio.sleep(1)
            await slack.control("POST", "clock", {"by_seconds": 301})
        titles = await all_there(slack, said)
        failed = sum(not one["answered"] for one in slack.sandbox.journal.entries(kind="delivery"))
    measured(
        "R22",
        f"{closings} closings, {said} messages, {failed} deliveries failed: {said - len(titles)} lost, "
        f"{sum(titles.values()) - len(titles)} twice",
    )
    assert len(titles) == sum(titles.values()) == said


async def close_often(slack: LocalSlack, times: int) -> None:
    for reason in islice(cycle(REASONS), times):
        await asyncio.sleep(EVERY_SECONDS)
        await slack.control("POST", f"apps/{slack.app.id}/disconnect", {"reason": reason})


async def all_there(slack: LocalSlack, number: int) -> Counter[str]:
    """What is stored, once there is as much as was written, or some seconds later."""
    for _ in range(100):
        await slack.settled()
        titles = Counter(win.title for win in await slack.wins(slack.maya))
        if len(titles) >= number:
            break
        await asyncio.sleep(0.1)
    return titles
