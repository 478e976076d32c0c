"""What a worker costs that has nothing to do yet: its memory, its start and its empty ticks, whoever waits."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from benchmarks import children, databases, weekly_jobs
from benchmarks.children import Child
from benchmarks.crowd import FRIDAY, WEEK, Person, Team, fill, fill_evenly
from benchmarks.databases import Kind
from benchmarks.servers import resident_mb
from benchmarks.tables import ROUNDS, number, print_table
from benchmarks.workers import until_idle, worker
from bot.settings import Settings
from bot.storage.vault import Vault, new_master_key

NOW = FRIDAY + timedelta(minutes=1)
TICKS = 1_000
PATIENCE_SECONDS = 60


def compare(kind: Kind, sizes: Sequence[int], job_store_sizes: Sequence[int]) -> None:
    """Print a row for each number of members who wait for next week, one of whom is due now."""
    with children.waiting("benchmarks.crowded_slack", now=NOW.isoformat(), sizes=[1]) as slack:
        rows = [_ours(kind, slack, waiting) for waiting in sizes]
    print_table(
        f"A worker on {kind.name} while others wait for next week, medians of {ROUNDS}",
        ["waiting", "memory MB", "process start to first post s", "opened to first claim s", "empty tick ms"],
        rows,
    )
    print_table(
        f"APScheduler's job store on {kind.name}, medians of {ROUNDS}",
        ["waiting", "memory MB", "process start to first job s", "opened to first job s"],
        [_job_store(kind, waiting) for waiting in job_store_sizes],
    )


def _ours(kind: Kind, slack: Child, waiting: int) -> list[str]:
    rounds = []
    with _crowded(kind, slack, waiting) as (filled, key):
        for _ in range(ROUNDS):
            memory, started = _live(kind, slack, filled, key)
            with databases.copied(kind, filled) as address:
                job = {"address": address, "key": key, "now": NOW.isoformat()}
                claimed = children.one("benchmarks.claiming_worker", **job, ticks=0)
                idle = children.one("benchmarks.claiming_worker", **job, ticks=TICKS)
            tick = statistics.median(idle["ticks"]) * 1000
            rounds.append((memory, started, claimed["ended"] - claimed["began"], tick))
    return [f"{waiting:,}", *(number(statistics.median(each)) for each in zip(*rounds, strict=True))]


def _live(kind: Kind, slack: Child, filled: str, key: str) -> tuple[float, float]:
    """The memory of a real worker after its first ticks (MB), and how long its first post took from its start (s)."""
    with databases.copied(kind, filled) as address:
        began = time.monotonic()
        with worker(slack, address, key, spread_minutes="0") as running:
            posts = list[tuple[float, str, int]]()
            while not posts and time.monotonic() < began + PATIENCE_SECONDS:
                time.sleep(0.05)
                slack.tell("{}")
                posts = slack.report()["posts"]
            until_idle(running)
            return resident_mb(running.pid), posts[0][0] - began


@contextmanager
def _crowded(kind: Kind, slack: Child, waiting: int) -> Iterator[tuple[str, str]]:
    """A database with the sandbox's one member, who is due, and many others, who are not; and its master key."""
    key = new_master_key()
    vault = Vault(Settings.load(_env_file=None, master_keys=key).keys)
    real = slack.told["teams"][0]
    due = Team(real["id"], [Person(*person) for person in real["people"]], real["token"])
    with databases.migrated(kind, vault) as address:
        fill_evenly(address, vault, waiting, lambda: FRIDAY + WEEK)
        fill(address, vault, [due])
        yield address, key


def _job_store(kind: Kind, waiting: int) -> list[str]:
    rounds = []
    with databases.new(kind) as filled:
        weekly_jobs.fill(filled, waiting, due=1)
        for _ in range(ROUNDS):
            with databases.copied(kind, filled) as address:
                started = time.monotonic()
                took = children.one("benchmarks.job_store", address=address, due=1, threads=10)
            rounds.append((took["memory"], took["ran"] - started, took["ran"] - took["began"]))
    return [f"{waiting:,}", *(number(statistics.median(each)) for each in zip(*rounds, strict=True))]
