"""A win as it grows: what is asked for, its sides in forms, its goal, and every change taken back."""

from datetime import date

import pytest

from bot.domain import goals
from bot.domain.wins import Metric
from tests import forged
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough


async def goal(slack: LocalSlack, person: Person, statement: str) -> str:
    async with slack.coach.session(person.who) as session:
        return (await goals.begin(session, goals.read(statement, date(2026, 11, 18)))).id


# --- The one thing that is missing


async def test_one_thing_is_asked_for_at_a_time_until_nothing_is_missing(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win We helped with the search")
    asked = (
        ("What came of it?", "result", "Fewer questions"),
        ("Is there a number that shows it?", "metric", "Search time from 2.1 s to 0.3 s"),
        ("It says “we”", "my_part", "I wrote the index"),
        ("“helped with”", "title", "Rebuilt the search"),
        ("How did you do it?", "action", "Measured first"),
    )
    for question, field, answer in asked:
        shown = await maya.modal() if field != "result" else await maya.reads()
        assert question in shown
        assert shown.count("Answer") == 1
        await maya.clicks("Answer")
        await maya.submits(**{field: answer})
    assert "Answer" not in await maya.modal()
    (win,) = await slack.wins(maya)
    assert (win.title, win.result, win.action) == ("Rebuilt the search", "Fewer questions", "Measured first")
    assert win.metric == Metric("Search time", "2.1", "0.3", "s")
    assert "by_ Measured first" in await maya.modal()


async def test_blanks_stay_visible_in_the_one_line_form(maya: Person) -> None:
    await maya.says("/win Shipped the search")
    assert (
        "_Accomplished_ Shipped the search, _as measured by_ `[number?]`, _by_ `[how?]`" in await maya.reads()
    )


async def test_a_forged_question_is_an_old_button(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    (win,) = await slack.wins(maya)
    assert (await forged.clicks(slack, maya, "wins.fill_gap", f"fame:{win.id}")).answered
    assert slack.calls("views.open") == []


# --- The sides of a win


async def test_the_impact_form_keeps_the_number_in_its_parts(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.clicks("Add impact")
    refused = await maya.submits(before="9" * 201)
    assert "longer than the 200 characters" in refused["errors"]["before"]
    await maya.submits(
        metric="Search time",
        before="2.1",
        after="0.3",
        unit="s",
        certainty="estimated",
        source="The dashboard",
    )
    shown = await maya.modal()
    assert "*Number* Search time: 2.1 s → 0.3 s (an estimate), from The dashboard" in shown
    assert "_as measured by_ Search time: 2.1 s → 0.3 s (an estimate)" in shown
    (win,) = await slack.wins(maya)
    assert win.metric == Metric("Search time", "2.1", "0.3", "s", "estimated", "The dashboard")


async def test_the_whole_story_is_told_from_the_same_win(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.clicks("Tell the whole story")
    told = {
        "situation": "Nobody found anything",
        "task": "To make it quick",
        "action": "Measured, then rebuilt",
        "result": "Fewer questions",
        "my_part": "The index",
        "team_part": "The page",
        "credit": "Priya and Ben",
        "competency": "Technical depth",
        "evidence": "https://a.example/1\nhttps://juniper.slack.com/archives/C1/p1",
    }
    await maya.submits(**told)
    shown = await maya.modal()
    for words in (
        "*Situation* Nobody",
        "*Task* To make",
        "*My part* The index",
        "*The team’s part* The page",
    ):
        assert words in shown
    assert "<https://juniper.slack.com/archives/C1/p1|Open the message>" in shown
    (win,) = await slack.wins(maya)
    assert {name: getattr(win, name) for name in told} == told


async def test_where_a_win_belongs_is_set_in_the_edit_form(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.clicks("Edit")
    assert "lies before the first" in (await maya.submits(until="10 November"))["errors"]["until"]
    await maya.submits(
        when="9 November",
        until="13 November",
        project="Search",
        status="pending",
        tags="#q4, search",
        shareable=["yes"],
    )
    shown = await maya.modal()
    for words in (
        "Monday 9 November to Friday 13 November",
        "may be shared",
        "*Project* Search",
        "*Tags* q4, search",
    ):
        assert words in shown
    assert "*Status* Done, the outcome is still open" in shown
    (win,) = await slack.wins(maya)
    assert (win.until_on, win.shareable, win.tags) == (date(2026, 11, 13), True, ["q4", "search"])


# --- Taken back


async def test_a_change_is_taken_back_and_the_win_stays(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.clicks("Edit")
    await maya.submits(title="Shipped something else", project="Search")
    await maya.clicks("Undo")
    shown = await maya.modal()
    assert "*Changed.* Shipped the search" in shown
    assert "Delete" in shown.split("\n")
    assert "Undo" not in shown.split("\n")
    (win,) = await slack.wins(maya)
    assert (win.title, win.project) == ("Shipped the search", None)
    await forged.again(slack)
    assert [one.title for one in await slack.wins(maya)] == ["Shipped the search"]


# --- Its goal


async def test_a_win_is_linked_to_a_goal_and_unlinked(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.clicks("Link goal")
    assert "You have no goals yet" in await maya.modal()
    await maya.closes()
    goal_id = await goal(slack, maya, "Lead the migration")
    await maya.clicks("Link goal")
    await maya.submits(goal=goal_id)
    assert "*Goal* Lead the migration" in await maya.modal()
    assert [win.goal_id for win in await slack.wins(maya)] == [goal_id]
    await maya.clicks("Link goal")
    await maya.submits(goal="none")
    assert [win.goal_id for win in await slack.wins(maya)] == [None]


async def test_a_win_cannot_be_linked_to_somebody_elses_goal(slack: LocalSlack, maya: Person) -> None:
    daniel = slack.person("daniel")
    await daniel.opens_home()
    await maya.says("/win Shipped the search")
    theirs = await goal(slack, daniel, "Their secret goal")
    await goal(slack, maya, "Mine")
    (win,) = await slack.wins(maya)
    answer = await forged.submits(slack, maya, "wins.link", {"win": win.id}, {"goal": theirs})
    assert "That goal is not here any more" in str(answer.body)
    assert [win.goal_id for win in await slack.wins(maya)] == [None]


# --- The list, narrowed


async def test_the_list_is_narrowed_by_time_words_and_filter(slack: LocalSlack, maya: Person) -> None:
    for said in ("Shipped the search", "Mentored Ben 2 October", "Fixed checkout 2 November"):
        await maya.says(f"/win {said}")
    await maya.says("/win list this month")
    shown = await maya.reads()
    assert "2 wins, newest first" in shown
    assert "Mentored Ben" not in shown
    await maya.clicks("All")
    assert "3 wins" in await maya.reads()
    await maya.says("/win find serach")
    assert "1 win for “serach”" in await maya.reads()
    await maya.clicks("Filter and find")
    assert (await maya.fills())["words"] == "serach"
    await maya.submits(words="", span="quarter")
    assert "3 wins" in await maya.modal()
    await maya.clicks("Open")
    assert "_Accomplished_" in await maya.modal()
    await maya.closes()
    await maya.says("/win find zebra")
    assert "No win fits “zebra”" in await maya.reads()


async def test_the_list_can_be_asked_for_in_the_dm_without_a_slash(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    for said, shown in (
        ("win list this month", "1 win\nThis month"),
        ("win find serach", "1 win for “serach”"),
        ("win bin", "The bin is empty"),
        ("win replay", "Things you did"),
    ):
        await maya.says(said)
        assert shown in await maya.reads()
    assert len(await slack.wins(maya)) == 1


async def test_words_that_begin_like_a_command_are_asked_about_and_nothing_is_saved(
    slack: LocalSlack, maya: Person
) -> None:
    for said in ("list of features shipped", "list lst month", "lst", "export blah", "duplicates please"):
        for way in ("/win ", "win ", "/coach win "):
            await maya.says(f"{way}{said}")
            assert "Nothing is saved yet" in await maya.reads()
            assert said in await maya.reads()
    assert await slack.wins(maya) == []
    await maya.says("/win list of features shipped")
    await maya.clicks("Save as a win")
    assert "*Saved.* list of features shipped" in await maya.reads()
    await maya.says("/win Export pipeline rewritten")
    assert len(await slack.wins(maya)) == 2


async def test_last_months_wins_can_be_listed(maya: Person) -> None:
    await maya.says("/win Mentored Ben 2 October")
    for said in ("list last month", "list of last month", "list last quarter"):
        await maya.says(f"/win {said}")
        assert ("Mentored Ben" in await maya.reads()) is (said != "list last quarter")


async def test_a_day_in_the_middle_of_a_line_is_asked_about(slack: LocalSlack, maya: Person) -> None:
    for said in ("Fixed the bug last Friday that blocked support", "Next Friday I will give a talk"):
        await maya.says(f"/win {said}")
        assert "*Was it today?*" in await maya.reads()
    await maya.clicks("Change date")
    await maya.submits(when="last Friday")
    assert "Was it today?" not in await maya.modal()
    await maya.closes()
    await maya.says("/win The day before yesterday cut the CI time")
    assert "Was it today?" not in await maya.reads()
    assert "I read the day as *Monday 16 November*." in await maya.reads()
    await maya.clicks("Change date")
    await maya.submits(when="15.11.")
    assert "Sunday 15 November · private to you" in await maya.modal()
    assert {win.occurred_on.day for win in await slack.wins(maya)} == {18, 13, 15}


async def test_a_number_in_the_line_leaves_no_blank(maya: Person) -> None:
    await maya.says("/win Cut the CI time from 42 to 11 minutes")
    shown = await maya.reads()
    assert "[number?]" not in shown
    assert "`[how?]`" in shown


# --- Look-alikes, looking back, the bin


async def test_look_alikes_are_shown_side_by_side_made_one_and_taken_apart(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win duplicates")
    assert "No look-alikes are waiting for you." in await maya.reads()
    await maya.says("/win Shipped the new search 10 November")
    await maya.says("/win Shipped the new serach")
    await maya.says("/win duplicates")
    shown = await maya.reads()
    assert shown.index("Tuesday 10 November") < shown.index("Today")
    await maya.clicks("Make them one")
    assert "Made one of two" in await maya.reads()
    assert [win.title for win in await slack.wins(maya)] == ["Shipped the new search"]
    await maya.clicks("Undo")
    assert len(await slack.wins(maya)) == 2
    assert [win.details for win in await slack.wins(maya)] == [None, None]
    await maya.clicks("Keep both")
    assert "No look-alikes are waiting for you." in await maya.reads()
    await maya.says("/win duplicates")
    assert "No look-alikes are waiting for you." in await maya.reads()


async def test_three_wins_are_looked_back_on(maya: Person) -> None:
    await maya.says("/win replay")
    assert "nothing to look back on yet" in await maya.reads()
    for said in ("One 2 March", "Two 5 November", "Three 6 November", "Four 9 November"):
        await maya.says(f"/win {said}")
    await maya.says("/win replay")
    for _ in range(2):
        shown = await maya.reads()
        assert "Monday 2 March" in shown
        assert sum(f" {name}" in shown for name in ("Two", "Three", "Four")) == 2
        await maya.clicks("Show others")
