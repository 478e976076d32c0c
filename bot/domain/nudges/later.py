"""Later: a nudge that its member puts off comes again, once, at a better time."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.core import periods
from bot.core.errors import Invalid
from bot.domain.nudges import rules, shown
from bot.domain.nudges.kinds import KINDS
from bot.domain.nudges.nudge import State
from bot.domain.nudges.plans import begin_anew, plan, still_open
from bot.storage.session import MemberSession


@dataclass(frozen=True)
class Snooze:
    """A way to be asked later: by a span, or in the morning some days ahead."""

    name: str
    span: timedelta | None = None
    days: int = 0


# Further ahead than this a date is a slip, or a clock that was wrong.
FARTHEST = timedelta(days=60)

SNOOZES = (Snooze("hour", span=timedelta(hours=1)), Snooze("tomorrow", days=1), Snooze("next_week", days=7))


async def snooze(session: MemberSession, nudge_id: str, name: str) -> datetime:
    """Let a nudge come again later, by one of SNOOZES; the moment. Invalid for any other name."""
    chosen = next((option for option in SNOOZES if option.name == name), None)
    if chosen is None:
        raise Invalid("snooze", "no_such_snooze")
    if chosen.span:
        return await put_off(session, nudge_id, session.now + chosen.span)
    today = periods.local_date(session.now, rules.zone(session.member))
    return await put_off_to(session, nudge_id, today + timedelta(days=chosen.days))


async def put_off_to(session: MemberSession, nudge_id: str, on: date) -> datetime:
    """Let a nudge come again on a local date, or the next of the member's days.

    A check-in comes at its usual time, anything else in the morning. Invalid for a date too far ahead.
    """
    nudge, member = await still_open(session, nudge_id), session.member
    if on - periods.local_date(session.now, rules.zone(member)) > FARTHEST:
        raise Invalid("until", "too_far_ahead")
    at = member.checkin_time if KINDS[nudge.kind].at_check_in else rules.MORNING
    return await put_off(
        session, nudge_id, periods.at_local(rules.good_day(member, on), at, rules.zone(member))
    )


async def put_off(session: MemberSession, nudge_id: str, until: datetime) -> datetime:
    """Let a nudge come again at `until`, or as soon after it as the member's hours allow; that moment.

    NotFound once it was answered or skipped; Invalid for a moment that has passed.
    """
    nudge = await still_open(session, nudge_id)
    if until <= session.now:
        raise Invalid("until", "not_ahead", on=periods.local_date(until, rules.zone(session.member)))
    until = rules.good_time(session.member, until)
    if nudge.asked_at is None:
        # Whoever snoozes it has seen it, even if we could not tell; but what only was to come has not been a
        # message, and takes no room among those of these days.
        coming = nudge.state == State.WAITING
        nudge.asked_at = session.now - rules.BUDGET_SPAN if coming else session.now
    nudge.state, nudge.planned_at, nudge.due_at = State.WAITING.value, until, until
    nudge.paced = False
    shown.note(session, nudge)
    await session.flush()
    kind = KINDS[nudge.kind]
    await begin_anew(session, kind, nudge.subject)
    if kind.every:
        # The planned one makes way where both would come on one day.
        await plan(session, kind)
    return until
