"""Feedback as the asker meets it: the form, who can be asked, the list, the inbox and what is made of an answer."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from bot.domain import feedback, nudges
from bot.domain.feedback import Asked, Received, Request, Waiting
from bot.domain.nudges import FEEDBACK, FRESH_FEEDBACK
from bot.storage.identity import Member
from handlers.feedback import home_lines
from tests import forged
from tests.asking import ask as ask_about
from tests.asking import clicks, coming
from tests.conftest import PROSE
from tests.slack import LocalSlack, Person, words_of

# Three in the afternoon in Berlin, nine in New York, half past seven in the evening in Kolkata.
AFTERNOON = datetime(2026, 11, 18, 14, 0, tzinfo=UTC)


async def asks(slack: LocalSlack, asker: Person, *names: str, **fields: object) -> dict[str, object]:
    """Ask colleagues by the form; what the form is answered with."""
    await asker.says("/feedback")
    given = {"topic": "The launch", "question_1": "behaviour"} | fields
    return await asker.submits(people=[slack.person(name).id for name in names], **given)


async def sent(slack: LocalSlack, person: Person) -> list[SimpleNamespace]:
    """Whom a person has asked."""
    async with slack.coach.session(person.who, present=False) as session:
        page, _ = await feedback.sent(session, size=50)
        return [
            SimpleNamespace(
                name=one.asked.name,
                status=one.asked.status,
                topic=one.request.topic,
                questions=one.request.questions,
                due_on=one.request.due_on,
                win_id=one.request.win_id,
                goal_id=one.request.goal_id,
            )
            for one in page
        ]


async def answers(slack: LocalSlack, name: str, text: str, permission: str = "yes") -> None:
    """A colleague answers by the message in their DM."""
    person = slack.person(name)
    await person.clicks("Answer")
    assert not (await person.submits(answer_0=text, permission=permission)).get("errors")
    await person.closes()


# --- Asking


async def test_a_request_says_who_was_asked_and_what_happens_now(slack: LocalSlack, maya: Person) -> None:
    await asks(slack, maya, "daniel", "priya", question_2="impact", own="", due_on="next Friday")
    said = await maya.modal()
    assert "*Asked Daniel Reyes and Priya Nair* about The launch" in said
    assert "• What did I do that helped, and what got in the way?\n• What effect did it have" in said
    assert "one reminder after five working days" in said
    one, two = await sent(slack, maya)
    assert {one.name, two.name} == {"Daniel Reyes", "Priya Nair"}
    assert one.due_on == date(2026, 11, 27)


async def test_the_same_form_asks_once(slack: LocalSlack, maya: Person) -> None:
    await asks(slack, maya, "daniel")
    assert (await forged.again(slack)).answered
    assert len(await sent(slack, maya)) == 1


async def test_a_line_opens_the_form_with_whom_and_what(slack: LocalSlack, maya: Person) -> None:
    daniel = slack.person("daniel")
    body = {
        "command": "/feedback",
        "text": f"<@{daniel.id}|daniel> about the &lt;launch&gt;",
        "team_id": maya.who.team_id,
        "user_id": maya.id,
        "response_url": f"{slack.address}/commands/none",
    }
    await maya.says("/feedback help")
    trigger = slack.delivered("slash_commands")[-1]["trigger_id"]
    await slack.delivers("slash_commands", body | {"trigger_id": trigger})
    assert (await maya.fills())["topic"] == "the <launch>"
    view = (await maya.sees())["modals"][-1]
    people = next(block for block in view["blocks"] if block["block_id"] == "people")
    assert people["element"]["initial_users"] == [daniel.id]
    await maya.submits()
    assert [one.name for one in await sent(slack, maya)] == ["Daniel Reyes"]


async def test_the_colleague_named_in_the_command_stands_in_the_form(slack: LocalSlack) -> None:
    maya, daniel = slack.maya, slack.person("daniel")
    await maya.says("/feedback @daniel about the launch")
    people = next(one for one in (await maya.sees())["modals"][-1]["blocks"] if one["block_id"] == "people")
    assert people["element"]["initial_users"] == [daniel.id]
    assert (await maya.fills())["topic"] == "the launch"


async def test_a_name_that_slack_did_not_resolve_leaves_the_choice_open(maya: Person) -> None:
    for said in ("/feedback @nobody about the launch", "/coach feedback @daniel about the launch"):
        await maya.says(said)
        assert (await maya.fills())["topic"] == "the launch"
        await maya.closes()


async def test_in_the_dm_it_is_explained_with_a_button(maya: Person) -> None:
    await maya.says("feedback")
    assert "*Ask the people who saw your work*" in await maya.reads()
    await maya.clicks("Ask for feedback")
    assert "Whom do you want to ask?" in await maya.modal()


async def test_a_slip_is_asked_about_and_the_words_are_kept(slack: LocalSlack, maya: Person) -> None:
    for said in ("themes", "off", "ask me off", "lst", "inbx", "list answers"):
        await maya.says(f"/feedback {said}")
        assert "Nothing is saved yet." in await maya.reads()
        assert said in await maya.reads()
    await maya.clicks("Ask for feedback on this")
    assert (await maya.fills())["topic"] == "list answers"
    assert await slack.count(Request) == 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("lena", "Lena Fischer is a guest here; tick the box below"),
        ("standup", "Standup Bot cannot be asked just now."),
        ("tom", "cannot be asked just now."),
        ("olu", "Olu Adeyemi cannot be asked just now."),
        ("maya", "You are among them."),
    ],
)
async def test_who_cannot_be_asked_is_said_beside_the_field(
    slack: LocalSlack, maya: Person, name: str, sentence: str
) -> None:
    answer = await asks(slack, maya, name, *(["daniel"] if name != "maya" else []))
    assert sentence in str(answer["errors"])
    assert set(answer["errors"]) == {"people"}  # type: ignore[call-overload]
    can_wait = "cannot be asked just now" in sentence
    assert ("some weeks from now is better" in str(answer["errors"])) is can_wait, (
        "a guest is asked by a tick"
    )
    assert (await maya.fills())["topic"] == "The launch", "what was typed is still there"
    assert await slack.count(Asked) == 0
    assert await slack.count(Member) == 1, "nobody became a member by it"


async def test_what_is_missing_is_said_beside_its_field(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/feedback")
    people = [slack.person("daniel").id]
    for given, field in (
        ({"topic": "…"}, "topic"),
        ({"topic": "The launch", "due_on": "blursday"}, "due_on"),
        ({"topic": "The launch", "due_on": "last Friday"}, "due_on"),
        ({"topic": "The launch", "question_2": "impact", "own": "And what else?", "due_on": ""}, "own"),
    ):
        answer = await maya.submits(people=people, **given)
        assert set(answer["errors"]) == {field}
    assert await slack.count(Asked) == 0
    assert not (await maya.submits(people=people, topic="The launch", own="", due_on="tomorrow")).get(
        "errors"
    )


async def test_where_slack_does_not_say_who_they_are_nobody_is_asked(slack: LocalSlack, maya: Person) -> None:
    slack.fails("users.info", "error", error="fatal_error", times=9)
    answer = await asks(slack, maya, "daniel")
    assert "Slack did not say who they are just now" in str(answer["errors"])


async def test_hostile_words_and_forged_choices_are_answered(slack: LocalSlack, maya: Person) -> None:
    for text in forged.HOSTILE[:3]:
        await asks(slack, maya, "daniel", topic=text, question_1="", own=text)
        assert text in [one.topic for one in await sent(slack, maya)]
        await maya.closes()
        async with slack.coach.session(slack.person("daniel").who, present=False) as session:
            (letter, *_), _ = await feedback.letters(session, size=1)
            assert letter.questions == [text]
    await slack.goes_to(AFTERNOON)
    daniel = slack.person("daniel")
    await daniel.clicks("Answer")
    shown = await daniel.modal()
    assert any(text in shown for text in forged.HOSTILE[:3])
    for people in (["U0NOBODY"], [5], ["x" * 99], "text", None):
        fields = {
            "people": {"selected_users": people},
            "topic": "T",
            "question_1": {"selected_option": {"value": "x"}},
        }
        assert (await forged.submits(slack, maya, "feedback.ask", {}, fields)).answered
    assert len(await sent(slack, maya)) == 3


async def test_a_win_is_linked_and_only_ones_own(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    (win,) = await slack.wins(maya)
    await asks(slack, maya, "daniel", link=f"win:{win.id}")
    assert [one.win_id for one in await sent(slack, maya)] == [win.id]
    priya = slack.person("priya")
    await priya.opens_home()
    fields = {
        "people": {"selected_users": [maya.id]},
        "topic": "T",
        "question_1": {"selected_option": {"value": "impact"}},
        "link": {"selected_option": {"value": f"win:{win.id}"}},
    }
    refused = await forged.submits(slack, priya, "feedback.ask", {}, fields)
    assert "That win is not here any more." in str(refused.body)
    assert await sent(slack, priya) == []


async def test_nobody_is_told_that_others_asked(slack: LocalSlack, maya: Person) -> None:
    priya = slack.person("priya")
    await priya.opens_home()
    for _ in range(3):
        await asks(slack, priya, "daniel")
        await priya.closes()
    answer = await asks(slack, maya, "daniel")
    said = str(answer["errors"])
    assert "Priya" not in said
    assert priya.id not in said
    # Whoever asked three times themselves reads the same sentence, and so does whoever asks a bot.
    assert said == str((await asks(slack, priya, "daniel"))["errors"])
    assert "Daniel Reyes cannot be asked just now." in said


async def test_who_is_not_asked_because_it_would_be_too_much_becomes_no_member(
    slack: LocalSlack, maya: Person
) -> None:
    for _ in range(3):
        await asks(slack, maya, "daniel")
        await maya.closes()
    known = await slack.count(Member)
    assert "errors" in await asks(slack, maya, "daniel", "priya")
    assert await slack.count(Member) == known, "Priya was named beside somebody who cannot be asked"


async def test_the_list_shows_where_each_stands_and_closes(slack: LocalSlack, maya: Person) -> None:
    await asks(slack, maya, "daniel", due_on="in 2 weeks")
    await maya.closes()
    await maya.says("/feedback list")
    said = await maya.reads()
    assert "*Daniel Reyes* · The launch\nAsked today · no answer yet · by Wednesday 2 December" in said
    await maya.clicks("Close")
    assert "*Closed.* Daniel Reyes is not asked any more." in await maya.reads()
    assert [one.status for one in await sent(slack, maya)] == ["closed"]
    await slack.goes_to(AFTERNOON)
    assert "asks for your feedback" not in await slack.person("daniel").reads_all()


async def test_a_request_is_taken_back_before_it_went_out(slack: LocalSlack, maya: Person) -> None:
    await asks(slack, maya, "daniel", "priya")
    await maya.clicks("Take it back")
    assert "are not asked any more." in await maya.modal()
    await slack.goes_to(AFTERNOON)
    assert slack.calls("chat.postMessage") == [] or "asks for" not in str(slack.calls("chat.postMessage"))
    await maya.closes()
    await maya.says("/feedback list")
    await maya.clicks("Ask again")
    assert (await maya.fills())["topic"] == "The launch"


async def test_asking_again_takes_the_place_of_the_earlier_one(slack: LocalSlack, maya: Person) -> None:
    await asks(slack, maya, "daniel", question_1="", own="How was it?")
    await maya.closes()
    await maya.says("/feedback list")
    await maya.clicks("Ask again")
    assert (await maya.fills())["own"] == "How was it?"
    await maya.submits(own="How was it for you?")
    assert sorted(one.status for one in await sent(slack, maya)) == ["closed", "open"]


async def test_a_nudge_leads_to_the_form_about_its_win(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    (win,) = await slack.wins(maya)
    await ask_about(slack, maya, FRESH_FEEDBACK, subject=win.id, at=AFTERNOON)
    await slack.goes_to(AFTERNOON)
    await clicks(maya, "*Something of yours is done.*", "Ask for feedback")
    assert (await maya.fills())["link"] == f"win:{win.id}"
    await maya.submits(people=[slack.person("daniel").id], topic="The search")
    assert "*Feedback while it is fresh* · done" in await maya.reads_all()


async def test_the_monthly_question_leads_to_the_form_too(slack: LocalSlack, maya: Person) -> None:
    await ask_about(slack, maya, FEEDBACK, at=AFTERNOON)
    await slack.goes_to(AFTERNOON)
    await clicks(maya, "Who saw your work", "Ask for feedback")
    await maya.submits(people=[slack.person("daniel").id], topic="The search")
    assert "*Ask for feedback* · done" in await maya.reads_all()


# --- What came back


@pytest.fixture
async def answered(slack: LocalSlack, maya: Person) -> Person:
    """Maya, whose request Daniel has answered."""
    await asks(slack, maya, "daniel")
    await maya.closes()
    await slack.goes_to(AFTERNOON)
    await answers(slack, "daniel", "You explained it clearly, and on time.", "unnamed")
    return maya


async def test_the_inbox_shows_words_only_after_reading(slack: LocalSlack, answered: Person) -> None:
    await answered.says("/feedback inbox")
    said = await answered.reads()
    assert "*Daniel Reyes* answered · The launch · today" in said
    assert "explained" not in said
    await answered.clicks("Read")
    said = await answered.reads()
    assert "You explained it clearly, and on time." in said
    assert "May be quoted without the name" in said
    await slack.person("daniel").clicks("See what you sent")
    assert "Sent and read" in await slack.person("daniel").reads()


async def test_an_answer_gets_themes_an_action_and_a_check(slack: LocalSlack, answered: Person) -> None:
    await answered.says("/feedback inbox")
    await answered.clicks("Read")
    await answered.clicks("Themes")
    assert {"Communication", "Reliability"} <= set((await answered.modal()).split("\n"))
    await answered.submits(suggested=["Communication"], themes="Clear talks")
    assert "*Themes* Communication and Clear talks" in await answered.modal()
    await answered.clicks("Set an action")
    assert "errors" in await answered.submits(action="Record a demo", act_on="last week")
    await answered.submits(action="Record a demo", act_on="next Friday")
    assert "*Action* Record a demo (Friday 27 November" in await answered.modal()
    (on,) = await coming(slack, answered, nudges.ACTION_CHECK)
    assert on.date() == date(2026, 12, 28), "30 days later, on the next of her days"
    await answered.closes()
    await slack.goes_to(on + timedelta(minutes=1))
    for _ in range(8):
        await slack.passes(timedelta(days=1))
    await answered.clicks("Say how it went")
    assert "*You wanted to* Record a demo" in await answered.modal()
    await answered.submits(outcome="partly", changed="Two of three are recorded")
    assert "*Did it change?* Partly · Two of three are recorded" in await answered.modal()
    assert "*Did it change?* · done" in await answered.reads_all()


async def test_an_answer_is_taken_out_and_put_back(slack: LocalSlack, answered: Person) -> None:
    await answered.says("/feedback inbox")
    await answered.clicks("Read")
    await answered.clicks("Delete")
    assert "Taken out. It stays in the bin for 30 days." in await answered.reads()
    await answered.says("/coach bin")
    assert "*Feedback* You explained it clearly" in await answered.reads()
    await answered.clicks("Put it back")
    await answered.says("/feedback inbox")
    assert "explained it clearly" in await answered.reads()
    assert await slack.count(Received) == 1


async def test_an_answer_supports_a_win(slack: LocalSlack, answered: Person) -> None:
    await answered.says("/win Shipped the search")
    (win,) = await slack.wins(answered)
    await answered.says("/feedback inbox")
    await answered.clicks("Read")
    await answered.clicks("Link win")
    await answered.submits(win=win.id)
    async with slack.coach.session(answered.who) as session:
        (quote,) = (await feedback.quotes(session, [win.id]))[win.id]
    assert (quote.text, quote.name) == ("You explained it clearly, and on time.", None)


async def test_praise_is_kept_edited_and_undone(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/feedback praise from Priya: clearest talk of the day yesterday")
    said = await maya.reads()
    assert "*Kept.* Visible to you only." in said
    assert "Priya, yesterday · Not to be quoted" in said
    await maya.clicks("Edit")
    assert "errors" in await maya.submits(text="…")
    assert "errors" in await maya.submits(text="Clearest talk", when="tomorrow")
    await maya.submits(text="Clearest talk", when="last Friday", who="Priya Nair", permission="yes")
    assert "Priya Nair, Friday 13 November" in await maya.modal()
    await maya.clicks("Undo")
    assert "Taken out." in await maya.modal()
    await maya.clicks("Put it back")
    assert "Clearest talk" in await maya.modal()


async def test_praise_without_words_says_how(maya: Person) -> None:
    await maya.says("/feedback praise")
    assert "Say in a few words what you heard" in await maya.reads()


async def test_empty_lists_lead_on(maya: Person) -> None:
    for command, sentence in (
        ("list", "You have asked nobody yet."),
        ("inbox", "Nothing here yet."),
        ("given", "Nobody has asked you for feedback yet."),
        ("help", "`/feedback asks me off`"),
    ):
        await maya.says(f"/feedback {command}")
        assert sentence in await maya.reads()


@pytest.mark.thorough
async def test_long_lists_are_turned(slack: LocalSlack, maya: Person) -> None:
    for number in range(10):
        await maya.says(f"/feedback praise Kind words number {number} on {number + 1} November")
    await maya.says("/feedback inbox")
    assert "10 things" in await maya.reads()
    await maya.clicks("Older")
    assert (await maya.reads()).count("Kind words") == 2
    await maya.clicks("Newer")
    assert (await maya.reads()).count("Kind words") == 8
    assert slack.coach is not None


def test_home_says_what_waits() -> None:
    said = words_of(home_lines(PROSE, Waiting(unread=1, open=2, to_answer=1)))
    assert "*Feedback* · 1 new answer · 1 colleague asked you · 2 requests without an answer" in said
    assert {"Read", "What I was asked", "Whom I asked", "Ask for feedback"} <= set(said.split("\n"))
    assert "nothing waits" in words_of(home_lines(PROSE, Waiting(0, 0, 0)))


async def test_what_waits_is_counted(slack: LocalSlack, answered: Person) -> None:
    await asks(slack, answered, "priya")
    async with slack.coach.session(answered.who) as session:
        assert await feedback.waiting(session) == Waiting(unread=1, open=1, to_answer=0)
    async with slack.coach.session(slack.person("priya").who, present=False) as session:
        assert await feedback.waiting(session) == Waiting(unread=0, open=0, to_answer=1)
        assert len((await session.scalars(select(feedback.Letter))).all()) == 1


async def test_only_reading_leads_to_the_words_of_an_answer(slack: LocalSlack, maya: Person) -> None:
    """As long as it is not read, its giver may change it; so no other click or form may show it."""
    await slack.goes_to(AFTERNOON)
    await asks(slack, maya, "priya")
    await slack.passes(timedelta(hours=1))
    await answers(slack, "priya", "Zebra quartz")
    async with slack.coach.session(maya.who, present=False) as session:
        received_id = (await session.scalars(select(Received.id))).one()
    for deed in ("edit", "themes", "act", "check", "link", "delete", "restore"):
        assert (await forged.clicks(slack, maya, f"feedback.{deed}", received_id)).answered
    for form in ("change", "save_themes", "save_act", "save_check", "save_link"):
        carried = {"received": received_id}
        fields = {"text": "Mine", "outcome": {"selected_option": {"value": "yes"}}}
        assert (await forged.submits(slack, maya, f"feedback.{form}", carried, fields)).answered
    await maya.says("/coach bin")
    told = [one for one in slack.sandbox.journal.entries() if slack.person("priya").id not in str(one)]
    assert "Zebra quartz" not in f"{await maya.sees()} {told}"
    priya = slack.person("priya")
    for said in ("/feedback given", "Open", "Change it"):
        await (priya.says if said.startswith("/") else priya.clicks)(said)
    assert not (await priya.submits(answer_0="In other words", permission="no")).get("errors")
    await maya.says("/feedback inbox")
    await maya.clicks("Read")
    assert "In other words" in await maya.reads()
