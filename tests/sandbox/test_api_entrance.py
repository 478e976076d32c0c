"""The Web API's entrance: tokens, bodies, scopes, headers and the errors each of them can cause."""

import json

import pytest

from tests.sandbox.driving import Slack


async def post(slack: Slack, method: str, **options: object) -> tuple[int, dict[str, object], dict[str, str]]:
    async with slack.http.post(f"{slack.url}/api/{method}", **options) as response:  # type: ignore[arg-type]
        return response.status, await response.json(), dict(response.headers)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_token_is_taken_from_the_header_or_from_a_form(slack: Slack):
    _, by_header, _ = await post(slack, "auth.test", headers=bearer(slack.token))
    _, by_form, _ = await post(slack, "auth.test", data={"token": slack.token})
    async with slack.http.get(f"{slack.url}/api/auth.test", params={"token": slack.token}) as response:
        by_query = await response.json()
    assert by_header == by_form == by_query
    assert by_header == {
        "ok": True,
        "url": "https://juniper.slack.com/",
        "team": "Juniper Works",
        "user": "echo",
        "team_id": slack.team,
        "user_id": slack.installation.bot_user_id,
        "bot_id": slack.installation.bot_id,
        "is_enterprise_install": False,
    }


async def test_a_json_body_needs_its_token_in_the_header(slack: Slack):
    body = {"token": slack.token, "channel": slack.dm, "text": "json"}
    _, without, _ = await post(slack, "chat.postMessage", json=body)
    _, with_header, _ = await post(slack, "chat.postMessage", json=body, headers=bearer(slack.token))
    assert without["error"] == "not_authed"
    assert with_header["ok"] is True


@pytest.mark.parametrize(
    ("token", "error"), [("", "not_authed"), ("xoxb-nobody", "invalid_auth"), ("nonsense", "invalid_auth")]
)
async def test_a_missing_or_unknown_token_is_refused(slack: Slack, token: str, error: str):
    _, answer, headers = await post(slack, "auth.test", headers=bearer(token) if token else {})
    assert answer == {"ok": False, "error": error}
    assert "x-oauth-scopes" not in {name.lower() for name in headers}


async def test_a_revoked_token_says_so(slack: Slack):
    token = slack.token
    await slack.control("POST", f"apps/{slack.app.id}/revoke", team_id=slack.team)
    assert await slack.api("auth.test", token=token) == {"ok": False, "error": "token_revoked"}


async def test_auth_revoke_ends_the_token_and_its_test_does_not(slack: Slack):
    token = slack.token
    assert await slack.api("auth.revoke", token=token, test=True) == {"ok": True, "revoked": False}
    assert await slack.api("auth.revoke", token=token) == {"ok": True, "revoked": True}
    assert (await slack.api("auth.test", token=token))["error"] == "token_revoked"


async def test_an_unknown_method_is_named(slack: Slack):
    answer = await slack.api("chat.shout", text="hi")
    assert answer == {"ok": False, "error": "unknown_method", "req_method": "chat.shout"}


async def test_a_missing_scope_is_named_with_what_is_there(slack: Slack):
    slack.installation.scopes[:] = ["commands", "users:read"]
    answer = await slack.api("chat.postMessage", channel=slack.dm, text="hi")
    assert answer == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "commands,users:read",
    }


async def test_answers_carry_the_tokens_scopes(slack: Slack):
    _, _, headers = await post(slack, "chat.postMessage", headers=bearer(slack.token))
    assert headers["x-oauth-scopes"] == ",".join(slack.installation.scopes)
    assert headers["x-accepted-oauth-scopes"] == "chat:write"
    assert headers["Content-Type"] == "application/json; charset=utf-8"


async def test_an_app_level_token_is_for_sockets_only(slack: Slack):
    app_token = slack.app.app_token
    assert (await slack.api("apps.connections.open", token=app_token))["url"].startswith("ws://127.0.0.1:")
    assert (await slack.api("chat.postMessage", token=app_token))["error"] == "not_allowed_token_type"
    assert (await slack.api("apps.connections.open"))["error"] == "not_allowed_token_type"
    assert await slack.api("auth.test", token=app_token) == {
        "ok": True,
        "app_name": "Echo",
        "app_id": slack.app.id,
    }


async def test_no_sockets_for_an_app_that_is_delivered_to_over_http(slack: Slack):
    slack.app.delivery = {"mode": "http", "url": "http://127.0.0.1:9/"}
    answer = await slack.api("apps.connections.open", token=slack.app.app_token)
    assert answer["error"] == "forbidden_team"


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"{not json", "application/json", "invalid_json"),
        (b"[" * 100_000, "application/json", "invalid_json"),
        (b"[1, 2]", "application/json", "json_not_object"),
        (b"a=1", "text/plain", "invalid_post_type"),
        (b"no boundary", "multipart/form-data; boundary=x", "invalid_form_data"),
    ],
)
async def test_an_unreadable_body_is_named(slack: Slack, body: bytes, kind: str, error: str):
    headers = bearer(slack.token) | {"Content-Type": kind}
    _, answer, _ = await post(slack, "chat.postMessage", data=body, headers=headers)
    assert answer["error"] == error


async def test_json_without_a_charset_works_with_a_warning(slack: Slack):
    headers = bearer(slack.token) | {"Content-Type": "application/json"}
    body = json.dumps({"channel": slack.dm, "text": "hi"})
    _, answer, _ = await post(slack, "chat.postMessage", data=body, headers=headers)
    assert answer["ok"] is True
    assert answer["warning"] == "missing_charset"
    assert answer["response_metadata"] == {"warnings": ["missing_charset"]}


async def test_methods_that_only_know_forms_do_not_see_a_json_body(slack: Slack):
    _, answer, _ = await post(slack, "users.info", json={"user": slack.maya}, headers=bearer(slack.token))
    assert answer["error"] == "invalid_arguments"


async def test_a_missing_argument_is_named(slack: Slack):
    answer = await slack.api("chat.postMessage", text="where?")
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"] == {"messages": ["[ERROR] missing required field: channel"]}


async def test_api_test_repeats_what_it_was_told(slack: Slack):
    assert await slack.api("api.test", foo="bar") == {"ok": True, "args": {"foo": "bar"}}
    assert (await slack.api("api.test", error="my_error"))["error"] == "my_error"


async def test_bots_are_described(slack: Slack):
    answer = await slack.api("bots.info", bot=slack.installation.bot_id)
    assert answer["bot"]["user_id"] == slack.installation.bot_user_id
    assert (await slack.api("bots.info", bot="B0"))["error"] == "bot_not_found"


async def test_an_app_can_uninstall_itself(slack: Slack):
    app, token = slack.app, slack.token
    refused = await slack.api("apps.uninstall", client_id=app.client_id, client_secret="wrong")
    mismatch = await slack.api("apps.uninstall", client_id="1.2", client_secret=app.client_secret)
    done = await slack.api("apps.uninstall", client_id=app.client_id, client_secret=app.client_secret)
    assert refused["error"] == "bad_client_secret"
    assert mismatch["error"] == "client_id_token_mismatch"
    assert done == {"ok": True}
    assert (await slack.api("auth.test", token=token))["error"] == "account_inactive"
