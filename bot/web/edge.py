"""The routes of the web edge: Slack's endpoint behind the guard, health, readiness and counts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.core.clock import Clock
from bot.core.in_flight import InFlight
from bot.core.metrics import Metrics
from bot.web.guard import Guard

CHECK_SECONDS = 2.0

Check = Callable[[], Awaitable[bool]]

log = logging.getLogger(__name__)


def create(
    *,
    slack: ASGIApp | None,
    secrets: Sequence[str],
    clock: Clock,
    metrics: Metrics,
    ready: Mapping[str, Check],
    in_flight: InFlight,
    pages: Sequence[Route] = (),
) -> ASGIApp:
    """The edge's app. Without `slack` (Socket Mode) there is no endpoint for Slack, only health and counts.

    `pages` are for browsers.
    """
    routes = [
        *pages,
        Route("/healthz", _healthz),
        Route("/readyz", _readyz(ready)),
        Route("/metrics", _metrics(metrics)),
    ]
    fault = _fault_counted(metrics)
    app = Starlette(routes=routes, exception_handlers={HTTPException: _nothing, Exception: fault})
    app.router.redirect_slashes = False
    if slack is None:
        return app
    guard = Guard(slack, secrets=secrets, clock=clock, metrics=metrics)
    return _Door(ServerErrorMiddleware(_Counted(guard, in_flight), handler=fault), app)


class _Door:
    """Leads what Slack sends straight to the guard, past what only the other routes need."""

    def __init__(self, slack: ASGIApp, others: ASGIApp) -> None:
        self._slack = slack
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        to_slack = scope["type"] == "http" and scope["path"] == "/slack/events"
        await (self._slack if to_slack else self._others)(scope, receive, send)


class _Counted:
    """Every request counts as work in flight, so that a stop waits for its answer."""

    def __init__(self, app: ASGIApp, in_flight: InFlight) -> None:
        self._app = app
        self._in_flight = in_flight

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._in_flight:
            await self._app(scope, receive, send)


async def _healthz(_request: Request) -> Response:
    return JSONResponse({"ok": True})


def _readyz(checks: Mapping[str, Check]) -> Callable[[Request], Awaitable[Response]]:
    async def readyz(_request: Request) -> Response:
        found = await asyncio.gather(*(_passes(name, check) for name, check in checks.items()))
        return JSONResponse(dict(zip(checks, found, strict=True)), 200 if all(found) else 503)

    return readyz


async def _passes(name: str, check: Check) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return bool(await check())
    except Exception:  # whatever a check stumbles over, the answer is "not ready"
        log.warning("check.failed", extra={"check": name}, exc_info=True)
        return False


def _metrics(metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    async def counts(_request: Request) -> Response:
        return Response(metrics.render(), headers={"content-type": metrics.content_type})

    return counts


async def _nothing(_request: Request, refused: Exception) -> Response:
    if not isinstance(refused, HTTPException):
        raise refused
    return Response(status_code=refused.status_code, headers=refused.headers)


def _fault_counted(metrics: Metrics) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def fault(_request: Request, error: Exception) -> Response:
        metrics.errors.labels(type=type(error).__name__).inc()
        return Response(status_code=500)

    return fault
