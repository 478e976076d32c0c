"""The Block Kit vocabulary: small builders of what Slack draws, and what stands in a submitted form.

A Phrase (words from a template) is mrkdwn already; a plain str is a person's text and is escaped
here before it is shown as mrkdwn. In plain_text objects and inputs Slack shows characters as they are.

Everything here is a dict as it is sent (https://docs.slack.dev/reference/block-kit). slack_sdk.models would check the
same limits again for every answer, at a third of its cost; the tests check all that is drawn against Slack's rules.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.core.prose import Phrase

Block = dict[str, Any]
Element = dict[str, Any]
Text = dict[str, Any]
Option = dict[str, Any]

SECTION_LENGTH = 3000
COLUMN_LENGTH = 2000
INPUT_LENGTH = 3000
OPTION_LENGTH = 75

# Of the 13,000 characters that Slack takes in one message.
VERBATIM_LENGTH = 12_000

# A message whose blocks' ids begin like this stays: whatever a click in it is answered with stands beside it.
LASTING = "lasting."

# The action_id of an input that nobody listens to; its block_id says which field it is.
VALUE = "value"


@dataclass(frozen=True)
class Message:
    """What is said in one answer: blocks, the text for screen readers and pushes, a title as a modal."""

    text: Phrase
    blocks: Sequence[Block]
    title: Phrase = field(default=Phrase(""))

    def as_arguments(self) -> dict[str, Any]:
        """The arguments of chat.postMessage, ack() and respond(); links are not unfurled."""
        return {"text": str(self.text), "blocks": list(self.blocks)}


def plain(text: str) -> str:
    """Text for a plain_text object."""
    return text.plain if isinstance(text, Phrase) else text


def escaped(text: str) -> str:
    """Text for mrkdwn; a Phrase is escaped already."""
    if isinstance(text, Phrase):
        return text
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(text: str, limit: int) -> str:
    """Text within a limit, with an ellipsis where something was left out.

    The cut never lies inside an entity, which would show as half of one.
    """
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    start = cut.rfind("&", -6)
    return (cut[:start] if start >= 0 and ";" not in cut[start:] else cut) + "…"


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


def text_field(
    name: str,
    label: Phrase,
    *,
    initial: str | None = None,
    hint: Phrase | None = None,
    placeholder: Phrase | None = None,
    optional: bool = True,
    multiline: bool = False,
    focus: bool = False,
) -> Block:
    """A text input whose block_id is the field's name."""
    element = {
        "type": "plain_text_input",
        "action_id": VALUE,
        "initial_value": initial[:INPUT_LENGTH] if initial else None,
        "placeholder": plain_text(placeholder, 150, emoji=True) if placeholder else None,
        "multiline": multiline,
        "max_length": INPUT_LENGTH,
        "focus_on_load": focus or None,
    }
    return _field(name, label, element, hint=hint, optional=optional)


def choice_field(
    name: str,
    label: Phrase,
    options: Sequence[Option],
    *,
    chosen: str | None = None,
    placeholder: Phrase | None = None,
    hint: Phrase | None = None,
    optional: bool = True,
    action: StrEnum | None = None,
) -> Block:
    """A select; with an `action`, choosing is told at once."""
    element = select(action or VALUE, options, placeholder=placeholder, chosen=chosen)
    return _field(name, label, element, hint=hint, optional=optional, dispatch=action is not None)


def time_field(name: str, label: Phrase, *, chosen: str) -> Block:
    """A time of day, "15:00"."""
    element = {"type": "timepicker", "action_id": VALUE, "initial_time": chosen}
    return _field(name, label, element, hint=None, optional=False)


def date_field(name: str, label: Phrase, *, chosen: str, hint: Phrase | None = None) -> Block:
    """A date, "2026-11-20"."""
    element = {"type": "datepicker", "action_id": VALUE, "initial_date": chosen}
    return _field(name, label, element, hint=hint, optional=False)


def many_field(
    name: str,
    label: Phrase,
    options: Sequence[Option],
    *,
    chosen: Iterable[str] = (),
    hint: Phrase | None = None,
) -> Block:
    """A select of several."""
    return _field(name, label, _several("multi_static_select", options, chosen), hint=hint, optional=True)


def ticks_field(
    name: str,
    label: Phrase,
    options: Sequence[Option],
    *,
    chosen: Iterable[str] = (),
    optional: bool = True,
) -> Block:
    """Up to ten boxes to tick."""
    return _field(name, label, _several("checkboxes", options, chosen), hint=None, optional=optional)


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


def home(blocks: Sequence[Block]) -> dict[str, Any]:
    """The Home tab; its blocks keep their ids from one drawing to the next, so that a click on the last one counts."""
    named = [{"block_id": f"home.{number}", **block} for number, block in enumerate(blocks)]
    return {"type": "home", "blocks": named}


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields that are there; Slack refuses null where it expects a thing or none."""
    return {name: value for name, value in fields.items() if value is not None}


def carried(view: Mapping[str, Any]) -> dict[str, Any]:
    """What a view carried; an empty dict for anything that is not ours."""
    try:
        found = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def values(view: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in a view's fields: a text, an option's value, a list of values, or None, by field."""
    fields = view.get("state", {}).get("values", {})
    return {name: _value(next(iter(actions.values()), {})) for name, actions in fields.items()}


def _value(state: Mapping[str, Any]) -> str | list[str] | None:
    if "selected_options" in state:
        return [one["value"] for one in state["selected_options"]]
    if state.get("selected_option"):
        return str(state["selected_option"]["value"])
    return state.get("value") or state.get("selected_date") or state.get("selected_time")


def _several(kind: str, options: Sequence[Option], chosen: Iterable[str]) -> Element:
    wanted = set(chosen)
    initial = [one for one in options if one["value"] in wanted]
    shown = {"type": kind, "action_id": VALUE, "options": list(options)}
    return {**shown, "initial_options": initial} if initial else shown


def _field(
    name: str, text: Phrase, element: Element, *, hint: Phrase | None, optional: bool, dispatch: bool = False
) -> Block:
    return given(
        {
            "type": "input",
            "block_id": name,
            "label": plain_text(text, 2000),
            "hint": plain_text(hint, 2000) if hint else None,
            "element": given(element),
            "optional": optional,
            "dispatch_action": dispatch or None,
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


def renewed(block: Block, state: str) -> Block:
    """The field, empty of what was chosen in another `state`: Slack keeps a choice while the action_id stays."""
    return {**block, "element": {**block["element"], "action_id": f"{VALUE}.{state}"}}


def pieces(text: str, limit: int) -> list[tuple[str, str]]:
    """A text cut into pieces of at most `limit` characters, each with the white space that followed it.

    All parts put together are the text. A cut lies at the end of a line, else between words, else anywhere.
    """
    found = []
    while len(text) > limit:
        ends = (text.rfind(sign, limit // 2, limit + 1) for sign in "\n ")
        end = next((end for end in ends if end > 0), limit)
        piece, rest = text[:end].rstrip(), text[end:].lstrip()
        found.append((piece, text[len(piece) : len(text) - len(rest)]))
        text = rest
    return [*found, (text, "")]
