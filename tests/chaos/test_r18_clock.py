"""The clock is wrong for a while and steps back: nothing is sent twice, and nobody is left in silence afterwards."""

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.coach import Coach
from bot.core import periods
from bot.core.clock import StoppedClock
from bot.domain import reviews
from bot.domain.nudges import Nudge, State
from bot.scheduler import Worker
from bot.storage.identity import Principal
from tests.chaos.folk import arrive, opened
from tests.chaos.scale import Measured, count
from tests.scheduler.post import Post
from tests.slack import START

FRIDAY, AT = date(2026, 11, 20), time(15)
MINUTE, HOUR, DAY, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)
YEAR = timedelta(days=365)
# A clock that was a week ahead has used up this Friday and the next; a drill begins an hour before the first of them.
LONGEST = 2 * WEEK + HOUR
# So many drills in one database; the next ones begin anew.
IN_A_ROW = 20
ZONES = ("Europe/Berlin", "Europe/Berlin", "America/Los_Angeles")
STEPS = (HOUR, -HOUR, DAY, -DAY, YEAR, WEEK, -WEEK, 8 * HOUR, -3 * DAY)
# When the clock goes wrong: before a check-in is due, while the message is on its way, and when it is out.
PHASES = ("waiting", "on its way", "sent")


@dataclass
class Member:
    """Somebody who is asked, and when a message came to them in truth."""

    who: Principal
    came: list[datetime] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    asked: str = ""
    answered: int = 0


class Time:
    """The true time, what the coach's clock makes of it, and the steady clock beside it, which is never wrong."""

    def __init__(self, clock: StoppedClock) -> None:
        self._clock = clock
        self.true = START
        self.wrong_by = timedelta()

    def steady(self) -> float:
        return (self.true - START).total_seconds()

    def set(self, true: datetime) -> None:
        self.true = true
        self._clock.move_to(true + self.wrong_by)

    def step(self, wrong_by: timedelta) -> None:
        self.wrong_by = wrong_by
        self.set(self.true)


class Drills:
    """Again and again the clock is wrong, for minutes or for days, and right for a fortnight afterwards."""

    def __init__(self, coach: Coach, clock: StoppedClock, people: Sequence[Principal]) -> None:
        self.coach = coach
        self.time = Time(clock)
        self.members = {who.user_id: Member(who) for who in people}
        self.backs: list[datetime] = []
        self.post = Post(clock)
        self.worker = Worker(coach, self.post, monotonic=self.time.steady)
        self._seen = 0

    async def drill(self, due: datetime, step: timedelta, phase: str, wrong_for: timedelta) -> None:
        """All is well until about `due`, then the clock is wrong for a while, then all is well again."""
        await self._run_to(due - HOUR)
        if phase == "on its way":
            await self._step_on_its_way(due, step)
        else:
            await self._run_to(due - MINUTE if phase == "waiting" else due + 10 * MINUTE)
            self.time.step(step)
        await self._run_to(self.time.true + wrong_for, every=max(wrong_for / 6, MINUTE))
        self.time.step(timedelta())
        self.backs.append(self.time.true)
        await self._run_to(due + 15 * DAY)

    async def _step_on_its_way(self, due: datetime, step: timedelta) -> None:
        self.time.set(due + MINUTE)
        for user_id in self.members:
            # Whoever is the first to be written to.
            self.post.will(user_id, lambda _post, _claim: self.time.step(step))
        await self._tick()
        assert self.time.wrong_by == step, "nothing was on its way"
        self.post.faults.clear()

    async def _tick(self) -> None:
        await self.worker.tick()
        for message in self.post.sent[self._seen :]:
            member = self.members[message.user_id]
            member.came.append(self.time.true)
            member.keys.append(message.key)
            (member.asked,) = message.nudge_ids
        self._seen = len(self.post.sent)

    async def _run_to(self, end: datetime, every: timedelta = 3 * DAY) -> None:
        """Let the worker look at whatever moment something is due, and every so often."""
        while self.time.true < end:
            self.time.set(min(self.time.true + every, await self._next_due(), end))
            await self._tick()
            await self._answer()

    async def _next_due(self) -> datetime:
        now = self.coach.clock.now()
        async with self.coach.database.system() as session:
            due = await session.scalar(select(func.min(Nudge.due_at)).where(Nudge.state == State.WAITING))
        # What a worker put right in one tick may be due before the next one.
        return self.time.true + (max(due - now, MINUTE) if due else YEAR)

    async def _answer(self) -> None:
        """Whatever came two days ago or longer is answered; whoever never answers is asked less often."""
        for member in self.members.values():
            if len(member.came) > member.answered and member.came[-1] < self.time.true - 2 * DAY:
                async with self.coach.session(member.who) as session:
                    await reviews.nothing(session, member.asked)
                member.answered = len(member.came)

    async def sent_twice(self) -> int:
        """How many messages came beside the one of each nudge; (member, key) is a message."""
        twice = 0
        for member in self.members.values():
            async with self.coach.session(member.who) as session:
                asked = await session.scalars(select(Nudge.key).where(Nudge.asked_at.is_not(None)))
                twice += len(member.keys) - len(set(asked) & set(member.keys))
        return twice

    def silences(self) -> list[timedelta]:
        """How long it took, after each time that the clock was right again, until the next message."""
        return [
            next((came for came in member.came if came > back), self.time.true + YEAR) - back
            for back in self.backs
            for member in self.members.values()
        ]


async def test_a_wrong_clock_sends_nothing_twice_and_silences_nobody(
    tmp_path: Path, migrated_file: Path, make_coach: Callable[..., Coach], measured: Measured
) -> None:
    chance, number = random.Random(18), count("R18")
    cases = chance.sample([(step, phase) for step in STEPS for phase in PHASES] * (number // 27 + 1), number)
    told, twice, longest = 0, 0, timedelta()
    for first in range(0, number, IN_A_ROW):
        path = shutil.copy(migrated_file, tmp_path / f"{first}.db")
        async with opened(f"sqlite:///{path}", make_coach, START) as (coach, clock):
            people = [await arrive(coach, f"early{index}", zone) for index, zone in enumerate(ZONES)]
            drills = Drills(coach, clock, people)
            for turn, (step, phase) in enumerate(cases[first : first + IN_A_ROW]):
                due = periods.at_local(FRIDAY + 3 * turn * WEEK, AT, periods.zone(ZONES[0]))
                await drills.drill(due, step, phase, wrong_for=chance.choice([5 * MINUTE, 2 * HOUR, DAY]))
            told += sum(len(member.came) for member in drills.members.values())
            twice += await drills.sent_twice()
            longest = max(longest, *drills.silences())
    measured(
        "R18",
        f"{number} steps of the clock, {told} check-ins, {twice} twice, the next after {longest} at most",
    )
    assert twice == 0
    assert longest <= LONGEST
