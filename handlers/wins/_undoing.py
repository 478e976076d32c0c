"""What a change leaves behind for its Undo: what a win said before, and what the change made of it."""

import json

from bot.core.errors import NotFound
from bot.domain import captures, wins
from bot.domain.wins import Entry, Win
from bot.storage.session import MemberSession

SOURCE = "wins.change"


async def keep(session: MemberSession, before: Entry, win: Win, goal_id: str | None = None) -> str:
    """Keep what a win said before it was changed, and the goal that the change gave to it; the id of what is kept."""
    told = [win.id, wins.packed(before), wins.packed(wins.of(win)), goal_id]
    return (await captures.keep(session, json.dumps(told), SOURCE)).id


async def bring_back(session: MemberSession, win_id: str, before_id: str) -> Win:
    """The win as it was; NotFound where it was changed again since, as the later words would be lost."""
    kept_id, before, after, goal_id = json.loads(await captures.take(session, before_id, SOURCE))
    if kept_id != win_id:
        raise NotFound("no_capture")
    win = await session.mine(Win, win_id)
    if wins.of(win) != wins.unpacked(after):
        raise NotFound("changed_since")
    if goal_id and win.goal_id == goal_id:
        win.goal_id = None
    return await wins.edit(session, win_id, wins.unpacked(before))
