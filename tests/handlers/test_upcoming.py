"""All that will come, in the answer to `/coach upcoming` and on Home: told as it will be, changed, skipped, resumed."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.coach import Coach
from bot.domain import nudges
from bot.domain.nudges import CHECK_IN, FEEDBACK, LOG_WIN, MISSING_RESULT
from tests.asking import THURSDAY, ask, asked, clicks, coming, states
from tests.slack import LocalSlack, Person, living

pytestmark = pytest.mark.thorough

FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def test_many_of_one_day_and_kind_stand_together_and_can_be_shown_each(
    slack: LocalSlack, maya: Person
) -> None:
    async with slack.coach.session(maya.who) as session:
        for number in range(5):
            subject = f"{number}" * 16
            await nudges.schedule(session, MISSING_RESULT, at=THURSDAY, on=THURSDAY.date(), subject=subject)
    await maya.says("/coach upcoming")
    said = await maya.reads()
    assert said.count("*Result of a win*") == 1
    assert "*Result of a win* · 5 times\nThursday 19 November 2026" in said
    await maya.clicks("Show each")
    each = await maya.reads()
    assert each.count("*Result of a win*") == 5
    await use(maya, "Result of a win", "Skip")
    assert "*Result of a win* · 4 times" in await maya.reads()


async def use(person: Person, row: str, label: str) -> None:
    """Use the menu of a row of the newest list."""
    message = (await person.messages())[-1]
    container = {"kind": "message", "channel": (await person._dm())["id"], "ts": message["ts"]}
    place = next(number for number, block in enumerate(message["blocks"]) if row in str(block.get("text")))
    block = message["blocks"][place]
    if "accessory" not in block:
        block = message["blocks"][place + 1]
    for element in (block.get("accessory"), *block.get("elements", [])):
        options = [one["value"] for one in (element or {}).get("options", []) if one["text"]["text"] == label]
        if element and (options or (element.get("text") or {}).get("text") == label):
            await person.does(
                "click",
                container=container,
                block_id=block["block_id"],
                action_id=element["action_id"],
                **({"value": options[0]} if options else {}),
            )
            return
    raise AssertionError(f"{label!r} is not beside {row!r}")


async def test_a_new_member_sees_all_that_comes_in_the_answer_and_the_next_on_home(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Fixed the login error")
    await maya.says("/coach upcoming")
    said = await maya.reads()
    for row in (
        "*Check-in*\nFriday 20 November 2026 at 15:00",
        "*First draft*\nMonday 23 November 2026 at 10:00",
        "*Log a win*\nMonday 30 November 2026 at 10:00",
        "*Result of a win* · Fixed the login error\nWednesday 2 December 2026 at 10:00",
        "*Ask for feedback*\nWednesday 9 December 2026 at 10:00",
        "Your time zone: Europe/Berlin.",
    ):
        assert row in said
    assert (await maya.messages())[-1]["ephemeral"]
    home = await maya.home()
    assert "*Check-in*\nFriday 20 November 2026 at 15:00" in home
    assert "*Ask for feedback*" not in home
    await maya.clicks("All that comes")
    assert "*Ask for feedback*" in await maya.modal()


async def test_one_that_is_skipped_before_it_comes_is_left_out_and_the_next_comes(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/coach upcoming")
    await use(maya, "Check-in", "Skip")
    assert "*Check-in*\nFriday 27 November 2026 at 15:00" in await maya.reads()
    await maya.says("/coach settings")
    await maya.submits(time="16:00")
    assert "Friday 27 November 2026 at 16:00" in await maya.modal()
    await slack.goes_to(FRIDAY + timedelta(hours=2))
    assert "Your weekly check-in." not in await maya.reads_all()
    await slack.goes_to(FRIDAY + 7 * DAY + timedelta(hours=1))
    assert "Your weekly check-in." in await maya.reads_all()


async def use_on_home(person: Person, row: str, number: int) -> None:
    """Choose from the menu of a row on Home: Change is the first, Skip the second."""
    shown = (await person.sees())["apps"][0]["home"]
    block = next(block for block in shown["blocks"] if row in str(block.get("text")))
    await person.does(
        "click",
        container={"kind": "view", "view_id": shown["id"]},
        block_id=block["block_id"],
        action_id="nudges.ahead",
        value=block["accessory"]["options"][number]["value"],
    )


async def test_skipping_on_home_draws_home_anew(maya: Person) -> None:
    await use_on_home(maya, "*Check-in*", 1)
    assert "*Check-in*\nFriday 27 November 2026 at 15:00" in await maya.home()
    assert (await maya.sees())["modals"] == []


async def test_change_asks_for_another_day_of_that_one_only(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach upcoming")
    await use(maya, "Check-in", "Change")
    form = await maya.modal()
    assert "*Check-in* is planned for Friday 20 November 2026 at 15:00. Only this one moves" in form
    refused = await maya.submits(until="2027-11-20")
    assert "Choose a day within the next two months." in refused["errors"]["until"]
    await maya.submits(until="2026-11-23")
    assert "*Check-in* · I will ask again on Monday 23 November 2026 at 15:00" in await maya.modal()
    await maya.closes()
    await maya.says("/coach upcoming")
    said = await maya.reads()
    assert "*Check-in* · snoozed\nMonday 23 November 2026 at 15:00" in said
    assert "*Check-in*\nFriday 27 November 2026 at 15:00" in said
    await slack.goes_to(FRIDAY)
    assert "Your weekly check-in." not in await maya.reads_all()
    await slack.goes_to(FRIDAY + 3 * DAY)
    assert "Your weekly check-in." in await maya.reads_all()


async def test_on_home_the_other_day_stands_there_at_once(maya: Person) -> None:
    await use_on_home(maya, "*Check-in*", 0)
    await maya.submits(until="2026-11-25")
    assert (await maya.sees())["modals"] == []
    assert "*Check-in* · snoozed\nWednesday 25 November 2026 at 15:00" in await maya.home()


async def test_what_is_moved_before_it_came_takes_no_room_among_the_messages(
    slack: LocalSlack, maya: Person
) -> None:
    await ask(slack, maya, LOG_WIN, FEEDBACK)
    async with slack.coach.session(maya.who) as session:
        session.member.budget = 1
    await maya.says("/coach upcoming")
    await use(maya, "Log a win", "Change")
    await maya.submits(until="2026-11-26")
    await maya.closes()
    await slack.goes_to(THURSDAY)
    assert await states(slack, maya) == {"feedback": "sent", "log_win": "waiting"}


async def test_the_settings_are_one_click_away_from_another_day(maya: Person) -> None:
    await maya.says("/coach upcoming")
    await use(maya, "Log a win", "Change")
    await maya.clicks("Settings")
    assert "When should I ask what you got done?" in await maya.modal()


async def test_a_snoozed_one_is_marked(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, LOG_WIN)
    await slack.goes_to(THURSDAY)
    await clicks(maya, "Nothing logged", "Until tomorrow")
    await maya.says("/coach upcoming")
    assert "*Log a win* · snoozed\nFriday 20 November 2026 at 10:00" in await maya.reads()


async def test_one_that_is_open_can_be_answered_or_skipped_there(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, CHECK_IN, at=FRIDAY)
    await slack.goes_to(FRIDAY)
    await maya.says("/coach upcoming")
    assert "*Check-in* is open and waits for an answer." in await maya.reads()
    await maya.clicks("Answer")
    assert "What else did you get done?" in await maya.modal()
    await maya.closes()
    await use(maya, "is open", "Skip")
    assert "is open" not in await maya.reads()
    assert await states(slack, maya) == {"check_in": "skipped"}
    assert "*Check-in* · skipped" in await maya.reads_all(), "its own message shows it too"


async def test_what_may_not_have_arrived_is_shown_with_its_buttons(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya, FEEDBACK)
    slack.fails("chat.postMessage", "drop", times=9)
    slack.fails("conversations.history", "error", error="channel_not_found", times=9)
    await slack.goes_to(THURSDAY)
    for _ in range(4):
        await slack.passes(timedelta(minutes=2))
    assert "unknown" in [row.state for row in await asked(slack, maya) if row.kind == "feedback"]
    await maya.says("/coach upcoming")
    assert "*Ask for feedback* may not have reached you on Thursday 19 November 2026." in await maya.reads()
    assert "may not have reached you" in await maya.home()
    await maya.clicks("Ask for feedback")
    await maya.submits(people=[slack.person("daniel").id], topic="The launch")
    assert "may not have reached you" not in await maya.home()


async def test_a_pause_and_a_planned_absence_are_shown_with_their_end_and_can_be_given_up(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/coach pause until 1 December")
    await maya.says("/coach upcoming")
    said = await maya.reads()
    assert "*Paused*\nNothing is sent until Tuesday 1 December 2026." in said
    assert "*Check-in*\nFriday 4 December 2026 at 15:00" in said
    assert "*First win*\nTuesday 1 December 2026 at 10:00" in said
    await maya.clicks("Resume now")
    await maya.says("/coach away from 1 December to 14 December")
    await maya.says("/coach upcoming")
    said = await maya.reads()
    assert (
        "*Away from Tuesday 1 December 2026*\nNothing is sent from then until Monday 14 December 2026."
        in said
    )
    assert "*Check-in*\nFriday 20 November 2026 at 15:00" in said
    assert "*Away from" in await maya.home()
    await maya.clicks("Stay after all")
    assert "*Away from" not in await maya.home()


async def test_when_nothing_comes_it_says_so(slack: LocalSlack, maya: Person) -> None:
    await ask(slack, maya)
    await maya.says("/coach upcoming")
    assert "Nothing is planned." in await maya.reads()


async def test_many_results_are_a_list_that_can_be_read(slack: LocalSlack, maya: Person) -> None:
    for number in range(15):
        await maya.says(f"/win Closed ticket {number}")
    await maya.says("/coach upcoming")
    assert "*Result of a win* · 15 times" in await maya.reads()
    async with slack.coach.session(maya.who) as session:
        for number in range(15):
            at = THURSDAY + (30 + number) * DAY
            await nudges.schedule(session, MISSING_RESULT, at=at, on=at.date(), subject=f"later{number}")
    await maya.says("/coach upcoming")
    said = await maya.reads()
    assert said.count("\nSkip") + said.count("\nShow each") == 12
    assert "more after that" in said


@pytest.fixture
async def crowd(sqlite_url: str, make_coach: Callable[..., Coach]) -> AsyncIterator[LocalSlack]:
    """A Slack whose members are spread over five minutes."""

    def spread(*given: object, **settings: object) -> Coach:
        return make_coach(*given, **settings, spread_minutes=5)

    async with living(sqlite_url, spread, mode="http") as local:
        yield local


async def test_where_a_crowd_is_spread_the_time_is_told_as_a_span(crowd: LocalSlack) -> None:
    maya = crowd.maya
    await maya.opens_home()
    async with crowd.coach.session(maya.who) as session:
        session.member.offset_seconds = 140
    await maya.says("/coach pause until 25 November")
    await maya.says("/coach upcoming")
    assert "*Check-in*\nFriday 27 November 2026 between 15:00 and 15:05" in await maya.reads()
    (planned,) = await coming(crowd, maya, CHECK_IN)
    await crowd.goes_to(planned + timedelta(seconds=130))
    assert "Your weekly check-in." not in await maya.reads_all()
    await crowd.goes_to(planned + timedelta(seconds=141))
    assert "Your weekly check-in." in await maya.reads_all()


async def test_what_comes_about_a_goal_says_which(maya: Person) -> None:
    await maya.says("/goal Lead the migration by 18 January")
    await maya.says("/coach upcoming")
    assert "*Progress on a goal* · Lead the migration" in await maya.reads()


async def test_what_comes_again_by_its_own_rule_says_so(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped it")
    await slack.goes_to(datetime(2026, 12, 2, 10, 0, tzinfo=UTC))
    await maya.says("/coach why")
    assert "comes again by a rule of its own" in await maya.reads()
