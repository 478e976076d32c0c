"""R08: Slack is down for an hour, the worker for a day or more; what everybody finds on return."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.coach import Coach
from bot.domain.nudges import MISSING_RESULT, ONBOARDING
from tests.chaos.crowd import DUE, FRIDAY, WEEK, gathered
from tests.chaos.scale import Measured, count, databases, is_full

TEAMS = 3
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FOR_GOOD = 1_000_000
OUTAGES = ["status", "html", "drop", "ratelimited"] if is_full() else ["status"]

# What is due within the same day as the check-in.
ALSO = (MISSING_RESULT, ONBOARDING)


@pytest.mark.parametrize("database_url", databases(), indirect=True)
@pytest.mark.parametrize("kind", OUTAGES)
async def test_after_an_hour_without_slack_everybody_gets_one_message(
    measured: Measured, database_url: str, make_coach: Callable[..., Coach], kind: str
) -> None:
    each = count("R08")
    async with gathered(database_url, make_coach, teams=TEAMS, members=each) as crowd:
        crowd.sandbox.faults.add(kind, times=FOR_GOOD, retry_after=30)
        await crowd.ask(crowd.seats)
        worker = crowd.worker()
        while crowd.clock.now() < DUE + HOUR:
            await worker.tick()
            crowd.clock.move_by(MINUTE)
        vain = len(crowd.sandbox.journal.entries(kind="call"))
        crowd.sandbox.faults.clear()
        await crowd.carried(worker, step=MINUTE)
        late = crowd.clock.now() - DUE - HOUR
        outcome = await crowd.outcome(crowd.seats)
    measured(
        "R08",
        f"{kind} for an hour: {outcome}, the last {late / MINUTE:.0f} min after it, "
        f"{vain / 60 / TEAMS:.1f} calls a minute and workspace in vain",
    )
    assert outcome.good
    assert late <= HOUR


@pytest.mark.parametrize("database_url", databases(), indirect=True)
@pytest.mark.parametrize("away", [DAY, 2 * DAY])
async def test_after_a_day_without_a_worker_everything_due_is_in_one_message(
    measured: Measured, database_url: str, make_coach: Callable[..., Coach], away: timedelta
) -> None:
    each = count("R08")
    async with gathered(database_url, make_coach, teams=TEAMS, members=each, lease_seconds=60) as crowd:
        await crowd.ask(crowd.seats)
        for kind in ALSO:
            await crowd.also_ask(crowd.seats, kind, at=DUE + HOUR)
        crowd.clock.move_to(DUE + away)
        # A weekend lies between: nobody is written to on it.
        await crowd.carried(crowd.worker(), step=HOUR)
        outcome = await crowd.outcome(crowd.seats)
        inside = [await crowd.states(kind=kind) for kind in ALSO]
        at = crowd.clock.now()
    sent = sum(state == "sent" for states in inside for state in states.values())
    measured(
        "R08",
        f"worker away for {away / DAY:.0f} d: {outcome}, {sent} other questions inside, {at:%A %H:%M} UTC",
    )
    assert outcome.good
    assert sent == len(ALSO) * len(crowd.seats)


@pytest.mark.parametrize("database_url", databases(), indirect=True)
async def test_what_grew_stale_meanwhile_is_never_sent_and_the_next_one_is_planned(
    measured: Measured, database_url: str, make_coach: Callable[..., Coach]
) -> None:
    each = count("R08")
    async with gathered(database_url, make_coach, teams=TEAMS, members=each, lease_seconds=60) as crowd:
        await crowd.ask(crowd.seats)
        crowd.clock.move_to(DUE + 5 * DAY)
        worker = crowd.worker()
        await crowd.carried(worker)
        stale, states = crowd.accepted(), await crowd.states()
        crowd.clock.move_to(DUE + WEEK)
        await crowd.carried(worker, on=FRIDAY + WEEK)
        following = [len(crowd.got(seat)) for seat in crowd.seats]
    measured("R08", f"worker away for 5 d: {stale} stale ones sent, {sum(following)} a week later")
    assert set(states.values()) == {"missed"}
    assert stale == 0
    assert following == [1] * len(crowd.seats)
