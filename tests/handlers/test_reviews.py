"""The weekly check-in as a person meets it: asked in the DM, answered, put off, skipped, late, and twice."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from bot.domain.nudges import CHECK_IN, Nudge
from bot.domain.reviews import CheckIn
from tests import forged
from tests.asking import ask
from tests.slack import LocalSlack, Person

FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
async def asked(slack: LocalSlack, maya: Person) -> Person:
    """Somebody who logged a win on Wednesday and was asked on Friday at 15:00 local time."""
    await maya.says("/win Fixed the login error")
    await slack.goes_to(FRIDAY)
    return maya


async def nudge(slack: LocalSlack, person: Person) -> str:
    """The id of the check-in that was asked first."""
    async with slack.coach.session(person.who) as session:
        found = await session.scalar(select(Nudge.id).order_by(Nudge.created_at))
        assert found
        return found


async def check_ins(slack: LocalSlack, person: Person) -> list[SimpleNamespace]:
    names = ("outcome", "energy", "benefited", "stuck", "next_action")
    async with slack.coach.session(person.who) as session:
        rows = (await session.scalars(select(CheckIn).order_by(CheckIn.created_at))).all()
        return [SimpleNamespace(**{name: getattr(row, name) for name in names}) for row in rows]


async def titles(slack: LocalSlack, person: Person) -> list[str]:
    return sorted(win.title for win in await slack.wins(person))


def questions(person_reads: str) -> int:
    return person_reads.count("*Your weekly check-in.*")


async def test_it_is_asked_once_at_the_local_time_in_neutral_words(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Fixed the login error")
    await slack.goes_to(FRIDAY - timedelta(seconds=1))
    assert questions(await maya.reads_all()) == 0
    await slack.goes_to(FRIDAY)
    await slack.passes(timedelta(minutes=5))
    assert questions(await maya.reads_all()) == 1
    asked = (await maya.messages())[-1]
    assert asked["text"] == "Your weekly check-in: what did you get done?"
    assert not asked["ephemeral"]
    said = await maya.reads()
    assert "because your check-in is on Friday at 15:00" in said
    assert "login" not in said
    for choice in ("Answer", "Nothing this week", "Skip", "1 hour", "Until tomorrow", "Until next week"):
        assert choice in said.split("\n")


async def test_it_is_answered_in_a_form_that_lists_what_is_logged(slack: LocalSlack, asked: Person) -> None:
    await asked.clicks("Answer")
    assert "*Logged this week already*\n• Fixed the login error" in await asked.modal()
    await asked.submits(
        more="- Unblocked <the> release\n\n• Reviewed the plan\n",
        benefited="Support",
        stuck="The budget",
        next_action="Ask Daniel",
        energy="4",
    )
    shown = await asked.modal()
    assert "Your check-in is saved.* 2 new wins:" in shown
    assert "• Unblocked &lt;the&gt; release" in shown
    assert "Next action: Ask Daniel" in shown
    assert await titles(slack, asked) == [
        "Fixed the login error",
        "Reviewed the plan",
        "Unblocked <the> release",
    ]
    (kept,) = await check_ins(slack, asked)
    assert (kept.outcome, kept.energy, kept.stuck, kept.next_action) == (
        "answered",
        4,
        "The budget",
        "Ask Daniel",
    )
    said = await asked.reads()
    assert "*Check-in* · answered" in said
    assert "Nothing this week" not in said
    await asked.clicks("Show my wins")
    assert "3 wins" in await asked.modal()


async def test_a_refused_answer_keeps_the_form_and_saves_nothing(slack: LocalSlack, asked: Person) -> None:
    await asked.clicks("Answer")
    refused = await asked.submits(more="🎉🎉", stuck="The budget")
    assert "Add a few words" in refused["errors"]["more"]
    assert await check_ins(slack, asked) == []
    assert (await asked.fills())["stuck"] == "The budget"
    await asked.submits(more="Shipped it 🎉")
    assert "Shipped it 🎉" in await titles(slack, asked)


async def test_an_empty_answer_is_an_answer(slack: LocalSlack, asked: Person) -> None:
    await asked.clicks("Answer")
    await asked.submits()
    assert [one.outcome for one in await check_ins(slack, asked)] == ["answered"]


async def test_an_answer_sent_twice_is_saved_once(slack: LocalSlack, asked: Person) -> None:
    await asked.clicks("Answer")
    await asked.submits(more="Shipped it")
    repeated = await forged.again(slack)
    assert repeated.answered
    assert await titles(slack, asked) == ["Fixed the login error", "Shipped it"]
    assert len(await check_ins(slack, asked)) == 1


async def test_an_answer_can_be_added_to_and_keeps_what_was_said_before(
    slack: LocalSlack, asked: Person
) -> None:
    await asked.clicks("Answer")
    await asked.submits(stuck="The budget", energy="2")
    await forged.submits(
        slack, asked, "reviews.save", {"nudge": await nudge(slack, asked)}, {"more": "Shipped it"}
    )
    (kept,) = await check_ins(slack, asked)
    assert (kept.stuck, kept.energy) == ("The budget", 2)
    await asked.closes()
    await asked.clicks("Add to it")
    assert "Shipped it" in await asked.modal()
    await asked.submits(more="And this")
    assert await titles(slack, asked) == ["And this", "Fixed the login error", "Shipped it"]
    assert (await check_ins(slack, asked))[0].stuck == "The budget"


async def test_nothing_this_week_is_fine_and_can_be_changed(slack: LocalSlack, asked: Person) -> None:
    await asked.clicks("Nothing this week")
    assert "nothing this week, and that is fine" in await asked.reads()
    assert [one.outcome for one in await check_ins(slack, asked)] == ["nothing"]
    await asked.clicks("Answer anyway")
    await asked.submits(more="Shipped it")
    assert [one.outcome for one in await check_ins(slack, asked)] == ["answered"]
    assert "Shipped it" in await titles(slack, asked)


async def test_a_skipped_one_comes_again_next_week_only(slack: LocalSlack, asked: Person) -> None:
    await asked.clicks("Skip")
    assert "skipped" in await asked.reads()
    await slack.passes(timedelta(days=6, hours=23))
    assert questions(await asked.reads_all()) == 0
    await slack.passes(timedelta(hours=1))
    assert questions(await asked.reads_all()) == 1


@pytest.mark.parametrize(
    ("choice", "said", "moment"),
    [
        ("1 hour", "Friday 20 November 2026 at 16:00", FRIDAY + timedelta(hours=1)),
        ("Until tomorrow", "Monday 23 November 2026 at 15:00", FRIDAY + timedelta(days=3)),
        ("Until next week", "Friday 27 November 2026 at 15:00", FRIDAY + timedelta(days=7)),
    ],
)
async def test_a_snoozed_one_comes_again_once_at_the_time_it_said(
    slack: LocalSlack, asked: Person, choice: str, said: str, moment: datetime
) -> None:
    await asked.clicks(choice)
    assert f"I will ask again on {said}" in await asked.reads()
    await slack.goes_to(moment - timedelta(minutes=1))
    assert questions(await asked.reads_all()) == 0
    await slack.goes_to(moment)
    await slack.passes(timedelta(minutes=5))
    assert questions(await asked.reads_all()) == 1
    assert "You asked me to come back with this." in await asked.reads()


async def test_a_late_one_says_so_and_a_very_late_one_stays_away(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, CHECK_IN, at=FRIDAY)
    await slack.goes_to(FRIDAY + timedelta(hours=3))
    assert "This one comes late: it was planned for Friday at 15:00." in await maya.reads()
    before = questions(await maya.reads_all())
    await slack.goes_to(FRIDAY + timedelta(days=7 + 4))
    assert questions(await maya.reads_all()) == before


async def test_it_can_be_answered_by_writing_into_the_dm(slack: LocalSlack, asked: Person) -> None:
    await asked.says("Shipped the search\nMentored Ben")
    assert "Is that your answer, or a win of its own?" in await asked.reads()
    await asked.clicks("My check-in answer")
    said = await asked.reads_all()
    assert "2 new wins" in said
    assert "*Check-in* · answered" in said
    assert questions(said) == 0
    assert await titles(slack, asked) == ["Fixed the login error", "Mentored Ben", "Shipped the search"]
    assert [one.outcome for one in await check_ins(slack, asked)] == ["answered"]
    await asked.says("One more thing")
    assert "Shall I keep that as a win?" in await asked.reads()


async def test_old_buttons_change_nothing_once_it_was_answered(slack: LocalSlack, asked: Person) -> None:
    await asked.clicks("Answer")
    await asked.submits(more="Shipped it")
    old = await nudge(slack, asked)
    for action in ("nudges.nothing", "nudges.skip"):
        await forged.clicks(slack, asked, action, old)
    await forged.clicks(slack, asked, "nudges.snooze", option=f"hour:{old}")
    assert [one.outcome for one in await check_ins(slack, asked)] == ["answered"]
    await slack.passes(timedelta(hours=2))
    assert questions(await asked.reads_all()) == 0


async def test_an_old_check_in_can_still_be_answered(slack: LocalSlack, asked: Person) -> None:
    await slack.goes_to(FRIDAY + timedelta(days=7))
    assert questions(await asked.reads_all()) == 2
    await forged.submits(
        slack, asked, "reviews.save", {"nudge": await nudge(slack, asked)}, {"more": "Better late"}
    )
    assert "Better late" in await titles(slack, asked)


async def test_it_can_be_answered_at_any_time(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach check-in")
    assert "Nothing is logged for this week yet" in await maya.modal()
    await maya.submits(more="Shipped it")
    assert await titles(slack, maya) == ["Shipped it"]
    await maya.closes()
    await maya.says("check-in")
    await maya.clicks("Answer")
    assert "• Shipped it" in await maya.modal()


async def test_a_row_of_check_ins_is_told_from_the_second_on_and_nothing_is_said_when_it_ends(
    slack: LocalSlack, maya: Person
) -> None:
    for week, told in enumerate((False, True, None, False, True)):
        await slack.goes_to(FRIDAY + timedelta(days=7 * week))
        if told is None:
            continue
        await maya.clicks("Answer")
        await maya.submits(more=f"Shipped part {week}")
        assert ("2 check-ins in a row." in await maya.modal()) is told
        assert ("in a row" in await maya.modal()) is told
        await maya.closes()


async def test_a_time_away_ends_no_row(slack: LocalSlack, maya: Person) -> None:
    await slack.goes_to(FRIDAY)
    await maya.clicks("Nothing this week")
    await maya.says("/coach pause until 7 December")
    await slack.goes_to(FRIDAY + timedelta(days=21))
    await maya.says("Shipped the search")
    await maya.clicks("My check-in answer")
    assert "2 check-ins in a row." in await maya.reads()
