"""Workspaces and an org in one process over HTTP: installed in the browser, used, uninstalled, and back."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from playwright.async_api import Page, expect

from bot import manifest
from bot.storage.vault import new_master_key
from tests import browser
from tests.story.pages import shoot
from tests.story.processes import PATIENCE, World, free_port, sayso

pytestmark = pytest.mark.browser

WEDNESDAY, FRIDAY, LATER = (
    "2026-11-18T09:00:00+00:00",
    "2026-11-20T14:00:30+00:00",
    "2026-11-20T16:30:00+00:00",
)
JUNIPER, HARBOR = ("maya", "daniel", "priya", "kenji"), ("ana", "sam")
CHECK_IN = "Your weekly check-in."


@dataclass
class Story:
    """The local Slack, the bot's address, and what is asked of both again and again."""

    world: World
    bot: str
    teams: dict[str, str]

    async def installs(self, page: Page, name: str, workspace: str) -> None:
        await page.goto(f"{self.bot}/slack/install")
        await expect(page.get_by_role("heading")).to_contain_text("is requesting permission")
        await page.get_by_label("Install as").select_option(self.world.people[name])
        await page.get_by_role("button", name="Allow").click()
        await expect(page.get_by_role("heading")).to_have_text(f"Sayso is in {workspace} now")

    async def asked(self, name: str) -> int:
        """How often this person was asked for a check-in."""
        messages = (await self.world.dm(name))["messages"]
        return sum(1 for one in messages if CHECK_IN in str(one) and not one["ephemeral"])

    async def calls(self, team: str) -> list[dict[str, Any]]:
        """Every call with a token of this workspace, oldest first."""
        return [one for one in await self.calls_at_all() if one.get("team") == team]

    async def calls_at_all(self) -> list[dict[str, Any]]:
        async with self.world.http.get(f"{self.world.address}/sandbox/journal?kind=call") as answer:
            lines = (await answer.text()).splitlines()
        return [json.loads(line) for line in lines if line.strip()]


async def test_two_workspaces_install_it_use_it_and_one_leaves_in_the_middle_and_comes_back(
    chromium: str, tmp_path: Path
) -> None:
    async with living(tmp_path) as story:
        async with browser.window(chromium, story.world.address) as page:
            await story.installs(page, "maya", "Juniper Works")
            await shoot(page, "installed")
            await story.installs(page, "sam", "Harbor Studio")
            for name in (*JUNIPER, *HARBOR):
                await story.world.does(name, "command", command="/win", text=f"Pelican work of {name}")
                await story.world.until(name, f"Pelican work of {name}")
            await leaves_in_the_middle(story)
            await story.installs(page, "maya", "Juniper Works")
        await is_as_before(story)
    stored = b"".join(file.read_bytes() for file in (tmp_path / ".sayso").iterdir())
    assert b"workspaces" in stored, "this looked into the wrong files"
    for secret in (b"xoxb-", b"Pelican", b"pelican"):
        assert secret not in stored


async def test_an_org_installs_it_uses_it_in_two_workspaces_and_removes_it_by_the_page(
    chromium: str, tmp_path: Path
) -> None:
    async with living(tmp_path, org_ready=True) as story:
        world = story.world
        of_it = {"name": "Orchard Group", "workspaces": list(story.teams.values())}
        await world.control("POST", "orgs", of_it)
        async with browser.window(chromium, world.address) as page:
            await page.goto(f"{story.bot}/slack/install")
            await page.get_by_label("Install as").select_option(world.people["maya"])
            await page.get_by_label("The whole organization").check()
            await shoot(page, "org-authorize")
            await page.get_by_role("button", name="Allow").click()
            await expect(page.get_by_role("heading")).to_have_text("Sayso is in Orchard Group now")
            await expect(page.get_by_text("every workspace of the organization")).to_be_visible()
            await shoot(page, "org-installed")
            for name in ("maya", "sam"):
                await world.does(name, "command", command="/win", text=f"Pelican work of {name}")
                await world.until(name, f"Pelican work of {name}")
            await world.control("POST", "clock", {"to": FRIDAY})
            await until(story, ("maya", "sam"), lambda counts: counts == [1, 1])
            posts = [one for one in await story.calls_at_all() if one["method"] == "chat.postMessage"]
            assert {one["team"] for one in posts} == set(story.teams.values())
            await removes(page, story, "every workspace of Orchard Group")
            for name in ("maya", "sam"):
                await page.goto(f"{world.address}/as/{world.people[name]}")
                await expect(page.get_by_role("link", name="Sayso")).to_have_count(0)
        asked = len(await story.calls_at_all())
        await world.control("POST", "clock", {"to": LATER})
        await asyncio.sleep(2)
        assert len(await story.calls_at_all()) == asked, "nothing is sent to anybody any more"
    stored = b"".join(file.read_bytes() for file in (tmp_path / ".sayso").iterdir())
    for secret in (b"xoxb-", b"Pelican", b"pelican"):
        assert secret not in stored


async def removes(page: Page, story: Story, where: str) -> None:
    """Take the app out as a person does who finds its About tab; once they think better of it."""
    world = story.world
    await page.goto(f"{world.address}/as/{world.people['maya']}/app/{world.app['app_id']}/about")
    await expect(page.get_by_text(f"Sayso is installed in {where}.")).to_be_visible()
    await page.get_by_role("button", name="Remove app").scroll_into_view_if_needed()
    await shoot(page, "app-about")
    asked = page.get_by_role("dialog", name="Remove Sayso")
    await page.get_by_role("button", name="Remove app").click()
    await expect(asked).to_contain_text(f"Remove Sayso from {where}?")
    await shoot(page, "app-remove")
    await asked.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text(f"Sayso is installed in {where}.")).to_be_visible()
    await page.get_by_role("button", name="Remove app").click()
    await asked.get_by_role("button", name="Remove app").click()
    await expect(page.get_by_role("button", name="Remove app")).to_have_count(0)
    await shoot(page, "app-removed")


async def leaves_in_the_middle(story: Story) -> None:
    """Juniper's messages take a while each; when the first is there, the app is uninstalled."""
    world, juniper = story.world, story.teams["Juniper Works"]
    slow = {"method": "chat.postMessage", "team_id": juniper, "kind": "slow_after", "seconds": 1, "times": 20}
    await world.control("POST", "faults", slow)
    await world.control("POST", "clock", {"to": FRIDAY})
    await until(story, JUNIPER, lambda counts: sum(counts) >= 1)
    await world.control("POST", f"apps/{world.app['app_id']}/uninstall", {"team_id": juniper})
    await until(story, HARBOR, lambda counts: counts == [1, 1])
    await asyncio.sleep(3)
    posts = [one for one in await story.calls(juniper) if one["method"] == "chat.postMessage"]
    failing = [one for one in posts if not one["answer"]["ok"]]
    got = [await story.asked(name) for name in JUNIPER]
    assert len(failing) <= 1
    assert 1 <= sum(got) < len(JUNIPER), "it stopped in the middle"
    await world.control("DELETE", "faults")


async def is_as_before(story: Story) -> None:
    """Everybody's wins are there, and whoever was not asked yet is, once."""
    world = story.world
    for name in JUNIPER:
        await world.does(name, "command", command="/win", text="list")
        await world.until(name, f"Pelican work of {name}")
    await world.control("POST", "clock", {"to": LATER})
    await until(story, JUNIPER, lambda counts: counts == [1] * len(JUNIPER))
    assert [await story.asked(name) for name in HARBOR] == [1, 1]


async def until(story: Story, names: tuple[str, ...], holds: Callable[[list[int]], bool]) -> None:
    counts: list[int] = []
    try:
        async with asyncio.timeout(PATIENCE):
            while not holds(counts := [await story.asked(name) for name in names]):  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"asked so often: {dict(zip(names, counts, strict=True))}")


@asynccontextmanager
async def living(folder: Path, *, org_ready: bool = False) -> AsyncIterator[Story]:
    """The local Slack with our app registered and installed nowhere, and `sayso run` over HTTP."""
    port = free_port()
    bot = f"http://127.0.0.1:{port}"
    async with sayso("sandbox", "--port", "0", folder=folder) as sandbox, aiohttp.ClientSession() as http:
        world = World((await sandbox.says(r"(http://\S+:\d+)"))[1], http, {}, {}, {})
        await world.control("POST", "clock", {"to": WEDNESDAY})
        seen = await world.control("GET", "world")
        world.people.update({one["name"]: one["id"] for one in seen["people"]})
        for name in (*JUNIPER, *HARBOR):
            await world.control("PATCH", f"people/{world.people[name]}", {"tz": "Europe/Berlin"})
        described = manifest.load()
        described["oauth_config"]["redirect_urls"] = [f"{bot}/slack/oauth_redirect"]
        described["settings"]["org_deploy_enabled"] = org_ready
        delivery = {"mode": "http", "url": f"{bot}/slack/events"}
        given = {"manifest": described, "install": [], "delivery": delivery}
        world.app.update(await world.control("POST", "apps", given))
        async with sayso("run", folder=folder, **settings(world, bot, port)) as running:
            await answers(http, bot)
            yield Story(world, bot, {one["name"]: one["id"] for one in seen["workspaces"]})
            assert await running.stop() == 0, "\n".join(running.lines)
            assert not any("xoxb-" in line or "elican" in line for line in running.lines)


def settings(world: World, bot: str, port: int) -> dict[str, str]:
    """No bot token: workspaces bring their own."""
    return {
        "slack_client_id": world.app["client_id"],
        "slack_client_secret": world.app["client_secret"],
        "public_url": bot,
        "slack_signing_secret": world.app["signing_secret"],
        "slack_api_url": f"{world.address}/api/",
        "master_keys": new_master_key(),
        "clock_url": f"{world.address}/sandbox/clock",
        "worker_tick_seconds": "0.2",
        "spread_minutes": "0",
        "port": str(port),
    }


async def answers(http: aiohttp.ClientSession, bot: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with http.get(f"{bot}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
