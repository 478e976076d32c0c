"""Writes what Slack's text objects, elements and ids mean, for the templates that draw them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zlib import crc32

from markupsafe import Markup, escape

from . import markdown, mrkdwn, rich_text
from .inline import is_safe, text_of, with_emoji
from .moments import from_seconds
from .voice import Voice

HUES = 10
_ODD = re.compile(r"[^A-Za-z0-9]")
Piece = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """One thing that can be picked in a select, a group of boxes or a menu."""

    value: str
    text: Markup
    description: Markup | None = None
    url: str | None = None


@dataclass(frozen=True)
class Group:
    """Choices under a common label; the label is None where the choices stand alone."""

    label: Markup | None
    choices: Sequence[Choice]


@dataclass(frozen=True)
class Pen:
    """One reader's pen: a voice and the people and conversations they can pick."""

    voice: Voice
    pickable_people: Sequence[tuple[str, str]] = ()
    pickable_conversations: Sequence[tuple[str, str]] = ()

    def mrkdwn(self, text: str) -> Markup:
        return mrkdwn.render(text, self.voice)

    def markdown(self, text: str) -> Markup:
        return markdown.render(text, self.voice)

    def rich(self, elements: Sequence[Piece]) -> Markup:
        return rich_text.render(elements, self.voice)

    def text(self, thing: Piece | str | None) -> Markup:
        """A text object as HTML: mrkdwn is read, plain_text is shown as it was written."""
        if not thing:
            return Markup()
        if isinstance(thing, str):
            return escape(thing)
        words = str(thing.get("text", ""))
        if thing.get("type") == "mrkdwn":
            return self.mrkdwn(words) if not thing.get("verbatim") else text_of(words)
        return escape(words) if thing.get("emoji") is False else with_emoji(words)

    def plain(self, thing: Piece | str | None) -> str:
        """A text object for an attribute: the same words without any markup."""
        return self.text(thing).striptags()

    def groups(self, element: Piece) -> list[Group]:
        """What can be picked in an element, whatever kind of select it is."""
        kind = str(element.get("type"))
        if kind.endswith("users_select"):
            return [Group(None, _choices(self.pickable_people))]
        if kind.endswith("conversations_select"):
            return [Group(None, _choices(self.pickable_conversations))]
        if kind.endswith("channels_select"):
            return [
                Group(None, _choices([pair for pair in self.pickable_conversations if pair[0][:1] == "C"]))
            ]
        groups = element.get("option_groups") or [{"options": element.get("options", ())}]
        return [
            Group(self.text(group.get("label")) or None, self._options(group["options"])) for group in groups
        ]

    def _options(self, options: Sequence[Piece]) -> list[Choice]:
        return [
            Choice(
                value=str(option.get("value", "")),
                text=self.text(option.get("text")),
                description=self.text(option.get("description")) or None,
                url=option["url"] if is_safe(str(option.get("url", ""))) else None,
            )
            for option in options
        ]

    def held(self, state: Piece, block_id: str, action_id: str) -> Piece | None:
        """What the sandbox holds for one element, in the shape of state.values."""
        found = state.get(block_id, {}).get(action_id)
        return found if isinstance(found, Mapping) else None

    def chosen(self, element: Piece, held: Piece | None = None) -> list[str]:
        """What stands in an element: what the person left there, or else its initial value."""
        if held is not None:
            return _values(held, ("value", *_named("selected")))
        return _values(element, _named("initial"))

    def local(self, seconds: str) -> str:
        """Seconds since the epoch as a date-time field of the reader's zone writes them."""
        return f"{self.voice.local(from_seconds(seconds)):%Y-%m-%dT%H:%M}"

    def hue(self, key: object) -> str:
        """The class that colours an avatar, the same for one id at all times."""
        return f"hue-{crc32(str(key).encode()) % HUES}"

    def initials(self, name: str) -> str:
        """One or two letters for a name."""
        words = [word for word in re.split(r"[\s._-]+", name) if word]
        letters = [words[0][0], words[-1][0]] if len(words) > 1 else [words[0][0]] if words else ["?"]
        return "".join(letters).upper()

    def key(self, *parts: object) -> str:
        """An element id out of block and action ids, whatever characters these hold."""
        return "-".join([_key(str(part)) for part in parts])

    def safe(self, url: object) -> str:
        """The address where it is one of the web, else nothing."""
        return str(url) if is_safe(str(url)) else ""


@lru_cache(maxsize=4096)
def _key(part: str) -> str:
    return _ODD.sub(lambda odd: f"_{ord(odd[0]):x}", part)


def _choices(pairs: Sequence[tuple[str, str]]) -> list[Choice]:
    return [Choice(value=value, text=escape(name)) for value, name in pairs]


def _named(prefix: str) -> tuple[str, ...]:
    ends = ("value", "option", "options", "date", "time", "date_time", "user", "users")
    more = ("conversation", "conversations", "channel", "channels")
    return tuple(f"{prefix}_{end}" for end in (*ends, *more))


def _values(thing: Piece, names: Sequence[str]) -> list[str]:
    found = next((thing[name] for name in names if thing.get(name) not in (None, "")), None)
    if found is None:
        return []
    many = found if isinstance(found, list | tuple) else [found]
    return [str(one.get("value", "") if isinstance(one, Mapping) else one) for one in many]
