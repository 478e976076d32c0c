"""The worker's office in tests: people with a check-in, a worker that is replaced when it crashes, and its clocks."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.in_flight import InFlight
from bot.core.metrics import Metrics
from bot.domain import members, nudges, reviews, workspaces
from bot.domain.members import Profile
from bot.domain.nudges import CHECK_IN, Kind, Nudge
from bot.domain.workspaces import Installation
from bot.scheduler import Worker
from bot.storage.base import new_id
from bot.storage.database import Database
from bot.storage.identity import Member, Principal, Workspace
from tests.conftest import TEAM
from tests.scheduler.post import Post

FRIDAY = date(2026, 11, 20)
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
DAY, WEEK = timedelta(days=1), timedelta(days=7)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LEASE = timedelta(seconds=60)
MAYA, DANIEL = Principal(TEAM, "U0MAYA"), Principal(TEAM, "U0DANIEL")


class Office:
    """One worker of a coach; whoever crashes is replaced by one who remembers nothing.

    Its monotonic clock follows the test's clock, except where that is stepped.
    """

    def __init__(self, coach: Coach, post: Post) -> None:
        self.coach = coach
        self.post = post
        assert isinstance(coach.clock, StoppedClock)
        self.clock = coach.clock
        self._stepped = timedelta()
        self.worker = self._hire()

    async def tries(self, who: Principal) -> None:
        """Wait until a message to this person is on its way."""
        async with asyncio.timeout(10):
            while not self.post.tries[who.user_id]:  # noqa: ASYNC110 - a post office tells nobody
                await asyncio.sleep(0.01)

    async def tick(self) -> int:
        """One tick, as far as the worker lives; how many nudges it dealt with."""
        done = await self.until_crash(self.worker.tick())
        return done if done is not None else 0

    async def until_crash(self, work: Awaitable[Any]) -> Any:
        """What the work gives; None when the worker's process ended in the middle of it."""
        running, crash = asyncio.ensure_future(work), asyncio.ensure_future(self.post.crashed.wait())
        await asyncio.wait([running, crash], return_when=asyncio.FIRST_COMPLETED)
        if not crash.done():
            crash.cancel()
            return await running
        self.post.crashed.clear()
        await self._end(running)
        return None

    async def goes_to(self, moment: datetime) -> int:
        self.clock.move_to(moment)
        return await self.tick()

    async def passes(self, span: timedelta) -> int:
        return await self.goes_to(self.clock.now() + span)

    async def takes_over(self) -> None:
        """Let it see what is claimed, and see it again when a lease's time has passed."""
        await self.passes(LEASE / 4)
        await self.passes(LEASE)

    def step(self, span: timedelta) -> None:
        """Somebody sets the machine's clock; no time has passed."""
        self.clock.move_by(span)
        self._stepped += span

    def counted(self, kind: str, outcome: str) -> float:
        """How many nudges of a kind were counted with an outcome."""
        labels = {"kind": kind, "outcome": outcome}
        return self.coach.metrics.registry.get_sample_value("sayso_nudges_total", labels) or 0

    def refused(self, error: str) -> float:
        """How many messages were counted as not gone out for a reason."""
        found = self.coach.metrics.registry.get_sample_value("sayso_send_errors_total", {"error": error})
        return found or 0

    def _hire(self) -> Worker:
        return Worker(self.coach, self.post, self._seconds)

    def _seconds(self) -> float:
        return (self.clock.now() - self._stepped).timestamp()

    async def _end(self, running: asyncio.Future[Any]) -> None:
        gone = self.worker
        of_it = [running, *gone._running()]
        for task in of_it:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*of_it, return_exceptions=True)
        self.worker = self._hire()


def beside(coach: Coach) -> Coach:
    """The same bot in another process: its own connections and counts."""
    database = Database(coach.settings.database, coach.clock)
    return replace(coach, database=database, metrics=Metrics(), in_flight=InFlight())


async def settle(coach: Coach, *people: Principal) -> None:
    """Admit people, each to their workspace, and plan their check-in."""
    async with coach.database.system() as session:
        for team_id in sorted({who.team_id for who in people}):
            await workspaces.connect(session, coach.vault, Installation(team_id, "xoxb-test"))
        await session.flush()
        for who in people:
            await members.admit(session, coach.vault, who, Profile(zone="Europe/Berlin"))
            await session.flush()
    for who in people:
        async with coach.session(who) as session:
            await reviews.plan(session)


async def crowd(coach: Coach, people: Sequence[Principal], *kinds: Kind, at: datetime = DUE) -> None:
    """Many members at once, each with these kinds due; a check-in unless others are named."""
    rows: list[Any] = []
    async with coach.database.system() as session:
        for team_id in sorted({who.team_id for who in people}):
            workspace_id = new_id()
            key = coach.vault.new_key(workspace_id)
            session.add(Workspace(id=workspace_id, team_id=team_id, wrapped_key=key))
            await session.flush()
            for who in people:
                if who.team_id == team_id:
                    member = Member(id=new_id(), workspace_id=workspace_id, user_id=who.user_id)
                    member.wrapped_key, member.zone = coach.vault.new_key(member.id), "Europe/Berlin"
                    rows.append(member)
        session.add_all(rows)
    async with coach.database.system() as session:
        session.add_all(
            Nudge(member_id=member.id, kind=kind.name, planned_at=at, due_at=at, local_on=at.date())
            for member in rows
            for kind in kinds or (CHECK_IN,)
        )


async def state(coach: Coach, who: Principal = MAYA, on: date = FRIDAY, kind: Kind = CHECK_IN) -> str | None:
    async with coach.session(who, present=False) as session:
        of_day = select(Nudge.state).where(Nudge.local_on == on, Nudge.kind == kind.name)
        found: str | None = await session.scalar(of_day)
        return found


async def coming(coach: Coach, who: Principal = MAYA) -> list[datetime]:
    async with coach.session(who, present=False) as session:
        return [nudge.due_at for nudge in await nudges.upcoming(session)]


async def answers(coach: Coach, who: Principal = MAYA) -> None:
    """Say something to the check-in that is open."""
    async with coach.session(who) as session:
        asked = await reviews.open_check_in(session)
        await reviews.answer(session, asked.id if asked else None, reviews.Answer(stuck="Legal"))
