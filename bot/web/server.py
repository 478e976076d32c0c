"""Runs an ASGI app with uvicorn inside a loop that other parts of the process share."""

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bot.settings import SettingsError

# What one process can serve at once; more are told to come again (503).
MOST_AT_ONCE = 500
# A request line with its headers; Slack's are far smaller.
MOST_HEADER_BYTES = 16_384
MOST_WEBSOCKET_BYTES = 1_000_000
# How many callers may wait to be let in.
BACKLOG = 2048
IDLE_SECONDS = 30
GRACE_SECONDS = 10

log = logging.getLogger(__name__)


def listener(host: str, port: int) -> socket.socket:
    """A socket that listens on that address (port 0: any free one); SettingsError when it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named; with it every answer takes 40 ms.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        sock.listen(BACKLOG)
    except OSError as refused:
        sock.close()
        taken = refused.errno == errno.EADDRINUSE
    else:
        return sock
    raise SettingsError("address_taken" if taken else "address_refused", host=host, port=port)


async def serve(
    app: ASGIApp,
    host: str,
    port: int,
    *,
    stop: asyncio.Event,
    sock: socket.socket | None = None,
    grace_seconds: int = GRACE_SECONDS,
) -> None:
    """Serve until `stop` is set; then take nothing new and give what is running `grace_seconds` to finish.

    With a `sock` (from `listener`) that one is used, so that the caller knows the port beforehand.
    """
    sock = sock or listener(host, port)
    log.info("web.started", extra={"port": sock.getsockname()[1]})
    try:
        await _Server(_config(app, grace_seconds), stop).serve(sockets=[sock])
    finally:
        sock.close()
    log.info("web.stopped")


class _Server(uvicorn.Server):
    """A server that stops when it is told, and leaves the process' signals to whoever runs the process."""

    def __init__(self, config: uvicorn.Config, stop: asyncio.Event) -> None:
        super().__init__(config)
        self._stop = stop

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def on_tick(self, counter: int) -> bool:
        return await super().on_tick(counter) or self._stop.is_set()


class _MalformedError(Exception):
    """A request that the parser takes and we do not; uvicorn answers it with 400."""


class _Protocol(HttpToolsProtocol):
    """Refuses what the parser would take: a head of any length, and a request that names no host."""

    _in_head, _head_bytes = True, 0

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > MOST_HEADER_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._in_head = False
        if self.parser.get_http_version() != "1.0" and all(name != b"host" for name, _ in self.headers):
            raise _MalformedError
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        # What of the next head came with the end of this body is not counted: no more than one read.
        self._in_head, self._head_bytes = True, 0
        super().on_message_complete()


def _config(app: ASGIApp, grace_seconds: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level=None,
        access_log=False,
        server_header=False,
        # Nothing here asks who the caller is; a forwarded address would only be a lie to believe.
        proxy_headers=False,
        http=_Protocol,
        ws_max_size=MOST_WEBSOCKET_BYTES,
        limit_concurrency=MOST_AT_ONCE,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=grace_seconds,
    )
