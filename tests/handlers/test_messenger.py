"""Check-ins while Slack is failing: what each answer means, sent once, later or not at all, and to nobody's loss."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.domain import nudges, workspaces
from bot.domain.nudges import CHECK_IN, Claim, Nudge, Uncertain, Unsent
from bot.web import server
from handlers.messenger import (
    BROKEN_OFF,
    MEMBER,
    REFUSED_AGAIN_AFTER,
    RETRY_AFTER,
    SILENT_AGAIN_AFTER,
    WORKSPACE,
    SlackMessenger,
)
from handlers.outbox import Tokens
from tests import forged
from tests.slack import LocalSlack, Person, words_of

POST, OPEN, HISTORY = "chat.postMessage", "conversations.open", "conversations.history"
SECOND = timedelta(seconds=1)


@pytest.fixture
async def claim(slack: LocalSlack, maya: Person) -> Claim:
    """Maya's first check-in, taken but not sent."""
    slack.clock.move_to(forged.FRIDAY)
    async with slack.coach.database.system() as session:
        look = await nudges.claim_due(session, ceiling=1000)
    return next(one for one in look.claims if "check_in" in one.kinds)


@pytest.fixture
async def messenger(slack: LocalSlack) -> AsyncIterator[SlackMessenger]:
    made = SlackMessenger(slack.coach, Tokens(slack.coach))
    yield made
    await made.close()


async def refusal(messenger: SlackMessenger, claim: Claim) -> Unsent:
    """What the messenger says about a message that certainly did not go out."""
    with pytest.raises(Unsent) as refused:
        await messenger.deliver(claim)
    return refused.value


async def posted(person: Person) -> int:
    return sum("*Your weekly check-in.*" in words_of(message) for message in await person.messages())


# --- The last look at the time


async def test_what_is_too_late_when_its_connection_is_open_is_not_written_at_all(
    slack: LocalSlack, maya: Person, messenger: SlackMessenger, claim: Claim
) -> None:
    before = slack.sandbox.journal.last
    unsent = await refusal(messenger, replace(claim, in_time=lambda: False))
    assert (unsent.reason, unsent.whom, unsent.after) == ("slow", "nudge", SILENT_AGAIN_AFTER)
    methods = [call["method"] for call in slack.sandbox.journal.entries(after=before, kind="call")]
    assert POST not in methods
    assert await posted(maya) == 0
    await messenger.deliver(claim)
    assert await posted(maya) == 1, "the next one is written as ever"


async def test_the_time_is_asked_after_all_that_takes_time(
    slack: LocalSlack, messenger: SlackMessenger, claim: Claim
) -> None:
    asked_after = list[list[str]]()
    before = slack.sandbox.journal.last

    def in_time() -> bool:
        calls = slack.sandbox.journal.entries(after=before, kind="call")
        asked_after.append([call["method"] for call in calls])
        return True

    await messenger.deliver(replace(claim, channel=None, in_time=in_time))
    assert asked_after == [[OPEN]], "once, when the conversation is open and nothing is posted yet"


# --- What Slack's words mean


async def test_what_is_wrong_with_a_member_is_told_apart_from_what_is_wrong_with_a_workspace(
    slack: LocalSlack, maya: Person, messenger: SlackMessenger, claim: Claim
) -> None:
    table = {
        **dict.fromkeys(MEMBER, "member"),
        **dict.fromkeys(WORKSPACE, "workspace"),
        **dict.fromkeys(("msg_too_long", "invalid_blocks", "a_word_of_tomorrow"), "nudge"),
    }
    for error, whom in table.items():
        for method in (POST, OPEN):
            # A channel that is gone is opened anew before anybody is given up.
            slack.fails(method, "error", error=error, times=2)
            unsent = await refusal(messenger, replace(claim, channel=None) if method == OPEN else claim)
            assert (unsent.whom, unsent.reason, unsent.after) == (whom, error, REFUSED_AGAIN_AFTER), method
            assert not unsent.slower
            slack.sandbox.faults.clear()
    assert await posted(maya) == 0


UNCERTAIN: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503},
    {"kind": "html"},
    {"kind": "html_after"},
    {"kind": "status_after"},
    {"kind": "drop"},
    {"kind": "drop_after"},
    *({"kind": "error", "error": error} for error in sorted(BROKEN_OFF)),
)


async def test_whatever_slack_may_have_done_before_it_broke_off_is_in_doubt(
    slack: LocalSlack, messenger: SlackMessenger, claim: Claim
) -> None:
    for fault in UNCERTAIN:
        slack.fails(POST, **fault)
        with pytest.raises(Uncertain):
            await messenger.deliver(claim)


async def test_a_conversation_that_could_not_be_opened_is_no_doubt(
    slack: LocalSlack, maya: Person, messenger: SlackMessenger, claim: Claim
) -> None:
    for fault in UNCERTAIN:
        slack.fails(OPEN, **fault)
        unsent = await refusal(messenger, replace(claim, channel=None))
        assert (unsent.whom, unsent.after) == ("workspace", SILENT_AGAIN_AFTER), fault
    assert await posted(maya) == 0


async def test_where_nobody_takes_the_call_it_certainly_was_not_sent(
    slack: LocalSlack, maya: Person, claim: Claim
) -> None:
    closed = server.listener("127.0.0.1", 0)
    port = closed.getsockname()[1]
    closed.close()
    there = slack.coach.settings.model_copy(update={"slack_api_url": f"http://127.0.0.1:{port}/api/"})
    elsewhere = replace(slack.coach, settings=there)
    messenger = SlackMessenger(elsewhere, Tokens(elsewhere))
    for channel in (claim.channel, None):
        unsent = await refusal(messenger, replace(claim, channel=channel))
        assert (unsent.whom, unsent.after) == ("workspace", SILENT_AGAIN_AFTER)
    await messenger.close()
    assert await posted(maya) == 0


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (30, 30 * SECOND),
        (0, timedelta()),
        ("7", 7 * SECOND),
        ("soon", RETRY_AFTER),
        ("1.5", RETRY_AFTER),
        ("-3", RETRY_AFTER),
        (None, RETRY_AFTER),
    ],
)
async def test_a_rate_limit_is_the_workspaces_and_lasts_as_long_as_slack_says(
    slack: LocalSlack, messenger: SlackMessenger, claim: Claim, told: Any, meant: timedelta
) -> None:
    for method in (POST, OPEN):
        slack.fails(method, "ratelimited", retry_after=told)
        unsent = await refusal(messenger, replace(claim, channel=None))
        assert (unsent.whom, unsent.slower, unsent.after) == ("workspace", True, meant)
    assert len(slack.calls(POST)) - 1 <= 1, "a nudge never waits for Slack inside the call"


async def test_without_a_token_no_call_is_made(
    slack: LocalSlack, messenger: SlackMessenger, claim: Claim
) -> None:
    async with slack.coach.database.system() as session:
        await workspaces.disconnect(session, claim.who.team_id)
    before = len(slack.sandbox.journal.entries(kind="call"))
    unsent = await refusal(messenger, claim)
    assert (unsent.whom, unsent.reason) == ("workspace", "no_token")
    with pytest.raises(Unsent):
        await messenger.find(claim)
    assert len(slack.sandbox.journal.entries(kind="call")) == before


# --- Where it goes, and whether it is there


async def test_a_conversation_that_is_not_where_it_was_is_opened_anew(
    slack: LocalSlack, maya: Person, messenger: SlackMessenger, claim: Claim
) -> None:
    channel, _ = await messenger.deliver(replace(claim, channel="D0LONGGONE"))
    assert channel == (await maya._dm())["id"]
    assert await posted(maya) == 1
    assert slack.calls(POST)[-1]["channel"] == channel


async def test_a_message_is_found_by_its_key_under_what_was_written_since(
    slack: LocalSlack, maya: Person, messenger: SlackMessenger, claim: Claim
) -> None:
    assert await messenger.find(claim) is None
    place = await messenger.deliver(claim)
    await maya.says("Shipped the search")
    await maya.says("help")
    assert await messenger.find(claim) == place
    assert await messenger.find(replace(claim, channel=None)) == place
    assert await messenger.find(replace(claim, key="another")) is None


LOOKS: tuple[tuple[dict[str, Any], str], ...] = (
    *((fault, "later") for fault in UNCERTAIN),
    ({"kind": "ratelimited", "retry_after": 30}, "later"),
    ({"kind": "missing_scope"}, "later"),
    ({"kind": "error", "error": "token_revoked"}, "later"),
    ({"kind": "error", "error": "channel_not_found"}, "never"),
    ({"kind": "error", "error": "not_in_channel"}, "never"),
    ({"kind": "error", "error": "a_word_of_tomorrow"}, "never"),
)


async def test_a_history_that_is_not_told_now_is_asked_for_later_and_one_that_is_refused_never_again(
    slack: LocalSlack, messenger: SlackMessenger, claim: Claim
) -> None:
    for fault, when in LOOKS:
        # A look may be repeated by the library, which is harmless.
        slack.fails(HISTORY, **fault, times=3)
        with pytest.raises(Unsent if when == "later" else Uncertain) as raised:
            await messenger.find(claim)
        if isinstance(raised.value, Unsent):
            assert raised.value.whom == "workspace", fault
        slack.sandbox.faults.clear()


async def test_all_calls_share_one_pool_of_connections_which_is_closed_at_the_end(
    slack: LocalSlack, claim: Claim
) -> None:
    messenger = SlackMessenger(slack.coach, Tokens(slack.coach))
    await messenger.close()
    await messenger.deliver(claim)
    pool = messenger._http
    assert pool is not None
    await messenger.find(claim)
    await messenger.deliver(claim)
    assert messenger._http is pool
    await messenger.close()
    assert pool.closed


# --- As it is read


async def test_a_check_in_that_slack_fumbled_arrives_once(slack: LocalSlack, maya: Person) -> None:
    faults = (
        {"kind": "status"},
        {"kind": "html_after"},
        {"kind": "drop_after"},
        {"kind": "missing_scope"},
        {"kind": "ratelimited", "retry_after": "soon"},
        {"kind": "error", "error": "internal_error"},
    )
    for week, fault in enumerate(faults):
        slack.fails(POST, **fault)
        await slack.goes_to(forged.FRIDAY + week * forged.WEEK)
        for _ in range(4):
            await slack.passes(timedelta(minutes=2))
        await slack.passes(timedelta(hours=1))
        async with slack.coach.session(maya.who) as session:
            asked = await nudges.open_one(session, CHECK_IN)
            assert asked is not None, fault
            await nudges.settle(session, asked.id, nudges.State.DONE)
        dm = slack.sandbox.world.conversations[(await maya._dm())["id"]]
        keys = [(message.metadata or {}).get("event_payload") for message in dm.messages.values()]
        assert keys.count({"key": asked.key}) == 1, fault


async def test_one_who_cannot_be_reached_is_left_alone_and_the_others_are_asked(
    slack: LocalSlack, maya: Person
) -> None:
    priya = slack.person("priya")
    await priya.opens_home()
    for person in (maya, priya):
        async with slack.coach.session(person.who) as session:
            session.member.dm_channel = None
            for nudge in await session.scalars(select(Nudge).where(Nudge.kind != CHECK_IN.name)):
                await session.delete(nudge)
    await slack.goes_to(forged.FRIDAY - timedelta(hours=4, minutes=30))
    slack.sandbox.faults.clear()
    slack.fails(OPEN, "error", error="user_not_found")
    before = len(slack.calls(OPEN))
    await slack.goes_to(forged.FRIDAY)
    assert (await posted(priya), await posted(maya)) == (1, 0)
    assert await unreachable(slack, maya) == "user_not_found"
    await slack.passes(timedelta(days=1))
    assert len(slack.calls(OPEN)) == before + 1
    await maya.opens_home()
    assert await unreachable(slack, maya) is None
    await slack.passes(timedelta(minutes=1))
    await slack.goes_to(forged.FRIDAY + timedelta(days=2, hours=17))
    assert await posted(maya) == 1


async def test_a_token_that_was_revoked_costs_one_call_and_the_new_one_brings_what_waited(
    slack: LocalSlack, maya: Person
) -> None:
    before = len(slack.calls(POST))
    slack.fails(POST, "error", error="token_revoked", times=100)
    await slack.goes_to(forged.FRIDAY)
    for _ in range(10):
        await slack.passes(timedelta(minutes=5))
    assert len(slack.calls(POST)) == before + 1
    slack.sandbox.faults.clear()
    await slack.passes(timedelta(hours=1))
    assert await posted(maya) == 1


async def unreachable(slack: LocalSlack, person: Person) -> str | None:
    async with slack.coach.session(person.who, present=False) as session:
        return session.member.unreachable


async def test_a_message_holds_a_random_key_and_no_words_in_its_metadata(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Shipped the search")
    await slack.goes_to(forged.FRIDAY)
    metadata = slack.calls(POST)[-1]["metadata"]
    assert "Shipped" not in str(slack.calls(POST)[-1])
    assert "sayso_delivery" in str(metadata)
