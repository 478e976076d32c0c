"""When something stands in the way: the person reads one clear sentence, and gets their words back."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.domain.captures import Capture
from bot.domain.wins import Metric, Win
from handlers import wins
from tests import forged
from tests.slack import LocalSlack, Person

NOTHING_SAVED = "Nothing was saved: the database did not answer in time. What you typed is still here"


@asynccontextmanager
async def locked(slack: LocalSlack) -> AsyncIterator[None]:
    """Somebody else writes to the database for as long as this lasts."""
    connection = sqlite3.connect(str(slack.coach.database.url.database), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@pytest.mark.parametrize("minutes", [0, 2])
async def test_a_locked_database_gives_a_command_back_in_time(
    slack: LocalSlack, maya: Person, minutes: int
) -> None:
    slack.clock.move_to(slack.clock.now().replace(minute=minutes))
    async with locked(slack):
        told = await maya.says("/win Shipped the search")
    assert told["delivery"]["answered"]
    assert told["delivery"]["took_ms"] < 2900
    said = await maya.reads()
    assert NOTHING_SAVED in said
    assert "Shipped the search" in said
    await maya.says("/win Shipped the search")
    assert await slack.count(Win) == 1


async def test_a_locked_database_keeps_a_form_open_with_what_was_typed(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win")
    async with locked(slack):
        refused = await maya.submits(title="Shipped the search", metric="40 %")
    assert NOTHING_SAVED in refused["errors"]["title"]
    assert (await maya.fills())["metric"] == "40 %"
    await maya.submits()
    assert [win.metric for win in await slack.wins(maya)] == [Metric("40 %")]


async def test_a_locked_database_lets_slack_send_a_message_again(slack: LocalSlack, maya: Person) -> None:
    async with locked(slack):
        told = await asyncio.gather(maya.says("win Shipped the search"), maya.says("Mentored Ben"))
        assert [one["delivery"]["answered"] for one in told] == [False, False]
    await slack.control("POST", "clock", {"by_seconds": 61})
    for _ in range(100):
        await asyncio.sleep(0.05)
        if await slack.count(Win) and await slack.count(Capture):
            break
    await slack.settled()
    assert (await slack.count(Win), await slack.count(Capture)) == (1, 1)


async def test_many_at_once_are_answered_in_time_while_the_database_is_locked(
    slack: LocalSlack, maya: Person
) -> None:
    async with locked(slack):
        told = await asyncio.gather(*(maya.says(f"/win Closed ticket {number}") for number in range(4)))
    assert [one["delivery"]["answered"] for one in told] == [True] * 4
    assert max(one["delivery"]["took_ms"] for one in told) < 2900
    assert (await maya.reads_all()).count(NOTHING_SAVED) == 2 * 4


async def test_a_fault_of_ours_is_apologised_for_and_gives_the_words_back(
    slack: LocalSlack, maya: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("Shipped the search")

    monkeypatch.setattr(wins, "log_or_ask", fail)
    await maya.says("/win Shipped the search")
    said = await maya.reads()
    assert "Something went wrong on our side" in said
    assert "RuntimeError" not in said
    assert said.endswith("Shipped the search")
    assert [record.message for record in caplog.records if record.name == "handlers.errors"] == [
        "listener.failed"
    ]


async def test_ids_that_name_nothing_are_answered_in_one_sentence(slack: LocalSlack, maya: Person) -> None:
    for action in ("wins.edit", "wins.undo", "wins.restore", "wins.same", "wins.another", "captures.save"):
        for value in ("none", "", "'; --", "x" * 2000):
            assert (await forged.clicks(slack, maya, action, value)).answered
    for action in (
        "nudges.nothing",
        "nudges.skip",
        "nudges.waive",
        "nudges.reopen",
        "nudges.never",
        "reviews.answer",
    ):
        assert (await forged.clicks(slack, maya, action, "none")).answered
    for option in ("", "hour:", "never:none", "edit", "delete:none:more"):
        for menu in ("nudges.snooze", "nudges.more", "nudges.ahead"):
            assert (await forged.clicks(slack, maya, menu, option=option)).answered
        assert (await forged.clicks(slack, maya, "wins.more", option=option)).answered
    for carried in ("", "[]", "{", "null", '{"win": 7}', '{"win": ["a"]}', '{"source": "moon"}'):
        for callback in ("wins.change", "wins.link"):
            refused = await forged.submits(slack, maya, callback, carried, {"title": "Mine", "when": "today"})
            assert "That win is not here any more." in str(refused.body), (carried, callback)
    assert await slack.count(Win) == 0
    assert b'sayso_errors_total{type="AttributeError"}' not in slack.coach.metrics.render()
