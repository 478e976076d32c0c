"""What is taken for a slip of a command, and what for words to keep."""

from datetime import date

import pytest

from handlers import slips

KNOWN = ("list", "year", "help")
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "said",
    [
        "lsit",
        "LIST",
        "yaer",
        "list  all",
        "lsit closed",
        "List in March",
        "help me",
        "list last month",
        "year 2025",
    ],
)
def test_what_looks_like_a_command_is_asked_about(said: str) -> None:
    assert slips.is_slip(said, KNOWN, TODAY, of_sentences=KNOWN)


@pytest.mark.parametrize(
    "said",
    [
        "Helped Maya",
        "Listed bugs",
        "promotion",
        "List the open risks",
        "Help the team ship",
        "a raise by March",
        "my manager for time",
    ],
)
def test_what_begins_like_one_is_kept(said: str) -> None:
    assert not slips.is_slip(said, KNOWN, TODAY, of_sentences=KNOWN)


def test_behind_a_word_that_begins_no_sentence_anything_is_asked_about() -> None:
    assert slips.is_slip("year of the rabbit", KNOWN, TODAY, of_sentences={"list", "help"})


@pytest.mark.parametrize("said", ["ask me off", "asks me of", "ASKS ME OFF"])
def test_a_phrase_with_a_slip_is_asked_about(said: str) -> None:
    assert slips.is_slip(said, (*KNOWN, "asks me off"), TODAY, of_sentences=KNOWN)
    assert not slips.is_slip("asks me about the launch", (*KNOWN, "asks me off"), TODAY, of_sentences=KNOWN)


@pytest.mark.parametrize(("said", "asked"), [("foo", True), ("a raise", False), ("", False), ("  ", False)])
def test_less_than_a_few_words_are_asked_about_where_a_sentence_is_wanted(said: str, asked: bool) -> None:
    assert slips.is_slip(said, KNOWN, TODAY, of_sentences=KNOWN, fewest=2) is asked
