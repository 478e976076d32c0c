"""In a process of its own: procrastinate runs what is due in its queue on PostgreSQL."""

import asyncio
import os
import time

from procrastinate import PsycopgConnector

from benchmarks import children
from benchmarks.servers import resident_mb
from benchmarks.weekly_tasks import queue


async def main() -> None:
    """Run what is due with one worker; reports when it began and ended, and its memory then."""
    job = children.job()
    connector = PsycopgConnector(conninfo=job["address"], max_size=max(4, min(job["concurrency"], 20)))
    with queue.replace_connector(connector) as app:
        async with app.open_async():
            children.ready()
            began, used = time.monotonic(), time.process_time()
            await app.run_worker_async(
                wait=False,
                concurrency=job["concurrency"],
                listen_notify=False,
                install_signal_handlers=False,
            )
            ended, cpu = time.monotonic(), time.process_time() - used
    children.report(began=began, ended=ended, cpu=cpu, memory=resident_mb(os.getpid()))


if __name__ == "__main__":
    asyncio.run(main())
