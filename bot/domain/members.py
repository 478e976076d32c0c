"""Members: who may use Sayso, and each person's zone, check-in time and pauses."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
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

# Whoever means a day further ahead than this has most likely named one that has passed.
FARTHEST_AWAY = timedelta(days=300)


@dataclass(frozen=True)
class Profile:
    """What Slack says about a person (users.info); any of it may be missing there."""

    zone: str | None = None
    deleted: bool = False
    bot: bool = False
    guest: bool = False
    stranger: bool = False
    name: str | None = None

    @property
    def refusal(self) -> str | None:
        """The words that say why this person cannot use Sayso; None for everybody who can."""
        reasons = {
            "no_bots": self.bot or self.deleted,
            "no_strangers": self.stranger,
            "no_guests": self.guest,
        }
        return next((words for words, holds in reasons.items() if holds), None)


# Why somebody who is a member may not use Sayso any more, beside which there are Slack's words for who cannot be reached.
REFUSALS = frozenset({"no_bots", "no_strangers", "no_guests"})


@dataclass(frozen=True)
class Wishes:
    """When a member wants to hear from us, as it is typed: times as "15:00"; an empty zone is the one in Slack.

    Messages come from `hours_start` to `hours_end` on `days`, at most `budget` a week beside the check-in.
    """

    weekday: str
    time: str
    zone: str
    hours_start: str
    hours_end: str
    days: Sequence[str]
    budget: str


@dataclass(frozen=True)
class _Chosen:
    at: time
    start: time
    end: time
    zone: str | None


class Absence(Owned):
    """A time without nudges, from a local date to before another; kept, so that it breaks no streak."""

    __tablename__ = "absences"

    first_on: Mapped[date]
    until_on: Mapped[date]


async def admit(
    session: SystemSession,
    vault: Vault,
    who: Principal,
    profile: Profile,
    *,
    spread: timedelta = timedelta(),
    to_answer: bool = False,
) -> None:
    """Make a member of a person who may be one, with a key of their own; NotAllowed for others.

    Within `spread` the member gets a place of their own, so that a crowd is not due in the same second. A guest is
    only ever admitted `to_answer` a colleague.
    """
    if refusal := replace(profile, guest=profile.guest and not to_answer).refusal:
        raise NotAllowed(refusal)
    # Two first requests of one person take turns at the workspace, so that one of them makes the member.
    workspace = select(Workspace.id).where(Workspace.team_id == who.team_id).with_for_update()
    workspace_id = await session.scalar(workspace)
    if workspace_id is None:
        raise NotFound("no_workspace")
    member = await find(session, who)
    if member is not None:
        member.guest = member.guest and profile.guest
    else:
        member_id = new_id()
        session.add(
            Member(
                id=member_id,
                workspace_id=workspace_id,
                user_id=who.user_id,
                wrapped_key=vault.new_key(member_id),
                zone=profile.zone,
                guest=profile.guest,
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


def check(member: Member) -> None:
    """NotAllowed for a member whose account was deactivated or made a guest's since."""
    if member.unreachable in REFUSALS:
        raise NotAllowed(member.unreachable)


def zone(member: Member) -> ZoneInfo:
    """The member's zone; UTC until one is known."""
    return periods.zone(member.zone)


def today(session: MemberSession) -> date:
    """The member's local date."""
    return periods.local_date(session.now, zone(session.member))


def local(session: MemberSession, moment: datetime) -> datetime:
    """A moment in the member's zone."""
    return moment.astimezone(zone(session.member))


def week(member: Member) -> frozenset[int]:
    """The weekdays on which the member works and may be written to; 0 is Monday."""
    return frozenset(day for day in range(len(WEEKDAYS)) if member.days >> day & 1)


def wishes_of(member: Member) -> Wishes:
    """What holds now."""
    return Wishes(
        weekday=WEEKDAYS[member.checkin_weekday],
        time=f"{member.checkin_time:%H:%M}",
        zone=(member.zone or "") if member.zone_pinned else "",
        hours_start=f"{member.hours_start:%H:%M}",
        hours_end=f"{member.hours_end:%H:%M}",
        days=tuple(day for number, day in enumerate(WEEKDAYS) if number in week(member)),
        budget=str(member.budget),
    )


async def choose(
    session: MemberSession, *, slack_zone: str | None = None, **changes: str | Sequence[str]
) -> None:
    """Change some of the Wishes, by name, all or nothing; Invalid names every field that cannot be.

    `slack_zone` is what Slack says, for whoever follows it again.
    """
    member = session.member
    wishes = replace(wishes_of(member), **changes)  # type: ignore[arg-type]  # a name that is none raises
    chosen = _read(wishes)
    member.checkin_weekday, member.checkin_time = WEEKDAYS.index(wishes.weekday), chosen.at
    member.hours_start, member.hours_end, member.budget = chosen.start, chosen.end, int(wishes.budget)
    member.days = sum(1 << WEEKDAYS.index(day) for day in set(wishes.days))
    member.zone_pinned = chosen.zone is not None and (member.zone_pinned or chosen.zone != zone(member).key)
    member.zone = chosen.zone or slack_zone or member.zone
    member.onboarded_at = member.onboarded_at or session.now


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


async def follow_profile(session: MemberSession, profile: Profile) -> None:
    """Take over from Slack a changed zone, unless the member chose one, and whether they may use Sayso.

    Of a deactivated account it is kept since when, as what it left is destroyed after a while.
    """
    session.member.guest = session.member.guest and profile.guest
    session.member.unreachable = replace(profile, guest=profile.guest and not session.member.guest).refusal
    session.member.left_at = (session.member.left_at or session.now) if profile.deleted else None
    if profile.zone and not session.member.zone_pinned:
        session.member.zone = profile.zone


def _read(wishes: Wishes) -> _Chosen:
    """What was typed, read; Invalid names every field that cannot be."""
    faults: list[Invalid] = []
    at = _time(faults, "time", wishes.time)
    start, end = (_time(faults, name, getattr(wishes, name)) for name in ("hours_start", "hours_end"))
    if start and end:
        faults += _outside(at, start, end)
    if wishes.weekday not in WEEKDAYS:
        faults.append(Invalid("weekday", "no_such_weekday"))
    if not wishes.days or not set(wishes.days) <= set(WEEKDAYS):
        faults.append(Invalid("days", "no_such_weekday"))
    if wishes.budget not in map(str, BUDGETS):
        faults.append(Invalid("budget", "no_such_budget"))
    named = periods.zone_named(wishes.zone)
    if wishes.zone.strip() and named is None:
        faults.append(Invalid("zone", "no_such_zone", zone=wishes.zone.strip()))
    if faults or not (at and start and end):
        raise Invalid.together(*faults)
    return _Chosen(at, start, end, named)


def _outside(at: time | None, start: time, end: time) -> list[Invalid]:
    """What is wrong with hours, or with a check-in outside of them."""
    if datetime.combine(date.min, end) - datetime.combine(date.min, start) < BEFORE_THE_END:
        return [Invalid("hours_end", "hours_too_short")]
    latest = (datetime.combine(date.min, end) - BEFORE_THE_END).time()
    if at is not None and not start <= at <= latest:
        return [Invalid("time", "outside_hours", start=start, end=latest)]
    return []


def _time(faults: list[Invalid], field: str, text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        faults.append(Invalid(field, "unclear_time", text=text))
        return None
