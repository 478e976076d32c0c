"""Blocks and what stands in them: sections, buttons, menus, options."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from bot.core.prose import Phrase
from handlers.kit._texts import clip, escaped, pieces, plain

Block = dict[str, Any]
Element = dict[str, Any]
Text = dict[str, Any]
Option = dict[str, Any]

SECTION_LENGTH = 3000
COLUMN_LENGTH = 2000
OPTION_LENGTH = 75

# Of the 13,000 characters that Slack takes in one message.
VERBATIM_LENGTH = 12_000


def mrkdwn(text: str) -> Text:
    return {"type": "mrkdwn", "text": clip(escaped(text), SECTION_LENGTH)}


def plain_text(text: str, limit: int, *, emoji: bool = False) -> Text:
    """A plain_text object; with `emoji`, :names: become pictures."""
    shown = {"type": "plain_text", "text": clip(plain(text), limit)}
    return {**shown, "emoji": True} if emoji else shown


def section(text: str, *, accessory: Element | None = None) -> Block:
    return given({"type": "section", "text": mrkdwn(text), "accessory": accessory})


def columns(*texts: str) -> Block:
    """Up to ten short texts in two columns."""
    shown = [{"type": "mrkdwn", "text": clip(escaped(text), COLUMN_LENGTH)} for text in texts]
    return {"type": "section", "fields": shown}


def context(*texts: str) -> Block:
    return {"type": "context", "elements": [mrkdwn(text) for text in texts]}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, 150, emoji=True)}


def divider() -> Block:
    return {"type": "divider"}


def actions(*elements: Element) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(text: Phrase, action: StrEnum, value: str | None = None, *, style: str | None = None) -> Element:
    shown = {"type": "button", "text": plain_text(text, 75, emoji=True), "action_id": action.value}
    return given({**shown, "value": value, "style": style})


def option(text: str, value: str, description: str | None = None) -> Option:
    shown = plain_text(text, OPTION_LENGTH)
    shown["text"] = shown["text"] or "—"
    described = plain_text(description, OPTION_LENGTH, emoji=True) if description else None
    return given({"text": shown, "value": value, "description": described})


def overflow(action: StrEnum, options: Sequence[Option]) -> Element:
    return {"type": "overflow", "action_id": action.value, "options": list(options)}


def select(
    action: StrEnum | str,
    options: Sequence[Option],
    *,
    placeholder: Phrase | None = None,
    chosen: str | None = None,
) -> Element:
    return given(
        {
            "type": "static_select",
            "action_id": str(action),
            "options": list(options),
            "placeholder": plain_text(placeholder, 150, emoji=True) if placeholder else None,
            "initial_option": next((one for one in options if one["value"] == chosen), None),
        }
    )


def literal(text: str) -> Block:
    """A section that shows a person's text as it was typed, line by line: no markup or mention is made of it."""
    return {
        "type": "section",
        "text": {"type": "plain_text", "text": clip(text, SECTION_LENGTH), "emoji": True},
    }


def verbatim(text: str) -> list[Block]:
    """A long text as it was typed, in as many blocks as it takes; its beginning where it fills a message."""
    return [literal(piece) for piece, _ in pieces(clip(text.strip(), VERBATIM_LENGTH), SECTION_LENGTH)]


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that are there; Slack refuses null where it expects a thing or none."""
    return {name: value for name, value in fields.items() if value is not None}
