"""APScheduler's own way to remind: a weekly job for each member in its SQLAlchemy job store."""

import pickle
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import insert

from benchmarks.addresses import sync_url

_BATCH = 5_000


class Calls:
    """Counts the jobs that have run, in whichever thread, and tells when it was the last one."""

    def __init__(self) -> None:
        self.wanted = 0
        self.all_made = threading.Event()
        self._numbers = count(1)

    def note(self) -> None:
        if next(self._numbers) == self.wanted:
            self.all_made.set()


CALLS = Calls()


def nothing(_member: str) -> None:
    """The job: what sending is to us, without the sending."""
    CALLS.note()


def fill(address: str, jobs: int, *, due: int) -> None:
    """Write the jobs past the scheduler, which writes one at a time; the first `due` of them are due at once."""
    store = SQLAlchemyJobStore(sync_url(address))
    store.jobs_t.create(store.engine, checkfirst=True)
    rows = _rows(jobs, due)
    with store.engine.begin() as connection:
        while batch := list(islice(rows, _BATCH)):
            connection.execute(insert(store.jobs_t), batch)
    store.engine.dispose()


def _rows(jobs: int, due: int) -> Iterator[dict[str, Any]]:
    pattern, now = _pattern(), datetime.now(UTC)
    for number in range(jobs):
        at = now - timedelta(minutes=1) if number < due else now + timedelta(days=7)
        name = f"member{number:07}"
        state = pattern | {"id": name, "args": (name,), "next_run_time": at}
        pickled = pickle.dumps(state, pickle.HIGHEST_PROTOCOL)
        yield {"id": name, "next_run_time": at.timestamp(), "job_state": pickled}


def _pattern() -> dict[str, Any]:
    """What the scheduler would write for such a job."""
    scheduler = BackgroundScheduler(timezone="Europe/Berlin")
    scheduler.start(paused=True)
    weekly = CronTrigger(day_of_week="fri", hour=15, timezone="Europe/Berlin")
    job = scheduler.add_job(nothing, weekly, args=["member"], misfire_grace_time=None)
    state: dict[str, Any] = job.__getstate__()
    scheduler.shutdown()
    return state
