"""Payloads that no honest Slack would send, and repeats of those that it did: signed, but whatever they say."""

import json
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from bot.sandbox.delivery import Answer
from tests.slack import LocalSlack, Person

# The first check-in of somebody in Berlin.
FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)

WEEK = timedelta(days=7)

_NUMBERS = count(1)

# Texts that Slack, a template, a database or a spreadsheet could take for something else.
HOSTILE = (
    "<!channel> look",
    "<@U0DANIEL> & <#C1|general>",
    "*bold* _it_ ~no~ `code`",
    "&lt;b&gt; &amp;amp;",
    "{{ 7*7 }} {% raw %} ${x} %s",
    "\u05de\u05d1\u05d7\u05df \u05e9\u05dc \u202e\u05e2\u05d1\u05e8\u05d9\u05ea",
    "'; DROP TABLE wins; --",
    "=HYPERLINK(1)\ttab",
)


async def clicks(
    slack: LocalSlack,
    person: Person,
    action: str,
    value: object = None,
    *,
    option: str | None = None,
    chosen: object = None,
) -> Answer:
    """Click something in a message that need not exist; `chosen` stands where a menu's choice belongs."""
    body = click(slack, person, action, value, option=option, chosen=chosen)
    return await slack.delivers("interactive", body, person.who.team_id)


def click(
    slack: LocalSlack,
    person: Person,
    action: str,
    value: object = None,
    *,
    option: str | None = None,
    chosen: object = None,
) -> dict[str, Any]:
    """The payload of such a click."""
    given: dict[str, Any] = {"action_id": action, "block_id": "b", "type": "button", "value": value}
    if option is not None:
        given |= {"selected_option": {"value": option}}
    if chosen is not None:
        given |= {"selected_option": chosen}
    return _from(person) | {
        "type": "block_actions",
        "container": {"type": "message"},
        "trigger_id": "1.2.3",
        "response_url": f"{slack.address}/actions/T/1/none",
        "actions": [given],
        "nonce": next(_NUMBERS),
    }


async def submits(
    slack: LocalSlack, person: Person, callback: str, carried: object, fields: dict[str, Any]
) -> Answer:
    """Submit a form that need not have been opened."""
    return await slack.delivers(
        "interactive", submission(person, callback, carried, fields), person.who.team_id
    )


def submission(person: Person, callback: str, carried: object, fields: dict[str, Any]) -> dict[str, Any]:
    """The payload of such a form."""
    view = {
        "id": f"V{callback}{person.id}",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": carried if isinstance(carried, str) else json.dumps(carried),
        "blocks": [{"type": "input", "block_id": name} for name in fields],
        "state": {"values": {name: {"value": _state(value)} for name, value in fields.items()}},
    }
    body: dict[str, Any] = {
        "type": "view_submission",
        "trigger_id": "1.2.3",
        "view": view,
        "response_urls": [],
    }
    body["nonce"] = next(_NUMBERS)
    return _from(person) | body


async def uses(slack: LocalSlack, person: Person, callback: str) -> Answer:
    """Use a shortcut that need not exist."""
    trigger = next(iter(slack.delivered("interactive")), {}).get("trigger_id", "1.2.3")
    body = {"type": "shortcut", "callback_id": callback, "trigger_id": trigger, "action_ts": "1.2"}
    return await slack.delivers("interactive", _from(person) | body, person.who.team_id)


def command(person: Person, name: str, text: str) -> dict[str, Any]:
    """The payload of a slash command."""
    return {
        "command": name,
        "text": text,
        "team_id": person.who.team_id,
        "user_id": person.id,
        "trigger_id": "1.2.3",
        "nonce": next(_NUMBERS),
    }


def event(person: Person, told: dict[str, Any]) -> dict[str, Any]:
    """The payload of an event in somebody's workspace."""
    number = next(_NUMBERS)
    return {
        "type": "event_callback",
        "team_id": person.who.team_id,
        "event_id": f"Ev{number}",
        "event": {"ts": f"{number}.0", **told},
        "authorizations": [{"team_id": person.who.team_id, "user_id": "U0", "is_bot": True}],
    }


async def again(slack: LocalSlack, kind: Any = "interactive") -> Answer:
    """Send the newest payload of a kind once more."""
    # Slack's own repeat differs in its trigger; an equal copy is refused at the edge.
    return await slack.delivers(kind, slack.delivered(kind)[-1] | {"nonce": next(_NUMBERS)})


def _from(person: Person) -> dict[str, Any]:
    team = person.who.team_id
    return {"team": {"id": team, "domain": "x"}, "user": {"id": person.id, "team_id": team}}


def _state(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return {"type": "plain_text_input", "value": value}
