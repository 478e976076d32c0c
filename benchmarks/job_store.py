"""In a process of its own: APScheduler runs what is due in its job store."""

import os
import time

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from benchmarks import children
from benchmarks.addresses import sync_url
from benchmarks.servers import resident_mb
from benchmarks.weekly_jobs import CALLS


def main() -> None:
    """Reports when it began, when the last job had run, when its next turn was stored, and its memory then."""
    job = children.job()
    CALLS.wanted = job["due"]
    store = SQLAlchemyJobStore(sync_url(job["address"]))
    scheduler = BackgroundScheduler(
        jobstores={"default": store}, executors={"default": ThreadPoolExecutor(job["threads"])}
    )
    children.ready()
    began, used = time.monotonic(), time.process_time()
    scheduler.start()
    CALLS.all_made.wait()
    ran = time.monotonic()
    scheduler.shutdown()  # waits for the pass that stores the next turns
    ended, cpu = time.monotonic(), time.process_time() - used
    children.report(began=began, ran=ran, ended=ended, cpu=cpu, memory=resident_mb(os.getpid()))


if __name__ == "__main__":
    main()
