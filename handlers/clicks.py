"""What a click says: a button's value, a menu's choice; one that says neither is answered as an old button."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.core.errors import NotFound

# A page's offset is a number of our own, so a longer one is none.
LONGEST_NUMBER = 7


def check(body: Mapping[str, Any]) -> None:
    """Refuse a click whose button carries what none of ours does, so that a listener finds a text or nothing."""
    for action in body.get("actions") or ():
        if action.get("value") is not None:
            value(action)


def value(action: dict[str, Any]) -> str:
    """The value of a button."""
    return _text(action.get("value"))


def choice(action: dict[str, Any]) -> str:
    """The value of what was chosen in a menu."""
    chosen = action.get("selected_option")
    return _text(chosen.get("value") if isinstance(chosen, dict) else None)


def choice_about(action: dict[str, Any]) -> tuple[str, str]:
    """What was chosen in a menu whose values are `<what>:<id>`, and the id."""
    what, _, about = choice(action).partition(":")
    return what, about


def number(text: object) -> int | None:
    """A number of our own in a click or a form; None for what is none, or longer than any of ours."""
    ours = isinstance(text, str) and text.isdecimal() and len(text) < LONGEST_NUMBER
    return int(str(text)) if ours else None


def offset(action: dict[str, Any]) -> int:
    """Where a page begins, as its button says; the first one for what is none of our numbers."""
    return number(action.get("value")) or 0


def offset_in_part(action: dict[str, Any], ended: StrEnum) -> tuple[int, bool]:
    """Where a page begins, and whether of those that ended; the value is `<1 for those that ended>:<offset>`."""
    over, _, begins = str(action.get("value") or "").partition(":")
    return number(begins) or 0, over == "1" or action.get("action_id") == ended


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise NotFound("old_button")
    return given
