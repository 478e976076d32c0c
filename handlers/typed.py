"""What people typed, as they typed it: on the way Slack escapes three signs and wraps links and mentions.

https://docs.slack.dev/messaging/formatting-message-text says how; values of a form's fields are not wrapped.
"""

import re
from collections.abc import MutableMapping
from typing import Any

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
