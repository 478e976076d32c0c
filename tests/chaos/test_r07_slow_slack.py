"""R07: Slack takes five seconds for every call, or never answers, and commands are acknowledged all the same."""

import asyncio
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.coach import Coach
from tests.chaos.scale import Measured, count
from tests.chaos.typists import room

MANY = 1_000_000


@pytest.mark.parametrize(("kind", "seconds"), [("slow", 5), ("hang", 60)])
async def test_a_slack_that_does_not_answer_keeps_no_command_waiting(
    measured: Measured,
    sqlite_url: str,
    make_coach: Callable[..., Coach],
    tmp_path: Path,
    kind: str,
    seconds: float,
) -> None:
    each = count("R07") // 4
    async with room(sqlite_url, make_coach, tmp_path) as made:
        # Who somebody is, is asked of Slack once, before it slows down.
        await asyncio.gather(*(made.types(typed) for typed in made.typed))
        made.sandbox.faults.add(kind, times=MANY, seconds=seconds)
        took, forms = [], []
        for _ in range(each):
            await asyncio.gather(*(made.types(typed) for typed in made.typed))
            # A form is opened by a call to Slack.
            forms += await asyncio.gather(*(made.sends(typed.person, "/win", "") for typed in made.typed))
        took = [ms for typed in made.typed for ms in typed.took_ms] + [one.took_ms for one in forms]
        verdict = await made.verdict()
        made.sandbox.faults.clear()
        for pid in list(made.forks.alive):
            await made.kill(pid)
    answered = sum(one.answered for one in forms)
    p99 = statistics.quantiles(took, n=100, method="inclusive")[98]
    measured("R07", f"{kind}: {verdict}, {answered} of {len(forms)} forms acknowledged, p99 {p99:.0f} ms")
    assert verdict.good
    assert verdict.unanswered == 0
    assert answered == len(forms)
