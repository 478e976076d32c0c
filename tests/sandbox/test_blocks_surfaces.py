"""What Block Kit asks of a message or a view as a whole: counts, sizes, ids, where each block may stand."""

from typing import Any

import pytest

from bot.sandbox.blocks import Problem, message_problems, view_problems

Json = dict[str, Any]


def plain(text: str = "Save") -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str = "Saved", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def field(element: Json | None = None, **more: Any) -> Json:
    return {
        "type": "input",
        "label": plain("Title"),
        "element": element or {"type": "plain_text_input"},
        **more,
    }


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Log a win"), "blocks": list(blocks) or [section()], **more}


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()], **more}


def refused(view: object) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.message) for problem in view_problems(view)]


@pytest.mark.parametrize("blocks", [None, "[]", 7, {}, {"blocks": []}])
def test_blocks_that_are_no_list_have_the_wrong_format(blocks: object) -> None:
    assert message_problems(blocks) == [Problem("invalid_blocks_format", "/blocks", "must provide an array")]


@pytest.mark.parametrize("block", [None, "divider", 7, []])
def test_a_block_that_is_no_object_has_the_wrong_format(block: object) -> None:
    wrong = Problem("invalid_blocks_format", "/blocks/1", "must provide an object")
    assert message_problems([section(), block]) == [wrong]


def test_a_message_without_blocks_is_taken() -> None:
    assert message_problems([]) == []


def test_a_message_holds_fifty_blocks() -> None:
    assert message_problems([{"type": "divider"}] * 50) == []
    too_many = Problem("invalid_blocks", "/blocks", "no more than 50 items allowed")
    assert message_problems([{"type": "divider"}] * 51) == [too_many]


@pytest.mark.parametrize("view", [modal, home])
def test_a_view_holds_a_hundred_blocks(view: Any) -> None:
    assert refused(view(*[{"type": "divider"}] * 100)) == []
    assert refused(view(*[{"type": "divider"}] * 101)) == [("/view/blocks", "no more than 100 items allowed")]


def test_a_message_holds_about_thirteen_thousand_characters() -> None:
    full = [section("a" * 3000)] * 4 + [section("a" * 1000)]
    assert message_problems(full) == []
    assert [problem.error for problem in message_problems([*full, section("a")])] == ["msg_blocks_too_long"]


def test_all_markdown_of_a_message_together_holds_twelve_thousand() -> None:
    half = {"type": "markdown", "text": "a" * 6000}
    assert message_problems([half, half]) == []
    problems = message_problems([half, half, {"type": "markdown", "text": "a"}])
    assert problems == [Problem("msg_blocks_too_long", "/blocks", "must be less than 12001 characters")]


def test_a_message_holds_one_table() -> None:
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert message_problems([table]) == []
    assert [problem.error for problem in message_problems([table, table])] == ["invalid_attachments"]


def test_a_view_may_weigh_a_quarter_of_a_megabyte() -> None:
    view = modal(*[section("a" * 2420)] * 100)
    assert view_problems(view) == []
    assert [problem.error for problem in view_problems(modal(*[section("a" * 2600)] * 100))] == [
        "view_too_large"
    ]


@pytest.mark.parametrize("view", [None, "{}", 7, [], True])
def test_a_view_that_is_no_object_is_refused(view: object) -> None:
    assert view_problems(view) == [Problem("invalid_arguments", "/view", "must provide an object")]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ({}, ("/view", "missing required field: type")),
        (modal() | {"type": "workflow_step"}, ("/view/type", "unsupported type: workflow_step")),
        (modal() | {"type": ["modal"]}, ("/view/type", "must provide a string")),
        ({"type": "modal", "blocks": [section()]}, ("/view", "missing required field: title")),
        ({"type": "modal", "title": plain()}, ("/view", "missing required field: blocks")),
        ({"type": "home"}, ("/view", "missing required field: blocks")),
        (home() | {"blocks": []}, ("/view/blocks", "must provide at least 1 items")),
        (home() | {"blocks": {}}, ("/view/blocks", "must provide an array")),
        (home(submit=plain()), ("/view", "invalid additional property: submit")),
        (modal(submit_disabled=True), ("/view", "invalid additional property: submit_disabled")),
        (modal(id="V1"), ("/view", "invalid additional property: id")),
        (modal() | {"title": "Log a win"}, ("/view/title", "must provide an object")),
        (
            modal() | {"title": {"type": "mrkdwn", "text": "a"}},
            ("/view/title/type", "unsupported type: mrkdwn"),
        ),
        (modal() | {"title": plain("")}, ("/view/title/text", "must be more than 0 characters")),
        (modal(notify_on_close="yes"), ("/view/notify_on_close", "must be a boolean")),
    ],
)
def test_a_view_has_the_fields_of_its_type(view: Json, expected: tuple[str, str]) -> None:
    assert refused(view) == [expected]


@pytest.mark.parametrize(
    ("name", "most", "make"),
    [
        ("title/text", 24, lambda n: modal() | {"title": plain("a" * n)}),
        ("submit/text", 24, lambda n: modal(submit=plain("a" * n))),
        ("close/text", 24, lambda n: modal(close=plain("a" * n))),
        ("private_metadata", 3000, lambda n: modal(private_metadata="a" * n)),
        ("callback_id", 255, lambda n: modal(callback_id="a" * n)),
        ("external_id", 255, lambda n: home(external_id="a" * n)),
    ],
)
def test_a_views_words_have_limits(name: str, most: int, make: Any) -> None:
    assert refused(make(most)) == []
    assert refused(make(most + 1)) == [(f"/view/{name}", f"must be less than {most + 1} characters")]


def test_an_input_asks_for_a_submit_button_in_a_modal_only() -> None:
    sentence = "must define `submit` to use an `input` block in modals"
    assert refused(modal(section(), field())) == [("/view/blocks/1/input", sentence)]
    assert refused(modal(field(), submit=plain())) == []
    assert refused(home(field())) == []
    assert message_problems([field()]) == []


def test_a_block_id_is_used_once() -> None:
    assert refused(home(section(block_id="a"), section(block_id="b"))) == []
    twice = ("/view/blocks/1/block_id", '`block_id` "a" already exists')
    assert refused(home(section(block_id="a"), section(block_id="a"))) == [twice]


def test_an_action_id_is_used_once_in_its_block() -> None:
    one, two = button(action_id="wins.undo"), button(action_id="wins.edit")
    row = {"type": "actions", "elements": [one, two]}
    assert message_problems([row, row]) == []
    again = message_problems([{"type": "actions", "elements": [one, two, one]}])
    sentence = '`action_id` "wins.undo" already exists'
    assert again == [Problem("invalid_blocks", "/blocks/0/elements/2/action_id", sentence)]


def test_ids_inside_a_container_count() -> None:
    box = {"type": "container", "title": plain(), "child_blocks": [section(block_id="a")]}
    problems = message_problems([section(block_id="a"), box])
    assert [problem.pointer for problem in problems] == ["/blocks/1/child_blocks/0/block_id"]


def test_one_element_of_a_view_takes_the_focus() -> None:
    element = {"type": "plain_text_input", "focus_on_load": True}
    first, second = field(element), field(element)
    assert refused(modal(first, submit=plain())) == []
    assert [place for place, _ in refused(modal(first, second, submit=plain()))] == [
        "/view/blocks/1/element/focus_on_load"
    ]


ROWS = {"rows": [[{"type": "raw_text", "text": "a"}]] * 2}
ONLY: list[tuple[str, Json]] = [
    ("message", {"type": "markdown", "text": "a"}),
    ("message", {"type": "table", **ROWS}),
    ("message", {"type": "data_table", "caption": "Wins", **ROWS}),
    ("message", {"type": "file", "external_id": "F1", "source": "remote"}),
    ("message", {"type": "call", "call_id": "R1"}),
    ("message", {"type": "task_card", "task_id": "1", "title": "Draft", "status": "pending"}),
    ("message", {"type": "plan", "title": "Draft"}),
    ("message", {"type": "container", "title": plain(), "child_blocks": [section()]}),
    ("modal", {"type": "alert", "text": plain(), "level": "warning"}),
]


@pytest.mark.parametrize(("surface", "block"), ONLY, ids=[block["type"] for _, block in ONLY])
def test_some_blocks_stand_on_one_surface_only(surface: str, block: Json) -> None:
    taken = {
        "message": message_problems([block]),
        "modal": view_problems(modal(block)),
        "home": view_problems(home(block)),
    }
    assert [name for name, problems in taken.items() if not problems] == [surface]
    sentence = f"unsupported type: {block['type']}"
    assert {problem.message for problems in taken.values() for problem in problems} == {sentence}


def test_files_are_asked_for_in_modals_and_workflows_started_in_messages() -> None:
    file = field({"type": "file_input"})
    assert refused(modal(file, submit=plain())) == []
    assert refused(home(file)) == [("/view/blocks/0/element/type", "unsupported type: file_input")]
    start = {
        "type": "workflow_button",
        "text": plain(),
        "workflow": {"trigger": {"url": "https://example.com"}},
    }
    assert message_problems([section(accessory=start)]) == []
    assert refused(home(section(accessory=start))) == [
        ("/view/blocks/0/accessory/type", "unsupported type: workflow_button")
    ]
