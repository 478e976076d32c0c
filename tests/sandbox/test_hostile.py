"""Calls that make no sense get an error word, never a crash."""

import pytest

from bot.sandbox.api import METHODS
from tests.sandbox.driving import HttpBot, Slack, actions, button, modal

pytestmark = pytest.mark.thorough

ODD: list[object] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    " ",
    "x" * 10_000,
    "\ud800",
    "\x00",
    [],
    [[]],
    {},
    {"a": [None]},
    ["U1", 2],
]
ARGUMENTS = [
    "channel", "user", "users", "text", "blocks", "attachments", "metadata", "markdown_text", "ts", "thread_ts", "limit",
    "cursor", "oldest", "latest", "inclusive", "view", "view_id", "external_id", "trigger_id", "user_id", "hash",
    "files", "file", "filename", "length", "channel_id", "bot", "code", "message_ts", "team",
]  # fmt: skip
ACTS = ["command", "message", "edit", "delete", "read", "click", "submit", "close", "shortcut", "home"]
FIELDS = [
    "command", "text", "channel", "ts", "thread_ts", "files", "container", "block_id", "action_id", "value", "values",
    "view_id", "clear", "callback_id", "message", "app", "tab",
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
async def test_every_method_answers_odd_arguments(slack: Slack, odd: object):
    sound = {"channel": slack.dm, "user": slack.maya, "ts": "1.000001", "text": "t", "view": modal()}
    headers = {"Authorization": f"Bearer {slack.token}"}
    # Those that end the token come last.
    for method in sorted(METHODS, key=lambda name: name in {"auth.revoke", "apps.uninstall"}):
        for args in (dict.fromkeys(ARGUMENTS, odd), sound | {ARGUMENTS[len(method) % 30]: odd}):
            async with slack.http.post(f"{slack.url}/api/{method}", json=args, headers=headers) as response:
                assert response.status == 200, (method, await response.text())
                assert "ok" in await response.json()
    assert (await slack.sees())["ok"] is True


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: repr(odd)[:20])
async def test_every_act_answers_odd_fields(slack: Slack, http_bot: HttpBot, odd: object):
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="t", blocks=[actions(button())])
    sound = {
        "command": "/echo", "channel": slack.dm, "ts": posted["ts"], "action_id": "press", "app": slack.app.id,
        "container": {"kind": "message", "channel": slack.dm, "ts": posted["ts"]}, "callback_id": "anywhere",
    }  # fmt: skip
    for act in ACTS:
        for field in FIELDS:
            answer = await slack.act(act, **(sound | {field: odd}))
            assert answer["status"] < 500, (act, field, answer)
            assert isinstance(answer["ok"], bool)


@pytest.mark.parametrize("call", ["workspaces", "people", "channels", "apps", "clock", "faults", "limits"])
async def test_every_other_control_call_answers_odd_fields(slack: Slack, call: str):
    fields = ["name", "domain", "team_id", "tz", "flags", "members", "manifest", "install", "delivery", "tokens",
              "to", "by_seconds", "kind", "times", "on"]  # fmt: skip
    for odd in ODD:
        for field in fields:
            answer = await slack.control(
                "POST", call, **({"team_id": slack.team, "name": "n"} | {field: odd})
            )
            assert answer["status"] < 500, (call, field, odd, answer)
    slack.sandbox.faults.clear()
    assert (await slack.sees())["ok"] is True
