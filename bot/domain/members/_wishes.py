"""When a member wants to hear from us: the check-in, the hours, the days, the budget, the zone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.core import periods
from bot.core.errors import Invalid
from bot.domain.members._days import WEEKDAYS, week, zone
from bot.storage.identity import Member
from bot.storage.session import MemberSession

# A check-in is chosen early enough before the hours end for a worker that comes a little late.
BEFORE_THE_END = timedelta(hours=1)

BUDGETS = range(6)


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
