"""R15: one member cannot be written to; only that one is left alone, for that reason, until they come back."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.coach import Coach
from tests.chaos.crowd import DUE, Crowd, Seat, gathered
from tests.chaos.scale import Measured, count
from tests.slack import LocalSlack, Person

TEAMS = 2
MEMBERS = 6
POST, OPEN = "chat.postMessage", "conversations.open"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Slack's word, the call that it is said to, and how often: a lost channel is opened once more first.
REASONS = (
    ("cannot_dm_bot", POST, 1),
    ("messages_tab_disabled", POST, 1),
    ("channel_not_found", POST, 2),
    ("user_disabled", OPEN, 1),
    ("is_archived", POST, 1),
    ("not_in_channel", POST, 1),
    ("restricted_action", POST, 1),
    ("user_not_found", OPEN, 1),
    ("user_not_visible", OPEN, 1),
    ("cannot_dm_bot", OPEN, 1),
)


@pytest.mark.parametrize(("reason", "method", "times"), REASONS[: count("R15")])
async def test_a_member_whom_slack_refuses_is_left_alone_until_they_are_back(
    measured: Measured,
    sqlite_url: str,
    make_coach: Callable[..., Coach],
    caplog: pytest.LogCaptureFixture,
    reason: str,
    method: str,
    times: int,
) -> None:
    async with gathered(sqlite_url, make_coach, teams=TEAMS, members=MEMBERS, lease_seconds=60) as crowd:
        crowd.sandbox.faults.add("error", method=method, team_id=crowd.teams[0], error=reason, times=times)
        await crowd.ask(crowd.seats)
        worker = crowd.worker()
        await worker.tick()
        (lost,) = paused = [seat for seat in crowd.seats if await why(crowd, seat)]
        told = [record for record in caplog.records if getattr(record, "reason", None) == reason]
        others = await crowd.outcome([seat for seat in crowd.seats if seat is not lost])
        before = crowd.sandbox.journal.last
        for span in (HOUR, DAY):
            crowd.clock.move_to(DUE + span)
            await worker.tick()
        calls = len(crowd.calls(POST, after=before)) + len(crowd.calls(OPEN, after=before))
        stored = await why(crowd, lost)
        # What a person does in Slack opens a session of theirs.
        async with crowd.coach.session(lost.who):
            pass
        await crowd.carried(worker, step=HOUR)
        returned = await crowd.outcome([lost])
    measured(
        "R15", f"{reason}: {len(paused)} paused, {calls} calls meanwhile, others {others}; back: {returned}"
    )
    assert stored == reason
    assert told
    assert others.good
    assert calls == 0
    assert returned.good


async def test_somebody_deactivated_is_asked_again_when_slack_says_that_they_are_back(
    measured: Measured, slack: LocalSlack, maya: Person
) -> None:
    priya = slack.person("priya")
    await priya.opens_home()
    await priya.says("/coach settings")
    await priya.submits(zone="Europe/Berlin")
    account = slack.sandbox.world.people[priya.id]
    # Slack has not told us, or we have not heard.
    account.flags.add("deactivated")
    await slack.goes_to(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    meanwhile = [asked(await maya.reads_all()), asked(await priya.reads_all())]
    async with slack.coach.session(priya.who, present=False) as session:
        reason = session.member.unreachable
    await slack.control("PATCH", f"people/{priya.id}", {"deactivated": False})
    await slack.settled()
    await slack.passes(timedelta(minutes=5))
    back = [asked(await maya.reads_all()), asked(await priya.reads_all())]
    measured(
        "R15", f"deactivated ({reason}): Maya and Priya have {meanwhile} messages, {back} once she is back"
    )
    assert reason
    assert meanwhile == [1, 0]
    assert back == [1, 1]


def asked(reads_all: str) -> int:
    return reads_all.count("*Your weekly check-in.*")


async def why(crowd: Crowd, seat: Seat) -> str | None:
    async with crowd.coach.session(seat.who, present=False) as session:
        return session.member.unreachable
