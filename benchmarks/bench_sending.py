"""Real sending: our worker against the sandbox over HTTP, beside bare loops of the SDK in the same sandbox.

The sandbox, the worker and the loop are processes of their own. Everybody is due at one moment, no rate limit holds
anybody, and each way sends the same words to the same people; the rates run from the first post that arrived to the
last. A second part gives one large workspace nothing but 429 and looks at how late the small ones' posts are.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

from benchmarks import children, databases
from benchmarks.children import Child
from benchmarks.crowd import FRIDAY, Person, Team, fill
from benchmarks.databases import Kind
from benchmarks.servers import cpu_seconds
from benchmarks.tables import ROUNDS, number, percentile, print_machine, print_table
from benchmarks.workers import until_idle, worker
from bot.settings import Settings
from bot.storage.vault import Vault, new_master_key

BEFORE = (FRIDAY - timedelta(minutes=10)).isoformat()
PARTS = ("rates", "fairness")
AT_ONCE = (8, 32, 100)
PATIENCE_SECONDS = 300
TRIAL_TEAMS = 40
LARGE_SENDS = 10**9  # more calls than anybody makes


@dataclass
class Sent:
    """The posts of one round: moments by workspace, when all were due, and what it cost the sender."""

    posts: list[tuple[float, str, int]]
    due: float
    cpu_seconds: float = 0.0
    message: dict[str, Any] | None = None

    @property
    def per_second(self) -> float:
        moments = [at for at, _, _ in self.posts]
        return (len(moments) - 1) / (max(moments) - min(moments))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small numbers, only to see that it runs")
    parser.add_argument("--databases", default="sp", help="s for SQLite, p for PostgreSQL")
    parser.add_argument("--part", choices=PARTS, help="only this part")
    chosen = parser.parse_args()
    parts = [chosen.part] if chosen.part else PARTS
    print_machine()
    with tempfile.TemporaryDirectory() as folder, databases.kinds(Path(folder), chosen.databases) as kinds:
        if "rates" in parts:
            rates([5] * 10 if chosen.quick else [50] * 200, kinds)
        if "fairness" in parts:
            fairness([50, *[5] * 9] if chosen.quick else [5_000, *[10] * 199], kinds)
    print_machine()


def rates(sizes: list[int], kinds: Sequence[Kind]) -> None:
    """Print how many posts a second each way of sending makes."""
    key = new_master_key()
    with ExitStack() as stack:
        slack = stack.enter_context(children.waiting("benchmarks.crowded_slack", now=BEFORE, sizes=sizes))
        filled = {kind.name: stack.enter_context(_crowded(kind, key, slack)) for kind in kinds}
        rounds: dict[str, list[tuple[float, float]]] = {}
        message: dict[str, Any] = {}
        best: dict[bool, int] = {}
        for _ in range(ROUNDS):
            for kind in kinds:
                sent = _by_worker(slack, kind, filled[kind.name], key, sum(sizes))
                message = sent.message or message
                _note(rounds, f"Sayso, {kind.name}", sent)
            for shared in (True, False):
                best[shared] = best.get(shared) or _best(slack, message, shared=shared)
                name = f"SDK, {'one shared session' if shared else 'as it comes'}, {best[shared]} at once"
                _note(rounds, name, _by_sdk(slack, message, shared=shared, at_once=best[shared]))
    medians = {
        name: [statistics.median(each) for each in zip(*rows, strict=True)] for name, rows in rounds.items()
    }
    bare = [figures[0] for name, figures in medians.items() if name.startswith("SDK")]
    head = ["", "posts/s", *(f"of {name}" for name in medians if name.startswith("SDK")), "CPU ms/post"]
    table = [
        [name, number(rate), *(f"{rate / each:.2f}" for each in bare), number(cpu)]
        for name, (rate, cpu) in medians.items()
    ]
    print_table(f"Sending to {len(sizes)} workspaces of {sizes[0]}, medians of {ROUNDS}", head, table)


def fairness(sizes: list[int], kinds: Sequence[Kind]) -> None:
    """Print how late the small workspaces' posts are while a large one is refused throughout."""
    key, table = new_master_key(), []
    small = sum(sizes[1:])
    with ExitStack() as stack:
        slack = stack.enter_context(children.waiting("benchmarks.crowded_slack", now=BEFORE, sizes=sizes))
        large = slack.told["teams"][0]["id"]
        refusing = {"kind": "ratelimited", "team_id": large, "times": LARGE_SENDS, "retry_after": 1}
        _order(slack, faults=[{**refusing, "method": "chat.postMessage"}])
        for kind in kinds:
            filled = stack.enter_context(_crowded(kind, key, slack))
            rounds = []
            for _ in range(ROUNDS):
                sent = _by_worker(slack, kind, filled, key, small, posts_per_second="5")
                delays = sorted(at - sent.due for at, team, _ in sent.posts if team != large)
                refused = sum(team == large for _, team, _ in sent.posts)
                rounds.append([*(percentile(delays, each) for each in (50, 95, 99)), delays[-1], refused])
            figures = [statistics.median(each) for each in zip(*rounds, strict=True)]
            table.append([kind.name, *(number(each) for each in figures)])
    print_table(
        f"{len(sizes) - 1} workspaces of {sizes[1]} beside one of {sizes[0]} that gets 429 only, medians of {ROUNDS}",
        ["", "p50 s", "p95 s", "p99 s", "last s", "calls refused meanwhile"],
        table,
    )


@contextmanager
def _crowded(kind: Kind, key: str, slack: Child) -> Iterator[str]:
    """A database that knows the sandbox's people, each with a check-in at the moment of the benchmark."""
    vault = Vault(Settings.load(_env_file=None, master_keys=key).keys)
    teams = [
        Team(team["id"], [Person(*person) for person in team["people"]], team["token"])
        for team in slack.told["teams"]
    ]
    with databases.migrated(kind, vault) as address:
        fill(address, vault, teams)
        yield address


def _by_worker(
    slack: Child, kind: Kind, filled: str, key: str, wanted: int, *, posts_per_second: str = "10000"
) -> Sent:
    """Let a worker send what becomes due, until so many posts went through."""
    _order(slack, clock=BEFORE)
    with (
        databases.copied(kind, filled) as database,
        worker(slack, database, key, posts_per_second=posts_per_second, spread_minutes="0") as running,
    ):
        until_idle(running)
        before = cpu_seconds(running.pid)
        sent = Sent([], time.monotonic())
        _order(slack, clock=FRIDAY.isoformat())
        while sum(status == HTTPStatus.OK for _, _, status in sent.posts) < wanted:
            if time.monotonic() > sent.due + PATIENCE_SECONDS or running.poll() is not None:
                raise SystemExit(f"The worker has sent {len(sent.posts)} of {wanted}.")
            time.sleep(0.2)
            told = _order(slack)
            sent.posts += told["posts"]
            sent.message = told["message"]
        sent.cpu_seconds = cpu_seconds(running.pid) - before
        return sent


def _by_sdk(
    slack: Child, message: dict[str, Any], *, shared: bool, at_once: int, teams: int | None = None
) -> Sent:
    to = {"address": slack.told["address"], "teams": slack.told["teams"][:teams]}
    took = children.one("benchmarks.bare_sdk", **to, message=message, shared=shared, at_once=at_once)
    return Sent(_order(slack)["posts"], took["began"], took["cpu_seconds"])


def _best(slack: Child, message: dict[str, Any], *, shared: bool) -> int:
    """With how many posts at once the loop is fastest; one trial of each in a part of the workspaces."""
    return max(
        AT_ONCE,
        key=lambda n: _by_sdk(slack, message, shared=shared, at_once=n, teams=TRIAL_TEAMS).per_second,
    )


def _order(slack: Child, **order: Any) -> dict[str, Any]:
    slack.tell(json.dumps(order))
    return slack.report()


def _note(rounds: dict[str, list[tuple[float, float]]], name: str, sent: Sent) -> None:
    rounds.setdefault(name, []).append((sent.per_second, sent.cpu_seconds * 1000 / len(sent.posts)))


if __name__ == "__main__":
    main()
