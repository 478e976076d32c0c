"""What people typed, as they typed it: on the way Slack escapes three signs and wraps links and mentions.

https://docs.slack.dev/messaging/formatting-message-text says how; values of a form's fields are not wrapped.
"""

import re
from collections.abc import MutableMapping
from datetime import date
from typing import Any

from bot.core import dates
from bot.core.errors import Invalid
from handlers import kit

_PERSON = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")
_WRAPPED = re.compile(r"<([^<>|\s]+)(?:\|([^<>]*))?>")


def unwrap(body: MutableMapping[str, Any]) -> None:
    """Put what a person typed in place of Slack's spelling of it: in a command, a message event, a shortcut.

    The ids of people who are named in it stand in `mentioned`.
    """
    for holder in (body, body.get("event"), body.get("message")):
        if isinstance(holder, MutableMapping) and isinstance(holder.get("text"), str):
            holder["mentioned"] = list(dict.fromkeys(_PERSON.findall(holder["text"])))
            holder["text"] = as_typed(holder["text"])


def words(given: object) -> str:
    """What a field holds; nothing where it holds no text."""
    return given if isinstance(given, str) else ""


def day_ahead(field: str, text: str | None, today: date, standing: date | None = None) -> date | None:
    """A day in words that has not passed, or the one that stood there; None where the field is empty."""
    if not (text or "").strip():
        return None
    on = dates.understand(str(text), today, prefer="future")
    if on is None:
        raise Invalid(field, "unclear_day_ahead", text=kit.clip(str(text), 60))
    if on < today and on != standing:
        raise Invalid(field, "not_ahead", on=on)
    return on


def day_past(field: str, text: str, today: date) -> date:
    """A day in words that has come; today where the field is empty."""
    if not text.strip():
        return today
    on = dates.understand(text, today, prefer="past")
    if on is None:
        raise Invalid(field, "unclear_date", text=kit.clip(text, 60))
    if on > today:
        raise Invalid(field, "heard_later", on=on)
    return on


def as_typed(text: str) -> str:
    """A text without wrapping: `Ana &amp; I: <https://a.example|a.example>` is `Ana & I: a.example`."""
    bare = _WRAPPED.sub(_inside, text)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _inside(found: re.Match[str]) -> str:
    """What stood there when it was typed: a link, @somebody, #somewhere."""
    target, label = found.group(1), found.group(2)
    sign = target[0]
    if sign in "@#":
        return sign + (label or target[1:]).removeprefix(sign)
    if sign == "!":
        return label or "@" + target[1:].partition("^")[0]
    return label if label and label in target else f"{label} {target}" if label else target
