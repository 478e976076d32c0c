"""Interactive elements: what stands in them, in the shapes Slack uses for state.values and for actions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.world import Json, Values

_FIELDS = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "overflow": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "file_input": "files",
}
"""The field of state.values and of an action that holds the choice, by element type."""

_INITIAL = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_option": "initial_option",
    "selected_user": "initial_user",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_options": "initial_options",
    "selected_users": "initial_users",
    "selected_conversations": "initial_conversations",
    "selected_channels": "initial_channels",
}
_LISTS = frozenset(name for name in _FIELDS.values() if name.endswith("s"))
_STATELESS = frozenset({"overflow"})
_ECHOED = ("text", "value", "style", "placeholder", "confirm", "accessibility_label")


class NoSuchOptionError(ValueError):
    """A choice that the element does not offer."""


@dataclass(frozen=True, slots=True)
class Found:
    """An element with the block it stands in."""

    block: Json
    element: Json

    @property
    def kind(self) -> str:
        return str(self.element.get("type"))

    @property
    def block_id(self) -> str:
        return str(self.block.get("block_id", ""))

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))


def elements(blocks: list[Json]) -> Iterator[Found]:
    """Every interactive element of the blocks, in the order they are shown."""
    for block in blocks:
        for element in _of_block(block):
            if "action_id" in element:
                yield Found(block, element)


def _of_block(block: Json) -> list[Json]:
    single = block.get("element") or block.get("accessory")
    several = block.get("elements") if block.get("type") in {"actions", "context_actions"} else None
    return [each for each in (several or [single]) if isinstance(each, dict)]


def find(blocks: list[Json], action_id: str, block_id: str | None = None) -> Found | None:
    fits = (
        each
        for each in elements(blocks)
        if each.action_id == action_id and block_id in (None, "", each.block_id)
    )
    return next(fits, None)


def stateful(found: Found) -> bool:
    return found.kind in _FIELDS and found.kind not in _STATELESS


def state_values(blocks: list[Json], values: Values) -> Values:
    """state.values: what the person chose, else what was there initially, else nothing."""
    state: Values = {}
    for found in elements(blocks):
        if stateful(found):
            chosen = values.get(found.block_id, {}).get(found.action_id)
            kept = chosen if chosen and chosen.get("type") == found.kind else initial(found.element)
            state.setdefault(found.block_id, {})[found.action_id] = kept
    return state


def initial(element: Json) -> Json:
    """An untouched element's state."""
    return _state(element, element.get(_INITIAL.get(_FIELDS[element["type"]], "")))


def state(element: Json, given: Any) -> Json:
    """The state of an element into which `given` was put: an option's value, a date, a text, a list of them."""
    name = _FIELDS[element["type"]]
    if given in (None, "", []):
        return _state(element, None)
    if name == "selected_option":
        return _state(element, _option(element, given))
    if name == "selected_options":
        return _state(element, [_option(element, each) for each in _as_list(given)])
    if name == "rich_text_value":
        return _state(element, _rich_text(given))
    if name in _LISTS:
        return _state(element, _as_list(given))
    return _state(element, int(given) if name == "selected_date_time" else str(given))


def _state(element: Json, value: Any) -> Json:
    name = _FIELDS[element["type"]]
    if value is None and name in _LISTS:
        value = []
    shape = {"type": element["type"], name: value}
    if element["type"] == "timepicker" and element.get("timezone"):
        shape["timezone"] = element["timezone"]
    return shape


def is_empty(state: Json) -> bool:
    return state[_FIELDS[state["type"]]] in (None, "", [])


def chosen_value(state: Json) -> Any:
    return state[_FIELDS[state["type"]]]


def action(found: Found, given: Any, action_ts: str) -> Json:
    """The entry of `actions` in a block_actions payload."""
    echoed = {key: found.element[key] for key in _ECHOED if key in found.element}
    base = {"type": found.kind, "action_id": found.action_id, "block_id": found.block_id}
    if found.kind in _FIELDS:
        echoed.pop("value", None)
        first = _INITIAL.get(_FIELDS[found.kind])
        if first and first in found.element:
            echoed[first] = found.element[first]
        echoed |= state(found.element, given)
    return base | echoed | {"action_ts": action_ts}


def _option(element: Json, given: Any) -> Json:
    if isinstance(given, dict) and element["type"].endswith("external_select"):
        return given
    value = given.get("value") if isinstance(given, dict) else given
    for option in _options(element):
        if option.get("value") == value:
            return option
    raise NoSuchOptionError(
        f"{element['type']} {element.get('action_id')} does not offer the option {value!r}"
    )


def _options(element: Json) -> Iterator[Json]:
    yield from element.get("options") or []
    for group in element.get("option_groups") or []:
        yield from group.get("options") or []


def _as_list(given: Any) -> list[Any]:
    return list(given) if isinstance(given, list) else [given]


def _rich_text(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": given}]}
    return {"type": "rich_text", "elements": [section]}


def typed_blocks(text: str, block_id: str) -> list[Json]:
    """The rich_text block that Slack's composer sends along with a typed text."""
    return [{"type": "rich_text", "block_id": block_id, "elements": _rich_text(text)["elements"]}]
