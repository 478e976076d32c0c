"""Pages of long lists: cursors as Slack writes them."""

import base64
import binascii

from bot.sandbox.refusals import Refusal


def cursor(kind: str, value: str) -> str:
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def cursor_value(kind: str, given: str) -> str:
    """What a cursor of that kind stands for; empty where none was given."""
    if not given:
        return ""
    try:
        its_kind, _, value = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal("invalid_cursor") from None
    if its_kind != kind or not value:
        raise Refusal("invalid_cursor")
    return value


def cursor_number(kind: str, given: str) -> int:
    """Where a page of a list starts."""
    value = cursor_value(kind, given) or "0"
    if not value.isdecimal():
        raise Refusal("invalid_cursor")
    return int(value)
