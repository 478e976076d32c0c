"""What is around a nudge that is due: what its member was asked within the budget's span, and what still comes today."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core import periods
from bot.domain.nudges import rules
from bot.domain.nudges.kinds import KINDS
from bot.domain.nudges.nudge import State
from bot.domain.nudges.rules import Around, Habits
from bot.domain.nudges.tables import NUDGES, Due, by_member

_DAY = timedelta(days=1)


async def around_of(
    connection: AsyncConnection, groups: Mapping[str, Sequence[Due]], now: datetime
) -> dict[str, Around]:
    """What the budget needs to know, for those members of whose due nudges some count."""
    asking = [member_id for member_id, group in groups.items() if any(map(asks, group))]
    if not asking:
        return {}
    near = select(
        NUDGES.c.member_id,
        NUDGES.c.kind,
        NUDGES.c.state,
        NUDGES.c.due_at,
        NUDGES.c.claimed_at,
        NUDGES.c.asked_at,
        NUDGES.c.spent_at,
    )
    found = await connection.execute(
        near.where(
            NUDGES.c.member_id.in_(asking),
            or_(
                NUDGES.c.asked_at > now - rules.BUDGET_SPAN,
                NUDGES.c.spent_at > now - rules.BUDGET_SPAN,
                NUDGES.c.state == State.CLAIMED.value,
                and_(NUDGES.c.state == State.WAITING.value, NUDGES.c.due_at.between(now, now + _DAY)),
            ),
        )
    )
    rows_of = by_member(found.all())
    return {
        member_id: _what_is_around(groups[member_id][0].member, rows, now)
        for member_id, rows in rows_of.items()
    }


def _what_is_around(member: Habits, rows: Iterable[Any], now: datetime) -> Around:
    zone = rules.zone(member)
    today = periods.local_date(now, zone)
    asked, spent, ahead = set(), set(), []
    for row in rows:
        # What is on its way may have arrived.
        at = row.claimed_at if row.state == State.CLAIMED else row.asked_at
        if _is_near(at, now):
            asked.add(at)
        elif (
            row.state == State.WAITING and not _counts(row) and periods.local_date(row.due_at, zone) == today
        ):
            ahead.append(row.due_at)
        # All that went out together did so at one moment, and was one message.
        if _is_near(row.spent_at, now):
            spent.add(row.spent_at)
    return Around(list(asked | spent), list(spent), ahead)


def _is_near(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - rules.BUDGET_SPAN < at <= now


def asks(row: Any) -> bool:
    """Whether it needs room in the budget: nobody asked for it, and it did not come before."""
    return row.asked_at is None and _counts(row)


def _counts(row: Any) -> bool:
    # A kind of a newer version is not waited for, and not taken for more than it may be.
    kind = KINDS.get(row.kind)
    return kind is None or kind.counts
