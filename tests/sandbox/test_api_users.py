"""users.* and team.info: people with every gap that real profiles have."""

from typing import Any

from bot.core.clock import MovableClock
from bot.sandbox import Sandbox
from bot.sandbox.world import Json
from tests.sandbox.driving import Slack


async def user(slack: Slack, name: str, **args: Any) -> Json:
    answer = await slack.api("users.info", user=slack.ids[name], **args)
    return dict(answer["user"])


async def test_a_member_has_zone_name_and_on_request_locale(slack: Slack):
    maya = await user(slack, "maya", include_locale=True)
    assert maya["real_name"] == "Maya Okafor"
    assert maya["tz"] == "Europe/Berlin"
    assert maya["tz_offset"] in {3600, 7200}
    assert maya["locale"] == "en-US"
    assert "locale" not in await user(slack, "maya")
    assert (maya["deleted"], maya["is_bot"], maya["is_restricted"]) == (False, False, False)


async def test_a_zone_may_be_missing(slack: Slack):
    kenji = await user(slack, "kenji")
    assert not {"tz", "tz_label", "tz_offset"} & set(kenji)


async def test_kinds_of_people_are_told_by_their_flags(slack: Slack):
    assert (await user(slack, "lena"))["is_restricted"] is True
    assert (await user(slack, "standup"))["is_bot"] is True
    assert (await user(slack, "daniel"))["is_admin"] is True
    stranger = await user(slack, "olu")
    assert stranger["is_stranger"] is True
    assert stranger["team_id"] == slack.other_team


async def test_somebody_deactivated_lacks_most_fields(slack: Slack):
    tom = await user(slack, "tom")
    assert tom["deleted"] is True
    assert not {"tz", "real_name", "is_admin"} & set(tom)


async def test_people_of_other_workspaces_are_not_found(slack: Slack):
    assert (await slack.api("users.info", user=slack.ids["ana"]))["error"] == "user_not_found"
    assert (await slack.api("users.info", user="U0NOBODY"))["error"] == "user_not_found"


async def test_the_list_has_everybody_once_and_slackbot(slack: Slack):
    listed: list[str] = []
    cursor = ""
    while True:
        page = await slack.api("users.list", limit=3, cursor=cursor)
        listed += [member["id"] for member in page["members"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert listed[0] == "USLACKBOT"
    assert sorted(listed[1:]) == sorted(slack.sandbox.world.workspaces[slack.team].people)
    slackbot = await slack.api("users.info", user="USLACKBOT")
    assert slackbot["user"]["is_bot"] is False


async def test_the_bots_own_profile_names_its_app(slack: Slack):
    answer = await slack.api("users.info", user=slack.installation.bot_user_id)
    assert answer["user"]["profile"]["api_app_id"] == slack.app.id
    assert answer["user"]["profile"]["bot_id"] == slack.installation.bot_id


async def test_the_workspace_is_described_and_no_other(slack: Slack):
    answer = await slack.api("team.info")
    assert (answer["team"]["id"], answer["team"]["domain"]) == (slack.team, "juniper")
    assert (await slack.api("team.info", team=slack.other_team))["error"] == "team_not_found"


async def test_everything_keeps_its_id_from_one_start_to_the_next(slack: Slack):

    again = Sandbox(MovableClock(), base_url="http://127.0.0.1:1")
    app = again.register_app(slack.app.manifest, [slack.team], {"mode": "socket"})
    old, new = slack.app, app
    assert list(again.world.people)[:10] == list(slack.sandbox.world.people)[:10]
    assert (new.id, new.app_token, new.client_id) == (old.id, old.app_token, old.client_id)
    assert new.signing_secret == old.signing_secret
    assert new.installations[slack.team].bot_token == slack.token
    assert set(again.world.conversations) == set(slack.sandbox.world.conversations)
