"""Home: what a member sees when they open the app, gathered from the features."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil

from bot.domain import asks, feedback, goals, members, nudges, pitches, reviews, subjects, wins
from bot.domain.nudges import CHECK_IN, KINDS, Nudge, State
from bot.domain.wins import Wanted
from bot.storage.session import MemberSession

# So much is shown at once; each list has a button that leads to the whole of it.
WINS_SHOWN = 5
LATELY_SHOWN = 3
GOALS_SHOWN = 5
ASKS_SHOWN = 4

# Of so many things that will come it is said what they are about; no list shows more of them.
TITLED = 12

# Whoever has logged so many wins needs no introduction any more.
AT_HOME = 3


@dataclass(frozen=True)
class Coming:
    """Something that will come: at a moment, or until another one where a crowd is spread; what it is about."""

    id: str
    kind: str
    subject: str
    at: datetime
    until: datetime | None
    snoozed: bool
    overdue: bool
    about: str | None = None


@dataclass(frozen=True)
class Unanswered:
    """Something that was asked at a moment and is open; it may be that it never arrived."""

    id: str
    kind: str
    subject: str
    at: datetime
    may_be_lost: bool


@dataclass(frozen=True)
class Ahead:
    """All that will come, what waits for an answer, and a pause or an absence; moments are in the member's zone."""

    coming: Sequence[Coming]
    open: Sequence[Unanswered]
    paused_from: date | None
    paused_until: date | None
    zone: str


@dataclass(frozen=True)
class Today:
    """The facts of the Home tab; moments are in the member's zone.

    `wins` are the newest of the week or, in a week without any, the newest of all. `in_a_row` is how many check-ins
    there were in a row, None where the member does not want to see it.
    """

    today: date
    wins: Sequence[wins.Win]
    this_week: int
    total: int
    goals: goals.Overview
    asks: asks.Overview
    feedback: feedback.Waiting
    ahead: Ahead
    settled_in: bool
    in_a_row: int | None
    last_pitch: pitches.Pitch | None
    last_pitch_on: date | None


async def visit(session: MemberSession) -> None:
    """Home was opened."""
    member = session.member
    member.home_opened_at = member.home_opened_at or session.now


async def gather(session: MemberSession, spread_minutes: int) -> Today:
    """Everything the Home tab shows now; a crowd is spread over so many minutes."""
    member = session.member
    of_week, this_week = await wins.page(session, size=WINS_SHOWN, wanted=Wanted(span="week"))
    total = await wins.count(session)
    last = await pitches.last(session)
    return Today(
        today=members.today(session),
        wins=of_week or await wins.newest(session, LATELY_SHOWN),
        this_week=this_week,
        total=total,
        goals=await goals.overview(session, GOALS_SHOWN),
        asks=await asks.overview(session, ASKS_SHOWN),
        feedback=await feedback.waiting(session),
        ahead=_for_home(await ahead(session, spread_minutes)),
        settled_in=member.onboarded_at is not None or total >= AT_HOME,
        in_a_row=await reviews.in_a_row(session) if member.shows_streak else None,
        last_pitch=last,
        last_pitch_on=members.local(session, last.created_at).date() if last else None,
    )


async def next_check_in(session: MemberSession) -> datetime | None:
    """When the next check-in will come, in the member's zone."""
    waiting = [nudge for nudge in await nudges.upcoming(session) if nudge.kind == CHECK_IN.name]
    return members.local(session, waiting[0].planned_at) if waiting else None


async def ahead(session: MemberSession, spread_minutes: int) -> Ahead:
    """All that will come, the soonest first, and what waits for an answer."""
    member = session.member
    # What has no room in the week at all is not promised.
    waiting = [nudge for nudge in await nudges.upcoming(session) if member.budget or not _is_of_budget(nudge)]
    coming = sorted((_coming(session, nudge, spread_minutes) for nudge in waiting), key=lambda row: row.at)
    titles = await subjects.called(session, coming[:TITLED])
    away = member.paused_until is not None and member.paused_until > members.today(session)
    return Ahead(
        coming=[replace(row, about=titles.get(row.subject)) for row in coming],
        open=await _open(session),
        paused_from=member.paused_from if away and _is_ahead(session, member.paused_from) else None,
        paused_until=member.paused_until if away else None,
        zone=members.zone(member).key,
    )


def _for_home(ahead: Ahead) -> Ahead:
    """What others may see who look over a shoulder."""
    hidden = {kind.name for kind in KINDS.values() if not kind.on_home}
    return replace(
        ahead,
        coming=[row for row in ahead.coming if row.kind not in hidden],
        open=[row for row in ahead.open if row.kind not in hidden],
    )


def _is_of_budget(nudge: Nudge) -> bool:
    return nudge.asked_at is None and nudge.kind in KINDS and KINDS[nudge.kind].counts


def _coming(session: MemberSession, nudge: Nudge, spread_minutes: int) -> Coming:
    member, window = session.member, timedelta()
    if nudge.asked_at is None and member.offset_seconds:
        window = timedelta(minutes=max(spread_minutes, ceil(member.offset_seconds / 60)))
    # Hours, budget and pace may have moved it since it was planned.
    moved = nudge.due_at - nudge.planned_at > window
    at = nudges.good_time(member, nudge.due_at if moved else nudge.planned_at)
    return Coming(
        id=nudge.id,
        kind=nudge.kind,
        subject=nudge.subject,
        at=members.local(session, at),
        until=members.local(session, at + window) if window and not moved else None,
        snoozed=nudge.asked_at is not None,
        overdue=at + window < session.now,
    )


async def _open(session: MemberSession) -> list[Unanswered]:
    asked = await reviews.open_check_in(session)
    lost = [nudge for nudge in await nudges.unread(session) if asked is None or nudge.id != asked.id]
    return [
        Unanswered(
            id=nudge.id,
            kind=nudge.kind,
            subject=nudge.subject,
            at=members.local(session, nudge.planned_at),
            may_be_lost=nudge.state == State.UNKNOWN,
        )
        for nudge in ([asked] if asked else []) + lost
    ]


def _is_ahead(session: MemberSession, on: date | None) -> bool:
    return on is not None and on > members.today(session)
