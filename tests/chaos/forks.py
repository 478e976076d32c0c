"""A process that has Sayso in its memory and forks `sayso worker` from it, so that hundreds can be killed.

Each fork is a process of its own that runs the real command; only the two seconds of imports are shared.
Orders are lines of JSON on the standard input, answers are lines on the standard output.
"""

import asyncio
import importlib
import json
import os
import random
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

from bot.__main__ import main
from tests.story.processes import ROOT

PATIENCE = 30.0


class Forks:
    """Workers of the forking process, known by their process ids."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._turn = asyncio.Lock()
        self.alive: list[int] = []

    async def start(self, settings: Mapping[str, str]) -> int:
        """Start a worker with only these settings and wait until it is up; its process id."""
        named = {f"SAYSO_{name.upper()}": value for name, value in settings.items()}
        pid = await self._order(do="start", folder=str(self._folder), env=named)
        self.alive.append(pid)
        async with asyncio.timeout(PATIENCE):
            while True:
                if "worker.started" in self.says(pid):
                    return pid
                await asyncio.sleep(0.01)

    async def kill(self, pid: int) -> None:
        """End it at once (kill -9); a worker that was dead already has failed by itself."""
        self.alive.remove(pid)
        ended = await self._order(do="end", pid=pid, signal=int(signal.SIGKILL))
        assert ended == -signal.SIGKILL, f"ended by itself with {ended}: {self.says(pid)}"

    def freeze(self, pid: int) -> None:
        """Let it stand still, as when its machine is moved or swaps."""
        os.kill(pid, signal.SIGSTOP)

    def thaw(self, pid: int) -> None:
        """Let it go on; it does not know how long it stood still."""
        os.kill(pid, signal.SIGCONT)

    async def stop(self, pid: int) -> None:
        """Ask for a clean stop."""
        self.alive.remove(pid)
        ended = await self._order(do="end", pid=pid, signal=int(signal.SIGTERM))
        assert ended == 0, f"ended with {ended}: {self.says(pid)}"

    def says(self, pid: int) -> str:
        """Everything a worker has printed."""
        log = self._folder / f"worker-{pid}.log"
        return log.read_text() if log.exists() else ""

    async def _order(self, **order: object) -> int:
        assert self._process.stdin
        assert self._process.stdout
        async with self._turn, asyncio.timeout(PATIENCE):
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            return int(await self._process.stdout.readline())


@asynccontextmanager
async def forking(folder: Path) -> AsyncIterator[Forks]:
    """The forking process; whatever it forked ends with it."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.chaos.forks",
        cwd=ROOT,
        env=inherited,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Forks(process, folder)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


def _obey(orders: IO[str]) -> None:
    running: set[int] = set()
    try:
        for line in orders:
            order = json.loads(line)
            answer = _start(order) if order["do"] == "start" else _end(order["pid"], order["signal"])
            (running.add if order["do"] == "start" else running.discard)(order.get("pid", answer))
            sys.stdout.write(f"{answer}\n")
            sys.stdout.flush()
    finally:
        for pid in running:
            _end(pid, signal.SIGKILL)


def _start(order: Mapping[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _become_worker(Path(order["folder"]), order["env"])
    return pid


def _become_worker(folder: Path, env: Mapping[str, str]) -> NoReturn:
    code: object = 1
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = os.open(folder / f"worker-{os.getpid()}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(ours, theirs)
        os.environ.update(env)
        os.chdir(folder)
        # What was drawn from the parent's seed would be drawn by every fork.
        random.seed()
        main(["worker"])
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _end(pid: int, by: int) -> int:
    os.kill(pid, by)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    # The command line imports what a command needs when it runs; here that is done once for all of them.
    importlib.import_module("bot.running")
    _obey(sys.stdin)
