"""The main job from outside: real processes, real sockets, both ways of delivery, both databases."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.slack import words_of
from tests.story.processes import World, free_port, sayso, world

pytestmark = pytest.mark.thorough

WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
FRIDAY_AT_THREE_IN_BERLIN = datetime(2026, 11, 20, 14, 0, 30, tzinfo=UTC)


@asynccontextmanager
async def everything_in_one_process(folder: Path, database_url: str) -> AsyncIterator[World]:
    """`sayso run` over Socket Mode."""
    port = free_port()
    async with (
        world(folder, "socket", port=port, at=WEDNESDAY) as made,
        sayso("run", folder=folder, database_url=database_url, **made.settings) as bot,
    ):
        await bot.says("web.started")
        yield made
        assert await bot.stop() == 0, "\n".join(bot.lines)


@asynccontextmanager
async def a_process_for_each(folder: Path, database_url: str) -> AsyncIterator[World]:
    """`sayso db upgrade`, then `sayso web` over signed HTTP and two times `sayso worker`."""
    port = free_port()
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(world(folder, "http", port=port, at=WEDNESDAY))
        settings: dict[str, Any] = {"folder": folder, "database_url": database_url, **made.settings}
        async with sayso("db", "upgrade", **settings) as release:
            assert await release.ends() == 0, "\n".join(release.lines)
        web = await stack.enter_async_context(sayso("web", **settings))
        workers = [await stack.enter_async_context(sayso("worker", **settings)) for _ in range(2)]
        await web.says("web.started")
        for worker in workers:
            await worker.says("worker.started")
        yield made
        for one in (web, *workers):
            assert await one.stop() == 0, "\n".join(one.lines)


WAYS = {"run over Socket Mode": everything_in_one_process, "web and workers over HTTP": a_process_for_each}


@pytest.mark.parametrize("way", WAYS)
async def test_a_person_logs_a_win_is_asked_on_friday_and_drafts_the_message(
    way: str, tmp_path: Path, database_url: str
):
    async with WAYS[way](tmp_path, database_url) as slack:
        await _a_win_is_logged(slack)
        await _friday_comes_and_is_answered(slack)
        await _the_message_is_drafted(slack)
        await _home_shows_it(slack)
        await _health_is_told(slack)


async def _the_clock_says(slack: World, moment: datetime) -> None:
    await slack.control("POST", "clock", {"to": moment.isoformat()})


async def _a_win_is_logged(slack: World) -> None:
    answer = await slack.does("maya", "command", command="/win", text="Shipped the new search")
    assert answer["delivery"]["answered"], answer
    saved = await slack.until("maya", "Saved.")
    assert "Shipped the new search" in words_of(saved)
    assert saved["ephemeral"]
    welcome = await slack.until("maya", "Hello, I am Sayso")
    assert "Friday at 15:00" in words_of(welcome)


async def _friday_comes_and_is_answered(slack: World) -> None:
    await _the_clock_says(slack, FRIDAY_AT_THREE_IN_BERLIN)
    asked = await slack.until("maya", "Your weekly check-in")
    assert "Shipped" not in words_of(asked)
    container = {"kind": "message", "channel": (await slack.dm("maya"))["id"], "ts": asked["ts"]}
    await slack.does("maya", "click", container=container, action_id="reviews.answer")
    form = await slack.until("maya", "Logged this week already")
    assert "Shipped the new search" in words_of(form)
    more = "Unblocked the release\n- Reviewed the security plan"
    answer = await slack.does("maya", "submit", view_id=form["id"], values={"more": more, "energy": "4"})
    assert not answer.get("errors")
    assert "2 new wins" in words_of(await slack.until("maya", "Your check-in is saved"))
    questions = [
        one for one in (await slack.dm("maya"))["messages"] if "What did you get done this week" in str(one)
    ]
    assert len(questions) <= 1


async def _the_message_is_drafted(slack: World) -> None:
    await slack.does("maya", "command", command="/pitch", text="manager")
    form = await slack.until("maya", "Which wins does it rest on?")
    assert "Reviewed the security plan" in words_of(form)
    ask = "I would like to lead the search team"
    answer = await slack.does("maya", "submit", view_id=form["id"], values={"ask": ask})
    assert not answer.get("errors"), answer
    draft = words_of(await slack.until("maya", ask))
    assert "Shipped the new search" in draft


async def _home_shows_it(slack: World) -> None:
    await slack.does("maya", "home", app=slack.app["app_id"], tab="home")
    shown = words_of(await slack.until("maya", "Only you can see this page"))
    assert "3 wins" in shown
    assert "Friday 27 November" in shown


async def _health_is_told(slack: World) -> None:
    base = f"http://127.0.0.1:{slack.settings['port']}"
    async with slack.http.get(f"{base}/healthz") as alive, slack.http.get(f"{base}/readyz") as ready:
        assert alive.status == ready.status == 200
        assert (await ready.json())["database"] is True
    async with slack.http.get(f"{base}/metrics") as counts:
        assert "Shipped" not in await counts.text()
