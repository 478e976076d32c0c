"""Who knows a goal: names that the person keeps; nobody of them is told by Sayso."""

from bot.domain.goals._records import Goal
from bot.storage.session import MemberSession


async def note_knows(session: MemberSession, goal_id: str | None, name: str) -> bool:
    """Put a name on a goal's list; whether it was not there before, whatever its capitals."""
    goal = await session.mine(Goal, goal_id)
    if name.casefold() in map(str.casefold, goal.knows):
        return False
    goal.knows = [*goal.knows, name]
    return True


async def forget_knows(session: MemberSession, goal_id: str | None, name: str) -> None:
    """Take a name off a goal's list."""
    goal = await session.mine(Goal, goal_id)
    goal.knows = [one for one in goal.knows if one.casefold() != name.casefold()]
