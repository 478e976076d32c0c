"""Slack's mrkdwn as HTML: the few tags it can mean, and everything else escaped."""

import re

from markupsafe import Markup

from .inline import Shelf, angle, link, text_of, unescape, without_marks
from .voice import Voice

TAGS = frozenset(
    {"a", "b", "blockquote", "br", "code", "em", "pre", "s", "span", "time"}
)  # all that can come out of here

_WHOLE = re.compile(
    r"\n?```(?P<pre>.+?)```\n?"
    r"|`(?P<code>[^`\n]+)`"
    r"|<(?P<angle>[^<>\n]+)>"
    r"|(?P<url>https?://[^\s<>|*~`\"]*[^\s<>|*~`\"_.,;:!?)\]'])",
    re.DOTALL,
)
_STYLES = (
    ("b", re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^*\s])\*(?![\w*])")),
    ("em", re.compile(r"(?<![\w_])_(?=[^\s_])([^_\n]*[^_\s])_(?![\w_])")),
    ("s", re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*[^~\s])~(?![\w~])")),
)
_QUOTE = re.compile(r"(?:&gt;|>) ?")


def render(text: str, voice: Voice) -> Markup:
    """The HTML of a mrkdwn text as `voice` reads it."""
    shelf = Shelf()
    held = _WHOLE.sub(lambda found: shelf.put(_whole(found, voice)), without_marks(text))
    return shelf.restore(_lines(held, shelf))


def _whole(found: re.Match[str], voice: Voice) -> Markup:
    kind, inside = found.lastgroup, found[found.lastgroup or 0]
    if kind == "pre":
        return Markup("<pre>{}</pre>").format(unescape(inside.strip("\n")))
    if kind == "code":
        return Markup("<code>{}</code>").format(unescape(inside))
    return angle(inside, voice) if kind == "angle" else link(unescape(inside))


def _lines(text: str, shelf: Shelf) -> Markup:
    parts: list[Markup] = []
    run: list[str] = []
    quoted = False
    for line in text.split("\n"):
        mark = _QUOTE.match(line)
        if bool(mark) != quoted:
            parts += _run(run, shelf, quoted=quoted)
            run, quoted = [], bool(mark)
        run.append(line[mark.end() :] if mark else line)
    return Markup().join([*parts, *_run(run, shelf, quoted=quoted)])


def _run(lines: list[str], shelf: Shelf, *, quoted: bool) -> list[Markup]:
    if not lines:
        return []
    body = Markup("<br>").join(text_of(shelf.dressed(line, _STYLES)) for line in lines)
    return [Markup("<blockquote>{}</blockquote>").format(body) if quoted else body]
