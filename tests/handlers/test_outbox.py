"""Tokens, clients and what Slack's answers mean."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from bot.settings import SettingsError
from handlers import outbox
from handlers.outbox import Tokens
from tests.slack import LocalSlack


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({"ok": False, "error": "not_in_channel"}, "not_in_channel"),
        ({}, ""),
        (SimpleNamespace(data=None), ""),
        (SimpleNamespace(data=b"<html>"), ""),
        (SimpleNamespace(data={"error": "ratelimited"}), "ratelimited"),
        (SimpleNamespace(data={"error": None}), ""),
    ],
)
def test_slacks_word_is_found_or_empty(answer: Any, word: str) -> None:
    refused = SlackApiError("", answer)  # type: ignore[no-untyped-call] # the SDK leaves it untyped
    assert outbox.word_of(refused) == word


def test_a_profile_may_lack_any_field() -> None:
    assert outbox.profile({}).zone is None
    assert outbox.profile({"tz": ""}).zone is None
    assert outbox.profile({"tz": 3}).zone is None
    assert outbox.profile({"id": "USLACKBOT"}).refusal == "no_bots"
    assert outbox.profile({"is_ultra_restricted": True}).refusal == "no_guests"


async def test_a_token_is_looked_up_again_after_a_minute(slack: LocalSlack) -> None:
    team = slack.maya.who.team_id
    tokens = Tokens(slack.coach)
    assert await tokens.find(team) is not None
    assert not tokens.is_old(team)
    slack.clock.move_by(timedelta(minutes=2))
    assert tokens.is_old(team)
    assert await tokens.find("T0NOWHERE") is None
    assert await tokens.authorize(None, "T0NOWHERE") is None
    assert await tokens.authorize(None, None) is None


async def test_a_token_that_cannot_be_tried_is_refused_in_words(slack: LocalSlack) -> None:
    token = slack.app.installations[slack.maya.who.team_id].bot_token
    for kind in ("status", "drop", "html", "error", "ratelimited"):
        slack.fails("auth.test", kind, retry_after=30, times=3)
        with pytest.raises(SettingsError):
            await outbox.install(slack.coach, token)
        slack.sandbox.faults.clear()
