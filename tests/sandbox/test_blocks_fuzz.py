"""Whatever JSON arrives, the validator answers; whatever is built by the rules, it takes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.blocks import Problem, message_problems, view_problems
from bot.sandbox.blocks.elements import ELEMENTS
from bot.sandbox.blocks.layouts import BLOCKS
from bot.sandbox.blocks.rich_text import LEAVES, LINES
from tests.examples import examples

pytestmark = pytest.mark.thorough

Json = dict[str, Any]

NAMES = [
    *(
        "type",
        "text",
        "elements",
        "element",
        "accessory",
        "fields",
        "blocks",
        "options",
        "option_groups",
        "value",
    ),
    *(
        "initial_option",
        "initial_options",
        "block_id",
        "action_id",
        "title",
        "submit",
        "label",
        "rows",
        "chart",
    ),
    *(
        "min_length",
        "max_length",
        "initial_value",
        "child_blocks",
        "confirm",
        "focus_on_load",
        "tasks",
        "filter",
    ),
    *("is_decimal_allowed", "min_value", "max_value", "image_url", "slack_file", "initial_date", "segments"),
]
KINDS = ["modal", "home", "plain_text", "mrkdwn", "raw_text", *BLOCKS, *ELEMENTS, *LINES, *LEAVES]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from([*KINDS, "2028-02-30"])
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=24,
)


@st.composite
def nearly(draw: st.DrawFn) -> Json:
    """An object that looks like a block or an element, with arbitrary insides."""
    kind = draw(st.sampled_from(KINDS))
    return {**draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=5)), "type": kind}


def assert_explained(problems: list[Problem], root: str) -> None:
    for problem in problems:
        assert problem.pointer.startswith(root)
        assert problem.message
        json.dumps([problem.error, problem.pointer, problem.message])


@examples(80)
@given(values | st.lists(nearly() | values, max_size=3))
def test_any_json_as_blocks_gets_an_answer(value: object) -> None:
    assert_explained(message_problems(value), "/blocks")


@examples(80)
@given(
    values
    | st.builds(lambda kind, blocks: {"type": kind, "blocks": blocks}, values, st.lists(nearly(), max_size=3))
)
def test_any_json_as_a_view_gets_an_answer(value: object) -> None:
    assert_explained(view_problems(value), "/view")


@examples(60)
@given(
    nearly(), st.sampled_from(["elements", "element", "accessory", "fields", "text", "rows", "child_blocks"])
)
def test_any_inside_of_a_block_gets_an_answer(inner: Json, name: str) -> None:
    for block in BLOCKS:
        for value in (inner, [inner], [[inner]]):
            message_problems([{"type": block, name: value}])


def test_what_python_cannot_write_as_json_is_too_large() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, 10**5000, {"type": deep}):
        assert [problem.error for problem in view_problems(value)] == ["view_too_large"]
    assert_explained(message_problems([{"type": deep}, {"type": "section", "text": deep}]), "/blocks")
    while deep:  # taken apart by hand: Python would recurse to free it
        deep = deep.pop()


def words(least: int, most: int) -> st.SearchStrategy[str]:
    return st.text(min_size=least, max_size=min(most, 40))


def text(most: int, *kinds: str) -> st.SearchStrategy[Json]:
    return st.fixed_dictionaries(
        {"type": st.sampled_from(kinds or ("plain_text", "mrkdwn")), "text": words(1, most)}
    )


def plain(most: int) -> st.SearchStrategy[Json]:
    return text(most, "plain_text")


options = st.lists(
    st.fixed_dictionaries({"text": plain(75), "value": words(1, 150)}, optional={"description": plain(75)}),
    min_size=1,
    max_size=5,
)
buttons = st.fixed_dictionaries(
    {"type": st.just("button"), "text": plain(75)},
    optional={"value": words(1, 2000), "style": st.sampled_from(["primary", "danger"])},
)


@st.composite
def choosers(draw: st.DrawFn) -> Json:
    offered = draw(options)
    one = draw(st.sampled_from(offered))
    kind = draw(st.sampled_from(["static_select", "radio_buttons", "checkboxes", "multi_static_select"]))
    first = (
        {"initial_option": one} if kind in {"static_select", "radio_buttons"} else {"initial_options": [one]}
    )
    return {"type": kind, "options": offered, **first}


dates = st.builds(lambda day: {"type": "datepicker", "initial_date": day.isoformat()}, st.dates())
times = st.builds(lambda time: {"type": "timepicker", "initial_time": f"{time:%H:%M}"}, st.times())
inputs = st.builds(
    lambda low, more, fill: (
        {"type": "plain_text_input", "min_length": low, "max_length": low + more + 1}
        | ({"initial_value": "a" * (low + 1)} if fill else {})
    ),
    st.integers(0, 1400),
    st.integers(0, 1400),
    st.booleans(),
)
picks = choosers() | dates | times
sections = st.fixed_dictionaries(
    {"type": st.just("section"), "text": text(3000)},
    optional={"fields": st.lists(text(2000), min_size=1, max_size=10), "accessory": buttons | picks},
)
rows = st.fixed_dictionaries(
    {"type": st.just("actions"), "elements": st.lists(buttons | picks, min_size=1, max_size=5)}
)
fields = st.fixed_dictionaries(
    {"type": st.just("input"), "label": plain(2000), "element": inputs | picks},
    optional={"hint": plain(2000), "optional": st.booleans()},
)
heads = st.fixed_dictionaries({"type": st.just("header"), "text": plain(150)})
notes = st.fixed_dictionaries(
    {"type": st.just("context"), "elements": st.lists(text(200), min_size=1, max_size=10)}
)
blocks = st.lists(
    sections | rows | fields | heads | notes | st.just({"type": "divider"}), min_size=1, max_size=6
)


@examples(60)
@given(blocks)
def test_valid_blocks_are_taken_on_every_surface(made: list[Json]) -> None:
    named = [{**block, "block_id": f"b{index}"} for index, block in enumerate(made)]
    title = {"type": "plain_text", "text": "Log a win"}
    assert message_problems(named) == []
    assert view_problems({"type": "home", "blocks": named}) == []
    assert view_problems({"type": "modal", "title": title, "submit": title, "blocks": named}) == []
