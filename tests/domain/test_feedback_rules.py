"""The rules of asking, as tables: limits, entries, lines, praise, themes, and working days."""

from datetime import date, time, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Invalid
from bot.domain import feedback, nudges
from bot.domain.feedback import Entry, Praise
from bot.domain.nudges import WorkingDays

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("of_giver", "of_pair", "why"),
    [
        (0, 0, None),
        (2, 2, None),
        (3, 0, "has_enough"),
        (9, 2, "has_enough"),
        (0, 3, "open_between_you"),
        (3, 3, "open_between_you"),
    ],
)
def test_how_much_may_be_asked_of_one_person(of_giver: int, of_pair: int, why: str | None) -> None:
    assert feedback.too_much(of_giver=of_giver, of_pair=of_pair) == why


@pytest.mark.parametrize(
    ("topic", "questions", "field"),
    [
        ("", ["What helped?"], "topic"),
        ("…", ["What helped?"], "topic"),
        ("t" * 3001, ["What helped?"], "topic"),
        ("The launch", [None, "", "  "], "question_1"),
        ("The launch", ["a", "b", "c"], "own"),
        ("The launch", ["q" * 3001], "own"),
    ],
)
def test_a_request_that_cannot_be_sent_names_the_field(
    topic: str, questions: list[str | None], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        feedback.entry(topic, questions)
    assert refused.value.field == field


def test_a_question_that_is_chosen_twice_is_asked_once() -> None:
    given_ = feedback.entry(" The launch ", ["What helped?", None, "What helped? "], TODAY)
    assert given_ == Entry("The launch", ["What helped?"], TODAY)


@pytest.mark.parametrize(
    ("line", "topic"),
    [
        ("@daniel about the launch", "the launch"),
        ("@daniel, @priya and @kenji about my talk", "my talk"),
        ("@daniel", ""),
        ("about the launch", "the launch"),
        ("the launch", "the launch"),
        ("@daniel the launch", "the launch"),
        ("Thinking about it", "it"),
        ("", ""),
    ],
)
def test_a_line_says_what_it_is_about(line: str, topic: str) -> None:
    assert feedback.topic_of(line) == topic


@pytest.mark.parametrize(
    ("line", "who", "text", "on"),
    [
        ("from Priya: great talk yesterday", "Priya", "great talk yesterday", TODAY - timedelta(days=1)),
        (
            "From my skip, in the all-hands: calm and clear",
            "my skip",
            "in the all-hands: calm and clear",
            TODAY,
        ),
        ("Great talk", None, "Great talk", TODAY),
        ("from the heart", None, "from the heart", TODAY),
        ("by Ana: well done on 12 March", "Ana", "well done on 12 March", date(2026, 3, 12)),
    ],
)
def test_praise_keeps_the_words_and_finds_who_and_when(
    line: str, who: str | None, text: str, on: date
) -> None:
    assert feedback.praise(line, TODAY) == Praise(text, who, on)


@pytest.mark.parametrize("line", ["", "  ", "👏👏", "from Priya:", "w" * 3001])
def test_praise_without_words_or_end_is_refused(line: str) -> None:
    if line == "from Priya:":
        assert feedback.praise(line, TODAY).who is None, "then these are the words"
        return
    with pytest.raises(Invalid) as refused:
        feedback.praise(line, TODAY)
    assert refused.value.field == "text"


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("You explained it clearly, and on time", ["communication", "reliability"]),
        ("She led the decision", ["leadership"]),
        ("Careful TESTS", ["quality"]),
        ("We did it together", ["teamwork"]),
        ("Untested unclear", []),
        ("", []),
    ],
)
def test_themes_are_suggested_by_whole_words(text: str, themes: list[str]) -> None:
    assert feedback.suggested(text) == themes


def test_themes_are_typed_with_commas_each_once() -> None:
    assert feedback.themes_in("Focus,  deep  work; focus\n") == ["focus", "deep work"]
    assert feedback.themes_in(None) == []
    assert len(feedback.themes_in(",".join(map(str, range(30))))) == 8


@given(st.text(max_size=200))
def test_no_line_breaks_the_rules(line: str) -> None:
    feedback.topic_of(line)
    assert all(len(one) <= 60 for one in feedback.themes_in(line))
    try:
        praised = feedback.praise(line, TODAY)
    except Invalid:
        return
    assert praised.text in line
    assert praised.on <= TODAY


def habits(**changes: Any) -> Any:
    usual = {
        "zone": "Europe/Berlin",
        "checkin_weekday": 4,
        "checkin_time": time(15),
        "hours_start": time(8),
        "hours_end": time(21),
        "days": 0b0011111,
        "paused_from": None,
        "paused_until": None,
        "unreachable": None,
        "cadences": None,
        "budget": 2,
    }
    return SimpleNamespace(**(usual | changes))


@pytest.mark.parametrize(
    ("changes", "days", "on"),
    [
        ({}, 5, date(2026, 11, 25)),
        ({"days": 0b1111111}, 5, date(2026, 11, 23)),
        ({"days": 0b0000001}, 5, date(2026, 12, 4)),
        ({"paused_until": date(2026, 11, 25)}, 5, date(2026, 12, 1)),
        ({"paused_from": date(2026, 11, 23), "paused_until": date(2026, 12, 14)}, 5, date(2026, 12, 16)),
    ],
)
def test_working_days_are_the_persons_own(changes: dict[str, Any], days: int, on: date) -> None:
    """The check-in's weekday is always one of theirs."""
    assert nudges.after(habits(**changes), TODAY, WorkingDays(days)) == on


def test_a_span_is_a_span() -> None:
    assert nudges.after(habits(), TODAY, timedelta(days=28)) == date(2026, 12, 16)
