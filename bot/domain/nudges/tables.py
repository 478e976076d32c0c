"""The tables and columns that whole batches of nudges are read from and written to."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, and_, bindparam, exists, or_, select

from bot.domain.nudges.nudge import Nudge, State
from bot.storage.identity import Member, Stop, Workspace

# So many nudges are claimed, and so many outcomes written, in one transaction.
BATCH = 500

NUDGES: Table = Nudge.__table__  # type: ignore[assignment]  # a mapped class has a Table
MEMBERS: Table = Member.__table__  # type: ignore[assignment]
WORKSPACES: Table = Workspace.__table__  # type: ignore[assignment]

COLUMNS = (
    *(
        getattr(NUDGES.c, name)
        for name in (
            [
                "id",
                "member_id",
                "kind",
                "subject",
                "local_on",
                "planned_at",
                "due_at",
                "paced",
                "asked_at",
                "unanswered",
                "attempts",
                "key",
            ]
        )
    ),
    *(
        getattr(MEMBERS.c, name)
        for name in (
            [
                "workspace_id",
                "user_id",
                "dm_channel",
                "zone",
                "checkin_weekday",
                "checkin_time",
                "hours_start",
                "hours_end",
                "days",
                "paused_from",
                "paused_until",
                "unreachable",
                "cadences",
                "budget",
                "offset_seconds",
                "home_opened_at",
            ]
        )
    ),
)
IS_DUE = and_(NUDGES.c.state == State.WAITING.value, NUDGES.c.due_at <= bindparam("now"))
WITH_MEMBERS = select(*COLUMNS).join(MEMBERS, MEMBERS.c.id == NUDGES.c.member_id)
SPACES = (
    select(
        WORKSPACES.c.id,
        WORKSPACES.c.team_id,
        WORKSPACES.c.next_slot_at,
        WORKSPACES.c.per_second,
        WORKSPACES.c.slowed_at,
        WORKSPACES.c.held_until,
        or_(WORKSPACES.c.uninstalled_at.is_not(None), exists().where(Stop.id == WORKSPACES.c.team_id)).label(
            "stopped"
        ),
    )
    .where(WORKSPACES.c.id.in_(bindparam("ids", expanding=True)))
    # In one order, so that two workers never wait for each other.
    .order_by(WORKSPACES.c.id)
    .with_for_update(key_share=True, of=WORKSPACES)
)


def by_member(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Rows by the member they belong to, in their order."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.member_id].append(row)
    return groups
