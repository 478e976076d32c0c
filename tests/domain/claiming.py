"""A worker's part for tests of the domain: looks at what is due, claims it, and records what became of it."""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from bot.coach import Coach
from bot.domain import nudges
from bot.domain.nudges import BATCH, Claim, Hold, Kind, Look, Nudge, Outcome, State
from bot.storage.identity import Principal

DM, TS = "D0MAYA", "1795.000100"
# So fast that nobody has to wait, where the pace is not what a test is about.
FAST = 1000.0


async def look(
    coach: Coach, *, limit: int = BATCH, busy: Collection[str] = (), ceiling: float = FAST
) -> Look:
    """One look of a worker at what is due."""
    async with coach.database.system() as session:
        return await nudges.claim_due(session, ceiling=ceiling, limit=limit, busy=busy)


async def claims(coach: Coach, *, limit: int = BATCH) -> list[Claim]:
    return list((await look(coach, limit=limit)).claims)


async def record(coach: Coach, *outcomes: Outcome, holds: Mapping[str, Hold] | None = None) -> None:
    async with coach.database.system() as session:
        await nudges.record(session, outcomes, holds or {}, ceiling=FAST)


async def deliver(coach: Coach, *sent: Claim) -> None:
    """Record that the claims went out."""
    await record(coach, *(Outcome(claim, State.SENT, channel=DM, ts=TS) for claim in sent))


async def take_over(coach: Coach) -> list[Claim]:
    """Take over everything that is claimed, as after a lease's time in which nobody touched it."""
    async with coach.database.system() as session:
        seen = await nudges.claimed(session, limit=BATCH)
        return await nudges.take_over(session, seen)


async def nudge_of(coach: Coach, who: Principal, nudge_id: str) -> Nudge:
    """The nudge as it is stored."""
    async with coach.session(who, present=False) as session:
        return await session.mine(Nudge, nudge_id)


async def state_of(coach: Coach, who: Principal, nudge_id: str) -> str:
    return (await nudge_of(coach, who, nudge_id)).state


async def all_of(coach: Coach, who: Principal, kind: Kind | None = None) -> list[Nudge]:
    """A member's nudges, of all kinds or one, by their dates."""
    async with coach.session(who, present=False) as session:
        found = select(Nudge).order_by(Nudge.local_on, Nudge.kind, Nudge.subject)
        return list(await session.scalars(found.where(Nudge.kind == kind.name) if kind else found))
