"""The control API: the world, people, channels, apps, clock, journal, and what each person sees."""

import asyncio
import json
from datetime import timedelta

import pytest

from bot.core.clock import MovableClock, StoppedClock
from bot.sandbox import Sandbox
from bot.sandbox.control import persons
from bot.sandbox.journal import Journal
from bot.sandbox.waits import Waits
from tests.sandbox.driving import MANIFEST, Slack, SocketBot, serving


async def test_the_world_is_told_with_maya_first(slack: Slack):
    world = await slack.control("GET", "world")
    assert [each["name"] for each in world["workspaces"]] == ["Juniper Works", "Harbor Studio"]
    assert world["people"][0]["real_name"] == "Maya Okafor"
    zones = {person["name"]: person["tz"] for person in world["people"]}
    assert zones["ana"] == "Pacific/Auckland"
    assert zones["kenji"] is None
    flags = {person["name"]: person["flags"] for person in world["people"]}
    assert (flags["lena"], flags["tom"], flags["standup"], flags["olu"]) == (
        ["guest"],
        ["deactivated"],
        ["bot"],
        ["stranger"],
    )
    assert world["apps"][0]["installations"][slack.team]["bot_token"] == slack.token


async def test_a_workspace_and_people_can_be_added(slack: Slack):
    workspace = (await slack.control("POST", "workspaces", name="North Star"))["workspace"]
    assert workspace["domain"] == "north-star"
    person = (
        await slack.control(
            "POST", "people", team_id=workspace["id"], name="zoe", tz="Asia/Tokyo", flags=["guest"]
        )
    )["person"]
    assert (person["real_name"], person["flags"]) == ("Zoe", ["guest"])
    installed = await slack.control("POST", f"apps/{slack.app.id}/install", team_id=workspace["id"])
    token = installed["installations"][workspace["id"]]["bot_token"]
    answer = await slack.api("users.info", token=token, user=person["id"])
    assert answer["user"]["tz"] == "Asia/Tokyo"
    assert (await slack.sees(person["id"]))["apps"][0]["name"] == "Echo"


@pytest.mark.parametrize(
    ("call", "body", "error"),
    [
        ("workspaces", {}, "missing_field"),
        ("workspaces", {"name": "X", "domain": "juniper"}, "domain_taken"),
        ("people", {"team_id": "T0", "name": "x"}, "team_not_found"),
        ("people", {"team_id": "TEAM"}, "missing_field"),
        ("people", {"team_id": "TEAM", "name": "maya"}, "name_taken"),
        ("people", {"team_id": "TEAM", "name": "x", "tz": "Mars/Olympus"}, "unknown_zone"),
        ("people", {"team_id": "TEAM", "name": "x", "flags": ["king"]}, "unknown_flag"),
        ("apps", {}, "invalid_manifest"),
        ("apps", {"manifest": {}}, "invalid_manifest"),
        ("apps", {"manifest": MANIFEST, "delivery": {"mode": "owl"}}, "invalid_manifest"),
        ("apps", {"manifest": MANIFEST, "install": ["T0"]}, "team_not_found"),
        ("apps/A0/install", {"team_id": "TEAM"}, "app_not_found"),
        ("people/U0/command", {"command": "/echo"}, "user_not_found"),
        ("clock", {}, "missing_field"),
        ("clock", {"to": "tomorrow"}, "bad_moment"),
        ("clock", {"to": "2026-11-20T09:00:00"}, "bad_moment"),
        ("clock", {"by_seconds": "soon"}, "bad_moment"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_what_to_do(
    slack: Slack, call: str, body: dict[str, str], error: str
):
    given = {name: slack.team if value == "TEAM" else value for name, value in body.items()}
    answer = await slack.control("POST", call, **given)
    assert 400 <= answer["status"] < 500
    assert (answer["ok"], answer["error"]) == (False, error)
    assert len(answer["detail"].split()) > 2


@pytest.mark.parametrize("body", [b"no json", b"[1]", b"[" * 100_000])
async def test_a_body_must_be_an_object(slack: Slack, body: bytes):
    async with slack.http.post(f"{slack.url}/sandbox/clock", data=body) as response:
        assert response.status == 400
        assert (await response.json())["error"] == "invalid_json"


async def test_another_sites_page_may_not_act(slack: Slack):
    headers = {"Origin": "https://elsewhere.example"}
    async with slack.http.post(
        f"{slack.url}/sandbox/clock", json={"by_seconds": 5}, headers=headers
    ) as response:
        assert response.status == 403
    async with slack.http.post(
        f"{slack.url}/sandbox/clock", json={"by_seconds": 5}, headers={"Origin": slack.url}
    ) as response:
        assert response.status == 200


async def test_an_app_is_registered_with_tokens_of_ones_own(slack: Slack):
    tokens = {"bot_token": "xoxb-mine", "app_token": "xapp-mine", "signing_secret": "s", "client_id": "1.2"}
    manifest = {**MANIFEST, "display_information": {"name": "Mine"}}
    answer = await slack.control("POST", "apps", manifest=manifest, install=[slack.team], tokens=tokens)
    assert answer["installations"][slack.team]["bot_token"] == "xoxb-mine"
    assert (answer["app_token"], answer["signing_secret"], answer["client_id"]) == ("xapp-mine", "s", "1.2")
    assert (await slack.api("auth.test", token="xoxb-mine"))["ok"] is True


async def test_the_app_installed_last_owns_a_command(slack: Slack, socket_bot: SocketBot):
    manifest = {**MANIFEST, "display_information": {"name": "Rival"}}
    rival = await slack.control("POST", "apps", manifest=manifest, install=[slack.team])
    assert (await slack.act("command", command="/echo"))["delivery"]["error"] == "dispatch_failed"
    assert socket_bot.got == []
    await slack.control("POST", f"apps/{rival['app_id']}/uninstall", team_id=slack.team)
    again = await slack.control("POST", f"apps/{rival['app_id']}/uninstall", team_id=slack.team)
    assert again["error"] == "not_installed"


async def test_the_clock_is_told_and_moved(slack: Slack):
    moved = await slack.control("POST", "clock", to="2026-11-27T14:00:00+00:00")
    assert moved["now"] == "2026-11-27T14:00:00+00:00"
    later = await slack.control("POST", "clock", by_seconds=86_400)
    assert later["now"].startswith("2026-11-28T14:00:0")
    assert (await slack.control("GET", "clock"))["now"].startswith("2026-11-28T14:00")
    ts = (await slack.api("chat.postMessage", channel=slack.dm, text="t"))["ts"]
    assert float(ts) == pytest.approx(1_795_874_400, abs=30)


async def test_each_person_sees_what_is_theirs(slack: Slack):
    await slack.api("chat.postMessage", channel=slack.maya, text="for Maya", blocks=[])
    await slack.act("message", channel=slack.dm, text="by Maya")
    seen, other = await slack.sees(), await slack.sees(slack.ids["daniel"])
    assert seen["person"]["name"] == "maya"
    assert seen["workspace"] == {"id": slack.team, "name": "Juniper Works", "domain": "juniper"}
    (dm,) = [each for each in seen["conversations"] if each["app"]]
    assert (dm["kind"], dm["name"], dm["app"]) == ("im", "Echo", slack.app.id)
    assert dm["with"] == slack.installation.bot_user_id
    first, second = dm["messages"]
    assert first["author"] == {"id": slack.installation.bot_user_id, "name": "Echo", "is_app": True}
    assert second["author"] == {"id": slack.maya, "name": "Maya Okafor", "is_app": False}
    assert [each["messages"] for each in other["conversations"] if each["app"]] == [[]]
    assert (await slack.control("GET", "people/U0/sees"))["error"] == "user_not_found"


async def test_apps_are_seen_with_their_commands_and_shortcuts(slack: Slack):
    (app,) = (await slack.sees())["apps"]
    assert (app["id"], app["name"], app["dm"]) == (slack.app.id, "Echo", slack.dm)
    assert (app["home_enabled"], app["messages_enabled"], app["can_write"], app["home"]) == (
        True,
        True,
        True,
        None,
    )
    assert app["commands"] == [{"command": "/echo", "description": "Says it again", "usage_hint": "[text]"}]
    assert [each["callback_id"] for each in app["shortcuts"]] == ["anywhere", "on_this"]


async def test_unread_messages_are_counted_until_read(slack: Slack):
    for _ in range(3):
        await slack.api("chat.postMessage", channel=slack.dm, text="t")

    async def unread() -> int:
        seen = await slack.sees()
        return int(next(each["unread"] for each in seen["conversations"] if each["app"]))

    assert await unread() == 3
    await slack.act("read", channel=slack.dm)
    assert await unread() == 0
    await slack.api("chat.postMessage", channel=slack.dm, text="t")
    await slack.act("home", app=slack.app.id, tab="messages")
    assert await unread() == 0


async def test_only_the_newest_messages_are_shown(slack: Slack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.sandbox.sees.MESSAGES_SHOWN", 3)
    for number in range(5):
        await slack.act("message", channel=slack.dm, text=str(number))
    assert await slack.texts() == ["2", "3", "4"]


async def test_changes_stream_as_they_happen(slack: Slack):
    async with slack.http.get(f"{slack.url}/sandbox/people/{slack.maya}/changes") as stream:
        assert stream.content_type == "text/event-stream"

        async def revision() -> int:
            async with asyncio.timeout(2):
                line = await stream.content.readline()
                assert await stream.content.readline() == b"\n"
            return int(json.loads(line.removeprefix(b"data: "))["revision"])

        before = await revision()
        await slack.api("chat.postMessage", channel=slack.dm, text="news")
        after = await revision()
        assert after > before
        assert (await slack.sees())["revision"] == after
        await slack.api("chat.postMessage", channel=slack.ids["daniel"], text="not for Maya")
        await slack.control("POST", "clock", by_seconds=1)
        assert await revision() == after + 1
    async with slack.http.get(f"{slack.url}/sandbox/people/U0/changes") as response:
        assert response.status == 404


async def test_closing_the_sandbox_ends_its_streams():
    async with serving() as slack:
        response = await slack.http.get(f"{slack.url}/sandbox/people/{slack.maya}/changes")
        await response.content.readline()
        await slack.sandbox.close()
        async with asyncio.timeout(2):
            await response.read()


async def test_the_journal_keeps_calls_deliveries_and_acts(slack: Slack, socket_bot: SocketBot):
    await slack.act("command", command="/echo", text="journal me")
    await slack.api("chat.postMessage", channel=slack.dm, text="and me")
    async with slack.http.get(f"{slack.url}/sandbox/journal") as response:
        assert response.content_type == "application/x-ndjson"
        entries = [json.loads(line) for line in (await response.text()).splitlines()]
    kinds = [entry["kind"] for entry in entries]
    assert {"call", "delivery", "control"} <= set(kinds)
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    delivery = next(entry for entry in entries if entry["kind"] == "delivery")
    assert delivery["payload"]["text"] == "journal me"
    assert (delivery["type"], delivery["mode"], delivery["answered"]) == ("slash_commands", "socket", True)
    call = next(entry for entry in entries if entry.get("method") == "chat.postMessage")
    assert call["args"]["text"] == "and me"
    assert call["answer"]["ok"] is True
    assert call["took_ms"] >= 0
    assert slack.token not in json.dumps([entry for entry in entries if entry["kind"] == "call"])


async def test_the_journal_can_be_read_from_a_place_on(slack: Slack):
    for number in range(3):
        await slack.api("api.test", foo=number)
    last = slack.sandbox.journal.last
    await slack.control("POST", "clock", by_seconds=1)
    params = {"after": str(last - 1), "kind": "call"}
    async with slack.http.get(f"{slack.url}/sandbox/journal", params=params) as response:
        (line,) = (await response.text()).splitlines()
    assert json.loads(line)["args"] == {"foo": "2"}


def test_the_journal_keeps_the_newest_by_number_and_by_size():
    clock = StoppedClock(MovableClock().now())
    short = Journal(clock, most=3)
    for number in range(5):
        short.note("call", number=number)
    assert [entry["number"] for entry in short.entries()] == [2, 3, 4]
    assert [entry["n"] for entry in short.entries(after=4)] == [5]
    small = Journal(clock, characters=500)
    for _ in range(20):
        small.note("call", text="x" * 100)
    assert 1 <= len(small.entries()) <= 3
    small.note("call", text="x" * 1000)
    assert len(small.entries()) == 1


async def test_channels_are_made_and_people_let_in(slack: Slack):
    channel = (
        await slack.control("POST", "channels", team_id=slack.team, name="wins", members=[slack.maya])
    )["channel"]
    assert channel["members"] == [slack.maya]
    await slack.act("message", channel=channel["id"], text="hello")
    assert [m["text"] for m in await slack.messages(channel["id"])] == ["hello"]
    assert (await slack.control("PATCH", "channels/C0", archived=True))["error"] == "channel_not_found"


async def test_a_sandbox_may_start_empty():
    empty = Sandbox(MovableClock(), base_url="http://127.0.0.1:1", seeded=False)
    assert empty.world.people == {}
    await empty.close()


async def test_the_page_is_served_beside_it(slack: Slack):
    async with slack.http.get(f"{slack.url}/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"


async def test_a_quiet_stream_says_that_it_is_alive(slack: Slack, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(persons, "HEARTBEAT_SECONDS", 0.05)
    async with slack.http.get(f"{slack.url}/sandbox/people/{slack.maya}/changes") as stream:
        await stream.content.readuntil(b"\n\n")
        assert await stream.content.readuntil(b"\n\n") == b": still here\n\n"


async def test_waiting_follows_a_clock_that_nobody_announced(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.sandbox.waits._LONGEST_NAP", 0.02)
    clock = MovableClock()
    waiting = asyncio.create_task(Waits(clock).until(clock.now() + timedelta(hours=1)))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    clock.move_by(timedelta(hours=2))
    async with asyncio.timeout(1):
        await waiting
