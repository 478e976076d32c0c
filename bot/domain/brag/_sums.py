"""What wins add up to: figures, groups, people credited, and counts over time. All of it is pure."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from bot.core import periods
from bot.core.periods import Name, Period
from bot.domain.brag._facts import CATEGORY, GOAL, MONTH, Bucket, Figures, Group, Series, Told
from bot.domain.wins import Category

# So many bars can be told apart on a page; a longer time is counted in longer stretches.
MOST_BARS = 54

_ORDER = {category.value: place for place, category in enumerate(Category)}
_DAY = timedelta(days=1)


def strongest(some: Sequence[Told], count: int | None) -> list[Told]:
    """The `count` that say the most, in the order given: with a number, with a result, then the newest."""
    ranked = sorted(range(len(some)), key=lambda at: (not some[at].has_number, not some[at].result, at))
    kept = set(ranked[:count])
    return [win for at, win in enumerate(some) if at in kept]


def figures(some: Sequence[Told], reached: int) -> Figures:
    return Figures(
        wins=len(some),
        with_number=sum(win.has_number for win in some),
        with_result=sum(bool(win.result) for win in some),
        categories=len({win.category for win in some if win.category}),
        people=len(people(some)),
        goals_served=len({win.goal_id for win in some if win.goal_id}),
        goals_reached=reached,
    )


def people(some: Sequence[Told]) -> list[tuple[str, int]]:
    """Who is credited and in how many wins, the most often first; a name is spelled as it was last."""
    spelled: dict[str, str] = {}
    counted: Counter[str] = Counter()
    for win in some:
        named = {" ".join(name.split()).casefold(): " ".join(name.split()) for name in win.credit}
        counted.update(named.keys())
        spelled = {**named, **spelled}
    often = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return [(spelled[name], count) for name, count in often]


def grouped(some: Sequence[Told], by: str) -> list[Group]:
    """The wins in groups, those that fit into none last; inside a group they stay in the order given."""
    key, order = _GROUPINGS[by]
    groups: dict[str | None, list[Told]] = {}
    for win in some:
        groups.setdefault(key(win), []).append(win)
    return [Group(_name(by, found), found) for _, found in sorted(groups.items(), key=order)]


def _name(by: str, found: Sequence[Told]) -> str | date | None:
    first = found[0]
    return {GOAL: first.goal, CATEGORY: first.category, MONTH: first.on.replace(day=1)}[by]


_Found = tuple[str | None, list[Told]]
_GROUPINGS: Mapping[str, tuple[Callable[[Told], str | None], Callable[[_Found], Any]]] = MappingProxyType(
    {
        CATEGORY: (lambda win: win.category, lambda one: _ORDER.get(one[0] or "", len(_ORDER))),
        GOAL: (
            lambda win: win.goal_id if win.goal else None,
            lambda one: (one[0] is None, -len(one[1]), one[0] or ""),
        ),
        # The newest month first, as the wins in it.
        MONTH: (lambda win: f"{win.on:%Y-%m}", lambda one: -int((one[0] or "").replace("-", ""))),
    }
)


def bounded(period: Period, some: Sequence[Told], today: date) -> Period:
    """The days that a document speaks of: none before the first win of all time, none that has not come yet."""
    days = [on for win in some for on in (win.on, win.until_on or win.on)] or [today]
    first = min(days) if period.first == date.min else period.first
    last = max(days) if period.last == date.max else period.last
    return Period(first, max(first, min(last, max(today, *days))))


def series(some: Sequence[Told], period: Period) -> Series:
    """Counts over the period, by weeks where they find room, else by months or years."""
    for unit in ("week", "month", "year"):
        stretches = list(_stretches(unit, period, MOST_BARS + 1))
        if len(stretches) <= MOST_BARS:
            break
    first = stretches[0]
    return Series(unit, [Bucket(_within(period, days), _counts(some, days, first)) for days in stretches])


def _stretches(unit: Name, period: Period, at_most: int) -> Iterator[Period]:
    days = periods.this(unit, period.first)
    for _ in range(at_most):
        yield days
        if days.last >= period.last:
            return
        days = periods.this(unit, days.last + _DAY)


def _within(period: Period, days: Period) -> Period:
    return Period(max(period.first, days.first), min(period.last, days.last))


def _counts(some: Sequence[Told], days: Period, first: Period) -> Mapping[str | None, int]:
    """A win that began before the period counts where the period begins."""
    return Counter(win.category for win in some if max(win.on, first.first) in days)
