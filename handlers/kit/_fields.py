"""The fields of a form; a field's block_id is its name."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from bot.core.prose import Phrase
from handlers.kit._blocks import Block, Element, Option, given, plain_text, select

INPUT_LENGTH = 3000

# The action_id of an input that nobody listens to; its block_id says which field it is.
VALUE = "value"


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


def people_field(name: str, label: Phrase, *, chosen: Sequence[str] = (), most: int) -> Block:
    """A select of people of the workspace, by their Slack ids."""
    element = {"type": "multi_users_select", "action_id": VALUE, "max_selected_items": most}
    initial = {"initial_users": list(chosen)} if chosen else {}
    return _field(name, label, {**element, **initial}, hint=None, optional=False)


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


def renewed(block: Block, state: str) -> Block:
    """The field, empty of what was chosen in another `state`: Slack keeps a choice while the action_id stays."""
    return {**block, "element": {**block["element"], "action_id": f"{VALUE}.{state}"}}


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
