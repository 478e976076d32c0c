"""The kinds of nudges, as data: adding one is a row here, a template, and the feature's call."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from bot.core.periods import Every


@dataclass(frozen=True)
class WorkingDays:
    """So many of the member's own days, those of an absence left out."""

    days: int


@dataclass(frozen=True)
class Kind:
    """What is asked, and how it comes back.

    `words` is its folder in templates/. Later than `useful_for` after its planned time it is not sent any
    more. In a digest a lower `priority` comes first. Kinds that do not count are outside the member's weekly
    budget. A kind with `every` comes back by itself as often as that; one with `then` once more after each
    span; any other is asked once for each subject. `at_check_in` kinds keep the day and time of the check-in.
    One that is not `on_home` is listed where people ask what comes, and not on Home, which others may look over.
    """

    name: str
    words: str
    useful_for: timedelta
    priority: int
    counts: bool = True
    every: Every | None = None
    then: tuple[timedelta | WorkingDays, ...] = ()
    at_check_in: bool = False
    on_home: bool = True


_DAY = timedelta(days=1)

# What has its day, but waits for an answer until there is one: a worker that was away for long asks it all the same.
_UNTIL_ANSWERED = 366 * _DAY

CHECK_IN = Kind(
    "check_in",
    "reviews/check_in",
    useful_for=3 * _DAY,
    priority=0,
    counts=False,
    every="week",
    at_check_in=True,
)
ONBOARDING = Kind("onboarding", "nudges/onboarding", useful_for=7 * _DAY, priority=1)
LOG_WIN = Kind("log_win", "nudges/log_win", useful_for=3 * _DAY, priority=2, every="two_weeks")
MISSING_RESULT = Kind(
    "missing_result", "nudges/missing_result", useful_for=14 * _DAY, priority=3, then=(28 * _DAY,)
)
FEEDBACK = Kind("feedback", "nudges/feedback", useful_for=7 * _DAY, priority=4, every="month")
MILESTONE = Kind("milestone", "nudges/milestone", useful_for=_UNTIL_ANSWERED, priority=1)
STALE_GOAL = Kind("stale_goal", "nudges/stale_goal", useful_for=14 * _DAY, priority=5, then=(28 * _DAY,))
REASSESS = Kind("reassess", "nudges/reassess", useful_for=21 * _DAY, priority=6, then=(91 * _DAY,) * 3)
PROMISE = Kind("promise", "nudges/promise", useful_for=_UNTIL_ANSWERED, priority=1)
FOLLOW_UP = Kind("follow_up", "nudges/follow_up", useful_for=_UNTIL_ANSWERED, priority=2)
CONDITION = Kind("condition", "nudges/condition", useful_for=_UNTIL_ANSWERED, priority=2)
REASK = Kind("reask", "nudges/reask", useful_for=_UNTIL_ANSWERED, priority=3)
STALE_NEED = Kind("stale_need", "nudges/stale_need", useful_for=14 * _DAY, priority=5, then=(28 * _DAY,))
SETBACK = Kind("setback", "nudges/setback", useful_for=14 * _DAY, priority=4, on_home=False)
# A colleague asks, so it is outside the budget; one reminder follows.
FEEDBACK_REQUEST = Kind(
    "feedback_request",
    "nudges/feedback_request",
    useful_for=14 * _DAY,
    priority=1,
    counts=False,
    then=(WorkingDays(5),),
)
FEEDBACK_ANSWER = Kind("feedback_answer", "nudges/feedback_answer", useful_for=14 * _DAY, priority=2)
FEEDBACK_SILENT = Kind("feedback_silent", "nudges/feedback_silent", useful_for=14 * _DAY, priority=5)
FRESH_FEEDBACK = Kind("fresh_feedback", "nudges/fresh_feedback", useful_for=7 * _DAY, priority=4)
ACTION_CHECK = Kind("action_check", "nudges/action_check", useful_for=14 * _DAY, priority=4)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            *(CHECK_IN, ONBOARDING, LOG_WIN, MISSING_RESULT, FEEDBACK, MILESTONE, STALE_GOAL, REASSESS),
            *(PROMISE, FOLLOW_UP, CONDITION, REASK, STALE_NEED, SETBACK),
            *(FEEDBACK_REQUEST, FEEDBACK_ANSWER, FEEDBACK_SILENT, FRESH_FEEDBACK, ACTION_CHECK),
        )
    }
)
