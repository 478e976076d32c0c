"""Members: who may use Sayso, and each person's zone, check-in time and pauses."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from bot.core import dates, periods
from bot.core.errors import Invalid, NotAllowed, NotFound
from bot.core.periods import Period
from bot.storage.base import Owned, new_id
from bot.storage.database import SystemSession
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.session import MemberSession
from bot.storage.vault import Vault

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# A check-in is chosen early enough before the hours end for a worker that comes a little late.
BEFORE_THE_END = timedelta(hours=1)

BUDGETS = range(6)


@dataclass(frozen=True)
class Profile:
    """What Slack says about a person (users.info); any of it may be missing there."""

    zone: str | None = None
    deleted: bool = False
    bot: bool = False
    guest: bool = False
    stranger: bool = False

    @property
    def refusal(self) -> str | None:
        """The words that say why this person cannot use Sayso; None for everybody who can."""
        reasons = {
            "no_bots": self.bot or self.deleted,
            "no_strangers": self.stranger,
            "no_guests": self.guest,
        }
        return next((words for words, holds in reasons.items() if holds), None)


class Absence(Owned):
    """A time without nudges, from a local date to before another; kept, so that it breaks no streak."""

    __tablename__ = "absences"

    first_on: Mapped[date]
    until_on: Mapped[date]


async def admit(
    session: SystemSession, vault: Vault, who: Principal, profile: Profile, *, spread: timedelta = timedelta()
) -> None:
    """Make a member of a person who may be one, with a key of their own; NotAllowed for others.

    Within `spread` the member gets a place of their own, so that a crowd is not due in the same second.
    """
    if profile.refusal:
        raise NotAllowed(profile.refusal)
    # Two first requests of one person take turns at the workspace, so that one of them makes the member.
    workspace = select(Workspace.id).where(Workspace.team_id == who.team_id).with_for_update()
    workspace_id = await session.scalar(workspace)
    if workspace_id is None:
        raise NotFound("no_workspace")
    if await find(session, who) is None:
        member_id = new_id()
        session.add(
            Member(
                id=member_id,
                workspace_id=workspace_id,
                user_id=who.user_id,
                wrapped_key=vault.new_key(member_id),
                zone=profile.zone,
                offset_seconds=secrets.randbelow(int(spread.total_seconds()) + 1),
            )
        )


async def find(session: SystemSession, who: Principal) -> Member | None:
    """The member a principal is; None for somebody who was never admitted."""
    found: Member | None = await session.scalar(
        select(Member)
        .join(Workspace, Workspace.id == Member.workspace_id)
        .where(Workspace.team_id == who.team_id, Member.user_id == who.user_id)
    )
    return found


def zone(member: Member) -> ZoneInfo:
    """The member's zone; UTC until one is known."""
    return periods.zone(member.zone)


def today(session: MemberSession) -> date:
    """The member's local date."""
    return periods.local_date(session.now, zone(session.member))


def local(session: MemberSession, moment: datetime) -> datetime:
    """A moment in the member's zone."""
    return moment.astimezone(zone(session.member))


async def choose_check_in(session: MemberSession, *, weekday: str, at: str, zone_name: str) -> None:
    """Set the day, the time ("15:00") and the zone of the weekly check-in; Invalid names the field."""
    if weekday not in WEEKDAYS:
        raise Invalid("weekday", "no_such_weekday")
    known = periods.zone_named(zone_name)
    if known is None:
        raise Invalid("zone", "no_such_zone", zone=zone_name)
    member, chosen = session.member, _time("time", at)
    latest = _latest(member.hours_end)
    if not member.hours_start <= chosen <= latest:
        raise Invalid("time", "outside_hours", start=member.hours_start, end=latest)
    member.checkin_weekday = WEEKDAYS.index(weekday)
    member.checkin_time = chosen
    member.zone_pinned = member.zone_pinned or known != (member.zone or "UTC")
    member.zone = known
    member.onboarded_at = member.onboarded_at or session.now


async def choose_hours(
    session: MemberSession, *, start: str, end: str, days: Sequence[str], budget: str
) -> None:
    """Set the hours ("08:00") and weekdays on which a message may come, and how many a week beside the check-in."""
    member = session.member
    first, last = _time("hours_start", start), _time("hours_end", end)
    if datetime.combine(date.min, last) - datetime.combine(date.min, first) < BEFORE_THE_END:
        raise Invalid("hours_end", "hours_too_short")
    latest = _latest(last)
    if not first <= member.checkin_time <= latest:
        raise Invalid("time", "outside_hours", start=first, end=latest)
    if not days or not set(days) <= set(WEEKDAYS):
        raise Invalid("days", "no_such_weekday")
    if not budget.isdecimal() or int(budget) not in BUDGETS:
        raise Invalid("budget", "no_such_budget")
    member.hours_start, member.hours_end, member.budget = first, last, int(budget)
    member.days = sum(1 << WEEKDAYS.index(day) for day in set(days))


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
    if start is None or end is None or end <= max(start, today_):
        raise Invalid("until", "not_ahead", on=end)
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


async def _go_away(session: MemberSession, start: date | None, end: date) -> None:
    await resume(session)
    session.add(Absence(member_id=session.member.id, first_on=start or today(session), until_on=end))
    session.member.paused_from, session.member.paused_until = start, end
    await session.flush()


def _day_ahead(said: Sequence[str], today: date) -> date | None:
    return next((day for text in said if (day := dates.understand(text, today, prefer="future"))), None)


async def follow_profile(session: MemberSession, profile: Profile) -> None:
    """Take over from Slack a changed zone, unless the member chose one, and whether they may be written to."""
    session.member.unreachable = profile.refusal
    if profile.zone and not session.member.zone_pinned:
        session.member.zone = profile.zone


def _latest(end: time) -> time:
    return (datetime.combine(date.min, end) - BEFORE_THE_END).time()


def _time(field: str, text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise Invalid(field, "unclear_time", text=text) from None
