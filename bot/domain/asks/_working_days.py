"""Working days, pure: counted over a person's own week, without the times they are away."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from bot.core.periods import Period

_DAY = timedelta(days=1)

# Whoever is away for longer than this is asked on the day itself.
FARTHEST = 800


def working_day_after(on: date, week: Collection[int], away: Sequence[Period] = (), number: int = 1) -> date:
    """The `number`th working day after a date; `week` holds the days of work (0 is Monday)."""
    for _ in range(number):
        ahead = (on + days * _DAY for days in range(1, FARTHEST))
        works = (day for day in ahead if day.weekday() in week and not any(day in one for one in away))
        on = next(works, on + _DAY)
    return on


def week_of(days: int) -> frozenset[int]:
    """The days of a member's week, which are kept as bits."""
    return frozenset(day for day in range(7) if days >> day & 1)
