"""Leaving: what an uninstalled workspace or a deactivated member left is kept sealed for a while, then destroyed."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Table, delete, func, literal, or_, select, update

from bot.storage import forgetting
from bot.storage.base import Record
from bot.storage.database import SystemSession
from bot.storage.identity import Member, Stop, Workspace

KEPT_FOR = timedelta(days=14)

# So many rows go in one transaction at most.
BATCH = 500

# What is being destroyed is found by nobody who comes back meanwhile; no id of Slack's begins so.
_GONE = "gone:"

_MEMBERS: Table = Member.__table__  # type: ignore[assignment]  # a mapped class has a Table


async def destroy(session: SystemSession) -> int:
    """Destroy some of what was left for longer than 14 days: words, keys, members, at last the workspace.

    How many rows went; it is called again until that is none.
    """
    await _close(session)
    whose = (await session.scalars(select(Member.id).where(_is_over(session)).limit(BATCH))).all()
    gone = 0
    for table in _kept_of_members() if whose else ():
        gone += await _take(session, table, table.c.member_id.in_(whose), BATCH - gone)
        if gone >= BATCH:
            return gone
    if whose:
        forgetting.wish(session)
        gone += await _take(session, _MEMBERS, _MEMBERS.c.id.in_(whose), BATCH)
    if len(whose) < BATCH:
        over = Workspace.uninstalled_at < session.now - KEPT_FOR
        empty = Workspace.id.not_in(select(Member.workspace_id))
        rows = await session.execute(delete(Workspace).where(over, empty).returning(Workspace.id))
        spaces = len(rows.all())
        gone += spaces
        if spaces:
            forgetting.wish(session)
    return gone


async def waiting_to_be_destroyed(session: SystemSession) -> int:
    """How many workspaces and orgs have left, and are kept for a return."""
    found = select(func.count()).select_from(Workspace).where(Workspace.uninstalled_at.is_not(None))
    return int(await session.scalar(found) or 0)


async def _close(session: SystemSession) -> None:
    """From here on nobody finds it again: who comes back later begins anew, rather than with half of it."""
    over = session.now - KEPT_FOR
    left = select(Workspace.team_id).where(
        Workspace.uninstalled_at < over, ~Workspace.team_id.startswith(_GONE, autoescape=True)
    )
    team_ids = (await session.scalars(left.with_for_update())).all()
    if team_ids:
        await session.execute(delete(Stop).where(Stop.id.in_(team_ids)))
        closed = update(Workspace).where(Workspace.team_id.in_(team_ids))
        await session.execute(
            closed.values(team_id=literal(_GONE) + Workspace.id, enterprise_id=None),
            execution_options={"synchronize_session": False},
        )
    members = update(Member).where(Member.left_at < over, ~Member.user_id.startswith(_GONE, autoescape=True))
    await session.execute(
        members.values(user_id=literal(_GONE) + Member.id), execution_options={"synchronize_session": False}
    )


def _is_over(session: SystemSession) -> ColumnElement[bool]:
    over = session.now - KEPT_FOR
    left = select(Workspace.id).where(Workspace.uninstalled_at < over)
    return or_(Member.left_at < over, Member.workspace_id.in_(left))


def _kept_of_members() -> Iterator[Table]:
    """Every table of what belongs to members, what refers to another before what it refers to."""
    return (table for table in reversed(Record.metadata.sorted_tables) if "member_id" in table.c)


async def _take(session: SystemSession, table: Table, which: ColumnElement[bool], most: int) -> int:
    ids: Sequence[str] = (await session.scalars(select(table.c.id).where(which).limit(most))).all()
    if ids:
        await session.execute(delete(table).where(table.c.id.in_(ids)))
    return len(ids)
