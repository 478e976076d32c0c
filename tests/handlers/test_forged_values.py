"""Clicks and forms that carry what none of ours carries: answered like an old button, and never a fault of ours."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.asks import Ask
from bot.domain.goals import Goal
from bot.domain.wins import Win
from tests import forged, house
from tests.handlers.test_foreign import faults
from tests.slack import LocalSlack, Person

ODD: tuple[Any, ...] = (5, True, ["a"], {"a": 1})


@pytest.fixture
async def ids(slack: LocalSlack, maya: Person) -> dict[str, str]:
    """A win, a goal and an ask, by the names that forms carry them under."""
    await maya.says("/win Shipped it")
    await maya.says("/goal Lead the team")
    await maya.says("/ask Priya for a review")
    async with slack.coach.session(maya.who) as session:
        return {
            name: str(await session.scalar(select(kind.id)))
            for name, kind in (("win", Win), ("goal", Goal), ("ask", Ask))
        }


async def test_whatever_a_button_carries_is_answered(
    slack: LocalSlack, maya: Person, ids: dict[str, str]
) -> None:
    for action in sorted(house.keys("action")):
        for value in ODD:
            answer = await forged.clicks(slack, maya, action, value, chosen={"value": value})
            assert answer.answered, action
        assert (await forged.clicks(slack, maya, action)).answered, action
    assert faults(slack) == set()
    assert ids


async def test_whatever_stands_in_a_field_or_is_carried_is_answered(
    slack: LocalSlack, maya: Person, ids: dict[str, str]
) -> None:
    for value in ODD:
        fields = dict.fromkeys(
            ("title", "statement", "when", "goal", "words", "note", "request", "wanted_on", "draft"), value
        )
        for callback in (
            "wins.save",
            "wins.change",
            "wins.link",
            "wins.narrow",
            "goals.save",
            "goals.change",
            "asks.save",
            "asks.change",
            "asks.save_date",
            "asks.save_link",
            "asks.save_event",
            "asks.sent",
        ):
            for carried in (ids, dict.fromkeys(ids, value)):
                assert (await forged.submits(slack, maya, callback, carried, fields)).answered, callback
    assert faults(slack) == set()
    assert [win.title for win in await slack.wins(maya)] == ["Shipped it"]
