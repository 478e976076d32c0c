"""Asks as a person meets them: one line, the form, what happened, drafts, conditions, lists and the page of a year."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.domain import asks, goals
from bot.domain.asks import Ask, AskEvent, Condition
from bot.domain.nudges import CONDITION, FOLLOW_UP, PROMISE, REASK, STALE_NEED
from tests import forged
from tests.asking import clicks, coming, reads_part
from tests.slack import LocalSlack, Person, words_of

MARCH = date(2027, 3, 31)
DAY = timedelta(days=1)
NAMES = ("wanted_on", "asked_on", "promised_on", "follow_up_on", "reask_on", "misses", "goal_id", "words")
TEXTS = (*asks.TEXTS, "their_words", "promised", "plan", "id", "status")
LINE = "/ask my manager for the staff promotion by March"


async def kept(slack: LocalSlack, person: Person) -> list[SimpleNamespace]:
    """What is stored for a person and not in the bin, the most urgent first."""
    async with slack.coach.session(person.who) as session:
        some = [*(await asks.overview(session, 99)).asks, *(await asks.ended(session, 99)).asks]
        return [
            SimpleNamespace(**{name: getattr(one.ask, name) for name in (*NAMES, *TEXTS)}) for one in some
        ]


async def only(slack: LocalSlack, person: Person) -> SimpleNamespace:
    (ask,) = await kept(slack, person)
    return ask


async def events(slack: LocalSlack, person: Person) -> list[str]:
    async with slack.coach.session(person.who) as session:
        ids = [one.ask.id for one in (await asks.overview(session, 99)).asks]
        return [event.what for event in await asks.history(session, ids)]


# --- One line


async def test_an_ask_in_one_line_is_understood_and_shown_back(slack: LocalSlack, maya: Person) -> None:
    await maya.says(LINE)
    said = await maya.reads()
    assert "*Saved.* the staff promotion" in said
    assert "To my manager · by Wednesday 31 March 2027 · planned · private to you" in said
    assert {"I asked", "Change date", "Edit", "Link goal", "Undo", "Open"} <= set(said.split("\n"))
    assert (await maya.messages())[-1]["ephemeral"]
    ask = await only(slack, maya)
    assert (ask.request, ask.to, ask.wanted_on) == ("the staff promotion", "my manager", MARCH)


async def test_an_ask_can_be_said_in_other_ways_too(slack: LocalSlack, maya: Person) -> None:
    for said in ("/coach ask Priya for a review", "ask my lead for a review", "/coach ask: a review"):
        await maya.says(said)
        assert "*Saved.* a review" in await maya.reads()
    assert len(await kept(slack, maya)) == 3


async def test_people_and_channels_are_shown_as_slack_shows_them_and_called_by_no_draft(
    slack: LocalSlack, maya: Person
) -> None:
    daniel = slack.person("daniel").id
    # As what Slack sends of a mention in a DM is kept.
    await maya.says(f"ask @{daniel} for a word in #C024BE7LR before @here and @nobody read it")
    said = await maya.reads()
    assert f"To <@{daniel}>" in said
    assert "a word in <#C024BE7LR> before @here and @nobody read it" in said
    await maya.clicks("I asked")
    await maya.submits()
    await maya.clicks("Open")
    await maya.clicks("Draft a message")
    draft = (await maya.fills())["draft"]
    assert draft.startswith("Hi,\n")
    assert "before here and nobody read it" in draft
    assert "@" not in draft


@pytest.mark.parametrize("called", ["_@here_", "*@channel*", "＠here", "@@everyone", "(@priya)"])
async def test_no_draft_calls_anybody_however_it_is_written(maya: Person, called: str) -> None:
    await maya.says(f"/ask for a review by {called} and ana_b@example.com")
    await maya.clicks("I asked")
    await maya.submits()
    await maya.clicks("Open")
    await maya.clicks("Draft a message")
    draft = (await maya.fills())["draft"]
    assert called.translate({ord(sign): None for sign in "@＠"}) in draft
    assert re.findall("[@＠]", draft) == ["@"], "an address of mail stays one"
    assert "ana_b@example.com" in draft


async def test_a_sentence_that_begins_with_ask_is_no_ask_yet(slack: LocalSlack, maya: Person) -> None:
    await maya.says("ask not what your country can do for you")
    assert "Save as a win" in await maya.reads()
    assert await kept(slack, maya) == []


async def test_what_is_no_ask_is_explained_and_given_back(slack: LocalSlack, maya: Person) -> None:
    for text, sentence in (
        ("🎯🎯", "Say in a few words what you ask for"),
        ("long " * 601, "longer than the 3,000 characters"),
        ("?!", "Say in a few words what you ask for"),
    ):
        await maya.says(f"/ask {text}")
        said = await maya.reads()
        assert sentence in said
        assert text.split()[-1] in said.split("so that they are not lost:")[1]
    assert await kept(slack, maya) == []


async def test_hostile_words_are_kept_and_shown_as_they_were_typed(slack: LocalSlack, maya: Person) -> None:
    for text in forged.HOSTILE:
        await maya.says(f"/ask {text}")
        shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert " ".join(shown.split()) in await maya.reads()
        await maya.clicks("Edit")
        assert (await maya.fills())["request"] == text
        await maya.closes()


async def test_help_shows_what_there_is(maya: Person) -> None:
    await maya.says("/ask help")
    assert "`/ask year` puts a year of asks on one page" in await maya.reads()
    await maya.says("ask")
    assert "*Say what you ask for, of whom, and by when*" in await maya.reads()


@pytest.mark.parametrize("typed", ["lst", "yaer", "halp", "list last month", "list closed", "Help me"])
async def test_a_slip_of_a_subcommand_is_asked_about_and_not_saved(
    slack: LocalSlack, maya: Person, typed: str
) -> None:
    await maya.says(f"/ask {typed}")
    said = await maya.reads()
    assert "Nothing is saved yet." in said
    assert typed in said
    assert await kept(slack, maya) == []
    await maya.clicks("Save as an ask")
    assert f"*Saved.* {typed}" in await maya.reads()
    await forged.again(slack)
    assert (await only(slack, maya)).request == typed


async def test_the_same_ask_twice_is_asked_about(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask my manager for a raise by March")
    await maya.says("/ask My manager for  a RAISE by 30.6.")
    said = await maya.reads()
    assert "“a raise”, to my manager, is open already. Is this the same one?" in said
    assert len(await kept(slack, maya)) == 1
    await maya.clicks("Yes, show it")
    assert "*What happened*" in await maya.reads()
    await maya.says("/ask")
    await maya.submits(request="a raise", to="my manager", wanted_on="end of June")
    assert "Is this the same one?" in await maya.modal()
    await maya.clicks("No, save it too")
    assert "by Wednesday 30 June 2027" in await maya.modal()
    assert [ask.wanted_on for ask in await kept(slack, maya)] == [MARCH, date(2027, 6, 30)]
    await maya.closes()
    await forged.again(slack)
    assert len(await kept(slack, maya)) == 2


async def test_asks_of_other_people_and_asks_that_ended_are_no_twins(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask my manager for a raise")
    await maya.says("/ask Priya for a raise")
    assert "*Saved.* a raise" in await maya.reads()
    await maya.clicks("Undo")
    await maya.says("/ask Priya for a raise")
    assert "*Saved.* a raise" in await maya.reads()


async def test_a_single_word_is_asked_about(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask foo")
    assert "Are these words to keep, or did you want something else?" in await maya.reads()
    assert await kept(slack, maya) == []


@pytest.mark.parametrize(
    ("said", "on", "shown"),
    [
        ("by 30.6.", date(2027, 6, 30), "by Wednesday 30 June 2027"),
        ("until friday", date(2026, 11, 20), "by Friday 20 November"),
        ("before 30 June", date(2027, 6, 29), "by Tuesday 29 June 2027"),
        ("by 02/09", date(2027, 9, 2), "by Thursday 2 September 2027"),
    ],
)
async def test_a_day_in_any_form_is_read_and_shown_back_in_words_with_a_way_to_change_it(
    slack: LocalSlack, maya: Person, said: str, on: date, shown: str
) -> None:
    await maya.says(f"/ask my manager for the budget {said}")
    read = await maya.reads()
    assert f"To my manager · {shown} · planned" in read
    assert "Change date" in read
    ask = await only(slack, maya)
    assert (ask.request, ask.wanted_on) == ("the budget", on)


async def test_what_is_missing_is_asked_for_one_thing_at_a_time(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask for a raise")
    said = await maya.reads()
    assert "Whom will you ask?" in said
    assert "\nNo date · planned" in said
    for field, said in (
        ("to", "What is in it for the company?"),
        ("reason", "What will you do next if you get it?"),
        ("future_value", "What would you take instead?"),
        ("fallback", "*Changed.* a raise"),
    ):
        await maya.clicks("Edit")
        await maya.submits(**{field: f"my {field}"})
        assert said in await maya.modal()
        await maya.closes()
    ask = await only(slack, maya)
    assert (ask.to, ask.reason, ask.future_value) == ("my to", "my reason", "my future_value")


# --- The form


async def test_the_form_takes_a_need_alone_and_turns_it_into_an_ask(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask")
    await maya.submits(need="Fewer meetings")
    said = await maya.modal()
    assert "*Saved.* Fewer meetings" in said
    assert "It is a need so far." in said
    await maya.clicks("Open")
    await maya.clicks("Turn it into an ask")
    assert "Now say it as one sentence" in await maya.modal()
    await maya.submits(request="One day a week without meetings", to="Priya", wanted_on="next friday")
    ask = await only(slack, maya)
    assert (ask.status, ask.need, ask.wanted_on) == ("planned", "Fewer meetings", date(2026, 11, 27))


async def test_a_form_that_cannot_be_saved_says_why_beside_the_field_and_keeps_its_text(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/ask")
    for typed, field, sentence in (
        ({}, "request", "Say in a few words what you ask for"),
        ({"request": "A raise", "wanted_on": "Blursday"}, "wanted_on", "I cannot read “Blursday” as a day."),
        ({"request": "A raise", "to": "?!", "wanted_on": ""}, "to", "Say it in words, or leave it empty."),
        ({"request": "A raise", "to": "x" * 201}, "to", "longer than the 200 characters"),
    ):
        answer = await maya.submits(**typed)
        assert sentence in answer["errors"][field]
    assert (await maya.fills())["request"] == "A raise"
    assert await kept(slack, maya) == []


async def test_the_same_form_saves_one_ask(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask")
    await maya.submits(request="A raise")
    await forged.again(slack)
    assert len(await kept(slack, maya)) == 1


async def test_a_date_is_changed_and_taken_away(slack: LocalSlack, maya: Person) -> None:
    await maya.says(LINE)
    await maya.clicks("Change date")
    await maya.submits(wanted_on="end of Q2")
    assert "by Wednesday 30 June 2027" in await maya.modal()
    await maya.clicks("Change date")
    await maya.submits(wanted_on="")
    assert "no date" in await maya.modal()
    assert (await only(slack, maya)).wanted_on is None


async def test_undo_takes_it_out_and_put_it_back_brings_it(slack: LocalSlack, maya: Person) -> None:
    await maya.says(LINE)
    await maya.clicks("Undo")
    assert "*Taken out.* the staff promotion" in await maya.reads()
    assert await kept(slack, maya) == []
    await maya.clicks("Put it back")
    assert (await only(slack, maya)).request == "the staff promotion"
    await maya.clicks("Undo")
    await maya.says("/coach bin")
    assert "*Ask* the staff promotion" in await maya.reads()
    await maya.clicks("Put it back")
    assert len(await kept(slack, maya)) == 1


async def test_a_goal_is_linked_and_shown_on_the_card(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Become staff engineer")
    await maya.says(LINE)
    await maya.clicks("Link goal")
    async with slack.coach.session(maya.who) as session:
        goal_id = (await goals.active(session))[0].id
    await maya.submits(goal=goal_id)
    assert "*Linked.* the staff promotion" in await maya.modal()
    await maya.clicks("Open")
    assert "*Goal* Become staff engineer" in await maya.modal()
    await maya.clicks("Link goal")
    await maya.submits(goal="none")
    assert "Not linked to a goal any more" in await maya.modal()
    await maya.clicks("Undo")
    assert (await only(slack, maya)).goal_id == goal_id


# --- What happened


async def test_asking_is_noted_with_its_day_and_their_words(slack: LocalSlack, maya: Person) -> None:
    await maya.says(LINE)
    await maya.clicks("I asked")
    assert (await maya.fills())["on"] == "2026-11-18"
    answer = await maya.submits(on="tomorrow")
    assert "Thursday 19 November 2026 has not come yet." in answer["errors"]["on"]
    await maya.submits(on="yesterday", their_words="Let me think about it")
    said = await maya.modal()
    assert "*Asked yesterday.* the staff promotion" in said
    assert "I ask you whether there is an answer: Wednesday 25 November." in said
    ask = await only(slack, maya)
    assert (ask.asked_on, ask.their_words) == (date(2026, 11, 17), "Let me think about it")
    await maya.clicks("Undo")
    assert (await only(slack, maya)).status == "planned"
    assert await events(slack, maya) == ["created"]


async def test_a_promise_is_kept_with_its_day_and_what_follows(slack: LocalSlack, maya: Person) -> None:
    await promised(maya)
    said = await maya.modal()
    assert "*Promised for Friday 27 November.* the staff promotion" in said
    assert "I ask you whether it happened: Monday 30 November." in said
    await maya.clicks("Open")
    card = await maya.modal()
    assert "To my manager · promised, by Friday 27 November\n" in card
    assert "*Promised* An answer" in card
    assert "Today · promised for Friday 27 November · An answer" in card
    assert "Today · written down: the staff promotion" in card


async def test_a_promise_without_a_day_says_so(maya: Person) -> None:
    await maya.says(LINE)
    await maya.clicks("Open")
    await maya.clicks("They promised")
    await maya.submits(promised="An answer", on="")
    assert "No day was named yet" in await maya.modal()


async def test_the_ladder_goes_from_a_friendly_draft_to_a_choice(slack: LocalSlack, maya: Person) -> None:
    await promised(maya)
    await maya.clicks("Open")
    await maya.clicks("It did not happen")
    assert "A friendly line is enough the first time." in await maya.modal()
    await maya.clicks("Draft a message")
    text = (await maya.fills())["draft"]
    assert "We had Friday 27 November in mind." in text
    await maya.submits(draft=f"Thank you. {text}")
    assert "*Sent today.* the staff promotion" in await maya.modal()
    await maya.clicks("Open")
    assert "Today · message sent · Thank you. Hi, I wanted to come back" in await maya.modal()
    await maya.clicks("It did not happen")
    assert "The next message lists the dates" in await maya.modal()
    await maya.clicks("Draft a direct message")
    assert "- It was planned for Friday 27 November." in (await maya.fills())["draft"]
    await maya.submits()
    await maya.clicks("Open")
    await maya.clicks("It did not happen")
    said = await maya.modal()
    assert "This is the third time." in said
    assert {"Take it further", "Ask for the fallback", "Let it go"} <= set(said.split("\n"))
    assert (await only(slack, maya)).misses == 3


async def test_the_third_time_offers_to_go_further_fall_back_or_let_go(
    slack: LocalSlack, maya: Person
) -> None:
    await promised(maya)
    for _ in range(3):
        slack.clock.move_by(timedelta(minutes=1))
        await maya.clicks("Open")
        await maya.clicks("It did not happen")
    await maya.clicks("Take it further")
    assert "Whom I asked: my manager" in (await maya.fills())["draft"]
    await maya.closes()
    await maya.says("/ask list")
    await maya.clicks("Open")
    await maya.clicks("Ask for the fallback")
    await maya.submits(fallback="a written plan")
    await maya.clicks("Open")
    await maya.clicks("Ask for the fallback")
    assert "so I would like to ask for something else: a written plan." in (await maya.fills())["draft"]
    await maya.submits()
    assert [(ask.status, ask.misses) for ask in await kept(slack, maya)] == [("asked", 0)]
    await maya.clicks("Open")
    await maya.clicks("Withdraw")
    assert "Letting go is a decision too." in await maya.modal()


async def test_moved_to_keeps_the_old_day_visible(slack: LocalSlack, maya: Person) -> None:
    await promised(maya)
    await maya.clicks("Open")
    await maya.clicks("Moved to")
    for typed, sentence in (("yesterday", "is not ahead"), ("soonish", "cannot read")):
        answer = await maya.submits(on=typed)
        assert sentence in answer["errors"]["on"]
    await maya.submits(on="4 December")
    assert "*Moved to Friday 4 December, it was Friday 27 November.*" in await maya.modal()
    await maya.clicks("Open")
    assert "moved from Friday 27 November to Friday 4 December" in await maya.modal()
    assert (await only(slack, maya)).promised_on == date(2026, 12, 4)


async def test_a_part_that_came_and_the_rest(slack: LocalSlack, maya: Person) -> None:
    await promised(maya)
    await maya.clicks("Open")
    await maya.clicks("Partly")
    await maya.submits(missing="The title", on="11 December")
    assert "The rest is expected Friday 11 December." in await maya.modal()
    await maya.clicks("Open")
    card = await maya.modal()
    assert "partly met, by Friday 11 December" in card
    assert "*Still missing* The title" in card
    await maya.clicks("It happened")
    assert "*It happened.* the staff promotion" in await maya.modal()
    assert (await only(slack, maya)).status == "met"
    await maya.clicks("Undo")
    assert (await only(slack, maya)).status == "partly_met"


async def test_not_now_is_a_plan_with_a_day(slack: LocalSlack, maya: Person) -> None:
    await maya.says(LINE)
    await maya.clicks("Open")
    await maya.clicks("Not now")
    await maya.submits(plan="Lead the launch first", on="1 February")
    assert "*Not now; asked again Monday 1 February 2027.*" in await maya.modal()
    await maya.clicks("Open")
    card = await maya.modal()
    assert "*Until then* Lead the launch first" in card
    assert "I remind you to ask again: Monday 1 February 2027." in card
    await maya.clicks("Draft a message")
    assert "We agreed to come back to this on Monday 1 February 2027" in (await maya.fills())["draft"]
    await maya.submits()
    ask = await only(slack, maya)
    assert (ask.status, ask.reask_on) == ("asked", None)


async def test_a_decline_ends_it_and_it_can_be_opened_again(slack: LocalSlack, maya: Person) -> None:
    await promised(maya)
    await maya.clicks("Open")
    await maya.clicks("Declined")
    await maya.submits(their_words="There is no budget")
    assert "*Declined.* the staff promotion" in await maya.modal()
    await maya.clicks("Open")
    card = await maya.modal()
    assert "declined today" in card
    assert "*Their words* There is no budget" in card
    await maya.clicks("Open it again")
    assert (await only(slack, maya)).status == "asked"


async def test_a_note_stands_in_the_timeline(maya: Person) -> None:
    await maya.says(LINE)
    await maya.clicks("Open")
    await maya.clicks("Add a note")
    assert "A few words are enough." in (await maya.submits(note=" "))["errors"]["note"]
    await maya.submits(note="She sounded open to it")
    await maya.clicks("Open")
    assert "Today · She sounded open to it" in await maya.modal()


# --- Talks


async def test_a_talk_brings_conditions_that_are_ticked(slack: LocalSlack, maya: Person) -> None:
    await maya.says(LINE)
    await maya.clicks("Open")
    await maya.clicks("We talked")
    answer = await maya.submits(verdict="conditional")
    assert "Name at least one condition" in answer["errors"]["conditions"]
    await maya.submits(verdict="conditional", conditions="Ship it by Friday\nTwo mentees, 31 March")
    assert "*The talk: yes, on conditions.* the staff promotion" in await maya.modal()
    await maya.clicks("Open")
    card = await maya.modal()
    assert "○ *Ship it*\nBy Friday 20 November" in card
    await maya.clicks("Met")
    assert "*A condition is met.*" in await maya.modal()
    await maya.clicks("Open")
    await maya.clicks("Met")
    said = await maya.modal()
    assert "Every condition is met. Now ask for the yes." in said
    assert "whether there is an answer: Wednesday 25 November." in said, "and not on the last date"
    await maya.clicks("Open")
    await maya.clicks("Ask for the yes")
    draft = (await maya.fills())["draft"]
    assert "- Ship it: done on Wednesday 18 November" in draft
    await maya.submits()
    await maya.clicks("Open")
    await maya.clicks("Not met after all")
    assert "*Not met yet.*" in await maya.modal()


async def test_a_yes_with_a_day_is_a_promise_and_a_no_is_a_decline(slack: LocalSlack, maya: Person) -> None:
    for verdict, given, said, status in (
        (
            "yes",
            {"promised": "The title", "promised_on": "1 March"},
            "yes, by Monday 1 March 2027",
            "promised",
        ),
        ("no", {"their_words": "Not this year"}, "The talk: no", "declined"),
    ):
        await maya.says(LINE)
        await maya.clicks("Open")
        await maya.clicks("We talked")
        await maya.submits(verdict=verdict, **given)
        assert said in await maya.modal()
        await maya.closes()
        assert status in {ask.status for ask in await kept(slack, maya)}


async def test_two_unclear_talks_suggest_another_question(maya: Person) -> None:
    await maya.says(LINE)
    for number in range(2):
        await maya.clicks("Open")
        await maya.clicks("We talked")
        await maya.submits(verdict="unclear")
        assert ("Ask what would have to be true" in await maya.modal()) is (number == 1)
    await maya.clicks("Ask what it takes")
    assert "What would have to be true for a yes, and by when?" in (await maya.fills())["draft"]
    await maya.closes()


async def test_an_old_button_says_that_the_ask_moved_on(slack: LocalSlack, maya: Person) -> None:
    await promised(maya)
    ask = await only(slack, maya)
    await maya.closes()
    await forged.clicks(slack, maya, "asks.withdraw", ask.id)
    for action in ("asks.met", "asks.missed", "asks.withdraw"):
        await forged.clicks(slack, maya, action, ask.id)
    assert (await only(slack, maya)).status == "withdrawn"
    assert await slack.count(AskEvent) == 3


# --- Lists and the year


async def test_the_list_shows_open_asks_with_their_age_and_those_that_ended(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/ask list")
    assert "Nothing open." in await maya.reads()
    await maya.says(LINE)
    await maya.says("/ask Priya for a review tomorrow")
    await slack.passes(2 * DAY)
    await maya.says("/ask list")
    said = await maya.reads()
    assert "*Your asks* · 2 open asks, the most urgent first" in said
    assert "*a review*\nTo Priya · planned, by yesterday · 2 days old" in said
    assert said.index("a review") < said.index("the staff promotion")
    await maya.clicks("I asked")
    await maya.submits()
    await maya.closes()
    await maya.says("/ask list")
    await maya.clicks("Ended asks")
    assert "No ask has ended yet." in await maya.reads()
    await maya.clicks("Open asks")
    assert "2 open asks" in await maya.reads()


@pytest.mark.thorough
async def test_a_long_list_is_turned_page_by_page(slack: LocalSlack, maya: Person) -> None:
    async with slack.coach.session(maya.who) as session:
        for number in range(9):
            await asks.begin(session, asks.entry(f"Ask {number}", wanted_on=date(2027, 1, 1 + number)))
    await maya.says("/ask list")
    assert "Ask 8" not in await maya.reads()
    await maya.clicks("More")
    assert "Ask 8" in await maya.reads()
    await maya.clicks("Back")
    assert "Ask 0" in await maya.reads()


@pytest.mark.thorough
async def test_a_year_comes_as_a_page_and_as_markdown(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask year")
    assert "Nothing happened with an ask in 2026." in await maya.reads()
    await promised(maya)
    await maya.closes()
    await maya.says("/ask year 2027")
    assert "2027 has not begun yet." in await maya.reads()
    await maya.says("/ask year")
    files = [file for message in await maya.messages() for file in message.get("files", ())]
    assert {file["name"] for file in files} == {"asks-2026.md", "asks-2026.html"}
    said = await maya.reads_all()
    assert "*Your asks of 2026* are on their way" in said


# --- What is asked of them


async def test_each_question_leads_to_its_answer(slack: LocalSlack, maya: Person) -> None:
    await promised(maya)
    await maya.closes()
    assert await coming(slack, maya, PROMISE) == [datetime(2026, 11, 30, 9, tzinfo=UTC)]
    await slack.goes_to(datetime(2026, 11, 30, 9, 0, 30, tzinfo=UTC))
    (said,) = [words for one in await maya.messages() if "Did it happen?" in (words := words_of(one))]
    assert "*Something you were promised was due.* Did it happen?" in said
    assert "promotion" not in said
    assert {"Yes", "Partly", "No", "Moved to"} <= set(said.split("\n"))
    await maya.clicks("No")
    assert "A friendly line is enough the first time." in await maya.reads()
    assert await coming(slack, maya, PROMISE) == []
    assert await coming(slack, maya, FOLLOW_UP) == [datetime(2026, 12, 7, 9, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("button", "fields", "said"),
    [
        ("Yes", {}, "it happened"),
        ("No", {}, "it did not happen"),
        ("Moved to", {"on": "11 December"}, "moved to Friday 11 December"),
        ("Partly", {"on": "next Friday", "missing": "The level"}, "partly, the rest by Friday 11 December"),
    ],
)
async def test_an_answered_promise_says_what_was_answered_and_none_of_its_words(
    slack: LocalSlack, maya: Person, button: str, fields: dict[str, str], said: str
) -> None:
    await promised(maya)
    await maya.closes()
    await slack.goes_to(datetime(2026, 11, 30, 9, 0, 30, tzinfo=UTC))
    await clicks(maya, "Did it happen?", button)
    if fields:
        await maya.submits(**fields)
    assert await reads_part(maya, "A promise that was due") == f"*A promise that was due* · {said}"


@pytest.mark.parametrize(
    ("button", "fields", "before", "typed", "after", "column"),
    [
        ("They promised", {"on": "02/03"}, "for Tuesday 2 March 2027", "3 February", "for Wednesday 3 February 2027", "promised_on"),
        ("Not now", {"on": "1.2."}, "again Monday 1 February 2027", "12 January", "again Tuesday 12 January 2027", "reask_on"),
        ("I asked", {"on": "yesterday"}, "Asked yesterday", "last Friday", "Asked Friday 13 November", "asked_on"),
    ],
)  # fmt: skip
async def test_the_day_of_a_change_is_said_in_words_and_can_be_changed(
    slack: LocalSlack, maya: Person, button: str, fields: dict[str, str], before: str, typed: str, after: str, column: str
) -> None:  # fmt: skip
    await maya.says(LINE)
    await maya.clicks("Open")
    await maya.clicks(button)
    await maya.submits(**fields)
    assert before in await maya.modal()
    first = getattr(await only(slack, maya), column)
    await maya.clicks("Change date")
    assert (await maya.fills())["on"] == first.isoformat()
    answer = await maya.submits(on="blursday")
    assert "I cannot read “blursday”" in str(answer["errors"])
    await maya.submits(on=typed)
    assert after in await maya.modal()
    assert getattr(await only(slack, maya), column) != first
    await maya.clicks("Undo")
    assert getattr(await only(slack, maya), column) is None


async def test_a_day_is_not_changed_once_something_came_after_it(slack: LocalSlack, maya: Person) -> None:
    await promised(maya)
    await maya.clicks("Change date")
    ask = await only(slack, maya)
    async with slack.coach.session(maya.who) as session:
        await asks.note(session, ask.id, "They are on holiday")
    await maya.submits(on="3 December")
    assert "Something came after that, so it stays." in str(await maya.sees())
    assert (await only(slack, maya)).promised_on == ask.promised_on


async def test_asks_that_look_alike_in_the_dm_are_told_apart_by_their_number_and_day(
    slack: LocalSlack, maya: Person
) -> None:
    for line in ("/ask my manager for a raise", "/ask Priya for a review"):
        await maya.says(line)
    await slack.goes_to(datetime(2026, 12, 9, 9, 0, 30, tzinfo=UTC))
    for _ in range(14):
        if "Number 2 of 2" not in await maya.reads_all():
            await slack.passes(DAY)
    asked = (await maya.reads_all()).split("waited for three weeks", 1)[1]
    assert "Number 1 of 2 in `/ask list` · written down Wednesday 18 November" in asked
    assert "Number 2 of 2 in `/ask list` · written down Wednesday 18 November" in asked
    assert "raise" not in asked
    assert "review" not in asked
    await clicks(maya, "Number 2 of 2", "Open it")
    assert "*a review*" in await maya.reads()
    await maya.says("/ask list")
    listed = await maya.reads()
    assert "1. *a raise*" in listed
    assert "2. *a review*" in listed


async def test_a_need_that_waits_opens_its_own_form(slack: LocalSlack, maya: Person) -> None:
    async with slack.coach.session(maya.who) as session:
        await asks.begin(session, asks.entry(None, need="Fewer meetings"))
    assert await coming(slack, maya, STALE_NEED) == [datetime(2026, 12, 9, 9, tzinfo=UTC)]
    await slack.goes_to(datetime(2026, 12, 9, 9, 0, 30, tzinfo=UTC))
    assert "*Something you want has waited for three weeks.*" in await maya.reads()
    await maya.clicks("Open it")
    await maya.clicks("Turn it into an ask")
    assert (await maya.fills())["need"] == "Fewer meetings"
    await maya.submits(request="One free day a week")
    assert (await only(slack, maya)).status == "planned"


async def test_a_condition_and_the_day_to_ask_again_are_asked_about(slack: LocalSlack, maya: Person) -> None:
    await maya.says(LINE)
    await maya.clicks("Open")
    await maya.clicks("We talked")
    await maya.submits(verdict="conditional", conditions="Ship it by 26 November")
    await maya.closes()
    assert await coming(slack, maya, CONDITION) == [datetime(2026, 11, 26, 9, tzinfo=UTC)]
    await slack.goes_to(datetime(2026, 11, 26, 9, 0, 30, tzinfo=UTC))
    assert "*One of the conditions you agreed on is due today.*" in await maya.reads()
    await maya.clicks("Open the ask")
    assert "○ *Ship it*" in await maya.reads()
    await maya.clicks("Met")
    await maya.says("/ask list")
    await maya.clicks("Open")
    await maya.clicks("Not now")
    await maya.submits(on="3 December")
    await maya.closes()
    assert await coming(slack, maya, REASK) == [datetime(2026, 12, 3, 9, tzinfo=UTC)]
    await slack.goes_to(datetime(2026, 12, 3, 9, 0, 30, tzinfo=UTC))
    assert "*The day has come to ask again.*" in await maya.reads()
    await maya.clicks("I asked")
    await maya.submits()
    assert (await only(slack, maya)).status == "asked"


# --- Other people


async def test_somebody_elses_ask_is_not_found(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask my manager for a zebra quartz")
    await maya.clicks("Open")
    await maya.clicks("We talked")
    await maya.submits(verdict="conditional", conditions="Ship it")
    async with slack.coach.session(maya.who) as session:
        ids = [(await asks.overview(session, 1)).asks[0].ask.id]
        ids += [one.id for one in await asks.conditions_of(session, ids)]
        ids += [one.id for one in await asks.history(session, ids[:1])]
    before = await kept(slack, maya)
    daniel = slack.person("daniel")
    await daniel.opens_home()
    for action in ACTIONS:
        for one in ids:
            assert (await forged.clicks(slack, daniel, action, one, option=f"open:{one}")).answered
    for callback in ("asks.change", "asks.save_date", "asks.save_link", "asks.save_event", "asks.sent"):
        for what in ("asked", "verdict", "nonsense"):
            carried = {"ask": ids[0], "what": what, "form": "f"}
            fields = {"request": "Mine", "draft": "Mine", "verdict": "no", "on": ""}
            assert (await forged.submits(slack, daniel, callback, carried, fields)).answered
    assert await kept(slack, maya) == before
    assert "zebra" not in str(await daniel.sees())
    assert (await slack.count(Ask), await slack.count(Condition)) == (1, 1)


ACTIONS = tuple(
    f"asks.{name}"
    for name in (
        *("edit", "change_date", "undo", "restore", "take_back", "open", "more", "link", "asked", "promised"),
        *("verdict", "moved", "partly", "not_now", "declined", "note", "met", "missed", "withdraw", "reopen"),
        *("condition_met", "condition_open", "open_condition", "draft", "direct", "escalate", "fallback"),
        *("clarity", "confirm"),
    )
)


async def promised(maya: Person) -> None:
    """An ask with a promise for Friday in a week; its answer stands in the modal."""
    await maya.says(LINE)
    await maya.clicks("Open")
    await maya.clicks("They promised")
    await maya.submits(promised="An answer", on="27 November", their_words="We will see")
