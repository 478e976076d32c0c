"""The ladder of following up, pure: what is asked next about an ask and when, and which draft fits."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.core.periods import Period, working_days_after
from bot.domain.asks._records import Ask, AskEvent, Status, Verdict, What
from bot.domain.nudges import FOLLOW_UP, PROMISE, REASK, STALE_NEED, Kind

# An answer is asked for again after so many working days.
PATIENCE = 5

# A need that is not asked for is brought up after this long; and so long a "not now" holds where no day was agreed.
WAITS_FOR = timedelta(days=21)
NOT_NOW_FOR = timedelta(days=91)

# So many talks without a clear answer within this span call for another question.
HAZY_WITHIN = timedelta(days=90)
HAZY = 2


class Rung(StrEnum):
    """How to follow up, the friendliest way first."""

    POLITE = "polite"
    DIRECT = "direct"
    CHOICE = "choice"


@dataclass(frozen=True)
class Question:
    """A kind of nudge and the local date on which it is asked."""

    kind: Kind
    on: date


def rung(misses: int) -> Rung | None:
    """What follows after it did not happen so many times; None before the first."""
    if misses <= 0:
        return None
    return (Rung.POLITE, Rung.DIRECT, Rung.CHOICE)[min(misses, 3) - 1]


def next_question(
    ask: Ask, week: Collection[int], away: Sequence[Period], changed_on: date
) -> Question | None:
    """What is asked about an ask as it stands; None where nothing is."""
    if not ask.is_open:
        return None
    match Status(ask.status):
        case Status.DRAFT | Status.PLANNED:
            return Question(STALE_NEED, changed_on + WAITS_FOR)
        case Status.NOT_NOW:
            return Question(REASK, ask.reask_on) if ask.reask_on else None
    if ask.follow_up_on:
        return Question(FOLLOW_UP, ask.follow_up_on)
    return Question(PROMISE, working_days_after(ask.promised_on, 1, week, away)) if ask.promised_on else None


def is_hazy(events: Iterable[AskEvent], today: date) -> bool:
    """Whether two talks within 90 days brought nothing clear."""
    unclear = [
        one
        for one in events
        if one.what == What.VERDICT and one.verdict == Verdict.UNCLEAR and today - one.on < HAZY_WITHIN
    ]
    return len(unclear) >= HAZY
