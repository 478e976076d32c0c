"""Filling in: what a person puts into inputs, and what Slack's own window would not let pass."""

import re
from typing import TYPE_CHECKING, Any

from bot.sandbox import elements, files
from bot.sandbox.elements import Found
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import Json, Person, Values, View

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

REQUIRED = "Please complete this required field."
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+\.\S+|https?://localhost\S*")


def put(
    sandbox: "Sandbox", person: Person, blocks: list[Json], values: Values, given: dict[str, Any]
) -> None:
    """Put `{"<block_id>": value}` into the inputs; a block of several takes `{"<action_id>": value}`."""
    by_block: dict[str, list[Found]] = {}
    for found in elements.elements(blocks):
        if elements.stateful(found):
            by_block.setdefault(found.block_id, []).append(found)
    for block_id, value in given.items():
        if block_id not in by_block:
            detail = f"No input has the block_id {block_id}; there are: {', '.join(by_block) or 'none'}."
            raise CannotError("block_not_found", detail)
        for found, its_value in _pairs(by_block[block_id], value):
            state = _state(sandbox, person, found, its_value)
            values.setdefault(block_id, {})[found.action_id] = state


def _pairs(founds: list[Found], value: Any) -> list[tuple[Found, Any]]:
    named = {found.action_id: found for found in founds}
    if isinstance(value, dict) and value and set(value) <= set(named):
        return [(named[action_id], its_value) for action_id, its_value in value.items()]
    return [(founds[0], value)]


def _state(sandbox: "Sandbox", person: Person, found: Found, value: Any) -> Json:
    if found.kind == "file_input":
        uploads = [files.sent(sandbox.world, person, each) for each in value or []]
        for upload in uploads:
            upload.in_form = True
        value = [files.file_shape(each, sandbox.base_url) for each in uploads]
    try:
        return elements.state(found.element, value)
    except (elements.NoSuchOptionError, ValueError, TypeError) as unfit:
        raise CannotError("bad_value", str(unfit)) from None


def objections(view: View) -> dict[str, str]:
    """What the window itself says about a form before it is sent: by block_id."""
    state = elements.state_values(view.body["blocks"], view.values)
    found: dict[str, str] = {}
    for each in elements.elements(view.body["blocks"]):
        if each.block.get("type") == "input":
            objection = _objection(each, state[each.block_id][each.action_id])
            found |= {each.block_id: objection} if objection else {}
    return found


def _objection(found: Found, state: Json) -> str | None:
    if elements.is_empty(state):
        return None if found.block.get("optional") else REQUIRED
    value, element = elements.chosen_value(state), found.element
    match found.kind:
        case "plain_text_input":
            return _length(str(value), element)
        case "email_text_input":
            return None if _EMAIL.fullmatch(str(value)) else "Please enter a valid email address."
        case "url_text_input":
            return None if _URL.fullmatch(str(value)) else "Please enter a valid URL."
        case "number_input":
            return _number(str(value), element)
        case _:
            return _selection(value, element)


def _selection(value: Any, element: Json) -> str | None:
    most = element.get("max_selected_items")
    too_many = most and isinstance(value, list) and len(value) > most
    return f"You can choose at most {most}." if too_many else None


def _length(text: str, element: Json) -> str | None:
    most = element.get("max_length", 3000)
    if len(text) > most:
        return f"Please enter at most {most} characters."
    least = element.get("min_length", 0)
    return f"Please enter at least {least} characters." if len(text) < least else None


def _number(text: str, element: Json) -> str | None:
    try:
        number = float(text)
    except ValueError:
        return "Please enter a valid number."
    if not element.get("is_decimal_allowed") and not number.is_integer():
        return "Please enter a whole number."
    least, most = element.get("min_value"), element.get("max_value")
    if least is not None and number < float(least):
        return f"Please enter a number that is at least {least}."
    if most is not None and number > float(most):
        return f"Please enter a number that is at most {most}."
    return None
