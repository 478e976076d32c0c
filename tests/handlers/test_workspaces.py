"""Leaving a workspace: uninstalling and revoking stop everything there at once, and only there."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from bot.domain import workspaces
from bot.domain.wins import Win
from bot.domain.workspaces import Installation
from bot.storage.identity import Principal
from handlers import outbox
from tests.slack import LocalSlack, Person

# Friday at 15:00 in Los Angeles, where Sam is; in Berlin the time has passed.
FRIDAY = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
BERLIN_FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


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


# --- One workspace by its token


async def test_a_reinstall_needs_no_restart_where_one_token_is_set(slack: LocalSlack) -> None:
    maya = slack.maya
    await maya.says("/win Shipped it")
    team = maya.who.team_id
    await slack.control("POST", f"apps/{slack.app.id}/uninstall", {"team_id": team})
    await slack.settled()
    assert await slack.coach_token(team) is None
    made = slack.sandbox.install(slack.app, team)
    slack.bot.tokens._configured = lambda: ["xoxb-of-before", made.bot_token]
    await maya.says("/win list")
    assert "Shipped it" in await maya.reads()
    assert await slack.coach_token(team) == made.bot_token


async def test_a_token_that_slack_refuses_is_tried_now_and_then_only(slack: LocalSlack) -> None:
    maya = slack.maya
    await maya.opens_home()
    await slack.control("POST", f"apps/{slack.app.id}/revoke", {"team_id": maya.who.team_id})
    await slack.settled()
    before = len(slack.calls("auth.test"))
    for _ in range(5):
        await maya.says("/win Shipped it")
    assert len(slack.calls("auth.test")) == before + 1
    assert "what you kept is still there for 14 days" in await maya.reads()


# --- Orgs


ORG = "E0ORCHARD"


async def goes_org_wide(slack: LocalSlack) -> str:
    """Maya's workspace has no token of its own any more; its org has one, which Slack takes there."""
    team = slack.maya.who.team_id
    installed = slack.app.installations[team]
    async with slack.coach.database.system() as session:
        await workspaces.disconnect(session, team)
    given = Installation(ORG, installed.bot_token, installed.bot_user_id, installed.bot_id, ORG)
    await outbox.keep(slack.coach, given)
    slack.bot.tokens.forget(team)
    return team


def from_org(person: Person, **more: object) -> dict[str, object]:
    return {
        "command": "/win",
        "text": "Shipped it",
        "team_id": person.who.team_id,
        "user_id": person.id,
        "enterprise_id": ORG,
        "is_enterprise_install": "true",
        "trigger_id": "1.2",
        "response_url": "http://127.0.0.1:9/none",
        **more,
    }


async def test_a_workspace_lives_on_its_orgs_token_from_its_first_request(slack: LocalSlack) -> None:
    maya = slack.maya
    team = await goes_org_wide(slack)
    assert await slack.coach_token(team) is None
    assert (await slack.delivers("slash_commands", from_org(maya))).answered
    assert [win.title for win in await slack.wins(maya)] == ["Shipped it"]
    assert await slack.coach_token(team) == slack.app.installations[team].bot_token
    await slack.goes_to(BERLIN_FRIDAY)
    assert "*Your weekly check-in.*" in await maya.reads()


@pytest.mark.parametrize(
    "said",
    [
        {"event": {"type": "app_uninstalled"}, "team_id": ORG},
        {"event": {"type": "app_uninstalled"}, "team_id": None, "is_enterprise_install": True},
        {"event": {"type": "tokens_revoked", "tokens": {"bot": ["{bot}"], "oauth": []}}},
    ],
)
async def test_when_the_org_leaves_all_of_its_workspaces_stop(
    slack: LocalSlack, said: dict[str, object]
) -> None:
    team = await goes_org_wide(slack)
    await slack.delivers("slash_commands", from_org(slack.maya))
    bot = slack.app.installations[team].bot_user_id
    body = json.loads(json.dumps(said).replace("{bot}", str(bot)))
    envelope = {"type": "event_callback", "team_id": team, "enterprise_id": ORG, "event_id": "Ev1"}
    await slack.delivers("events_api", envelope | body)
    assert await slack.coach_token(team) is None
    assert await slack.coach_token(slack.person("sam").who.team_id) is not None


async def test_an_org_lets_the_app_into_a_workspace_and_takes_it_out(slack: LocalSlack) -> None:
    team = await goes_org_wide(slack)
    envelope = {"type": "event_callback", "team_id": team, "enterprise_id": ORG}
    for number, (kind, has) in enumerate((("granted", True), ("revoked", False), ("granted", True))):
        event = {"type": f"team_access_{kind}", "team_ids": [team, 7]}
        await slack.delivers("events_api", {**envelope, "event_id": f"Ev{number}", "event": event})
        assert (await slack.coach_token(team) is not None) is has


async def test_an_uninstall_in_one_workspace_of_an_org_ends_no_others(slack: LocalSlack) -> None:
    team = await goes_org_wide(slack)
    await slack.delivers("slash_commands", from_org(slack.maya))
    event = {"type": "tokens_revoked", "tokens": {"bot": ["U0ANOTHER"], "oauth": []}}
    body = {"type": "event_callback", "team_id": team, "enterprise_id": ORG, "event_id": "Ev1"}
    await slack.delivers("events_api", body | {"event": event})
    assert await slack.coach_token(team) is not None


# --- Members who are not what they were


@pytest.mark.parametrize(("flag", "sentence"), [("guest", "guests cannot"), ("deactivated", "for people")])
async def test_who_is_no_full_member_any_more_is_not_asked_and_cannot_act_until_they_are_back(
    slack: LocalSlack, flag: str, sentence: str
) -> None:
    maya = slack.maya
    await maya.says("/win Shipped it")
    await changes(slack, maya, flag, on=True)
    before = len(slack.calls("chat.postMessage"))
    await slack.goes_to(BERLIN_FRIDAY)
    assert len(slack.calls("chat.postMessage")) == before
    said = {"text": "Shipped more", "enterprise_id": None, "is_enterprise_install": "false"}
    answer = await slack.delivers("slash_commands", from_org(maya, **said))
    assert sentence in str(answer.body)
    assert await slack.count(Win) == 1
    # Slack's word that they are back may be lost; whoever comes is looked at.
    slack.sandbox.world.people[maya.id].flags.discard(flag)
    await maya.says("/win Shipped more")
    assert await slack.count(Win) == 2


async def changes(slack: LocalSlack, person: Person, flag: str, *, on: bool) -> None:
    flags = slack.sandbox.world.people[person.id].flags
    (flags.add if on else flags.discard)(flag)
    await slack.control("PATCH", f"people/{person.id}", {"real_name": "Maya O"})
    await slack.settled()


async def test_somebody_of_another_workspace_is_a_stranger_though_slack_does_not_mark_them(
    slack: LocalSlack,
) -> None:
    user = {"id": "U0OLU", "team_id": "T0ELSEWHERE"}
    here = Principal(slack.maya.who.team_id, "U0OLU")
    for user_object, org, stranger in (
        (user, None, True),
        (user | {"enterprise_user": {"enterprise_id": ORG, "teams": []}}, ORG, False),
        (user | {"enterprise_user": {"enterprise_id": ORG, "teams": []}}, "E0OTHER", True),
        (user | {"enterprise_user": {"enterprise_id": ORG, "teams": [here.team_id]}}, None, False),
        (user | {"team_id": here.team_id}, None, False),
        (user | {"team_id": ORG}, ORG, False),
        ({"id": "U0OLU"}, None, False),
    ):
        assert outbox.is_at_home(user_object, here.team_id, org) is not stranger


# --- One in trouble keeps no other waiting


@pytest.mark.parametrize("kind", ["ratelimited", "status", "token_revoked"])
async def test_trouble_in_one_workspace_does_not_slow_another(slack: LocalSlack, kind: str) -> None:
    maya, sam = slack.maya, slack.person("sam")
    for person in (maya, sam):
        await person.says("/win Shipped it")
    fault = {"error": kind} if kind == "token_revoked" else {"retry_after": 600, "status": 503}
    order = "error" if kind == "token_revoked" else kind
    slack.fails("chat.postMessage", order, team_id=maya.who.team_id, times=50, **fault)
    # Both are due by now: Maya in Berlin waits for Monday if she has not been asked.
    await slack.goes_to(BERLIN_FRIDAY)
    await slack.goes_to(FRIDAY)
    assert "*Your weekly check-in.*" in await sam.reads()
    assert "*Your weekly check-in.*" not in await maya.reads_all()
    failing = [one for one in slack.calls("chat.postMessage") if "weekly check-in" in str(one)]
    assert len(failing) <= 4


async def test_what_a_worker_has_in_hand_is_not_sent_once_the_workspace_has_left(slack: LocalSlack) -> None:
    team = slack.maya.who.team_id
    people = [slack.person(name) for name in ("maya", "daniel", "priya", "kenji")]
    for person in people:
        await slack.control("PATCH", f"people/{person.id}", {"tz": "Europe/Berlin"})
        await person.says("/win Shipped it")
    slack.fails("chat.postMessage", "slow", team_id=team, seconds=2, times=9)
    slack.clock.move_to(BERLIN_FRIDAY)
    before = len(slack.calls("chat.postMessage"))
    ticking = asyncio.create_task(slack.worker.tick())
    async with asyncio.timeout(10):
        while next(iter(slack.sandbox.faults)).times == 9:  # noqa: ASYNC110 - nobody tells that a call has come in
            await asyncio.sleep(0.01)
    await slack.control("POST", f"apps/{slack.app.id}/uninstall", {"team_id": team})
    assert await slack.coach_token(team) is None
    await ticking
    for _ in range(3):
        await slack.tick()
    assert len(slack.calls("chat.postMessage")) - before == 1, "the one that was on its way"
    assert sum(["weekly check-in" in await person.reads() for person in people]) <= 1
