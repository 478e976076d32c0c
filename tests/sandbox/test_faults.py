"""Faults to order: each kind, for how many calls, for which method and workspace; and the published rate limits."""

import asyncio

import aiohttp
import pytest

from tests.sandbox.driving import Slack


async def post(slack: Slack, method: str = "chat.postMessage") -> aiohttp.ClientResponse:
    headers = {"Authorization": f"Bearer {slack.token}"}
    form = {"channel": slack.dm, "text": "hi"}
    async with slack.http.post(f"{slack.url}/api/{method}", data=form, headers=headers) as response:
        await response.read()
        return response


async def fault(slack: Slack, kind: str, **more: object) -> None:
    answer = await slack.control("POST", "faults", **{"method": "chat.postMessage", "kind": kind, **more})
    assert answer["ok"], answer


@pytest.mark.parametrize(("retry_after", "header"), [(30, "30"), ("soon", "soon"), (None, None)])
async def test_a_rate_limit_has_its_header_or_not(slack: Slack, retry_after: object, header: str | None):
    await fault(slack, "ratelimited", retry_after=retry_after)
    response = await post(slack)
    assert response.status == 429
    assert response.headers.get("Retry-After") == header
    assert await response.json() == {"ok": False, "error": "ratelimited"}
    assert (await post(slack)).status == 200
    assert len(await slack.messages()) == 1


async def test_a_status_comes_before_or_after_the_work(slack: Slack):
    await fault(slack, "status", status=500)
    assert (await post(slack)).status == 500
    assert await slack.messages() == []
    await fault(slack, "status_after", status=503)
    assert (await post(slack)).status == 503
    assert await slack.texts() == ["hi"]


async def test_an_outage_may_speak_html(slack: Slack):
    await fault(slack, "html")
    response = await post(slack)
    assert (response.status, response.content_type) == (503, "text/html")
    await fault(slack, "html", status=200)
    assert (await post(slack)).status == 200
    assert await slack.messages() == []
    await fault(slack, "html_after")
    response = await post(slack)
    assert (response.status, response.content_type) == (503, "text/html")
    assert await slack.texts() == ["hi"]


@pytest.mark.parametrize(("kind", "texts"), [("drop", []), ("drop_after", ["hi"])])
async def test_a_connection_may_be_dropped_before_or_after_the_work(
    slack: Slack, kind: str, texts: list[str]
):
    await fault(slack, kind)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await post(slack)
    assert await slack.texts() == texts
    assert (await post(slack)).status == 200


async def test_a_call_may_hang(slack: Slack):
    await fault(slack, "hang")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await post(slack)
    assert await slack.messages() == []
    await fault(slack, "hang", seconds=0.05)
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await post(slack)


async def test_a_call_may_be_slow(slack: Slack):
    await fault(slack, "slow", seconds=0.1)
    started = asyncio.get_running_loop().time()
    assert (await post(slack)).status == 200
    assert asyncio.get_running_loop().time() - started >= 0.1


async def test_the_work_may_be_done_long_before_its_answer_comes(slack: Slack):
    await fault(slack, "slow_after", seconds=0.5)
    answering = asyncio.create_task(post(slack))
    while not slack.sandbox.world.conversations[slack.dm].messages:  # noqa: ASYNC110 - the world has no event for it
        await asyncio.sleep(0.01)
    assert not answering.done()
    assert (await answering).status == 200
    assert await slack.texts() == ["hi"]


async def test_any_error_can_be_answered(slack: Slack):
    await fault(slack, "error", error="fatal_error")
    assert await (await post(slack)).json() == {"ok": False, "error": "fatal_error"}


async def test_a_scope_can_be_refused(slack: Slack):
    await fault(slack, "missing_scope")
    answer = await (await post(slack)).json()
    assert (answer["error"], answer["needed"]) == ("missing_scope", "chat:write")
    assert "chat:write" not in answer["provided"].split(",")
    await fault(slack, "missing_scope", scope="files:write")
    assert (await (await post(slack)).json())["needed"] == "files:write"


async def test_faults_are_counted_and_chosen_by_method_and_workspace(slack: Slack):
    await fault(slack, "error", method="*", times=2)
    await fault(slack, "error", method="team.info", team_id=slack.other_team)
    assert (await (await post(slack, "users.list")).json())["ok"] is False
    assert (await (await post(slack)).json())["ok"] is False
    assert (await (await post(slack)).json())["ok"] is True
    assert (await slack.api("team.info"))["ok"] is True
    slack.sandbox.install(slack.app, slack.other_team)
    token = slack.app.installations[slack.other_team].bot_token
    assert (await slack.api("team.info", token=token))["ok"] is False


async def test_faults_are_listed_and_cleared(slack: Slack):
    await fault(slack, "slow", seconds=5, times=3)
    (listed,) = (await slack.control("GET", "faults"))["faults"]
    assert (listed["kind"], listed["method"], listed["times"]) == ("slow", "chat.postMessage", 3)
    assert (await slack.control("DELETE", "faults"))["faults"] == []
    assert (await post(slack)).status == 200


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"kind": "flood"}, "unknown_kind"),
        ({}, "unknown_kind"),
        ({"kind": "drop", "colour": 1}, "unknown_field"),
    ],
)
async def test_faults_that_do_not_exist_are_refused(slack: Slack, body: dict[str, object], error: str):
    answer = await slack.control("POST", "faults", **body)
    assert (answer["status"], answer["error"]) == (400, error)


async def test_the_journal_names_the_fault(slack: Slack):
    await fault(slack, "drop_after")
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await post(slack)
    (entry,) = slack.sandbox.journal.entries(kind="call")
    assert (entry["fault"], entry["status"], entry["method"]) == ("drop_after", None, "chat.postMessage")


async def test_limits_are_off_until_switched_on(slack: Slack):
    assert [(await post(slack)).status for _ in range(8)] == [200] * 8
    assert (await slack.control("POST", "limits", on=True))["on"] is True
    answers = [await post(slack) for _ in range(5)]
    statuses = [each.status for each in answers]
    assert statuses[:3] == [200, 200, 200]
    assert 429 in statuses
    assert answers[-1].headers["Retry-After"] == "1"
    await slack.control("POST", "limits", on=False)
    assert (await post(slack)).status == 200


async def test_switched_on_limits_make_history_scarce(slack: Slack):
    for _ in range(20):
        await post(slack)
    await slack.control("POST", "limits", on=True)
    assert len(await slack.history(limit=100)) == 15
    assert (await slack.api("conversations.history", channel=slack.dm))["error"] == "ratelimited"
