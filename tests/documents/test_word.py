"""The report as DOCX, read back: real headings and tables, the chart with its words, and everybody's text."""

import io
import zipfile
from dataclasses import replace

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from hypothesis import given
from lxml import etree

from bot.documents.report import report
from bot.documents.word import word
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


def made(some: Facts) -> Document:
    return docx.Document(io.BytesIO(word(report(PROSE, some))))


def outline(document: Document) -> list[tuple[str, str]]:
    styles = (
        (str(paragraph.style.name), paragraph.text) for paragraph in document.paragraphs if paragraph.style
    )
    return [(name, text) for name, text in styles if name.startswith(("Title", "Heading"))]


def said(document: Document) -> str:
    """All text, whether in paragraphs, links or tables."""
    body = document.element.body
    return "\n".join("".join(node.itertext(qn("w:t"), qn("w:tab"))) for node in body.iter(qn("w:p")))


def test_headings_are_headings() -> None:
    assert outline(made(facts(EVERYTHING, ESTIMATE, audience="manager"))) == [
        ("Title", "What I got done · for my manager"),
        ("Heading 1", "Over time"),
        ("Heading 1", "Delivery"),
        ("Heading 2", "Shipped the new search"),
        ("Heading 1", "Quality"),
        ("Heading 2", "Fixed the login error"),
        ("Heading 1", "People I worked with"),
        ("Heading 1", "Numbers"),
    ]


def test_wins_without_a_heading_stand_on_the_first_level() -> None:
    document = made(facts(replace(EVERYTHING, category=None)))
    assert "Other work" not in said(document)
    (title,) = [one for one in document.paragraphs if one.text == "Shipped the new search"]
    assert '<w:outlineLvl w:val="0"/>' in title._p.xml


def test_tables_are_tables_whose_heading_stands_on_each_page() -> None:
    _, people, metrics = made(facts(EVERYTHING, ESTIMATE)).tables
    assert [cell.text for cell in metrics.rows[0].cells][:3] == ["What", "Before", "After"]
    assert [cell.text for cell in metrics.rows[1].cells] == [
        "Search time",
        "2.1",
        "0.3",
        "s",
        "measured",
        "Grafana",
    ]
    assert [cell.text for cell in people.rows[1].cells] == ["Ana", "2 wins"]
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in (people, metrics))


def test_a_line_has_its_label_and_a_paragraph_follows_under_it() -> None:
    texts_ = [paragraph.text for paragraph in made(facts(NUMBERLESS)).paragraphs]
    assert "Number\tHappier on call [number?]" in texts_


def test_the_chart_is_a_picture_with_words() -> None:
    document = made(facts(EVERYTHING, ESTIMATE))
    (picture,) = document.inline_shapes
    assert picture._inline.docPr.get("descr").startswith("Wins by week, 1 January 2026")
    (image,) = [one for one in document.part.package.iter_parts() if one.partname.endswith(".png")]
    assert image.blob.startswith(b"\x89PNG")


def test_links_lead_where_they_say() -> None:
    document = made(facts(EVERYTHING))
    targets = [one.target_ref for one in document.part.rels.values() if one.is_external]
    assert targets == ["https://example.com/1"]
    assert "https://example.com/1" in said(document)


def test_it_says_nothing_of_who_made_it_or_where() -> None:
    properties = made(facts(EVERYTHING)).core_properties
    assert (properties.author, properties.comments, properties.last_modified_by) == ("", "", "")
    assert properties.title == "What I got done · for myself · 1 January to 18 November 2026"


@pytest.mark.thorough
@pytest.mark.parametrize("typed", NASTY)
def test_every_part_of_the_file_is_sound_xml_whatever_was_typed(typed: str) -> None:
    odd = replace(EVERYTHING, title=typed, result=typed, credit=(typed,))
    with zipfile.ZipFile(io.BytesIO(word(report(PROSE, facts(odd))))) as parts:
        assert parts.testzip() is None
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(parts.read(name))


def test_what_runs_from_right_to_left_is_set_so() -> None:
    odd = replace(EVERYTHING, title="مرحبا")
    (title,) = [one for one in made(facts(odd)).paragraphs if one.text == "مرحبا"]
    assert "<w:bidi/>" in title._p.xml


@given(any_facts())
@examples(25, phases=QUICKLY)
def test_no_word_is_lost_none_becomes_markup_and_no_number_is_made_up(some: Facts) -> None:
    document, of = made(some), report(PROSE, some)
    items = [item for section in of.sections for item in section.items]
    assert [text for name, text in outline(document) if name == "Heading 2"] == [item.title for item in items]
    read = said(document)
    for group in some.groups:
        for win in group.wins:
            for text in texts(win, set(some.request.audience.tells) - {"goal"}):
                assert squeezed(text) in squeezed(read)
    assert numbers(read) <= may_say(some)
