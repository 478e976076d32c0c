"""How many nudges stand where: due, in hand, held and stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from bot.domain.nudges.nudge import NEVER, State
from bot.domain.nudges.operations import _spaces
from bot.domain.nudges.operations._spaces import Space
from bot.domain.nudges.tables import MEMBERS, NUDGES, WORKSPACES
from bot.storage.database import SystemSession
from bot.storage.identity import Stop

# Workers look every second; what nobody has taken for so long has no worker.
LATE = timedelta(minutes=2)

# Beyond this many nobody wants to know exactly, and a count of them all would keep the database busy.
MOST_COUNTED = 100_000


@dataclass(frozen=True)
class Overview:
    """How the nudges of all workspaces stand at a moment."""

    at: datetime
    due: int
    oldest_due_at: datetime | None
    in_hand: int
    oldest_in_hand_at: datetime | None
    stopped_at: datetime | None
    drained: Sequence[Space]
    held: Sequence[Space]
    slowed: Sequence[Space]

    @property
    def is_late(self) -> bool:
        """Whether something waits that a worker should have taken."""
        oldest = self.oldest_due_at
        return self.stopped_at is None and oldest is not None and self.at - oldest > LATE


async def overview(session: SystemSession, *, ceiling: float) -> Overview:
    """What is due, in hand, held and stopped now; `ceiling` is the most messages a second for a workspace."""
    now, stops = session.now, await _spaces.stops(session)
    waits, claimed = _of_state(State.WAITING, NUDGES.c.due_at), _of_state(State.CLAIMED, NUDGES.c.claimed_at)
    due, oldest = await _count(session, waits[0], waits[0].c.due_at, waits[0].c.due_at <= now)
    in_hand, longest = await _count(
        session, claimed[1], claimed[0].c.claimed_at, WORKSPACES.c.uninstalled_at.is_(None)
    )
    spaces = await _spaces.notable(session, stops, ceiling)
    return Overview(
        now,
        due,
        oldest,
        in_hand,
        longest,
        stops.get(Stop.EVERYWHERE),
        drained=[space for space in spaces if space.drained_at],
        held=[space for space in spaces if space.held_until and not space.uninstalled_at],
        slowed=[space for space in spaces if space.is_slowed and not space.uninstalled_at],
    )


async def in_hand(session: SystemSession, scope: str) -> int:
    """How many nudges workers have in hand: of a workspace, or of all of them ("*").

    Whoever claims at this moment is waited for, by the lock that claiming takes on the workspace. What was in
    hand when a workspace uninstalled the app is nobody's.
    """
    inside = () if scope == Stop.EVERYWHERE else (WORKSPACES.c.team_id == scope,)
    connection = await session.connection()
    locked = select(WORKSPACES.c.id).where(*inside).order_by(WORKSPACES.c.id).with_for_update()
    await connection.execute(locked)
    _, whole = _of_state(State.CLAIMED, NUDGES.c.claimed_at)
    count = select(func.count()).select_from(whole).where(WORKSPACES.c.uninstalled_at.is_(None), *inside)
    return (await connection.execute(count)).scalar_one()


async def waiting(session: SystemSession, scope: str) -> tuple[int, int]:
    """How many nudges wait in a workspace, or in all ("*"), and how many of those would have gone out by now."""
    inside = () if scope == Stop.EVERYWHERE else (WORKSPACES.c.team_id == scope,)
    some, whole = _of_state(State.WAITING, NUDGES.c.due_at, NUDGES.c.paced)
    due = or_(some.c.due_at <= session.now, and_(some.c.due_at == NEVER, some.c.paced))
    counts = select(func.count(), func.count().filter(due)).select_from(whole).where(*inside)
    all_of_them, of_now = (await (await session.connection()).execute(counts)).one()
    return all_of_them, of_now


def _of_state(state: State, order: Any, *columns: Any) -> Any:
    """The nudges of a state by its own index, up to a bound, with their members and workspaces; and themselves."""
    found = select(NUDGES.c.member_id, order, *columns).where(NUDGES.c.state == state.value)
    some = found.order_by(order).limit(MOST_COUNTED).subquery()
    whose = some.join(MEMBERS, MEMBERS.c.id == some.c.member_id)
    return some, whose.join(WORKSPACES, WORKSPACES.c.id == MEMBERS.c.workspace_id)


async def _count(session: SystemSession, whole: Any, column: Any, which: Any) -> tuple[int, datetime | None]:
    """How many there are, and the oldest moment among them."""
    counted = select(func.count(), func.min(column)).select_from(whole).where(which)
    count, oldest = (await session.execute(counted)).one()
    return count, oldest
