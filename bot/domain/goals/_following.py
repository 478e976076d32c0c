"""What is asked about goals: milestones on their dates, goals without progress, and once a quarter all of them."""

from datetime import timedelta

from sqlalchemy import func, select

from bot.domain import members, nudges
from bot.domain.goals._records import Goal, Milestone
from bot.domain.goals._standing import milestones, open_goals
from bot.domain.nudges import MILESTONE, REASSESS, STALE_GOAL, rules
from bot.storage.bins import Bin
from bot.storage.session import MemberSession

# So long without progress or a change a goal is quiet; and so often all of them are looked through.
QUIET_AFTER = timedelta(days=21)
QUARTER = timedelta(days=91)


async def follow(session: MemberSession, goal: Goal) -> None:
    """Fit what is asked about a goal to how it stands now, after anything the person did about it."""
    for milestone in await milestones(session, [goal.id]):
        await follow_milestone(session, goal, milestone)
    if not goal.is_open:
        await nudges.forget(session, STALE_GOAL, goal.id)
        await _forget_reassessing(session)
        return
    await nudges.done(session, STALE_GOAL, goal.id)
    today = members.today(session)
    await nudges.ask_on(session, STALE_GOAL, today + QUIET_AFTER, goal.id)
    if await nudges.planned(session, REASSESS) is None:
        await nudges.ask_on(session, REASSESS, today + QUARTER)


async def follow_milestone(session: MemberSession, goal: Goal, milestone: Milestone) -> None:
    """A milestone is asked about in the morning of its date, as long as it and its goal are open."""
    if not goal.is_open or milestone.done_on:
        await nudges.forget(session, MILESTONE, milestone.id)
        return
    if rules.on_date(session.member, milestone.due_on).at > session.now:
        await nudges.ask_on(session, MILESTONE, milestone.due_on, milestone.id)


async def looked_through(session: MemberSession) -> None:
    """The person looked at all of their goals; the next time is a quarter from now."""
    await nudges.done(session, REASSESS)
    if await count_active(session):
        await nudges.ask_on(session, REASSESS, members.today(session) + QUARTER)
    else:
        await nudges.cancel(session, REASSESS)


async def count_active(session: MemberSession) -> int:
    """How many goals are worked on."""
    return await session.scalar(select(func.count()).select_from(open_goals().order_by(None).subquery())) or 0


async def _forget_reassessing(session: MemberSession) -> None:
    if not await count_active(session):
        await nudges.forget(session, REASSESS, "")


BIN = Bin(Goal, lambda goal: goal.statement, follow)
