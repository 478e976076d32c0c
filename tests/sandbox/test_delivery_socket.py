"""Socket Mode: single-use addresses, hello, acknowledgements, turns, goodbyes, at most ten."""

import asyncio

import aiohttp
import pytest

from bot.sandbox import delivery
from bot.sandbox.delivery import socket
from tests.sandbox.driving import Slack, SocketBot, modal, over_socket


async def test_a_socket_is_greeted(slack: Slack, socket_bot: SocketBot):
    hello = socket_bot.hello
    assert hello["type"] == "hello"
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": slack.app.id}
    assert hello["debug_info"]["host"]
    assert hello["debug_info"]["approximate_connection_time"] > 0


async def test_an_address_is_used_once(slack: Slack):
    opened = await slack.api("apps.connections.open", token=slack.app.app_token)
    first = await slack.http.ws_connect(opened["url"])
    assert (await first.receive_json())["type"] == "hello"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await slack.http.ws_connect(opened["url"])
    assert refused.value.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await slack.http.ws_connect(f"{slack.url}/link/?ticket=made-up")
    await first.close()


async def test_an_address_gets_old(slack: Slack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "TICKET_SECONDS", -1.0)
    opened = await slack.api("apps.connections.open", token=slack.app.app_token)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await slack.http.ws_connect(opened["url"])


async def test_envelopes_say_whether_an_answer_is_read(slack: Slack, socket_bot: SocketBot):
    await slack.act("command", command="/echo")
    trigger = (await socket_bot.last("slash_commands"))["trigger_id"]
    view = (await slack.api("views.open", trigger_id=trigger, view=modal()))["view"]
    await slack.act("submit", view_id=view["id"], values={"b": "x"})
    await slack.act("shortcut", callback_id="anywhere")
    await slack.act("home", app=slack.app.id)
    told = [(each.envelope["type"], each.envelope["accepts_response_payload"]) for each in socket_bot.got]
    assert told == [
        ("slash_commands", True),
        ("interactive", True),
        ("interactive", False),
        ("events_api", False),
    ]
    assert len({each.envelope["envelope_id"] for each in socket_bot.got}) == 4


async def test_events_start_at_attempt_zero(slack: Slack, socket_bot: SocketBot):
    await slack.act("home", app=slack.app.id)
    envelope = socket_bot.got[0].envelope
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (0, "")


async def test_an_app_without_a_socket_cannot_be_reached(slack: Slack):
    answer = await slack.act("command", command="/echo")
    assert answer["delivery"]["error"] == "dispatch_failed"
    assert (await slack.sees())["notices"][0]["text"] == "/echo failed with the error “dispatch_failed”"


async def test_an_app_that_does_not_acknowledge_did_not_respond(
    slack: Slack, socket_bot: SocketBot, monkeypatch: pytest.MonkeyPatch
):
    assert delivery.SECONDS == 3.0
    monkeypatch.setattr(delivery, "SECONDS", 0.1)
    socket_bot.answer = lambda _: None
    answer = await slack.act("command", command="/echo")
    assert answer["delivery"]["error"] == "app_did_not_respond"
    (notice,) = (await slack.sees())["notices"]
    assert notice["text"].startswith("/echo failed because the app did not respond.")


async def test_a_socket_that_closes_in_the_middle_did_not_respond(slack: Slack, socket_bot: SocketBot):
    socket_bot.answer = lambda _: None
    act = asyncio.create_task(slack.act("command", command="/echo"))
    await socket_bot.last("slash_commands")
    await socket_bot.socket.close()
    assert (await act)["delivery"]["error"] == "app_did_not_respond"


async def test_late_and_meaningless_frames_do_no_harm(slack: Slack, socket_bot: SocketBot):
    await socket_bot.socket.send_json({"envelope_id": "long-gone"})
    await socket_bot.socket.send_str("not json")
    await socket_bot.socket.send_json(["a", "list"])
    await slack.act("home", app=slack.app.id)
    assert (await slack.act("command", command="/echo"))["delivery"]["answered"] is True


async def test_sockets_take_turns_and_each_payload_goes_to_one(slack: Slack):
    async with over_socket(slack) as one, over_socket(slack) as two:
        assert two.hello["num_connections"] == 2
        for _ in range(4):
            await slack.act("command", command="/echo")
        assert (len(one.got), len(two.got)) == (2, 2)
    async with over_socket(slack) as alone:
        await slack.act("command", command="/echo")
        assert len(alone.got) == 1


async def test_an_eleventh_socket_is_sent_away(slack: Slack):
    bots = [SocketBot(slack) for _ in range(11)]
    for bot in bots:
        await bot.connect()
    assert [bot.hello["type"] for bot in bots] == ["hello"] * 10 + ["disconnect"]
    assert bots[-1].hello["reason"] == "too_many_websockets"
    assert (await bots[-1].socket.receive()).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    for bot in bots:
        await bot.socket.close()


async def test_a_refresh_says_goodbye_takes_no_more_and_closes(
    slack: Slack, socket_bot: SocketBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(socket, "LEAVE_SECONDS", 0.1)
    asked = await slack.control("POST", f"apps/{slack.app.id}/disconnect", reason="refresh_requested")
    assert asked["sockets"] == 1
    async with over_socket(slack) as fresh:
        await slack.act("command", command="/echo")
        assert len(fresh.got) == 1
        await socket_bot.until_closed()
    (goodbye,) = socket_bot.told
    assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "refresh_requested")
    assert goodbye["debug_info"]["host"] == socket_bot.hello["debug_info"]["host"]


async def test_a_disabled_link_closes_at_once(slack: Slack, socket_bot: SocketBot):
    await slack.control("POST", f"apps/{slack.app.id}/disconnect", reason="link_disabled")
    await socket_bot.until_closed()
    assert [each["reason"] for each in socket_bot.told] == ["link_disabled"]


async def test_a_warning_comes_first_and_deliveries_go_on(
    slack: Slack, socket_bot: SocketBot, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(socket, "WARNING_SECONDS", 0.2)
    monkeypatch.setattr(socket, "LEAVE_SECONDS", 0.05)
    await slack.control("POST", f"apps/{slack.app.id}/disconnect", reason="warning")
    assert (await slack.act("command", command="/echo"))["delivery"]["answered"] is True
    await socket_bot.until_closed()
    assert [each["reason"] for each in socket_bot.told] == ["warning", "refresh_requested"]


async def test_a_goodbye_needs_a_reason_slack_knows(slack: Slack):
    answer = await slack.control("POST", f"apps/{slack.app.id}/disconnect", reason="bored")
    assert (answer["status"], answer["error"]) == (400, "bad_reason")


async def test_pings_are_answered(slack: Slack, socket_bot: SocketBot):
    await socket_bot.socket.ping(b"sdk-ping-pong:1.0")
    assert (await slack.act("command", command="/echo"))["delivery"]["answered"] is True


async def test_a_binary_frame_ends_the_socket(slack: Slack, socket_bot: SocketBot):
    await socket_bot.socket.send_bytes(b"?")
    await asyncio.sleep(0.05)
    assert (await slack.act("command", command="/echo"))["delivery"]["error"] == "dispatch_failed"
