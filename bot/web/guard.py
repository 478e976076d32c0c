"""The guard in front of Bolt: only what Slack signed, now, once, and in Slack's form is let in."""

import hmac
import logging
import re
from collections.abc import Sequence
from datetime import timedelta

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.core.clock import Clock
from bot.core.metrics import Metrics
from bot.web.body import Gone, Incoming, TooLarge, TooSlow
from bot.web.replay import Seen
from bot.web.shape import FORM, JSON, Malformed, Read, is_ssl_check, read

WINDOW = timedelta(minutes=5)
LIMIT = 1_000_000
# Slack gives up after three seconds, so a body that takes longer is of no use to anybody.
READING_SECONDS = 5.0
# A refused body is let run out up to here, because a connection that is cut takes the answer with it.
MOST_DROPPED = 64_000_000
TIMESTAMP = re.compile(r"[0-9]{1,12}")
SERVER_FAULT = 500
# Where the scope holds the fields of the verified body.
FIELDS = "slack"

log = logging.getLogger(__name__)


class Refused(Exception):  # noqa: N818 - an answer, not an error
    """The request is answered with `status`; `reason` is the word in the answer, the log and the count."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Guard:
    """ASGI middleware; `secrets` are the signing secrets that are valid now, `limit` is in bytes.

    Slack's own retries carry a new timestamp, so the same signature again is a copy. It may come again
    only when the first one failed on our side.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        secrets: Sequence[str],
        clock: Clock,
        metrics: Metrics,
        limit: int = LIMIT,
        reading_seconds: float = READING_SECONDS,
    ) -> None:
        self._app = app
        self._secrets = [secret.encode() for secret in secrets]
        self._clock = clock
        self._metrics = metrics
        self._limit = limit
        self._reading_seconds = reading_seconds
        self._seen = Seen(WINDOW)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        incoming = Incoming(receive)
        try:
            try:
                await self._answer(scope, incoming, send)
            except Refused as refused:
                await self._refuse(refused, incoming)
                await _refusal(refused)(scope, receive, send)
        except Gone:
            self._metrics.refusals.labels(reason="gone").inc()

    async def _answer(self, scope: Scope, incoming: Incoming, send: Send) -> None:
        headers = Headers(scope=scope)
        media = self._media(scope["method"], headers)
        body = await self._read(incoming)
        if is_ssl_check(media, body):
            await Response()(scope, incoming.again(b""), send)
            return
        signature = self._signature(headers, body)
        if not self._seen.first_time(signature, self._clock.now()):
            raise Refused(401, "replay")
        found = _read(media, body)
        # The body is read once: whoever is inside finds what it holds in the scope.
        scope[FIELDS] = found.fields
        await self._pass_on(found.kind, signature, scope, incoming.again(body), send)

    async def _refuse(self, refused: Refused, incoming: Incoming) -> None:
        self._metrics.refusals.labels(reason=refused.reason).inc()
        log.info("request.refused", extra={"reason": refused.reason, "status": refused.status})
        await incoming.drop(MOST_DROPPED, self._reading_seconds)

    def _media(self, method: str, headers: Headers) -> str:
        """The body's media type, when method, type and declared size are acceptable."""
        if method != "POST":
            raise Refused(405, "method")
        media = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media not in {FORM, JSON}:
            raise Refused(415, "type")
        size = headers.get("content-length", "0")
        if not (size.isascii() and size.isdecimal()):
            raise Refused(400, "length")
        if len(size) > len(str(self._limit)) or int(size) > self._limit:
            raise Refused(413, "size")
        return media

    async def _read(self, incoming: Incoming) -> bytes:
        try:
            return await incoming.read(self._limit, self._reading_seconds)
        except TooLarge:
            raise Refused(413, "size") from None
        except TooSlow:
            raise Refused(400, "slow") from None

    def _signature(self, headers: Headers, body: bytes) -> bytes:
        """The verified signature of the raw body."""
        stamp, given = _only(headers, "x-slack-request-timestamp"), _only(headers, "x-slack-signature")
        if not TIMESTAMP.fullmatch(stamp):
            raise Refused(401, "timestamp")
        if abs(self._clock.now().timestamp() - int(stamp)) > WINDOW.total_seconds():
            raise Refused(401, "stale")
        signature = given.encode("latin-1")
        if not any(hmac.compare_digest(sign(secret, stamp, body), signature) for secret in self._secrets):
            raise Refused(401, "signature")
        return signature

    async def _pass_on(self, kind: str, signature: bytes, scope: Scope, receive: Receive, send: Send) -> None:
        status = SERVER_FAULT

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting_status)
        finally:
            failed = status >= SERVER_FAULT
            self._metrics.requests.labels(kind=kind, outcome="failed" if failed else "answered").inc()
            if failed:
                # Slack's first retry comes at once, perhaps within the same second.
                self._seen.forget(signature)


def sign(secret: bytes, stamp: str, body: bytes) -> bytes:
    """Slack's signature, version 0, of a body sent at `stamp` (seconds since 1970, as text)."""
    return b"v0=" + hmac.digest(secret, b"v0:" + stamp.encode() + b":" + body, "sha256").hex().encode()


def _read(media: str, body: bytes) -> Read:
    try:
        return read(media, body)
    except Malformed as malformed:
        raise Refused(400, malformed.reason) from None


def _only(headers: Headers, name: str) -> str:
    """The header's value when it stands there exactly once, otherwise nothing."""
    values = headers.getlist(name)
    return values[0] if len(values) == 1 else ""


def _refusal(refused: Refused) -> Response:
    # Whatever else is on its way is not worth reading, so the connection ends with the answer.
    headers = {"connection": "close"}
    if refused.status == 405:  # noqa: PLR2004 - the status that must name what is allowed
        headers["allow"] = "POST"
    return Response(refused.reason, refused.status, headers, media_type="text/plain")
