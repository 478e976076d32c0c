"""Starts Sayso's own commands as processes, as an operator would, and talks to them from outside."""

import asyncio
import re
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from bot import manifest
from bot.storage.vault import new_master_key
from bot.web import server
from tests.forks import Command, Fresh, fork

PATIENCE = 20.0


@dataclass
class Running:
    """A process and what it has printed so far."""

    process: Command

    @property
    def lines(self) -> list[str]:
        return self.process.said.splitlines()

    async def says(self, pattern: str) -> re.Match[str]:
        """Wait until a line matches."""
        async with asyncio.timeout(PATIENCE):
            while True:
                ended = self.process.code() is not None
                found = next((one for line in self.lines if (one := re.search(pattern, line))), None)
                if found:
                    return found
                assert not ended, "\n".join(self.lines)
                await asyncio.sleep(0.02)

    async def ends(self) -> int:
        """Wait for its end and give the exit code."""
        return await self.process.ended(3 * PATIENCE)

    def kill(self) -> None:
        self.process.send(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask for a clean stop and give the exit code."""
        self.process.send(signal.SIGTERM)
        return await self.process.ended(PATIENCE)


@asynccontextmanager
async def sayso(*words: str, folder: Path, **settings: str) -> AsyncIterator[Running]:
    """Run `sayso <words>` in `folder` with only these settings, as a fork of what has been imported already."""
    running = start(*words, folder=folder, **settings)
    try:
        yield running
    finally:
        await running.stop()


def start(*words: str, folder: Path, **settings: str) -> Running:
    """The same for whoever ends it otherwise."""
    return Running(fork(words, folder, settings))


@asynccontextmanager
async def sayso_afresh(*words: str, folder: Path, **settings: str) -> AsyncIterator[Running]:
    """Run `sayso <words>` in an interpreter of its own, which has to import everything itself."""
    with tempfile.TemporaryDirectory() as kept:
        running = Running(Fresh(words, folder, settings, Path(kept) / "log"))
        try:
            yield running
        finally:
            await running.stop()


def free_port() -> int:
    with server.listener("127.0.0.1", 0) as sock:
        port: int = sock.getsockname()[1]
    return port


@dataclass
class World:
    """A sandbox in a process of its own, with our app registered, and the settings a bot needs there."""

    address: str
    http: aiohttp.ClientSession
    settings: dict[str, str]
    people: dict[str, str]
    app: dict[str, Any]

    async def control(self, method: str, path: str, given: object = None) -> dict[str, Any]:
        async with self.http.request(method, f"{self.address}/sandbox/{path}", json=given) as answer:
            body: dict[str, Any] = await answer.json()
        assert body.get("ok"), body
        return body

    async def does(self, name: str, act: str, **given: object) -> dict[str, Any]:
        return await self.control("POST", f"people/{self.people[name]}/{act}", given)

    async def sees(self, name: str) -> dict[str, Any]:
        return await self.control("GET", f"people/{self.people[name]}/sees")

    async def dm(self, name: str) -> dict[str, Any]:
        """This person's conversation with the bot."""
        conversations: list[dict[str, Any]] = (await self.sees(name))["conversations"]
        return next(one for one in conversations if one["kind"] == "im" and one["app"])

    async def until(self, name: str, text: str) -> dict[str, Any]:
        """The newest message or modal of this person that holds `text`, once there is one."""
        async with asyncio.timeout(PATIENCE):
            while True:
                seen = await self.sees(name)
                shown = [
                    *(await self.dm(name))["messages"],
                    *seen["modals"],
                    *(app["home"] or {} for app in seen["apps"]),
                ]
                found = [one for one in shown if text in str(one)]
                if found:
                    newest: dict[str, Any] = found[-1]
                    return newest
                await asyncio.sleep(0.05)


@asynccontextmanager
async def world(
    folder: Path, mode: str, *, port: int = 0, at: datetime | None = None
) -> AsyncIterator[World]:
    """Start `sayso sandbox`, at a moment of choice, and register our app there with this way of delivery."""
    async with sayso("sandbox", "--port", "0", folder=folder) as sandbox, aiohttp.ClientSession() as http:
        address = (await sandbox.says(r"(http://\S+:\d+)"))[1]
        made = World(address, http, {}, {}, {})
        if at:
            await made.control("POST", "clock", {"to": at.isoformat()})
        overview = await made.control("GET", "world")
        made.people.update({one["name"]: one["id"] for one in overview["people"]})
        delivery = (
            {"mode": "socket"}
            if mode == "socket"
            else {"mode": "http", "url": f"http://127.0.0.1:{port}/slack/events"}
        )
        team = overview["workspaces"][0]["id"]
        given = {"manifest": manifest.load(), "install": [team], "delivery": delivery}
        made.app.update(await made.control("POST", "apps", given))
        made.settings.update(_settings(made, team, mode, port))
        yield made


def _settings(made: World, team: str, mode: str, port: int) -> dict[str, str]:
    settings = {
        "slack_bot_token": made.app["installations"][team]["bot_token"],
        "slack_signing_secret": made.app["signing_secret"],
        "slack_api_url": f"{made.address}/api/",
        "master_keys": new_master_key(),
        "clock_url": f"{made.address}/sandbox/clock",
        "worker_tick_seconds": "0.2",
        "spread_minutes": "0",
        "port": str(port),
    }
    return {**settings, "slack_app_token": made.app["app_token"]} if mode == "socket" else settings
