"""Each kind of block and element: what it needs, what it may say, and what does not belong there."""

from typing import Any

import pytest

from bot.sandbox.blocks import message_problems

Json = dict[str, Any]

TEXT: Json = {"type": "plain_text", "text": "Save"}
FIRST: Json = {"text": TEXT, "value": "first"}
SECOND: Json = {"text": TEXT | {"text": "Second"}, "value": "second"}
LEAF: Json = {"type": "text", "text": "Shipped", "style": {"bold": True}}
RICH: Json = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [LEAF]}]}
PICTURE: Json = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"}


def accessory(kind: str, **fields: Any) -> Json:
    return {"type": "section", "text": TEXT, "accessory": {"type": kind, **fields}}


def field(kind: str, **fields: Any) -> Json:
    return {"type": "input", "label": TEXT, "element": {"type": kind, **fields}}


def rich(line: Json) -> Json:
    return {"type": "rich_text", "elements": [line]}


def refused(block: object) -> list[tuple[str, str]]:
    problems = message_problems([block])
    return [(problem.pointer.removeprefix("/blocks/0"), problem.message) for problem in problems]


GOOD: list[Json] = [
    accessory("button", text=TEXT, action_id="wins.undo", value="7", style="danger"),
    accessory("overflow", options=[FIRST | {"url": "https://example.com"}]),
    accessory("image", slack_file={"id": "F1"}, alt_text="A chart"),
    accessory("checkboxes", options=[FIRST, SECOND], initial_options=[SECOND]),
    accessory("radio_buttons", options=[FIRST, SECOND], initial_option=FIRST),
    accessory("static_select", options=[FIRST, SECOND], initial_option=SECOND),
    accessory("multi_static_select", option_groups=[{"label": TEXT, "options": [FIRST]}], initial_options=[FIRST]),
    accessory("external_select", min_query_length=0, initial_option=FIRST),
    accessory("multi_external_select", max_selected_items=3),
    accessory("users_select", initial_user="U1", placeholder=TEXT),
    accessory("multi_users_select", initial_users=["U1"]),
    accessory("conversations_select", default_to_current_conversation=True, filter={"include": ["im"]}),
    accessory("multi_conversations_select", initial_conversations=["C1"]),
    accessory("channels_select", initial_channel="C1", response_url_enabled=False),
    accessory("multi_channels_select", initial_channels=["C1"]),
    accessory("datepicker", initial_date="2028-02-29"),
    accessory("timepicker", initial_time="23:59", timezone="Europe/Berlin"),
    field("datetimepicker", initial_date_time=1_628_633_820),
    field("plain_text_input", multiline=True, min_length=1, max_length=300, initial_value="Shipped"),
    field("number_input", is_decimal_allowed=True, min_value="-1.5", max_value="2", initial_value="0.25"),
    field("email_text_input", initial_value="maya@example.com"),
    field("url_text_input", dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}),
    field("rich_text_input", initial_value=RICH),
    {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": TEXT}]},
    {"type": "plan", "title": "Draft", "tasks": [{"type": "task_card", "task_id": "1", "title": "Read"} | {"status": "complete"}]},
    {"type": "carousel", "elements": [{"type": "card", "hero_image": PICTURE}]},
    {"type": "context", "elements": [PICTURE, TEXT, {"type": "mrkdwn", "text": "a", "verbatim": True}]},
    rich({"type": "rich_text_list", "style": "ordered", "elements": [RICH["elements"][0]], "indent": 1}),
    rich({"type": "rich_text_preformatted", "elements": [LEAF], "border": 1}),
    rich({"type": "rich_text_quote", "elements": [{"type": "emoji", "name": "wave"}]}),
    {"type": "rich_text", "elements": []},
]  # fmt: skip


@pytest.mark.parametrize(
    "block", GOOD, ids=lambda block: str(block.get("accessory", block.get("element", block))["type"])
)
def test_each_kind_is_taken(block: Json) -> None:
    assert refused(block) == []


LACKING: list[tuple[Json, str, str]] = [
    ({}, "", "type"),
    ({"type": "header"}, "", "text"),
    ({"type": "actions"}, "", "elements"),
    ({"type": "context"}, "", "elements"),
    ({"type": "image", "image_url": PICTURE["image_url"]}, "", "alt_text"),
    ({"type": "input", "label": TEXT}, "", "element"),
    ({"type": "markdown"}, "", "text"),
    ({"type": "rich_text"}, "", "elements"),
    ({"type": "section", "text": {"type": "mrkdwn"}}, "/text", "text"),
    ({"type": "section", "text": {"text": "Saved"}}, "/text", "type"),
    (accessory("button"), "/accessory", "text"),
    (accessory("radio_buttons"), "/accessory", "options"),
    (accessory("radio_buttons", options=[{"text": TEXT}]), "/accessory/options/0", "value"),
    (accessory("button", text=TEXT, confirm={"title": TEXT, "text": TEXT, "deny": TEXT}), "/accessory/confirm", "confirm"),
    (field("number_input"), "/element", "is_decimal_allowed"),
    (rich({"type": "rich_text_list", "elements": [RICH["elements"][0]]}), "/elements/0", "style"),
    (rich({"type": "rich_text_section", "elements": [{"type": "user"}]}), "/elements/0/elements/0", "user_id"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "place", "name"), LACKING)
def test_what_is_required_is_asked_for(block: Json, place: str, name: str) -> None:
    assert refused(block) == [(place, f"missing required field: {name}")]


UNKNOWN: list[tuple[Json, str, str]] = [
    ({"type": "sections"}, "/type", "sections"),
    ({"type": "header", "text": TEXT | {"type": "mrkdwn"}}, "/text/type", "mrkdwn"),
    (accessory("slider"), "/accessory/type", "slider"),
    (accessory("datetimepicker"), "/accessory/type", "datetimepicker"),
    (accessory("plain_text_input"), "/accessory/type", "plain_text_input"),
    (field("button", text=TEXT), "/element/type", "button"),
    ({"type": "actions", "elements": [PICTURE]}, "/elements/0/type", "image"),
    ({"type": "context", "elements": [{"type": "button"}]}, "/elements/0/type", "button"),
    ({"type": "carousel", "elements": [{"type": "divider"}]}, "/elements/0/type", "divider"),
    (rich({"type": "text"}), "/elements/0/type", "text"),
    (
        rich({"type": "rich_text_quote", "elements": [{"type": "mrkdwn"}]}),
        "/elements/0/elements/0/type",
        "mrkdwn",
    ),
]


@pytest.mark.parametrize(("block", "place", "name"), UNKNOWN)
def test_an_unknown_or_misplaced_type_is_named(block: Json, place: str, name: str) -> None:
    assert refused(block) == [(place, f"unsupported type: {name}")]


STRANGE: list[tuple[Json, str, str]] = [
    ({"type": "divider", "color": "red"}, "", "color"),
    ({"type": "section", "text": {"type": "mrkdwn", "text": "a", "emoji": True}}, "/text", "emoji"),
    ({"type": "section", "text": TEXT | {"verbatim": True}}, "/text", "verbatim"),
    (
        accessory("static_select", options=[FIRST | {"url": "https://example.com"}]),
        "/accessory/options/0",
        "url",
    ),
    (accessory("button", text=TEXT, options=[]), "/accessory", "options"),
    (field("file_input", placeholder=TEXT), "/element", "placeholder"),
]


@pytest.mark.parametrize(("block", "place", "name"), STRANGE)
def test_a_field_that_does_not_belong_is_named(block: Json, place: str, name: str) -> None:
    assert (place, f"invalid additional property: {name}") in refused(block)


ODD: list[tuple[Json, str, str]] = [
    ({"type": "section"}, "/type", "must define either `text` or `fields`"),
    ({"type": "section", "text": "Saved"}, "/text", "must provide an object"),
    ({"type": "section", "text": TEXT, "expand": 1}, "/expand", "must be a boolean"),
    ({"type": "image", "alt_text": "a"}, "/type", "must define either `image_url` or `slack_file`"),
    (PICTURE | {"slack_file": {"id": "F1"}}, "/slack_file", "must define only one of `image_url` or `slack_file`"),
    (PICTURE | {"image_url": "a.png"}, "/image_url", "must be a valid URL"),
    (PICTURE | {"slack_file": {}}, "/slack_file", "must define either `id` or `url`"),
    (accessory("button", text=TEXT, style="default"), "/accessory/style", "must be a valid enum value"),
    (accessory("button", text=TEXT, style=None), "/accessory/style", "must provide a string"),
    ({"type": "task_card", "task_id": "1", "title": "Draft", "status": "pending", "output": ""}, "/output", "must be more than 0 characters"),
    (accessory("button", text=TEXT, value=7), "/accessory/value", "must provide a string"),
    (accessory("button", text=TEXT, url="example"), "/accessory/url", "must be a valid URL"),
    (accessory("static_select"), "/accessory/type", "must define either `options` or `option_groups`"),
    (accessory("static_select", options=[FIRST], initial_option=None), "/accessory/initial_option", "must provide an object"),
    (accessory("static_select", options=[FIRST], initial_option=SECOND), "/accessory/initial_option", "must match one of the provided `options`"),
    (accessory("checkboxes", options=[FIRST], initial_options=[FIRST, SECOND]), "/accessory/initial_options/1", "must match one of the provided `options`"),
    (accessory("multi_static_select", option_groups=[{"label": TEXT, "options": [FIRST]}], initial_options=[SECOND]), "/accessory/initial_options/0", "must match one of the provided `options`"),
    (accessory("multi_users_select", max_selected_items=0), "/accessory/max_selected_items", "must be greater than 1"),
    (accessory("conversations_select", filter={"include": ["dm"]}), "/accessory/filter/include/0", "must be a valid enum value"),
    (accessory("datepicker", initial_date="2027-02-29"), "/accessory/initial_date", "input must be a valid: date"),
    (accessory("datepicker", initial_date="20270228"), "/accessory/initial_date", "input must be a valid: date"),
    (accessory("timepicker", initial_time="24:00"), "/accessory/initial_time", r"input must match regex pattern: ^([01]\d|2[0-3]):[0-5]\d$"),
    (field("datetimepicker", initial_date_time="1628633820"), "/element/initial_date_time", "must provide an integer"),
    (field("datetimepicker", initial_date_time=10_000_000_000), "/element/initial_date_time", "must be less than 9999999999"),
    (field("plain_text_input", max_length=True), "/element/max_length", "must provide an integer"),
    (field("plain_text_input", dispatch_action_config={"trigger_actions_on": ["on_blur"]}), "/element/dispatch_action_config/trigger_actions_on/0", "must be a valid enum value"),
    (field("number_input", is_decimal_allowed=False, min_value="1.5"), "/element/min_value", "must be a whole number unless `is_decimal_allowed`"),
    (field("number_input", is_decimal_allowed=False, min_value="two"), "/element/min_value", r"input must match regex pattern: ^-?\d+(\.\d+)?$"),
    (field("number_input", is_decimal_allowed=False, min_value="3", max_value="2"), "/element/min_value", "must be less than or equal to `max_value`"),
    (field("number_input", is_decimal_allowed=False, initial_value="3", max_value="2"), "/element/initial_value", "must be less than or equal to `max_value`"),
    (field("number_input", is_decimal_allowed=False, initial_value="1", min_value="2"), "/element/min_value", "must be less than or equal to `initial_value`"),
    ({"type": "card", "subtitle": TEXT}, "/type", "must define either `hero_image` or `title` or `actions` or `body`"),
    ({"type": "table", "rows": [{}]}, "/rows/0", "must provide an array"),
    ({"type": "data_table", "caption": "a", "rows": [[RICH], [RICH]]}, "/rows/0/0/type", "unsupported type: rich_text"),
    ({"type": "data_table", "caption": "a", "rows": [[{"type": "raw_text", "text": "a"}], [{"type": "raw_number", "value": 1}] * 2]}, "/rows/1", "must provide 1 items"),
    ({"type": "container", "title": TEXT, "child_blocks": [{"type": "divider"}], "default_collapsed": True}, "/default_collapsed", "must define `is_collapsible` to use `default_collapsed`"),
    ({"type": "container", "title": TEXT, "child_blocks": [{"type": "divider"}], "is_collapsible": True, "has_header_divider": True}, "/has_header_divider", "must not be true when `is_collapsible` is"),
    ({"type": "container", "title": TEXT, "child_blocks": [{"type": "container"}]}, "/child_blocks/0/type", "unsupported type: container"),
]  # fmt: skip


@pytest.mark.parametrize(("block", "place", "sentence"), ODD)
def test_a_wrong_value_is_explained_where_it_stands(block: Json, place: str, sentence: str) -> None:
    assert refused(block) == [(place, sentence)]


def test_files_dispatch_no_action() -> None:
    block = field("file_input") | {"dispatch_action": True}
    assert ("/dispatch_action", "must not be true for a `file_input`") in refused(block)


def test_an_option_is_recognised_whatever_its_emoji_flag_says() -> None:
    chosen = FIRST | {"text": TEXT | {"emoji": True}}
    assert refused(accessory("radio_buttons", options=[FIRST], initial_option=chosen)) == []


def test_several_faults_are_told_together() -> None:
    assert [problem.pointer for problem in message_problems([{"type": "header"}, {"type": "section"}])] == [
        "/blocks/0",
        "/blocks/1/type",
    ]
