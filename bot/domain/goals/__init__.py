"""Goals: what a person wants to reach, by when, how it is measured, and how it goes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import func, select

from bot.core import lexicon
from bot.core.errors import Invalid
from bot.domain import members
from bot.domain.goals._entries import CONFIDENCE as CONFIDENCE
from bot.domain.goals._entries import STATEMENT_LENGTH as STATEMENT_LENGTH
from bot.domain.goals._entries import TEXTS as TEXTS
from bot.domain.goals._entries import Entry as Entry
from bot.domain.goals._entries import entry as entry
from bot.domain.goals._entries import entry_of as entry_of
from bot.domain.goals._entries import names_in as names_in
from bot.domain.goals._entries import names_past_day as names_past_day
from bot.domain.goals._entries import read as read
from bot.domain.goals._entries import write
from bot.domain.goals._following import BIN as BIN
from bot.domain.goals._following import count_active as count_active
from bot.domain.goals._following import follow
from bot.domain.goals._following import looked_through as looked_through
from bot.domain.goals._knowing import forget_knows as forget_knows
from bot.domain.goals._knowing import note_knows as note_knows
from bot.domain.goals._measures import fraction as fraction
from bot.domain.goals._measures import measure as measure
from bot.domain.goals._measures import number as number
from bot.domain.goals._milestones import STEP as STEP
from bot.domain.goals._milestones import Step as Step
from bot.domain.goals._milestones import add_milestones as add_milestones
from bot.domain.goals._milestones import backward as backward
from bot.domain.goals._milestones import change_milestone as change_milestone
from bot.domain.goals._milestones import mark_milestone as mark_milestone
from bot.domain.goals._milestones import remove_milestone as remove_milestone
from bot.domain.goals._milestones import with_goal as with_goal
from bot.domain.goals._progress import Event as Event
from bot.domain.goals._progress import history as history
from bot.domain.goals._progress import note_progress as note_progress
from bot.domain.goals._progress import progress_of as progress_of
from bot.domain.goals._progress import take_back_progress as take_back_progress
from bot.domain.goals._records import Control as Control
from bot.domain.goals._records import Goal as Goal
from bot.domain.goals._records import Kind as Kind
from bot.domain.goals._records import Measure as Measure
from bot.domain.goals._records import Milestone as Milestone
from bot.domain.goals._records import Move as Move
from bot.domain.goals._records import Progress as Progress
from bot.domain.goals._records import Status as Status
from bot.domain.goals._smart import LETTERS as LETTERS
from bot.domain.goals._smart import Check as Check
from bot.domain.goals._smart import Finding as Finding
from bot.domain.goals._smart import answered as answered
from bot.domain.goals._smart import check as check
from bot.domain.goals._smart import rewritten as rewritten
from bot.domain.goals._standing import Overview as Overview
from bot.domain.goals._standing import Standing as Standing
from bot.domain.goals._standing import called as called
from bot.domain.goals._standing import milestones as milestones
from bot.domain.goals._standing import open_goals
from bot.domain.goals._standing import overview as overview
from bot.domain.goals._standing import standings as standings
from bot.storage.session import MemberSession

# More active goals than this are said to be many; nothing is refused.
ACTIVE_AT_MOST = 5

# Slack's selects hold a hundred.
TO_CHOOSE_FROM = 99

# Goals that were reached so long ago can still be chosen.
REACHED_WITHIN = timedelta(days=365)

# An option of a select shows 75 characters; the rest of them say that a goal was reached.
SAID_LENGTH = 60

# The ways in which a goal ends.
ENDS = (Status.REACHED, Status.CHANGED, Status.DROPPED)

kept_one, bin_, restore = BIN.kept_one, BIN.put_in, BIN.restore


async def begin(session: MemberSession, given: Entry, *, follows: str | None = None) -> Goal:
    """Save a new goal; one that `follows` another closes that as changed."""
    if follows and (await kept_one(session, follows)).is_open:
        await close(session, follows, Status.CHANGED)
    goal = Goal(member_id=session.member.id, follows_id=follows)
    session.add(goal)
    write(goal, given)
    await session.flush()
    await follow(session, goal)
    return goal


async def edit(session: MemberSession, goal_id: str | None, given: Entry, reason: str | None = None) -> Goal:
    """Replace what a goal says; another deadline goes into its history, with the reason where there is one."""
    goal = await session.mine(Goal, goal_id)
    if given.deadline != goal.deadline:
        move = Move(goal_id=goal.id, from_on=goal.deadline, to_on=given.deadline)
        session.add(move)
        move.reason = (reason or "").strip() or None
    write(goal, given)
    goal.changed_at = session.now
    await session.flush()
    await follow(session, goal)
    return goal


async def move(
    session: MemberSession, goal_id: str | None, on: date | None, reason: str | None = None
) -> Goal:
    """Change the deadline of a goal."""
    goal = await session.mine(Goal, goal_id)
    return await edit(session, goal.id, replace(entry_of(goal), deadline=on), reason)


async def close(
    session: MemberSession,
    goal_id: str | None,
    status: str,
    reason: str | None = None,
    learned: str | None = None,
) -> Goal:
    """End a goal as reached, changed or dropped, with a reason and what was learned."""
    goal = await kept_one(session, goal_id)
    if status not in ENDS:
        raise Invalid("status", "no_such_choice")
    goal.status, goal.closed_on, goal.changed_at = Status(status).value, members.today(session), session.now
    goal.reason, goal.learned = ((text or "").strip() or None for text in (reason, learned))
    await session.flush()
    await follow(session, goal)
    return goal


async def reopen(session: MemberSession, goal_id: str | None) -> Goal:
    """Work on a closed goal again; what was learned stays."""
    goal = await kept_one(session, goal_id)
    goal.status, goal.closed_on, goal.changed_at = Status.ACTIVE.value, None, session.now
    await session.flush()
    await follow(session, goal)
    return goal


async def ended(session: MemberSession, limit: int, offset: int = 0) -> Overview:
    """The goals that ended, the newest first."""
    over = select(Goal).where(Goal.status != Status.ACTIVE, Goal.deleted_at.is_(None))
    total = await session.scalar(select(func.count()).select_from(over.subquery()))
    newest = over.order_by(Goal.closed_on.desc(), Goal.created_at.desc(), Goal.id).limit(limit).offset(offset)
    shown = (await session.scalars(newest)).all()
    return Overview(await standings(session, shown), total or 0)


async def active(session: MemberSession) -> Sequence[Goal]:
    """The goals that are worked on, the nearest deadline first."""
    return (await session.scalars(open_goals())).all()


async def chosen(session: MemberSession, goal_ids: Sequence[str]) -> Sequence[Goal]:
    """The named goals that are the member's own and kept, in the order of their names."""
    found = await session.scalars(select(Goal).where(Goal.id.in_(goal_ids), Goal.deleted_at.is_(None)))
    by_id: Mapping[str, Goal] = {goal.id: goal for goal in found}
    return [by_id[goal_id] for goal_id in goal_ids if goal_id in by_id]


async def to_link(session: MemberSession) -> Sequence[tuple[str, str]]:
    """The id and the words of goals to choose from, as many as a select holds beside "none".

    The active ones come first, then those reached within a year, which say so at their end.
    """
    some = [(goal.id, goal.statement) for goal in await session.scalars(open_goals().limit(TO_CHOOSE_FROM))]
    since = members.today(session) - REACHED_WITHIN
    reached = select(Goal).where(
        Goal.status == Status.REACHED, Goal.closed_on >= since, Goal.deleted_at.is_(None)
    )
    newest = reached.order_by(Goal.closed_on.desc(), Goal.id).limit(TO_CHOOSE_FROM - len(some))
    (mark,) = lexicon.phrases("goals/reached")
    return [*some, *((goal.id, f"{_begun(goal.statement)} {mark}") for goal in await session.scalars(newest))]


def _begun(statement: str) -> str:
    # What stands behind it must still be read where a list shows the beginning only.
    return statement if len(statement) <= SAID_LENGTH else f"{statement[: SAID_LENGTH - 1].rstrip()}…"


async def kept(session: MemberSession) -> Sequence[Goal]:
    """Every goal outside the bin, in the order in which they were made."""
    kept_ = select(Goal).where(Goal.deleted_at.is_(None)).order_by(Goal.created_at, Goal.id)
    return (await session.scalars(kept_)).all()
