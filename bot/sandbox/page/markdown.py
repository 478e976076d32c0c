"""The `markdown` block's text as HTML: headings, lists, quotes, code, emphasis and links."""

import re
from collections.abc import Callable

from markupsafe import Markup

from .inline import WHOLE, Shelf, angle, link, text_of, unescape, with_emoji, without_marks
from .voice import Voice

TAGS = frozenset({"a", "blockquote", "br", "code", "em", "h3", "h4", "h5", "hr", "li", "ol", "p", "pre"}) | {
    "s",
    "span",
    "strong",
    "time",
    "ul",
}

_WHOLE = re.compile(
    r"```[^\n`]*\n(?P<pre>.*?)\n?```"
    r"|`(?P<code>[^`\n]+)`"
    r"|!?\[(?P<label>[^\[\]\n]+)\]\((?P<target>[^\s()]+)\)"
    r"|<(?P<angle>(?:[@#!]|https?:|mailto:)[^<>\n]+)>",
    re.DOTALL,
)
_STYLES = (
    ("strong", re.compile(r"\*\*(?=\S)([^*\n]*[^*\s])\*\*")),
    ("strong", re.compile(r"(?<!\w)__(?=\S)([^_\n]*[^_\s])__(?!\w)")),
    ("em", re.compile(r"\*(?=[^\s*])([^*\n]*[^*\s])\*")),
    ("em", re.compile(r"(?<!\w)_(?=[^\s_])([^_\n]*[^_\s])_(?!\w)")),
    ("s", re.compile(r"~~(?=\S)([^~\n]*[^~\s])~~")),
)
_BLOCK = re.compile(f"{WHOLE}(.*)")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")
_BULLET = re.compile(r"\s*[-*+]\s+(.*)")
_NUMBER = re.compile(r"\s*\d+[.)]\s+(.*)")
_QUOTE = re.compile(r">\s?(.*)")


def render(text: str, voice: Voice) -> Markup:
    """The HTML of a Markdown text; what it does not know stays text."""
    shelf = Shelf()
    held = _WHOLE.sub(lambda found: _held(found, shelf, voice), without_marks(text))
    return shelf.restore(Markup().join(_blocks(held.split("\n"), shelf)))


def _held(found: re.Match[str], shelf: Shelf, voice: Voice) -> str:
    if found["pre"] is not None:
        return f"\n{WHOLE}{shelf.put(Markup('<pre>{}</pre>').format(found['pre']))}\n"
    return shelf.put(_whole(found, voice))


def _whole(found: re.Match[str], voice: Voice) -> Markup:
    if found["code"]:
        return Markup("<code>{}</code>").format(found["code"])
    if found["angle"]:
        return angle(found["angle"], voice)
    return link(unescape(found["target"]), with_emoji(found["label"]))


def _blocks(lines: list[str], shelf: Shelf) -> list[Markup]:
    out: list[Markup] = []
    at = 0
    while at < len(lines):
        kind, pattern = _kind(lines[at])
        run = [lines[at]]
        while kind in _RUNS and at + len(run) < len(lines) and _kind(lines[at + len(run)])[0] == kind:
            run.append(lines[at + len(run)])
        at += len(run)
        out.append(_DRAW[kind]([_said(line, pattern, shelf) for line in run], run[0]))
    return out


def _kind(line: str) -> tuple[str, re.Pattern[str] | None]:
    if not line.strip():
        return "blank", None
    for kind, pattern in _KINDS:
        if pattern.match(line):
            return kind, pattern
    return "text", None


def _said(line: str, pattern: re.Pattern[str] | None, shelf: Shelf) -> Markup:
    found = pattern.match(line) if pattern else None
    words = found[found.lastindex or 0] if found else line
    return text_of(shelf.dressed(words, _STYLES))


def _heading(said: list[Markup], line: str) -> Markup:
    level = min(5, 2 + len(line) - len(line.lstrip("#")))
    return Markup("<h{0}>{1}</h{0}>").format(level, said[0])


def _items(tag: str) -> Callable[[list[Markup], str], Markup]:
    def draw(said: list[Markup], _line: str) -> Markup:
        items = Markup().join(Markup("<li>{}</li>").format(item) for item in said)
        return Markup("<{0}>{1}</{0}>").format(tag, items)

    return draw


def _joined(tag: str) -> Callable[[list[Markup], str], Markup]:
    def draw(said: list[Markup], _line: str) -> Markup:
        return Markup("<{0}>{1}</{0}>").format(tag, Markup("<br>").join(said))

    return draw


_KINDS = (
    ("whole", _BLOCK),
    ("heading", _HEADING),
    ("rule", _RULE),
    ("bullet", _BULLET),
    ("number", _NUMBER),
    ("quote", _QUOTE),
)
_RUNS = frozenset({"bullet", "number", "quote", "text"})
_DRAW: dict[str, Callable[[list[Markup], str], Markup]] = {
    "whole": lambda said, _line: said[0],
    "blank": lambda _said, _line: Markup(),
    "heading": _heading,
    "rule": lambda _said, _line: Markup("<hr>"),
    "bullet": _items("ul"),
    "number": _items("ol"),
    "quote": _joined("blockquote"),
    "text": _joined("p"),
}
