"""Leases: what workers have in hand, and how another one takes over what a vanished worker left."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from bot.core.errors import NotFound
from bot.domain.nudges.claim import Claim, Sight
from bot.domain.nudges.kinds import KINDS
from bot.domain.nudges.nudge import State
from bot.domain.nudges.tables import MEMBERS, NUDGES, WITH_MEMBERS, WORKSPACES, Due, by_member, dues
from bot.storage.database import SystemSession
from bot.storage.identity import Principal

_CLAIMED = (
    select(NUDGES.c.id, NUDGES.c.key, NUDGES.c.attempts)
    .join(MEMBERS, MEMBERS.c.id == NUDGES.c.member_id)
    .join(WORKSPACES, WORKSPACES.c.id == MEMBERS.c.workspace_id)
    .where(NUDGES.c.state == State.CLAIMED.value, WORKSPACES.c.uninstalled_at.is_(None))
    .order_by(NUDGES.c.claimed_at)
    .limit(bindparam("limit"))
)
_TAKE_OVER = (
    update(NUDGES)
    .where(
        NUDGES.c.id == bindparam("nudge_id"),
        NUDGES.c.state == State.CLAIMED.value,
        NUDGES.c.key == bindparam("seen_key"),
        NUDGES.c.attempts == bindparam("seen_attempts"),
    )
    .values(attempts=NUDGES.c.attempts + 1)
)
_BESIDE = (
    select(NUDGES.c.id, NUDGES.c.claimed_at, WORKSPACES.c.team_id)
    .join(MEMBERS, MEMBERS.c.id == NUDGES.c.member_id)
    .join(WORKSPACES, WORKSPACES.c.id == MEMBERS.c.workspace_id)
    .where(NUDGES.c.id.in_(bindparam("ids", expanding=True)))
)
_DETAILS = select(MEMBERS.c.details_in_dms).where(MEMBERS.c.id == bindparam("member_id"))


async def claimed(session: SystemSession, *, limit: int) -> list[Sight]:
    """What workers have in hand, the oldest first."""
    connection = await session.connection()
    return [Sight(*row) for row in await connection.execute(_CLAIMED, {"limit": limit})]


async def take_over(session: SystemSession, seen: Sequence[Sight]) -> list[Claim]:
    """Claim anew what a vanished worker had in hand and nobody has touched since it was seen."""
    if not seen:
        return []
    connection = await session.connection()
    by_id = {sight.nudge_id: sight for sight in seen}
    mine = WITH_MEMBERS.where(NUDGES.c.id.in_(list(by_id)), NUDGES.c.state == State.CLAIMED.value)
    found = await connection.execute(mine.with_for_update(of=NUDGES, skip_locked=True))
    rows = [
        row
        for row in dues(found.all())
        if (by_id[row.id].key, by_id[row.id].attempts) == (row.key, row.attempts)
    ]
    if not rows:
        return []
    taken = [{"nudge_id": row.id, "seen_key": row.key, "seen_attempts": row.attempts} for row in rows]
    await connection.execute(_TAKE_OVER, taken)
    beside = await connection.execute(_BESIDE, {"ids": [row.id for row in rows]})
    of_nudge = {one.id: one for one in beside.all()}
    return [_claim(group, of_nudge[group[0].id]) for group in _by_message(rows)]


def _claim(group: Sequence[Due], beside: Any) -> Claim:
    first = group[0]
    return Claim(
        str(first.key),
        Principal(beside.team_id, first.user_id),
        first.member_id,
        first.workspace_id,
        first.member,
        first.dm_channel,
        tuple(sorted(group, key=lambda row: KINDS[row.kind].priority if row.kind in KINDS else 0)),
        ambiguous=True,
        claimed_at=beside.claimed_at,
    )


def _by_message(rows: Iterable[Due]) -> Iterator[list[Due]]:
    """Rows by the message they belong to: a member may have had two in hand."""
    for of_member in by_member(rows).values():
        for key in dict.fromkeys(row.key for row in of_member):
            yield [row for row in of_member if row.key == key]


async def wants_details(session: SystemSession, claim: Claim) -> bool:
    """Whether its member wants messages to name what they are about; NotFound when they have erased everything."""
    connection = await session.connection()
    wants: bool | None = (await connection.execute(_DETAILS, {"member_id": claim.member_id})).scalar()
    if wants is None:
        raise NotFound("no_member")
    return wants
