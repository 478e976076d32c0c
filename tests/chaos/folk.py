"""People without a Slack: members who are asked for their check-in only, in a coach whose post goes by hand."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import members, nudges, reviews, workspaces
from bot.domain.members import Profile
from bot.domain.nudges import CHECK_IN, KINDS
from bot.domain.workspaces import Installation
from bot.storage import canary
from bot.storage.identity import Principal
from tests.conftest import TEAM

# So fast that a tick sends all that is due then; what the pace does is not what these rows are about.
FAST = 1000.0


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
        for kind in KINDS.values():
            if kind is not CHECK_IN:
                await nudges.choose_cadence(session, kind, "never")
    return who
