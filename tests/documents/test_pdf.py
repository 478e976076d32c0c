"""The report as PDF, read back: its words, its pages, its tags, and that nobody's text is code."""

import io
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.core.errors import Invalid
from bot.documents import formats, pdf
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
    many,
    may_say,
    numbers,
    squeezed,
    texts,
)
from tests.examples import examples

# Letters that the package's own font has, so that what is read back does not depend on the machine.
LATIN = st.text(
    st.sampled_from("abc ÄÖüßéñ øŁž Привет 0189 .,:;!?()[]{}<>#$%&*_-+=@/\\|~^`'\"\n"), max_size=50
)


def made(some: Facts) -> pdf.Set:
    return pdf.pdf(PROSE, report(PROSE, some))


def read(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def test_it_says_what_the_report_says() -> None:
    done = made(facts(EVERYTHING, ESTIMATE, NUMBERLESS, audience="manager", window="this_year"))
    said = read(done.content)
    assert done.whole
    for words in (
        "What I got done · for my manager",
        "2.1 s → 0.3 s",
        "(an estimate)",
        "Happier on call [number?]",
    ):
        assert words in said


def test_many_wins_take_many_pages_and_each_says_its_number() -> None:
    pages = PdfReader(io.BytesIO(made(facts(*many(30))).content)).pages
    assert len(pages) > 5
    assert [
        page.extract_text().strip().endswith(f"{at} / {len(pages)}") for at, page in enumerate(pages, 1)
    ] == [True] * len(pages)
    assert {tuple(round(float(edge)) for edge in page.mediabox[2:]) for page in pages} == {(595, 842)}


def test_it_is_tagged_titled_and_says_nothing_of_who_made_it() -> None:
    reader = PdfReader(io.BytesIO(made(facts(EVERYTHING, ESTIMATE)).content))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] is not None
    assert str(catalog["/Lang"]) == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "What I got done · for myself · 1 January to 18 November 2026"
    assert not reader.metadata.author


def test_wins_without_a_heading_leave_out_no_level() -> None:
    plain = [replace(one, category=None) for one in (EVERYTHING, ESTIMATE)]
    done = made(facts(*plain))
    assert done.whole, "the standard for accessibility refuses a level that was left out"
    assert "Other work" not in read(done.content)


def test_the_same_wins_make_the_same_file() -> None:
    some = facts(EVERYTHING, ESTIMATE)
    assert made(some).content == made(some).content


def test_letters_that_no_font_here_has_are_told() -> None:
    # Egyptian hieroglyphs: no machine of ours can show them, and the file is made all the same.
    done = made(facts(replace(EVERYTHING, title="𓀀𓁐 done")))
    assert not done.whole
    assert "done" in read(done.content)


def test_nothing_at_all_is_a_page_too() -> None:
    assert "There are no wins in this time." in read(made(facts()).content)


@pytest.mark.parametrize("typed", NASTY)
def test_code_that_was_typed_is_not_run(typed: str) -> None:
    assert made(facts(replace(EVERYTHING, title=typed, result=typed, metric=None))).content.startswith(
        b"%PDF"
    )


@given(any_facts(LATIN))
@examples(20, phases=QUICKLY)
def test_no_word_is_lost_and_no_number_is_made_up(some: Facts) -> None:
    content = made(some).content
    said = squeezed(read(content))
    for group in some.groups:
        for win in group.wins:
            for text in texts(win, set(some.request.audience.tells) - {"goal"}):
                for word in text.split():
                    assert squeezed(word) in said
    pages = len(PdfReader(io.BytesIO(content)).pages)
    known = may_say(some) | {str(page) for page in range(1, pages + 1)}
    # What is longer than a line is broken, and its pieces are read back.
    assert all(one in known or any(one in other for other in known) for one in numbers(read(content)))


def test_without_typst_the_format_says_so_and_offers_the_web_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    assert not pdf.is_there()
    with pytest.raises(Invalid) as refused:
        formats.format_("pdf")
    assert refused.value.words == "no_pdf_here"
    assert formats.format_("html").name == "html"
