"""Stories of nudges over weeks, with the real worker in the local Slack: travels, a month away, Slack down, a kill."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.asking import asked, clicks, parts_of, sent_to
from tests.slack import LocalSlack, Person, words_of
from tests.story.processes import sayso, start, world

pytestmark = pytest.mark.thorough

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
CHECK_IN = "Your weekly check-in."

# Who lives in Berlin and is somewhere else each Friday; what clocks there show at three o'clock, in UTC.
JOURNEY = (
    ("Asia/Tokyo", datetime(2026, 11, 20, 6, 0, tzinfo=UTC)),
    ("Pacific/Honolulu", datetime(2026, 11, 28, 1, 0, tzinfo=UTC)),
    ("Pacific/Kiritimati", datetime(2026, 12, 4, 1, 0, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 12, 11, 14, 0, tzinfo=UTC)),
)


async def check_ins(person: Person) -> list[dict[str, object]]:
    return [message for message in await sent_to(person) if CHECK_IN in words_of(message)]


async def check_ins_asked(slack: LocalSlack, person: Person) -> int:
    return sum(row.kind == "check_in" and row.asked_at is not None for row in await asked(slack, person))


async def test_a_traveller_is_asked_once_a_week_at_three_wherever_they_are(
    slack: LocalSlack, maya: Person
) -> None:
    for number, (zone, three_o_clock) in enumerate(JOURNEY, start=1):
        await slack.goes_to(three_o_clock - 2 * DAY)
        await slack.control("PATCH", f"people/{maya.id}", {"tz": zone})
        await slack.settled()
        await slack.goes_to(three_o_clock - timedelta(minutes=1))
        assert await check_ins_asked(slack, maya) == number - 1, zone
        await slack.goes_to(three_o_clock)
        assert await check_ins_asked(slack, maya) == number, zone
        await clicks(maya, CHECK_IN, "Nothing this week")


async def test_a_month_away_brings_silence_one_message_and_an_unbroken_row(
    slack: LocalSlack, maya: Person
) -> None:
    for week in range(2):
        await slack.goes_to(FRIDAY + week * 7 * DAY)
        await clicks(maya, CHECK_IN, "Nothing this week")
    await maya.says("/coach away from 30 November to 4 January")
    before = len(await sent_to(maya))
    for day in range(30):
        await slack.goes_to(datetime(2026, 12, 1, 9, 0, tzinfo=UTC) + day * DAY)
    assert len(await sent_to(maya)) == before
    await slack.goes_to(datetime(2027, 1, 4, 6, 59, tzinfo=UTC))
    assert len(await sent_to(maya)) == before
    for hour in range(8):
        await slack.goes_to(datetime(2027, 1, 4, 8, 0, tzinfo=UTC) + hour * HOUR)
    assert len(await sent_to(maya)) == before + 1, "what gathered is one message"
    await slack.goes_to(datetime(2027, 1, 8, 14, 0, tzinfo=UTC))
    await clicks(maya, CHECK_IN, "Answer")
    await maya.submits(more="Shipped the search")
    assert "3 check-ins in a row." in await maya.modal()


async def test_after_an_hour_without_slack_the_message_comes_once_and_says_that_it_is_late(
    slack: LocalSlack, maya: Person
) -> None:
    await slack.goes_to(FRIDAY - timedelta(minutes=1))
    before = len(await sent_to(maya))
    slack.fails("*", "status", times=10_000)
    for minute in range(1, 62):
        await slack.goes_to(FRIDAY + timedelta(minutes=minute))
    slack.sandbox.faults.clear()
    for minute in range(62, 80):
        await slack.goes_to(FRIDAY + timedelta(minutes=minute))
    messages = await sent_to(maya)
    assert len(messages) == before + 1
    assert "This one comes late: it was planned for Friday at 15:00." in words_of(messages[-1])


async def test_three_weeks_of_silence_and_one_answer(slack: LocalSlack, maya: Person) -> None:
    """Nothing is answered: the check-in comes once a month, says so, and one answer brings the week back."""
    for day in range(65):
        await slack.goes_to(FRIDAY + day * DAY)
    sent = await check_ins(maya)
    told = ["Three in a row had no answer" in words_of(message) for message in sent]
    assert told == [False, False, False, True]
    assert sum(len(parts_of(message)) for message in await sent_to(maya)) <= 14
    await clicks(maya, "Three in a row", "Skip")
    waiting = [row for row in await asked(slack, maya) if row.kind == "check_in" and row.state == "waiting"]
    assert [row.planned_at - slack.clock.now() < 8 * DAY for row in waiting] == [True]


async def test_a_worker_that_is_killed_while_sending_leaves_one_message(tmp_path: Path) -> None:
    database = {"database_url": f"sqlite:///{tmp_path}/sayso.db", "lease_seconds": "1"}
    async with world(tmp_path, "socket", at=FRIDAY - 2 * DAY) as slack:
        settings = {**slack.settings, **database}
        killed = start("run", folder=tmp_path, **settings)
        await killed.says("web.started")
        await slack.does("maya", "home", app=slack.app["app_id"], tab="home")
        await slack.until("maya", "Hello, I am Sayso")
        # The message is posted at once; whoever sent it would hear of it much later.
        fault = {"method": "chat.postMessage", "kind": "slow_after", "seconds": 3}
        await slack.control("POST", "faults", fault)
        await slack.control("POST", "clock", {"to": (FRIDAY + timedelta(seconds=30)).isoformat()})
        await slack.until("maya", CHECK_IN)
        killed.kill()
        await killed.stop()
        async with sayso("worker", folder=tmp_path, **settings) as other:
            await other.says("nudges.taken_over")
            await other.says("nudges.settled")
        questions = [one for one in (await slack.dm("maya"))["messages"] if CHECK_IN in words_of(one)]
        assert len(questions) == 1
