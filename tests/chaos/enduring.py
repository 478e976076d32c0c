"""Puts signed commands and events through one process's edge, one after another, and looks at its memory; a program.

`python -m tests.chaos.enduring FOLDER NUMBER` prints one `Told` as JSON. No network: what is measured is this process.
"""

import asyncio
import hashlib
import hmac
import json
import os
import sys
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr

import handlers
from bot.coach import Coach
from bot.core.clock import SystemClock
from bot.domain import members, workspaces
from bot.domain.members import Profile
from bot.domain.workspaces import Installation
from bot.running import upgrade
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.identity import Principal
from bot.storage.vault import Vault, new_master_key
from bot.web import edge
from bot.web.shape import FORM, JSON

TEAM, SECRET = "T0JUNIPER", "a secret of the sandbox"
PEOPLE = 50
# By then every cache has what it will hold.
WARM = 5
SAID = (("/win", "help"), ("/goal", "list"), ("/coach", "help"), ("/win", "list"), ("/coach", "upcoming"))
A_COMMAND_IN = 20
A_WIN_IN = 100


@dataclass
class Told:
    """What was answered with 200 and what was not, and the memory (bytes) after a fifth and at the end."""

    answered: int = 0
    refused: int = 0
    warm: int = 0
    after: int = 0


async def main(folder: Path, number: int) -> None:
    clock, told = SystemClock(), Told()
    settings = Settings.load(
        _env_file=None,
        database_url=SecretStr(f"sqlite:///{folder}/sayso.db"),
        master_keys=SecretStr(new_master_key()),
        # Nobody listens there; what needs Slack is refused at once.
        slack_api_url="http://127.0.0.1:9/",
    )
    coach = Coach(settings, clock, Database(settings.database, clock), Vault(settings.keys))
    await upgrade(coach)
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, Installation(TEAM, "xoxb-1", "U0SAYSO", "B0SAYSO"))
        for person in range(PEOPLE):
            await members.admit(session, coach.vault, Principal(TEAM, f"U{person}"), Profile(zone="UTC"))
    slack = handlers.connect(coach)
    app = edge.create(
        slack=slack.endpoint(),
        secrets=[SECRET],
        clock=clock,
        metrics=coach.metrics,
        ready={},
        in_flight=coach.in_flight,
    )
    for turn in range(number):
        status = await post(app, *signed(turn, int(clock.now().timestamp())))
        told.answered += status == 200
        told.refused += status != 200
        if turn == number // WARM:
            told.warm = resident()
    told.after = resident()
    await slack.close()
    await coach.database.close()
    print(json.dumps(asdict(told)))  # noqa: T201 - what the test reads


def signed(turn: int, now: int) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A body that was never sent before, and its headers."""
    person = f"U{turn % PEOPLE}"
    body, kind = _event(turn, person, now) if turn % A_COMMAND_IN else _command(turn, person)
    proof = hmac.new(SECRET.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    return body, [
        (b"content-type", kind.encode()),
        (b"x-slack-request-timestamp", str(now).encode()),
        (b"x-slack-signature", f"v0={proof}".encode()),
    ]


def _command(turn: int, person: str) -> tuple[bytes, str]:
    command, text = SAID[turn // A_COMMAND_IN % len(SAID)]
    if turn % A_WIN_IN == 0:
        command, text = "/win", f"Shipped part {turn} of the search"
    fields = {"team_id": TEAM, "user_id": person, "channel_id": "D1", "command": command, "text": text}
    return urlencode(
        {**fields, "response_url": "http://127.0.0.1:9/", "trigger_id": f"{turn}.1"}
    ).encode(), FORM


def _event(turn: int, person: str, now: int) -> tuple[bytes, str]:
    """Somebody edits a message, which every app hears and has nothing to do for."""
    event: dict[str, Any] = {
        "type": "message",
        "subtype": "message_changed",
        "channel": "D1",
        "channel_type": "im",
    }
    event |= {"message": {"user": person, "text": f"Line {turn}"}, "ts": f"{now}.{turn:06}"}
    envelope = {"type": "event_callback", "team_id": TEAM, "api_app_id": "A1", "event_id": f"Ev{turn}"}
    return json.dumps({**envelope, "event": event, "event_time": now}).encode(), JSON


async def post(app: Any, body: bytes, headers: list[tuple[bytes, bytes]]) -> int:
    """The status that an ASGI app answers with."""
    said: list[dict[str, Any]] = []
    parts = count()

    async def receive() -> dict[str, Any]:
        if next(parts):
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {"type": "http", "method": "POST", "path": "/slack/events", "headers": headers}
    await app({**scope, "query_string": b"", "http_version": "1.1", "scheme": "http"}, receive, send)
    return int(said[0]["status"])


def resident() -> int:
    """The resident memory of this process; of Linux."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
