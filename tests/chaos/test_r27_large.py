"""R27: an account with a megabyte of text, thousands of wins and of goals stays within Slack's limits."""

import statistics
import time
from collections.abc import Callable
from datetime import timedelta

from bot.coach import Coach
from bot.domain import goals, members, wins
from bot.domain.wins import Source
from handlers import home
from tests.chaos.scale import Measured, count, is_full
from tests.slack import LocalSlack, living

LONG = 10_000
ROUNDS = 10
PATIENCE = 120
ACTS = (
    "/win list",
    "/win find migration",
    "/goal list",
    "/goal map",
    "/coach upcoming",
    "/pitch manager",
    "/win duplicates",
)


async def test_a_large_account_is_shown_within_slacks_limits(
    measured: Measured, sqlite_url: str, make_coach: Callable[..., Coach]
) -> None:
    many = count("R27")
    async with living(sqlite_url, make_coach, mode="stopped") as slack:
        await slack.maya.opens_home()
        letters = await fill(slack, many, many // 2)
        before = slack.sandbox.journal.last
        await slack.maya.opens_home()
        for said in ACTS:
            await types(slack, said)
        calls = slack.sandbox.journal.entries(after=before, kind="call")
        refused = [
            (one["method"], one["answer"].get("error")) for one in calls if not one["answer"].get("ok")
        ]
        took = [await home_ms(slack) for _ in range(ROUNDS)]
        assert f"{many:,}" in (await slack.maya.home()) or str(many) in (await slack.maya.home())
    measured(
        "R27",
        f"{many:,} wins, {many // 2:,} goals, {letters / 1e6:.1f} MB: {len(calls)} calls, {len(refused)} refused, "
        f"Home in {statistics.median(took):.0f} ms",
    )
    assert refused == []


async def types(slack: LocalSlack, said: str) -> None:
    """Type a command and wait for all that comes of it; the picture of thousands of goals takes a while."""
    command, _, text = said.partition(" ")
    given = {"command": command, "text": text}
    told = await slack.control("POST", f"people/{slack.maya.id}/command", given)
    assert told["delivery"]["error"] is None, said
    assert await slack.coach.in_flight.drained(PATIENCE), said


async def fill(slack: LocalSlack, many_wins: int, many_goals: int) -> int:
    """An account of years; how many letters are in it."""
    async with slack.coach.session(slack.maya.who) as session:
        today = members.today(session)
        long = [f"The whole story. {'word ' * (LONG // 5)}"[:LONG]] * (100 if is_full() else 5)
        details = [*long, *[""] * many_wins][:many_wins]
        entries = [
            wins.entry(
                f"Moved part {number} of the migration", today - timedelta(days=number % 1500), details=text
            )
            for number, text in enumerate(details)
        ]
        for start in range(0, many_wins, 500):
            await wins.log_all(session, entries[start : start + 500], Source.IMPORT)
    for start in range(0, many_goals, 250):
        async with slack.coach.session(slack.maya.who) as session:
            for number in range(start, min(start + 250, many_goals)):
                given = goals.read(
                    f"Move {number} services to the new platform by end of next quarter", today
                )
                await goals.begin(session, given)
    return sum(len(entry.title) + len(entry.details or "") for entry in entries)


async def home_ms(slack: LocalSlack) -> float:
    began = time.process_time()
    async with slack.coach.session(slack.maya.who, present=False) as session:
        await home.page(session, slack.coach)
    return (time.process_time() - began) * 1000
