"""People who are asked for their check-in only: in a coach whose post goes by hand, or in the local Slack."""

from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import members, nudges, reviews, workspaces
from bot.domain.members import Profile
from bot.domain.nudges import CHECK_IN, KINDS
from bot.domain.workspaces import Installation
from bot.scheduler import Worker
from bot.storage import canary
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers.members import catch_up
from tests.conftest import TEAM
from tests.scheduler.post import Post
from tests.slack import LocalSlack, Person

# So fast that a tick sends all that is due then; what the pace does is not what these rows are about.
FAST = 1000.0

# What they do with a check-in, and the button for it.
REACTIONS = {"nothing": "Nothing this week", "tomorrow": "Until tomorrow", "next_week": "Until next week"}


@asynccontextmanager
async def opened(
    database_url: str, make_coach: Callable[..., Coach], start: datetime
) -> AsyncIterator[tuple[Coach, StoppedClock]]:
    """A coach with one workspace, and its clock, which stands at `start` until it is moved."""
    clock = StoppedClock(start)
    coach = make_coach(database_url, clock, posts_per_second=FAST)
    await canary.settle(coach.database, coach.vault)
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, Installation(TEAM, "xoxb-test", "U0SAYSO", "B0SAYSO"))
    yield coach, clock
    await coach.database.close()


async def arrive(coach: Coach, name: str, zone: str) -> Principal:
    """A new member in this zone, welcomed, who is only asked for check-ins."""
    who = Principal(TEAM, f"U0{name.upper()}")
    async with coach.database.system() as session:
        await members.admit(session, coach.vault, who, Profile(zone=zone))
    async with coach.session(who) as session:
        await reviews.settle_in(session)
        await _want_check_ins_only(session)
    return who


async def _want_check_ins_only(session: MemberSession) -> None:
    for kind in KINDS.values():
        if kind is not CHECK_IN:
            await nudges.choose_cadence(session, kind, "never")


class Asked(NamedTuple):
    """Somebody, by their Slack id, and whether they were asked `again` because they had put it off."""

    user_id: str
    again: bool = False


class World(Protocol):
    """Where people live: they move, are asked and react."""

    async def moves(self, who: Principal, zone: str, at: datetime) -> None: ...
    async def arrives(self, name: str, zone: str) -> Principal: ...
    async def pins(self, who: Principal, zone: str) -> None: ...
    async def goes_to(self, tick: datetime) -> Sequence[Asked]:
        """Who was asked at that tick."""
        ...

    async def reacts(self, who: Principal, reaction: str) -> None: ...


class ByHand:
    """Without a Slack: a worker, a post office, and what is called when Slack says that a profile changed."""

    def __init__(self, coach: Coach, clock: StoppedClock) -> None:
        self._coach = coach
        self._clock = clock
        self._post = Post(clock)
        self._worker = Worker(coach, self._post, monotonic=lambda: clock.now().timestamp())
        self._seen = 0
        self._came = set[str]()
        self._open = defaultdict[str, list[str]](list)

    async def arrives(self, name: str, zone: str) -> Principal:
        return await arrive(self._coach, name, zone)

    async def pins(self, who: Principal, zone: str) -> None:
        async with self._coach.session(who) as session:
            await members.choose(session, zone=zone)
            await nudges.refit(session)

    async def moves(self, who: Principal, zone: str, at: datetime) -> None:
        self._clock.move_to(at)
        await catch_up(self._coach, who, Profile(zone=zone))

    async def goes_to(self, tick: datetime) -> Sequence[Asked]:
        self._clock.move_to(tick)
        await self._worker.tick()
        new = self._post.sent[self._seen :]
        self._seen = len(self._post.sent)
        asked = [Asked(message.user_id, self._came.issuperset(message.nudge_ids)) for message in new]
        for message in new:
            self._open[message.user_id] += message.nudge_ids
            self._came.update(message.nudge_ids)
        return asked

    async def reacts(self, who: Principal, reaction: str) -> None:
        # The newest that still has its buttons; the one before it may not have had an answer yet.
        nudge_id = self._open[who.user_id].pop()
        async with self._coach.session(who) as session:
            if reaction == "nothing":
                await reviews.nothing(session, nudge_id)
            else:
                await nudges.snooze(session, nudge_id, reaction)


class InSlack:
    """In the local Slack: profiles change there, and buttons are clicked."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._seen = slack.sandbox.journal.last
        self._people = set[str]()

    async def arrives(self, name: str, zone: str) -> Principal:
        given = {"team_id": self._slack.maya.who.team_id, "name": name, "tz": zone}
        person = Person(self._slack, (await self._slack.control("POST", "people", given))["person"]["id"])
        await person.opens_home()
        async with self._slack.coach.session(person.who) as session:
            await _want_check_ins_only(session)
        self._people.add(person.id)
        return person.who

    async def pins(self, who: Principal, zone: str) -> None:
        person = Person(self._slack, who.user_id)
        await person.says("/coach settings")
        await person.submits(zone=zone)

    async def moves(self, who: Principal, zone: str, at: datetime) -> None:
        self._slack.clock.move_to(at)
        await self._slack.control("PATCH", f"people/{who.user_id}", {"tz": zone})

    async def goes_to(self, tick: datetime) -> Sequence[Asked]:
        await self._slack.goes_to(tick)
        calls = self._slack.sandbox.journal.entries(after=self._seen, kind="call")
        self._seen = self._slack.sandbox.journal.last
        conversations = self._slack.sandbox.world.conversations
        return [
            Asked(member)
            for call in calls
            if call["method"] == "chat.postMessage" and "sayso_delivery" in str(call["args"].get("metadata"))
            for member in conversations[call["args"]["channel"]].members
            if member in self._people
        ]

    async def reacts(self, who: Principal, reaction: str) -> None:
        await Person(self._slack, who.user_id).clicks(REACTIONS[reaction])
