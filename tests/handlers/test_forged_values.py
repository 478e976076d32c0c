"""Clicks and forms that carry what none of ours carries: answered like an old button, and never a fault of ours."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.domain.asks import Ask
from bot.domain.feedback import Received
from bot.domain.goals import Goal
from bot.domain.negotiations import Negotiation
from bot.domain.setbacks import Setback
from bot.domain.wins import Win
from tests import forged, house
from tests.handlers.test_foreign import faults
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

ODD: tuple[Any, ...] = (5, True, ["a"], {"a": 1})

# What a field of another kind would hold, and what none holds.
STATES: tuple[dict[str, Any], ...] = (
    {"selected_options": [{"value": "a"}]},
    {"selected_options": [5, {}]},
    {"selected_users": 5},
    {"selected_option": "a"},
)
TEXTS = ("title", "topic", "statement", "text", "request", "note", "draft", "tried", "answer_0")
OTHERS = (
    *("when", "goal", "words", "to", "need", "reason", "wanted_on", "on", "verdict", "promised", "missing"),
    *(
        "their_words",
        "conditions",
        "question_1",
        "question_2",
        "own",
        "link",
        "due_on",
        "permission",
        "people",
    ),
    *("who", "action", "act_on", "outcome", "changed", "win", "fact", "source", "ask", "happened", "learned"),
    *("objection_0", "reply_0", "target", "follow_up", "kind", "period", "certainty", "confidence", "more"),
)


@pytest.fixture
async def ids(slack: LocalSlack, maya: Person) -> dict[str, str]:
    """A record of each kind, by the name that forms carry it under."""
    for said in (
        "/win Shipped it",
        "/goal Lead the team",
        "/ask Priya for a review",
        "/coach negotiate Pay talk",
        "/coach setback No raise",
        "/feedback praise from Ana: great",
    ):
        await maya.says(said)
    kinds = {"win": Win, "goal": Goal, "ask": Ask}
    later = {"negotiation": Negotiation, "setback": Setback, "received": Received}
    async with slack.coach.session(maya.who) as session:
        return {name: str(await session.scalar(select(kind.id))) for name, kind in (kinds | later).items()}


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


@pytest.mark.parametrize("state", STATES, ids=str)
async def test_a_field_that_holds_what_another_kind_of_field_would_is_answered(
    slack: LocalSlack, maya: Person, ids: dict[str, str], state: dict[str, Any]
) -> None:
    fields = dict.fromkeys(TEXTS, "Mine") | dict.fromkeys(OTHERS, state)
    whats = ("asked", "promised", "verdict", "moved", "partly", "not_now", "declined", "note")
    for callback in sorted(house.keys("view")):
        for what in whats if callback == "asks.save_event" else ("note",):
            carried = ids | {"form": what, "what": what, "part": "money"}
            assert (await forged.submits(slack, maya, callback, carried, fields)).answered, callback
        swapped = dict.fromkeys(fields, state)
        assert (await forged.submits(slack, maya, callback, ids, swapped)).answered, callback
    assert faults(slack) == set()
