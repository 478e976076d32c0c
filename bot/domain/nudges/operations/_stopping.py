"""Stopping what goes out, to a workspace or to anybody, and starting it again."""

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from bot.domain.nudges.operations import _spaces
from bot.domain.nudges.outcomes import release
from bot.storage.database import SystemSession
from bot.storage.identity import Stop


async def stop(session: SystemSession, scope: str) -> bool:
    """Let nothing more go out: to a workspace (its team id), or to anybody ("*"); False when it was so before."""
    if scope != Stop.EVERYWHERE:
        await _spaces.row_of(session, scope)
    try:
        async with session.begin_nested():
            session.add(Stop(id=scope))
    except IntegrityError:
        return False
    return True


async def start(session: SystemSession, scope: str) -> bool:
    """Let it go out again, and look at once at what waited; False when nothing was stopped."""
    if scope != Stop.EVERYWHERE:
        await _spaces.row_of(session, scope)
    connection = await session.connection()
    gone = await connection.execute(delete(Stop).where(Stop.id == scope))
    if scope != Stop.EVERYWHERE:
        await release(session, scope)
    return gone.rowcount > 0
