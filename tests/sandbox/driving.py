"""Drives a served sandbox from outside: as a program with a token, as a person, and as an app that is delivered to."""

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import uvicorn
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.core.clock import MovableClock
from bot.local_slack import address_of
from bot.sandbox import Sandbox
from bot.sandbox.world import App, Installation, Json, change
from bot.web.server import listener

SCOPES = [
    "commands", "chat:write", "im:write", "im:history", "im:read", "users:read", "team:read", "files:write",
    "files:read", "channels:history", "channels:read",
]  # fmt: skip

MANIFEST: Json = {
    "display_information": {"name": "Echo"},
    "features": {
        "bot_user": {"display_name": "Echo"},
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "slash_commands": [{"command": "/echo", "description": "Says it again", "usage_hint": "[text]"}],
        "shortcuts": [
            {"name": "Anywhere", "type": "global", "callback_id": "anywhere", "description": "From anywhere"},
            {"name": "On this", "type": "message", "callback_id": "on_this", "description": "On a message"},
        ],
    },
    "oauth_config": {"scopes": {"bot": SCOPES}, "redirect_urls": ["http://127.0.0.1:9/slack/oauth"]},
    "settings": {
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "message.im",
                "user_change",
                "app_uninstalled",
                "tokens_revoked",
            ]
        },
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "hello") -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def input_block(element: Json, block_id: str = "b", **more: Any) -> Json:
    return {
        "type": "input", "block_id": block_id, "label": plain("Label"), "element": {"action_id": "a", **element}, **more,
    }  # fmt: skip


def modal(*blocks: Json, **more: Any) -> Json:
    shown = list(blocks) or [input_block({"type": "plain_text_input"})]
    return {
        "type": "modal", "callback_id": "form", "title": plain("Form"), "submit": plain("Save"), "blocks": shown, **more,
    }  # fmt: skip


def button(action_id: str = "press", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Press"), "value": "v1", **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "block_id": "acts", "elements": list(elements)}


@dataclass
class Slack:
    """A sandbox on a loopback port, with one app in Juniper Works and Maya in front of it."""

    sandbox: Sandbox
    url: str
    http: aiohttp.ClientSession
    app: App
    team: str
    other_team: str
    ids: dict[str, str]

    @property
    def installation(self) -> Installation:
        return self.app.installations[self.team]

    @property
    def token(self) -> str:
        return self.installation.bot_token

    @property
    def maya(self) -> str:
        return self.ids["maya"]

    @property
    def dm(self) -> str:
        bot = self.sandbox.world.people[self.installation.bot_user_id]
        return self.sandbox.world.im(self.sandbox.world.people[self.maya], bot).id

    async def api(self, method: str, token: str | None = None, **args: Any) -> Json:
        """A call as SDKs make it: a form with nested values as JSON."""
        form = {
            name: json.dumps(value) if isinstance(value, dict | list | bool) else str(value)
            for name, value in args.items()
        }
        headers = {"Authorization": f"Bearer {token or self.token}"}
        async with self.http.post(f"{self.url}/api/{method}", data=form, headers=headers) as response:
            answer: Json = await response.json()
            return answer

    async def control(self, verb: str, path: str, **body: Any) -> Json:
        async with self.http.request(verb, f"{self.url}/sandbox/{path}", json=body) as response:
            answer: Json = await response.json()
            return answer | {"status": response.status}

    async def act(self, name: str, user: str | None = None, **body: Any) -> Json:
        return await self.control("POST", f"people/{user or self.maya}/{name}", **body)

    async def sees(self, user: str | None = None) -> Json:
        return await self.control("GET", f"people/{user or self.maya}/sees")

    async def until(self, holds: Callable[[Json], Any]) -> Json:
        """What Maya sees, as soon as it is as described."""
        person = self.sandbox.world.people[self.maya]
        async with asyncio.timeout(3):
            while not holds(seen := await self.sees()):
                await change(person, seen["revision"])
        return seen

    async def messages(self, channel: str | None = None, user: str | None = None) -> list[Json]:
        seen = await self.sees(user)
        shown = [each for each in seen["conversations"] if each["id"] == (channel or self.dm)]
        return list(shown[0]["messages"])

    async def texts(self, channel: str | None = None) -> list[str]:
        return [message["text"] for message in await self.messages(channel)]

    async def modal(self) -> Json:
        modals = (await self.sees())["modals"]
        return dict(modals[-1])

    async def history(self, **args: Any) -> list[Json]:
        answer = await self.api("conversations.history", channel=self.dm, **args)
        return list(answer["messages"])


class QuickServer(uvicorn.Server):
    """uvicorn without the pauses of its main loop and of its farewell: together they cost 0.2 s a test."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stop = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks)
        await self.lifespan.shutdown()
        for each in sockets or []:
            each.close()


@asynccontextmanager
async def serving(**options: Any) -> AsyncIterator[Slack]:
    listening = listener("127.0.0.1", 0)
    sandbox = Sandbox(MovableClock(), base_url=address_of(listening), **options)
    server = QuickServer(uvicorn.Config(sandbox.app, log_config=None))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    team, other = list(sandbox.world.workspaces)[:2]
    app = sandbox.register_app(deepcopy(MANIFEST), [team], {"mode": "socket"})
    ids = {person.name: person.id for person in sandbox.world.people.values()}
    async with aiohttp.ClientSession() as http:
        yield Slack(sandbox, sandbox.base_url, http, app, team, other, ids)
    await sandbox.close()
    server.stop.set()
    await task


@dataclass
class Delivered:
    """One request or envelope that reached the app."""

    payload: Json
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    kind: str = ""
    envelope: Json = field(default_factory=dict)

    def signed_by(self, secret: str) -> bool:
        base = f"v0:{self.headers['X-Slack-Request-Timestamp']}:".encode() + self.body
        expected = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, self.headers["X-Slack-Signature"])


@dataclass
class Bot:
    """An app's side of deliveries: keeps what came; `answer` says what goes back (None: nothing at all)."""

    slack: Slack
    got: list[Delivered] = field(default_factory=list)
    answer: Callable[[Delivered], Any] = lambda _: {}
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def arrived(self, delivered: Delivered) -> None:
        self.got.append(delivered)
        self._arrived.set()

    def of(self, kind: str) -> list[Json]:
        """Payloads by type; events by the type of their event."""
        return [
            each.payload
            for each in self.got
            if kind in {each.payload.get("type"), each.payload.get("event", {}).get("type"), each.kind}
        ]

    async def until(self, kind: str, count: int = 1) -> list[Json]:
        async with asyncio.timeout(3):
            while len(self.of(kind)) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.of(kind)

    async def last(self, kind: str) -> Json:
        return (await self.until(kind))[-1]


class HttpBot(Bot):
    """Takes signed HTTP deliveries; an answer is JSON, text, a (status, body) pair, or None for silence."""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        delivered = Delivered(_decoded(request, body), dict(request.headers), body, _kind(request, body))
        self.arrived(delivered)
        if delivered.payload.get("type") == "url_verification":
            return web.Response(text=delivered.payload["challenge"])
        answer = self.answer(delivered)
        if answer is None:
            await asyncio.sleep(10)
        if isinstance(answer, tuple):
            return web.Response(status=answer[0], text=str(answer[1]), headers=dict(answer[2:]))
        return web.json_response(answer) if isinstance(answer, dict) else web.Response(text=str(answer))


def _decoded(request: web.Request, body: bytes) -> Json:
    if request.content_type == "application/json":
        return dict(json.loads(body))
    form = dict(parse_qsl(body.decode(), keep_blank_values=True))
    return dict(json.loads(form["payload"])) if "payload" in form else form


def _kind(request: web.Request, body: bytes) -> str:
    if request.content_type == "application/json":
        return "events_api"
    return "interactive" if body.startswith(b"payload=") else "slash_commands"


@asynccontextmanager
async def over_http(slack: Slack) -> AsyncIterator[HttpBot]:
    bot = HttpBot(slack)
    application = web.Application()
    application.router.add_post("/slack/events", bot.handle)
    server = TestServer(application, shutdown_timeout=0)
    await server.start_server()
    slack.app.delivery = {"mode": "http", "url": str(server.make_url("/slack/events"))}
    yield bot
    await server.close()


class SocketBot(Bot):
    """Takes envelopes and acknowledges them; an answer of None is no acknowledgement."""

    socket: aiohttp.ClientWebSocketResponse
    hello: Json
    told: list[Json]
    closed: asyncio.Event

    async def connect(self) -> None:
        opened = await self.slack.api("apps.connections.open", token=self.slack.app.app_token)
        self.socket = await self.slack.http.ws_connect(opened["url"])
        self.hello = await self.socket.receive_json()
        self.told = []
        self.closed = asyncio.Event()

    async def until_closed(self) -> None:
        async with asyncio.timeout(2):
            await self.closed.wait()

    async def listen(self) -> None:
        async for message in self.socket:
            envelope = json.loads(message.data)
            if "envelope_id" not in envelope:
                self.told.append(envelope)
                self._arrived.set()
                continue
            delivered = Delivered(envelope["payload"], kind=envelope["type"], envelope=envelope)
            self.arrived(delivered)
            answer = self.answer(delivered)
            if answer is not None:
                payload = {"payload": answer} if answer else {}
                await self.socket.send_json({"envelope_id": envelope["envelope_id"], **payload})
        self.closed.set()


@asynccontextmanager
async def over_socket(slack: Slack) -> AsyncIterator[SocketBot]:
    bot = SocketBot(slack)
    await bot.connect()
    task = asyncio.create_task(bot.listen())
    yield bot
    await bot.socket.close()
    await task
