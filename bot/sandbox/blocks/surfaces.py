"""Whole surfaces: a message's blocks and a view, with the rules that span several blocks."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.sandbox.blocks.layouts import ONLY_ELEMENTS, blocks_on, texts
from bot.sandbox.blocks.objects import plain
from bot.sandbox.blocks.schema import Fault, Fields, Rule, array, flag, kind, string, tagged

MOST_MESSAGE_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
MOST_VIEW_BYTES = 250_000
MOST_MARKDOWN = 12_000
MOST_TEXT = 13_000
"""Characters in all blocks of a message; Slack does not publish this one."""


@dataclass(frozen=True)
class Problem:
    """One reason to refuse: Slack's error word, the place as Slack prints it, and Slack's sentence."""

    error: str
    pointer: str
    message: str


Found = Iterator[tuple[dict[str, object], str]]

_VIEW_FIELDS: Fields = {
    "private_metadata": string(0, 3000),
    "callback_id": string(0, 255),
    "external_id": string(0, 255),
}


def _blocks(surface: str) -> Fields:
    return {"blocks": array(blocks_on(surface), 1, MOST_VIEW_BLOCKS)}


_MESSAGE: Rule = array(blocks_on("message"), 0, MOST_MESSAGE_BLOCKS)
_VIEW: Rule = tagged(
    {
        "modal": kind(
            {"title": plain(24), **_blocks("modal")},
            {
                **_VIEW_FIELDS,
                "submit": plain(24),
                "close": plain(24),
                "clear_on_close": flag,
                "notify_on_close": flag,
            },
        ),
        "home": kind(_blocks("home"), {**_VIEW_FIELDS, "title": plain(24)}),
    }
)


def message_problems(blocks: object) -> list[Problem]:
    """Tell what is wrong with a message's blocks, already parsed; an empty list means Slack would take them."""
    if not isinstance(blocks, list):
        return [Problem("invalid_blocks_format", "/blocks", "must provide an array")]
    strangers = [index for index, block in enumerate(blocks) if not isinstance(block, dict)]
    if strangers:
        return [
            Problem("invalid_blocks_format", f"/blocks/{index}", "must provide an object")
            for index in strangers
        ]
    faults = [*_MESSAGE(blocks, "/blocks"), *_across(blocks, "/blocks", "message")]
    return [*(Problem("invalid_blocks", *fault) for fault in faults), *_too_much(blocks)]


def view_problems(view: object) -> list[Problem]:
    """Tell what is wrong with a modal or Home view, already parsed; an empty list means Slack would take it."""
    if _size(view) > MOST_VIEW_BYTES:
        return [Problem("view_too_large", "/view", f"must be less than {MOST_VIEW_BYTES // 1000 + 1} KB")]
    faults = list(_VIEW(view, "/view"))
    if isinstance(view, dict):
        faults += _across(
            view.get("blocks"), "/view/blocks", "home" if view.get("type") == "home" else "modal"
        )
        faults += _focus(view.get("blocks"))
        faults += _submit(view)
    return [Problem("invalid_arguments", *fault) for fault in faults]


def _size(value: object) -> int:
    """Bytes of the compact JSON; what Python cannot write (too deep, a number too long) counts as too large."""
    try:
        return len(
            json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        )
    except (RecursionError, ValueError):
        return MOST_VIEW_BYTES + 1


def _across(blocks: object, at: str, surface: str) -> Iterator[Fault]:
    yield from _repeated("block_id", _every_block(blocks, at))
    for block, place in _every_block(blocks, at):
        yield from _repeated("action_id", _elements(block, place))
        for element, spot in _elements(block, place):
            name = element.get("type")
            if isinstance(name, str) and ONLY_ELEMENTS.get(name, surface) != surface:
                yield f"{spot}/type", f"unsupported type: {name}"


def _every_block(blocks: object, at: str) -> Found:
    """The blocks of a list with those inside containers, carousels and plans, each with its pointer."""
    for block, place in _objects(blocks, at):
        yield block, place
        for inner in ("child_blocks", "tasks", *(("elements",) if block.get("type") == "carousel" else ())):
            yield from _objects(block.get(inner), f"{place}/{inner}")


def _elements(block: Mapping[str, object], at: str) -> Found:
    for name in ("element", "accessory"):
        yield from ((thing, f"{at}/{name}") for thing, _ in _objects([block.get(name)], at))
    for name in ("elements", "actions"):
        yield from _objects(block.get(name), f"{at}/{name}")


def _objects(value: object, at: str) -> Found:
    if isinstance(value, list):
        yield from ((item, f"{at}/{index}") for index, item in enumerate(value) if isinstance(item, dict))


def _repeated(name: str, things: Found) -> Iterator[Fault]:
    seen: set[str] = set()
    for thing, at in things:
        if isinstance(word := thing.get(name), str):
            if word in seen:
                yield f"{at}/{name}", f'`{name}` "{word}" already exists'
            seen.add(word)


def _focus(blocks: object) -> Iterator[Fault]:
    """Only one element of a view may take the focus when it opens."""
    every = (found for block, at in _every_block(blocks, "/view/blocks") for found in _elements(block, at))
    focused = [at for element, at in every if element.get("focus_on_load") is True]
    for at in focused[1:]:
        yield f"{at}/focus_on_load", "only one element can set `focus_on_load`"


def _submit(view: Mapping[str, object]) -> Iterator[Fault]:
    if view.get("type") == "modal" and "submit" not in view:
        for block, at in _every_block(view.get("blocks"), "/view/blocks"):
            if block.get("type") == "input":
                yield f"{at}/input", "must define `submit` to use an `input` block in modals"


def _too_much(blocks: list[object]) -> Iterator[Problem]:
    """What a message as a whole may not hold: two tables, or too many characters."""
    tables = _of_kind(blocks, lambda name: name in {"table", "data_table"})
    for _, at in tables[1:]:
        yield Problem("invalid_attachments", at, "only_one_table_allowed")
    markdown = _of_kind(blocks, lambda name: name == "markdown")
    if _characters([block for block, _ in markdown]) > MOST_MARKDOWN:
        yield Problem("msg_blocks_too_long", "/blocks", f"must be less than {MOST_MARKDOWN + 1} characters")
    elif _characters(blocks) - _characters([block for block, _ in tables]) > MOST_TEXT:
        yield Problem("msg_blocks_too_long", "/blocks", f"must be less than {MOST_TEXT + 1} characters")


def _of_kind(blocks: list[object], wanted: Callable[[object], bool]) -> list[tuple[dict[str, object], str]]:
    every = _every_block(blocks, "/blocks")
    return [
        (block, at) for block, at in every if isinstance(block.get("type"), str) and wanted(block["type"])
    ]


def _characters(value: object) -> int:
    return sum(map(len, texts(value)))
