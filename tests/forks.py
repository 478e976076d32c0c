"""Forks Sayso's commands from one process that has imported everything, so that a start takes no two seconds.

Each fork is a process of its own that runs the real command; only the imports are shared.
Orders are lines of JSON on the standard input, answers are process ids on the standard output. What a fork
prints, and the code it ended with, are files in the folder that the forking process was given.
"""

import asyncio
import atexit
import gc
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

from bot.__main__ import main

ROOT = Path(__file__).resolve().parents[1]
_PYTHON = (sys.executable, "-W", "error::DeprecationWarning:bot")
# The command line imports what a command needs when it runs; here that is done once for all of them.
IMPORTED = ("bot.running", "bot.demo", "bot.doctor", "bot.operations", "bot.local_slack", "bot.sandbox")


class Command:
    """A command that runs, and what it prints into a file."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self._log = log

    @property
    def said(self) -> str:
        """Everything it has printed."""
        return self._log.read_text() if self._log.exists() else ""

    def code(self) -> int | None:
        """What it ended with, as subprocess has it: a signal is a negative number."""
        raise NotImplementedError

    def send(self, given: signal.Signals) -> None:
        """Send a signal; one that has ended hears nothing any more."""
        if self.code() is None:
            os.kill(self.pid, given)

    async def ended(self, patience: float) -> int:
        """Wait for its end and give the code."""
        async with asyncio.timeout(patience):
            while (code := self.code()) is None:  # noqa: ASYNC110 - another process ends
                await asyncio.sleep(0.01)
        return code


class Fork(Command):
    """A command in a fork of the process that has imported everything."""

    def code(self) -> int | None:
        told = _code(self._log)
        return int(told.read_text()) if told.exists() else None


class Fresh(Command):
    """A command in an interpreter of its own, which imports everything itself."""

    def __init__(self, words: Sequence[str], folder: Path, settings: Mapping[str, str], log: Path) -> None:
        with log.open("wb") as into:
            self._process = subprocess.Popen(
                [*_PYTHON, "-m", "bot", *words],
                cwd=folder,
                env={**_inherited(), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **_named(settings)},
                stdin=subprocess.DEVNULL,
                stdout=into,
                stderr=into,
            )
        super().__init__(self._process.pid, log)

    def code(self) -> int | None:
        return self._process.poll()


def fork(words: Sequence[str], folder: Path, settings: Mapping[str, str]) -> Fork:
    """Run `sayso <words>` in `folder` with only these settings."""
    forking, kept = _forking()
    assert forking.stdin
    assert forking.stdout
    forking.stdin.write(json.dumps({"words": words, "folder": str(folder), "env": _named(settings)}) + "\n")
    forking.stdin.flush()
    pid = int(forking.stdout.readline())
    return Fork(pid, _log(kept, pid))


@cache
def _forking() -> "tuple[subprocess.Popen[str], Path]":
    """The forking process of this run of the tests; whatever it forked ends with it."""
    kept = Path(tempfile.mkdtemp(prefix="sayso-forks-"))
    process = subprocess.Popen(
        [*_PYTHON, "-m", "tests.forks", str(kept)],
        cwd=ROOT,
        env=_inherited(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, process, kept)
    return process, kept


def _end(process: "subprocess.Popen[str]", kept: Path) -> None:
    process.communicate()
    shutil.rmtree(kept, ignore_errors=True)


def _log(kept: Path, pid: int) -> Path:
    return kept / f"{pid}.log"


def _code(log: Path) -> Path:
    return log.with_suffix(".code")


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}


def _named(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"SAYSO_{name.upper()}": value for name, value in settings.items()}


class _Parent:
    """The forking process, seen from inside."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept
        self._running: set[int] = set()

    def obey(self, orders: IO[str]) -> None:
        signal.signal(signal.SIGCHLD, lambda *_: self._reap())
        try:
            for line in orders:
                pid = self._start(**json.loads(line))
                sys.stdout.write(f"{pid}\n")
                sys.stdout.flush()
        finally:
            for pid in self._running.copy():
                os.kill(pid, signal.SIGKILL)

    def _start(self, words: Sequence[str], folder: str, env: Mapping[str, str]) -> int:
        # Whoever ends before it is in the set would stay in it.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            _become(words, Path(folder), env, _log(self._kept, os.getpid()))
        self._running.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        return pid

    def _reap(self) -> None:
        while self._running:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._running.discard(pid)
            told = _code(_log(self._kept, pid))
            # Whoever looks finds all of it or nothing.
            unfinished = told.with_suffix(".unfinished")
            unfinished.write_text(str(os.waitstatus_to_exitcode(status)))
            unfinished.replace(told)


def _become(words: Sequence[str], folder: Path, env: Mapping[str, str], log: Path) -> NoReturn:
    code: Any = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        _speak_into(log)
        os.environ.update(env)
        os.chdir(folder)
        # What was drawn from the parent's seed would be drawn by every fork.
        random.seed()
        main(list(words))
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _speak_into(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    into = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for ours, theirs in ((nothing, 0), (into, 1), (into, 2)):
        os.dup2(ours, theirs)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]


if __name__ == "__main__":
    for name in IMPORTED:
        importlib.import_module(name)
    # Nothing of this is ever garbage, and a fork that looked for some would copy it.
    gc.freeze()
    _Parent(Path(sys.argv[1])).obey(sys.stdin)
