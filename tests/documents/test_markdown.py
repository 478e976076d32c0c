"""The report as Markdown, read back by a parser: every word is there, and none of it became markup."""

from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from bot.documents.markdown import escaped, markdown
from bot.documents.report import report
from bot.domain.brag import Facts
from tests.documents.samples import (
    ESTIMATE,
    EVERYTHING,
    NASTY,
    NUMBERLESS,
    PROSE,
    QUICKLY,
    any_facts,
    facts,
    may_say,
    numbers,
    squeezed,
    texts,
)
from tests.examples import examples

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {
    "h1",
    "h2",
    "h3",
    "p",
    "strong",
    "ul",
    "li",
    "hr",
    "br",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
}


class Read(HTMLParser):
    """What a parser made of a Markdown file: its elements and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(PARSER.render(source))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag] += 1
        self.text += "\n"
        self.links += [str(value) for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def made(some: Facts) -> str:
    return markdown(report(PROSE, some)).decode()


def test_it_reads_well_as_it_stands() -> None:
    lines = made(facts(EVERYTHING, ESTIMATE, audience="manager", window="this_quarter")).splitlines()
    assert lines[:4] == ["# What I got done · for my manager", "", "**1 October to 18 November 2026**", ""]
    assert "**2** wins · **2** with a number · **1** with a result" in "\n".join(lines)
    assert "- **Number:** Search time: 2.1 s → 0.3 s" in lines
    assert "- **Number:** Tickets a week: 40 → 12 (an estimate)" in lines
    assert "- **Evidence:** <https://example.com/1>" in lines
    assert "| Search time | 2.1 | 0.3 | s | measured | Grafana |" in lines


def test_a_blank_stands_as_it_is_read() -> None:
    assert "- **Number:** Happier on call [number?]" in made(facts(NUMBERLESS)).splitlines()


def test_wins_of_no_kind_follow_the_title_without_a_heading() -> None:
    plain = [replace(one, category=None) for one in (EVERYTHING, ESTIMATE)]
    lines = made(facts(*plain)).splitlines()
    assert [line for line in lines if line.startswith("## ")] == [
        *("## Over time", "## Shipped the new search", "## Fixed the login error"),
        *("## People I worked with", "## Numbers"),
    ]
    assert not any(line.startswith("###") or "Other work" in line for line in lines)
    after = lines.index("## Over time") + 2
    assert lines[after].startswith("Wins by week"), "a single kind needs no table"


@pytest.mark.parametrize("typed", NASTY)
def test_markup_that_was_typed_is_shown_as_it_was_typed(typed: str) -> None:
    one = " ".join(
        typed.replace("\x00", "").replace("\x07", "").replace("\x1b", "").replace("\ufffe", "").split()
    )
    read = Read(f"# {escaped(one)}\n\n{escaped(one)}")
    assert set(read.elements) <= {"h1", "p"}
    assert squeezed(read.text) == squeezed(one) * 2


@given(any_facts())
@examples(150, phases=QUICKLY)
def test_no_word_is_lost_and_none_becomes_markup(some: Facts) -> None:
    read = Read(made(some))
    of = report(PROSE, some)
    assert set(read.elements) <= OURS
    levels = Counter(f"h{section.depth}" for section in of.sections for _ in section.items)
    levels["h2"] += sum(bool(section.heading) for section in of.sections)
    levels["h2"] += sum(bool(one) for one in (of.chart, of.people, of.metrics))
    assert {name: read.elements[name] for name in ("h2", "h3")} == {
        name: levels[name] for name in ("h2", "h3")
    }
    assert read.elements["li"] == sum(len(item.lines) for section in of.sections for item in section.items)
    assert set(read.links) <= {"https://example.com/a?b=1&c=%5B2%5D"}
    said = squeezed(read.text)
    shown = [win for group in some.groups for win in group.wins]
    for win in shown:
        for text in texts(win, set(some.request.audience.tells) - {"goal", "evidence"}):
            assert squeezed(text) in said


@given(any_facts())
@examples(80, phases=QUICKLY)
def test_no_number_is_there_that_was_not_given(some: Facts) -> None:
    assert numbers(Read(made(some)).text) <= may_say(some)
