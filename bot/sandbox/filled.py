"""What Slack adds to blocks that it stores: missing ids and defaults."""

from copy import deepcopy
from typing import Any

from bot.sandbox import names
from bot.sandbox.world import Json

_SHORT = 5


def filled_view(view: Json) -> Json:
    """A copy of a view, filled like its blocks."""
    stored = deepcopy(view)
    _with_defaults([stored.get(part) for part in ("title", "submit", "close")])
    return {**stored, "blocks": filled(view["blocks"])}


def filled(blocks: list[Json]) -> list[Json]:
    """A copy in which every block has a block_id, every element an action_id, every text its flags."""
    stored = deepcopy(blocks)
    for block in stored:
        _with_defaults(block)
        if not block.get("block_id"):
            block["block_id"] = names.unguessable()[:_SHORT]
        for element in _elements(block):
            if "action_id" not in element and element.get("type") in _INTERACTIVE:
                element["action_id"] = names.unguessable()[:_SHORT]
    return stored


_INTERACTIVE = frozenset(
    {
        "button", "checkboxes", "datepicker", "datetimepicker", "email_text_input", "file_input",
        "number_input", "overflow", "plain_text_input", "radio_buttons", "rich_text_input", "timepicker",
        "url_text_input", "static_select", "external_select", "users_select", "conversations_select",
        "channels_select", "multi_static_select", "multi_external_select", "multi_users_select",
        "multi_conversations_select", "multi_channels_select", "icon_button", "feedback_buttons",
        "workflow_button",
    }
)  # fmt: skip


def _elements(block: Json) -> list[Json]:
    several = block.get("elements") if isinstance(block.get("elements"), list) else []
    return [each for each in (block.get("element"), block.get("accessory"), *(several or ())) if each]


def _with_defaults(node: Any) -> None:
    if isinstance(node, list):
        for each in node:
            _with_defaults(each)
    elif isinstance(node, dict):
        if node.get("type") == "plain_text":
            node.setdefault("emoji", True)
        elif node.get("type") == "mrkdwn":
            node.setdefault("verbatim", False)
        for each in node.values():
            if isinstance(each, dict | list):
                _with_defaults(each)
