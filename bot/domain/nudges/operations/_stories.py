"""Nudges one by one: those that wait, and everything that decides about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, false, func, select

from bot.core import periods
from bot.core.errors import NotFound
from bot.domain.nudges import rules
from bot.domain.nudges.kinds import KINDS
from bot.domain.nudges.nudge import NEVER, State
from bot.domain.nudges.operations import _spaces
from bot.domain.nudges.operations._counts import LATE
from bot.domain.nudges.operations._spaces import Space
from bot.domain.nudges.tables import COLUMNS, MEMBERS, NUDGES, WORKSPACES
from bot.storage.database import SystemSession
from bot.storage.identity import Stop

# What a busy workspace could not take is looked at again after a few seconds.
SOON = timedelta(seconds=5)

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
class Story:
    """One nudge with everything that decides about it."""

    at: datetime
    nudge: Row[Any]
    space: Space
    stopped_at: datetime | None
    together: int
    next_at: datetime | None


async def listed(
    session: SystemSession, *, teams: Sequence[str] = (), states: Sequence[str] = (), late: bool, limit: int
) -> Sequence[Row[Any]]:
    """Nudges with their workspace's `team_id`, the first due first; NotFound for a team nobody knows.

    Without `states` those that are not over: they wait, or a worker has them in hand. With `late` only what
    should have been taken, or finished, two minutes ago.
    """
    for team_id in teams:
        await _spaces.row_of(session, team_id)
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
    stops = await _spaces.stops(session)
    workspace = await _spaces.row_of(session, nudge.team_id)
    return Story(
        session.now,
        nudge,
        _spaces.space_of(workspace, stops, ceiling, session.now),
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


def is_wanted(nudge: Row[Any]) -> bool:
    """Whether the member has not said that they want none of its kind."""
    return nudge.kind not in KINDS or rules.is_wanted(KINDS[nudge.kind], nudge)


def useful_for(kind: str) -> timedelta:
    """How long after its time a nudge of this kind may still be sent; none for a kind nobody knows any more."""
    return KINDS[kind].useful_for if kind in KINDS else timedelta()


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
