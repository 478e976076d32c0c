"""What a click says: a button's value, a menu's choice; one that says neither is answered as an old button."""

from collections.abc import Mapping
from typing import Any

from bot.core.errors import NotFound

# A page's offset is a number of our own, so a longer one is none.
LONGEST_OFFSET = 7


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


def offset(action: dict[str, Any]) -> int:
    """Where a page begins, as its button says; the first one for what is none of our numbers."""
    given = str(action.get("value") or "")
    return int(given) if given.isdecimal() and len(given) < LONGEST_OFFSET else 0


def _text(given: object) -> str:
    if not isinstance(given, str):
        raise NotFound("old_button")
    return given
