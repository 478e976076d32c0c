"""Operations: what an operator may see of nudges and change, without a name, a subject or a word that was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, and_, delete, false, func, or_, select
from sqlalchemy.exc import IntegrityError

from bot.core import periods
from bot.core.errors import NotFound
from bot.domain.nudges import pace, rules
from bot.domain.nudges.kinds import KINDS
from bot.domain.nudges.nudge import NEVER, State
from bot.domain.nudges.outcomes import release
from bot.domain.nudges.tables import COLUMNS, MEMBERS, NUDGES, WORKSPACES
from bot.storage.database import SystemSession
from bot.storage.identity import Stop

# Workers look every second; what nobody has taken for so long has no worker.
LATE = timedelta(minutes=2)

# What a busy workspace could not take is looked at again after a few seconds.
SOON = timedelta(seconds=5)

# Beyond this many nobody wants to know exactly, and a count of them all would keep the database busy.
MOST_COUNTED = 100_000

_MORE = (NUDGES.c.state, NUDGES.c.error, NUDGES.c.claimed_at, NUDGES.c.created_at)
_FROM = NUDGES.join(MEMBERS, MEMBERS.c.id == NUDGES.c.member_id).join(
    WORKSPACES, WORKSPACES.c.id == MEMBERS.c.workspace_id
)

Reason = Literal[
    "stopped",
    "uninstalled",
    "drained",
    "unreachable",
    "unwanted",
    "held",
    "slot",
    "retry",
    "ahead",
    "pause",
    "hours",
    "budget",
    "spread",
    "now",
]


@dataclass(frozen=True)
class Space:
    """A workspace as an operator sees it: uninstalled, drained or held since or until when, and its pace."""

    team_id: str
    uninstalled_at: datetime | None = None
    drained_at: datetime | None = None
    held_until: datetime | None = None
    per_second: float = 0.0
    is_slowed: bool = False


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


@dataclass(frozen=True)
class Story:
    """One nudge with everything that decides about it."""

    at: datetime
    nudge: Row[Any]
    space: Space
    stopped_at: datetime | None
    together: int
    next_at: datetime | None


async def overview(session: SystemSession, *, ceiling: float) -> Overview:
    """What is due, in hand, held and stopped now; `ceiling` is the most messages a second for a workspace."""
    now, stops = session.now, await _stops(session)
    waits, claimed = _of_state(State.WAITING, NUDGES.c.due_at), _of_state(State.CLAIMED, NUDGES.c.claimed_at)
    due, oldest = await _count(session, waits[0], waits[0].c.due_at, waits[0].c.due_at <= now)
    in_hand, longest = await _count(
        session, claimed[1], claimed[0].c.claimed_at, WORKSPACES.c.uninstalled_at.is_(None)
    )
    spaces = await _notable(session, stops, ceiling)
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


async def listed(
    session: SystemSession, *, teams: Sequence[str] = (), states: Sequence[str] = (), late: bool, limit: int
) -> Sequence[Row[Any]]:
    """Nudges with their workspace's `team_id`, the first due first; NotFound for a team nobody knows.

    Without `states` those that are not over: they wait, or a worker has them in hand. With `late` only what
    should have been taken, or finished, two minutes ago.
    """
    for team_id in teams:
        await _workspace(session, team_id)
    rows: list[Row[Any]] = []
    # One state after the other, for each has an index of its own.
    for state in dict.fromkeys(states or (State.WAITING.value, State.CLAIMED.value)):
        rows += await _listed(session, state, teams, late=late, limit=limit)
    return sorted(rows, key=lambda row: (row.due_at, row.id))[:limit]


async def story(session: SystemSession, nudge_id: str, *, ceiling: float) -> Story:
    """Everything about one nudge; NotFound where there is none."""
    connection = await session.connection()
    whole: Any = (
        select(*COLUMNS, *_MORE, WORKSPACES.c.team_id).select_from(_FROM).where(NUDGES.c.id == nudge_id)
    )
    nudge: Row[Any] | None = (await connection.execute(whole)).one_or_none()
    if nudge is None:
        raise NotFound("no_nudge")
    beside = select(func.count()).where(
        NUDGES.c.member_id == nudge.member_id, NUDGES.c.key == nudge.key, NUDGES.c.id != nudge.id
    )
    follows = select(func.min(NUDGES.c.planned_at)).where(
        NUDGES.c.member_id == nudge.member_id,
        NUDGES.c.kind == nudge.kind,
        NUDGES.c.subject == nudge.subject,
        NUDGES.c.state == State.WAITING.value,
        NUDGES.c.id != nudge.id,
    )
    stops = await _stops(session)
    workspace = await _workspace(session, nudge.team_id)
    return Story(
        session.now,
        nudge,
        _space(workspace, stops, ceiling, session.now),
        stops.get(Stop.EVERYWHERE),
        (await connection.execute(beside)).scalar_one() if nudge.key else 0,
        (await connection.execute(follows)).scalar(),
    )


def why(told: Story) -> Reason:
    """Why a nudge that waits has not been taken yet, by what its row and the present settings say."""
    nudge, space, now = told.nudge, told.space, told.at
    if nudge.due_at >= NEVER:
        return _why_never(nudge, space)
    if nudge.due_at <= now:
        return "stopped" if told.stopped_at else "now"
    if nudge.due_at - now <= SOON:
        return "now"
    if nudge.paced:
        return "held" if space.held_until else "slot"
    if nudge.due_at <= nudge.planned_at:
        return "ahead"
    return _why_later(nudge)


def _why_never(nudge: Row[Any], space: Space) -> Reason:
    if not nudge.paced and nudge.unreachable:
        return "unreachable"
    if not nudge.paced and not is_wanted(nudge):
        return "unwanted"
    return "uninstalled" if space.uninstalled_at else "drained"


def _why_later(nudge: Any) -> Reason:
    if nudge.due_at - nudge.planned_at == timedelta(seconds=nudge.offset_seconds):
        return "spread"
    if nudge.error:
        return "retry"
    # The row keeps the moment and not the rule, so the rules are asked again.
    if rules.good_time(nudge, nudge.planned_at) == nudge.planned_at:
        return "budget"
    local = rules.zone(nudge)
    wakes = periods.next_good_time(nudge.planned_at, local, rules.hours(nudge))
    return "hours" if wakes == rules.good_time(nudge, nudge.planned_at) else "pause"


# --- Stopping


async def space(session: SystemSession, team_id: str, *, ceiling: float) -> Space:
    """A workspace as it stands; NotFound, with the teams that are known, for one nobody knows."""
    workspace = await _workspace(session, team_id)
    return _space(workspace, await _stops(session), ceiling, session.now)


async def stop(session: SystemSession, scope: str) -> bool:
    """Let nothing more go out: to a workspace (its team id), or to anybody ("*"); False when it was so before."""
    if scope != Stop.EVERYWHERE:
        await _workspace(session, scope)
    try:
        async with session.begin_nested():
            session.add(Stop(id=scope))
    except IntegrityError:
        return False
    return True


async def start(session: SystemSession, scope: str) -> bool:
    """Let it go out again, and look at once at what waited; False when nothing was stopped."""
    if scope != Stop.EVERYWHERE:
        await _workspace(session, scope)
    connection = await session.connection()
    gone = await connection.execute(delete(Stop).where(Stop.id == scope))
    if scope != Stop.EVERYWHERE:
        await release(session, scope)
    return gone.rowcount > 0


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


# --- Parts


async def _listed(
    session: SystemSession, state: str, teams: Sequence[str], *, late: bool, limit: int
) -> Sequence[Row[Any]]:
    found: Any = select(*COLUMNS, *_MORE, WORKSPACES.c.team_id).select_from(_FROM)
    found = found.where(NUDGES.c.state == state).order_by(NUDGES.c.due_at, NUDGES.c.id).limit(limit)
    if teams:
        # Looked up nudge by nudge in their order, rather than all that the team ever had.
        found = found.where(WORKSPACES.c.team_id.concat("").in_(teams))
    if late:
        since = {State.WAITING: NUDGES.c.due_at, State.CLAIMED: NUDGES.c.claimed_at}.get(State(state))
        found = found.where(since < session.now - LATE if since is not None else false())
    rows: Sequence[Row[Any]] = (await (await session.connection()).execute(found)).all()
    return rows


def _of_state(state: State, order: Any, *columns: Any) -> Any:
    """The nudges of a state by its own index, up to a bound, with their members and workspaces; and themselves."""
    found = select(NUDGES.c.member_id, order, *columns).where(NUDGES.c.state == state.value)
    some = found.order_by(order).limit(MOST_COUNTED).subquery()
    whose = some.join(MEMBERS, MEMBERS.c.id == some.c.member_id)
    return some, whose.join(WORKSPACES, WORKSPACES.c.id == MEMBERS.c.workspace_id)


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


async def _stops(session: SystemSession) -> dict[str, datetime]:
    """Since when what is stopped, by scope."""
    found = await session.execute(select(Stop.id, Stop.created_at))
    return {row.id: row.created_at for row in found}


async def _count(session: SystemSession, whole: Any, column: Any, which: Any) -> tuple[int, datetime | None]:
    """How many there are, and the oldest moment among them."""
    counted = select(func.count(), func.min(column)).select_from(whole).where(which)
    count, oldest = (await session.execute(counted)).one()
    return count, oldest


async def _workspace(session: SystemSession, team_id: str) -> Row[Any]:
    connection = await session.connection()
    found = (await connection.execute(_SPACE.where(WORKSPACES.c.team_id == team_id))).one_or_none()
    if found is None:
        known = select(WORKSPACES.c.team_id).order_by(WORKSPACES.c.team_id).limit(11)
        raise NotFound("no_team", team=team_id, known=(await connection.execute(known)).scalars().all())
    return found


async def _notable(session: SystemSession, stops: dict[str, datetime], ceiling: float) -> list[Space]:
    notable = _SPACE.where(
        or_(
            WORKSPACES.c.team_id.in_(list(stops)),
            WORKSPACES.c.held_until > session.now,
            WORKSPACES.c.per_second.is_not(None),
        )
    )
    rows = await (await session.connection()).execute(notable.order_by(WORKSPACES.c.team_id))
    return [_space(row, stops, ceiling, session.now) for row in rows]


def _space(row: Row[Any], stops: dict[str, datetime], ceiling: float, now: datetime) -> Space:
    rate = pace.rate(row, ceiling, now)
    return Space(
        row.team_id,
        row.uninstalled_at,
        stops.get(row.team_id),
        pace.ahead(row.held_until, now),
        rate,
        rate < ceiling,
    )


def is_wanted(nudge: Row[Any]) -> bool:
    """Whether the member has not said that they want none of its kind."""
    return nudge.kind not in KINDS or rules.is_wanted(KINDS[nudge.kind], nudge)


def useful_for(kind: str) -> timedelta:
    """How long after its time a nudge of this kind may still be sent; none for a kind nobody knows any more."""
    return KINDS[kind].useful_for if kind in KINDS else timedelta()
