"""Delivery over HTTP: the encodings Slack uses, signed with the app's signing secret."""

import asyncio
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import aiohttp

from bot.core.clock import SystemClock
from bot.sandbox import delivery, names
from bot.sandbox.delivery import Answer, Parcel, elapsed
from bot.sandbox.world import App, Json

_FORM = "application/x-www-form-urlencoded"
_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
_MOST_ANSWER = 1_000_000
_GOOD = range(200, 300)


class Http:
    """The signature's timestamp is the machine's: a moved clock must not make requests stale."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, parcel: Parcel) -> Answer:
        kind, body = encoded(parcel)
        started = asyncio.get_running_loop().time()
        retry = parcel.retry
        headers = (
            {"X-Slack-Retry-Num": str(retry.attempt), "X-Slack-Retry-Reason": retry.reason} if retry else {}
        )
        try:
            answer = await self._post(parcel.app, kind, body, headers)
        except TimeoutError:
            answer = Answer(answered=False, error="operation_timeout", reason="http_timeout")
        except aiohttp.TooManyRedirects:
            answer = Answer(answered=False, error="dispatch_failed", reason="too_many_redirects")
        except aiohttp.ClientError:
            answer = Answer(answered=False, error="dispatch_failed", reason="connection_failed")
        return _timed(answer, elapsed(started))

    async def verify(self, app: App) -> bool:
        """Send url_verification; the url must give the challenge back."""
        challenge = names.unguessable()
        payload = {"type": "url_verification", "token": app.verification_token, "challenge": challenge}
        try:
            answer = await self._post(app, "application/json", json.dumps(payload).encode(), {})
        except (aiohttp.ClientError, TimeoutError):
            return False
        told = answer.body.get("challenge") if isinstance(answer.body, dict) else answer.body
        return answer.answered and isinstance(told, str) and told.strip() == challenge

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _post(self, app: App, kind: str, body: bytes, more: dict[str, str]) -> Answer:
        if self._session is None:
            # Redirects, cookies and proxies of the environment have no place on localhost.
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)
        headers = {"Content-Type": kind, "User-Agent": _AGENT, **self._signed(app, body), **more}
        timeout = aiohttp.ClientTimeout(total=delivery.SECONDS)
        url = str(app.delivery["url"])
        async with self._session.post(url, data=body, headers=headers, timeout=timeout) as response:
            no_retry = response.headers.get("X-Slack-No-Retry") == "1"
            if response.status not in _GOOD:
                return Answer(False, "dispatch_failed", "http_error", no_retry=no_retry)
            raw = await response.content.read(_MOST_ANSWER)
            return Answer(answered=True, body=_understood(raw, response.content_type))

    def _signed(self, app: App, body: bytes) -> dict[str, str]:
        timestamp = str(int(self._clock.now().timestamp()))
        signed = signature(app.signing_secret, timestamp, body)
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signed}


def signature(secret: str, timestamp: str, body: bytes) -> str:
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def _timed(answer: Answer, took_ms: int) -> Answer:
    return Answer(answer.answered, answer.error, answer.reason, answer.body, took_ms, answer.no_retry)


def encoded(parcel: Parcel) -> tuple[str, bytes]:
    """The content type and body: events are JSON, commands a form, interactivity JSON within a form."""
    if parcel.kind == "events_api":
        return "application/json", json.dumps(parcel.payload).encode()
    if parcel.kind == "slash_commands":
        return _FORM, urlencode(parcel.payload, errors="replace").encode()
    return _FORM, urlencode({"payload": json.dumps(parcel.payload)}).encode()


def _understood(raw: bytes, content_type: str) -> Any:
    text = raw.decode("utf-8", "replace")
    if "json" not in content_type:
        return text
    try:
        parsed: Json = json.loads(text) if text.strip() else {}
    except ValueError:
        return text
    return parsed
