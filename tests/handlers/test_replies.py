"""Answers while Slack's own API is failing: acknowledged in time, nothing lost, and the person is told."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.domain.wins import Win
from tests import forged
from tests.slack import LocalSlack, Person

FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status"},
    {"kind": "html"},
    {"kind": "status_after"},
    {"kind": "drop"},
    {"kind": "drop_after"},
    {"kind": "missing_scope"},
    {"kind": "error", "error": "expired_trigger_id"},
    {"kind": "hang", "seconds": 0.3},
    {"kind": "ratelimited", "retry_after": 0},
    {"kind": "ratelimited", "retry_after": "soon"},
)
NO_FORM = "Slack did not let the form open just now"
NO_ANSWER = "Slack did not pass my answer on"


def in_time(told: dict[str, Any]) -> bool:
    return bool(told["delivery"]["answered"]) and told["delivery"]["took_ms"] < 2500


async def test_a_form_that_cannot_open_is_told_after_a_command(slack: LocalSlack, maya: Person) -> None:
    for fault in FAULTS:
        before = (await maya.reads_all()).count(NO_FORM)
        slack.fails("views.open", **fault)
        assert in_time(await maya.says("/win"))
        told = (await maya.reads_all()).count(NO_FORM) > before
        opened = bool(await maya.modal())
        assert told or opened, fault
        if opened:
            await maya.closes()
    await maya.says("/win")
    assert "What did you get done?" in await maya.modal()


@pytest.mark.parametrize(
    "does",
    [
        lambda maya: maya.clicks("Change"),
        lambda maya: maya.uses("wins.log_shortcut"),
        lambda maya: maya.clicks("Edit"),
    ],
    ids=["on Home", "a shortcut", "under a message"],
)
async def test_a_form_that_cannot_open_is_told_wherever_it_was_wanted(
    slack: LocalSlack, maya: Person, does: Callable[[Person], Awaitable[dict[str, Any]]]
) -> None:
    await maya.says("/win Shipped it")
    for fault in ({"kind": "status"}, {"kind": "drop"}, {"kind": "missing_scope"}):
        before = (await maya.reads_all()).count(NO_FORM)
        slack.fails("views.open", **fault)
        assert in_time(await does(maya))
        assert (await maya.reads_all()).count(NO_FORM) == before + 1


async def test_an_answer_in_the_dm_that_slack_swallows_is_told_and_saved(
    slack: LocalSlack, maya: Person
) -> None:
    for number, fault in enumerate(FAULTS):
        slack.fails("chat.postEphemeral", **fault)
        assert in_time(await maya.says(f"win Closed ticket {number}"))
        said = await maya.reads()
        assert NO_ANSWER in said or f"Closed ticket {number}" in said, fault
    assert await slack.count(Win) == len(FAULTS)


async def test_in_a_modal_and_when_everything_fails_the_work_is_done_all_the_same(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Shipped it")
    await maya.clicks("Edit")
    slack.fails("*", "status", times=1000)
    assert in_time(await maya.submits(title="Shipped the search"))
    assert "Shipped the search" in await maya.modal()
    assert in_time(await maya.says("/win Mentored Ben"))
    assert in_time(await maya.says("win Fixed the login"))
    assert in_time(await maya.opens_home())
    assert in_time(await maya.clicks("Add impact"))
    assert len(await slack.wins(maya)) == 3


async def test_a_welcome_that_fails_does_not_keep_anybody_out(slack: LocalSlack) -> None:
    slack.fails("chat.postMessage", "drop", times=9)
    slack.fails("conversations.open", "status", times=9)
    assert in_time(await slack.maya.says("/win Shipped it"))
    assert "Shipped it" in await slack.maya.reads()
    slack.sandbox.faults.clear()
    await slack.maya.opens_home()
    assert "*Hello, I am Sayso.*" in await slack.maya.home()


async def test_a_check_in_that_cannot_be_closed_in_the_dm_is_saved(slack: LocalSlack, maya: Person) -> None:
    await slack.goes_to(forged.FRIDAY)
    await maya.clicks("Answer")
    slack.fails("chat.update", "drop")
    assert in_time(await maya.submits(more="Shipped it"))
    assert "Your check-in is saved" in await maya.modal()
    assert await slack.count(Win) == 1


async def test_a_dm_is_answered_although_slack_failed_at_first(slack: LocalSlack, maya: Person) -> None:
    slack.fails("chat.postEphemeral", "status", times=1)
    await maya.says("Shipped the search")
    assert "Shall I keep that as a win?" in await maya.reads()
