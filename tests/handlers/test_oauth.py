"""Installing over OAuth: two workspaces through their browsers, every wrong way back, and what follows an uninstall."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from sqlalchemy import select
from starlette.requests import Request
from yarl import URL

from bot import doctor, manifest
from bot.coach import Coach
from bot.domain.wins import Win
from bot.domain.workspaces import STATE_LASTS
from bot.domain.workspaces._states import UsedState
from bot.storage.identity import Member, Workspace
from bot.web import install
from bot.web.install import COOKIE
from handlers import oauth
from tests.slack import LocalSlack, Person, living

SCOPES = manifest.load()["oauth_config"]["scopes"]["bot"]
# Friday at 15:00 in Los Angeles; in Auckland it is Saturday.
FRIDAY = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)


@pytest.fixture
async def slack(sqlite_url: str, make_coach: Callable[..., Coach]) -> AsyncIterator[LocalSlack]:
    """The bot over HTTP, which nobody has installed yet."""
    async with living(sqlite_url, make_coach, mode="http", by_oauth=True) as local:
        yield local


@dataclass
class Told:
    """A page as a browser got it."""

    status: int
    text: str
    headers: dict[str, str]


class Browser:
    """One browser with its cookies, which goes to Slack and comes back."""

    def __init__(self, slack: LocalSlack) -> None:
        self.slack = slack
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def starts(self, path: str = "/slack/install") -> str:
        """The address at Slack that it is sent to."""
        async with self._http.get(self.slack.bot_address + path, allow_redirects=False) as answer:
            assert answer.status == 303
            return answer.headers["location"]

    async def answers(self, address: str, person: Person, answer: str = "allow") -> str:
        """Allow it, or not; the address that Slack sends the browser back to."""
        form = {"answer": answer, "user": person.id}
        async with self._http.post(URL(address, encoded=True), data=form, allow_redirects=False) as told:
            assert told.status == 303, await told.text()
            return told.headers["location"]

    async def lands(self, address: str, method: str = "GET") -> Told:
        async with self._http.request(method, URL(address, encoded=True), allow_redirects=False) as told:
            await self.slack.settled()
            return Told(
                told.status, await told.text(), {name.lower(): value for name, value in told.headers.items()}
            )

    async def installs(self, person: Person) -> Told:
        return await self.lands(await self.answers(await self.starts(), person))

    @property
    def cookies(self) -> dict[str, Any]:
        return {cookie.key: cookie for cookie in self._http.cookie_jar}


@pytest.fixture
async def browser(slack: LocalSlack) -> AsyncIterator[Browser]:
    async with Browser(slack) as made:
        yield made


def asked(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


async def installed(slack: LocalSlack) -> list[str]:
    async with slack.coach.database.system() as session:
        have = Workspace.bot_token_sealed.is_not(None)
        return sorted(await session.scalars(select(Workspace.team_id).where(have)))


async def test_a_browser_is_sent_to_slack_with_our_scopes_and_the_fixed_way_back(
    slack: LocalSlack, browser: Browser
) -> None:
    address = await browser.starts()
    assert address.startswith(f"{slack.address}/oauth/v2/authorize?")
    question = asked(address)
    assert question["client_id"] == slack.app.client_id
    assert question["scope"] == ",".join(SCOPES)
    assert question["redirect_uri"] == f"{slack.bot_address}/slack/oauth_redirect"
    assert len(question["state"]) == 139
    assert "user_scope" not in question
    cookie = browser.cookies["sayso_install"]
    assert COOKIE.fullmatch(cookie.value)
    assert cookie.value not in address
    assert (cookie["httponly"], cookie["samesite"].lower(), cookie["max-age"]) == (True, "lax", "600")
    assert cookie["path"] == "/"
    assert not cookie["secure"], "this is plain http on this machine"


async def test_over_https_the_cookie_is_for_this_host_and_https_alone(slack: LocalSlack) -> None:
    coach, where = slack.coach, "https://sayso.example.com"
    there = coach.settings.model_copy(update={"public_url": where}).oauth
    assert there is not None
    pages = install.Pages(slack.bot.installer(there), where, coach.prose, coach.in_flight)
    answer = await pages.start(Request({"type": "http", "method": "GET", "headers": [], "query_string": b""}))
    cookie = answer.headers["set-cookie"].split("; ")
    assert cookie[0].startswith("__Host-sayso_install=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/", "Max-Age=600"} == set(cookie[1:])
    assert asked(answer.headers["location"])["redirect_uri"] == f"{where}/slack/oauth_redirect"


async def test_two_workspaces_install_it_and_both_use_it(slack: LocalSlack, browser: Browser) -> None:
    maya, sam = slack.maya, slack.person("sam")
    for person, name in ((maya, "Juniper Works"), (sam, "Harbor Studio")):
        told = await browser.installs(person)
        assert told.status == 200
        assert f"Sayso is in {name} now" in told.text
        assert "sealed with a key of their own" in told.text
    assert await installed(slack) == sorted({maya.who.team_id, sam.who.team_id})
    for person in (maya, sam):
        await person.says(f"/win Shipped by {person.id}")
        assert "Saved" in await person.reads_all()
        assert [win.title for win in await slack.wins(person)] == [f"Shipped by {person.id}"]
    tokens = {await slack.coach_token(person.who.team_id) for person in (maya, sam)}
    assert tokens == {each.bot_token for each in slack.app.installations.values()}


async def test_what_slack_granted_is_kept_and_what_is_missing_is_said(
    slack: LocalSlack, browser: Browser
) -> None:
    address = (await browser.starts()).replace("%2Cfiles%3Awrite", "")
    told = await browser.lands(await browser.answers(address, slack.maya))
    assert "files:write is missing" in told.text
    said = [
        finding
        async for finding in doctor.installs_of(slack.coach.database, manifest.load())
        if not finding.good
    ]
    team = slack.maya.who.team_id
    assert [(one.words, one.facts) for one in said] == [
        ("scopes_missing_in", {"team": team, "missing": ["files:write"]})
    ]
    told = await browser.installs(slack.maya)
    assert "is missing" not in told.text
    assert [one.words async for one in doctor.installs_of(slack.coach.database, manifest.load())] == [
        "installed"
    ]


# --- Wrong ways back. Nothing is installed by any of them.


async def ends(slack: LocalSlack, told: Told, status: int, title: str, calls: int = 0) -> None:
    assert told.status == status
    assert title in told.text
    assert "Start again" in told.text
    assert await installed(slack) == []
    assert len(slack.calls("oauth.v2.access")) == calls


async def test_a_forged_state_ends_before_slack_is_asked(slack: LocalSlack, browser: Browser) -> None:
    back = await browser.answers(await browser.starts(), slack.maya)
    forged = back.replace(asked(back)["state"], "x" * 43)
    await ends(slack, await browser.lands(forged), 400, "was used already, or is not ours")


@pytest.mark.parametrize("query", ["", "state=", "code=1.2", "state=a&state=b&code=1", "%00=%ff&state=%ff"])
async def test_a_way_back_without_a_way_there_ends(slack: LocalSlack, browser: Browser, query: str) -> None:
    told = await browser.lands(f"{slack.bot_address}/slack/oauth_redirect?{query}")
    await ends(slack, told, 400, "was used already, or is not ours")


async def test_the_state_of_another_browser_ends_and_is_used_up(slack: LocalSlack, browser: Browser) -> None:
    async with Browser(slack) as attacker:
        # Login CSRF: the attacker's own way back, which the victim is made to open.
        trap = await attacker.answers(await attacker.starts(), slack.person("sam"))
        await browser.starts()
        await ends(slack, await browser.lands(trap), 400, "was begun in another browser")
        await ends(slack, await attacker.lands(trap), 400, "was used already, or is not ours")


async def test_without_its_cookie_a_browser_is_another(slack: LocalSlack, browser: Browser) -> None:
    async with Browser(slack) as bare:
        back = await browser.answers(await browser.starts(), slack.maya)
        await ends(slack, await bare.lands(back), 400, "was begun in another browser")


async def test_a_state_is_late_after_ten_minutes(slack: LocalSlack, browser: Browser) -> None:
    address = await browser.starts()
    slack.clock.move_by(STATE_LASTS)
    back = await browser.answers(address, slack.maya)
    await ends(slack, await browser.lands(back), 400, "took longer than ten minutes")


async def test_a_way_back_works_once(slack: LocalSlack, browser: Browser) -> None:
    back = await browser.answers(await browser.starts(), slack.maya)
    assert (await browser.lands(back)).status == 200
    token = await slack.coach_token(slack.maya.who.team_id)
    again = await browser.lands(back)
    assert again.status == 400
    assert "If you were told a moment ago that Sayso is installed, all is well" in again.text
    assert len(slack.calls("oauth.v2.access")) == 1
    assert await slack.coach_token(slack.maya.who.team_id) == token


async def test_of_the_same_way_back_many_times_at_once_one_is_taken(
    slack: LocalSlack, browser: Browser
) -> None:
    back = await browser.answers(await browser.starts(), slack.maya)
    told = await asyncio.gather(*(browser.lands(back) for _ in range(8)))
    assert sorted(one.status for one in told) == [200, *[400] * 7]
    assert len(slack.calls("oauth.v2.access")) == 1


async def test_a_code_that_was_used_is_refused_even_with_a_new_state(
    slack: LocalSlack, browser: Browser
) -> None:
    first = asked(await browser.answers(await browser.starts(), slack.maya))
    state = asked(await browser.starts())["state"]
    used = await slack_takes(slack, first["code"])
    assert used["ok"]
    replayed = (
        f"{slack.bot_address}/slack/oauth_redirect?{urlencode({'code': first['code'], 'state': state})}"
    )
    await ends(slack, await browser.lands(replayed), 400, "Slack does not take this any more", calls=2)


async def slack_takes(slack: LocalSlack, code: str) -> dict[str, Any]:
    """Exchange a code past the bot."""
    app = slack.app
    form = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    async with slack.http.post(f"{slack.address}/api/oauth.v2.access", data=form) as answer:
        told: dict[str, Any] = await answer.json()
        return told


async def test_whoever_says_no_is_told_that_nothing_was_installed(
    slack: LocalSlack, browser: Browser
) -> None:
    back = await browser.answers(await browser.starts(), slack.maya, "deny")
    await ends(slack, await browser.lands(back), 200, "Nothing was installed")
    assert (await browser.lands(back)).status == 400, "a refusal uses the state up too"


async def test_a_token_that_ends_by_itself_is_not_kept(
    slack: LocalSlack, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    slack.app.manifest["settings"] = slack.app.manifest["settings"] | {"token_rotation_enabled": True}
    told = await browser.installs(slack.maya)
    await ends(slack, told, 502, "The app&#39;s settings do not fit Sayso", calls=1)
    assert "register the app anew from its manifest" in told.text
    token = slack.app.installations[slack.maya.who.team_id].bot_token
    assert token.startswith("xoxe.xoxb-")
    assert token not in told.text + caplog.text
    path = Path(str(slack.coach.database.url.database))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    assert token.encode() not in stored


@pytest.mark.parametrize("beside", [{"expires_in": 43200}, {"refresh_token": "xoxe-1-x"}])
def test_whatever_renews_a_token_says_that_it_ends(beside: dict[str, object]) -> None:
    granted = {"token_type": "bot", "access_token": "xoxb-1", "team": {"id": "T1"}}
    assert oauth.ends_by_itself(granted | beside)
    assert not oauth.ends_by_itself(granted)


async def test_setting_out_writes_nothing(slack: LocalSlack, browser: Browser) -> None:
    for _ in range(50):
        await browser.starts()
    assert await slack.count(UsedState) == 0


async def test_words_in_the_address_are_never_shown(slack: LocalSlack, browser: Browser) -> None:
    state = asked(await browser.starts())["state"]
    query = urlencode({"state": state, "error": "<script>alert(1)</script>"})
    told = await browser.lands(f"{slack.bot_address}/slack/oauth_redirect?{query}")
    await ends(slack, told, 502, "Slack did not install Sayso")
    assert "script" not in told.text


@pytest.mark.parametrize("kind", ["status", "html", "drop", "ratelimited"])
async def test_when_slack_is_down_it_is_said_and_the_code_is_tried_once(
    slack: LocalSlack, browser: Browser, kind: str
) -> None:
    back = await browser.answers(await browser.starts(), slack.maya)
    slack.fails("oauth.v2.access", kind, status=503, retry_after=1, times=9)
    await ends(slack, await browser.lands(back), 503, "Slack does not answer just now", calls=1)


async def test_a_wrong_secret_is_told_to_whoever_runs_it(slack: LocalSlack, browser: Browser) -> None:
    slack.fails("oauth.v2.access", "error", error="bad_client_secret")
    told = await browser.installs(slack.maya)
    await ends(slack, told, 502, "Tell whoever runs Sayso to look at the client ID", calls=1)


@pytest.mark.parametrize(
    "path",
    [
        "/slack/install?redirect_uri=https://evil.example/",
        "/slack/install?next=//evil.example&scope=admin&client_id=1.2",
        "/slack/install?state=chosen-by-somebody-else",
    ],
)
async def test_nobody_can_choose_where_a_browser_goes_or_what_is_asked_for(
    slack: LocalSlack, browser: Browser, path: str
) -> None:
    question = asked(await browser.starts(path))
    assert question["redirect_uri"] == f"{slack.bot_address}/slack/oauth_redirect"
    assert (question["scope"], question["client_id"]) == (",".join(SCOPES), slack.app.client_id)
    assert question["state"] != "chosen-by-somebody-else"


async def test_a_host_that_a_request_makes_up_changes_nothing(slack: LocalSlack) -> None:
    headers = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    async with slack.http.get(
        f"{slack.bot_address}/slack/install", headers=headers, allow_redirects=False
    ) as answer:
        assert "evil" not in answer.headers["location"]


async def test_whoever_looks_at_an_address_beforehand_uses_nothing_up(
    slack: LocalSlack, browser: Browser
) -> None:
    back = await browser.answers(await browser.starts(), slack.maya)
    for method in ("HEAD", "POST", "OPTIONS"):
        assert (await browser.lands(back, method)).status == 405
    assert (await browser.lands(back)).status == 200


async def test_a_page_loads_nothing_is_in_no_frame_and_tells_its_address_to_nobody(
    slack: LocalSlack, browser: Browser
) -> None:
    told = await browser.installs(slack.maya)
    policy = told.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert told.headers["referrer-policy"] == "no-referrer"
    assert told.headers["cache-control"] == "no-store"
    assert "src=" not in told.text
    assert "sayso_install" not in browser.cookies, "what was used up is taken away"


async def test_a_name_with_markup_is_shown_as_it_is(slack: LocalSlack, browser: Browser) -> None:
    workspace = slack.sandbox.world.workspaces[slack.maya.who.team_id]
    workspace.name = "<b>R&D</b> {{ 7*7 }}"
    told = await browser.installs(slack.maya)
    assert "Sayso is in &lt;b&gt;R&amp;D&lt;/b&gt; {{ 7*7 }} now" in told.text


def test_an_answer_without_a_bots_token_or_a_place_is_no_installation() -> None:
    good = {"token_type": "bot", "access_token": "xoxb-1", "team": {"id": "T1"}}
    assert oauth.installation(good) is not None
    for wrong in (
        {"token_type": "user"},
        {"access_token": ""},
        {"team": None},
        {"is_enterprise_install": True},
    ):
        assert oauth.installation({**good, **wrong}) is None
    org = {**good, "team": None, "enterprise": {"id": "E1"}, "is_enterprise_install": True}
    made = oauth.installation(org)
    assert made is not None
    assert (made.team_id, made.enterprise_id) == ("E1", "E1")


# --- Leaving and coming back


async def tells(slack: LocalSlack, way: str, person: Person) -> None:
    """Uninstall, or revoke, in this person's workspace; the bot has been told when it is done."""
    await slack.control("POST", f"apps/{slack.app.id}/{way}", {"team_id": person.who.team_id})
    await slack.settled()


async def test_one_that_leaves_stops_at_once_and_finds_everything_when_it_comes_back(
    slack: LocalSlack, browser: Browser
) -> None:
    maya, sam = slack.maya, slack.person("sam")
    for person in (maya, sam):
        await browser.installs(person)
        await person.says("/win Shipped it")
    await tells(slack, "uninstall", maya)
    assert await installed(slack) == [sam.who.team_id]
    before = len(slack.calls("chat.postMessage"))
    await slack.goes_to(FRIDAY)
    assert len(slack.calls("chat.postMessage")[before:]) == 1
    assert "*Your weekly check-in.*" in await sam.reads()
    await slack.passes(timedelta(days=9))
    told = await browser.installs(maya)
    assert "Juniper Works" in told.text
    await maya.says("/win list")
    assert "Shipped it" in await maya.reads()
    asked_before = len([text for text in await texts(maya) if "check-in" in text])
    await slack.passes(timedelta(days=7))
    assert len([text for text in await texts(maya) if "check-in" in text]) <= asked_before + 1, "no flood"
    assert asked_before == 0


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the local Slack tells nobody
            await asyncio.sleep(0.02)


async def texts(person: Person) -> list[str]:
    return [str(message["text"]) for message in await person.messages() if not message["ephemeral"]]


async def test_an_old_uninstall_that_is_told_late_does_not_take_the_new_token(
    slack: LocalSlack, browser: Browser
) -> None:
    maya = slack.maya
    await browser.installs(maya)
    await tells(slack, "uninstall", maya)
    late = slack.delivered("events_api")[-2:]
    assert {one["event"]["type"] for one in late} == {"app_uninstalled", "tokens_revoked"}
    await browser.installs(maya)
    token = await slack.coach_token(maya.who.team_id)
    for number, one in enumerate(late):
        await slack.delivers("events_api", one | {"event_id": f"EvLate{number}"})
    assert await slack.coach_token(maya.who.team_id) == token
    await maya.says("/win Shipped it")
    assert await slack.count(Win) == 1


async def test_when_slack_does_not_say_whether_an_old_uninstall_still_holds_it_is_asked_to_say_it_again(
    slack: LocalSlack, browser: Browser
) -> None:
    maya = slack.maya
    await browser.installs(maya)
    slack.fails("auth.test", "status", status=503, times=4)
    await tells(slack, "uninstall", maya)
    assert await slack.coach_token(maya.who.team_id) is not None
    await slack.control("POST", "clock", {"by_seconds": 61})
    await until(lambda: len(slack.delivered("events_api")) >= 4)
    await slack.settled()
    assert await slack.coach_token(maya.who.team_id) is None


async def test_a_reinstall_with_a_new_token_needs_no_restart(slack: LocalSlack, browser: Browser) -> None:
    maya = slack.maya
    await browser.installs(maya)
    await maya.says("/win Shipped it")
    first = await slack.coach_token(maya.who.team_id)
    await tells(slack, "revoke", maya)
    await browser.installs(maya)
    assert await slack.coach_token(maya.who.team_id) not in (None, first)
    await maya.opens_home()
    assert "Shipped it" in await maya.home()
    assert await slack.count(Member) == 1
