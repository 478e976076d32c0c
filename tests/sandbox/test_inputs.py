"""state.values and actions of every element, exactly in Slack's shapes, and what Slack's window itself refuses."""

import base64
from typing import Any

import pytest

from bot.sandbox.world import Json
from tests.sandbox.driving import Bot, Slack, button, input_block, modal, plain, section


def option(value: str) -> Json:
    return {"text": {"type": "plain_text", "text": value.title(), "emoji": True}, "value": value}


OPTIONS = [option("one"), option("two"), option("three")]
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "hi"}]}],
}

# element without action_id, what the person chooses, its state untouched, its state afterwards
ELEMENTS: list[tuple[Json, Any, Json, Json]] = [
    ({"type": "plain_text_input"}, "hi", {"value": None}, {"value": "hi"}),
    ({"type": "plain_text_input", "initial_value": "a"}, "", {"value": "a"}, {"value": None}),
    ({"type": "email_text_input"}, "a@b.example", {"value": None}, {"value": "a@b.example"}),
    ({"type": "url_text_input"}, "https://a.example", {"value": None}, {"value": "https://a.example"}),
    (
        {"type": "number_input", "is_decimal_allowed": False, "initial_value": "3"},
        5,
        {"value": "3"},
        {"value": "5"},
    ),
    ({"type": "rich_text_input"}, "hi", {"rich_text_value": None}, {"rich_text_value": RICH}),
    (
        {"type": "datepicker", "initial_date": "2026-11-20"},
        "2026-11-27",
        {"selected_date": "2026-11-20"},
        {"selected_date": "2026-11-27"},
    ),
    ({"type": "timepicker"}, "16:00", {"selected_time": None}, {"selected_time": "16:00"}),
    (
        {"type": "datetimepicker"},
        1_795_000_000,
        {"selected_date_time": None},
        {"selected_date_time": 1_795_000_000},
    ),
    (
        {"type": "static_select", "options": OPTIONS, "initial_option": OPTIONS[0]},
        "two",
        {"selected_option": OPTIONS[0]},
        {"selected_option": OPTIONS[1]},
    ),
    (
        {"type": "static_select", "option_groups": [{"label": plain("All"), "options": OPTIONS}]},
        "three",
        {"selected_option": None},
        {"selected_option": OPTIONS[2]},
    ),
    (
        {"type": "external_select", "min_query_length": 1},
        OPTIONS[0],
        {"selected_option": None},
        {"selected_option": OPTIONS[0]},
    ),
    ({"type": "users_select"}, "U1", {"selected_user": None}, {"selected_user": "U1"}),
    (
        {"type": "conversations_select"},
        "D1",
        {"selected_conversation": None},
        {"selected_conversation": "D1"},
    ),
    ({"type": "channels_select"}, "C1", {"selected_channel": None}, {"selected_channel": "C1"}),
    (
        {"type": "radio_buttons", "options": OPTIONS},
        "two",
        {"selected_option": None},
        {"selected_option": OPTIONS[1]},
    ),
    (
        {"type": "checkboxes", "options": OPTIONS, "initial_options": OPTIONS[:1]},
        ["two", "three"],
        {"selected_options": OPTIONS[:1]},
        {"selected_options": OPTIONS[1:]},
    ),
    (
        {"type": "multi_static_select", "options": OPTIONS},
        ["one"],
        {"selected_options": []},
        {"selected_options": OPTIONS[:1]},
    ),
    ({"type": "multi_users_select"}, ["U1", "U2"], {"selected_users": []}, {"selected_users": ["U1", "U2"]}),
    (
        {"type": "multi_conversations_select", "initial_conversations": ["D1"]},
        ["D2"],
        {"selected_conversations": ["D1"]},
        {"selected_conversations": ["D2"]},
    ),
    ({"type": "multi_channels_select"}, ["C1"], {"selected_channels": []}, {"selected_channels": ["C1"]}),
]


async def shown(slack: Slack, bot: Bot, *blocks: Json) -> str:
    await slack.act("command", command="/echo")
    trigger = (await bot.last("slash_commands"))["trigger_id"]
    answer = await slack.api("views.open", trigger_id=trigger, view=modal(*blocks))
    assert answer["ok"], answer
    return str(answer["view"]["id"])


@pytest.mark.parametrize(
    ("element", "value", "untouched", "chosen"), ELEMENTS, ids=lambda each: str(each)[:40]
)
async def test_every_inputs_state(
    slack: Slack, http_bot: Bot, element: Json, value: object, untouched: Json, chosen: Json
):
    view_id = await shown(
        slack, http_bot, input_block(element, optional=True), input_block(element, "c", optional=True)
    )
    await slack.act("submit", view_id=view_id, values={"b": value})
    values = (await http_bot.last("view_submission"))["view"]["state"]["values"]
    assert values["b"] == {"a": {"type": element["type"], **chosen}}
    assert values["c"] == {"a": {"type": element["type"], **untouched}}


async def test_uploaded_files_stand_in_the_state(slack: Slack, http_bot: Bot):
    view_id = await shown(slack, http_bot, input_block({"type": "file_input", "filetypes": ["txt"]}))
    upload = {"name": "proof.txt", "content_base64": base64.b64encode(b"proof").decode()}
    await slack.act("submit", view_id=view_id, values={"b": [upload]})
    state = (await http_bot.last("view_submission"))["view"]["state"]["values"]["b"]["a"]
    (file,) = state["files"]
    assert (file["name"], file["size"], file["mimetype"]) == ("proof.txt", 5, "text/plain")
    headers = {"Authorization": f"Bearer {slack.token}"}
    async with slack.http.get(file["url_private_download"], headers=headers) as response:
        assert await response.read() == b"proof"


@pytest.mark.parametrize(
    ("element", "value", "field", "expected"),
    [
        ({"type": "static_select", "options": OPTIONS}, "two", "selected_option", OPTIONS[1]),
        ({"type": "overflow", "options": OPTIONS[:2]}, "one", "selected_option", OPTIONS[0]),
        ({"type": "datepicker"}, "2026-11-27", "selected_date", "2026-11-27"),
        ({"type": "timepicker"}, "16:00", "selected_time", "16:00"),
        ({"type": "checkboxes", "options": OPTIONS}, ["one"], "selected_options", OPTIONS[:1]),
        ({"type": "radio_buttons", "options": OPTIONS}, "one", "selected_option", OPTIONS[0]),
        ({"type": "users_select"}, "U1", "selected_user", "U1"),
    ],
)
async def test_actions_carry_the_choice(
    slack: Slack, http_bot: Bot, element: Json, value: object, field: str, expected: object
):
    block = {"type": "actions", "block_id": "acts", "elements": [{"action_id": "pick", **element}]}
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="t", blocks=[block])
    where = {"kind": "message", "channel": slack.dm, "ts": posted["ts"]}
    await slack.act("click", container=where, action_id="pick", value=value)
    sent = await http_bot.last("block_actions")
    (action,) = sent["actions"]
    assert (action["type"], action["action_id"], action["block_id"]) == (element["type"], "pick", "acts")
    assert action[field] == expected
    if element["type"] == "overflow":
        assert sent["state"]["values"] == {}
    else:
        assert sent["state"]["values"]["acts"]["pick"] == {"type": element["type"], field: expected}


async def test_choices_in_messages_are_each_persons_own(slack: Slack, http_bot: Bot):
    general = slack.sandbox.world.workspaces[slack.team].general
    await slack.control("PATCH", f"channels/{general}", members=[slack.installation.bot_user_id])
    block = {
        "type": "section",
        "block_id": "s",
        "text": plain("Pick"),
        "accessory": {"type": "datepicker", "action_id": "d"},
    }
    posted = await slack.api("chat.postMessage", channel=general, text="t", blocks=[block])
    where = {"kind": "message", "channel": general, "ts": posted["ts"]}
    await slack.act("click", container=where, action_id="d", value="2026-11-27")
    mine = (await slack.messages(general))[-1]["state"]
    theirs = (await slack.messages(general, slack.ids["daniel"]))[-1]["state"]
    assert mine == {"s": {"d": {"type": "datepicker", "selected_date": "2026-11-27"}}}
    assert theirs == {}


async def test_an_input_tells_the_app_only_when_it_asks_for_it(slack: Slack, http_bot: Bot):
    text = {"type": "plain_text_input"}
    view_id = await shown(slack, http_bot, input_block(text), input_block(text, "d", dispatch_action=True))
    where = {"kind": "view", "view_id": view_id}
    quiet = await slack.act("click", container=where, block_id="b", action_id="a", value="one")
    loud = await slack.act(
        "click", container=where, block_id="d", action_id="a", value="two", values={"b": "three"}
    )
    (sent,) = http_bot.of("block_actions")
    assert quiet["delivery"]["answered"] is False
    assert loud["delivery"]["answered"] is True
    assert sent["actions"][0]["value"] == "two"
    assert sent["view"]["state"]["values"]["b"]["a"]["value"] == "three"
    assert sent["view"]["state"]["values"]["d"]["a"]["value"] == "two"


async def test_a_button_in_a_modal_brings_what_stands_in_its_inputs(slack: Slack, http_bot: Bot):
    several = {"type": "actions", "block_id": "acts", "elements": [
        button(), {"type": "datepicker", "action_id": "on"}, {"type": "users_select", "action_id": "who"},
    ]}  # fmt: skip
    view_id = await shown(slack, http_bot, several, input_block({"type": "plain_text_input"}))
    values = {"acts": {"on": "2026-11-27", "who": "U1"}, "b": "text"}
    await slack.act("click", container={"kind": "view", "view_id": view_id}, action_id="press", values=values)
    state = (await http_bot.last("block_actions"))["view"]["state"]["values"]
    assert state["acts"]["on"]["selected_date"] == "2026-11-27"
    assert state["acts"]["who"]["selected_user"] == "U1"
    assert state["b"]["a"]["value"] == "text"


@pytest.mark.parametrize(
    ("element", "value", "objection"),
    [
        ({"type": "plain_text_input"}, "", "Please complete this required field."),
        ({"type": "checkboxes", "options": OPTIONS}, [], "Please complete this required field."),
        ({"type": "plain_text_input", "max_length": 5}, "x" * 6, "Please enter at most 5 characters."),
        ({"type": "plain_text_input"}, "x" * 3001, "Please enter at most 3000 characters."),
        ({"type": "plain_text_input", "min_length": 3}, "x", "Please enter at least 3 characters."),
        ({"type": "email_text_input"}, "nobody", "Please enter a valid email address."),
        ({"type": "url_text_input"}, "nowhere", "Please enter a valid URL."),
        ({"type": "number_input", "is_decimal_allowed": False}, "x", "Please enter a valid number."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Please enter a whole number."),
        (
            {"type": "number_input", "is_decimal_allowed": True, "min_value": "1"},
            "0",
            "Please enter a number that is at least 1.",
        ),
        (
            {"type": "number_input", "is_decimal_allowed": True, "max_value": "5"},
            "6",
            "Please enter a number that is at most 5.",
        ),
        (
            {"type": "multi_static_select", "options": OPTIONS, "max_selected_items": 1},
            ["one", "two"],
            "You can choose at most 1.",
        ),
    ],
)
async def test_the_window_itself_refuses_what_an_input_does_not_take(
    slack: Slack, http_bot: Bot, element: Json, value: object, objection: str
):
    view_id = await shown(slack, http_bot, input_block(element))
    answer = await slack.act("submit", view_id=view_id, values={"b": value})
    assert answer["errors"] == {"b": objection}
    assert answer["delivery"] == {"answered": False, "error": None, "took_ms": 0}
    assert http_bot.of("view_submission") == []
    assert (await slack.modal())["errors"] == {"b": objection}


async def test_values_for_nothing_are_refused_with_what_there_is(slack: Slack, http_bot: Bot):
    view_id = await shown(
        slack, http_bot, section(), input_block({"type": "static_select", "options": OPTIONS})
    )
    unknown = await slack.act("submit", view_id=view_id, values={"nope": "x"})
    unfit = await slack.act("submit", view_id=view_id, values={"b": "four"})
    assert (unknown["status"], unknown["error"]) == (400, "block_not_found")
    assert "there are: b" in unknown["detail"]
    assert (unfit["status"], unfit["error"]) == (400, "bad_value")


async def test_an_option_that_is_not_there_cannot_be_chosen(slack: Slack):
    menu = {"type": "overflow", "action_id": "more", "options": OPTIONS[:2]}
    block = {"type": "actions", "block_id": "acts", "elements": [menu]}
    posted = await slack.api("chat.postMessage", channel=slack.dm, text="t", blocks=[block])
    where = {"kind": "message", "channel": slack.dm, "ts": posted["ts"]}
    answer = await slack.act("click", container=where, action_id="more", value="three")
    assert (answer["status"], answer["error"]) == (400, "bad_value")
