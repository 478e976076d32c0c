"""The App Home tab: what a new and a busy person see, and that it follows every change."""

from datetime import UTC, datetime, timedelta

from tests.slack import LocalSlack, Person

FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


async def test_a_new_person_is_introduced_and_taught(maya: Person) -> None:
    shown = await maya.home()
    for words in (
        "Wednesday 18 November 2026",
        "Only you can see this page",
        "*Goals* · none yet",
        "*Hello, I am Sayso.*",
        "*This week* · nothing yet",
        "Fixed the login error that blocked support",
        "Friday 20 November 2026 at 15:00",
        "`/pitch manager` puts it into words",
        "No manager and no admin can read it",
    ):
        assert words in shown
    assert "All wins" not in shown


async def test_home_follows_every_change(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    assert "Shipped the search" in await maya.home()
    await maya.says("/win Mentored Ben 5 October")
    assert "*This week* · 1 win, 2 in all" in await maya.home()
    await maya.clicks("Undo")
    assert "*This week* · 1 win\n" in await maya.home()
    await maya.says("/coach pause until 1 December")
    assert "Nothing is sent until Tuesday 1 December 2026" in await maya.home()
    await maya.says("/coach resume")
    assert "*Paused*" not in await maya.home()
    await slack.goes_to(FRIDAY)
    assert "*Check-in* is open and waits for an answer." in await maya.home()
    await maya.clicks("Skip")
    shown = await maya.home()
    assert "is open" not in shown
    assert "Friday 27 November 2026" in shown


async def test_a_busy_week_shows_the_newest_and_counts_the_rest(maya: Person) -> None:
    for number in range(11):
        await maya.says(f"/win Closed ticket {number}")
    shown = await maya.home()
    assert "… and 6 more this week" in shown
    assert "*This week* · 11 wins" in shown


async def test_open_asks_stand_on_home_with_what_can_be_done(slack: LocalSlack, maya: Person) -> None:
    assert "*Asks* · none yet" in await maya.home()
    for number in range(6):
        await maya.says(f"/ask my manager for budget number {number} by March")
    shown = await maya.home()
    assert "*Asks* · 6 open asks" in shown
    assert "… and 2 more" in shown
    await maya.clicks("All asks")
    assert "budget number 5" in await maya.modal()


async def test_what_waits_of_feedback_stands_on_home(slack: LocalSlack, maya: Person) -> None:
    assert "*Feedback* · nothing waits" in await maya.home()
    await maya.says("/feedback")
    await maya.submits(people=[slack.person("daniel").id], topic="The launch")
    assert "*Feedback* · 1 request without an answer" in await maya.home()
    await maya.clicks("Whom I asked")
    assert "The launch" in await maya.modal()


async def test_every_button_leads_somewhere(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.opens_home()
    for label, words in (
        ("All wins", "*Your wins* · 1 win"),
        ("Look back", "Things you did"),
        ("Bin", "The bin is empty"),
        ("Make a document", "Who is it for?"),
        ("Settings", "Check-in"),
        ("Draft a message", "What is it for?"),
        ("Help", "Keep what you get done"),
        ("Check in now", "What else did you get done?"),
    ):
        await maya.clicks(label)
        assert words in await maya.modal()
        await maya.closes()
    await slack.goes_to(datetime(2026, 11, 23, 9, tzinfo=UTC))
    await maya.opens_home()
    assert "*This week* · nothing yet" in await maya.home()


async def test_a_win_can_be_changed_and_deleted_from_home(slack: LocalSlack, maya: Person) -> None:
    await maya.clicks("That suits me")
    await maya.says("/win Shipped the search")
    home = (await maya.sees())["apps"][0]["home"]
    menu = next(block for block in home["blocks"] if block.get("accessory", {}).get("type") == "overflow")
    delete = menu["accessory"]["options"][-1]["value"]
    await maya.does(
        "click",
        container={"kind": "view", "view_id": home["id"]},
        block_id=menu["block_id"],
        action_id="wins.more",
        value=delete,
    )
    assert "It stays in the bin for 30 days" in await maya.modal()
    await maya.clicks("Put it back")
    assert "*Saved.* Shipped the search" in await maya.modal()
    assert "Shipped the search" in await maya.home()


async def test_home_is_drawn_for_those_who_opened_it_only(slack: LocalSlack) -> None:
    await slack.maya.says("/win Shipped the search")
    assert slack.calls("views.publish") == []


async def test_a_home_that_slack_refused_is_drawn_by_the_next_change(slack: LocalSlack, maya: Person) -> None:
    for kind in ("status", "drop", "error"):
        slack.fails("views.publish", kind)
        await maya.says(f"/win Fixed {kind}")
    await slack.passes(timedelta(minutes=1))
    await maya.says("/win Shipped the search")
    shown = await maya.home()
    assert "Fixed drop" in shown
    assert "Shipped the search" in shown
