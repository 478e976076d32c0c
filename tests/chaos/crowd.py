"""Workspaces full of people whose check-in is due, in the local Slack and in a database; and who got what."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Executable, Result, select, update

import handlers
from bot import manifest
from bot.coach import Coach
from bot.core.clock import MovableClock
from bot.core.errors import Busy
from bot.domain import workspaces
from bot.domain.nudges import CHECK_IN, KINDS, MISSING_RESULT, ONBOARDING, Kind, Nudge
from bot.domain.workspaces import Installation
from bot.sandbox import Sandbox, people
from bot.sandbox.world import App, Json, Message
from bot.scheduler import Worker
from bot.storage import canary
from bot.storage.base import new_id
from bot.storage.identity import Member, Principal
from bot.web import server
from tests.chaos.scale import is_full

# Friday 15:00 in Berlin, when a check-in is due unless somebody chose otherwise.
FRIDAY = date(2026, 11, 20)
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ZONE = "Europe/Berlin"
WEEK = timedelta(days=7)

# Everybody has a plan, as workers see to; it is due once it is asked for.
LATER = DUE + timedelta(days=2)
PATIENCE = 1800.0 if is_full() else 120.0

# The shortest there is: what a vanished worker had in hand is looked for after it.
LEASE_SECONDS = 1.0


@dataclass(frozen=True)
class Seat:
    """One member of the crowd, their row and their direct conversation with Sayso."""

    member_id: str
    who: Principal
    dm: str


@dataclass(frozen=True)
class Outcome:
    """What came of a question to so many people."""

    asked: int
    lost: int
    twice: int
    unplanned: int

    def __str__(self) -> str:
        return f"{self.asked} due: {self.lost} lost, {self.twice} sent twice"

    @property
    def good(self) -> bool:
        """Whether everybody got one message, the rows say so, and the next week is planned."""
        return (self.lost, self.twice, self.unplanned) == (0, 0, 0)


@dataclass
class Crowd:
    """The local Slack, which outlives every worker, the database, and the people in both."""

    sandbox: Sandbox
    app: App
    coach: Coach
    bot: handlers.Slack
    address: str
    seats: list[Seat]
    asked: set[str] = field(default_factory=set)

    @property
    def clock(self) -> MovableClock:
        return self.sandbox.clock

    @property
    def teams(self) -> list[str]:
        return list(self.sandbox.world.workspaces)

    def of(self, team_id: str) -> list[Seat]:
        return [seat for seat in self.seats if seat.who.team_id == team_id]

    def settings(self, **more: str) -> dict[str, str]:
        """What `sayso worker` needs to work here, without SAYSO_ and in small letters."""
        keys = self.coach.settings.master_keys
        return {
            "database_url": self.coach.settings.database_url.get_secret_value(),
            "master_keys": keys.get_secret_value() if keys else "",
            "slack_bot_token": next(iter(self.app.installations.values())).bot_token,
            "slack_api_url": f"{self.address}/api/",
            "clock_url": f"{self.address}/sandbox/clock",
            "worker_tick_seconds": "0.05",
            **more,
        }

    def worker(self) -> Worker:
        """A worker in this process, which ticks when it is told."""
        return Worker(self.coach, self.bot.messenger)

    async def ask(self, seats: Iterable[Seat], *, at: datetime = DUE) -> None:
        """Make the check-in of these people due, which is planned for later."""
        ids = [seat.member_id for seat in seats]
        self.asked.update(ids)
        for start in range(0, len(ids), 1000):
            inside = Nudge.member_id.in_(ids[start : start + 1000])
            planned = update(Nudge).where(inside, Nudge.local_on == FRIDAY, Nudge.kind == CHECK_IN.name)
            await self._patiently(planned.values(planned_at=at, due_at=at))

    async def also_ask(self, seats: Iterable[Seat], kind: Kind, *, at: datetime) -> None:
        """Make something else due for these people."""
        async with self.coach.database.system() as session:
            session.add_all([due(seat.member_id, kind, at=at) for seat in seats])

    def got(self, seat: Seat) -> list[Message]:
        """What this person finds in their conversation with Sayso."""
        return list(self.sandbox.world.conversations[seat.dm].messages.values())

    def accepted(self) -> int:
        """How many messages Slack has accepted."""
        return sum(len(self.got(seat)) for seat in self.seats)

    def calls(self, method: str, team_id: str | None = None, after: int = 0) -> list[Json]:
        """The calls of a method that are in the journal, in the order in which they were answered."""
        return [
            one
            for one in self.sandbox.journal.entries(after, "call")
            if one["method"] == method and team_id in (None, one.get("team"))
        ]

    async def states(self, on: date = FRIDAY, kind: Kind = CHECK_IN) -> dict[str, str]:
        """The state of a question for a day, by member, of those who were asked."""
        rows = select(Nudge.member_id, Nudge.state).where(Nudge.local_on == on, Nudge.kind == kind.name)
        found = await self._patiently(rows)
        return {row.member_id: row.state for row in found if row.member_id in self.asked}

    async def _patiently(self, statement: Executable) -> Result[Any]:
        """Do this and try again while the database is away, as people are told to do."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    async with self.coach.database.system() as session:
                        return await session.execute(statement)
                except Busy:
                    await asyncio.sleep(0.2)

    async def settled(self, on: date = FRIDAY) -> None:
        """Wait until no question of a day waits or is on its way."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if not set((await self.states(on)).values()) & {"waiting", "claimed"}:
                    return
                await asyncio.sleep(0.1)

    async def carried(
        self, worker: Worker, *, step: timedelta = timedelta(seconds=5), on: date = FRIDAY
    ) -> None:
        """Let a worker tick, the clock moving on each time, until the questions of a day are settled."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await worker.tick()
                if not set((await self.states(on)).values()) & {"waiting", "claimed"}:
                    return
                self.clock.move_by(step)
                await asyncio.sleep(0.02)

    async def outcome(self, seats: Sequence[Seat], on: date = FRIDAY) -> Outcome:
        """Compare what these people were to get with what they got, and with what is stored."""
        states, following = await self.states(on), await self.states(on + WEEK)
        letters = [len(self.got(seat)) for seat in seats]
        sent = [states.get(seat.member_id) == "sent" for seat in seats]
        return Outcome(
            asked=len(seats),
            lost=sum(not got or not said for got, said in zip(letters, sent, strict=True)),
            twice=sum(got > 1 for got in letters),
            unplanned=sum(following.get(seat.member_id) != "waiting" for seat in seats),
        )


async def until(holds: Callable[[], object]) -> None:
    """Look every other millisecond until something holds; the sandbox has no events for tests."""
    while not holds():  # noqa: ASYNC110 - see above
        await asyncio.sleep(0.002)


@asynccontextmanager
async def gathered(
    database_url: str,
    make_coach: Callable[..., Coach],
    *,
    teams: int,
    members: int,
    at: datetime = DUE,
    **settings: object,
) -> AsyncIterator[Crowd]:
    """A crowd of so many workspaces with so many members each; nothing is due yet."""
    clock = MovableClock()
    clock.move_to(at)
    stop, sock = asyncio.Event(), server.listener("127.0.0.1", 0)
    address = f"http://127.0.0.1:{sock.getsockname()[1]}"
    sandbox = Sandbox(clock, base_url=address, seeded=False)
    for number in range(teams):
        sandbox.world.add_workspace(f"Workspace {number}", f"workspace-{number}")
    app = sandbox.register_app(_quiet(manifest.load()), list(sandbox.world.workspaces), {"mode": "socket"})
    coach = make_coach(
        database_url,
        clock,
        slack_bot_token=SecretStr(next(iter(app.installations.values())).bot_token),
        slack_api_url=f"{address}/api/",
        **{"lease_seconds": LEASE_SECONDS, "posts_per_second": 100, **settings},
    )
    serving = asyncio.create_task(server.serve(sandbox.app, "", 0, stop=stop, sock=sock, grace_seconds=1))
    made = Crowd(sandbox, app, coach, handlers.connect(coach), address, [])
    try:
        await _fill(made, members)
        yield made
    finally:
        stop.set()
        await sandbox.close()
        await serving
        await made.bot.close()
        await coach.database.close()


async def _fill(crowd: Crowd, members: int) -> None:
    await canary.settle(crowd.coach.database, crowd.coach.vault)
    seated = [await _seat(crowd, team_id, members) for team_id in crowd.teams]
    # Neighbours are of different workspaces, so that a few of them keep several busy.
    crowd.seats.extend(seat for row in zip(*seated, strict=True) for seat in row)


def due(member_id: str, kind: Kind = CHECK_IN, *, at: datetime) -> Nudge:
    """The row of a question for that Friday, about what its kind is about."""
    subject = {ONBOARDING: "win", MISSING_RESULT: new_id()}.get(kind, "")
    return Nudge(
        member_id=member_id, kind=kind.name, subject=subject, planned_at=at, due_at=at, local_on=FRIDAY
    )


def _quiet(app: Json) -> Json:
    """The app's manifest without its events: nobody listens here, and Slack would try each again."""
    return {**app, "settings": {**app["settings"], "event_subscriptions": {}}}


async def _seat(crowd: Crowd, team_id: str, members: int) -> list[Seat]:
    world, installation = crowd.sandbox.world, crowd.app.installations[team_id]
    workspace, bot = world.workspaces[team_id], world.people[installation.bot_user_id]
    coach = crowd.coach
    persons = [
        world.add_person(people.new_person(workspace, f"person{number}", f"Person {number}", ZONE))
        for number in range(members)
    ]
    async with coach.database.system() as session:
        given = Installation(team_id, installation.bot_token, installation.bot_user_id, installation.bot_id)
        row = await workspaces.connect(session, coach.vault, given)
        await session.flush()
        rows = [_member(coach, row.id, person.id) for person in persons]
        session.add_all(rows)
        await session.flush()
        session.add_all([due(row.id, at=LATER) for row in rows])
        return [
            Seat(row.id, Principal(team_id, person.id), world.im(person, bot).id)
            for row, person in zip(rows, persons, strict=True)
        ]


def _member(coach: Coach, workspace_id: str, user_id: str) -> Member:
    member_id = new_id()
    return Member(
        id=member_id,
        workspace_id=workspace_id,
        user_id=user_id,
        wrapped_key=coach.vault.new_key(member_id),
        zone=ZONE,
        welcomed_at=coach.clock.now(),
        # Nothing else comes by itself, so that what is counted is what was asked.
        cadences={kind.name: "never" for kind in KINDS.values() if kind.every and kind is not CHECK_IN},
    )
