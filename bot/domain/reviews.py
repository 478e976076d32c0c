"""Reviews: the weekly check-in, which turns what a person answers into wins."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import takewhile

from sqlalchemy import String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.core import periods
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain import members, nudges, wins
from bot.domain.nudges import CHECK_IN, LOG_WIN, ONBOARDING, Nudge, State
from bot.domain.wins import Win
from bot.storage.base import ID_LENGTH, Owned
from bot.storage.session import MemberSession
from bot.storage.types import sealed_maybe

ENERGY = range(1, 6)

# A sign in front of a number or of *bold* words belongs to them.
_BULLETS = re.compile(r"^(?:[-*–]+\s+|[-–]+(?=[^\W\d])|[•·]+\s*)+")

# What a new member is shown, so many days after the first hello; whatever was done meanwhile is not shown.
FIRST_WEEK = {"win": 1, "pitch": 4}

# A check-in can be answered in the DM until the next one is near.
OPEN_FOR = timedelta(days=6)


class Outcome(StrEnum):
    """How a check-in ended."""

    ANSWERED = "answered"
    NOTHING = "nothing"


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
class Week:
    """The week a check-in is about."""

    period: periods.Period
    wins: Sequence[Win]


async def plan(session: MemberSession) -> Nudge | None:
    """Plan the next check-in after the last one; called whenever the day, the zone or a pause changes."""
    return await nudges.plan(session, CHECK_IN)


async def settle_in(session: MemberSession) -> bool:
    """Plan a new member's first check-in; False for somebody who was welcomed before."""
    if session.member.welcomed_at is not None:
        return False
    session.member.welcomed_at = session.now
    await plan(session)
    today = members.today(session)
    for subject, days in FIRST_WEEK.items():
        await nudges.ask_on(session, ONBOARDING, today + timedelta(days=days), subject)
    await nudges.ask_on(session, LOG_WIN, today + wins.QUIET_AFTER)
    return True


async def this_week(session: MemberSession) -> Week:
    """The current week, Monday to Sunday, and its wins, newest first."""
    period = periods.week_of(members.today(session))
    return Week(period, await wins.between(session, period))


async def open_check_in(session: MemberSession) -> Nudge | None:
    """The check-in that was asked and still waits for an answer."""
    asked = await nudges.open_one(session, CHECK_IN)
    return asked if asked is not None and session.now - asked.planned_at < OPEN_FOR else None


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


async def outcome_of(session: MemberSession, nudge_id: str) -> str | None:
    """How the check-in that a nudge asked for ended; None while it has not."""
    ended = select(CheckIn.outcome).where(CheckIn.nudge_id == nudge_id)
    found: str | None = await session.scalar(ended.order_by(CheckIn.on.desc()).limit(1))
    return found


async def in_a_row(session: MemberSession) -> int:
    """How many turns in a row, up to this one, had a check-in; times away break no row."""
    # One that was answered days later counts for the date that asked for it.
    asked = select(func.coalesce(Nudge.local_on, CheckIn.on))
    on = await session.scalars(asked.select_from(CheckIn).outerjoin(Nudge, Nudge.id == CheckIn.nudge_id))
    every = nudges.cadence(CHECK_IN, session.member) or "week"
    return streak(set(on), await members.absences(session), members.today(session), every)


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
