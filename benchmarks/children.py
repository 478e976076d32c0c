"""Processes that are measured: each takes a job as JSON, says that it is ready, waits for the word and reports."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from subprocess import PIPE, Popen
from typing import Any

from benchmarks.servers import ROOT

Report = dict[str, Any]


def together(module: str, jobs: Sequence[dict[str, Any]]) -> list[Report]:
    """Let a process of this module for each job begin at the same moment; what each has reported at its end."""
    with ExitStack() as stack:
        children = [stack.enter_context(waiting(module, **job)) for job in jobs]
        for child in children:
            tell(child, "go")
        reports = [json.loads(line(child)) for child in children]
        for child in children:
            child.wait()
        return reports


def one(module: str, **job: Any) -> Report:
    """The report of one process."""
    return together(module, [job])[0]


@contextmanager
def waiting(module: str, **job: Any) -> Iterator["Popen[str]"]:
    """A process that is ready and waits for the word; gone at the end of the block."""
    with Popen([sys.executable, "-m", module], stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT) as child:
        try:
            tell(child, json.dumps(job))
            line(child)
            yield child
        finally:
            child.terminate()


def tell(child: "Popen[str]", words: str) -> None:
    if child.stdin is None:
        raise RuntimeError("The process was started without an input.")
    child.stdin.write(f"{words}\n")
    child.stdin.flush()


def line(child: "Popen[str]") -> str:
    """The next line that the process prints; SystemExit where it ended without one."""
    said = child.stdout.readline() if child.stdout else ""
    if not said:
        raise SystemExit(f"{' '.join(map(str, child.args))} ended without an answer.")  # type: ignore[arg-type]
    return said


def job() -> dict[str, Any]:
    """In the process: what it was told to do."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    return given


def ready() -> None:
    """In the process: say that it is ready, and wait for the word."""
    print("ready", flush=True)
    sys.stdin.readline()


def report(**found: Any) -> None:
    """In the process: what was found."""
    print(json.dumps(found), flush=True)
