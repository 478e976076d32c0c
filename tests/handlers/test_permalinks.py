"""Links to messages: Slack's own, or one in the form that Slack documents, in time for the form to open."""

import time
from typing import Any

from handlers import outbox, permalinks
from tests.slack import LocalSlack

SHORTCUT: dict[str, Any] = {
    "channel": {"id": "C123"},
    "message": {"ts": "1795000000.000100"},
    "team": {"domain": "juniper"},
}


async def test_a_room_that_the_bot_is_not_in_gets_a_link_all_the_same(slack: LocalSlack) -> None:
    client = outbox.client(slack.coach, slack.app.installations[slack.maya.who.team_id].bot_token)
    link = await permalinks.of(client, SHORTCUT)
    assert link == "https://juniper.slack.com/archives/C123/p1795000000000100"


async def test_a_slack_that_hangs_leaves_time_for_the_form(slack: LocalSlack) -> None:
    client = outbox.client(slack.coach, slack.app.installations[slack.maya.who.team_id].bot_token)
    slack.fails("chat.getPermalink", "hang", seconds=5)
    began = time.monotonic()
    link = await permalinks.of(client, SHORTCUT)
    assert link.startswith("https://juniper.slack.com")
    assert time.monotonic() - began < 2.5
