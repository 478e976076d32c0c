"""The guard: who gets in, what everybody else is answered, and what the inner app then reads."""

import asyncio
import hashlib
import hmac
import io
import json
import logging
import random
import time
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from bot.core import logs
from bot.core.clock import StoppedClock
from bot.core.in_flight import InFlight
from bot.core.metrics import Metrics
from bot.web import edge, shape
from bot.web.guard import Guard
from bot.web.replay import Seen
from bot.web.shape import FORM, JSON
from tests.chaos.scale import count

# The example of https://docs.slack.dev/authentication/verifying-requests-from-slack
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
STAMP = 1531420618
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
ALLOWED = {200, 400, 401, 405, 413, 415}

Answer = tuple[int, bytes]


def signature_of(body: bytes, stamp: int | str = STAMP, secret: str = SECRET) -> str:
    return "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()


def command(text: str = "") -> bytes:
    return urlencode({"command": "/win", "user_id": "U1", "team_id": "T1", "text": text}).encode()


class Inner:
    """Stands where Bolt will: keeps what it reads, answers what it is told to."""

    def __init__(self) -> None:
        self.read: list[bytes] = []
        self.fields: list[dict[str, Any]] = []
        self.status = 200
        self.error: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.read.append(await Request(scope, receive).body())
        self.fields.append(scope["slack"])
        if self.error:
            raise self.error
        await Response("inner", self.status)(scope, receive, send)


class Door:
    """A guard with a stopped clock, and a way to knock at it."""

    def __init__(self, *, secrets: tuple[str, ...] = (SECRET,), limit: int = 1_000_000) -> None:
        self.inner = Inner()
        self.clock = StoppedClock(datetime.fromtimestamp(STAMP, UTC))
        self.metrics = Metrics()
        self.app: Any = Guard(
            self.inner,
            secrets=secrets,
            clock=self.clock,
            metrics=self.metrics,
            limit=limit,
            reading_seconds=0.05,
        )

    async def knock(
        self,
        body: bytes = BODY,
        *,
        stamp: int | str = STAMP,
        signature: str | None = None,
        media: str = FORM,
        method: str = "POST",
        more: list[tuple[bytes, bytes]] | None = None,
    ) -> Answer:
        headers = [
            (b"content-type", media.encode("latin-1")),
            (b"x-slack-request-timestamp", str(stamp).encode("latin-1")),
            (b"x-slack-signature", (signature or signature_of(body, stamp)).encode("latin-1")),
        ]
        return await asked(self.app, method, headers + (more or []), pieces([body]))

    def refusals(self, reason: str) -> float | None:
        return self.metrics.registry.get_sample_value("sayso_refusals_total", {"reason": reason})


async def pieces(parts: list[bytes]) -> AsyncIterator[Message]:
    for part in parts:
        yield {"type": "http.request", "body": part, "more_body": True}
    yield {"type": "http.request", "body": b"", "more_body": False}


async def asked(
    app: Any, method: str, headers: list[tuple[bytes, bytes]], body: AsyncIterator[Message]
) -> Answer:
    sent: list[Message] = []

    async def receive() -> Message:
        return await anext(body)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": "/slack/events",
        "raw_path": b"/slack/events",
        "root_path": "",
        "query_string": b"",
        "headers": headers,
    }
    await app(scope, receive, send)
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.fixture
def door() -> Door:
    return Door()


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


async def test_slacks_published_example_is_let_in(door):
    assert await door.knock(BODY, signature=SIGNATURE) == (200, b"inner")
    assert door.inner.read == [BODY]


async def test_a_changed_body_is_not(door):
    assert await door.knock(BODY + b"x", signature=SIGNATURE) == (401, b"signature")
    assert door.inner.read == []
    assert door.refusals("signature") == 1


@pytest.mark.parametrize("secrets", [("new", SECRET), (SECRET, "old")])
async def test_any_of_the_secrets_will_do(secrets):
    assert await Door(secrets=secrets).knock() == (200, b"inner")


@pytest.mark.parametrize("secrets", [(), ("other",), ("",)])
async def test_without_the_right_secret_nobody_is_let_in(secrets):
    assert await Door(secrets=secrets).knock() == (401, b"signature")


@pytest.mark.parametrize(("off", "status"), [(-301, 401), (-300, 200), (300, 200), (301, 401)])
async def test_a_request_may_be_five_minutes_off(door, off, status):
    assert (await door.knock(stamp=STAMP + off))[0] == status


@pytest.mark.parametrize(
    "stamp", ["", "now", "-1531420618", "1531420618.0", " 1531420618", "1" * 13, "１５３１"]
)
async def test_a_timestamp_that_is_none_is_refused(door, stamp):
    body = b"x"
    headers = [
        (b"content-type", FORM.encode()),
        (b"x-slack-request-timestamp", stamp.encode()),
        (b"x-slack-signature", signature_of(body, stamp).encode()),
    ]
    assert await asked(door.app, "POST", headers, pieces([body])) == (401, b"timestamp")


@pytest.mark.parametrize(
    "signature", [SIGNATURE.upper(), SIGNATURE[3:], "v1" + SIGNATURE[2:], "v0=", "\xe9" * 67]
)
async def test_a_signature_in_another_form_is_refused(door, signature):
    assert await door.knock(signature=signature) == (401, b"signature")


@pytest.mark.parametrize("name", [b"x-slack-signature", b"x-slack-request-timestamp"])
async def test_two_headers_of_one_name_are_refused(door, name):
    status, _ = await door.knock(more=[(name, b"v0=0")])
    assert status == 401


async def test_the_same_request_again_is_a_replay(door):
    assert (await door.knock())[0] == 200
    assert await door.knock() == (401, b"replay")
    door.clock.move_by(timedelta(seconds=299))
    assert await door.knock() == (401, b"replay")
    door.clock.move_by(timedelta(seconds=2))
    assert await door.knock() == (401, b"stale")
    assert len(door.inner.read) == 1


async def test_a_retry_of_slack_has_a_new_timestamp_and_is_let_in(door):
    assert (await door.knock())[0] == 200
    assert (await door.knock(stamp=STAMP + 1))[0] == 200


async def test_a_request_that_failed_here_may_come_again_within_the_second(door):
    door.inner.status = 503
    assert (await door.knock())[0] == 503
    door.inner.status, door.inner.error = 200, ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        await door.knock()
    door.inner.error = None
    assert (await door.knock())[0] == 200
    assert (await door.knock())[0] == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "post", ""])
async def test_only_posts_are_read(door, method):
    assert await door.knock(method=method) == (405, b"method")


@pytest.mark.parametrize(
    "media", ["", "text/plain", "multipart/form-data; boundary=x", "application/jsonp", "\xe9"]
)
async def test_only_forms_and_json_are_read(door, media):
    assert await door.knock(media=media) == (415, b"type")


async def test_a_media_type_may_carry_a_character_set(door):
    body = b'{"type": "event_callback", "event": {"type": "app_home_opened"}}'
    assert (await door.knock(body, media="Application/JSON; charset=utf-8"))[0] == 200


@pytest.mark.parametrize("length", [b"1000001", b"9" * 400])
async def test_a_body_declared_too_large_is_refused(door, length):
    assert await door.knock(more=[(b"content-length", length)]) == (413, b"size")
    assert door.inner.read == []


@pytest.mark.parametrize("length", [b"-1", b"1e3", b"", b"\xb2"])
async def test_a_declared_size_that_is_none_is_refused(door, length):
    assert await door.knock(more=[(b"content-length", length)]) == (400, b"length")


async def test_a_body_without_end_is_refused_and_not_kept(door):
    taken = 0
    piece = bytes(1_000_000)

    async def endless() -> AsyncIterator[Message]:
        nonlocal taken
        while True:
            taken += len(piece)
            yield {"type": "http.request", "body": piece, "more_body": True}

    tracemalloc.start()
    try:
        headers = [(b"content-type", FORM.encode())]
        assert await asked(door.app, "POST", headers, endless()) == (413, b"size")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
    assert taken < 70_000_000


async def test_a_body_exactly_as_large_as_allowed_is_let_in():
    door = Door(limit=len(BODY))
    assert (await door.knock())[0] == 200
    assert (await Door(limit=len(BODY) - 1).knock())[0] == 413


async def test_a_body_that_dawdles_is_given_up(door):
    async def slow() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b"a", "more_body": True}
        await asyncio.sleep(60)

    assert await asked(door.app, "POST", [(b"content-type", FORM.encode())], slow()) == (400, b"slow")


async def test_a_refused_body_that_dawdles_is_not_waited_for(door):
    async def slow() -> AsyncIterator[Message]:
        yield {"type": "http.request", "body": b"a", "more_body": True}
        await asyncio.sleep(60)

    assert await asked(door.app, "PUT", [], slow()) == (405, b"method")


async def test_a_caller_who_leaves_is_not_answered(door):
    async def leaving() -> AsyncIterator[Message]:
        yield {"type": "http.disconnect"}

    with pytest.raises(IndexError):
        await asked(door.app, "POST", [(b"content-type", FORM.encode())], leaving())
    assert door.refusals("gone") == 1


async def test_an_ssl_check_is_answered_without_a_signature(door):
    headers = [(b"content-type", FORM.encode())]
    assert await asked(door.app, "POST", headers, pieces([b"token=a&ssl_check=1"])) == (200, b"")
    assert door.inner.read == []


@pytest.mark.parametrize(
    "body",
    [
        b"ssl_check=1&command=%2Fwin",
        b"ssl_check=0",
        b"ssl_check=1&token=" + b"a" * 3000,
        b"ssl_check=1&token=%ff",
    ],
)
async def test_what_only_resembles_an_ssl_check_needs_a_signature(door, body):
    status, _ = await asked(door.app, "POST", [(b"content-type", FORM.encode())], pieces([body]))
    assert status == 401


def nested(depth: int) -> bytes:
    # The object itself, then lists, then a number at the bottom.
    return b'{"type": "x", "deep": ' + b"[" * depth + b"1" + b"]" * depth + b"}"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"type": "\xff"}', b"encoding"),
        (b'{"type": "a", "text": "\\ud800"}', b"encoding"),
        (b"", b"json"),
        (b"{", b"json"),
        (b'{"type": "a"} {}', b"json"),
        (b'{"type": "a", "n": NaN}', b"json"),
        (b'{"type": "a", "n": ' + b"9" * 5000 + b"}", b"json"),
        (b"[" * 200_000, b"json"),
        (nested(33), b"depth"),
        (nested(500), b"depth"),
        (b"[]", b"fields"),
        (b"17", b"fields"),
        (b"{}", b"fields"),
        (b'{"type": 5}', b"fields"),
        (b'{"type": "event_callback"}', b"fields"),
        (b'{"type": "event_callback", "event": "x"}', b"fields"),
        (b'{"type": "url_verification"}', b"fields"),
        (b'{"type": "x", "user": 5}', b"fields"),
        (b'{"type": "x", "authorizations": [5]}', b"fields"),
        (b'{"type": "event_callback", "event": {"type": "message", "channel": 5}}', b"fields"),
    ],
    ids=lambda value: value[:40].decode("latin-1"),
)
async def test_signed_json_that_is_not_slacks_is_refused(door, body, word):
    assert await door.knock(body, media=JSON) == (400, word)
    assert door.inner.read == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"\xff", b"encoding"),
        (b"command=%2Fwin&user_id=U1&text=%ff", b"encoding"),
        (b"", b"fields"),
        (b"text=hello", b"fields"),
        (b"command=win&user_id=U1", b"fields"),
        (b"command=%2Fwin", b"fields"),
        (b"command=%2Fwin&user_id=U1&command=%2Fgoal", b"form"),
        (b"{=&command=%2Fwin&user_id=U1", b"form"),
        (b"&".join(b"f%d=1" % n for n in range(200)), b"form"),
        (b"payload=", b"json"),
        (b"payload=%7B", b"json"),
        (b"payload=5", b"fields"),
        (b"payload=%7B%7D", b"fields"),
        (urlencode({"payload": nested(33).decode()}).encode(), b"depth"),
        (urlencode({"payload": '{"type": "block_actions", "actions": [1]}'}).encode(), b"fields"),
    ],
    ids=lambda value: value[:40].decode("latin-1"),
)
async def test_a_signed_form_that_is_not_slacks_is_refused(door, body, word):
    assert await door.knock(body) == (400, word)


@pytest.mark.parametrize(
    ("body", "media", "kind"),
    [
        (BODY, FORM, "command"),
        (
            urlencode({"payload": '{"type": "block_actions", "actions": [{}]}'}).encode(),
            FORM,
            "block_actions",
        ),
        (urlencode({"payload": '{"type": "U0123ABCDEF"}'}).encode(), FORM, "other"),
        (b'{"type": "event_callback", "event": {"type": "message", "user": {"id": "U1"}}}', JSON, "event"),
        (b'{"type": "url_verification", "challenge": "c"}', JSON, "url_verification"),
        (b'{"type": "app_rate_limited", "user": null}', JSON, "other"),
        (nested(31), JSON, "other"),
        (b'{"type": "event_callback", "event": {"text": "\\ud83d\\ude00 \\\\ud800"}}', JSON, "event"),
    ],
    ids=[
        "command",
        "click",
        "unknown payload",
        "event",
        "url verification",
        "rate limited",
        "nested",
        "emoji",
    ],
)
async def test_what_slack_sends_is_let_in_and_counted_by_kind(door, body, media, kind):
    assert await door.knock(body, media=media) == (200, b"inner")
    assert door.inner.read == [body]
    labels = {"kind": kind, "outcome": "answered"}
    assert door.metrics.registry.get_sample_value("sayso_requests_total", labels) == 1


async def test_a_command_that_speaks_of_a_payload_is_read_as_a_command(door):
    """Bolt takes a form with these letters for an interaction, so what it holds is handed to it as it was read."""
    text = "Halved the payload=size, payloads too"
    assert (await door.knock(command(text)))[0] == 200
    (fields,) = door.inner.fields
    assert (fields["command"], fields["text"]) == ("/win", text)


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=20))
def test_a_form_is_read_as_everybody_else_reads_it(fields: dict[str, str]):
    body = urlencode({**fields, "command": "/win", "user_id": "U1"}).encode()
    assume("payload" not in fields and not body.startswith(b"{"))
    assert shape.read(FORM, body) == ("command", dict(parse_qsl(body.decode(), keep_blank_values=True)))


async def test_a_refusal_is_one_short_line_without_a_word_of_the_request(door, written):
    await door.knock(command("I want a raise"), signature="v0=" + "0" * 64)
    (line,) = written.getvalue().splitlines()
    assert len(line) <= 200
    told = json.loads(line)
    assert (told["event"], told["reason"], told["status"]) == ("request.refused", "signature", 401)
    assert "raise" not in line


async def test_signatures_are_not_remembered_without_end():
    door = Door()
    for n in range(300):
        await door.knock(command(str(n)))
    assert len(door.app._seen) == 300
    door.clock.move_by(timedelta(minutes=11))
    await door.knock(command("later"), stamp=STAMP + 660)
    assert len(door.app._seen) == 1


def test_of_too_many_signatures_the_oldest_is_forgotten():
    seen, now = Seen(timedelta(minutes=5), most=2), datetime.fromtimestamp(STAMP, UTC)
    assert [seen.first_time(mark, now) for mark in (b"a", b"b", b"b", b"c", b"c", b"a")] == [
        True, True, False, True, False, True,
    ]  # fmt: skip
    assert len(seen) <= 2


def garbled(chance: random.Random, body: bytes) -> bytes:
    at = chance.randrange(len(body) + 1)
    change = chance.choice([b"", chance.randbytes(3), b"\xff", b"{", b"&", b"%", b"\\ud800", b"[" * 40, b'"'])
    return body[:at] + change + body[at + chance.randrange(4) :]


def any_json(chance: random.Random, depth: int = 0) -> object:
    kind = chance.randrange(8 if depth < 6 else 6)
    if kind == 6:
        return [any_json(chance, depth + 1) for _ in range(chance.randrange(4))]
    if kind == 7:
        names = [
            "type",
            "event",
            "user",
            "team",
            "channel",
            "view",
            "actions",
            "authorizations",
            "enterprise",
            "id",
        ]
        return {chance.choice(names): any_json(chance, depth + 1) for _ in range(chance.randrange(5))}
    return [None, True, 7, -1.5, chance.choice(["", "event_callback", "block_actions", "U1"]), "é\u0000"][
        kind
    ]


def hostile(chance: random.Random) -> tuple[str, list[tuple[bytes, bytes]], list[bytes]]:
    """One request of a stranger, or of Slack gone mad: method, headers, body."""
    odd = {"type": chance.choice(["event_callback", "block_actions", "view_submission"]), "event": {}}
    body = chance.choice(
        [
            BODY,
            garbled(chance, BODY),
            garbled(chance, b'{"type": "event_callback", "event": {"type": "message", "text": "\xc3\xa9"}}'),
            json.dumps(odd | {str(n): any_json(chance) for n in ("user", "team", "view")}).encode(),
            urlencode(
                {"payload": json.dumps({"type": "block_actions", "actions": any_json(chance)})}
            ).encode(),
            nested(chance.randrange(60)),
            chance.randbytes(chance.randrange(200)),
            b"[" * chance.choice([10, 5_000]),
        ]
    )
    stamp = (
        str(STAMP + chance.choice([0, 0, 0, chance.randrange(400), -10_000]))
        if chance.random() < 0.95
        else "x"
    )
    signature = signature_of(body, stamp) if chance.random() < 0.7 else "v0=" + chance.randbytes(32).hex()
    headers = [
        (b"content-type", chance.choice([FORM, FORM, JSON, JSON, "text/html"]).encode()),
        (b"x-slack-request-timestamp", stamp.encode()),
        (b"x-slack-signature", signature.encode()),
    ]
    parts = [body]
    if chance.random() < 0.02:
        parts = [bytes(1_000_000)] * 50
    if chance.random() < 0.02:
        headers.append((b"content-length", b"50000000"))
    dropped = [header for header in headers if chance.random() < 0.97]
    return chance.choice(["POST"] * 20 + ["GET", "PUT"]), dropped, parts


async def bolts_reading(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads a request as Bolt's adapter does, which raises at what it does not expect."""
    AsyncBoltRequest(body=scope["slack"], mode="socket_mode")
    await Response()(scope, receive, send)


async def test_r26_hostile_requests_get_nothing_but_a_plain_no(written, measured):
    chance = random.Random(26)
    app = edge.create(
        slack=bolts_reading,
        secrets=[SECRET],
        clock=StoppedClock(datetime.fromtimestamp(STAMP, UTC)),
        metrics=Metrics(),
        ready={},
        in_flight=InFlight(),
    )
    statuses: dict[int, int] = {}
    began, logged = time.process_time(), 0
    number = count("R26")
    for _ in range(number):
        method, headers, parts = hostile(chance)
        status, answer = await asked(app, method, headers, pieces(parts))
        # The loop closes what was not read to its end, and with it lets go of the body.
        await asyncio.sleep(0)
        assert status in ALLOWED
        assert len(answer) <= 12
        assert written.tell() - logged <= 200
        logged = written.tell()
        statuses[status] = statuses.get(status, 0) + 1
    assert time.process_time() - began < number / 500
    assert set(statuses) == ALLOWED
    told = ", ".join(f"{many} × {status}" for status, many in sorted(statuses.items()))
    measured("R26", f"{number:,} requests: {told}; {logged // number} bytes of log each")
    assert {json.loads(line)["event"] for line in written.getvalue().splitlines()} == {"request.refused"}
