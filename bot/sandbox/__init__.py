"""A Slack on localhost: the Web API, delivery, a world of people and a page, for demos and tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute, WebSocketRoute

from bot.core.clock import MovableClock
from bot.sandbox import apps, control, files, oauth, page, seed
from bot.sandbox.api.entrance import Entrance
from bot.sandbox.connection import SandboxApp
from bot.sandbox.delivery.dispatch import Dispatch
from bot.sandbox.events import Events, Sending
from bot.sandbox.faults import Faults
from bot.sandbox.journal import Journal
from bot.sandbox.limits import Limits
from bot.sandbox.responses import Responses
from bot.sandbox.triggers import Triggers
from bot.sandbox.waits import Waits
from bot.sandbox.world import App, Installation, Json, Org, World

__all__ = ["Sandbox"]


class Sandbox:
    """One Slack in memory; `app` serves it, `base_url` is the address it will be found at.

    It starts with the people of `seed`, or with `seeded=False` with nobody.
    """

    def __init__(self, clock: MovableClock, *, base_url: str, seeded: bool = True) -> None:
        self.clock = clock
        self.base_url = base_url.rstrip("/")
        self.world = World(clock)
        self.journal = Journal(clock)
        self.faults = Faults()
        self.limits = Limits()
        self.triggers = Triggers()
        self.waits = Waits(clock)
        self.dispatch = Dispatch(self.world, self.journal)
        self.events = Events(self.world, self.dispatch, self.waits)
        self.responses = Responses(self)
        self.uploads: dict[str, str] = {}
        self.codes: dict[str, oauth.Grant] = {}
        self.closed = asyncio.Event()
        if seeded:
            seed.seed(self.world)
        self.app: Starlette = SandboxApp(routes=self._routes(), lifespan=self._lifespan)

    def register_app(
        self, manifest: Json, install: list[str], delivery: Json, tokens: Json | None = None
    ) -> App:
        """Register an app and install it into workspaces; see docs/sandbox.md for the shapes."""
        return apps.register(self.world, manifest, install, delivery, tokens)

    def install(self, app: App, team_id: str, scopes: list[str] | None = None) -> Installation:
        """Install, or install again: a token that was revoked is replaced."""
        installation = apps.install_into(self.world, app, team_id, scopes)
        apps.renew(self.world, installation)
        return installation

    def install_for_org(self, app: App, org: Org, scopes: list[str] | None = None) -> Installation:
        """Install it for all workspaces of an org, or again."""
        installation = apps.install_for_org(self.world, app, org, scopes)
        apps.renew(self.world, installation)
        return installation

    def uninstall(self, app: App, team_id: str) -> list[Sending]:
        """Uninstall, and tell the app with both events, which may overtake one another."""
        installation = apps.uninstall(self.world, app, team_id)
        removed: Json = {"type": "app_uninstalled", "event_ts": self.world.ts()}
        return [*self.events.publish([installation], removed), *self._tell_revoked(installation)]

    def revoke(self, app: App, team_id: str) -> list[Sending]:
        return self._tell_revoked(apps.revoke(self.world, app, team_id))

    def move_clock(self, *, to: datetime | None = None, by: timedelta | None = None) -> None:
        """Move the clock and wake whoever waits for a moment; what everybody sees has changed."""
        if to:
            self.clock.move_to(to)
        if by:
            self.clock.move_by(by)
        self.waits.moved()
        self.world.touch(self.world.people)

    async def hang(self, request: Request, seconds: float) -> None:
        """Wait without answering: for so many seconds (0: for ever), until the caller leaves or the end."""
        endings = [asyncio.create_task(self.closed.wait()), asyncio.create_task(_left(request))]
        await asyncio.wait(endings, timeout=seconds or None, return_when=asyncio.FIRST_COMPLETED)
        for ending in endings:
            ending.cancel()

    async def close(self) -> None:
        """End streams, sockets, redeliveries and what hangs; call it before the server is stopped."""
        self.closed.set()
        self.world.touch(self.world.people)
        await self.events.close()
        await self.dispatch.close()

    def _tell_revoked(self, installation: Installation) -> list[Sending]:
        tokens = {"oauth": [], "bot": [installation.bot_user_id]}
        event: Json = {"type": "tokens_revoked", "tokens": tokens, "event_ts": self.world.ts()}
        return self.events.publish([installation], event)

    def _routes(self) -> list[BaseRoute]:
        return [
            *Entrance(self).routes(),
            *control.routes(self),
            WebSocketRoute("/link/", self.dispatch.sockets.serve),
            WebSocketRoute("/link", self.dispatch.sockets.serve),
            *oauth.routes(self),
            *files.routes(self),
            *self.responses.routes(),
            *page.routes(self),
        ]

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        yield
        await self.close()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        continue
