"""The Undo of a changed win: what it said, and the goal it served."""

from typing import Any

from bot.domain import wins
from bot.domain.goals import Goal
from bot.domain.wins import Win
from bot.storage.session import MemberSession
from handlers.reverting import Undo


async def _told(_session: MemberSession, win: Win) -> list[Any]:
    return [wins.packed(wins.of(win)), win.goal_id]


async def _tell(session: MemberSession, win: Win, before: list[Any]) -> Win:
    entry, goal_id = before
    win.goal_id = goal_id if goal_id and await session.get(Goal, goal_id) else None
    return await wins.edit(session, win.id, wins.unpacked(entry))


UNDO = Undo("wins.before", wins.BIN.mine, _told, _tell)
