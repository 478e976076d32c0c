"""Processes that are measured: each takes a job as JSON, says that it is ready, waits for the word and reports."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from subprocess import PIPE, Popen
from typing import Any

from benchmarks.servers import ROOT

Report = dict[str, Any]


def together(module: str, jobs: Sequence[dict[str, Any]]) -> list[Report]:
    """Let a process of this module for each job begin at the same moment; what each has reported at its end."""
    with ExitStack() as stack:
        children = [stack.enter_context(waiting(module, **job)) for job in jobs]
        for child in children:
            child.tell("go")
        return [child.report() for child in children]


def one(module: str, **job: Any) -> Report:
    """The report of one process."""
    return together(module, [job])[0]


@contextmanager
def waiting(module: str, **job: Any) -> Iterator["Child"]:
    """A process that is ready and waits for the word; gone at the end of the block."""
    with Popen([sys.executable, "-m", module], stdin=PIPE, stdout=PIPE, text=True, cwd=ROOT) as process:
        try:
            child = Child(process)
            child.tell(json.dumps(job))
            child.told = child.report()
            yield child
        finally:
            process.terminate()


@dataclass
class Child:
    """A process of ours, and what it told when it was ready."""

    process: "Popen[str]"
    told: Report = field(default_factory=dict)

    def tell(self, words: str) -> None:
        if self.process.stdin is None:
            raise RuntimeError("The process was started without an input.")
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()

    def report(self) -> Report:
        """The next line that the process prints; SystemExit where it ended without one."""
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise SystemExit("A process that was to be measured ended without an answer.")
        found: Report = json.loads(line)
        return found


def job() -> dict[str, Any]:
    """In the process: what it was told to do."""
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    return given


def ready(**told: Any) -> None:
    """In the process: say that it is ready, and wait for the word."""
    announce(**told)
    sys.stdin.readline()


def announce(**told: Any) -> None:
    """In the process: say that it is ready, and what whoever started it should know."""
    print(json.dumps(told), flush=True)


def report(**found: Any) -> None:
    """In the process: what was found."""
    print(json.dumps(found), flush=True)
