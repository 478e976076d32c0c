"""The load: signed slash commands over kept-alive connections to loopback, each sent when the last was answered.

It runs in a process of its own, takes one `Job` as JSON on stdin and prints one `Measured` as JSON. The sockets are
read by hand, because a general HTTP client costs about as much per request as the server that is measured.
"""

import asyncio
import hashlib
import hmac
import json
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import count, cycle
from urllib.parse import urlencode


@dataclass(frozen=True)
class Job:
    """What to send where: `people` are (team, user) ids, each asked in turn; `seconds` 0 means once for each."""

    port: int
    secret: str
    people: list[tuple[str, str]]
    connections: int
    seconds: float
    label: str
    answer: str = ""  # what an answer must contain to count


@dataclass
class Measured:
    """Requests answered well, the others by status, the time in all and each answer's time (milliseconds)."""

    answered: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0


def main() -> None:
    job = Job(**json.load(sys.stdin))
    print(json.dumps(asdict(asyncio.run(run(job)))))


async def run(job: Job) -> Measured:
    """Send until the time is over; what is under way is still waited for."""
    measured, taken = Measured(), list[float]()
    requests = _requests(job)
    began = time.perf_counter()
    until = began + job.seconds if job.seconds else float("inf")
    await asyncio.gather(
        *(_connection(job, requests, until, measured, taken) for _ in range(job.connections))
    )
    measured.seconds = time.perf_counter() - began
    if len(taken) > 1:
        hundredths = statistics.quantiles(taken, n=100, method="inclusive")
        measured.p50_ms, measured.p99_ms = hundredths[49] * 1000, hundredths[98] * 1000
    return measured


def _requests(job: Job) -> Iterator[bytes]:
    people = cycle(job.people) if job.seconds else iter(job.people)
    for number, (team, user) in zip(count(1), people):
        yield _signed(job, _command(team, user, f"Shipped part {number} of the search, {job.label}"))


def _command(team: str, user: str, text: str) -> bytes:
    # The fields of a slash command, as Slack's documentation lists them.
    return urlencode(
        {
            "token": "deprecated",
            "team_id": team,
            "team_domain": "juniper",
            "channel_id": "D0000000001",
            "channel_name": "directmessage",
            "user_id": user,
            "user_name": "member",
            "command": "/win",
            "text": text,
            "api_app_id": "A0000000001",
            "is_enterprise_install": "false",
            "response_url": "http://127.0.0.1:9/commands/1/2/3",
            "trigger_id": "1.2.3",
        }
    ).encode()


def _signed(job: Job, body: bytes) -> bytes:
    # https://docs.slack.dev/authentication/verifying-requests-from-slack
    now = int(time.time())
    proof = hmac.new(job.secret.encode(), f"v0:{now}:".encode() + body, hashlib.sha256).hexdigest()
    head = (
        f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"X-Slack-Request-Timestamp: {now}\r\nX-Slack-Signature: v0={proof}\r\n\r\n"
    )
    return head.encode() + body


async def _connection(
    job: Job, requests: Iterator[bytes], until: float, measured: Measured, taken: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", job.port)
    while time.perf_counter() < until and (request := next(requests, None)):
        sent = time.perf_counter()
        writer.write(request)
        status, body = await _answer(reader)
        if status == "200" and job.answer in body:
            measured.answered += 1
            taken.append(time.perf_counter() - sent)
        else:
            reason = status if status != "200" else f"200 without “{job.answer}”"
            measured.refused[reason] = measured.refused.get(reason, 0) + 1
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[str, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status, *lines = head.split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines if line)
    body = await reader.readexactly(int(headers["content-length"]))
    return status.split()[1], body.decode()


if __name__ == "__main__":
    main()
