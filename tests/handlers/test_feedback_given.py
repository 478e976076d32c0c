"""Feedback as the colleague meets it, who may never have used Sayso: the message, the form, and every way out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.domain import nudges
from bot.domain.captures import Capture
from bot.domain.feedback import Letter, Received
from bot.domain.nudges import CHECK_IN, FEEDBACK_REQUEST, Nudge
from bot.storage.identity import Member
from tests import forged
from tests.asking import sent_to
from tests.handlers.test_feedback import AFTERNOON, asks, sent
from tests.handlers.test_imports import drops
from tests.slack import LocalSlack, Person, words_of

pytestmark = pytest.mark.thorough

SECRET = "zebra quartz"


@pytest.fixture
async def daniel(slack: LocalSlack, maya: Person) -> Person:
    """Daniel, who never used Sayso and was asked by Maya; the message has arrived."""
    await asks(slack, maya, "daniel", topic=f"The {SECRET}", question_1="", own=f"How was the {SECRET}?")
    await maya.closes()
    await slack.goes_to(AFTERNOON)
    return slack.person("daniel")


async def kinds_of(slack: LocalSlack, person: Person) -> set[str]:
    """The kinds of everything that was ever planned for somebody."""
    async with slack.coach.session(person.who, present=False) as session:
        return set(await session.scalars(select(Nudge.kind)))


async def is_welcomed(slack: LocalSlack, person: Person) -> bool:
    async with slack.coach.session(person.who, present=False) as session:
        return session.member.welcomed_at is not None


async def inbox_of(slack: LocalSlack, person: Person) -> list[list[str]]:
    async with slack.coach.session(person.who, present=False) as session:
        return [one.answers for one in await session.scalars(select(Received))]


# --- The message


async def test_the_message_names_who_asks_and_says_nothing_of_what_about(
    slack: LocalSlack, maya: Person, daniel: Person
) -> None:
    (message,) = await sent_to(daniel)
    assert message["text"] == f"<@{maya.id}> asks for your feedback."
    said = words_of(message)
    assert f"Only <@{maya.id}> reads your answer" in said
    labels = [
        element["text"]["text"]
        for block in message["blocks"]
        for element in block.get("elements", [])
        if "action_id" in element
    ]
    assert labels == ["Answer", "Not now", "Decline", "Never ask me", "Why am I seeing this?"]
    assert not {"Snooze", "Skip", "Less of this"} & set(said.split("\n"))
    posted = json.dumps(slack.calls("chat.postMessage"))
    assert SECRET not in posted


async def test_why_says_who_reads_it_and_how_it_ends(daniel: Person) -> None:
    await daniel.clicks("Why am I seeing this?")
    said = await daniel.reads()
    assert "You need not use it." in said
    assert "“Never ask me” ends all such requests; nobody is told." in said


async def test_words_in_the_dm_are_taken_as_the_answer_and_make_nobody_a_user(
    slack: LocalSlack, maya: Person, daniel: Person
) -> None:
    await daniel.says("Clearest launch of the year")
    said = await daniel.reads()
    assert "*Is that your feedback for a colleague?* Nothing is sent yet" in said
    assert f"*For <@{maya.id}>* · The {SECRET}" in said
    assert "Save as a win" not in said
    assert (await daniel.messages())[-1]["ephemeral"]
    await daniel.clicks("Use as my answer")
    assert (await daniel.fills())["answer_0"] == "Clearest launch of the year"
    await daniel.submits(permission="no")
    await daniel.closes()
    (received,) = await inbox_of(slack, maya)
    assert received == ["Clearest launch of the year"]
    assert not await is_welcomed(slack, daniel)
    assert await slack.count(Capture) == 0


async def test_more_words_go_behind_what_is_written_and_a_second_click_is_explained(
    slack: LocalSlack, daniel: Person
) -> None:
    for said in ("Clear", "And calm"):
        await daniel.says(said)
        await daniel.clicks("Use as my answer")
        await daniel.closes()
    await forged.again(slack)
    assert "Those words were already used or let go" in await daniel.reads_all()
    await daniel.clicks("Answer")
    assert (await daniel.fills())["answer_0"] == "Clear\nAnd calm"


async def test_more_words_than_the_form_holds_are_not_cut(slack: LocalSlack, daniel: Person) -> None:
    await daniel.says("Clear")
    await daniel.clicks("Use as my answer")
    await daniel.closes()
    await daniel.says("calm " * 600)
    await daniel.clicks("Use as my answer")
    assert "longer than the 3,000 characters that fit here" in await daniel.reads()
    assert await slack.count(Capture) == 1, "what was typed is still there"
    await daniel.clicks("Answer")
    assert (await daniel.fills())["answer_0"] == "Clear"


async def test_a_user_of_sayso_may_mean_a_win_or_the_answer(slack: LocalSlack, daniel: Person) -> None:
    await daniel.opens_home()
    await daniel.says("Shipped the search")
    said = await daniel.reads()
    assert "Use as my answer" in said
    await daniel.clicks("Save as a win")
    assert [win.title for win in await slack.wins(daniel)] == ["Shipped the search"]


async def test_a_command_in_the_dm_begins_with_sayso_all_the_same(slack: LocalSlack, daniel: Person) -> None:
    await daniel.says("win Shipped the search")
    assert await is_welcomed(slack, daniel)


async def test_answering_makes_nobody_a_user(slack: LocalSlack, daniel: Person) -> None:
    await daniel.does("home", app=(await daniel.sees())["apps"][0]["id"], tab="messages")
    await daniel.clicks("Answer")
    await daniel.clicks("Save for later")
    await daniel.closes()
    await daniel.clicks("Answer")
    await daniel.submits(answer_0="Clear", permission="no")
    await daniel.closes()
    await daniel.says("/feedback given")
    assert not await is_welcomed(slack, daniel)
    assert await kinds_of(slack, daniel) == {"feedback_request"}
    assert "Hello, I am Sayso." not in await daniel.reads_all()
    assert slack.calls("views.publish") == [] or daniel.id not in str(slack.calls("views.publish"))


async def test_a_changed_profile_plans_no_check_in_for_them(slack: LocalSlack, daniel: Person) -> None:
    await slack.control("PATCH", f"people/{daniel.id}", {"tz": "Asia/Tokyo"})
    await slack.settled()
    assert CHECK_IN.name not in await kinds_of(slack, daniel)


async def test_whoever_then_uses_sayso_is_welcomed(slack: LocalSlack, daniel: Person) -> None:
    await daniel.says("/win Helped Maya")
    assert await is_welcomed(slack, daniel)
    assert "Hello, I am Sayso." in await daniel.reads_all()
    assert len(await slack.wins(daniel)) == 1


# --- Every way out


async def test_a_draft_is_kept_and_sent_later(slack: LocalSlack, maya: Person, daniel: Person) -> None:
    await daniel.clicks("Answer")
    assert SECRET in await daniel.modal()
    await keeps(slack, daniel, "You were clear")
    await daniel.closes()
    await daniel.clicks("Answer")
    assert (await daniel.fills())["answer_0"] == "You were clear"
    assert await slack.count(Received) == 0
    await daniel.submits(permission="yes")
    assert f"*Sent to <@{maya.id}>.* Thank you." in await daniel.modal()
    assert "You were clear" in await daniel.modal()
    assert [one.status for one in await sent(slack, maya)] == ["answered"]
    (message,) = await sent_to(daniel)
    assert words_of(message["blocks"]) == f"*Feedback for <@{maya.id}>* · sent\nSee what you sent"


async def keeps(slack: LocalSlack, person: Person, text: str) -> None:
    """Save for later with this in the first field, as Slack sends it along with a click in a form."""
    view = (await person.sees())["modals"][-1]
    await person.clicks("Save for later")
    (click,) = slack.delivered("interactive")[-1:]
    click["view"]["state"]["values"]["answer_0"] = {"value": {"type": "plain_text_input", "value": text}}
    assert view["callback_id"] == "feedback.send"
    await slack.delivers("interactive", click | {"nonce": "again"})


async def test_what_was_sent_can_be_changed_and_taken_back(
    slack: LocalSlack, maya: Person, daniel: Person
) -> None:
    await daniel.clicks("Answer")
    await daniel.submits(answer_0="First", permission="yes")
    await daniel.clicks("Change it")
    assert await daniel.fills() == {"answer_0": "First", "permission": "yes"}
    await daniel.submits(answer_0="Second", permission="no")
    await daniel.closes()
    await daniel.clicks("See what you sent")
    assert "Second" in await daniel.reads()
    await daniel.clicks("Take it back")
    assert "has not read it and does not see that there was an answer" in await daniel.reads()
    await maya.says("/feedback inbox")
    assert "Nothing here yet." in await maya.reads()
    assert [one.status for one in await sent(slack, maya)] == ["open"]


async def test_an_answer_that_was_read_stays_as_it_is(
    slack: LocalSlack, maya: Person, daniel: Person
) -> None:
    await daniel.clicks("Answer")
    await daniel.submits(answer_0="First", permission="yes")
    await daniel.clicks("Change it")
    await maya.says("/feedback inbox")
    await maya.clicks("Read")
    refused = await daniel.submits(answer_0="Second", permission="yes")
    assert "was read already" in str(refused["errors"])
    await daniel.closes()
    await daniel.clicks("See what you sent")
    assert "Sent and read" in await daniel.reads()
    assert "First" in await daniel.reads()


async def test_not_now_says_when_and_comes_again(slack: LocalSlack, maya: Person, daniel: Person) -> None:
    await daniel.clicks("Not now")
    assert "I will ask again on Friday 20 November 2026 at 10:00. Nobody is told." in await daniel.reads()
    assert [one.status for one in await sent(slack, maya)] == ["open"]
    (message,) = await sent_to(daniel)
    assert f"*Feedback for <@{maya.id}>* · I will ask again on Friday" in words_of(message["blocks"])
    await slack.goes_to(datetime(2026, 11, 20, 15, 1, tzinfo=UTC))
    assert len(await sent_to(daniel)) == 2


async def test_after_not_now_the_reminder_is_counted_from_the_new_day(
    slack: LocalSlack, maya: Person, daniel: Person
) -> None:
    await daniel.clicks("Not now")
    await slack.goes_to(datetime(2026, 11, 26, 15, 1, tzinfo=UTC))
    (_, again) = await sent_to(daniel)
    assert words_of(again["blocks"]).count("asks for your feedback") == 1, "and no reminder beside it"
    await slack.goes_to(datetime(2026, 12, 3, 15, 1, tzinfo=UTC))
    (*_, reminder) = await sent_to(daniel)
    assert f"*<@{maya.id}> asks for your feedback, once more.*" in words_of(reminder["blocks"])
    assert len(await sent_to(daniel)) == 3


async def test_declined_is_told_without_a_reason_and_answered_after_all(
    slack: LocalSlack, maya: Person, daniel: Person
) -> None:
    await daniel.clicks("Decline")
    assert f"<@{maya.id}> sees that you declined, and no reason." in await daniel.reads()
    await maya.says("/feedback list")
    assert "Asked today · declined" in await maya.reads()
    await daniel.clicks("Answer after all")
    await daniel.submits(answer_0="Well then", permission="no")
    assert [one.status for one in await sent(slack, maya)] == ["answered"]


async def test_never_is_honoured_told_to_nobody_and_undone(
    slack: LocalSlack, maya: Person, daniel: Person
) -> None:
    await daniel.clicks("Never ask me")
    assert "Nobody can ask you for feedback here, and nobody is told so." in await daniel.reads()
    priya = slack.person("priya")
    await asks(slack, priya, "daniel")
    await slack.passes(timedelta(days=1))
    assert len(await sent_to(daniel)) == 1
    for asker in (maya, priya):
        await asker.says("/feedback list")
        assert "no answer yet" in await asker.reads()
        assert "never" not in (await asker.reads_all()).casefold()
    await daniel.says("/feedback asks me on")
    assert "Colleagues can ask you for feedback here." in await daniel.reads()
    assert not await is_welcomed(slack, daniel)
    assert "Answer" in words_of((await sent_to(daniel))[-1]), "and the first one can be answered"


async def test_it_is_switched_off_without_having_been_asked(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/feedback asks me off")
    await maya.says("/feedback given")
    await maya.clicks("Let colleagues ask me")
    await maya.clicks("Never ask me")
    async with slack.coach.session(maya.who) as session:
        assert not nudges.is_wanted(FEEDBACK_REQUEST, session.member)
    await maya.says("/coach settings")
    assert "Colleagues ask for feedback" in await maya.modal()


async def test_one_reminder_after_five_working_days_then_silence(
    slack: LocalSlack, maya: Person, daniel: Person
) -> None:
    await slack.goes_to(datetime(2026, 11, 25, 14, 59, tzinfo=UTC))
    assert len(await sent_to(daniel)) == 1
    await slack.goes_to(datetime(2026, 11, 25, 15, 1, tzinfo=UTC))
    *_, reminder = await sent_to(daniel)
    assert f"*<@{maya.id}> asks for your feedback, once more.*" in words_of(reminder)
    assert "This is the only reminder." in words_of(reminder)
    await maya.says("/feedback list")
    assert "no answer yet · reminded today" in await maya.reads()
    for _ in range(20):
        await slack.passes(timedelta(days=1))
    assert len(await sent_to(daniel)) == 2
    assert "One of your requests for feedback has had no answer." in await maya.reads_all()
    await maya.clicks("Close it")
    assert "*Closed.* Daniel Reyes is not asked any more." in await maya.reads_all()
    assert "no answer is needed any more" in words_of((await sent_to(daniel))[-1])
    await daniel.says("/feedback given")
    assert "Nobody has asked you for feedback yet." in await daniel.reads()


# --- Guests


@pytest.fixture
async def lena(slack: LocalSlack, maya: Person) -> Person:
    """A guest, whom Maya asked on purpose."""
    await asks(slack, maya, "lena", guests=["guests"])
    await maya.closes()
    await slack.goes_to(AFTERNOON)
    return slack.person("lena")


async def test_a_guest_who_was_asked_answers(slack: LocalSlack, maya: Person, lena: Person) -> None:
    await lena.clicks("Answer")
    await lena.submits(answer_0="Friendly", permission="yes")
    assert "Sent to" in await lena.modal()
    await lena.closes()
    await lena.clicks("See what you sent")
    assert "Friendly" in await lena.reads()
    assert [one.status for one in await sent(slack, maya)] == ["answered"]


async def test_a_guest_who_was_asked_may_do_nothing_else(slack: LocalSlack, lena: Person) -> None:
    for said in ("/win Shipped it", "/feedback", "/coach help", "win Shipped it"):
        await lena.says(said)
        assert "guests cannot use it here" in await lena.reads()
    await lena.opens_home()
    assert "guests cannot use it here" in await lena.home()
    assert await slack.wins(lena) == []
    assert not await is_welcomed(slack, lena)
    await slack.control("PATCH", f"people/{lena.id}", {"tz": "Asia/Tokyo"})
    await slack.settled()
    async with slack.coach.session(lena.who, present=False) as session:
        assert session.member.unreachable is None, "a request still reaches them"


async def test_a_file_of_a_guest_who_was_asked_is_not_read(slack: LocalSlack, lena: Person) -> None:
    await drops(lena, "wins.md", "# March 2026\n- Shipped the new search\n", "Friendly and clear")
    assert "guests cannot use it here" in await lena.reads()
    assert "I have read your file" not in await lena.reads_all()
    assert await slack.count(Capture) == 0
    await lena.says("Friendly and clear")
    assert "*Is that your feedback for a colleague?*" in await lena.reads()


# --- Between people


async def test_nothing_of_one_is_told_to_another(slack: LocalSlack, maya: Person, daniel: Person) -> None:
    priya = slack.person("priya")
    await priya.opens_home()
    await daniel.clicks("Answer")
    await daniel.submits(answer_0=f"The {SECRET} was good", permission="yes")
    await daniel.closes()
    for person in (daniel, priya):
        for command in (
            "/feedback list",
            "/feedback inbox",
            "/feedback given",
            "/coach bin",
            "/coach upcoming",
        ):
            await person.says(command)
    for person in (priya,):
        seen = json.dumps(await person.sees())
        assert SECRET not in seen
        assert maya.id not in json.dumps((await person.sees())["conversations"])
    assert SECRET not in json.dumps((await daniel.sees())["apps"])
    assert SECRET.encode() not in slack.coach.metrics.render()


async def test_the_other_sides_ids_are_not_found(slack: LocalSlack, maya: Person, daniel: Person) -> None:
    await daniel.clicks("Answer")
    await daniel.submits(answer_0=f"The {SECRET} was good", permission="yes")
    await daniel.closes()
    async with slack.coach.session(daniel.who, present=False) as session:
        letter_id = str(await session.scalar(select(Letter.id)))
    async with slack.coach.session(maya.who, present=False) as session:
        received_id = str(await session.scalar(select(Received.id)))
    priya = slack.person("priya")
    await priya.opens_home()
    heard = slack.sandbox.journal.last
    fields = {"answer_0": "Forged", "permission": {"selected_option": {"value": "yes"}}, "themes": "Forged"}
    for thief, row_id in ((priya, letter_id), (maya, letter_id), (priya, received_id), (daniel, received_id)):
        for action in (
            "answer",
            "keep",
            "withdraw",
            "decline",
            "never",
            "letter",
            "read",
            "delete",
            "undo",
            "close",
        ):
            assert (await forged.clicks(slack, thief, f"feedback.{action}", row_id)).answered
        carried = {"letter": row_id, "received": row_id, "follows": row_id}
        for callback in ("send", "ask", "save_themes", "save_act", "save_check", "save_link", "change"):
            assert (await forged.submits(slack, thief, f"feedback.{callback}", carried, fields)).answered
    assert SECRET not in json.dumps(slack.sandbox.journal.entries(heard))
    async with slack.coach.session(daniel.who, present=False) as session:
        letter = await session.mine(Letter, letter_id)
        assert (letter.answers, letter.read_at) == ([f"The {SECRET} was good"], None)
    async with slack.coach.session(maya.who, present=False) as session:
        assert (await session.mine(Received, received_id)).themes == []


async def test_only_who_was_asked_becomes_a_member(slack: LocalSlack, daniel: Person) -> None:
    async with slack.coach.database.system() as session:
        members = await session.scalar(select(func.count()).select_from(Member))
    assert members == 2
    assert daniel.id in str(slack.calls("users.info"))


async def test_a_request_in_the_evening_was_made_today(slack: LocalSlack, maya: Person) -> None:
    """In New York it is nine in the evening; by the clock of the machine it is the next day."""
    await slack.goes_to(datetime(2026, 11, 19, 2, 0, tzinfo=UTC))
    await asks(slack, maya, "daniel")
    daniel = slack.person("daniel")
    await daniel.says("/feedback given")
    assert "· asked today" in await daniel.reads()
