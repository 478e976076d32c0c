"""response_url: five uses in thirty minutes, replacing, deleting, whispering and telling everybody."""

import json

import pytest

from bot.sandbox.world import Json
from tests.sandbox.driving import HttpBot, Slack, actions, button, section


async def respond(slack: Slack, url: str, **body: object) -> tuple[int, str]:
    async with slack.http.post(url, json=body) as response:
        return response.status, await response.text()


async def from_command(slack: Slack, bot: HttpBot) -> str:
    await slack.act("command", command="/echo")
    return str((await bot.last("slash_commands"))["response_url"])


async def from_click(slack: Slack, bot: HttpBot, *, ephemeral: bool = False) -> tuple[str, str]:
    """A message with a button that was clicked: its ts and the click's response_url."""
    said: Json = {"channel": slack.dm, "text": "original", "blocks": [actions(button())]}
    if ephemeral:
        ts = (await slack.api("chat.postEphemeral", user=slack.maya, **said))["message_ts"]
    else:
        ts = (await slack.api("chat.postMessage", **said))["ts"]
    await slack.act("click", container={"kind": "message", "channel": slack.dm, "ts": ts}, action_id="press")
    return ts, str((await bot.last("block_actions"))["response_url"])


async def test_an_answer_is_ephemeral_unless_it_says_otherwise(slack: Slack, http_bot: HttpBot):
    url = await from_command(slack, http_bot)
    assert await respond(slack, url, text="for you") == (200, "ok")
    await respond(slack, url, text="for all", response_type="in_channel")
    assert [(m["text"], m["ephemeral"]) for m in await slack.messages()] == [
        ("for you", True),
        ("for all", False),
    ]
    assert [m["text"] for m in await slack.history()] == ["for all"]


async def test_five_uses(slack: Slack, http_bot: HttpBot):
    url = await from_command(slack, http_bot)
    statuses = [(await respond(slack, url, text=str(number)))[0] for number in range(6)]
    status, body = await respond(slack, url, text="once more")
    assert statuses == [200, 200, 200, 200, 200, 404]
    assert (status, json.loads(body)) == (404, {"ok": False, "error": "used_url"})
    assert len(await slack.messages()) == 5


async def test_thirty_minutes_of_the_movable_clock(slack: Slack, http_bot: HttpBot):
    url = await from_command(slack, http_bot)
    await slack.control("POST", "clock", by_seconds=29 * 60)
    assert (await respond(slack, url, text="in time"))[0] == 200
    await slack.control("POST", "clock", by_seconds=2 * 60)
    status, body = await respond(slack, url, text="late")
    assert (status, json.loads(body)["error"]) == (404, "expired_url")


async def test_an_unknown_url_is_expired(slack: Slack):
    status, body = await respond(slack, f"{slack.url}/commands/T0/1/abc", text="x")
    assert (status, json.loads(body)["error"]) == (404, "expired_url")


async def test_a_click_can_replace_its_message(slack: Slack, http_bot: HttpBot):
    ts, url = await from_click(slack, http_bot)
    assert (await respond(slack, url, replace_original=True, text="new", blocks=[section("new")]))[0] == 200
    (message,) = await slack.history()
    assert (message["ts"], message["text"]) == (ts, "new")
    assert message["blocks"][0]["text"]["text"] == "new"


async def test_the_flag_may_be_text(slack: Slack, http_bot: HttpBot):
    _, url = await from_click(slack, http_bot)
    await respond(slack, url, replace_original="true", text="new")
    assert [m["text"] for m in await slack.history()] == ["new"]


async def test_without_the_flag_a_new_message_is_whispered(slack: Slack, http_bot: HttpBot):
    _, url = await from_click(slack, http_bot)
    await respond(slack, url, text="beside it")
    assert [(m["text"], m["ephemeral"]) for m in await slack.messages()] == [
        ("original", False),
        ("beside it", True),
    ]


async def test_a_click_can_delete_its_message(slack: Slack, http_bot: HttpBot):
    _, url = await from_click(slack, http_bot)
    await respond(slack, url, delete_original=True)
    assert await slack.messages() == []


@pytest.mark.parametrize(
    ("body", "texts"), [({"replace_original": True, "text": "new"}, ["new"]), ({"delete_original": True}, [])]
)
async def test_ephemeral_messages_are_replaced_and_deleted_too(
    slack: Slack, http_bot: HttpBot, body: Json, texts: list[str]
):
    ts, url = await from_click(slack, http_bot, ephemeral=True)
    await respond(slack, url, **body)
    messages = await slack.messages()
    assert [m["text"] for m in messages] == texts
    assert all(m["ephemeral"] and m["ts"] == ts for m in messages)
    assert await slack.history() == []


async def test_a_command_has_nothing_to_replace(slack: Slack, http_bot: HttpBot):
    url = await from_command(slack, http_bot)
    await respond(slack, url, text="one")
    await respond(slack, url, text="two", replace_original=True)
    assert await slack.texts() == ["one", "two"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"{}", "no_text"),
        (b"no json", "invalid_payload"),
        (b"[]", "invalid_payload"),
        (b'{"blocks": [{"type": "?"}]}', "invalid_blocks"),
    ],
)
async def test_answers_that_cannot_be_shown_are_refused_and_cost_no_use(
    slack: Slack, http_bot: HttpBot, body: bytes, error: str
):
    url = await from_command(slack, http_bot)
    async with slack.http.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
        assert response.status == 400
        assert (await response.json())["error"] == error
    assert [(await respond(slack, url, text="x"))[0] for _ in range(5)] == [200] * 5


async def test_a_replaced_message_is_told_as_changed(slack: Slack, http_bot: HttpBot):
    _, url = await from_click(slack, http_bot)
    await respond(slack, url, replace_original=True, text="new")
    events = [body["event"] for body in await http_bot.until("message", 2)]
    assert events[-1]["subtype"] == "message_changed"


async def test_a_message_shortcut_may_answer_too(slack: Slack, http_bot: HttpBot):
    ts = (await slack.act("message", channel=slack.dm, text="a win"))["ts"]
    await slack.act("shortcut", callback_id="on_this", message={"channel": slack.dm, "ts": ts})
    url = (await http_bot.last("message_action"))["response_url"]
    await respond(slack, url, text="noted")
    assert await slack.texts() == ["a win", "noted"]
