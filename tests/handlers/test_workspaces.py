"""Leaving a workspace: uninstalling and revoking stop everything there at once, and only there."""

from datetime import UTC, datetime

import pytest

from bot.domain.wins import Win
from handlers import outbox
from tests.slack import LocalSlack

# Friday at 15:00 in Los Angeles, where Sam is; in Berlin the time has passed.
FRIDAY = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize("way", ["uninstall", "revoke"])
async def test_whoever_leaves_is_sent_nothing_more_and_the_others_are(slack: LocalSlack, way: str) -> None:
    maya, sam = slack.maya, slack.person("sam")
    for person in (maya, sam):
        await person.says("/win Shipped it")
    await slack.control("POST", f"apps/{slack.app.id}/{way}", {"team_id": maya.who.team_id})
    await slack.settled()
    before = len(slack.calls("chat.postMessage"))
    await slack.goes_to(FRIDAY)
    asked = slack.calls("chat.postMessage")[before:]
    assert len(asked) == 1
    assert "*Your weekly check-in.*" in await sam.reads()
    assert await slack.coach_token(maya.who.team_id) is None
    assert await slack.count(Win) == 2


async def test_who_writes_there_all_the_same_is_told_that_nothing_was_saved(slack: LocalSlack) -> None:
    maya = slack.maya
    await maya.opens_home()
    await slack.control("POST", f"apps/{slack.app.id}/revoke", {"team_id": maya.who.team_id})
    await slack.settled()
    await maya.says("/win Shipped it")
    assert "not connected to this workspace any more, so nothing was saved" in await maya.reads()


async def test_saying_it_twice_and_again_does_no_harm(slack: LocalSlack) -> None:
    team = slack.maya.who.team_id
    await slack.maya.opens_home()
    body = {"type": "event_callback", "team_id": team}
    for number, kind in enumerate(("tokens_revoked", "app_uninstalled", "tokens_revoked")):
        event = {"type": kind, "tokens": {"bot": ["U1"], "oauth": []}}
        told = await slack.delivers("events_api", body | {"event_id": f"Ev{number}", "event": event})
        assert told.answered
    assert await slack.coach_token(team) is None


async def test_somebody_elses_token_is_no_reason_to_leave(slack: LocalSlack) -> None:
    team = slack.maya.who.team_id
    event = {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}
    body = {"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": event}
    await slack.delivers("events_api", body)
    assert await slack.coach_token(team) is not None


async def test_a_workspace_that_comes_back_finds_its_wins(slack: LocalSlack) -> None:
    maya = slack.maya
    await maya.says("/win Shipped it")
    team = maya.who.team_id
    await slack.control("POST", f"apps/{slack.app.id}/uninstall", {"team_id": team})
    await slack.settled()
    slack.sandbox.install(slack.app, team)
    await outbox.install(slack.coach, slack.app.installations[team].bot_token)
    slack.bot.tokens.forget(team)
    await maya.says("/win list")
    assert "Shipped it" in await maya.reads()
