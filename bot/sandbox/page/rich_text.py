"""Slack's rich_text blocks as HTML: sections, lists, quotes and preformatted text."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from .emoji import character
from .inline import link, mention, with_emoji
from .moments import date_words
from .voice import Voice

_STYLES = {"bold": "b", "italic": "em", "strike": "s", "code": "code", "underline": "u"}

Piece = Mapping[str, Any]


def render(elements: Iterable[Piece], voice: Voice) -> Markup:
    """The HTML of a rich_text block's elements."""
    return Markup().join(_part(element, voice) for element in elements)


def _part(part: Piece, voice: Voice) -> Markup:
    kind = part.get("type")
    if kind == "rich_text_list":
        return _list(part, voice)
    tag = {"rich_text_quote": "blockquote", "rich_text_preformatted": "pre", "rich_text_section": "p"}.get(
        str(kind)
    )
    if tag is None:
        return Markup('<p class="unsupported">Unsupported rich text: {}</p>').format(kind)
    return Markup("<{0}>{1}</{0}>").format(tag, _inline(part.get("elements", ()), voice))


def _list(part: Piece, voice: Voice) -> Markup:
    tag = "ol" if part.get("style") == "ordered" else "ul"
    items = Markup().join(
        Markup("<li>{}</li>").format(_inline(item.get("elements", ()), voice))
        for item in part.get("elements", ())
    )
    indent = min(int(part.get("indent") or 0), 4)
    start = Markup(' start="{}"').format(int(part["offset"]) + 1) if part.get("offset") else Markup()
    return Markup('<{0} class="indent-{1}"{2}>{3}</{0}>').format(tag, indent, start, items)


def _inline(elements: Iterable[Piece], voice: Voice) -> Markup:
    return Markup().join(_dressed(element, _bare(element, voice)) for element in elements)


def _dressed(element: Piece, html: Markup) -> Markup:
    style = element.get("style") or {}
    for name, tag in _STYLES.items():
        if style.get(name):
            html = Markup("<{0}>{1}</{0}>").format(tag, html)
    return html


def _bare(element: Piece, voice: Voice) -> Markup:
    kind = str(element.get("type"))
    draw = _ELEMENTS.get(kind)
    return draw(element, voice) if draw else Markup('<span class="unsupported">[{}]</span>').format(kind)


def _link(element: Piece, _voice: Voice) -> Markup:
    label = element.get("text")
    return link(str(element.get("url", "")), with_emoji(str(label)) if label else None)


def _emoji(element: Piece, _voice: Voice) -> Markup:
    name = str(element.get("name", ""))
    return escape(character(name) or f":{name}:")


def _date(element: Piece, voice: Voice) -> Markup:
    words = date_words(voice, str(element.get("timestamp", 0)), str(element.get("format", "{date}")))
    return Markup("<time>{}</time>").format(words)


_ELEMENTS: dict[str, Callable[[Piece, Voice], Markup]] = {
    "text": lambda element, _voice: Markup(str(escape(str(element.get("text", ""))))),  # noqa: S704 — escaped here
    "link": _link,
    "emoji": _emoji,
    "date": _date,
    "user": lambda element, voice: mention(f"@{voice.person(str(element.get('user_id')))}"),
    "channel": lambda element, voice: mention(f"#{voice.channel(str(element.get('channel_id')))}"),
    "broadcast": lambda element, _voice: mention(f"@{element.get('range', 'channel')}"),
    "usergroup": lambda element, _voice: mention(f"@{element.get('usergroup_id', 'group')}"),
    "color": lambda element, _voice: Markup("<code>{}</code>").format(element.get("value", "")),
}
