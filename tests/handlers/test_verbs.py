"""What a line begins with: a command, or the beginning of a sentence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers import verbs


@pytest.mark.parametrize(
    ("line", "verb", "rest"),
    [
        ("win Shipped it", "win", "Shipped it"),
        ("WIN: Shipped it", "win", "Shipped it"),
        ("/win  Shipped it ", "win", "Shipped it"),
        ("coach win Shipped it", "win", "Shipped it"),
        ("/coach pause until Monday", "pause", "until Monday"),
        ("pause for 2 weeks", "pause", "for 2 weeks"),
        ("away from Monday to Friday", "away", "from Monday to Friday"),
        ("away until 3 May", "away", "until 3 May"),
        ("away tomorrow", "away", "tomorrow"),
        ("Away  next week ", "away", "next week"),
        ("pitch 1:1", "pitch", "1:1"),
        ("pitch one on one", "pitch", "one on one"),
        ("why", "why", ""),
        ("help", "help", ""),
        ("/goal Become staff", "goal", "Become staff"),
        ("check-in", "check-in", ""),
        ("/help me", "help", "me"),
    ],
)
def test_a_command_is_understood(line: str, verb: str, rest: str) -> None:
    spoken = verbs.parse(line)
    assert spoken is not None
    assert (spoken.verb, spoken.text) == (verb, rest)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "/",
        "Feedback from Priya was kind",
        "Help arrived late",
        "winning",
        "pause the rollout was right",
        "away team shipped it",
        "away tomorrow I present it",
        "away next week the team shipped",
        "away next weekend",
        "away today",
        "away next week?",
        "why it broke is known now",
        "Settings page shipped",
        "ask not what",
        "coach",
        "🎉",
    ],
)
def test_a_sentence_is_left_alone(line: str) -> None:
    assert verbs.parse(line) is None


@given(st.text())
def test_nothing_that_is_typed_breaks_it(line: str) -> None:
    spoken = verbs.parse(line)
    assert spoken is None or spoken.verb in verbs.VERBS


@pytest.mark.parametrize(
    ("line", "logs"), [("win it", True), ("win list", False), ("win", False), ("/ask x", False)]
)
def test_only_words_after_win_are_kept(line: str, logs: bool) -> None:
    spoken = verbs.parse(line)
    assert spoken is not None
    assert spoken.logs(date(2026, 11, 20)) is logs
