"""A person travels: the next check-in comes in the new zone, none twice or never, and no week of the streak is lost."""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from bot.coach import Coach
from bot.core import periods
from bot.core.periods import QuietHours
from bot.domain import home, nudges, reviews
from bot.domain.nudges import CHECK_IN, KINDS, Nudge
from bot.domain.reviews import CheckIn
from tests.chaos.scale import Measured, count, is_full
from tests.slack import START, LocalSlack, Person, living

SNOOZES = ("Until tomorrow", "Until next week")
FRIDAY = date(2026, 11, 20)
AT = time(15)
HOURS = QuietHours(time(21), time(8), frozenset(range(5)))
WEEKS = 20 if is_full() else 3
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

    person: Person
    home: str
    pinned: bool
    flights: Sequence[tuple[datetime, str]]
    came: list[datetime] = field(default_factory=list)

    def zone_at(self, moment: datetime) -> str:
        landed = [zone for at, zone in self.flights if at <= moment and not self.pinned]
        return landed[-1] if landed else self.home

    def shown_at(self, moment: datetime) -> datetime:
        """What the clocks around them show."""
        return moment.astimezone(periods.zone(self.zone_at(moment)))

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
    """Travellers in the local Slack, who land, are asked and react, hour after hour."""

    def __init__(
        self, slack: LocalSlack, people: Sequence[Traveller], chance: random.Random, *, snoozes: bool
    ) -> None:
        self.slack = slack
        self.people = people
        self.ticks = [tick for tick in hours() if 3 <= tick.weekday() <= 6 or tick.hour % 6 == 0]
        self._chance = chance
        self._reactions = ("Nothing this week", *SNOOZES) if snoozes else ("Nothing this week",)
        self._open: list[tuple[datetime, Traveller]] = []
        self._seen = slack.sandbox.journal.last

    async def made(self) -> None:
        """Make all of them, with a tick of the worker at the end of each hour."""
        landings = deque(sorted((at, one.person.id, zone) for one in self.people for at, zone in one.flights))
        for tick in self.ticks:
            while landings and landings[0][0] <= tick:
                at, user_id, zone = landings.popleft()
                self.slack.clock.move_to(at)
                await self.slack.control("PATCH", f"people/{user_id}", {"tz": zone})
            await self.slack.goes_to(tick)
            self._notice(tick)
            await self._react(tick)

    def _notice(self, tick: datetime) -> None:
        for call in self.slack.sandbox.journal.entries(after=self._seen, kind="call"):
            if call["method"] == "chat.postMessage" and "sayso_delivery" in str(call["args"].get("metadata")):
                there = self.slack.sandbox.world.conversations[call["args"]["channel"]].members
                (traveller,) = (one for one in self.people if one.person.id in there)
                traveller.came.append(tick)
                self._open.append((tick + self._chance.randint(0, 110) * HOUR, traveller))
        self._seen = self.slack.sandbox.journal.last

    async def _react(self, tick: datetime) -> None:
        for at, traveller in [one for one in self._open if one[0] <= tick]:
            self._open.remove((at, traveller))
            await traveller.person.clicks(self._chance.choice(self._reactions))

    @property
    def told(self) -> str:
        flights = sum(len(one.flights) for one in self.people)
        return f"{len(self.people)} people, {flights} flights, {sum(len(one.came) for one in self.people)} check-ins"


def hours() -> list[datetime]:
    return [START + 7 * MINUTE + number * HOUR for number in range(WEEKS * 7 * 24 - 24)]


async def arrive(slack: LocalSlack, number: int, chance: random.Random) -> Traveller:
    """A new person with a year's flights, nearly all of them around the time of a check-in."""
    home, pinned = chance.choice(ZONES), number % 5 == 4
    team = slack.maya.who.team_id
    given = {"team_id": team, "name": f"traveller{number}", "tz": home}
    person = Person(slack, (await slack.control("POST", "people", given))["person"]["id"])
    await person.opens_home()
    async with slack.coach.session(person.who) as session:
        for kind in KINDS.values():
            if kind is not CHECK_IN:
                await nudges.choose_cadence(session, kind, "never")
    if pinned:
        await person.says("/coach settings")
        await person.submits(zone="Europe/Lisbon")
    flights = [flight for week in range(WEEKS) for flight in flights_in(week, chance)]
    return Traveller(person, "Europe/Lisbon" if pinned else home, pinned, flights)


def flights_in(week: int, chance: random.Random) -> list[tuple[datetime, str]]:
    """None to four of a week; one may land within minutes of another."""
    noon = datetime.combine(FRIDAY + week * WEEK, time(12), START.tzinfo)
    landings = {noon + chance.randint(-36 * 60, 48 * 60) * MINUTE for _ in range(chance.randint(0, 4))}
    return [(at, chance.choice(ZONES)) for at in sorted(landings) if at > START + HOUR]


async def asked_and_answered(slack: LocalSlack, person: Person) -> tuple[list[date], list[date]]:
    """The local dates for which somebody was asked, and those that they answered."""
    async with slack.coach.session(person.who) as session:
        asked = await session.scalars(select(Nudge.local_on).where(Nudge.state.in_(("sent", "done"))))
        answers = select(Nudge.local_on).join(CheckIn, CheckIn.nudge_id == Nudge.id)
        return sorted(asked), sorted(await session.scalars(answers))


async def journeys(slack: LocalSlack, *, snoozes: bool) -> Journeys:
    chance = random.Random(20)
    people = [await arrive(slack, number, chance) for number in range(count("R20") // WEEKS)]
    made = Journeys(slack, people, chance, snoozes=snoozes)
    await made.made()
    return made


async def test_each_friday_asks_once_wherever_one_is(
    database_url: str, make_coach: Callable[..., Coach], measured: Measured
) -> None:
    wrong, broken = [], []
    async with living(database_url, make_coach, mode="http") as slack:
        made = await journeys(slack, snoozes=False)
        for one in made.people:
            ought = one.ought_to_be_told(made.ticks)
            asked, answered = await asked_and_answered(slack, one.person)
            if (asked, one.came) != ([told.on for told in ought], [told.at for told in ought]):
                wrong.append((one, asked, ought))
            if reviews.streak(answered, [], asked[-1]) < len(asked) - 1:  # the last may still be open
                broken.append((one, asked, answered))
    measured("R20", f"{made.told}, {len(wrong)} wrong, {len(broken)} streaks lost")
    assert not wrong
    assert not broken


async def test_whoever_snoozes_on_the_way_is_never_asked_twice_on_a_date_nor_at_night(
    slack: LocalSlack, measured: Measured
) -> None:
    made = await journeys(slack, snoozes=True)
    shown = [[one.shown_at(at) for at in one.came] for one in made.people]
    twice = sum(len(came) - len({at.date() for at in came}) for came in shown)
    at_night = sum(HOURS.hold(at) for came in shown for at in came)
    measured("R20", f"{made.told} with snoozes: {twice} twice on a date, {at_night} at night")
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
