"""Check-ins while Slack is failing: sent once, later, or not at all, and never to the loss of anybody else."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests import forged
from tests.slack import LocalSlack, Person

# The first check-ins of Maya (Berlin) and Priya (Kolkata), half past nine and two in UTC.
BOTH = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def asked(reads_all: str) -> int:
    return reads_all.count("*Your weekly check-in.*")


async def unreachable(slack: LocalSlack, person: Person) -> str | None:
    async with slack.coach.session(person.who) as session:
        return session.member.unreachable


FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "status"},
    {"kind": "html"},
    {"kind": "status_after"},
    {"kind": "drop"},
    {"kind": "drop_after"},
    {"kind": "missing_scope"},
    {"kind": "ratelimited", "retry_after": 30},
    {"kind": "ratelimited", "retry_after": "soon"},
    {"kind": "ratelimited", "retry_after": None},
    {"kind": "error", "error": "internal_error"},
)


async def test_a_check_in_that_slack_fumbled_arrives_once(slack: LocalSlack, maya: Person) -> None:
    for week, fault in enumerate(FAULTS):
        slack.fails("chat.postMessage", **fault)
        await slack.goes_to(forged.FRIDAY + week * forged.WEEK)
        for _ in range(4):
            await slack.passes(timedelta(minutes=2))
        assert asked(await maya.reads_all()) == week + 1, fault


async def test_one_who_cannot_be_reached_is_left_alone_and_the_others_are_asked(
    slack: LocalSlack, maya: Person
) -> None:
    priya = slack.person("priya")
    await priya.opens_home()
    await priya.says("/coach settings")
    await priya.submits(zone="Europe/Berlin")
    slack.fails("conversations.open", "error", error="user_not_found")
    await slack.goes_to(BOTH)
    reached = [person for person in (maya, priya) if asked(await person.reads_all())]
    assert len(reached) == 1
    (lost,) = {maya, priya} - set(reached)
    assert await unreachable(slack, lost) == "user_not_found"
    before = len(slack.calls("conversations.open"))
    await slack.passes(timedelta(days=7))
    assert len(slack.calls("conversations.open")) == before
    await lost.opens_home()
    assert await unreachable(slack, lost) is None
    await slack.passes(timedelta(days=7))
    assert asked(await lost.reads_all()) == 1


async def test_a_message_holds_a_random_key_and_no_words_in_its_metadata(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Shipped the search")
    await slack.goes_to(forged.FRIDAY)
    metadata = slack.calls("chat.postMessage")[-1]["metadata"]
    assert "Shipped" not in str(slack.calls("chat.postMessage")[-1])
    assert "sayso_delivery" in str(metadata)
