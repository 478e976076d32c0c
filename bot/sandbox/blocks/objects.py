"""Composition objects: text, options, confirmation dialogs, files, filters and the fields that elements share."""

from collections.abc import Iterator, Mapping
from datetime import date

from bot.sandbox.blocks.schema import (
    Fault,
    Rule,
    array,
    choice,
    either,
    flag,
    kind,
    record,
    shaped,
    some,
    string,
    tagged,
)

ACTION_ID = string(1, 255)
BLOCK_ID = string(1, 255)
STYLE = choice("primary", "danger")

URL = shaped(r"[A-Za-z][A-Za-z0-9+.-]*:\S+", 3000, words="must be a valid URL")
WEB_URL = shaped(r"(?i:https?)://\S+", 3000, words="must be a valid URL")


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


DAY = shaped(r"\d{4}-\d{2}-\d{2}", right=_is_day, words="input must be a valid: date")
TIME = shaped(r"([01]\d|2[0-3]):[0-5]\d")


def plain(most: int = 3000) -> Rule:
    """A plain_text object of at most so many characters."""
    return tagged({"plain_text": kind({"text": string(1, most)}, {"emoji": flag})})


def prose(most: int = 3000) -> Rule:
    """A plain_text or mrkdwn object of at most so many characters."""
    return tagged(_texts(most))


def _texts(most: int) -> Mapping[str, Rule]:
    text = string(1, most)
    return {
        "plain_text": kind({"text": text}, {"emoji": flag}),
        "mrkdwn": kind({"text": text}, {"verbatim": flag}),
    }


TEXTS = _texts(3000)


CONFIRM = record(
    {"title": plain(100), "text": prose(300), "confirm": plain(30), "deny": plain(30)},
    {"style": STYLE},
)

_VALUE = string(1, 150)
SELECT_OPTION = record({"text": plain(75), "value": _VALUE}, {"description": plain(75)})
OVERFLOW_OPTION = record({"text": plain(75), "value": _VALUE}, {"description": plain(75), "url": URL})
TICK_OPTION = record({"text": prose(75), "value": _VALUE}, {"description": prose(75)})
OPTION_GROUP = record({"label": plain(75), "options": array(SELECT_OPTION, 1, 100)})

SLACK_FILE = record({}, {"id": string(1), "url": URL}, either("id", "url"))
IMAGE_SOURCE: Mapping[str, Rule] = {"image_url": WEB_URL, "slack_file": SLACK_FILE}
IMAGE = kind({"alt_text": string(1, 2000)}, IMAGE_SOURCE, either(*IMAGE_SOURCE))

DISPATCH = record({"trigger_actions_on": array(choice("on_enter_pressed", "on_character_entered"), 1, 2)})

_FILTER: Mapping[str, Rule] = {
    "include": array(choice("im", "mpim", "private", "public"), 1),
    "exclude_external_shared_channels": flag,
    "exclude_bot_users": flag,
}
CONVERSATION_FILTER = record({}, _FILTER, some(*_FILTER))


def offered(value: Mapping[str, object], at: str) -> Iterator[Fault]:
    """What is chosen at first must be among the options on offer."""
    on_offer = [_face(option) for option in _options(value)]
    for name, chosen in _chosen(value, at):
        if on_offer and _face(chosen) not in on_offer:
            yield name, "must match one of the provided `options`"


def _options(value: Mapping[str, object]) -> Iterator[object]:
    yield from _items(value.get("options"))
    for group in _items(value.get("option_groups")):
        if isinstance(group, dict):
            yield from _items(group.get("options"))


def _chosen(value: Mapping[str, object], at: str) -> Iterator[tuple[str, object]]:
    if "initial_option" in value:
        yield f"{at}/initial_option", value["initial_option"]
    for index, option in enumerate(_items(value.get("initial_options"))):
        yield f"{at}/initial_options/{index}", option


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _face(option: object) -> list[object]:
    """What two options must share to be the same one: what is read and what is sent."""
    if not isinstance(option, dict):
        return []
    words = [option.get("text"), option.get("description")]
    return [option.get("value"), *(word.get("text") if isinstance(word, dict) else None for word in words)]
