"""A person's text made fit for files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot.documents.text import clean, one_line, paragraphs, reads_leftward


@given(st.text(max_size=200))
def test_whatever_is_typed_fits_into_xml_and_into_utf_8(text: str) -> None:
    element = etree.Element("p")
    element.text = clean(text)
    assert etree.fromstring(etree.tostring(element)).text in {
        clean(text),
        None if not clean(text) else clean(text),
    }
    clean(text).encode()


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), max_size=200))
def test_what_can_be_read_is_never_lost(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("bell\x07 and null\x00", "bell and null"),
        ("half \ud83d of a sign", "half  of a sign"),
        ("no sign: \ufffe\U0001ffff", "no sign:"),
        ("a\tb", "a b"),
        ("👩🏽‍💻 שלום", "👩🏽‍💻 שלום"),
    ],
)
def test_what_no_file_can_hold_is_left_out(typed: str, cleaned: str) -> None:
    assert clean(typed) == cleaned


def test_a_text_is_cut_into_paragraphs_and_lines() -> None:
    assert paragraphs("one\ntwo\n \n\nthree\n") == [["one", "two"], ["three"]]
    assert paragraphs(" \n ") == []
    assert one_line(" a\n b ") == "a b"


@pytest.mark.parametrize(
    ("text", "leftward"),
    [("hello", False), ("123 שלום", True), ("مرحبا", True), ("12 %", False), ("", False)],
)
def test_the_first_letter_says_in_which_direction_a_text_runs(text: str, leftward: bool) -> None:
    assert reads_leftward(text) is leftward
