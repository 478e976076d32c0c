"""A world to look at through the page, and a way to ask for a page without a network."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import Headers

from bot.core.clock import MovableClock, StoppedClock
from bot.sandbox import apps
from bot.sandbox.files import stored
from bot.sandbox.seed import seed
from bot.sandbox.world import App, Installation, Json, Message, Person, View, World

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)

MANIFEST: Json = {
    "display_information": {"name": "Sayso", "description": "A self-advocacy coach"},
    "features": {
        "bot_user": {"display_name": "sayso"},
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "slash_commands": [
            {"command": "/win", "description": "Save something you did", "usage_hint": "[what you did]"},
            {"command": "/goal", "description": "Set a goal or see your goals", "usage_hint": "[your goal]"},
            {
                "command": "/ask",
                "description": "Keep a request and its answer",
                "usage_hint": "[what you need]",
            },
            {
                "command": "/pitch",
                "description": "Draft the message to your manager",
                "usage_hint": "manager",
            },
        ],
        "shortcuts": [
            {
                "name": "Log a win",
                "type": "global",
                "callback_id": "win.new",
                "description": "Opens the form",
            },
            {"name": "Save as win", "type": "message", "callback_id": "win.save", "description": "Keeps it"},
        ],
    },
    "oauth_config": {"scopes": {"bot": ["commands", "chat:write", "im:write", "im:history", "users:read"]}},
    "settings": {"socket_mode_enabled": True, "event_subscriptions": {"bot_events": ["message.im"]}},
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str, text: str, **more: Any) -> Json:
    return {"value": value, "text": plain(text), **more}


@dataclass(frozen=True)
class Answer:
    """What came back, and the path it came from after redirects."""

    path: str
    status: int
    headers: Headers
    text: str


async def _get(app: Starlette, path: str, cookie: str) -> Answer:
    sent: list[Any] = []

    async def receive() -> Json:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"127.0.0.1:3939"), (b"cookie", cookie.encode())]
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": headers,
        "query_string": b"",
        "scheme": "http",
    }
    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(path, sent[0]["status"], Headers(raw=sent[0]["headers"]), body.decode())


def get(app: Starlette, path: str, *, cookie: str = "", follow: bool = True) -> Answer:
    """Ask an application without a network, through its redirects."""
    answer = asyncio.run(_get(app, path, cookie))
    while follow and (onward := answer.headers.get("location")):
        answer = asyncio.run(_get(app, onward, cookie))
    return answer


class Town:
    """A seeded world with one app, and short words to put things into it."""

    def __init__(self) -> None:
        self.clock = MovableClock(StoppedClock(NOW))
        self.world = World(self.clock)
        seed(self.world)
        self.maya = self.person("maya")
        self.team = self.world.workspaces[self.maya.team_id]
        self.app: App | None = None

    def person(self, name: str) -> Person:
        return next(person for person in self.world.people.values() if person.name == name)

    def with_app(self, manifest: Json = MANIFEST) -> "Town":
        self.app = apps.register(self.world, manifest, [self.team.id], {"mode": "socket"}, None)
        return self

    @property
    def installation(self) -> Installation:
        assert self.app is not None
        return self.app.installations[self.team.id]

    @property
    def bot(self) -> Person:
        return self.world.people[self.installation.bot_user_id]

    @property
    def dm(self) -> str:
        return self.world.im(self.maya, self.bot).id

    @property
    def sandbox(self) -> Any:
        return SimpleNamespace(world=self.world)

    def says(self, text: str = "", blocks: list[Json] | None = None, **more: Any) -> Message:
        """The app says something in Maya's direct conversation."""
        said = Message(self.world.ts(), self.bot.id, text, self.team.id, blocks, **more)
        said.app_id, said.bot_id = self.installation.app.id, self.installation.bot_id
        return self._add(said)

    def writes(self, text: str, channel: str | None = None, **more: Any) -> Message:
        return self._add(Message(self.world.ts(), self.maya.id, text, self.team.id, **more), channel)

    def _add(self, message: Message, channel: str | None = None) -> Message:
        conversation = self.world.conversations[channel or self.dm]
        conversation.add(message)
        self.world.touch(conversation.members)
        return message

    def later(self, **span: float) -> None:
        self.clock.move_by(timedelta(**span))

    def file(self, name: str, content: bytes) -> Any:
        return stored(self.world, self.maya.id, self.team.id, name, content)

    def opens(self, body: Json, view_id: str = "V0MODAL") -> View:
        view = self._view("modal", body, view_id)
        self.maya.modals.append(view)
        self.world.views[view.id] = view
        self.world.touch([self.maya.id])
        return view

    def publishes(self, blocks: list[Json]) -> View:
        view = self._view("home", {"type": "home", "blocks": blocks}, "V0HOME")
        self.maya.homes[self.installation.app.id] = self.world.views[view.id] = view
        self.world.touch([self.maya.id])
        return view

    def _view(self, kind: Any, body: Json, view_id: str) -> View:
        by = self.installation
        return View(view_id, by.app.id, self.team.id, self.maya.id, by.bot_id, kind, body, "hash", view_id)
