"""The sheet as a Markdown file: what a person typed stays text, and what is not filled in is left out."""

from dataclasses import replace
from datetime import date

import pytest
from markdown_it import MarkdownIt

from bot.documents import negotiation
from bot.documents.negotiation import Sheet
from tests.documents.samples import NASTY, PROSE

TODAY = date(2026, 11, 18)
EMPTY = Sheet("Pay talk", {}, [], [], [], [])
WHOLE = Sheet(
    "Pay talk",
    {"target": "78,000", "anchor": "84,000", "anchor_reason": "Three offers", "reservation": "72,000"},
    ["A title", "Four days"],
    [("The median is 81,000", "Survey, p. 14", TODAY, False), ("Old | news", None, date(2026, 1, 2), True)],
    [("Why now?", "The launch is done"), ("Why you?", "")],
    [(TODAY, "She said:\n\nnext week")],
)


def text(sheet: Sheet, *, limits: bool = False) -> str:
    return negotiation.as_markdown(PROSE, sheet, TODAY, limits=limits).decode()


def test_a_sheet_with_nothing_in_it_says_so() -> None:
    assert (
        text(EMPTY)
        == "# Pay talk\n\nNothing is filled in yet.\n\n---\n\nMade on 18 November 2026. Private.\n"
    )


def test_what_is_filled_in_stands_in_parts() -> None:
    assert text(WHOLE) == (
        "# Pay talk\n\n"
        "## Aims\n\n- **I want:** 78,000\n- **I name first:** 84,000\n- **Because:** Three offers\n\n"
        "## Interests\n\n- **Beyond pay:** A title\\\n  Four days\n\n"
        "## Objections\n\n- **Why now?:** The launch is done\n- **Why you?:** –\n\n"
        "## After the talk\n\n- **18 November 2026:** She said:\n\n  next week\n\n"
        "## Facts\n\n| Fact | Source | Found |\n| --- | --- | --- |\n"
        "| The median is 81,000 | Survey, p. 14 | 18 November 2026 |\n"
        "| Old \\| news |  | 2 January 2026, older than six months |\n\n"
        "---\n\nMade on 18 November 2026. Private.\n"
    )
    assert "## Limits\n\n- **Not below:** 72,000\n" in text(WHOLE, limits=True)


@pytest.mark.parametrize("nasty", NASTY)
def test_what_was_typed_becomes_no_markup(nasty: str) -> None:
    plain, typed = "plain words", {"target": nasty, "anchor": nasty}
    facts = [(nasty, nasty, TODAY, False)]
    told = replace(WHOLE, title=nasty, texts=typed, facts=facts, objections=[(nasty, "x")])
    same = replace(
        WHOLE,
        title=plain,
        texts=dict.fromkeys(typed, plain),
        facts=[(plain, plain, TODAY, False)],
        objections=[(plain, "x")],
    )
    assert shape(text(told)) == shape(text(same))


def shape(markdown: str) -> list[str]:
    """The kinds of blocks that a renderer sees, without paragraphs, of which a text may have several."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    return [one.type for one in tokens if not one.type.startswith("paragraph") and one.type != "inline"]
