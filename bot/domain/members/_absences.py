"""Pauses and times away, now and ahead, and the working days between them."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from bot.core import dates, periods
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain.members._days import today, week
from bot.storage.base import Owned
from bot.storage.session import MemberSession

# Whoever means a day further ahead than this has most likely named one that has passed.
FARTHEST_AWAY = timedelta(days=300)


class Absence(Owned):
    """A time without nudges, from a local date to before another; kept, so that it breaks no streak."""

    __tablename__ = "absences"

    first_on: Mapped[date]
    until_on: Mapped[date]


async def pause(session: MemberSession, until: str) -> date:
    """Send nothing from now to before a day, given in words; Invalid when it cannot be read or is not ahead."""
    today_ = today(session)
    # "until next month" means its first day; a span such as "in 2 weeks" is a day by itself.
    day = _day_ahead((f"until {until}", until), today_)
    if day is None:
        raise Invalid("until", "unclear_day_ahead", text=until)
    if day <= today_:
        raise Invalid("until", "not_ahead", on=day)
    await _go_away(session, None, day)
    return day


async def away(session: MemberSession, first: str, until: str) -> Period:
    """Be away from a day to before another, both in words; Invalid names the one that cannot be read."""
    today_ = today(session)
    start, end = _day_ahead((first,), today_), _day_ahead((f"until {until}", until), today_)
    for field, text, day in (("from", first, start), ("until", until, end)):
        if day is None:
            raise Invalid(field, "unclear_day_ahead", text=text)
    if start is None or end is None or end <= today_:
        raise Invalid("until", "not_ahead", on=end)
    if end <= start:
        raise Invalid("until", "end_before_start", on=end, start=start)
    if start > today_ + FARTHEST_AWAY:
        raise Invalid("from", "away_too_far_ahead", on=start)
    await _go_away(session, start if start > today_ else None, end)
    return Period(start, end - timedelta(days=1))


async def resume(session: MemberSession) -> None:
    """End a pause, or give up one that was planned; what lies behind of it stays on record."""
    member, today_ = session.member, today(session)
    for absence in await session.scalars(select(Absence).where(Absence.until_on > today_)):
        if absence.first_on >= today_:
            await session.delete(absence)
        else:
            absence.until_on = today_
    member.paused_from = member.paused_until = None


async def absences(session: MemberSession) -> list[Period]:
    """Every time away so far, and the one that is planned."""
    kept = await session.scalars(select(Absence).order_by(Absence.first_on))
    return [Period(absence.first_on, absence.until_on - timedelta(days=1)) for absence in kept]


async def working_day(session: MemberSession, on: date, number: int = 1) -> date:
    """The `number`th of the member's working days after a date; a day away is none."""
    return periods.working_days_after(on, number, week(session.member), await absences(session))


async def be_away(session: MemberSession, start: date | None, end: date) -> None:
    """Be away from a date, or from now on, to before another; Invalid where that is not ahead."""
    if end <= max(today(session), start or end - timedelta(days=1)):
        raise Invalid("until", "not_ahead", on=end)
    await _go_away(session, start if start and start > today(session) else None, end)


async def _go_away(session: MemberSession, start: date | None, end: date) -> None:
    await resume(session)
    session.add(Absence(member_id=session.member.id, first_on=start or today(session), until_on=end))
    session.member.paused_from, session.member.paused_until = start, end
    await session.flush()


def _day_ahead(said: Sequence[str], today: date) -> date | None:
    return next((day for text in said if (day := dates.understand(text, today, prefer="future"))), None)
