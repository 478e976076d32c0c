"""Goals as a person meets them: one line, the SMART question, the form, milestones, progress, endings and the map."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.domain import goals, wins
from bot.domain.goals import Goal, Measure, Milestone, Progress, entry
from bot.domain.nudges import MILESTONE, REASSESS, STALE_GOAL
from handlers.goals import _wins
from tests import forged
from tests.asking import coming
from tests.slack import LocalSlack, Person

JUNE = date(2027, 6, 30)
NAMES = (*goals.TEXTS, "id", "statement", "deadline", "status", "measure", "confidence", "kind", "knows")
MORE = ("in_control", "next_on", "follows_id", "reason", "learned")


async def kept(slack: LocalSlack, person: Person) -> list[SimpleNamespace]:
    """What is stored for a person and not in the bin, in the order in which it was made."""
    async with slack.coach.session(person.who) as session:
        return [
            SimpleNamespace(**{name: getattr(goal, name) for name in (*NAMES, *MORE)})
            for goal in await goals.kept(session)
        ]


async def only(slack: LocalSlack, person: Person) -> SimpleNamespace:
    (goal,) = await kept(slack, person)
    return goal


# --- One line


async def test_a_goal_in_one_line_is_saved_with_its_date(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Lead the migration by end of Q2")
    said = await maya.reads()
    assert "*Saved.* Lead the migration" in said
    assert "By Wednesday 30 June 2027 · private to you" in said
    assert {"Edit", "Change date", "Plan milestones", "Undo"} <= set(said.split("\n"))
    assert (await maya.messages())[-1]["ephemeral"]
    goal = await only(slack, maya)
    assert (goal.statement, goal.deadline) == ("Lead the migration", JUNE)


async def test_a_goal_can_be_said_in_other_ways_too(slack: LocalSlack, maya: Person) -> None:
    for said in ("/coach goal Learn Rust", "goal Learn Rust", "Goal: Learn Rust"):
        await maya.says(said)
        assert "*Saved.* Learn Rust" in await maya.reads()
    assert len(await kept(slack, maya)) == 3


async def test_what_is_no_goal_is_explained_and_given_back(slack: LocalSlack, maya: Person) -> None:
    for text, sentence in (("🎯🎯", "Add a few words"), ("long " * 601, "longer than the 3,000 characters")):
        await maya.says(f"/goal {text}")
        said = await maya.reads()
        assert sentence in said
        assert text.split()[-1] in said.split("so that they are not lost:")[1]
    assert await kept(slack, maya) == []


async def test_hostile_words_are_kept_and_shown_as_they_were_typed(slack: LocalSlack, maya: Person) -> None:
    for text in forged.HOSTILE:
        await maya.says(f"/goal {text}")
        shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert shown in await maya.reads()
        await maya.clicks("Edit")
        assert (await maya.fills())["statement"] == text
        await maya.closes()


async def test_help_shows_what_there_is(maya: Person) -> None:
    await maya.says("/goal help")
    assert "`/goal map` draws them" in await maya.reads()
    await maya.says("goal")
    assert "*Say where you want to go, and by when*" in await maya.reads()


@pytest.mark.parametrize(
    "typed", ["lst", "maps", "halp", "list last month", "map 2027", "Help me", "list  Reached"]
)
async def test_a_slip_of_a_subcommand_is_asked_about_and_not_saved(
    slack: LocalSlack, maya: Person, typed: str
) -> None:
    await maya.says(f"/goal {typed}")
    said = await maya.reads()
    assert "Nothing is saved yet." in said
    assert typed in said
    assert "`/goal map` draws them" in said
    assert await kept(slack, maya) == []
    await maya.clicks("Save as a goal")
    assert f"*Saved.* {typed}" in await maya.reads()
    assert (await only(slack, maya)).statement == typed


async def test_the_words_of_a_slip_are_saved_once(slack: LocalSlack, maya: Person) -> None:
    await maya.says("goal lst")
    await maya.clicks("Save as a goal")
    await forged.again(slack)
    assert [goal.statement for goal in await kept(slack, maya)] == ["lst"]


async def test_goals_that_begin_like_a_subcommand_are_saved(slack: LocalSlack, maya: Person) -> None:
    typed = ["Map the customer journey", "Help the team ship", "List all open risks", "Promotion"]
    for line in typed:
        await maya.says(f"/goal {line}")
    assert [goal.statement for goal in await kept(slack, maya)] == typed


async def test_a_deadline_that_has_passed_is_not_set_and_said_so(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Ship v3 by yesterday")
    assert "That day has passed, so no deadline is set." in await maya.reads()
    assert (await only(slack, maya)).deadline is None
    await maya.clicks("Change date")
    await maya.submits(deadline="end of Q2")
    shown = await maya.modal()
    assert "By Wednesday 30 June 2027" in shown
    assert "That day has passed" not in shown


# --- The SMART question


async def test_the_question_is_answered_and_the_rewrite_taken(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Finish the migration by end of Q2")
    said = await maya.reads()
    assert "Specific ✓ · Measurable ✓ · In your hands ✓ · Relevant – · Timed ✓" in said
    assert "*Why does it matter to you?*\nNothing says yet why it matters." in said
    await maya.clicks("Answer")
    assert "Finish the migration" in await maya.modal()
    await maya.submits(answer="I grow into the staff role.")
    shown = await maya.modal()
    assert "~Finish the migration~\nFinish the migration, so that I grow into the staff role" in shown
    assert (await only(slack, maya)).why == "I grow into the staff role."
    await maya.clicks("Use the new line")
    assert "Relevant ✓" in await maya.modal()
    assert "Why does it matter" not in await maya.modal()
    goal = await only(slack, maya)
    assert goal.statement == "Finish the migration, so that I grow into the staff role"
    assert goal.deadline == JUNE


async def test_the_old_line_can_stay_and_the_answer_is_kept(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Learn the language")
    assert "*What number will show it?*" in await maya.reads()
    await maya.clicks("Answer")
    await maya.submits(answer="from 0 to 3 services written in it")
    await maya.clicks("Keep mine")
    assert "*Changed.* Learn the language" in await maya.modal()
    goal = await only(slack, maya)
    assert (goal.statement, goal.measure) == ("Learn the language", goals.Measure(None, "0", "3", "services"))


async def test_a_line_that_says_it_already_is_not_rewritten_again(slack: LocalSlack, maya: Person) -> None:
    """The message with the question stays in the DM, and its button can be clicked twice."""
    await maya.says("/goal Lead the migration by end of Q2")
    await maya.clicks("Answer")
    await maya.submits(answer="from 2 to 12 services")
    await maya.clicks("Use the new line")
    await maya.closes()
    await maya.clicks("Answer")
    await maya.submits(answer="from 2 to 12 services")
    assert "*Changed.* Lead the migration, from 2 to 12 services" in await maya.modal()
    assert (await only(slack, maya)).statement == "Lead the migration, from 2 to 12 services"


async def test_each_letter_is_asked_in_its_turn_until_none_is_missing(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/goal Get promoted")
    answers = {
        "*What exactly will you do?*": "hand in the case for the staff role",
        "*What number will show it?*": "one decision",
        "*Which part of it is in your own hands?*": "I collect three proofs",
        "*Why does it matter to you?*": "because I want a wider scope",
        "*By when?*": "end of Q2",
    }
    asked = await maya.reads()
    for question, answer in answers.items():
        if question not in asked:
            continue
        await maya.clicks("Answer")
        await maya.submits(answer=answer)
        assert ("Your answer is saved." in await maya.modal()) is ("exactly" not in question)
        await maya.clicks("Use the new line")
        asked = await maya.modal()
    assert "Specific ✓ · Measurable ✓ · In your hands ✓ · Relevant ✓ · Timed ✓" in asked
    goal = await only(slack, maya)
    assert goal.deadline == JUNE
    assert all(answer in goal.statement for answer in ("hand in the case", "three proofs", "by end of Q2"))


async def test_a_date_that_cannot_be_read_is_explained_beside_the_field(maya: Person) -> None:
    await maya.says("/goal Finish the migration because it is time")
    await maya.clicks("Answer")
    for answer, sentence in (("when pigs fly", "cannot read"), ("1 March 2020", "is not ahead"), ("…", None)):
        refused = await maya.submits(answer=answer)
        assert sentence is None or sentence in refused["errors"]["answer"]


# --- The form, edits, undo


async def test_the_form_keeps_everything(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal")
    given = {
        "statement": "Lead the migration",
        "deadline": "end of Q2",
        "why": "It is the hardest part",
        "measure": "Services moved",
        "baseline": "2 services",
        "target": "12 services",
        "next_action": "Draft the plan",
        "next_on": "next Friday",
        "confidence": "4",
        "in_control": "partly",
        "kind": "project",
        "company_aim": "One platform",
        "own_value": "Craft",
        "knows": "Priya, Ben",
    }
    await maya.submits(**given)
    assert "*Saved.* Lead the migration" in await maya.modal()
    goal = await only(slack, maya)
    assert goal.measure == goals.Measure("Services moved", "2", "12", "services")
    assert (goal.next_on, goal.confidence, goal.knows) == (date(2026, 11, 27), 4, ["Priya", "Ben"])
    await maya.clicks("Open")
    card = await maya.modal()
    for sentence in (
        "*Measure* Services moved: from 2 to 12 services",
        "*Who knows* Priya and Ben",
        "Next: Draft the plan (Friday 27 November)",
        "*About* Project",
        "*In my hands* Partly",
        "*Confidence* 4 of 5",
    ):
        assert sentence in card
    await maya.clicks("Edit")
    again = await maya.fills()
    assert {**given, "deadline": "2027-06-30", "next_on": "2026-11-27", "baseline": "2"} == again


async def test_faults_in_the_form_stand_beside_their_fields(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal")
    refused = await maya.submits(statement="🎯", deadline="")
    assert "Add a few words" in refused["errors"]["statement"]
    refused = await maya.submits(statement="Lead it", deadline="last Friday")
    assert "is not ahead" in refused["errors"]["deadline"]
    assert await kept(slack, maya) == []


async def test_the_same_form_sent_twice_saves_one_goal(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal")
    await maya.submits(statement="Lead the migration")
    await forged.again(slack)
    assert len(await kept(slack, maya)) == 1


async def test_a_goal_is_edited_undone_and_put_back(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Learn Rust")
    await maya.clicks("Edit")
    await maya.submits(statement="Learn Rust well enough to teach it")
    assert "*Changed.* Learn Rust well enough to teach it" in await maya.modal()
    await maya.closes()
    await maya.clicks("Undo")
    assert "It stays in the bin for 30 days." in await maya.reads()
    assert await kept(slack, maya) == []
    await maya.clicks("Put it back")
    assert (await only(slack, maya)).statement == "Learn Rust well enough to teach it"


async def test_a_moved_deadline_is_shown_in_the_history(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Lead the migration by end of Q2")
    await maya.clicks("Change date")
    assert (await maya.fills())["deadline"] == "2027-06-30"
    await maya.submits(deadline="30 September 2027", reason="A freeze until May")
    await maya.clicks("Open")
    assert (
        "Today · moved from Wednesday 30 June 2027 to Thursday 30 September 2027 · A freeze until May"
        in await maya.modal()
    )
    await maya.clicks("Change date")
    await maya.submits(deadline="")
    assert "No deadline" in await maya.modal()


async def test_more_than_five_active_goals_are_said_to_be_many(slack: LocalSlack, maya: Person) -> None:
    for number in range(6):
        await maya.says(f"/goal Learn part {number}")
        assert ("active goals. More than five" in await maya.reads()) is (number == 5)
    assert len(await kept(slack, maya)) == 6


# --- Milestones


async def test_milestones_are_planned_backwards_marked_and_moved(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Lead the migration by 26 February 2027")
    await maya.clicks("Plan milestones")
    shown = await maya.modal()
    assert "These dates count back from your deadline" in shown
    assert "Milestone 4" in shown
    await maya.submits(title_0="Plan agreed", title_2="First service moved")
    listed = await maya.modal()
    assert "○ *Plan agreed*\nTuesday 8 December" in listed
    await maya.clicks("Done")
    assert "✓ ~First service moved~\ntoday" in await maya.modal()
    await maya.clicks("Not done after all")
    await maya.clicks("Change or move")
    refused = await maya.submits(on="2027-03-01")
    assert "after the goal's own date, Friday 26 February 2027" in refused["errors"]["on"]
    await maya.submits(on="2027-02-19", reason="Waiting for the team")
    assert "Friday 19 February 2027" in await maya.modal()
    await maya.clicks("Back to the goal")
    assert "First service moved: moved from" in await maya.modal()
    assert "· Waiting for the team" in await maya.modal()
    assert await slack.count(Milestone) == 2
    await maya.clicks("Milestones")
    await maya.clicks("Remove")
    assert await slack.count(Milestone) == 1


async def test_a_plan_without_names_or_past_the_deadline_is_explained(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/goal Lead the migration by 26 February 2027")
    await maya.clicks("Plan milestones")
    refused = await maya.submits()
    assert "Name at least one milestone" in refused["errors"]["title_0"]
    refused = await maya.submits(title_1="Late", on_1="2027-05-01")
    assert "move the goal first" in refused["errors"]["on_1"]
    assert await slack.count(Milestone) == 0


# --- Progress


async def test_progress_is_noted_shown_and_taken_back(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Reduce build time from 12 to 4 minutes by end of Q2")
    await maya.clicks("Open")
    await maya.clicks("Log progress")
    assert "On the way to 4 minutes." in await maya.modal()
    refused = await maya.submits()
    assert "one of them is enough" in refused["errors"]["value"]
    await maya.submits(value="10", note="The cache works", confidence="4", next_action="Split the tests")
    assert "▰▰▱▱▱▱▱▱▱▱ 25 %" in await maya.modal()
    await maya.clicks("Open the goal")
    card = await maya.modal()
    assert "Today · *10* · The cache works · confidence 4 of 5" in card
    assert "Next: Split the tests" in card
    assert "Progress noted today" in card
    await maya.clicks("Log progress")
    await maya.submits(value="8")
    await maya.clicks("Undo")
    assert "*Taken back.*" in await maya.modal()
    assert await slack.count(Progress) == 1


# --- Endings


async def test_a_goal_that_is_reached_keeps_what_was_learned_and_can_be_opened_again(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/goal Lead the migration by end of Q2")
    await maya.clicks("Open")
    await maya.clicks("Close it")
    await maya.submits(status="reached", reason="All moved", learned="Ask for help sooner")
    assert "*Reached.* Lead the migration" in await maya.modal()
    goal = await only(slack, maya)
    assert (goal.status, goal.reason, goal.learned) == ("reached", "All moved", "Ask for help sooner")
    await maya.closes()
    await maya.says("/goal list")
    assert "Nothing here yet" in await maya.reads()
    await maya.clicks("Ended goals")
    assert "*Lead the migration*\nReached today" in await maya.reads()
    await maya.clicks("Open it again")
    assert (await only(slack, maya)).status == "active"


async def test_a_goal_that_changed_gives_its_words_to_the_one_that_follows(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/goal Lead the migration by end of Q2")
    await maya.clicks("Open")
    await maya.clicks("Close it")
    await maya.submits(status="changed", reason="The platform was dropped")
    assert "takes the place of a goal that changed" in await maya.modal()
    assert (await maya.fills())["statement"] == "Lead the migration"
    await maya.submits(statement="Lead the move to the cloud")
    before, after = await kept(slack, maya)
    assert (before.status, before.reason) == ("changed", "The platform was dropped")
    assert (after.status, after.follows_id) == ("active", before.id)
    await maya.clicks("Open")
    assert "*Takes the place of* Lead the migration" in await maya.modal()


# --- The list


@pytest.mark.thorough
async def test_two_hundred_goals_are_read_page_by_page(slack: LocalSlack, maya: Person) -> None:
    async with slack.coach.session(maya.who) as session:
        for number in range(200):
            await goals.begin(session, entry(f"Goal number {number:03}", JUNE + timedelta(days=number)))
    await maya.says("/goal list")
    assert "200 active goals" in await maya.reads()
    seen = set()
    for _ in range(25):
        seen |= {line for line in (await maya.reads()).split("\n") if line.startswith("*Goal number")}
        if "More" in (await maya.reads()).split("\n"):
            await maya.clicks("More")
    assert len(seen) == 200
    await maya.clicks("Back")
    assert "*Goal number 184*" in await maya.reads()


async def test_the_menu_of_the_list_opens_each_thing(maya: Person) -> None:
    await maya.says("/goal Learn Rust by end of Q2")
    for label, expected in (
        ("Log progress", "How is it going?"),
        ("Milestones", "No milestones yet."),
        ("Edit", "What do you want to reach?"),
        ("Close it", "How did it end?"),
        ("Open", "Relevant –"),
    ):
        await maya.says("/goal list")
        await maya.clicks(label)
        shown = await maya.modal() or await maya.reads()
        assert expected in shown
        if await maya.modal():
            await maya.closes()


# --- What is asked


async def test_a_milestone_is_asked_about_on_its_morning_and_done_there(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/goal Lead the migration by 26 February 2027")
    async with slack.coach.session(maya.who) as session:
        (goal,) = await goals.active(session)
        await goals.add_milestones(session, goal, [goals.Step(0, "Plan agreed", date(2026, 11, 24))])
    await slack.goes_to(datetime(2026, 11, 24, 9, 30, tzinfo=UTC))
    asked = await maya.reads_all()
    assert "One of your milestones is due today." in asked
    assert "Plan agreed" not in asked.split("One of your milestones is due today.")[1]
    await maya.clicks("Done")
    assert "*Milestone* · done" in await maya.reads_all()
    assert "✓ ~Plan agreed~" in await maya.reads()


async def test_what_is_asked_about_a_goal_goes_with_it_and_comes_back(
    slack: LocalSlack, maya: Person
) -> None:
    kinds = (MILESTONE, STALE_GOAL, REASSESS)
    await maya.says("/goal Lead the migration by 26 February 2027")
    await maya.clicks("Plan milestones")
    await maya.submits(title_0="Plan agreed")
    await maya.closes()
    before = {kind: await coming(slack, maya, kind) for kind in kinds}
    assert all(before.values())
    await maya.clicks("Undo")
    assert [await coming(slack, maya, kind) for kind in kinds] == [[], [], []]
    await maya.clicks("Put it back")
    assert {kind: await coming(slack, maya, kind) for kind in kinds} == before


async def test_a_quiet_goal_is_asked_about_and_progress_puts_it_off(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Learn Rust")
    await slack.goes_to(datetime(2026, 12, 9, 9, 30, tzinfo=UTC))
    while "has been quiet for three weeks" not in await maya.reads_all():
        await slack.passes(timedelta(days=1))
    await maya.clicks("Log progress")
    await maya.submits(note="Wrote a parser")
    assert "*Progress on a goal* · done" in await maya.reads_all()


async def test_the_quarterly_look_offers_to_close_what_was_ticked(slack: LocalSlack, maya: Person) -> None:
    for statement in ("Learn Rust", "Lead the migration"):
        await maya.says(f"/goal {statement}")
    async with slack.coach.session(maya.who) as session:
        first, _ = await goals.active(session)
        goal_id = first.id
        await session.flush()
    slack.clock.move_to(datetime(2027, 2, 17, 9, 30, tzinfo=UTC))
    for _ in range(20):
        await slack.passes(timedelta(days=1))
        if "Do your goals still hold?" in await maya.reads_all():
            break
    await maya.clicks("Look through")
    assert "Which of these would you not set again today?" in await maya.modal()
    await maya.submits(goals_0=[goal_id])
    assert "*These you would not set again.*" in await maya.modal()
    await maya.clicks("Close it")
    await maya.submits(status="dropped", learned="Less is more")
    assert [goal.status for goal in await kept(slack, maya)] == ["dropped", "active"]


# --- The road map


async def test_the_road_map_comes_as_a_picture_and_a_calendar_with_the_same_facts_in_words(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/goal map")
    assert "There is no goal to draw yet." in await maya.reads()
    await maya.says("/goal Lead the migration by end of Q2")
    await maya.clicks("Plan milestones")
    await maya.submits(title_0="Plan agreed")
    await maya.closes()
    await maya.says("/goal map")
    assert "• Lead the migration: by 30 June 2027; Plan agreed" in await maya.reads_all()
    assert "Whoever may export the direct messages of this workspace may read them" in await maya.reads_all()
    assert "only you can see" not in (await maya.reads_all()).casefold()
    sent = next(message for message in await maya.messages() if message.get("files"))
    assert sent["text"] == "Your road map is here.", "a push shows it"
    assert [file["name"] for file in sent["files"]] == ["road-map.png", "goals.ics"]
    async with slack.http.get(slack.address + sent["files"][1]["url"]) as answer:
        calendar = (await answer.read()).decode()
    assert calendar.count("BEGIN:VEVENT") == 2
    assert "DTSTART;VALUE=DATE:20270630" in calendar


async def test_a_road_map_of_thousands_of_goals_is_bounded_and_says_so(
    slack: LocalSlack, maya: Person
) -> None:
    """However many there are, only so many records are read, and what is left out can be seen elsewhere."""
    await maya.opens_home()
    async with slack.coach.session(maya.who) as session:
        ahead = [date(2027, 1, 1) + timedelta(days=number) for number in range(2000)]
        many = [Goal(member_id=session.member.id, status="active", deadline=on) for on in ahead]
        for number, goal in enumerate(many):
            goal.statement, goal.knows = f"Goal {number}", []
        await session.put(*many)
    await maya.says("/goal map")
    said = await maya.reads_all()
    assert "*Road map* · 2000 goals" in said
    assert "the 24 goals whose deadlines come first, the calendar file the dates of the first 250." in said
    assert "`/goal list` shows all of your goals" in said
    sent = next(message for message in await maya.messages() if message.get("files"))
    async with slack.http.get(slack.address + sent["files"][1]["url"]) as answer:
        assert (await answer.read()).decode().count("BEGIN:VEVENT") == 250


async def test_the_list_leads_to_the_road_map(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Lead the migration by end of Q2")
    await maya.says("/goal list")
    await maya.clicks("Road map")
    assert any(message.get("files") for message in await maya.messages())
    assert await slack.count(Goal) == 1


# --- Goals and wins


async def test_a_goal_that_is_reached_becomes_a_win_that_serves_it(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Lead the migration by end of Q2")
    await maya.clicks("Open")
    await maya.clicks("Close it")
    await maya.submits(status="reached")
    await maya.clicks("Log it as a win")
    assert (await maya.fills())["title"] == "Lead the migration"
    await maya.submits(title="Led the migration")
    assert "Led the migration" in await maya.modal()
    goal = await only(slack, maya)
    async with slack.coach.session(maya.who) as session:
        assert [win.title for win in await wins.of_goal(session, goal.id)] == ["Led the migration"]


async def test_a_reached_goal_can_become_a_win_later_with_its_number(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Answer tickets from 12 to 4 hours")
    await maya.clicks("Open")
    await maya.clicks("Log progress")
    await maya.submits(value="5 hours")
    await maya.closes()
    await maya.clicks("Open")
    await maya.clicks("Close it")
    await maya.submits(status="reached")
    await maya.closes()
    await maya.says("/goal list")
    await maya.clicks("Ended goals")
    await maya.clicks("Open")
    await maya.clicks("Log it as a win")
    filled = await maya.fills()
    assert (filled["title"], filled["metric"]) == ("Answer tickets from 12 to 4 hours", "12 hours → 5 hours")
    await maya.submits()
    await maya.closes()
    (win,) = await slack.wins(maya)
    goal = await only(slack, maya)
    assert win.goal_id == goal.id
    await maya.says("/goal list")
    await maya.clicks("Ended goals")
    await maya.clicks("Open")
    assert "Log it as a win" not in await maya.modal() + await maya.reads()


@pytest.mark.parametrize(
    ("planned", "value", "line"),
    [
        (None, "5", None),
        (Measure("Latency"), "5", None),
        (Measure("Latency", "12", "4", "s"), None, None),
        (Measure("Latency", "12", "4", "s"), "5", "Latency: 12 s → 5 s"),
        (Measure("Latency", "12" * 200, "4", "s"), "5", None),
    ],
)
def test_the_number_of_a_win_is_what_was_noted(planned: Measure | None, value: str | None, line: str) -> None:
    assert _wins.metric(planned, value) == line


async def test_a_measure_that_is_a_whole_sentence_is_cut_in_the_label(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/goal Learn the language")
    await maya.clicks("Answer")
    await maya.submits(answer="Everybody in the team asks me before they change anything in the build")
    await maya.clicks("Keep mine")
    await maya.clicks("Open")
    await maya.clicks("Log progress")
    assert "Everybody in the team asks me before they change anything i… now" in await maya.modal()


async def test_wins_are_linked_to_a_goal_and_taken_from_it_again(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/goal Lead the migration by end of Q2")
    await maya.clicks("Open")
    await maya.clicks("Link wins")
    assert "You have not logged any wins yet." in await maya.modal()
    await maya.closes()
    await maya.says("/win Moved the first service")
    await maya.says("/win Fixed the login")
    ids = {win.title: win.id for win in await slack.wins(maya)}
    await maya.says("/goal list")
    await maya.clicks("Open")
    await maya.clicks("Link wins")
    await maya.submits(wins=[ids["Moved the first service"]])
    assert "*Wins*\n• Moved the first service" in await maya.modal()
    await maya.clicks("Link wins")
    await maya.submits(wins=[ids["Fixed the login"]])
    assert "*Wins*\n• Fixed the login" in await maya.modal()
    assert "Moved the first service" not in await maya.modal()
