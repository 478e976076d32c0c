"""The rules of nudging, pure: when a kind comes next, and what of the due goes out now as one message."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Generic, Literal, Protocol, TypeVar

from bot.core import periods
from bot.core.periods import Every, Occurrence, Recurrence
from bot.domain.nudges.days import MORNING as MORNING
from bot.domain.nudges.days import Habits as Habits
from bot.domain.nudges.days import after as after
from bot.domain.nudges.days import good_day as good_day
from bot.domain.nudges.days import good_time as good_time
from bot.domain.nudges.days import hours as hours
from bot.domain.nudges.days import is_away as is_away
from bot.domain.nudges.days import on_date as on_date
from bot.domain.nudges.days import zone as zone
from bot.domain.nudges.kinds import KINDS, Kind
from bot.domain.nudges.nudge import NEVER

Cadence = Literal["week", "two_weeks", "month", "never"]

# So many in a row without an answer make a kind monthly, and it says so.
PATIENCE = 3

# More than this in one message is a list nobody reads.
PARTS = 4

# A kind that this version does not know is looked at again after so long, for so long.
UNKNOWN_AGAIN = timedelta(minutes=10)
UNKNOWN_FOR = timedelta(days=1)

# The budget is counted over this span.
BUDGET_SPAN = timedelta(days=7)
_DAY = timedelta(days=1)


class Waiting(Protocol):
    """What the rules ask about a nudge that waits."""

    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def planned_at(self) -> datetime: ...
    @property
    def asked_at(self) -> datetime | None: ...


W = TypeVar("W", bound=Waiting)


@dataclass(frozen=True)
class Around:
    """What else happened and will: the last seven days' messages, those of the budget, and free ones ahead today."""

    asked: Sequence[datetime] = ()
    spent: Sequence[datetime] = ()
    free_ahead: Sequence[datetime] = ()


@dataclass
class Decision(Generic[W]):
    """What becomes of one member's due nudges: sent now in one message, moved to a moment, or too late."""

    send: list[W] = field(default_factory=list)
    move: list[tuple[W, datetime]] = field(default_factory=list)
    late: list[W] = field(default_factory=list)


def cadence(kind: Kind, member: Habits, unanswered: int = 0) -> Every | None:
    """How often a kind comes to a member; None when it does not come back by itself."""
    chosen = (member.cadences or {}).get(kind.name, kind.every)
    if chosen is None or chosen == "never" or kind.every is None:
        return None
    if unanswered >= PATIENCE:
        return "month"
    return chosen  # type: ignore[return-value]  # one of Cadence; "never" is gone


def is_wanted(kind: Kind, member: Habits) -> bool:
    """Whether the member has not asked to be left alone with a kind."""
    return (member.cadences or {}).get(kind.name) != "never"


def next_turn(
    kind: Kind, member: Habits, *, last_on: date | None, now: datetime, unanswered: int = 0
) -> Occurrence | None:
    """When a kind comes next, after the local date it last came on; None when it does not come by itself.

    Never twice on one local date, and never for a date of a pause. Late enough for a worker to reach it: what
    the recurrence rule gives lies after `now`.
    """
    if not is_wanted(kind, member):
        return None
    if kind.then:
        return _step(kind, member, last_on, now, unanswered)
    every = cadence(kind, member, unanswered)
    if every is None:
        return None
    weekday, at = _turn_of(kind, member, last_on or periods.local_date(now, zone(member)))
    rule = (every, weekday, at, member.zone, last_on)
    turn = _occurrence(*rule, last_on and last_on + _DAY, now)
    if is_away(member, turn.on):
        turn = _occurrence(*rule, member.paused_until, now)
    return turn if kind.at_check_in else Occurrence(good_time(member, turn.at), turn.on)


def decide(member: Habits, due: Iterable[W], around: Around, now: datetime) -> Decision[W]:
    """What becomes of everything that is due for one member, by what its kinds declare."""
    made: Decision[W] = Decision()
    useful = []
    for nudge in due:
        kind = KINDS.get(nudge.kind)
        if kind is None and now - nudge.planned_at < UNKNOWN_FOR:
            # A newer version knows it; it is left to the workers that run that one already.
            made.move.append((nudge, now + UNKNOWN_AGAIN))
        # One was given up while the message before it was on its way, and so was planned all the same.
        elif kind is None or not is_wanted(kind, member) or now - nudge.planned_at > kind.useful_for:
            made.late.append(nudge)
        else:
            useful.append(nudge)
    if not useful:
        return made
    good = NEVER if member.unreachable else good_time(member, now)
    if good > now:
        made.move += [(nudge, good) for nudge in useful]
        return made
    _fill(made, member, useful, around, now)
    return made


def _fill(made: Decision[W], member: Habits, useful: list[W], around: Around, now: datetime) -> None:
    # What was asked for by the member, or stands outside the budget, takes the rest along in its message.
    if all(_counts(nudge) for nudge in useful):
        later = _room(member, around, now)
        if later is not None:
            made.move += [(nudge, later) for nudge in useful]
            return
    # That comes first, so that it is in the message whatever has to wait: without it there may be no room for the rest.
    in_order = useful
    if len(useful) > 1:
        in_order = sorted(useful, key=_rank)
    # Two of one kind about different things would read the same, for no message says what they are about.
    about: dict[str, str] = {}
    fitting = [nudge for nudge in in_order if about.setdefault(nudge.kind, nudge.subject) == nudge.subject]
    made.send = fitting[:PARTS]
    if len(made.send) < len(in_order):
        tomorrow = _tomorrow(member, now)
        made.move += [(nudge, tomorrow) for nudge in in_order if nudge not in made.send]


def _room(member: Habits, around: Around, now: datetime) -> datetime | None:
    """None when a message of the budget may go out now; else when: with today's check-in, tomorrow, next week."""
    if around.free_ahead:
        return min(around.free_ahead)
    today = periods.local_date(now, zone(member))
    if any(periods.local_date(at, zone(member)) == today for at in around.asked):
        return _tomorrow(member, now)
    spent = sorted(around.spent)
    if len(spent) < member.budget:
        return None
    frees = spent[-member.budget] if member.budget else now
    return good_time(member, frees + BUDGET_SPAN)


def _counts(nudge: Waiting) -> bool:
    return KINDS[nudge.kind].counts and nudge.asked_at is None


def _rank(nudge: Waiting) -> tuple[bool, int, datetime]:
    return _counts(nudge), KINDS[nudge.kind].priority, nudge.planned_at


def _tomorrow(member: Habits, now: datetime) -> datetime:
    return on_date(member, periods.local_date(now, zone(member)) + _DAY).at


def _turn_of(kind: Kind, member: Habits, last_on: date) -> tuple[int, time]:
    if kind.at_check_in:
        return member.checkin_weekday, member.checkin_time
    return last_on.weekday(), MORNING


def _step(
    kind: Kind, member: Habits, last_on: date | None, now: datetime, unanswered: int
) -> Occurrence | None:
    if last_on is None or not 0 < unanswered <= len(kind.then):
        return None
    today = periods.local_date(now, zone(member))
    return on_date(member, max(after(member, last_on, kind.then[unanswered - 1]), today + _DAY))


@lru_cache(maxsize=4096)
def _occurrence(
    every: Every,
    weekday: int,
    at: time,
    zone_name: str | None,
    anchor: date | None,
    earliest: date | None,
    after: datetime,
) -> Occurrence:
    # The members of a batch share most of this, so a crowd costs little more than one of them.
    recurrence = Recurrence(every, weekday, at, anchor)
    return periods.next_after(recurrence, periods.zone(zone_name), after, earliest)
