"""Texts cut into pieces that fit Slack's fields: nothing is lost, whatever the text is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import kit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("", "")]),
        ("short", [("short", "")]),
        ("first line\nsecond line", [("first line", "\n"), ("second", " "), ("line", "")]),
        ("para one\n\npara two", [("para one", "\n\n"), ("para two", "")]),
        ("x" * 25, [("x" * 10, ""), ("x" * 10, ""), ("x" * 5, "")]),
    ],
)
def test_a_cut_lies_at_a_line_then_between_words_then_anywhere(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert kit.pieces(text, 10) == expected


@given(st.text(alphabet="ab \n", max_size=200).map(str.strip), st.integers(2, 30))
def test_pieces_fit_and_make_the_whole_text_again(text: str, limit: int) -> None:
    found = kit.pieces(text, limit)
    assert "".join(piece + gap for piece, gap in found) == text
    assert all(len(piece) <= limit for piece, _ in found)
    assert all(piece for piece, _ in found) or not text
    assert not any(gap.strip() for _, gap in found)
