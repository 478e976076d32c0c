"""Workspaces as an operator sees them: uninstalled, drained or held, and their pace."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select

from bot.core.errors import NotFound
from bot.domain.nudges import pace
from bot.domain.nudges.tables import WORKSPACES
from bot.storage.database import SystemSession
from bot.storage.identity import Stop

# Without its key and its token, which are nobody's business here.
_SPACE = select(
    *(
        WORKSPACES.c[name]
        for name in (
            *("team_id", "uninstalled_at"),
            *("next_slot_at", "held_until", "per_second", "slowed_at"),
        )
    )
)


@dataclass(frozen=True)
class Space:
    """A workspace as an operator sees it: uninstalled, drained or held since or until when, and its pace."""

    team_id: str
    uninstalled_at: datetime | None = None
    drained_at: datetime | None = None
    held_until: datetime | None = None
    per_second: float = 0.0
    is_slowed: bool = False


async def space(session: SystemSession, team_id: str, *, ceiling: float) -> Space:
    """A workspace as it stands; NotFound, with the teams that are known, for one nobody knows."""
    workspace = await row_of(session, team_id)
    return space_of(workspace, await stops(session), ceiling, session.now)


async def stops(session: SystemSession) -> dict[str, datetime]:
    """Since when what is stopped, by scope."""
    found = await session.execute(select(Stop.id, Stop.created_at))
    return {row.id: row.created_at for row in found}


async def row_of(session: SystemSession, team_id: str) -> Row[Any]:
    """The row of a workspace; NotFound, with the teams that are known, for one nobody knows."""
    connection = await session.connection()
    found = (await connection.execute(_SPACE.where(WORKSPACES.c.team_id == team_id))).one_or_none()
    if found is None:
        known = select(WORKSPACES.c.team_id).order_by(WORKSPACES.c.team_id).limit(11)
        raise NotFound("no_team", team=team_id, known=(await connection.execute(known)).scalars().all())
    return found


async def notable(session: SystemSession, stopped: Mapping[str, datetime], ceiling: float) -> list[Space]:
    """Those of which there is something to say: drained, held or slowed."""
    found = _SPACE.where(
        or_(
            WORKSPACES.c.team_id.in_(list(stopped)),
            WORKSPACES.c.held_until > session.now,
            WORKSPACES.c.per_second.is_not(None),
        )
    )
    rows = await (await session.connection()).execute(found.order_by(WORKSPACES.c.team_id))
    return [space_of(row, stopped, ceiling, session.now) for row in rows]


def space_of(row: Row[Any], stopped: Mapping[str, datetime], ceiling: float, now: datetime) -> Space:
    """A row as an operator sees it."""
    rate = pace.rate(row, ceiling, now)
    return Space(
        row.team_id,
        row.uninstalled_at,
        stopped.get(row.team_id),
        pace.ahead(row.held_until, now),
        rate,
        rate < ceiling,
    )
