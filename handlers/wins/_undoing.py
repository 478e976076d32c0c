"""The Undo of a changed win: its entry as it was, and the goal that the change gave to it."""

from bot.core.errors import NotFound
from bot.domain import wins
from bot.domain.wins import Entry, Win
from bot.storage.session import MemberSession
from handlers import reverting

SOURCE = "wins.change"


async def keep(session: MemberSession, before: Entry, win: Win, goal_id: str | None = None) -> str:
    """Keep what a win said before it was changed, and the goal that the change gave to it; the id of what is kept."""
    told = [win.id, wins.packed(before), goal_id]
    return await reverting.keep(session, SOURCE, told, wins.packed(wins.of(win)))


async def bring_back(session: MemberSession, win_id: str, before_id: str) -> Win:
    """The win as it was; NotFound where it was changed again since, as the later words would be lost."""
    win = await session.mine(Win, win_id)
    kept_id, before, goal_id = await reverting.take(session, SOURCE, before_id, wins.packed(wins.of(win)))
    if kept_id != win_id:
        raise NotFound("no_capture")
    if goal_id and win.goal_id == goal_id:
        win.goal_id = None
    return await wins.edit(session, win_id, wins.unpacked(before))
