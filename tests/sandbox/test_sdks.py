"""Slack's own SDKs, unchanged but for the address: Bolt over HTTP and sockets, the web client, the socket client."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.delivery import socket as socket_delivery
from bot.sandbox.world import Json
from tests.sandbox.driving import Slack, actions, button, modal


def client(slack: Slack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.token, base_url=f"{slack.url}/api/")


def bolt(slack: Slack) -> AsyncApp:
    """A small app with one listener of each kind."""
    app = AsyncApp(
        signing_secret=slack.app.signing_secret, client=client(slack), raise_error_for_unhandled_request=False
    )

    @app.command("/echo")
    async def echo(ack: Any, command: Any, client: Any) -> None:
        await ack(f"you said {command['text']}")
        await client.views_open(trigger_id=command["trigger_id"], view=modal())

    @app.view("form")
    async def save(ack: Any, view: Any, body: Any, client: Any) -> None:
        text = view["state"]["values"]["b"]["a"]["value"]
        if len(text) < 3:
            await ack(response_action="errors", errors={"b": "Too short."})
            return
        await ack()
        await client.chat_postMessage(channel=body["user"]["id"], text=text, blocks=[actions(button())])

    @app.action("press")
    async def press(ack: Any, respond: Any) -> None:
        await ack()
        await respond("pressed", replace_original=True)

    @app.event("app_home_opened")
    async def home(event: Any, client: Any) -> None:
        await client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [actions(button())]}
        )

    @app.event("message")
    async def answer(event: Any, say: Any) -> None:
        await say(f"heard {event['text']}")

    @app.shortcut("on_this")
    async def shortcut(ack: Any, shortcut: Any, respond: Any) -> None:
        await ack()
        await respond(f"kept {shortcut['message']['text']}")

    return app


@asynccontextmanager
async def bolt_over_http(slack: Slack) -> AsyncIterator[None]:
    app = bolt(slack)

    async def events(request: web.Request) -> web.Response:
        headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in request.headers.items()}
        answer = await app.async_dispatch(AsyncBoltRequest(body=await request.text(), headers=headers))
        return web.Response(status=answer.status, body=answer.body, headers=answer.first_headers())

    application = web.Application()
    application.router.add_post("/", events)
    server = TestServer(application, shutdown_timeout=0)
    await server.start_server()
    slack.app.delivery = {"mode": "http", "url": str(server.make_url("/"))}
    yield
    await server.close()


@asynccontextmanager
async def bolt_over_socket(slack: Slack) -> AsyncIterator[None]:
    handler = AsyncSocketModeHandler(bolt(slack), slack.app.app_token, web_client=client(slack))
    await handler.connect_async()  # type: ignore[no-untyped-call]
    yield
    await handler.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture(params=[bolt_over_http, bolt_over_socket])
async def running(request: pytest.FixtureRequest, slack: Slack) -> AsyncIterator[None]:
    async with request.param(slack):
        yield


def said(slack: Slack, seen: Json) -> list[str]:
    (dm,) = [each for each in seen["conversations"] if each["id"] == slack.dm]
    return [message["text"] for message in dm["messages"]]


@pytest.mark.usefixtures("running")
async def test_bolt_does_the_whole_round(slack: Slack):
    await slack.act("command", command="/echo", text="hello")
    await slack.until(lambda seen: said(slack, seen) == ["you said hello"])
    await slack.until(lambda seen: seen["modals"])
    view_id = (await slack.modal())["id"]
    assert (await slack.act("submit", view_id=view_id, values={"b": "x"}))["errors"] == {"b": "Too short."}
    assert "errors" not in await slack.act("submit", view_id=view_id, values={"b": "a win"})
    await slack.until(lambda seen: said(slack, seen)[1:] == ["a win"])
    message = (await slack.messages())[1]
    where = {"kind": "message", "channel": slack.dm, "ts": message["ts"]}
    await slack.act("click", container=where, action_id="press")
    await slack.until(lambda seen: said(slack, seen)[1:] == ["pressed"])


@pytest.mark.usefixtures("running")
async def test_bolt_hears_events_and_shortcuts(slack: Slack):
    await slack.act("home", app=slack.app.id)
    await slack.until(lambda seen: seen["apps"][0]["home"])
    sent = await slack.act("message", channel=slack.dm, text="hi")
    await slack.until(lambda seen: said(slack, seen) == ["hi", "heard hi"])
    await slack.act("shortcut", callback_id="on_this", message={"channel": slack.dm, "ts": sent["ts"]})
    await slack.until(lambda seen: said(slack, seen)[2:] == ["kept hi"])


async def test_the_web_client_speaks_with_it(slack: Slack):
    web_client = client(slack)
    posted = await web_client.chat_postMessage(
        channel=slack.maya,
        text="t",
        metadata={"event_type": "nudge", "event_payload": {"key": "k"}},
        blocks=[actions(button())],
    )
    history = await web_client.conversations_history(channel=posted["channel"], include_all_metadata=True)
    assert history["messages"][0]["metadata"]["event_payload"] == {"key": "k"}
    assert posted.headers["x-oauth-scopes"].startswith("commands,")
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await web_client.chat_postMessage(channel="C0", text="t")


async def test_the_web_client_reads_a_rate_limit(slack: Slack):
    slack.sandbox.faults.add("ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as limited:
        await client(slack).auth_test()
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "7"


async def test_the_socket_client_follows_a_refresh(slack: Slack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket_delivery, "LEAVE_SECONDS", 0.1)
    got: list[str] = []

    async def listener(socket_client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        got.append(request.type)
        await socket_client.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))

    socket_client = SocketModeClient(app_token=slack.app.app_token, web_client=client(slack), ping_interval=1)
    socket_client.socket_mode_request_listeners.append(listener)
    await socket_client.connect()  # type: ignore[no-untyped-call]
    assert (await slack.act("command", command="/echo"))["delivery"]["answered"] is True
    await slack.control("POST", f"apps/{slack.app.id}/disconnect", reason="refresh_requested")
    for _ in range(200):
        if not (await slack.act("command", command="/echo"))["delivery"]["error"]:
            break
        await asyncio.sleep(0.02)
    assert (await slack.act("command", command="/echo"))["delivery"]["answered"] is True
    assert got[0] == got[-1] == "slash_commands"
    await socket_client.close()  # type: ignore[no-untyped-call]
