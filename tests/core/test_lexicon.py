"""Word lists are read as a translator writes them, and found as whole words."""

import pytest

from bot.core import lexicon

LIST = "wins/weak_verbs"


def test_a_list_holds_its_lines_without_the_explanations() -> None:
    assert "worked on" in lexicon.phrases(LIST)
    assert not [phrase for phrase in lexicon.phrases(LIST) if phrase.startswith("#") or not phrase]


def test_the_longest_phrase_is_found_whatever_its_capitals_and_spaces() -> None:
    found = lexicon.pattern(LIST).match("Helped  With the launch")
    assert found is not None
    assert found.group() == "Helped  With"


@pytest.mark.parametrize("text", ["didactic talk", "Joinedup", "rehandled"])
def test_a_part_of_a_word_is_not_the_word(text: str) -> None:
    assert lexicon.pattern(LIST).search(text) is None
