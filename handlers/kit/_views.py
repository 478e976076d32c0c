"""Whole messages, modals and Home, and what stands in a submitted form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.core.prose import Phrase
from handlers.kit._blocks import Block, given, plain_text

# A message whose blocks' ids begin like this stays: whatever a click in it is answered with stands beside it.
LASTING = "lasting."


@dataclass(frozen=True)
class Message:
    """What is said in one answer: blocks, the text for screen readers and pushes, a title as a modal."""

    text: Phrase
    blocks: Sequence[Block]
    title: Phrase = field(default=Phrase(""))

    def as_arguments(self) -> dict[str, Any]:
        """The arguments of chat.postMessage, ack() and respond(); links are not unfurled."""
        return {"text": str(self.text), "blocks": list(self.blocks)}


def modal(
    title: Phrase,
    blocks: Sequence[Block],
    *,
    close: Phrase,
    callback: StrEnum | None = None,
    submit: Phrase | None = None,
    carried: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A modal; `carried` comes back with the submission and proves nothing about who sent it."""
    return given(
        {
            "type": "modal",
            "title": plain_text(title, 24),
            "submit": plain_text(submit, 24) if submit else None,
            "close": plain_text(close, 24),
            "callback_id": callback.value if callback else None,
            "private_metadata": json.dumps(carried) if carried else None,
            "blocks": list(blocks),
        }
    )


def sending(view: Mapping[str, Any]) -> str:
    """A key of a submission: the same one where the same form is sent again."""
    return f"view:{view['id']}:{carried(view).get('form')}"


def home(blocks: Sequence[Block]) -> dict[str, Any]:
    """The Home tab; its blocks keep their ids from one drawing to the next, so that a click on the last one counts."""
    named = [{"block_id": f"home.{number}", **block} for number, block in enumerate(blocks)]
    return {"type": "home", "blocks": named}


def carried(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a view carried; an empty dict for anything that is not ours."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def values(view: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in a view's fields: a text, an option's value, a list of values or people, or None, by field."""
    fields = view.get("state", {}).get("values", {})
    return {name: _value(next(iter(actions.values()), {})) for name, actions in fields.items()}


def texts(view: Mapping[str, Any]) -> dict[str, str | None]:
    """What stands in a view whose fields hold one text or one choice each; None for several, which none of them gives."""
    return {name: value if isinstance(value, str) else None for name, value in values(view).items()}


def _value(state: Mapping[str, Any]) -> str | list[str] | None:
    if "selected_options" in state:
        return [value for one in _listed(state["selected_options"]) if (value := _option(one)) is not None]
    if "selected_users" in state:
        return [one for one in _listed(state["selected_users"]) if isinstance(one, str)]
    if state.get("selected_option"):
        return _option(state["selected_option"])
    typed = state.get("value") or state.get("selected_date") or state.get("selected_time")
    return typed if isinstance(typed, str) else None


def _option(chosen: object) -> str | None:
    """The value of an option; None for what is no option of ours."""
    value = chosen.get("value") if isinstance(chosen, dict) else None
    return value if isinstance(value, str) else None


def _listed(given: object) -> list[Any]:
    return given if isinstance(given, list) else []
