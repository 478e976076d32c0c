"""Sayso's own worker as a process, living in the sandbox with a crowd."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import DEVNULL, Popen

from benchmarks.children import Child
from benchmarks.servers import ROOT, cpu_seconds


@contextmanager
def worker(slack: Child, database: str, master_key: str, **settings: str) -> Iterator["Popen[bytes]"]:
    """`sayso worker` on a database, with the sandbox as Slack and its clock; stopped at the end."""
    told = {
        "SAYSO_SLACK_BOT_TOKEN": slack.told["teams"][0]["token"],
        "SAYSO_SLACK_API_URL": f"{slack.told['address']}/api/",
        "SAYSO_CLOCK_URL": f"{slack.told['address']}/sandbox/clock",
        "SAYSO_DATABASE_URL": database,
        "SAYSO_MASTER_KEYS": master_key,
        "SAYSO_LOG_LEVEL": "warning",
        **{f"SAYSO_{name.upper()}": value for name, value in settings.items()},
    }
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    with (
        tempfile.TemporaryDirectory() as elsewhere,  # where no .env lies
        Popen(
            [sys.executable, "-m", "bot", "worker"],
            cwd=elsewhere,
            env={**plain, **told, "PYTHONPATH": str(ROOT)},
            stdout=DEVNULL,
        ) as running,
    ):
        try:
            yield running
        finally:
            running.terminate()


def until_idle(running: "Popen[bytes]", quiet_seconds: float = 1.0) -> None:
    """Wait until the process has next to nothing to do for a while; SystemExit where it ended."""
    while running.poll() is None:
        before = cpu_seconds(running.pid)
        time.sleep(quiet_seconds)
        if cpu_seconds(running.pid) - before < 0.05 * quiet_seconds:
            return
    raise SystemExit("The worker ended by itself.")
