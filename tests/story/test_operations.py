"""A workspace is drained, resumed, stopped and explained while real workers run, come late and are killed."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.story.processes import PATIENCE, Running, World, sayso, start, world

pytestmark = pytest.mark.thorough

WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 20, 14, 0, 30, tzinfo=UTC)
QUESTION = "Your weekly check-in"


class Installation:
    """Sayso in the local Slack, with Maya as its member, and an operator at its command line."""

    def __init__(self, slack: World, folder: Path) -> None:
        self.slack = slack
        self.folder = folder
        self.settings = {name: value for name, value in slack.settings.items() if name != "port"}
        self.settings["lease_seconds"] = "2"
        self.team: str = next(iter(slack.app["installations"]))

    async def clock_is(self, moment: datetime) -> None:
        await self.slack.control("POST", "clock", {"to": moment.isoformat()})

    async def says(self, *words: str, code: int = 0) -> str:
        async with sayso(*words, folder=self.folder, **self.settings) as running:
            ended = await running.ends()
            said = "\n".join(running.lines)
        assert ended == code, said
        return said

    async def the_check_in_is(self, state: str, *, held: bool = False) -> str:
        """The id of this Friday's check-in, once it is in that state (and held, if it is to be)."""
        asked = "SELECT id FROM nudges WHERE kind = 'check_in' AND local_on = '2026-11-20' AND state = ?"
        if held:
            # A whole date: SQLite reads '9000' as a number beside this column, and every text is more than that.
            asked += " AND due_at >= '9999-01-01'"
        async with asyncio.timeout(3 * PATIENCE):
            while True:
                with closing(sqlite3.connect(self.folder / ".sayso" / "sayso.db")) as database:
                    found = database.execute(asked, [state]).fetchone()
                if found:
                    return str(found[0])
                await asyncio.sleep(0.1)

    async def questions(self) -> int:
        messages = (await self.slack.dm("maya"))["messages"]
        return sum(QUESTION in str(one) for one in messages)

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[str]:
        """A worker that serves its health, and the address of that."""
        async with sayso("worker", "--port", "0", folder=self.folder, **self.settings) as running:
            yield await address_of(running)


async def address_of(process: Running) -> str:
    port = (await process.says(r'"event":"web.started","port":(\d+)'))[1]
    return f"http://127.0.0.1:{port}"


async def is_ready(http: aiohttp.ClientSession, address: str) -> dict[str, Any]:
    """What a process says of itself once it is ready."""
    async with asyncio.timeout(PATIENCE):
        while True:
            async with http.get(f"{address}/readyz") as answer:
                told: dict[str, Any] = await answer.json()
            if answer.status == 200:
                return told
            await asyncio.sleep(0.1)


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    async with world(tmp_path, "socket", at=WEDNESDAY) as slack:
        made = Installation(slack, tmp_path)
        async with sayso("run", folder=tmp_path, **{**made.settings, "port": "0"}) as running:
            await running.says("web.started")
            await slack.does("maya", "command", command="/win", text="Shipped the new search")
            await slack.until("maya", "Hello, I am Sayso")
        yield made


async def test_a_workspace_is_drained_and_resumed_while_a_worker_runs(installation: Installation) -> None:
    team, http = installation.team, installation.slack.http
    async with installation.worker() as health:
        assert await is_ready(http, health) == {"database": True, "keys": True, "nudges": True}
        async with http.get(f"{health}/healthz") as alive, http.get(f"{health}/metrics") as counts:
            assert alive.status == counts.status == 200
            assert "sayso_nudges_due" in await counts.text()
        async with http.post(f"{health}/slack/events") as nowhere:
            assert nowhere.status == 404
        said = await installation.says("nudges", "drain", team)
        assert f"{team} is drained: nothing goes out there." in said
        await installation.clock_is(FRIDAY)
        nudge_id = await installation.the_check_in_is("waiting", held=True)
        assert await installation.questions() == 0
        told = await installation.says("nudges", "explain", nudge_id)
        assert "Nothing comes: it waits until its workspace is resumed." in told
        assert installation.slack.people["maya"] not in told
        assert f"note Nothing goes out in {team}" in await installation.says("doctor")
        assert f"{team} is resumed" in await installation.says("nudges", "resume", team)
        await installation.the_check_in_is("sent")
    assert "It went out 2026-11-20 14:0" in await installation.says("nudges", "explain", nudge_id)
    assert await installation.questions() == 1


async def test_everything_is_stopped_and_what_was_due_meanwhile_goes_out_when_it_is_started(
    installation: Installation,
) -> None:
    async with installation.worker(), installation.worker():
        assert "Everything is stopped" in await installation.says("nudges", "stop")
        await installation.clock_is(FRIDAY)
        told = json.loads(await installation.says("nudges", "list", "--json", "--team", installation.team))
        assert told["summary"]["due"] >= 1
        assert told["summary"]["stopped"] is not None
        assert await installation.questions() == 0
        assert "Nudges go out again" in await installation.says("nudges", "start")
        await installation.the_check_in_is("sent")
    assert await installation.questions() == 1


async def test_a_killed_workers_claim_is_waited_for_and_finished_by_another(
    installation: Installation,
) -> None:
    """Slack takes the message and is silent about it; the worker dies; a drain waits until the next has looked."""
    fault = {"method": "chat.postMessage", "kind": "slow_after", "seconds": 20, "times": 1}
    await installation.slack.control("POST", "faults", fault)
    doomed = start("worker", folder=installation.folder, **installation.settings)
    await doomed.says("worker.started")
    assert not [line for line in doomed.lines if "web.started" in line]
    await installation.clock_is(FRIDAY)
    await installation.the_check_in_is("claimed")
    await installation.slack.until("maya", QUESTION)
    doomed.kill()
    await doomed.stop()
    stuck = await installation.says("nudges", "drain", installation.team, "--timeout", "1", code=1)
    assert "1 nudge is still in hand" in stuck
    async with installation.worker():
        assert "is drained" in await installation.says("nudges", "drain", installation.team)
    await installation.the_check_in_is("sent")
    assert await installation.questions() == 1


async def test_a_day_without_a_worker_is_told_and_made_good(installation: Installation) -> None:
    http = installation.slack.http
    # Monday, so that it is still of use and one of Maya's days.
    await installation.clock_is(FRIDAY + timedelta(days=2, hours=20))
    assert "fix  Nudges are late: " in await installation.says("doctor", code=1)
    async with sayso("web", folder=installation.folder, **{**installation.settings, "port": "0"}) as web:
        # It answers commands, whatever became of the workers.
        assert "nudges" not in await is_ready(http, await address_of(web))
    async with installation.worker() as health:
        assert (await is_ready(http, health))["nudges"]
        await installation.the_check_in_is("sent")
    assert await installation.questions() == 1
