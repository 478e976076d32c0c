"""What every renderer shares: escaping, links, mentions, emoji, and a safe place for finished pieces."""

import re
from collections.abc import Iterable
from functools import partial
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from .emoji import character
from .moments import date_words
from .voice import Voice

_OPEN, _SHUT = "\ue000", "\ue001"
WHOLE = "\ue002"
"""Marks a line that holds one finished block and nothing else."""

_HELD = re.compile(f"{_OPEN}(\\d+){_SHUT}")
_EMOJI = re.compile(r":([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):", re.IGNORECASE)
_SAFE_SCHEMES = frozenset({"http", "https", "mailto"})


class Shelf:
    """Holds finished HTML while the text around it is still being worked on."""

    def __init__(self) -> None:
        self._pieces: list[Markup] = []

    def put(self, piece: Markup) -> str:
        """Keep a piece and give back the mark that stands for it in the text."""
        self._pieces.append(piece)
        return f"{_OPEN}{len(self._pieces) - 1}{_SHUT}"

    def dressed(self, text: str, styles: Iterable[tuple[str, re.Pattern[str]]]) -> str:
        """The text with every match of a style between the marks of its tag."""
        for tag, pattern in styles:
            text = pattern.sub(partial(self._around, tag), text)
        return text

    def _around(self, tag: str, found: re.Match[str]) -> str:
        """What was found between two marks for the tag; as it was where tags would cross."""
        inside = found[1]
        if not self._closed(inside):
            return found[0]
        before, after = Markup("<{}>").format(tag), Markup("</{}>").format(tag)
        return f"{self.put(before)}{inside}{self.put(after)}"

    def _closed(self, text: str) -> bool:
        deep = 0
        for mark in _HELD.finditer(text):
            piece = str(self._pieces[int(mark[1])])
            deep += 0 if piece.count("<") > 1 else -1 if piece.startswith("</") else piece.startswith("<")
            if deep < 0:
                return False
        return deep == 0

    def restore(self, html: str) -> Markup:
        """The text, escaped by now, with every mark replaced by its piece."""
        return Markup(_HELD.sub(lambda mark: self._pieces[int(mark[1])], html))  # noqa: S704 — pieces are Markup


def without_marks(text: str) -> str:
    """The text without the private characters that a Shelf and its users put into it."""
    return text.replace(_OPEN, "").replace(_SHUT, "").replace(WHOLE, "")


def unescape(text: str) -> str:
    """Slack's three entities as the characters they stand for."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def text_of(text: str) -> Markup:
    """Text with Slack's entities, as HTML: escaped once, line breaks kept, short names as emoji."""
    return with_emoji(unescape(text))


def with_emoji(text: str) -> Markup:
    """Literal text as HTML, short names of known emoji replaced."""
    if ":" in text:
        text = _EMOJI.sub(lambda name: character(name[1]) or name[0], text)
    return Markup(str(escape(text)).replace("\n", "<br>"))  # noqa: S704 — escaped on this line


def link(url: str, label: Markup | None = None) -> Markup:
    """A link that opens elsewhere; an address that is not of the web stays text."""
    if not is_safe(url):
        return label or escape(url)
    shown = label or escape(url.removeprefix("mailto:"))
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(url, shown)


def is_safe(url: str) -> bool:
    try:
        return urlsplit(url).scheme.lower() in _SAFE_SCHEMES
    except ValueError:
        return False


def mention(words: str) -> Markup:
    return Markup('<span class="mention">{}</span>').format(words)


def angle(inside: str, voice: Voice) -> Markup:
    """What stands between < and > in mrkdwn: a mention, a channel, a date or a link."""
    target, _, label = inside.partition("|")
    if target.startswith("@"):
        return mention(f"@{voice.person(target[1:], unescape(label))}")
    if target.startswith("#"):
        return mention(f"#{voice.channel(target[1:], unescape(label))}")
    if target.startswith("!"):
        return _command(target[1:], unescape(label), voice)
    if not is_safe(unescape(target)):
        return escape(f"<{unescape(inside)}>")
    return link(unescape(target), text_of(label) if label else None)


def _command(target: str, label: str, voice: Voice) -> Markup:
    name, _, rest = target.partition("^")
    if name == "date":
        return _date(rest, label, voice)
    if name == "subteam":
        return mention(label or "@group")
    return mention(f"@{name}") if name in {"channel", "here", "everyone"} else escape(label or f"<!{target}>")


def _date(rest: str, fallback: str, voice: Voice) -> Markup:
    seconds, _, form_and_link = rest.partition("^")
    form, _, url = form_and_link.partition("^")
    readable = seconds.lstrip("-").isdigit() and form
    words = Markup("<time>{}</time>").format(
        date_words(voice, seconds, unescape(form)) if readable else fallback
    )
    return link(unescape(url), words) if url else words
