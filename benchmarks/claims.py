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
from benchmarks.crowd import FRIDAY, even, fill, imagined
from benchmarks.databases import Kind
from benchmarks.tables import ROUNDS, number, print_table
from bot.domain.nudges import Nudge, State
from bot.settings import Settings
from bot.storage.vault import Vault, new_master_key

Runs = dict[str, Callable[[], Report]]

NOW = FRIDAY.isoformat()
CONCURRENCIES = (1, 10, 50)
HEAD = (
    *("due", "1 worker", "µs each", "2 workers", "4 workers", "hand-written loop", "part of it"),
    *("APScheduler jobs", "times it", "procrastinate", "times it"),
)


@dataclass
class Rates:
    """Nudges a second by way, a figure a round."""

    due: int
    rounds: dict[str, list[float]] = field(default_factory=dict)

    def note(self, way: str, reports: Sequence[Report]) -> None:
        took = max(each["ended"] for each in reports) - min(each["began"] for each in reports)
        self.rounds.setdefault(way, []).append(self.due / took)

    def median(self, way: str) -> float | None:
        return statistics.median(self.rounds[way]) if way in self.rounds else None


def compare(kind: Kind, sizes: Sequence[int], *, peers_up_to: int, many_workers_up_to: int) -> None:
    """Print a row for each number of due nudges."""
    rows = []
    for due in sizes:
        rates = Rates(due)
        peers = _peers(kind, due) if due <= peers_up_to else nullcontext(Runs())
        with _crowded(kind, due) as (address, key), peers as runs:
            for _ in range(ROUNDS):
                for workers in (1, 2, 4) if due <= many_workers_up_to else (1,):
                    rates.note(f"{workers}", _ours(kind, address, key, due, workers))
                rates.note("raw", _raw(kind, address, due))
                for name, run in runs.items():
                    rates.note(name, [run()])
        rows.append(_row(rates))
    print_table(
        f"Claim and advance on {kind.name}, nudges a second, medians of {ROUNDS}",
        HEAD,
        rows,
    )


def _row(rates: Rates) -> list[str]:
    one = rates.median("1") or 0.0

    def beside(way: str) -> list[str]:
        rate = rates.median(way)
        return [number(rate), number(one / rate)] if rate else ["-", "-"]

    more = [number(rate) if (rate := rates.median(workers)) else "-" for workers in ("2", "4")]
    return [
        *(f"{rates.due:,}", number(one), number(1_000_000 / one), *more),
        *(*beside("raw"), *beside("APScheduler"), *beside("procrastinate")),
    ]


@contextmanager
def _crowded(kind: Kind, due: int) -> Iterator[tuple[str, str]]:
    """A database with so many check-ins that are due, and its master key."""
    key = new_master_key()
    vault = Vault(Settings.load(_env_file=None, master_keys=key).keys)
    with databases.migrated(kind, vault) as address:
        fill(address, vault, imagined(even(due)))
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
        peers: Runs = {"APScheduler": partial(_job_store, kind, job_store, due)}
        if kind.name == "PostgreSQL":
            task_queue = stack.enter_context(databases.new(kind))
            asyncio.run(weekly_tasks.fill(task_queue, due))
            best = min(CONCURRENCIES, key=lambda n: _seconds(_task_queue(kind, task_queue, n)))
            peers["procrastinate"] = partial(_task_queue, kind, task_queue, best)
        yield peers


def _job_store(kind: Kind, filled: str, due: int) -> Report:
    with databases.copied(kind, filled) as address:
        return children.one("benchmarks.job_store", address=address, due=due, threads=10)


def _task_queue(kind: Kind, filled: str, concurrency: int) -> Report:
    with databases.copied(kind, filled) as address:
        return children.one("benchmarks.task_queue", address=address, concurrency=concurrency)


def _seconds(report: Report) -> float:
    return float(report["ended"] - report["began"])
