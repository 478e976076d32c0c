"""Wins out of Markdown: bullets and paragraphs under headings that may name a time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bot.core import dates
from bot.core.errors import Invalid
from bot.domain.imports import _days, _fields
from bot.domain.imports._contents import clean
from bot.domain.imports._preview import MOST_LINES, Kind, Line, Preview, Problem, UnreadableError
from bot.domain.wins import Status

_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*)$")
_UNDERLINE = re.compile(r"=+|-+")
_RULE = re.compile(r"\*{3,}|-{3,}|_{3,}")
_BULLET = re.compile(r"(\s*)(?:[-*+•–]|\d{1,9}[.)])\s+(?:\[([ xX])\]\s+)?(.*)$")
_TABLE = re.compile(r"\|.*\||\|?\s*:?-{3,}:?\s*\|.*")
_COMMENT = re.compile(r"\s*<!--")
_QUOTE = re.compile(r"^\s{0,3}>\s?")

_LINKED = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((https?://[^\s()]{1,2000})\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,300}?)(?<=\S)\1")
_LABELLED = re.compile(r"([A-Za-z][A-Za-z' _]{0,28}?)\s*[:：]\s+(\S.*)$", re.DOTALL)
_ISO_FIRST = re.compile(r"[\[(]?(\d{4}-\d{1,2}-\d{1,2})[\])]?(?=[\s:,–—-]|$)")
_ISO_LAST = re.compile(r"(?<![\w/.-])[\[(]?(\d{4}-\d{1,2}-\d{1,2})[\])]?[\s.]*$")

# A longer line is no heading, bullet or table, whatever it begins with.
LONGEST_LINE = 25_000
LONGEST_HEADING = 200


@dataclass
class _Item:
    """A bullet or a paragraph as it stands, with what is nested under it."""

    number: int
    indent: int
    words: list[str]
    on: date | None
    done: bool = True
    below: list[list[str]] = field(default_factory=list)
    is_bullet: bool = True

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def nested(self) -> list[str]:
        return [" ".join(words) for words in self.below]


class _Reader:
    """Goes over the lines once; `left_out` counts the blocks that hold no wins."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._headings: dict[int, date | None] = {}
        self._item: _Item | None = None
        self._after_blank = False
        self._fence = ""
        self._in_table = False
        self.left_out: dict[str, int] = {}

    def items(self, text: str) -> Iterator[_Item]:
        for number, line in _without_front_matter(text.split("\n")):
            if len(line) > LONGEST_LINE:
                ended = self._begin(_Item(number, 0, [line.strip()], self._on, is_bullet=False))
            else:
                ended = None if self._is_apart(line) else self._take(number, line)
            if ended:
                yield ended
        if self._item:
            yield self._item

    def _is_apart(self, line: str) -> bool:
        """Whether a line belongs to a block of code or a table, in which no wins are looked for."""
        bare, mark = line.strip(), _FENCE.match(line)
        if self._fence:
            if mark and mark[1].startswith(self._fence) and not bare.strip(self._fence[0]):
                self._fence = ""
            return True
        is_table = _TABLE.fullmatch(bare) is not None
        if mark or (is_table and not self._in_table):
            name = "code" if mark else "tables"
            self.left_out[name] = self.left_out.get(name, 0) + 1
        self._fence, self._in_table = mark[1] if mark else "", is_table
        return bool(mark) or is_table

    def _take(self, number: int, line: str) -> _Item | None:
        """Add a line to what stands open; gives that back once something new begins."""
        bare = line.strip()
        if not bare or _COMMENT.match(line):
            self._after_blank = True
            return None
        after_blank, self._after_blank = self._after_blank, False
        if heading := _HEADING.match(line):
            return self._begin_section(len(heading[1]), heading[2])
        if self._item and not after_blank and not self._item.is_bullet and _UNDERLINE.fullmatch(bare):
            item, self._item = self._item, None
            return self._begin_section(1 if bare[0] == "=" else 2, item.text)
        if _RULE.fullmatch(bare.replace(" ", "")):
            return self._begin(None)
        return self._take_words(number, _QUOTE.sub("", line).expandtabs(4), after_blank=after_blank)

    def _take_words(self, number: int, line: str, *, after_blank: bool) -> _Item | None:
        bullet = _BULLET.match(line)
        indent = len(bullet[1]) if bullet else len(line) - len(line.lstrip())
        item = self._item
        if bullet and item and item.is_bullet and indent > item.indent:
            item.below.append([bullet[3].strip()])
            return None
        if bullet:
            done = (bullet[2] or "x") != " "
            return self._begin(_Item(number, indent, [bullet[3].strip()], self._on, done=done))
        if item and not after_blank:
            self._continue(item, line.strip())
            return None
        if item and item.is_bullet and indent > item.indent:
            item.below.append([line.strip()])
            return None
        return self._begin(_Item(number, indent, [line.strip()], self._on, is_bullet=False))

    @staticmethod
    def _continue(item: _Item, words: str) -> None:
        """A line that goes on where the one before it was broken."""
        (item.below[-1] if item.below else item.words).append(words)

    def _begin(self, item: _Item | None) -> _Item | None:
        ended, self._item = self._item, item
        return ended

    def _begin_section(self, level: int, heading: str) -> _Item | None:
        above = next(
            (self._headings[one] for one in range(level - 1, 0, -1) if self._headings.get(one)), None
        )
        self._headings = {one: on for one, on in self._headings.items() if one < level}
        self._headings[level] = _days.of_heading(heading[:LONGEST_HEADING], above, self._today)
        return self._begin(None)

    @property
    def _on(self) -> date | None:
        """The day of the nearest heading that names one."""
        return next(
            (on for level in sorted(self._headings, reverse=True) if (on := self._headings[level])), None
        )


def read(text: str, today: date) -> Preview:
    """The wins of a Markdown file, or of plain text."""
    reader = _Reader(today)
    lines: list[Line] = []
    for item in reader.items(text):
        if len(lines) == MOST_LINES:
            raise UnreadableError("too_many_lines", limit=MOST_LINES)
        lines.append(_line(item, today))
    return Preview(Kind.MARKDOWN, lines, left_out=reader.left_out)


def _line(item: _Item, today: date) -> Line:
    try:
        text, links = _plain(item.text)
        on, text = _dated(text, item.on, today)
        on = on or item.on
        if on:
            _days.checked(on, today)
        said = _below(item.nested, links) | ({} if item.done else {"status": Status.IN_PROGRESS.value})
        entry = _fields.entry({**said, "title": text}, on or today, today)
    except Invalid as fault:
        return Line(item.number, problem=Problem.of(fault))
    return Line(item.number, entry, undated=not on and "occurred_on" not in said)


def _below(nested: list[str], links: list[str]) -> dict[str, str]:
    """What is nested under a bullet: a line that begins with the name of a part is that part, the rest details."""
    said: dict[str, list[str]] = {}
    for line in nested:
        text, found = _plain(line)
        links += found
        labelled = _LABELLED.match(text)
        part = _fields.part_called(labelled[1]) if labelled else None
        if labelled is None or part is None or part in {"title", "details", *said}:
            said.setdefault("details", []).append(text)
        else:
            said[part] = [labelled[2]]
    if links:
        said.setdefault("evidence", []).extend(links)
    return {part: "\n".join(texts) for part, texts in said.items()}


def _dated(text: str, above: date | None, today: date) -> tuple[date | None, str]:
    """The day with which an entry begins or ends, and the entry without it."""
    if iso := _ISO_FIRST.match(text) or _ISO_LAST.search(text):
        on = _days.day(iso[1], today)
        return on, _around(text, iso.start(), iso.end())
    for side in (above, today) if above else (today,):
        found = dates.found_in(text, side, prefer="past")
        if found and found.on <= today:
            return found.on, _around(text, found.start, found.end)
    return None, text


def _around(text: str, start: int, end: int) -> str:
    without = (text[:start] + text[end:]).strip(" ,;:–—-")
    return without if any(sign.isalnum() for sign in without) else text


def _plain(text: str) -> tuple[str, list[str]]:
    """The text as it reads, and the links that stood behind words."""
    links = [found[2] for found in _LINKED.finditer(text)]
    bare = _LINKED.sub(lambda found: found[1] or found[2], clean(text))
    return _STRONG.sub(lambda found: found[2], bare).strip(), links


def _without_front_matter(lines: list[str]) -> Iterator[tuple[int, str]]:
    begin = 0
    if lines and lines[0].strip() == "---":
        begin = next((at + 1 for at, line in enumerate(lines[1:200], 1) if line.strip() in {"---", "..."}), 0)
    return ((number, line) for number, line in enumerate(lines[begin:], begin + 1))
