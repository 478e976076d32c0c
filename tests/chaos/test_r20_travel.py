"""A person travels: the next check-in comes in the new zone, none twice or never, and no week of the streak is lost."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations

from sqlalchemy import select

from bot.coach import Coach
from bot.core import periods
from bot.core.periods import QuietHours
from bot.domain import home, reviews
from bot.domain.nudges import Nudge
from bot.domain.reviews import CheckIn
from bot.storage.identity import Principal
from tests.chaos.folk import REACTIONS, ByHand, InSlack, World, opened
from tests.chaos.scale import Measured, count, is_full
from tests.slack import START, LocalSlack, Person

FRIDAY = date(2026, 11, 20)
AT = time(15)
HOURS = QuietHours(time(21), time(8), frozenset(range(5)))
WEEKS = 10 if is_full() else 3
MINUTE, HOUR, WEEK = timedelta(minutes=1), timedelta(hours=1), timedelta(days=7)

# From the first places that see a date to the last: most flights cross the date line.
ZONES = (
    "Pacific/Kiritimati", "Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata", "Europe/Berlin", "Africa/Casablanca",
    "America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Pacific/Pago_Pago", "Etc/GMT+12",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A check-in that arrived: the date that asked for it, and the hour's tick at which it came."""

    on: date
    at: datetime


@dataclass
class Traveller:
    """A person, where they start, and where they land when; whoever pinned their zone keeps it."""

    who: Principal
    home: str
    pinned: bool
    flights: Sequence[tuple[datetime, str]]
    came: list[datetime] = field(default_factory=list)
    again: set[datetime] = field(default_factory=set)
    put_off: list[datetime] = field(default_factory=list)

    def zone_at(self, moment: datetime) -> str:
        landed = [zone for at, zone in self.flights if at <= moment and not self.pinned]
        return landed[-1] if landed else self.home

    def shown_at(self, moment: datetime) -> datetime:
        """What the clocks around them show."""
        return moment.astimezone(periods.zone(self.zone_at(moment)))

    def was_asked_twice(self, before: datetime, after: datetime) -> bool:
        """Whether two came on one date, without having been wished for.

        Both were, if both had been put off to then; and so was the second, if somebody who had flown back over
        midnight put it off to a tomorrow that had been today.
        """
        on = self.shown_at(after).date()
        wished = {before, after} <= self.again or any(
            before < at < after and self.shown_at(at).date() < on for at in self.put_off
        )
        return self.shown_at(before).date() == on and not wished

    def ought_to_be_told(self, ticks: Sequence[datetime]) -> list[Told]:
        """Each Friday once, at three where one is by then, or as soon as that is past and the hour is good."""
        told: list[Told] = []
        for tick in ticks:
            zone, on = periods.zone(self.zone_at(tick)), FRIDAY + len(told) * WEEK
            due = periods.at_local(on, AT, zone) <= tick
            if due and not HOURS.hold(self.shown_at(tick)):
                told.append(Told(on, tick))
        return told


class Journeys:
    """Travellers who land, are asked and react, hour after hour."""

    def __init__(
        self,
        world: World,
        people: Sequence[Traveller],
        chance: random.Random,
        weeks: int,
        reactions: Sequence[str],
    ) -> None:
        self.world = world
        self.people = people
        self.ticks = [tick for tick in hours(weeks) if 3 <= tick.weekday() <= 6 or tick.hour % 6 == 0]
        self._chance = chance
        self._reactions = reactions
        self._open: list[tuple[datetime, Traveller]] = []
        self._by_id = {one.who.user_id: one for one in people}

    async def made(self) -> None:
        """Make all of them, with a tick of the worker at the end of each hour."""
        landings = deque(
            sorted(
                ((at, one.who, zone) for one in self.people for at, zone in one.flights),
                key=lambda landing: (landing[0], landing[1].user_id, landing[2]),
            )
        )
        for tick in self.ticks:
            while landings and landings[0][0] <= tick:
                at, who, zone = landings.popleft()
                await self.world.moves(who, zone, at)
            for asked in await self.world.goes_to(tick):
                traveller = self._by_id[asked.user_id]
                traveller.came.append(tick)
                if asked.again:
                    traveller.again.add(tick)
                self._open.append((tick + self._chance.randint(0, 110) * HOUR, traveller))
            await self._react(tick)

    async def _react(self, tick: datetime) -> None:
        for at, traveller in [one for one in self._open if one[0] <= tick]:
            self._open.remove((at, traveller))
            reaction = self._chance.choice(self._reactions)
            await self.world.reacts(traveller.who, reaction)
            if reaction != "nothing":
                traveller.put_off.append(tick)

    @property
    def told(self) -> str:
        flights = sum(len(one.flights) for one in self.people)
        return f"{len(self.people)} people, {flights} flights, {sum(len(one.came) for one in self.people)} check-ins"


def hours(weeks: int) -> list[datetime]:
    return [START + 7 * MINUTE + number * HOUR for number in range(weeks * 7 * 24 - 24)]


async def arrive(world: World, number: int, chance: random.Random, weeks: int) -> Traveller:
    """A new person with many flights, nearly all of them around the time of a check-in."""
    home, pinned = chance.choice(ZONES), number % 5 == 4
    who = await world.arrives(f"traveller{number}", home)
    if pinned:
        await world.pins(who, "Europe/Lisbon")
    flights = [flight for week in range(weeks) for flight in flights_in(week, chance)]
    return Traveller(who, "Europe/Lisbon" if pinned else home, pinned, flights)


def flights_in(week: int, chance: random.Random) -> list[tuple[datetime, str]]:
    """None to four of a week; one may land within minutes of another."""
    noon = datetime.combine(FRIDAY + week * WEEK, time(12), START.tzinfo)
    landings = {noon + chance.randint(-36 * 60, 48 * 60) * MINUTE for _ in range(chance.randint(0, 4))}
    return [(at, chance.choice(ZONES)) for at in sorted(landings) if at > START + HOUR]


async def asked_and_answered(coach: Coach, who: Principal) -> tuple[list[date], list[date]]:
    """The local dates for which somebody was asked, and those that they answered."""
    async with coach.session(who) as session:
        asked = await session.scalars(select(Nudge.local_on).where(Nudge.state.in_(("sent", "done"))))
        answers = select(Nudge.local_on).join(CheckIn, CheckIn.nudge_id == Nudge.id)
        return sorted(asked), sorted(await session.scalars(answers))


async def journeys(world: World, check_ins: int, weeks: int, *, snoozes: bool) -> Journeys:
    chance = random.Random(20)
    people = [await arrive(world, number, chance, weeks) for number in range(max(check_ins // weeks, 1))]
    made = Journeys(world, people, chance, weeks, tuple(REACTIONS) if snoozes else ("nothing",))
    await made.made()
    return made


def badly_told(made: Journeys) -> tuple[int, int]:
    """How many were asked twice on a date of their own, and how many at night."""
    twice = sum(one.was_asked_twice(*two) for one in made.people for two in combinations(one.came, 2))
    return twice, sum(HOURS.hold(one.shown_at(at)) for one in made.people for at in one.came)


async def test_each_friday_asks_once_wherever_one_is(
    database_url: str, make_coach: Callable[..., Coach], measured: Measured
) -> None:
    wrong, broken = [], []
    # The rules know nothing of the database, so that all of them are asked on one and some on the other.
    check_ins = count("R20") if database_url.startswith("sqlite") else count("R20") // 4
    async with opened(database_url, make_coach, START) as (coach, clock):
        made = await journeys(ByHand(coach, clock), check_ins, WEEKS, snoozes=False)
        for one in made.people:
            ought = one.ought_to_be_told(made.ticks)
            asked, answered = await asked_and_answered(coach, one.who)
            if (asked, one.came) != ([told.on for told in ought], [told.at for told in ought]):
                wrong.append((one, asked, ought))
            if reviews.streak(answered, [], asked[-1]) < len(asked) - 1:  # the last may still be open
                broken.append((one, asked, answered))
    measured("R20", f"{made.told}, {len(wrong)} wrong, {len(broken)} streaks lost")
    assert not wrong
    assert not broken


async def test_whoever_snoozes_on_the_way_is_never_asked_twice_on_a_date_nor_at_night(
    sqlite_url: str, make_coach: Callable[..., Coach], measured: Measured
) -> None:
    async with opened(sqlite_url, make_coach, START) as (coach, clock):
        made = await journeys(ByHand(coach, clock), count("R20") // 2, WEEKS, snoozes=True)
    twice, at_night = badly_told(made)
    measured("R20", f"{made.told} with snoozes: {twice} twice on a date, {at_night} at night")
    assert twice == at_night == 0


async def test_the_same_holds_with_profiles_and_buttons_in_slack(
    slack: LocalSlack, measured: Measured
) -> None:
    made = await journeys(InSlack(slack), 4, 2, snoozes=True)
    assert any(one.came for one in made.people)
    twice, at_night = badly_told(made)
    measured("R20", f"{made.told} in Slack: {twice} twice on a date, {at_night} at night")
    assert twice == at_night == 0


async def test_whoever_lands_while_the_question_is_on_its_way_is_asked_once(
    slack: LocalSlack, maya: Person
) -> None:
    slack.clock.move_to(datetime(2026, 11, 20, 14, 0, tzinfo=UTC))
    slack.fails("chat.postMessage", "slow", seconds=0.3)
    on_its_way = asyncio.create_task(slack.tick())
    await asyncio.sleep(0.15)
    await slack.control("PATCH", f"people/{maya.id}", {"tz": "Pacific/Auckland"})
    await on_its_way
    await slack.tick()
    assert (await maya.reads_all()).count("*Your weekly check-in.*") == 1
    async with slack.coach.session(maya.who) as session:
        assert await home.next_check_in(session) == datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
