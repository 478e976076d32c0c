"""Who waits for whom when Slack holds each workspace to a pace: the real engine on a simulated clock, and two queues.

The clock moves a second at a time, the worker ticks, and the messenger is the model of Slack's limit. Members are
spread over the seconds of one minute by a fixed seed; the engine's own spreading is off.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from datetime import timedelta

from benchmarks import databases
from benchmarks.crowd import FRIDAY, Team, fill, imagined
from benchmarks.databases import Kind
from benchmarks.slack_model import (
    SMALL,
    Due,
    Limits,
    Outcome,
    first_in_first_out,
    retry_when_refused,
    zipf,
)
from benchmarks.tables import number, percentile, print_table
from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain.nudges import Claim, Unsent
from bot.scheduler import Worker
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.vault import Vault, new_master_key

SEED = 1
BEGINS = FRIDAY - timedelta(hours=6)  # 09:00 in Berlin, so that the largest workspace ends before the evening
SECOND = timedelta(seconds=1)
PACES = (1, 5)
LONGEST = timedelta(hours=8)


class Modelled:
    """A messenger whose posts meet the model of Slack's limit, and which notes how late each was."""

    def __init__(self, clock: StoppedClock, due: dict[tuple[str, str], float]) -> None:
        self._clock = clock
        self._due = due
        self.limits = Limits()
        self.delays: dict[str, list[float]] = {team: [] for team, _ in due}
        self.sent = 0

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        team, user = claim.who.team_id, claim.who.user_id
        now = (self._clock.now() - BEGINS).total_seconds()
        if wait := self.limits.post(team, now):
            raise Unsent("ratelimited", after=timedelta(seconds=wait), whom="workspace", slower=True)
        self.delays[team].append(now - self._due[team, user])
        self.sent += 1
        return claim.channel or "D", f"{now:.6f}"

    async def find(self, _claim: Claim) -> tuple[str, str] | None:
        return None


def compare(kind: Kind, members: int, workspaces: int) -> None:
    """Print how late the small and the large workspaces' messages are, and how many calls were refused."""
    logging.disable(logging.WARNING)
    teams = list(imagined(zipf(members, workspaces)))
    seconds = random.Random(SEED)
    due = {
        (team.id, person.user_id): float(seconds.randrange(60)) for team in teams for person in team.people
    }
    messages = [Due(at, team) for (team, _), at in due.items()]
    small = [team.id for team in teams if len(team.people) <= SMALL]
    outcomes = [
        *(_ours(kind, teams, due, pace) for pace in PACES),
        first_in_first_out(messages, Limits()),
        retry_when_refused(messages, Limits()),
    ]
    print_table(
        f"{members:,} due in one minute over {workspaces:,} workspaces of 1/rank sizes, the largest"
        f" {len(teams[0].people):,} and {len(small):,} of at most {SMALL}; seed {SEED}, on {kind.name}",
        ["", "small p50 s", "small p99 s", "small last s", "all p50 s", "last of all s", "refused calls"],
        [_row(outcome, small) for outcome in outcomes],
    )


def _row(outcome: Outcome, small: Sequence[str]) -> list[str]:
    of_small, of_all = outcome.of(small), outcome.of(list(outcome.delays))
    figures = [percentile(of_small, 50), percentile(of_small, 99), of_small[-1]]
    figures += [percentile(of_all, 50), of_all[-1]]
    return [outcome.name, *map(number, figures), f"{outcome.refused:,}"]


def _ours(kind: Kind, teams: Sequence[Team], due: dict[tuple[str, str], float], pace: int) -> Outcome:
    key = new_master_key()
    settings = {"master_keys": key, "posts_per_second": pace, "spread_minutes": 0}
    moments = (BEGINS + at * SECOND for at in due.values())
    vault = Vault(Settings.load(_env_file=None, **settings).keys)
    with databases.migrated(kind, vault) as address:
        fill(address, vault, teams, lambda: next(moments))
        clock = StoppedClock(BEGINS)
        messenger = Modelled(clock, due)
        made = Settings.load(_env_file=None, database_url=address, **settings)
        asyncio.run(
            _send_all(Coach(made, clock, Database(made.database, clock), vault), clock, messenger, len(due))
        )
    return Outcome(f"Sayso, at most {pace} a second", messenger.limits.refused, messenger.delays)


async def _send_all(coach: Coach, clock: StoppedClock, messenger: Modelled, members: int) -> None:
    """Tick once a second until everybody has been asked; SystemExit where that takes more than a working day."""
    worker = Worker(coach, messenger)
    while messenger.sent < members:
        await worker.tick()
        clock.move_by(SECOND)
        if clock.now() > BEGINS + LONGEST:
            raise SystemExit(f"Only {messenger.sent} of {members} were sent within {LONGEST}.")
    await coach.database.close()
