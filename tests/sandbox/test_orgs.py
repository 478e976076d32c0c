"""Orgs: one token for several workspaces, what a call with it is about, and how it ends for all of them."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.driving import Slack
from tests.sandbox.test_oauth import decide, exchange, question


async def made(slack: Slack) -> dict[str, Any]:
    """An org of the two workspaces, and an app that is ready for it."""
    slack.app.manifest["settings"] = {**slack.app.manifest.get("settings", {}), "org_deploy_enabled": True}
    for team_id in list(slack.app.installations):
        slack.sandbox.uninstall(slack.app, team_id)
    workspaces = [one.id for one in slack.sandbox.world.workspaces.values()]
    answer = await slack.control("POST", "orgs", name="Orchard", workspaces=workspaces)
    org: dict[str, Any] = answer["org"]
    return org


async def granted(slack: Slack) -> dict[str, Any]:
    async with slack.http.post(
        f"{slack.url}/oauth/v2/authorize",
        params=question(slack, scope="chat:write,commands,im:write,users:read"),
        data={"answer": "allow", "user": slack.ids["ana"], "where": "org"},
        allow_redirects=False,
    ) as response:
        assert response.status == 303, await response.text()
        code = response.headers["Location"].partition("code=")[2].partition("&")[0]
    return await exchange(slack, code=code)


async def test_the_page_asks_where_only_an_org_could_have_it(slack: Slack) -> None:
    async def shown() -> str:
        async with slack.http.get(f"{slack.url}/oauth/v2/authorize", params=question(slack)) as answer:
            return await answer.text()

    assert "The whole organization" not in await shown()
    await made(slack)
    assert "The whole organization (Orchard: " in await shown()
    slack.app.manifest["settings"]["org_deploy_enabled"] = False
    assert "The whole organization" not in await shown()


async def test_an_org_has_one_token_for_all_of_its_workspaces(slack: Slack) -> None:
    org = await made(slack)
    told = await granted(slack)
    assert told["is_enterprise_install"] is True
    assert (told["team"], told["enterprise"]) == (None, {"id": org["id"], "name": "Orchard"})
    tokens = {one.bot_token for one in slack.app.installations.values()}
    assert tokens == {told["access_token"]}
    assert set(slack.app.installations) == set(org["workspaces"])


async def test_a_call_is_about_the_workspace_of_whom_it_names(slack: Slack) -> None:
    org = await made(slack)
    client = AsyncWebClient((await granted(slack))["access_token"], f"{slack.url}/api/", retry_handlers=[])
    who = await client.auth_test()
    assert (who["team_id"], who["enterprise_id"], who["is_enterprise_install"]) == (
        org["id"],
        org["id"],
        True,
    )
    for name in ("ana", "maya"):
        person = slack.sandbox.world.people[slack.ids[name]]
        assert (await client.users_info(user=person.id))["user"]["team_id"] == person.team_id
        opened = await client.conversations_open(users=person.id)
        sent = await client.chat_postMessage(channel=opened["channel"]["id"], text="Hello")
        assert sent["message"]["team"] == person.team_id


async def test_it_ends_for_all_of_them_at_once(slack: Slack) -> None:
    org = await made(slack)
    token = (await granted(slack))["access_token"]
    await slack.control("POST", f"apps/{slack.app.id}/uninstall", team_id=org["workspaces"][0])
    assert slack.app.installations == {}
    with pytest.raises(SlackApiError, match="account_inactive"):
        await AsyncWebClient(token, f"{slack.url}/api/", retry_handlers=[]).auth_test()
    assert (await granted(slack))["access_token"] != token


async def test_a_workspace_that_has_its_own_keeps_it(slack: Slack) -> None:
    org = await made(slack)
    own = await exchange(slack, code=(await decide(slack))["code"])
    assert own["enterprise"] == {"id": org["id"], "name": "Orchard"}
    told = await granted(slack)
    assert slack.app.installations[own["team"]["id"]].bot_token == own["access_token"]
    assert told["access_token"] != own["access_token"]


async def test_an_org_needs_workspaces_of_its_own(slack: Slack) -> None:
    org = await made(slack)
    for given in ({"name": "Other", "workspaces": []}, {"name": "Other", "workspaces": org["workspaces"]}):
        assert (await slack.control("POST", "orgs", **given))["error"] == "bad_workspaces"
