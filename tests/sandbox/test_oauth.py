"""Installing over OAuth: the page, the code it hands out once, and the token that comes for it."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.sandbox.driving import Slack

REDIRECT = "http://127.0.0.1:9/slack/oauth"


def question(slack: Slack, **more: str) -> dict[str, str]:
    asked = {
        "client_id": slack.app.client_id,
        "scope": "chat:write,commands",
        "state": "s1",
        "redirect_uri": REDIRECT,
    }
    return asked | more


async def decide(slack: Slack, answer: str = "allow", who: str = "ana", **more: str) -> dict[str, str]:
    """The query a person's browser is sent back with."""
    async with slack.http.post(
        f"{slack.url}/oauth/v2/authorize",
        params=question(slack, **more),
        data={"answer": answer, "user": slack.ids[who]},
        allow_redirects=False,
    ) as response:
        assert response.status == 303
        target = urlsplit(response.headers["Location"])
    assert target._replace(query="").geturl() == REDIRECT
    return {name: values[0] for name, values in parse_qs(target.query).items()}


async def exchange(slack: Slack, **form: str) -> dict[str, Any]:
    sent = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret, **form}
    async with slack.http.post(f"{slack.url}/api/oauth.v2.access", data=sent) as response:
        return dict(await response.json())


async def test_the_page_names_the_app_its_wishes_and_the_people(slack: Slack):
    async with slack.http.get(f"{slack.url}/oauth/v2/authorize", params=question(slack)) as response:
        page = await response.text()
    assert response.status == 200
    assert "Echo is requesting permission" in page
    assert "chat:write, commands" in page
    assert "Ana Kowalska" in page
    assert "Tom Baker" not in page
    action = re.search(r'action="([^"]+)"', page)
    assert action
    assert "client_id=" in action[1]


async def test_a_code_becomes_a_token_for_that_workspace(slack: Slack):
    back = await decide(slack)
    assert back["state"] == "s1"
    answer = await exchange(slack, code=back["code"], redirect_uri=REDIRECT)
    assert answer["ok"] is True
    assert answer["token_type"] == "bot"
    assert answer["scope"] == "chat:write,commands"
    assert answer["team"] == {"id": slack.other_team, "name": "Harbor Studio"}
    assert answer["authed_user"] == {"id": slack.ids["ana"]}
    assert (answer["enterprise"], answer["is_enterprise_install"]) == (None, False)
    who = await slack.api("auth.test", token=answer["access_token"])
    assert (who["team_id"], who["user_id"]) == (slack.other_team, answer["bot_user_id"])


async def test_a_code_works_once_for_ten_minutes_for_its_app(slack: Slack):
    code = (await decide(slack))["code"]
    assert (await exchange(slack, code=code))["ok"] is True
    assert (await exchange(slack, code=code))["error"] == "invalid_code"
    late = (await decide(slack))["code"]
    await slack.control("POST", "clock", by_seconds=601)
    assert (await exchange(slack, code=late))["error"] == "invalid_code"
    assert (await exchange(slack, code="made-up"))["error"] == "invalid_code"


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"client_secret": "wrong"}, "bad_client_secret"),
        ({"redirect_uri": "http://elsewhere.example/"}, "bad_redirect_uri"),
        ({"grant_type": "password"}, "invalid_grant_type"),
    ],
)
async def test_an_exchange_must_match(slack: Slack, form: dict[str, str], error: str):
    code = (await decide(slack))["code"]
    assert (await exchange(slack, code=code, **form))["error"] == error


async def test_the_client_may_say_who_it_is_by_http_basic(slack: Slack):
    code = (await decide(slack))["code"]
    headers = {"Authorization": aiohttp.encode_basic_auth(slack.app.client_id, slack.app.client_secret)}
    async with slack.http.post(
        f"{slack.url}/api/oauth.v2.access", data={"code": code}, headers=headers
    ) as response:
        assert (await response.json())["ok"] is True


async def test_a_person_may_decline(slack: Slack):
    assert await decide(slack, answer="deny") == {"error": "access_denied", "state": "s1"}


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"scope": ""}, "no_scopes"),
        ({"redirect_uri": "http://elsewhere.example/"}, "bad_redirect_uri"),
        ({"redirect_uri": REDIRECT + ".evil.example"}, "bad_redirect_uri"),
    ],
)
async def test_the_page_refuses_what_slack_refuses(slack: Slack, more: dict[str, str], error: str):
    async with slack.http.get(f"{slack.url}/oauth/v2/authorize", params=question(slack, **more)) as response:
        assert response.status == 400
        assert error in await response.text()


async def test_a_reinstall_keeps_the_token_while_it_lives(slack: Slack):
    first = await exchange(slack, code=(await decide(slack))["code"])
    second = await exchange(slack, code=(await decide(slack))["code"])
    assert first["access_token"] == second["access_token"]
    await slack.control("POST", f"apps/{slack.app.id}/revoke", team_id=slack.other_team)
    third = await exchange(slack, code=(await decide(slack))["code"])
    assert third["access_token"] != first["access_token"]
    assert (await slack.api("auth.test", token=third["access_token"]))["ok"] is True


async def test_a_basic_header_that_says_nothing_is_no_client(slack: Slack):
    headers = {"Authorization": "Basic !!!"}
    async with slack.http.post(f"{slack.url}/api/oauth.v2.access", data={}, headers=headers) as response:
        assert (await response.json())["error"] == "invalid_client_id"


@pytest.mark.parametrize(
    ("query", "form", "error"),
    [
        ({"client_id": "1.2"}, {"answer": "allow"}, "invalid_client_id"),
        ({}, {"answer": "allow", "user": "U0NOBODY"}, "user_not_found"),
    ],
)
async def test_a_decision_must_make_sense(
    slack: Slack, query: dict[str, str], form: dict[str, str], error: str
):
    async with slack.http.post(
        f"{slack.url}/oauth/v2/authorize", params=question(slack, **query), data=form
    ) as response:
        assert response.status == 400
        assert error in await response.text()


async def test_without_a_redirect_the_first_of_the_manifest_is_taken(slack: Slack):
    asked = question(slack)
    del asked["redirect_uri"]
    async with slack.http.post(
        f"{slack.url}/oauth/v2/authorize", params=asked, data={"answer": "deny"}, allow_redirects=False
    ) as response:
        assert response.headers["Location"].startswith(REDIRECT + "?")


async def test_an_app_with_rotation_gets_a_token_that_ends_and_one_that_renews_it(slack: Slack):
    slack.app.manifest["settings"] = {"token_rotation_enabled": True}
    told = await exchange(slack, code=(await decide(slack))["code"])
    assert told["access_token"].startswith("xoxe.xoxb-")
    assert told["refresh_token"].startswith("xoxe-1-")
    assert told["expires_in"] == 12 * 60 * 60
