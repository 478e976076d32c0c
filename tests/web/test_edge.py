"""The edge over real HTTP: its routes, its limits, and a stop while work is in flight."""

import asyncio
import contextlib
import io
import json
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

import aiohttp
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.core import logs
from bot.core.clock import StoppedClock
from bot.core.in_flight import InFlight
from bot.core.metrics import Metrics
from bot.settings import SettingsError
from bot.web import edge, server
from bot.web.guard import sign
from bot.web.shape import FORM

SECRET = "edge-secret"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BODY = urlencode({"command": "/win", "user_id": "U1", "text": "Shipped"}).encode()


def signed(body: bytes = BODY) -> dict[str, str]:
    stamp = str(int(NOW.timestamp()))
    return {
        "content-type": FORM,
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": sign(SECRET.encode(), stamp, body).decode(),
    }


class Slow:
    """A slack app that answers when it is let go."""

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.let_go = asyncio.Event()
        self.finished = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.started.set()
        await self.let_go.wait()
        self.finished = True
        await PlainTextResponse("saved")(scope, receive, send)


async def quick(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("let in")(scope, receive, send)


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise ValueError("I asked for a raise")


class Site:
    """A running edge, with the parts a test looks at."""

    def __init__(self, slack: ASGIApp | None, ready: dict[str, edge.Check], grace_seconds: int) -> None:
        self.metrics = Metrics()
        self.in_flight = InFlight()
        self.stop = asyncio.Event()
        self.sock = server.listener("127.0.0.1", 0)
        self.port: int = self.sock.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        app = edge.create(
            slack=slack,
            secrets=[SECRET],
            clock=StoppedClock(NOW),
            metrics=self.metrics,
            ready=ready,
            in_flight=self.in_flight,
        )
        self.serving = asyncio.create_task(
            server.serve(app, "127.0.0.1", 0, stop=self.stop, sock=self.sock, grace_seconds=grace_seconds)
        )

    async def raw(self, sent: bytes) -> bytes:
        """What comes back for these bytes until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(sent)
            await writer.drain()
            return await asyncio.wait_for(reader.read(), 10)
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def site(
    slack: ASGIApp | None = quick, *, ready: dict[str, edge.Check] | None = None, grace_seconds: int = 10
) -> AsyncIterator[Site]:
    running = Site(slack, ready or {}, grace_seconds)
    try:
        # The first answer says that the start is over, and everything it logs written.
        assert await running.raw(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        yield running
    finally:
        running.stop.set()
        await running.serving


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        yield session


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the log holds afterwards."""
    stream = io.StringIO()
    lines = logs.Lines(stream, logs.Formatter(readable=False))
    root = logging.getLogger()
    level = root.level
    root.addHandler(lines)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(lines)
    root.setLevel(level)


def passing(found: bool) -> Callable[[], Awaitable[bool]]:
    async def check() -> bool:
        return found

    return check


async def raising() -> bool:
    raise ConnectionError("postgresql://u:hunter2@h/d")


async def hanging() -> bool:
    await asyncio.sleep(60)
    return True


async def test_it_lives_as_long_as_it_answers(web):
    async with site() as running, web.get(f"{running.url}/healthz") as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})
        assert "server" not in answer.headers


async def test_it_is_ready_when_every_part_is(web):
    checks: dict[str, edge.Check] = {"database": passing(True), "keys": passing(True)}
    async with site(ready=checks) as running, web.get(f"{running.url}/readyz") as answer:
        assert (answer.status, await answer.json()) == (200, {"database": True, "keys": True})


async def test_it_says_which_part_is_not_ready(web, written, monkeypatch):
    monkeypatch.setattr(edge, "CHECK_SECONDS", 0.05)
    checks: dict[str, edge.Check] = {
        "database": raising,
        "keys": passing(True),
        "slack": hanging,
        "socket": passing(False),
    }
    async with site(ready=checks) as running, web.get(f"{running.url}/readyz") as answer:
        found = {"database": False, "keys": True, "slack": False, "socket": False}
        assert (answer.status, await answer.json()) == (503, found)
    failed = [
        line
        for line in map(json.loads, written.getvalue().splitlines())
        if line.get("event") == "check.failed"
    ]
    assert {(line["check"], line["error"]) for line in failed} == {
        ("database", "ConnectionError"),
        ("slack", "TimeoutError"),
    }
    assert "hunter2" not in written.getvalue()


async def test_counts_can_be_read(web):
    async with site() as running:
        async with web.post(f"{running.url}/slack/events", data=b"", headers=signed()) as answer:
            assert answer.status == 401
        async with web.get(f"{running.url}/metrics") as answer:
            assert answer.headers["content-type"].startswith("text/plain")
            assert 'sayso_refusals_total{reason="signature"} 1.0' in await answer.text()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/slack/events/", 404),
        ("GET", "/healthz/", 404),
        ("GET", "/.env", 404),
        ("POST", "/healthz", 405),
        ("DELETE", "/metrics", 405),
    ],
)
async def test_anything_else_is_answered_with_nothing(web, method, path, status):
    async with site() as running, web.request(method, running.url + path, allow_redirects=False) as answer:
        assert (answer.status, await answer.read()) == (status, b"")


async def test_without_slack_over_http_there_is_no_endpoint_for_it(web):
    async with (
        site(None) as running,
        web.post(f"{running.url}/slack/events", data=BODY, headers=signed()) as answer,
    ):
        assert (answer.status, await answer.read()) == (404, b"")


async def test_what_slack_signed_gets_in(web):
    async with (
        site() as running,
        web.post(f"{running.url}/slack/events", data=BODY, headers=signed()) as answer,
    ):
        assert (answer.status, await answer.text()) == (200, "let in")


async def test_a_fault_of_ours_is_an_empty_500_a_count_and_a_place(web, written):
    async with site(broken) as running:
        async with web.post(f"{running.url}/slack/events", data=BODY, headers=signed()) as answer:
            assert (answer.status, await answer.read()) == (500, b"")
        assert running.metrics.registry.get_sample_value("sayso_errors_total", {"type": "ValueError"}) == 1
        assert running.in_flight.running == 0
    (told,) = [line for line in map(json.loads, written.getvalue().splitlines()) if "error" in line]
    assert (told["error"], told["said"]) == ("ValueError", "Exception in ASGI application")
    assert "raise" not in written.getvalue().replace('"raised"', "")


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "in pieces"])
async def test_fifty_megabytes_are_answered_with_a_413(web, declared):
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield bytes(1_000_000)

    headers = {"content-type": "application/json"} | ({"content-length": "50000000"} if declared else {})
    async with (
        site() as running,
        web.post(f"{running.url}/slack/events", data=pieces(), headers=headers) as answer,
    ):
        assert (answer.status, await answer.text()) == (413, "size")


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40),
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 20_000,
    ],
    ids=["tls", "no host", "no version", "negative", "two lengths", "huge header"],
)
async def test_what_is_no_http_is_a_short_400(written, sent):
    async with site() as running:
        began = written.tell()
        answer = await running.raw(sent)
        assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 431 "))
        assert b"Traceback" not in answer
        assert written.tell() - began <= 200


async def test_a_head_that_comes_in_pieces_is_cut_off_where_it_is_too_long():
    async with site() as running:
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\nx: ")
        for _ in range(17):
            writer.write(b"a" * 1_000)
            await writer.drain()
            await asyncio.sleep(0.005)
        assert (await asyncio.wait_for(reader.read(), 10)).startswith(b"HTTP/1.1 400 ")
        writer.close()


async def test_the_heads_of_a_kept_connection_are_counted_one_by_one():
    head = b"GET /healthz HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 10_000 + b"\r\n"
    async with site() as running:
        answer = await running.raw((head + b"\r\n") * 3 + head + b"connection: close\r\n\r\n")
        assert answer.count(b"HTTP/1.1 200 ") == 4


async def test_a_stop_lets_a_slow_request_finish_and_takes_no_new_one(web):
    slow = Slow()
    async with site(slow) as running:
        asking = asyncio.create_task(post(web, running))
        await slow.started.wait()
        assert running.in_flight.running == 1
        running.stop.set()
        await closed(running.port)
        assert not slow.finished
        slow.let_go.set()
        assert await asking == (200, "saved")
        assert await running.in_flight.drained(1)


async def test_a_stop_does_not_wait_for_ever(web):
    slow = Slow()
    began = time.monotonic()
    async with site(slow, grace_seconds=1) as running:
        asking = asyncio.create_task(post(web, running))
        await slow.started.wait()
        running.stop.set()
        await running.serving
        assert time.monotonic() - began < 5
        assert not slow.finished
        with contextlib.suppress(aiohttp.ClientError):
            assert (await asking)[0] == 500
        assert await running.in_flight.drained(1)


async def test_signals_stay_with_whoever_runs_the_process(web):
    loop = asyncio.get_running_loop()
    async with site() as running:
        loop.add_signal_handler(signal.SIGTERM, running.stop.set)
        try:
            async with web.get(f"{running.url}/healthz") as answer:
                assert answer.status == 200
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.wait_for(running.serving, 5)
        finally:
            loop.remove_signal_handler(signal.SIGTERM)
        assert running.stop.is_set()


async def test_two_servers_share_a_process(web):
    async with site() as one, site() as other:
        for running in (one, other):
            async with web.get(f"{running.url}/healthz") as answer:
                assert answer.status == 200
        one.stop.set()
        await one.serving
        async with web.get(f"{other.url}/healthz") as answer:
            assert answer.status == 200


async def test_a_taken_port_is_explained():
    async with site() as running:
        said = f"Port {running.port} on 127.0.0.1 is already in use: stop what listens there"
        with pytest.raises(SettingsError, match=said):
            await server.serve(quick, "127.0.0.1", running.port, stop=asyncio.Event())


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_that_is_not_ours_is_explained(host):
    with pytest.raises(SettingsError, match=rf"does not let Sayso listen on {host} port 0: set SAYSO_HOST"):
        server.listener(host, 0)


async def test_the_log_says_where_it_listens(written):
    async with site() as running:
        pass
    events = [line for line in map(json.loads, written.getvalue().splitlines()) if "event" in line]
    assert [(line["event"], line.get("port")) for line in events] == [
        ("web.started", running.port),
        ("web.stopped", None),
    ]


async def post(web: aiohttp.ClientSession, running: Site) -> tuple[int, str]:
    async with web.post(f"{running.url}/slack/events", data=BODY, headers=signed()) as answer:
        return answer.status, await answer.text()


async def closed(port: int) -> None:
    """Wait until nobody listens on the port any more."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            # Refused, or taken by the system and dropped in the same moment.
            return
        writer.close()
        await asyncio.sleep(0.02)
