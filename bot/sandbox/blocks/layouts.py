"""Blocks: what each kind holds, and on which surfaces it may stand."""

from collections.abc import Iterator, Mapping

from bot.sandbox.blocks.elements import BUTTON, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION, among
from bot.sandbox.blocks.objects import BLOCK_ID, IMAGE, IMAGE_SOURCE, TEXTS, WEB_URL, plain, prose
from bot.sandbox.blocks.rich_text import RICH_TEXT
from bot.sandbox.blocks.schema import (
    Across,
    Fault,
    Fields,
    Rule,
    array,
    choice,
    either,
    flag,
    kind,
    number,
    optional,
    record,
    some,
    string,
    tagged,
    whole,
)

_IMAGE = tagged({"image": IMAGE})
_RICH_TEXT = tagged({"rich_text": RICH_TEXT})


def block(needs: Fields, may: Fields | None = None, *across: Across) -> Rule:
    """A kind of block; each may have a `block_id`."""
    return kind(needs, {**(may or {}), "block_id": BLOCK_ID}, *across)


def _no_dispatch_of_files(value: Mapping[str, object], at: str) -> Iterator[Fault]:
    element = value["element"]
    if value.get("dispatch_action") and isinstance(element, dict) and element.get("type") == "file_input":
        yield f"{at}/dispatch_action", "must not be true for a `file_input`"


def _collapses(value: Mapping[str, object], at: str) -> Iterator[Fault]:
    collapsible = value.get("is_collapsible", False)
    if value.get("default_collapsed") and not collapsible:
        yield f"{at}/default_collapsed", "must define `is_collapsible` to use `default_collapsed`"
    if value.get("has_header_divider") and collapsible:
        yield f"{at}/has_header_divider", "must not be true when `is_collapsible` is"


_CELLS: Fields = {
    "raw_text": kind({"text": string(1)}),
    "raw_number": kind({"value": number()}, {"text": string(1)}),
    "rich_text": RICH_TEXT,
}
_HEADINGS: Fields = {name: rule for name, rule in _CELLS.items() if name != "rich_text"}


def _even(value: Mapping[str, object], at: str) -> Iterator[Fault]:
    """A data table's rows are equally long, and its first row has no rich text."""
    rows = value["rows"]
    if isinstance(rows, list) and rows:
        yield from array(tagged(_HEADINGS))(rows[0], f"{at}/rows/0")
        for index, row in enumerate(rows):
            if len(row) != len(rows[0]):
                yield f"{at}/rows/{index}", f"must provide {len(rows[0])} items"


def _written(most: int) -> Across:
    """All cells of a table together hold at most so many characters."""

    def look(value: Mapping[str, object], at: str) -> Iterator[Fault]:
        if sum(map(len, texts(value["rows"]))) > most:
            yield f"{at}/rows", f"must be less than {most + 1} characters"

    return look


def texts(value: object) -> Iterator[str]:
    """Each string that stands under a `text` key, however deep."""
    waiting = [value]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, dict):
            waiting += thing.values()
            if isinstance(text := thing.get("text"), str):
                yield text
        elif isinstance(thing, list):
            waiting += thing


_SHORT = string(1, 20)
_SERIES: Fields = {
    "series": array(
        record({"name": _SHORT, "data": array(record({"label": _SHORT, "value": number()}), 1, 20)}), 1, 12
    ),
    "axis_config": record(
        {"categories": array(_SHORT, 1, 20)}, {"x_label": string(1, 50), "y_label": string(1, 50)}
    ),
}
_CHART = tagged(
    {
        "pie": kind({"segments": array(record({"label": _SHORT, "value": number(0)}), 1, 12)}),
        **dict.fromkeys(("bar", "area", "line"), kind(_SERIES)),
    }
)


def _told(value: object, at: str) -> Iterator[Fault]:
    """What a task tells: plain words or rich text."""
    yield from (string(1) if isinstance(value, str) else _RICH_TEXT)(value, at)


_TASK = block(
    {
        "task_id": string(1),
        "title": string(1),
        "status": choice("pending", "in_progress", "complete", "error"),
    },
    {"details": _told, "output": _told, "sources": array(among("url_source"))},
)
_CARD = block(
    {},
    {
        "hero_image": _IMAGE,
        "icon": _IMAGE,
        "slack_icon": tagged({"icon": kind({"name": string(1)})}),
        "title": prose(150),
        "subtitle": prose(150),
        "body": prose(200),
        "subtext": prose(200),
        "actions": array(tagged({"button": BUTTON}), 1, 3),
    },
    some("hero_image", "title", "actions", "body"),
)

_BLOCKS: Mapping[str, Rule] = {
    "actions": block({"elements": array(IN_ACTIONS, 1, 25)}),
    "alert": block({"text": prose(200)}, {"level": choice("default", "info", "warning", "error", "success")}),
    "call": block({"call_id": string(1)}, {"api_decoration_available": flag}),
    "card": _CARD,
    "carousel": block({"elements": array(tagged({"card": _CARD}), 1, 10)}),
    "context": block({"elements": array(tagged({"image": IMAGE, **TEXTS}), 1, 10)}),
    "context_actions": block({"elements": array(IN_CONTEXT_ACTIONS, 1, 5)}),
    "data_table": block(
        {"caption": string(1), "rows": array(array(tagged(_CELLS), 1, 20), 2, 201)},
        {"page_size": whole(1, 100), "row_header_column_index": whole(0, 19)},
        _even,
        _written(20_000),
    ),
    "data_visualization": block({"title": string(1, 50), "chart": _CHART}),
    "divider": block({}),
    "file": block({"external_id": string(1), "source": choice("remote")}),
    "header": block({"text": plain(150)}, {"level": whole(1, 6)}),
    "image": block(
        {"alt_text": string(1, 2000)}, {**IMAGE_SOURCE, "title": plain(2000)}, either(*IMAGE_SOURCE)
    ),
    "input": block(
        {"label": plain(2000), "element": IN_INPUT},
        {"hint": plain(2000), "optional": flag, "dispatch_action": flag},
        _no_dispatch_of_files,
    ),
    "markdown": block({"text": string(1, 12_000)}),
    "plan": block({"title": string(1)}, {"tasks": array(tagged({"task_card": _TASK}))}),
    "rich_text": RICH_TEXT,
    "section": block(
        {},
        {"text": prose(3000), "fields": array(prose(2000), 1, 10), "accessory": IN_SECTION, "expand": flag},
        some("text", "fields"),
    ),
    "table": block(
        {"rows": array(array(tagged(_CELLS), 1, 20), 1, 100)},
        {
            "column_settings": array(
                optional(record({}, {"align": choice("left", "center", "right"), "is_wrapped": flag})), 0, 20
            )
        },
        _written(10_000),
    ),
    "task_card": _TASK,
    "video": block(
        {
            "alt_text": string(1, 200),
            "title": plain(200),
            "thumbnail_url": WEB_URL,
            "video_url": WEB_URL,
        },
        {
            "author_name": string(1, 50),
            "description": plain(200),
            "provider_icon_url": WEB_URL,
            "provider_name": string(1, 50),
            "title_url": WEB_URL,
        },
    ),
}

BLOCKS: Mapping[str, Rule] = {
    **_BLOCKS,
    "container": block(
        {"child_blocks": array(tagged(_BLOCKS), 1, 10)},
        {
            "title": plain(150),
            "rich_text_title": _RICH_TEXT,
            "subtitle": prose(150),
            "icon": _IMAGE,
            "width": choice("narrow", "standard", "wide", "full"),
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
        some("title", "rich_text_title"),
        _collapses,
    ),
}

# Where Slack takes a kind of block on some surfaces only. `file` and `call` come from remote files and calls in messages.
_MESSAGES_ONLY = (
    "call container context_actions data_table data_visualization file markdown plan table task_card"
)
_ONLY: Mapping[str, str] = {"alert": "modal", **dict.fromkeys(_MESSAGES_ONLY.split(), "message")}

ONLY_ELEMENTS: Mapping[str, str] = {"file_input": "modal", "workflow_button": "message"}
"""Elements that Slack takes on one surface only."""


def blocks_on(surface: str) -> Rule:
    """Any block that may stand on a surface: message, modal or home."""
    return tagged({name: rule for name, rule in BLOCKS.items() if _ONLY.get(name, surface) == surface})
