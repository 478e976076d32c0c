"""What a body from Slack must look like before anything else reads it."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, NoReturn
from urllib.parse import unquote_to_bytes

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
DEEPEST = 32
MOST_FIELDS = 100
# An SSL check is a token and a flag; anything longer is something else.
LONGEST_SSL_CHECK = 2_000

# Where Bolt looks for ids without asking what it found; a number there would make it raise.
NAMED = (dict, str)
SHAPES: Mapping[str, tuple[type, ...]] = {
    "actions": (list,),
    "authorizations": (list,),
    "channel": NAMED,
    "container": (dict,),
    "enterprise": NAMED,
    "event": (dict,),
    "message": (dict,),
    "team": NAMED,
    "user": NAMED,
    "view": (dict,),
}

# The kinds that are counted by name; others are counted together.
INTERACTIONS = frozenset(
    {"block_actions", "block_suggestion", "message_action", "shortcut", "view_closed", "view_submission"}
)
CALLBACKS = {"event_callback": "event", "url_verification": "url_verification"}


class Malformed(Exception):  # noqa: N818 - a finding about a body, never shown as an error
    """The body is not what Slack sends; `reason` is a word for the log and the count."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Read(NamedTuple):
    """What a body holds, read once: its kind (command, event, block_actions, … or other) and its fields."""

    kind: str
    fields: dict[str, Any]


def read(media: str, body: bytes) -> Read:
    """What a well-formed body holds; Malformed when it is not one."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Malformed("encoding") from None
    return _callback(text) if media == JSON else _form(text)


def is_ssl_check(media: str, body: bytes) -> bool:
    """Slack probes an endpoint's certificate with an unsigned form of these two fields."""
    if media != FORM or len(body) > LONGEST_SSL_CHECK or b"ssl_check" not in body:
        return False
    try:
        fields = _fields(body.decode())
    except (Malformed, UnicodeDecodeError):
        return False
    return fields.get("ssl_check") == "1" and fields.keys() <= {"ssl_check", "token"}


def _callback(text: str) -> Read:
    callback = _json_object(text)
    kind = callback["type"]
    if kind == "event_callback" and not isinstance(callback.get("event"), dict):
        raise Malformed("fields")
    if kind == "url_verification" and not isinstance(callback.get("challenge"), str):
        raise Malformed("fields")
    return Read(CALLBACKS.get(kind, "other"), callback)


def _form(text: str) -> Read:
    # Others would read such a form as JSON.
    if text.startswith("{"):
        raise Malformed("form")
    fields = _fields(text)
    if "payload" in fields:
        interaction = _json_object(fields["payload"])
        kind = interaction["type"]
        return Read(kind if kind in INTERACTIONS else "other", interaction)
    if not fields.get("command", "").startswith("/") or not fields.get("user_id"):
        raise Malformed("fields")
    return Read("command", fields)


def _fields(text: str) -> dict[str, str]:
    # What urllib's parse_qsl does, which asks for the type of each part again, at three times the cost.
    pairs = [pair.partition("=") for pair in text.replace("+", " ").split("&") if pair]
    if len(pairs) > MOST_FIELDS:
        raise Malformed("form")
    try:
        fields = {
            _unquoted(name) if "%" in name else name: _unquoted(value) if "%" in value else value
            for name, _, value in pairs
        }
    except UnicodeDecodeError:
        raise Malformed("encoding") from None
    # Two readers may choose differently between two fields of one name.
    if len(fields) != len(pairs):
        raise Malformed("form")
    return fields


def _unquoted(part: str) -> str:
    # What urllib's unquote does, which looks for pieces with an expression first.
    return unquote_to_bytes(part).decode()


def _json_object(text: str) -> dict[str, Any]:
    parsed = _json(text)
    if not isinstance(parsed, dict) or not isinstance(parsed.get("type"), str):
        raise Malformed("fields")
    _check_shapes(parsed)
    _check_shapes(parsed.get("event") or {})
    return parsed


def _json(text: str) -> object:
    try:
        parsed = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Malformed("json") from None
    _check_depth(parsed)
    if "\\ud" in text.lower():
        _check_surrogates(parsed)
    return parsed


def _no_constant(_name: str) -> NoReturn:
    # NaN and Infinity are Python's idea of JSON, not the standard's.
    raise ValueError("not a number")


def _check_depth(parsed: object) -> None:
    layer = [parsed]
    for _ in range(DEEPEST + 1):
        layer = [child for node in layer for child in _children(node)]
        if not layer:
            return
    raise Malformed("depth")


def _children(node: object) -> list[object]:
    if isinstance(node, dict):
        return list(node.values())
    return node if isinstance(node, list) else []


def _check_surrogates(parsed: object) -> None:
    """Half a character (a lone surrogate) can be written in JSON, but never be stored or sent."""
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Malformed("encoding") from None


def _check_shapes(fields: Mapping[str, Any]) -> None:
    for name in SHAPES.keys() & fields.keys():
        value = fields[name]
        if value is None:
            continue
        if not isinstance(value, SHAPES[name]):
            raise Malformed("fields")
        if isinstance(value, list) and not all(isinstance(item, dict) for item in value):
            raise Malformed("fields")
