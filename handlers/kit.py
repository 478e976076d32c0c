"""The Block Kit vocabulary: small builders over slack_sdk.models, and what stands in a submitted form.

A Phrase (words from a template) is mrkdwn already; a plain str is a person's text and is escaped
here before it is shown as mrkdwn. In plain_text objects and inputs Slack shows characters as they are.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    CheckboxesElement,
    ConfirmObject,
    ContextBlock,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InteractiveElement,
    MarkdownTextObject,
    Option,
    OverflowMenuElement,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticMultiSelectElement,
    StaticSelectElement,
    TimePickerElement,
)
from slack_sdk.models.views import View

from bot.core.prose import Phrase

SECTION_LENGTH = 3000
INPUT_LENGTH = 3000
OPTION_LENGTH = 75

# Of the 13,000 characters that Slack takes in one message.
VERBATIM_LENGTH = 12_000

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
        return {"text": str(self.text), "blocks": [block.to_dict() for block in self.blocks]}


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


def mrkdwn(text: str) -> MarkdownTextObject:
    return MarkdownTextObject(text=clip(escaped(text), SECTION_LENGTH))


def section(text: str, *, accessory: InteractiveElement | None = None) -> SectionBlock:
    return SectionBlock(text=mrkdwn(text), accessory=accessory)


def context(*texts: str) -> ContextBlock:
    return ContextBlock(elements=[mrkdwn(text) for text in texts])


def header(text: str) -> HeaderBlock:
    return HeaderBlock(text=PlainTextObject(text=clip(plain(text), 150), emoji=True))


def divider() -> DividerBlock:
    return DividerBlock()


def actions(*elements: InteractiveElement) -> ActionsBlock:
    return ActionsBlock(elements=list(elements))


def button(
    text: Phrase,
    action: StrEnum,
    value: str | None = None,
    *,
    style: str | None = None,
    confirm: ConfirmObject | None = None,
) -> ButtonElement:
    return ButtonElement(
        text=clip(plain(text), 75), action_id=action.value, value=value, style=style, confirm=confirm
    )


def option(text: str, value: str, description: str | None = None) -> Option:
    return Option(
        text=PlainTextObject(text=clip(plain(text), OPTION_LENGTH) or "—"),
        value=value,
        description=clip(plain(description), OPTION_LENGTH) if description else None,
    )


def overflow(action: StrEnum, options: Sequence[Option]) -> OverflowMenuElement:
    return OverflowMenuElement(action_id=action.value, options=list(options))


def select(
    action: StrEnum | str,
    options: Sequence[Option],
    *,
    placeholder: Phrase | None = None,
    chosen: str | None = None,
) -> StaticSelectElement:
    return StaticSelectElement(
        action_id=str(action),
        options=list(options),
        placeholder=clip(plain(placeholder), 150) if placeholder else None,
        initial_option=next((one for one in options if one.value == chosen), None),
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
) -> InputBlock:
    """A text input whose block_id is the field's name."""
    element = PlainTextInputElement(
        action_id=VALUE,
        initial_value=initial[:INPUT_LENGTH] if initial else None,
        placeholder=clip(plain(placeholder), 150) if placeholder else None,
        multiline=multiline,
        max_length=INPUT_LENGTH,
        focus_on_load=focus or None,
    )
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
) -> InputBlock:
    """A select; with an `action`, choosing is told at once."""
    element = select(action or VALUE, options, placeholder=placeholder, chosen=chosen)
    return _field(name, label, element, hint=hint, optional=optional, dispatch=action is not None)


def time_field(name: str, label: Phrase, *, chosen: str) -> InputBlock:
    """A time of day, "15:00"."""
    element = TimePickerElement(action_id=VALUE, initial_time=chosen)
    return _field(name, label, element, hint=None, optional=False)


def many_field(
    name: str,
    label: Phrase,
    options: Sequence[Option],
    *,
    chosen: Iterable[str] = (),
    hint: Phrase | None = None,
) -> InputBlock:
    """A select of several."""
    wanted = set(chosen)
    element = StaticMultiSelectElement(
        action_id=VALUE,
        options=list(options),
        initial_options=[one for one in options if one.value in wanted] or None,
    )
    return _field(name, label, element, hint=hint, optional=True)


def ticks_field(
    name: str, label: Phrase, options: Sequence[Option], *, chosen: Iterable[str] = ()
) -> InputBlock:
    """Up to ten boxes to tick."""
    wanted = set(chosen)
    element = CheckboxesElement(
        action_id=VALUE,
        options=list(options),
        initial_options=[one for one in options if one.value in wanted] or None,
    )
    return _field(name, label, element, hint=None, optional=True)


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
    view = View(
        type="modal",
        title=PlainTextObject(text=clip(plain(title), 24)),
        submit=PlainTextObject(text=clip(plain(submit), 24)) if submit else None,
        close=PlainTextObject(text=clip(plain(close), 24)),
        callback_id=callback.value if callback else None,
        private_metadata=json.dumps(carried) if carried else None,
        blocks=list(blocks),
    )
    return view.to_dict()


def home(blocks: Sequence[Block]) -> dict[str, Any]:
    """The Home tab; its blocks keep their ids from one drawing to the next, so that a click on the last one counts."""
    for number, block in enumerate(blocks):
        block.block_id = block.block_id or f"home.{number}"
    return View(type="home", blocks=list(blocks)).to_dict()


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


def _field(
    name: str, label: Phrase, element: Any, *, hint: Phrase | None, optional: bool, dispatch: bool = False
) -> InputBlock:
    return InputBlock(
        block_id=name,
        label=PlainTextObject(text=clip(plain(label), 2000)),
        hint=PlainTextObject(text=clip(plain(hint), 2000)) if hint else None,
        element=element,
        optional=optional,
        dispatch_action=dispatch or None,
    )


def literal(text: str) -> SectionBlock:
    """A section that shows a person's text as it was typed, line by line: no markup or mention is made of it."""
    return SectionBlock(text=PlainTextObject(text=clip(text, SECTION_LENGTH), emoji=True))


def verbatim(text: str) -> list[Block]:
    """A long text as it was typed, in as many blocks as it takes; its beginning where it fills a message."""
    return [literal(piece) for piece, _ in pieces(clip(text.strip(), VERBATIM_LENGTH), SECTION_LENGTH)]


def renewed(block: InputBlock, state: str) -> InputBlock:
    """The field, empty of what was chosen in another `state`: Slack keeps a choice while the action_id stays."""
    if isinstance(block.element, InteractiveElement):
        block.element.action_id = f"{VALUE}.{state}"
    return block


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
