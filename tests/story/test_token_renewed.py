"""One workspace by its token in `.env`: the app is installed again, and its new token is taken without a restart."""

import asyncio
import contextlib
from pathlib import Path

import aiohttp
import pytest

from tests.story.processes import PATIENCE, World, free_port, sayso, world


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_new_token_in_env_is_taken_with_and_without_a_restart(
    tmp_path: Path, *, restarted: bool
) -> None:
    port = free_port()
    async with world(tmp_path, "http", port=port) as slack:
        env = tmp_path / ".env"
        old = slack.settings.pop("slack_bot_token")
        env.write_text(f"SAYSO_SLACK_BOT_TOKEN={old}\n")
        async with sayso("run", folder=tmp_path, **slack.settings) as running:
            await answers(slack, port)
            await slack.does("maya", "command", command="/win", text="Shipped before")
            await slack.until("maya", "Shipped before")
            new = await installed_again(slack)
            assert new != old
            await slack.does("maya", "command", command="/win", text="Shipped between")
            await slack.until("maya", "not connected to this workspace any more")
            env.write_text(f"SAYSO_SLACK_BOT_TOKEN={new}\n")
            if not restarted:
                await takes_it(slack)
            assert await running.stop() == 0, "\n".join(running.lines)
        if restarted:
            async with sayso("run", folder=tmp_path, **slack.settings) as again:
                await answers(slack, port)
                await takes_it(slack)
                assert await again.stop() == 0, "\n".join(again.lines)


async def installed_again(slack: World) -> str:
    """Uninstall the app and install it again; the bot's new token."""
    team = next(iter(slack.app["installations"]))
    await slack.control("POST", f"apps/{slack.app['app_id']}/uninstall", {"team_id": team})
    app = await slack.control("POST", f"apps/{slack.app['app_id']}/install", {"team_id": team})
    token: str = app["installations"][team]["bot_token"]
    return token


async def takes_it(slack: World) -> None:
    """What was kept is there again; the old token had been tried a moment ago, so the clock is moved on."""
    await slack.control("POST", "clock", {"by_seconds": 10})
    await slack.does("maya", "command", command="/win", text="list")
    shown = await slack.until("maya", "Shipped before")
    assert "Shipped between" not in str(shown), "nothing was saved without a token"


async def answers(slack: World, port: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with slack.http.get(f"http://127.0.0.1:{port}/healthz"):
                    return
            await asyncio.sleep(0.05)
