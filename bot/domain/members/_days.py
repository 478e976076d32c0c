"""The member's own days: their zone, today, a moment there, and the weekdays on which they work."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core import periods
from bot.storage.identity import Member
from bot.storage.session import MemberSession

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


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
