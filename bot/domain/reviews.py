"""Reviews: the weekly check-in, which turns what a person answers into wins."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.core import periods
from bot.core.errors import Invalid
from bot.core.periods import Occurrence, Period
from bot.domain import members, nudges, wins
from bot.domain.nudges import CHECK_IN, Nudge, State
from bot.domain.wins import Win
from bot.storage.base import ID_LENGTH, Owned
from bot.storage.session import MemberSession
from bot.storage.types import sealed_maybe

ENERGY = range(1, 6)

# A sign in front of a number or of *bold* words belongs to them.
_BULLETS = re.compile(r"^(?:[-*–]+\s+|[-–]+(?=[^\W\d])|[•·]+\s*)+")

# A check-in can be answered in the DM until the next one is near.
OPEN_FOR = timedelta(days=6)


class Outcome(StrEnum):
    """How a check-in ended."""

    ANSWERED = "answered"
    NOTHING = "nothing"
    SKIPPED = "skipped"


class CheckIn(Owned):
    """One weekly check-in; the wins it brought stand among the wins."""

    __tablename__ = "check_ins"

    on: Mapped[date] = mapped_column("on_date")
    nudge_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    outcome: Mapped[str] = mapped_column(String(16))
    energy: Mapped[int | None]
    benefited = sealed_maybe()
    stuck = sealed_maybe()
    next_action = sealed_maybe()


@dataclass(frozen=True)
class Answer:
    """What a person says at a check-in; each line of `more` becomes a win."""

    more: str = ""
    benefited: str | None = None
    stuck: str | None = None
    next_action: str | None = None
    energy: int | None = None


@dataclass(frozen=True)
class Snooze:
    """A way to be asked later: by a span, or on a morning some days ahead."""

    name: str
    span: timedelta | None = None
    days: int = 0


SNOOZES = (Snooze("hour", span=timedelta(hours=1)), Snooze("tomorrow", days=1), Snooze("next_week", days=7))


@dataclass(frozen=True)
class Week:
    """The week a check-in is about."""

    period: periods.Period
    wins: Sequence[Win]


async def plan(session: MemberSession) -> Nudge | None:
    """Plan the next check-in after the last one; called whenever the day, the zone or a pause changes."""
    last = await nudges.last_on(session, CHECK_IN)
    due = await _overdue(session, last) or members.next_check_in(session, last_on=last)
    return await nudges.schedule(session, CHECK_IN, at=due.at, on=due.on)


async def _overdue(session: MemberSession, last: date | None) -> Occurrence | None:
    # Its date has come, but it did not go out yet: it is still asked for, if the settings still say so.
    waiting = await nudges.planned(session, CHECK_IN)
    if waiting is None or waiting.local_on > members.today(session):
        return None
    before = periods.at_local(waiting.local_on, time(), members.zone(session.member)) - timedelta(seconds=1)
    again = members.next_check_in(session, after=before, last_on=last)
    return again if again.on == waiting.local_on else None


async def settle_in(session: MemberSession) -> bool:
    """Plan a new member's first check-in; False for somebody who was welcomed before."""
    if session.member.welcomed_at is not None:
        return False
    session.member.welcomed_at = session.now
    await plan(session)
    return True


async def this_week(session: MemberSession) -> Week:
    """The current week, Monday to Sunday, and its wins, newest first."""
    period = periods.week_of(members.today(session))
    return Week(period, await wins.between(session, period))


async def open_check_in(session: MemberSession) -> Nudge | None:
    """The check-in that was asked and still waits for an answer."""
    asked = await nudges.open_one(session, CHECK_IN)
    return asked if asked is not None and session.now - asked.due_at < OPEN_FOR else None


async def answer(session: MemberSession, nudge_id: str | None, given: Answer) -> list[Win]:
    """Save a check-in and log each line of `more` as a win; Invalid names the field that cannot be read."""
    entries = read_lines(given.more, members.today(session))
    if given.more.strip() and not entries:
        raise Invalid("more", "win_of_signs_only")
    if given.energy is not None and given.energy not in ENERGY:
        raise Invalid("energy", "no_such_energy")
    logged = [await wins.log(session, entry, wins.Source.CHECK_IN) for entry in entries]
    check_in = await _close(session, nudge_id, Outcome.ANSWERED, State.DONE)
    # A check-in can be added to, so nothing of an earlier answer goes.
    for part in ("benefited", "stuck", "next_action"):
        setattr(check_in, part, _added(getattr(check_in, part), getattr(given, part)))
    check_in.energy = given.energy or check_in.energy
    return logged


async def nothing(session: MemberSession, nudge_id: str) -> CheckIn:
    """A week without anything to log is a check-in too."""
    await nudges.still_open(session, nudge_id)
    return await _close(session, nudge_id, Outcome.NOTHING, State.DONE)


async def skip(session: MemberSession, nudge_id: str) -> CheckIn:
    """Leave this week's check-in out."""
    await nudges.still_open(session, nudge_id)
    return await _close(session, nudge_id, Outcome.SKIPPED, State.SKIPPED)


async def snooze(session: MemberSession, nudge_id: str, name: str) -> datetime:
    """Ask again later, inside the member's hours; the moment is UTC."""
    chosen = next((option for option in SNOOZES if option.name == name), None)
    if chosen is None:
        raise Invalid("snooze", "no_such_snooze")
    zone = members.zone(session.member)
    wanted = session.now + chosen.span if chosen.span else _morning(session, chosen.days)
    until = periods.next_good_time(wanted, zone, members.QUIET)
    await nudges.snooze(session, nudge_id, until)
    # The planned one makes way where both would come on one day.
    await plan(session)
    return until


def better_time(session: MemberSession) -> datetime | None:
    """None when a message may go out now; else the next moment inside the member's hours and after a pause."""
    zone, paused = members.zone(session.member), session.member.paused_until
    wanted = session.now
    if paused and paused > members.today(session):
        wanted = periods.at_local(paused, session.member.checkin_time, zone)
    good = periods.next_good_time(wanted, zone, members.QUIET)
    return good if good > session.now else None


def streak(on: Collection[date], away: Sequence[Period], today: date, every: periods.Every = "week") -> int:
    """How many turns in a row, up to today's, had a check-in; `on` holds the local dates that asked for them.

    A turn is a week from its Monday, two of them, or a calendar month. Today's does not break the row while it
    is still without one, nor does a turn with a day away in it.
    """
    turns, now = {_turn(one, every) for one in on}, _turn(today, every)
    spared = [range(_turn(period.first, every), _turn(period.last, every) + 1) for period in away]
    spared.append(range(now, now + 1))
    back = range(now, min(turns, default=now) - 1, -1)
    unbroken = takewhile(lambda turn: turn in turns or any(turn in some for some in spared), back)
    return sum(turn in turns for turn in unbroken)


def read_lines(text: str, today: date) -> list[wins.Entry]:
    """One entry a line, with the day it names; bullets are taken off, lines without a word left out."""
    lines = (_BULLETS.sub("", line.strip(), count=1) for line in text.splitlines())
    return [wins.read(line, today) for line in lines if any(sign.isalnum() for sign in line)]


async def _close(session: MemberSession, nudge_id: str | None, outcome: Outcome, state: State) -> CheckIn:
    if nudge_id:
        await nudges.settle(session, nudge_id, state)
    on = members.today(session)
    check_in = await session.scalar(select(CheckIn).where(CheckIn.nudge_id == nudge_id, CheckIn.on == on))
    if check_in is None:
        check_in = CheckIn(member_id=session.member.id, on=on, nudge_id=nudge_id)
        session.add(check_in)
    check_in.outcome = outcome.value
    return check_in


def _turn(on: date, every: periods.Every) -> int:
    if every == "month":
        return on.year * 12 + on.month
    return (on.toordinal() - 1) // (7 if every == "week" else 14)  # day 1 was a Monday


def _added(earlier: str | None, given: str | None) -> str | None:
    if earlier and given and given != earlier:
        return f"{earlier}\n{given}"
    return given or earlier


def _morning(session: MemberSession, days: int) -> datetime:
    zone = members.zone(session.member)
    return periods.at_local(members.today(session) + timedelta(days=days), session.member.checkin_time, zone)
