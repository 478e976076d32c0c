"""Gathers what a view of a goal shows: one card with everything, or the short answer after a change."""

from bot.core.prose import Prose
from bot.domain import goals, members, wins
from bot.domain.goals import Goal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.goals import _cards
from handlers.goals._cards import Whole


async def saved(session: MemberSession, prose: Prose, goal: Goal, *, changed: bool = False) -> kit.Message:
    """What is said after a goal was saved or changed."""
    active = await goals.count_active(session)
    return _cards.saved(prose, goal, members.today(session), active, changed=changed)


async def card(session: MemberSession, prose: Prose, goal: Goal) -> kit.Message:
    """The whole goal; one that lies in the bin is offered back."""
    if goal.deleted_at:
        return await saved(session, prose, goal)
    (standing,) = await goals.standings(session, [goal])
    before = await goals.chosen(session, [goal.follows_id]) if goal.follows_id else []
    whole = Whole(
        standing,
        history=await goals.history(session, goal),
        wins=await wins.of_goal(session, goal.id),
        follows=kit.clip(before[0].statement, _cards.DETAIL_LENGTH) if before else None,
        today=members.today(session),
    )
    return _cards.card(prose, whole)


async def listed(
    session: MemberSession, prose: Prose, offset: int = 0, *, ended: bool = False
) -> kit.Message:
    """A page of the goals that are worked on, or of those that ended."""
    found = await (goals.ended if ended else goals.overview)(session, _cards.PAGE, offset)
    return _cards.listed(prose, found, members.today(session), offset, ended=ended)
