"""Nudges as a person meets them: each kind's message, digests, what is late or comes back, and neutral words."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.core.prose import Words
from bot.domain import nudges
from bot.domain.nudges import (
    ACTION_CHECK,
    CHECK_IN,
    CONDITION,
    FEEDBACK,
    FEEDBACK_ANSWER,
    FEEDBACK_REQUEST,
    FEEDBACK_SILENT,
    FOLLOW_UP,
    FRESH_FEEDBACK,
    KINDS,
    LOG_WIN,
    MILESTONE,
    MISSING_RESULT,
    ONBOARDING,
    PROMISE,
    REASK,
    REASSESS,
    SETBACK,
    STALE_GOAL,
    STALE_NEED,
    Kind,
)
from handlers.nudges import _buttons
from tests.asking import THURSDAY, ask, asked, clicks, coming, parts_of, reads_part, sent_to, states
from tests.slack import LocalSlack, Person, words_of

DAY = timedelta(days=1)

# Each kind with its subject, a sentence of its message, and its first button.
SAYS = (
    (CHECK_IN, "", "*Your weekly check-in.*", "Answer"),
    (LOG_WIN, "", "*Nothing logged for a while.*", "Log a win"),
    (MISSING_RESULT, "w" * 16, "*One of your wins has no result yet.*", "Add the result"),
    (FEEDBACK, "", "*Who saw your work lately?*", "Ask for feedback"),
    (MILESTONE, "m" * 16, "*One of your milestones is due today.*", "Done"),
    (STALE_GOAL, "g" * 16, "*One of your goals has been quiet for three weeks.*", "Log progress"),
    (REASSESS, "", "*Three months have passed. Do your goals still hold?*", "Look through"),
    (PROMISE, "a" * 16, "*Something you were promised was due.* Did it happen?", "Moved to"),
    (FOLLOW_UP, "a" * 16, "*One of your asks waits for an answer.*", "Nothing yet"),
    (CONDITION, "c" * 16, "*One of the conditions you agreed on is due today.*", "Met"),
    (REASK, "a" * 16, "*The day has come to ask again.*", "Draft a message"),
    (STALE_NEED, "a" * 16, "*Something you want has waited for three weeks.*", "Open it"),
    (SETBACK, "s" * 16, "*You wanted to look at something again.*", "Look at it"),
    (ONBOARDING, "win", "*Try logging a first win.*", "Log a win"),
    (ONBOARDING, "pitch", "*See your wins as a message.*", "Draft a message"),
    (SETBACK, "s" * 16, "*You wanted to look at something again.*", "Look at it"),
    (FEEDBACK_ANSWER, "", "*A colleague answered your request for feedback.*", "Open the inbox"),
    (FEEDBACK_SILENT, "a" * 16, "*One of your requests for feedback has had no answer.*", "Close it"),
    (FRESH_FEEDBACK, "w" * 16, "*Something of yours is done.*", "Ask for feedback"),
    (ACTION_CHECK, "r" * 16, "*A month ago you set out to change something.*", "Say how it went"),
)


def test_every_kind_has_its_sentence_here() -> None:
    # What a colleague asks has other buttons; see test_feedback_given.py.
    assert {kind.name for kind, *_ in SAYS} | {FEEDBACK_REQUEST.name} == set(KINDS)


@pytest.mark.thorough
@pytest.mark.parametrize(("kind", "subject", "sentence", "button"), SAYS)
async def test_each_kind_has_one_message_with_the_same_kindness(
    slack: LocalSlack, maya: Person, kind: Kind, subject: str, sentence: str, button: str
) -> None:
    await ask(slack, maya, kind, subject=subject)
    await slack.goes_to(THURSDAY)
    (message,) = await sent_to(maya)
    said = words_of(message)
    for words in (
        sentence,
        button,
        "Snooze",
        "Skip",
        "Why am I seeing this?",
        "Less of this",
        "You see this",
    ):
        assert words in said
    assert "things, when you have a minute" not in said
    assert not message["ephemeral"]
    await slack.passes(timedelta(minutes=5))
    assert len(await sent_to(maya)) == 1


async def test_what_is_due_together_is_one_message_in_its_order(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, FEEDBACK, LOG_WIN, CHECK_IN)
    await slack.goes_to(THURSDAY)
    (message,) = await sent_to(maya)
    said = words_of(message)
    assert message["text"] == "Three things, when you have a minute"
    places = [said.index(sentence) for _, _, sentence, _ in (SAYS[0], SAYS[1], SAYS[3])]
    assert places == sorted(places)
    styles = [
        element.get("style")
        for block in message["blocks"]
        for element in block.get("elements", [])
        if element.get("style")
    ]
    assert styles == ["primary"], "one coloured button a message"
    assert sum(block["type"] == "divider" for block in message["blocks"]) == 3


async def test_no_message_holds_what_the_person_wrote(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Fixed the zebra quartz")
    (win,) = await slack.wins(maya)
    for kind, subject, *_ in SAYS:
        await ask(
            slack,
            maya,
            kind,
            subject=win.id if kind is MISSING_RESULT else subject,
            at=slack.clock.now() + DAY,
        )
        await slack.passes(DAY)
    posted = slack.calls("chat.postMessage")
    assert len(posted) >= 4
    assert "zebra" not in str(posted)


async def test_a_late_one_says_that_it_is_late(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, LOG_WIN)
    await slack.goes_to(THURSDAY + timedelta(hours=3))
    assert "This one comes late: it was planned for Thursday at 10:00." in await maya.reads()
    await ask(slack, maya, MISSING_RESULT, subject="w" * 16, at=slack.clock.now())
    await slack.passes(8 * DAY)
    assert "This one comes late: it was planned for Thu 19 Nov at 13:00." in await maya.reads()


async def test_after_three_without_an_answer_it_comes_once_a_month_and_says_so(
    slack: LocalSlack, maya: Person
) -> None:
    await ask(slack, maya, LOG_WIN)
    sent = []
    for _ in range(5):
        (at,) = await coming(slack, maya, LOG_WIN)
        await slack.goes_to(at)
        sent.append((at, "Three in a row had no answer" in await maya.reads()))
    assert [said for _, said in sent] == [False, False, False, True, True]
    spans = [(later - earlier).days for (earlier, _), (later, _) in pairwise(sent)]
    assert spans[:2] == [14, 14]
    assert all(span >= 28 for span in spans[2:])
    assert "Any answer brings the old pace back." in await maya.reads()
    await clicks(maya, "Nothing logged", "Skip")
    (at,) = await coming(slack, maya, LOG_WIN)
    assert (at - sent[-1][0]).days == 14


async def test_one_that_comes_once_a_month_anyway_does_not_say_so(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, FEEDBACK, unanswered=3)
    await slack.goes_to(THURSDAY)
    assert "Three in a row" not in await maya.reads()


async def test_a_snoozed_one_says_why_it_is_back(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, LOG_WIN, unanswered=3)
    await slack.goes_to(THURSDAY)
    await clicks(maya, "Nothing logged", "1 hour")
    assert "I will ask again on Thursday 19 November 2026 at 11:00" in await maya.reads()
    await slack.passes(timedelta(hours=1))
    said = await maya.reads()
    assert "You asked me to come back with this." in said
    assert "Three in a row" not in said
    assert "comes late" not in said


# --- What is done of one's own accord


async def test_logging_a_win_any_way_closes_the_question_for_one(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, LOG_WIN)
    await slack.goes_to(THURSDAY)
    await maya.says("/win Shipped the search")
    assert await reads_part(maya, "Log a win") == "*Log a win* · done"
    assert await states(slack, maya) == {"log_win": "done"}
    (at,) = await coming(slack, maya, LOG_WIN)
    assert at >= THURSDAY + 10 * DAY


async def test_the_button_logs_a_win_and_closes_the_question(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, ONBOARDING, subject="win")
    await slack.goes_to(THURSDAY)
    await clicks(maya, "Try logging", "Log a win")
    await maya.submits(title="Shipped the search")
    assert await reads_part(maya, "First win") == "*First win* · done"


async def test_a_missing_result_is_added_in_the_wins_own_form(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Fixed the login error")
    (win,) = await slack.wins(maya)
    await ask(slack, maya, MISSING_RESULT, subject=win.id)
    await slack.goes_to(THURSDAY)
    await clicks(maya, "no result yet", "Add the result")
    assert "Fixed the login error" in await maya.modal()
    await maya.submits(result="Half the tickets")
    assert (await slack.wins(maya))[0].result == "Half the tickets"
    assert await reads_part(maya, "Result of a win") == "*Result of a win* · done"
    assert await coming(slack, maya, MISSING_RESULT) == []


async def test_a_result_that_no_longer_matters_is_not_asked_for_until_that_is_undone(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Fixed the login error")
    (win,) = await slack.wins(maya)
    await ask(slack, maya, MISSING_RESULT, subject=win.id)
    await slack.goes_to(THURSDAY)
    assert len(await coming(slack, maya, MISSING_RESULT)) == 1
    await clicks(maya, "no result yet", "No longer matters")
    assert await reads_part(maya, "Result of a win") == "*Result of a win* · done\nUndo"
    assert await coming(slack, maya, MISSING_RESULT) == []
    await clicks(maya, "Result of a win", "Undo")
    assert "Add the result" in await reads_part(maya, "no result yet")
    assert await states(slack, maya) == {"missing_result": "sent"}
    (again,) = await coming(slack, maya, MISSING_RESULT)
    assert again.date() == (THURSDAY + 28 * DAY).date()


async def test_a_win_in_the_bin_leaves_its_question_and_the_message_around_it_alone(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Fixed the login error")
    (win,) = await slack.wins(maya)
    await ask(slack, maya, LOG_WIN)
    async with slack.coach.session(maya.who) as session:
        await nudges.schedule(session, MISSING_RESULT, at=THURSDAY, on=THURSDAY.date(), subject=win.id)
    await slack.goes_to(THURSDAY)
    await maya.clicks("Undo")
    assert await reads_part(maya, "Result of a win") == "*Result of a win* · done"
    assert "Nothing logged" in await reads_part(maya, "Nothing logged")


async def test_a_first_draft_without_wins_says_so_beside_the_message(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, ONBOARDING, subject="pitch")
    await slack.goes_to(THURSDAY)
    await clicks(maya, "See your wins", "Draft a message")
    assert "Draft a message" in await reads_part(maya, "See your wins"), "the question stays"
    assert (await maya.messages())[-1]["ephemeral"]
    assert [row.state for row in await asked(slack, maya) if row.asked_at] == ["sent"]
    assert len(parts_of((await sent_to(maya))[-1])) == 1


async def test_a_part_that_slack_refuses_does_not_hold_back_the_others(
    slack: LocalSlack, maya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_words = {"type": "button", "action_id": "feedback.new"}
    usual = _buttons.of

    def of(words: Words, part: _buttons.Asked, *, main: bool = False) -> list[Any]:
        return [without_words] if part.kind == FEEDBACK.name else usual(words, part, main=main)

    monkeypatch.setattr(_buttons, "of", of)
    await ask(slack, maya, CHECK_IN, FEEDBACK, LOG_WIN)
    await slack.goes_to(THURSDAY)
    (message,) = await sent_to(maya)
    assert message["text"] == "Two things, when you have a minute"
    said = words_of(message)
    assert "*Your weekly check-in.*" in said
    assert "*Nothing logged for a while.*" in said
    assert "Who saw your work lately?" not in said
    assert await states(slack, maya) == {"check_in": "sent", "log_win": "sent"}
    assert await coming(slack, maya, FEEDBACK) == [THURSDAY]
