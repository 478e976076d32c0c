"""Block elements: buttons, menus, pickers and inputs, and which of them stand where."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from bot.sandbox.blocks.objects import (
    ACTION_ID,
    CONFIRM,
    CONVERSATION_FILTER,
    DAY,
    DISPATCH,
    IMAGE,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SELECT_OPTION,
    STYLE,
    TICK_OPTION,
    TIME,
    URL,
    WEB_URL,
    offered,
    plain,
)
from bot.sandbox.blocks.rich_text import RICH_TEXT
from bot.sandbox.blocks.schema import (
    Fault,
    Fields,
    Rule,
    anything,
    array,
    either,
    flag,
    kind,
    record,
    shaped,
    string,
    tagged,
    whole,
)

_ACTION: Fields = {"action_id": ACTION_ID}
_CONFIRMED: Fields = {**_ACTION, "confirm": CONFIRM}
_PICKER: Fields = {**_CONFIRMED, "focus_on_load": flag}
_MENU: Fields = {**_PICKER, "placeholder": plain(150)}
_MANY: Fields = {**_MENU, "max_selected_items": whole(1)}
_INPUT: Fields = {
    **_ACTION,
    "placeholder": plain(150),
    "focus_on_load": flag,
    "dispatch_action_config": DISPATCH,
}
_IDS = array(string(1), 1)
_TYPED = string(0, 3000)
_LABEL: Fields = {"accessibility_label": string(1, 75)}
_SEEN_BY: Fields = {"visible_to_user_ids": array(string(1), 0, 10)}
_STATIC: Fields = {"options": array(SELECT_OPTION, 1, 100), "option_groups": array(OPTION_GROUP, 1, 100)}
_NUMERAL = shaped(r"-?\d+(\.\d+)?")


def _length(value: Mapping[str, object], at: str) -> Iterator[Fault]:
    """`min_length` may not pass `max_length`, and what is filled in at first lies between them."""
    least, most, typed = (
        value.get("min_length", 0),
        value.get("max_length", 3000),
        value.get("initial_value", ""),
    )
    if isinstance(least, int) and isinstance(most, int) and isinstance(typed, str):
        if least > most:
            yield f"{at}/min_length", "must be less than or equal to `max_length`"
        elif typed:
            yield from string(least, most)(typed, f"{at}/initial_value")


def _range(value: Mapping[str, object], at: str) -> Iterator[Fault]:
    """`min_value` may not pass `max_value`, and what is filled in at first lies between them."""
    given = {
        name: text
        for name in ("min_value", "max_value", "initial_value")
        if (text := value.get(name)) is not None
    }
    figures = {name: Decimal(str(text)) for name, text in given.items()}
    for name, text in given.items():
        if not value["is_decimal_allowed"] and "." in str(text):
            yield f"{at}/{name}", "must be a whole number unless `is_decimal_allowed`"
    for low, high in (
        ("min_value", "max_value"),
        ("min_value", "initial_value"),
        ("initial_value", "max_value"),
    ):
        if low in figures and high in figures and figures[low] > figures[high]:
            yield f"{at}/{low}", f"must be less than or equal to `{high}`"


_FEEDBACK = record({"text": plain(75), "value": string(1, 2000)}, _LABEL)
_WORKFLOW = record({"trigger": record({"url": URL}, {"customizable_input_parameters": array(anything)})})

BUTTON = kind(
    {"text": plain(75)},
    {
        **_CONFIRMED,
        **_LABEL,
        **_SEEN_BY,
        "url": URL,
        "value": string(1, 2000),
        "style": STYLE,
        "agent_prompt": string(1, 4000),
        "agent_prompt_display": string(1),
    },
)

ELEMENTS: Mapping[str, Rule] = {
    "button": BUTTON,
    "checkboxes": kind(
        {"options": array(TICK_OPTION, 1, 10)},
        {**_PICKER, "initial_options": array(TICK_OPTION, 1, 10)},
        offered,
    ),
    "radio_buttons": kind(
        {"options": array(TICK_OPTION, 1, 10)}, {**_PICKER, "initial_option": TICK_OPTION}, offered
    ),
    "overflow": kind({"options": array(OVERFLOW_OPTION, 1, 5)}, _CONFIRMED),
    "datepicker": kind({}, {**_MENU, "initial_date": DAY}),
    "timepicker": kind({}, {**_MENU, "initial_time": TIME, "timezone": string(1)}),
    "datetimepicker": kind({}, {**_PICKER, "initial_date_time": whole(0, 9_999_999_999)}),
    "static_select": kind(
        {}, {**_MENU, **_STATIC, "initial_option": SELECT_OPTION}, either(*_STATIC), offered
    ),
    "multi_static_select": kind(
        {}, {**_MANY, **_STATIC, "initial_options": array(SELECT_OPTION, 1, 100)}, either(*_STATIC), offered
    ),
    "external_select": kind({}, {**_MENU, "initial_option": SELECT_OPTION, "min_query_length": whole(0)}),
    "multi_external_select": kind(
        {}, {**_MANY, "initial_options": array(SELECT_OPTION, 1, 100), "min_query_length": whole(0)}
    ),
    "users_select": kind({}, {**_MENU, "initial_user": string(1)}),
    "multi_users_select": kind({}, {**_MANY, "initial_users": _IDS}),
    "conversations_select": kind(
        {},
        {
            **_MENU,
            "initial_conversation": string(1),
            "default_to_current_conversation": flag,
            "response_url_enabled": flag,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "multi_conversations_select": kind(
        {},
        {
            **_MANY,
            "initial_conversations": _IDS,
            "default_to_current_conversation": flag,
            "filter": CONVERSATION_FILTER,
        },
    ),
    "channels_select": kind({}, {**_MENU, "initial_channel": string(1), "response_url_enabled": flag}),
    "multi_channels_select": kind({}, {**_MANY, "initial_channels": _IDS}),
    "plain_text_input": kind(
        {},
        {
            **_INPUT,
            "initial_value": _TYPED,
            "multiline": flag,
            "min_length": whole(0, 3000),
            "max_length": whole(1, 3000),
        },
        _length,
    ),
    "number_input": kind(
        {"is_decimal_allowed": flag},
        {**_INPUT, "initial_value": _NUMERAL, "min_value": _NUMERAL, "max_value": _NUMERAL},
        _range,
    ),
    "email_text_input": kind({}, {**_INPUT, "initial_value": _TYPED}),
    "url_text_input": kind({}, {**_INPUT, "initial_value": _TYPED}),
    "rich_text_input": kind(
        {},
        {
            **_INPUT,
            "initial_value": tagged({"rich_text": RICH_TEXT}),
            "min_lines": whole(1),
            "max_lines": whole(1),
        },
    ),
    "file_input": kind({}, {**_ACTION, "filetypes": array(string(1), 1), "max_files": whole(1, 10)}),
    "workflow_button": kind(
        {"text": plain(75), "workflow": _WORKFLOW}, {**_ACTION, **_LABEL, "style": STYLE}
    ),
    "feedback_buttons": kind({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACTION),
    "icon_button": kind(
        {"icon": string(1), "text": plain(75)},
        {**_CONFIRMED, **_LABEL, **_SEEN_BY, "value": string(1, 2000)},
    ),
    "url_source": kind({"url": WEB_URL, "text": string(1)}),
    "image": IMAGE,
}

_SELECTS = (
    "static_select external_select users_select conversations_select channels_select multi_static_select "
    "multi_external_select multi_users_select multi_conversations_select multi_channels_select"
)
_PICKED = f"{_SELECTS} checkboxes radio_buttons datepicker timepicker"


def among(names: str) -> Rule:
    """One of the elements named, and no other."""
    return tagged({name: ELEMENTS[name] for name in names.split()})


IN_ACTIONS = among(f"{_PICKED} button overflow datetimepicker rich_text_input workflow_button")
IN_SECTION = among(f"{_PICKED} button overflow image workflow_button")
IN_INPUT = among(
    f"{_PICKED} datetimepicker plain_text_input number_input email_text_input url_text_input rich_text_input file_input"
)
IN_CONTEXT_ACTIONS = among("feedback_buttons icon_button")
