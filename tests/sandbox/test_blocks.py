"""Each limit of Block Kit from both sides: what just fits is taken, one more is refused at the right place."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.sandbox.blocks import Problem, message_problems, view_problems

Json = dict[str, Any]


def plain(text: str = "Save") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Saved*") -> Json:
    return {"type": "mrkdwn", "text": text}


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain(f"Option {number}"), "value": f"value-{number}", **more}


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Title"), "element": element, **more}


def typed(**more: Any) -> Json:
    return field({"type": "plain_text_input", **more})


def select(**more: Any) -> Json:
    return actions({"type": "static_select", **more})


def confirm(**more: Any) -> Json:
    dialog = {"title": plain(), "text": mrkdwn(), "confirm": plain(), "deny": plain(), **more}
    return actions(button(confirm=dialog))


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart", **more}


def video(**more: Any) -> Json:
    urls = {"thumbnail_url": "https://example.com/a.png", "video_url": "https://example.com/v"}
    return {"type": "video", "title": plain(), "alt_text": "A talk", **urls, **more}


def url(length: int) -> str:
    return "https://example.com/".ljust(length, "a")


def chart(**more: Any) -> Json:
    return {"type": "data_visualization", "title": "Wins", "chart": {"type": "pie", **more}}


def bars(points: int = 1, series: int = 1, label: str = "Q1") -> Json:
    line = {"name": label, "data": [{"label": label, "value": 1}] * points}
    axis = {"categories": [label] * points}
    return {"type": "data_visualization", "title": "Wins"} | {
        "chart": {"type": "bar", "series": [line] * series, "axis_config": axis}
    }


def table(rows: int = 1, cells: int = 1, text: str = "a", **more: Any) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells] * rows, **more}


def data_table(rows: int = 2, cells: int = 1, text: str = "a", **more: Any) -> Json:
    return table(rows, cells, text) | {"type": "data_table", "caption": "Wins", **more}


def card(**more: Any) -> Json:
    return {"type": "card", "title": plain(), **more}


def container(**more: Any) -> Json:
    return {"type": "container", "title": plain(), "child_blocks": [section()], **more}


def marks(count: int) -> list[Json]:
    return [{"type": "divider"}] * count


MOST: list[tuple[str, int, str, Callable[[int], Json]]] = [
    ("section text", 3000, "/text/text", lambda n: section(text=mrkdwn("a" * n))),
    ("field text", 2000, "/fields/0/text", lambda n: section(fields=[mrkdwn("a" * n)])),
    ("fields", 10, "/fields", lambda n: section(fields=[plain()] * n)),
    ("block_id", 255, "/block_id", lambda n: section(block_id="b" * n)),
    ("header", 150, "/text/text", lambda n: {"type": "header", "text": plain("a" * n)}),
    ("markdown", 12_000, "/text", lambda n: {"type": "markdown", "text": "a" * n}),
    ("context elements", 10, "/elements", lambda n: {"type": "context", "elements": [plain()] * n}),
    ("actions elements", 25, "/elements", lambda n: actions(*[button()] * n)),
    ("button text", 75, "/elements/0/text/text", lambda n: actions(button(text=plain("a" * n)))),
    ("button value", 2000, "/elements/0/value", lambda n: actions(button(value="a" * n))),
    ("button url", 3000, "/elements/0/url", lambda n: actions(button(url=url(n)))),
    (
        "button label",
        75,
        "/elements/0/accessibility_label",
        lambda n: actions(button(accessibility_label="a" * n)),
    ),
    ("action_id", 255, "/elements/0/action_id", lambda n: actions(button(action_id="a" * n))),
    ("confirm title", 100, "/elements/0/confirm/title/text", lambda n: confirm(title=plain("a" * n))),
    ("confirm text", 300, "/elements/0/confirm/text/text", lambda n: confirm(text=mrkdwn("a" * n))),
    ("confirm button", 30, "/elements/0/confirm/confirm/text", lambda n: confirm(confirm=plain("a" * n))),
    ("deny button", 30, "/elements/0/confirm/deny/text", lambda n: confirm(deny=plain("a" * n))),
    ("select options", 100, "/elements/0/options", lambda n: select(options=options(n))),
    (
        "option groups",
        100,
        "/elements/0/option_groups",
        lambda n: select(option_groups=[{"label": plain(), "options": options(1)}] * n),
    ),
    (
        "group label",
        75,
        "/elements/0/option_groups/0/label/text",
        lambda n: select(option_groups=[{"label": plain("a" * n), "options": options(1)}]),
    ),
    (
        "group options",
        100,
        "/elements/0/option_groups/0/options",
        lambda n: select(option_groups=[{"label": plain(), "options": options(n)}]),
    ),
    (
        "option text",
        75,
        "/elements/0/options/0/text/text",
        lambda n: select(options=[option(text=plain("a" * n))]),
    ),
    ("option value", 150, "/elements/0/options/0/value", lambda n: select(options=[option(value="a" * n)])),
    (
        "option description",
        75,
        "/elements/0/options/0/description/text",
        lambda n: select(options=[option(description=plain("a" * n))]),
    ),
    (
        "placeholder",
        150,
        "/elements/0/placeholder/text",
        lambda n: select(options=options(1), placeholder=plain("a" * n)),
    ),
    ("overflow", 5, "/elements/0/options", lambda n: actions({"type": "overflow", "options": options(n)})),
    (
        "checkboxes",
        10,
        "/elements/0/options",
        lambda n: actions({"type": "checkboxes", "options": options(n)}),
    ),
    (
        "radio buttons",
        10,
        "/elements/0/options",
        lambda n: actions({"type": "radio_buttons", "options": options(n)}),
    ),
    ("label", 2000, "/label/text", lambda n: typed() | {"label": plain("a" * n)}),
    ("hint", 2000, "/hint/text", lambda n: typed() | {"hint": plain("a" * n)}),
    ("max_length", 3000, "/element/max_length", lambda n: typed(max_length=n)),
    ("min_length", 3000, "/element/min_length", lambda n: typed(min_length=n)),
    ("initial_value", 3000, "/element/initial_value", lambda n: typed(initial_value="a" * n)),
    (
        "initial_value in max",
        8,
        "/element/initial_value",
        lambda n: typed(initial_value="a" * n, max_length=8),
    ),
    ("min to max", 8, "/element/min_length", lambda n: typed(min_length=n, max_length=8)),
    ("image alt_text", 2000, "/alt_text", lambda n: image(alt_text="a" * n)),
    ("image title", 2000, "/title/text", lambda n: image(title=plain("a" * n))),
    ("image_url", 3000, "/image_url", lambda n: image(image_url=url(n))),
    ("video title", 200, "/title/text", lambda n: video(title=plain("a" * n))),
    ("video alt_text", 200, "/alt_text", lambda n: video(alt_text="a" * n)),
    ("video author", 50, "/author_name", lambda n: video(author_name="a" * n)),
    ("video provider", 50, "/provider_name", lambda n: video(provider_name="a" * n)),
    ("video description", 200, "/description/text", lambda n: video(description=plain("a" * n))),
    ("table rows", 100, "/rows", lambda n: table(rows=n)),
    ("table cells", 20, "/rows/0", lambda n: table(cells=n)),
    ("table columns", 20, "/column_settings", lambda n: table(column_settings=[None] * n)),
    ("table characters", 10_000, "/rows", lambda n: table(text="a" * n)),
    ("data table rows", 201, "/rows", lambda n: data_table(rows=n)),
    ("data table cells", 20, "/rows/1", lambda n: data_table(cells=n)),
    ("data table characters", 20_000, "/rows", lambda n: data_table(text="a" * (n // 2)) | _rest(n)),
    ("data table page", 100, "/page_size", lambda n: data_table(page_size=n)),
    (
        "chart title",
        50,
        "/title",
        lambda n: chart(segments=[{"label": "a", "value": 1}]) | {"title": "a" * n},
    ),
    ("pie segments", 12, "/chart/segments", lambda n: chart(segments=[{"label": "a", "value": 1}] * n)),
    (
        "segment label",
        20,
        "/chart/segments/0/label",
        lambda n: chart(segments=[{"label": "a" * n, "value": 1}]),
    ),
    ("chart series", 12, "/chart/series", lambda n: bars(series=n)),
    ("card title", 150, "/title/text", lambda n: card(title=mrkdwn("a" * n))),
    ("card subtitle", 150, "/subtitle/text", lambda n: card(subtitle=mrkdwn("a" * n))),
    ("card body", 200, "/body/text", lambda n: card(body=mrkdwn("a" * n))),
    ("card subtext", 200, "/subtext/text", lambda n: card(subtext=mrkdwn("a" * n))),
    ("card actions", 3, "/actions", lambda n: card(actions=[button()] * n)),
    ("carousel", 10, "/elements", lambda n: {"type": "carousel", "elements": [card()] * n}),
    ("container title", 150, "/title/text", lambda n: container(title=plain("a" * n))),
    ("container subtitle", 150, "/subtitle/text", lambda n: container(subtitle=plain("a" * n))),
    ("container blocks", 10, "/child_blocks", lambda n: container(child_blocks=marks(n))),
]


def _rest(characters: int) -> Json:
    """Rows of a data table that hold so many characters in all."""
    half = characters // 2
    cells = ("a" * half, "a" * (characters - half))
    return {"rows": [[{"type": "raw_text", "text": text}] for text in cells]}


@pytest.mark.parametrize(("name", "most", "place", "make"), MOST, ids=[row[0] for row in MOST])
def test_what_just_fits_is_taken_and_one_more_refused(
    name: str, most: int, place: str, make: Callable[[int], Json]
) -> None:
    assert message_problems([make(most)]) == []
    assert f"/blocks/0{place}" in {problem.pointer for problem in message_problems([make(most + 1)])}
    assert all(problem.pointer.startswith("/blocks") for problem in message_problems([make(most + 1)]))


LEAST: list[tuple[str, str, Json]] = [
    ("section text", "/text/text", section(text=mrkdwn(""))),
    ("header", "/text/text", {"type": "header", "text": plain("")}),
    ("markdown", "/text", {"type": "markdown", "text": ""}),
    ("fields", "/fields", section(fields=[])),
    ("context elements", "/elements", {"type": "context", "elements": []}),
    ("actions elements", "/elements", actions()),
    ("select options", "/elements/0/options", select(options=[])),
    ("overflow", "/elements/0/options", actions({"type": "overflow", "options": []})),
    ("checkboxes", "/elements/0/options", actions({"type": "checkboxes", "options": []})),
    ("option value", "/elements/0/options/0/value", select(options=[option(value="")])),
    ("action_id", "/elements/0/action_id", actions(button(action_id=""))),
    ("block_id", "/block_id", section(block_id="")),
    ("max_length", "/element/max_length", typed(max_length=0)),
    ("min_length", "/element/min_length", typed(min_length=-1)),
    ("initial_value", "/element/initial_value", typed(min_length=3, initial_value="ab")),
    ("alt_text", "/alt_text", image(alt_text="")),
    ("image_url", "/image_url", image(image_url="")),
    ("table rows", "/rows", table(rows=0)),
    ("data table rows", "/rows", data_table(rows=1)),
    ("data table page", "/page_size", data_table(page_size=0)),
    ("segment value", "/chart/segments/0/value", chart(segments=[{"label": "a", "value": 0}])),
    ("carousel", "/elements", {"type": "carousel", "elements": []}),
    ("container blocks", "/child_blocks", container(child_blocks=[])),
]


@pytest.mark.parametrize(("name", "place", "block"), LEAST, ids=[row[0] for row in LEAST])
def test_what_is_empty_is_refused(name: str, place: str, block: Json) -> None:
    assert [problem.pointer for problem in message_problems([block])] == [f"/blocks/0{place}"]


def test_the_words_and_pointers_are_slacks() -> None:
    assert message_problems([section(text=mrkdwn("a" * 3001))]) == [
        Problem("invalid_blocks", "/blocks/0/text/text", "must be less than 3001 characters")
    ]
    assert message_problems([actions(*[button()] * 26)]) == [
        Problem("invalid_blocks", "/blocks/0/elements", "no more than 25 items allowed")
    ]
    assert view_problems({"type": "modal", "title": plain("a" * 25), "blocks": [section()]}) == [
        Problem("invalid_arguments", "/view/title/text", "must be less than 25 characters")
    ]
