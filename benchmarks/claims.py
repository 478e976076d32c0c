"""How fast what is due is claimed and advanced: ours, a hand-written loop, and two libraries' own ways."""

import asyncio
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import create_engine, func, select

from benchmarks import children, databases, weekly_jobs, weekly_tasks
from benchmarks.addresses import sync_url
from benchmarks.children import Report
from benchmarks.crowd import FRIDAY, fill_evenly
from benchmarks.databases import Kind
from benchmarks.tables import ROUNDS, number, print_table
from bot.domain.nudges import Nudge, State
from bot.settings import Settings
from bot.storage.vault import Vault, new_master_key

Runs = dict[str, Callable[[], Report]]

NOW = FRIDAY.isoformat()
CONCURRENCIES = (1, 10, 50)
TRIAL = 1_000  # tasks, to find out which of them suits it best
OURS = "Sayso, 1 worker"


@dataclass
class Ways:
    """Seconds and seconds of CPU for each nudge, by way, a pair a round."""

    due: int
    rounds: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    def note(self, way: str, reports: Sequence[Report]) -> None:
        took = max(each["ended"] for each in reports) - min(each["began"] for each in reports)
        cpu = sum(each["cpu"] for each in reports)
        self.rounds.setdefault(way, []).append((took / self.due, cpu / self.due))

    def table(self) -> list[list[str]]:
        medians = {
            way: [statistics.median(each) for each in zip(*rounds, strict=True)]
            for way, rounds in self.rounds.items()
        }
        ours = medians[OURS][0]
        return [
            [way, number(1 / took), number(took * 1e6), number(cpu * 1e6), number(took / ours)]
            for way, (took, cpu) in medians.items()
        ]


def compare(kind: Kind, sizes: Sequence[int], *, peers_up_to: int, many_workers_up_to: int) -> None:
    """Print a table for each number of due nudges."""
    for due in sizes:
        ways = Ways(due)
        peers = _peers(kind, due) if due <= peers_up_to else nullcontext(Runs())
        with _crowded(kind, due) as (address, key), peers as runs:
            for _ in range(ROUNDS):
                ways.note(OURS, _ours(kind, address, key, due, 1))
                ways.note("hand-written loop", _raw(kind, address, due))
                for workers in (2, 4) if due <= many_workers_up_to else ():
                    ways.note(f"Sayso, {workers} workers", _ours(kind, address, key, due, workers))
                for name, run in runs.items():
                    ways.note(name, [run()])
        head = ["", "nudges/s", "µs each", "client CPU µs each", f"{OURS}: times as fast"]
        print_table(f"{due:,} due on {kind.name}, medians of {ROUNDS}", head, ways.table())


@contextmanager
def _crowded(kind: Kind, due: int) -> Iterator[tuple[str, str]]:
    """A database with so many check-ins that are due, and its master key."""
    key = new_master_key()
    vault = Vault(Settings.load(_env_file=None, master_keys=key).keys)
    with databases.migrated(kind, vault) as address:
        fill_evenly(address, vault, due)
        yield address, key


def _ours(kind: Kind, filled: str, key: str, due: int, workers: int) -> list[Report]:
    with databases.copied(kind, filled) as address:
        job = {"address": address, "key": key, "now": NOW, "ticks": 0}
        reports = children.together("benchmarks.claiming_worker", [job] * workers)
        _check(address, due)
    return reports


def _raw(kind: Kind, filled: str, due: int) -> list[Report]:
    with databases.copied(kind, filled) as address:
        reports = [children.one("benchmarks.raw_loop", address=address, now=NOW)]
        _check(address, due)
    return reports


def _check(address: str, due: int) -> None:
    """SystemExit unless each nudge was sent, and has a next turn."""
    engine = create_engine(sync_url(address))
    with engine.connect() as connection:
        states = select(Nudge.state, func.count()).group_by(Nudge.state)
        found = dict(connection.execute(states).tuples().all())
    engine.dispose()
    if found != {State.SENT.value: due, State.WAITING.value: due}:
        raise SystemExit(f"Not everything was sent and advanced: {found}")


@contextmanager
def _peers(kind: Kind, due: int) -> Iterator[Runs]:
    """The libraries that keep their work in this kind of database: each runs on a copy of what it is given."""
    with ExitStack() as stack:
        job_store = stack.enter_context(databases.new(kind))
        weekly_jobs.fill(job_store, due, due=due)
        peers: Runs = {"APScheduler, a job each": partial(_job_store, kind, job_store, due)}
        if kind.name == "PostgreSQL":
            trial, task_queue = (stack.enter_context(databases.new(kind)) for _ in range(2))
            asyncio.run(weekly_tasks.fill(trial, min(due, TRIAL)))
            asyncio.run(weekly_tasks.fill(task_queue, due))
            best = min(CONCURRENCIES, key=lambda n: _seconds(_task_queue(kind, trial, n)))
            peers[f"procrastinate, {best} at once"] = partial(_task_queue, kind, task_queue, best)
        yield peers


def _job_store(kind: Kind, filled: str, due: int) -> Report:
    with databases.copied(kind, filled) as address:
        return children.one("benchmarks.job_store", address=address, due=due, threads=10)


def _task_queue(kind: Kind, filled: str, concurrency: int) -> Report:
    with databases.copied(kind, filled) as address:
        return children.one("benchmarks.task_queue", address=address, concurrency=concurrency)


def _seconds(report: Report) -> float:
    return float(report["ended"] - report["began"])
