"""In a process of its own: the sandbox with a crowd in it, which also notes when each post arrived."""

import asyncio
import json
import sys
import time
from datetime import datetime
from typing import Any

from benchmarks import children
from bot import local_slack, manifest
from bot.core.clock import MovableClock
from bot.sandbox import Sandbox
from bot.sandbox.journal import Journal, Kind
from bot.sandbox.people import new_person
from bot.web import server


class Posts(Journal):
    """The journal, with the moment, the workspace and the fate of each post: [seconds, team, status]."""

    def __init__(self, clock: MovableClock) -> None:
        super().__init__(clock)
        self.made: list[tuple[float, str, int | None]] = []
        self.message: dict[str, Any] = {}
        self.calls = 0

    def note(self, kind: Kind, **facts: Any) -> None:
        super().note(kind, **facts)
        self.calls += kind == "call"
        if kind == "call" and facts["method"] == "chat.postMessage":
            self.made.append((time.monotonic(), facts["team"], facts["status"]))
            self.message = {
                key: value for key, value in facts["args"].items() if key not in {"channel", "token"}
            }


async def main() -> None:
    """Tells its address and its people; obeys each order and reports the posts since the last one."""
    job = children.job()
    sock = server.listener("127.0.0.1", 0)
    clock = MovableClock()
    clock.move_to(datetime.fromisoformat(job["now"]))
    sandbox = Sandbox(clock, base_url=local_slack.address_of(sock), seeded=False)
    sandbox.journal = posts = Posts(clock)
    stop = asyncio.Event()
    serving = asyncio.create_task(local_slack.serve(sandbox, sock, stop))
    children.announce(address=sandbox.base_url, teams=_crowd(sandbox, job["sizes"]))
    while order := await asyncio.to_thread(sys.stdin.readline):
        _obey(sandbox, json.loads(order))
        children.report(posts=posts.made, message=posts.message, calls=posts.calls)
        posts.made, posts.calls = [], 0
    stop.set()
    await serving


def _obey(sandbox: Sandbox, order: dict[str, Any]) -> None:
    """An order may move the clock, and replace the faults that calls meet."""
    if "clock" in order:
        sandbox.move_clock(to=datetime.fromisoformat(order["clock"]))
    if "faults" in order:
        sandbox.faults.clear()
        for fault in order["faults"]:
            sandbox.faults.add(**fault)


def _crowd(sandbox: Sandbox, sizes: list[int]) -> list[dict[str, Any]]:
    """Workspaces of these sizes with our app in them: their ids, tokens, and people's ids with their DMs'."""
    teams = [sandbox.world.add_workspace(f"Team {n}", f"team{n}") for n in range(len(sizes))]
    app = sandbox.register_app(_deaf_app(), [team.id for team in teams], {"mode": "socket"})
    told = []
    for team, size in zip(teams, sizes, strict=True):
        bot = sandbox.world.people[app.installations[team.id].bot_user_id]
        people = [
            sandbox.world.add_person(new_person(team, f"member{n}", f"Member {n}", "Europe/Berlin"))
            for n in range(size)
        ]
        ids = [(person.id, sandbox.world.im(person, bot).id) for person in people]
        told.append({"id": team.id, "token": app.installations[team.id].bot_token, "people": ids})
    return told


def _deaf_app() -> dict[str, Any]:
    """Our app without its subscriptions: what was posted is not told to a bot that is not there."""
    app = manifest.load()
    del app["settings"]["event_subscriptions"]
    return app


if __name__ == "__main__":
    asyncio.run(main())
