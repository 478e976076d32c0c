"""Members: who may use Sayso, and each person's zone, check-in time and pauses."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.core import dates, periods
from bot.core.errors import Invalid, NotAllowed, NotFound
from bot.core.periods import Occurrence, QuietHours, Recurrence
from bot.storage.base import new_id
from bot.storage.database import SystemSession
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.session import MemberSession
from bot.storage.vault import Vault

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# Nothing is sent in these local hours, whatever a snooze says; a check-in is chosen early enough
# before them for a worker that comes a little late.
QUIET = QuietHours(start=time(21), end=time(8), days=frozenset(range(7)))
EARLIEST, LATEST = QUIET.end, time(20)


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


async def admit(session: SystemSession, vault: Vault, who: Principal, profile: Profile) -> None:
    """Make a member of a person who may be one, with a key of their own; NotAllowed for others."""
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


def next_check_in(
    session: MemberSession, *, after: datetime | None = None, last_on: date | None = None
) -> Occurrence:
    """When the member's next weekly check-in is due, never twice on one local date and never while paused."""
    member = session.member
    weekly = Recurrence(every="week", weekday=member.checkin_weekday, time=member.checkin_time, anchor=None)
    earliest = max(
        (on for on in (last_on and last_on + timedelta(days=1), member.paused_until) if on), default=None
    )
    return periods.next_after(weekly, zone(member), after or session.now, not_before=earliest)


async def choose_check_in(session: MemberSession, *, weekday: str, at: str, zone_name: str) -> None:
    """Set the day, the time ("15:00") and the zone of the weekly check-in; Invalid names the field."""
    if weekday not in WEEKDAYS:
        raise Invalid("weekday", "no_such_weekday")
    known = periods.zone_named(zone_name)
    if known is None:
        raise Invalid("zone", "no_such_zone", zone=zone_name)
    member = session.member
    member.checkin_weekday = WEEKDAYS.index(weekday)
    member.checkin_time = _time(at)
    member.zone_pinned = member.zone_pinned or known != (member.zone or "UTC")
    member.zone = known
    member.onboarded_at = member.onboarded_at or session.now


async def pause(session: MemberSession, until: str) -> date:
    """Send nothing before a day, given in words; Invalid when it cannot be read or is not ahead."""
    # "until next month" means its first day; a span such as "in 2 weeks" is a day by itself.
    said = (f"until {until}", until)
    day = next(
        (day for text in said if (day := dates.understand(text, today(session), prefer="future"))), None
    )
    if day is None:
        raise Invalid("until", "unclear_day_ahead", text=until)
    if day <= today(session):
        raise Invalid("until", "not_ahead", on=day)
    session.member.paused_until = day
    return day


async def resume(session: MemberSession) -> None:
    """End a pause."""
    session.member.paused_until = None


async def follow_profile(session: MemberSession, profile: Profile) -> None:
    """Take over from Slack a changed zone, unless the member chose one, and whether they may be written to."""
    session.member.unreachable = profile.refusal
    if profile.zone and not session.member.zone_pinned:
        session.member.zone = profile.zone


def _time(text: str) -> time:
    try:
        chosen = time.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise Invalid("time", "unclear_time", text=text) from None
    if not EARLIEST <= chosen <= LATEST:
        raise Invalid("time", "outside_hours", start=EARLIEST, end=LATEST)
    return chosen
