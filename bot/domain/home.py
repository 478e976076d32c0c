"""Home: what a member sees when they open the app, gathered from the features."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.periods import Period
from bot.domain import members, nudges, pitches, reviews, wins
from bot.domain.nudges import CHECK_IN
from bot.storage.session import MemberSession

WINS_SHOWN = 8

# Whoever has logged so many wins needs no introduction any more.
AT_HOME = 3


@dataclass(frozen=True)
class Today:
    """The facts of the Home tab; moments are in the member's zone."""

    today: date
    week: Period
    wins: Sequence[wins.Win]
    total: int
    open_check_in: str | None
    next_check_in: datetime | None
    paused_until: date | None
    settled_in: bool
    last_pitch: pitches.Pitch | None
    last_pitch_on: date | None


async def visit(session: MemberSession) -> None:
    """Home was opened."""
    member = session.member
    member.home_opened_at = member.home_opened_at or session.now


async def gather(session: MemberSession) -> Today:
    """Everything the Home tab shows now."""
    week = await reviews.this_week(session)
    _, total = await wins.page(session, size=1)
    asked = await reviews.open_check_in(session)
    coming, last = await next_check_in(session), await pitches.last(session)
    return Today(
        today=members.today(session),
        week=week.period,
        wins=week.wins,
        total=total,
        open_check_in=asked.id if asked else None,
        next_check_in=coming,
        paused_until=session.member.paused_until,
        settled_in=session.member.onboarded_at is not None or total >= AT_HOME,
        last_pitch=last,
        last_pitch_on=members.local(session, last.created_at).date() if last else None,
    )


async def next_check_in(session: MemberSession) -> datetime | None:
    """When the next check-in will come, in the member's zone."""
    waiting = [nudge for nudge in await nudges.upcoming(session) if nudge.kind == CHECK_IN.name]
    return members.local(session, waiting[0].planned_at) if waiting else None
