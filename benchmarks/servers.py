"""Starts the processes that a benchmark measures, waits for them, and reads what they use."""

import asyncio
import os
import socket
import sys
import tempfile
import time
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HOST = "127.0.0.1"
START_SECONDS = 30
PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


@asynccontextmanager
async def process(module: str, *arguments: str, **settings: str) -> AsyncIterator[Process]:
    """A Python module of ours in a process that knows only these settings; stopped at the end."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    with tempfile.TemporaryDirectory() as elsewhere:  # where no .env lies
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", module, *arguments),
            cwd=elsewhere,
            env={**plain, **settings, "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.DEVNULL,
        )
        try:
            yield running
        finally:
            if running.returncode is None:
                running.terminate()
                await running.wait()


async def until_listening(port: int, running: Process) -> None:
    """Wait until the process answers on its port; SystemExit where it ends or takes too long."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and running.returncode is None:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise SystemExit(f"A server ended or did not listen on its port within {START_SECONDS} seconds.")


def free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])


def resident_mb(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KB / 1024


def cpu_seconds(pid: int) -> float:
    ticks = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")


async def until_idle(running: Process, quiet_seconds: float = 1.0) -> None:
    """Wait until a process has next to nothing to do for a while."""
    while True:
        before = cpu_seconds(running.pid)
        await asyncio.sleep(quiet_seconds)
        if cpu_seconds(running.pid) - before < 0.05 * quiet_seconds:
            return
