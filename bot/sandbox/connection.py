"""Dropping a connection without a word, as a network does."""

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send


class Dropped(BaseException):
    """Raised by a handler whose connection is to be cut instead of answered."""


class SandboxApp(Starlette):
    """Starlette with one thing more: a handler may cut its connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except Dropped:
            _cut(send)()
            await _gone(receive)


def _cut(send: Send) -> Callable[[], Any]:
    """What aborts the transport. ASGI has no word for it; uvicorn's `send` belongs to an object that has one."""
    abort: Callable[[], Any] = send.__self__.transport.abort  # type: ignore[attr-defined]
    return abort


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue
