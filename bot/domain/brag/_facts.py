"""The facts of a document, apart from the database: what was asked for, the wins, and what they add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.core.periods import Period
from bot.domain.brag._audiences import MANAGER, Audience
from bot.domain.brag._periods import ALL
from bot.domain.wins import Metric

GOAL, CATEGORY, MONTH = "goal", "category", "month"
GROUPINGS = (CATEGORY, GOAL, MONTH)


@dataclass(frozen=True)
class Request:
    """What is asked for. `private` takes private wins in; a filter that is None narrows nothing."""

    period: Period
    window: str = ALL
    audience: Audience = MANAGER
    by: str = CATEGORY
    private: bool = False
    goal_id: str | None = None
    category: str | None = None
    project: str | None = None

    @property
    def takes_private(self) -> bool:
        return self.private or self.audience.private


@dataclass(frozen=True)
class Told:
    """What a document may say of one win, as it was entered; `goal` is the statement of the goal it serves."""

    win_id: str
    title: str
    on: date
    until_on: date | None = None
    category: str | None = None
    status: str = "done"
    shareable: bool = False
    goal_id: str | None = None
    goal: str | None = None
    project: str | None = None
    competency: str | None = None
    details: str | None = None
    situation: str | None = None
    task: str | None = None
    action: str | None = None
    result: str | None = None
    metric: Metric | None = None
    benefited: str | None = None
    my_part: str | None = None
    team_part: str | None = None
    credit: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def has_number(self) -> bool:
        return self.metric is not None and self.metric.has_number

    @property
    def lacks_number(self) -> bool:
        """Whether no number shows what it brought: a title or a result shows it as well as a metric does."""
        said = f"{self.title} {self.result or ''}"
        return not self.has_number and not any(sign.isdigit() for sign in said)


@dataclass(frozen=True)
class Group:
    """Wins with one thing in common: a category, a goal's statement, the first day of a month, or None for the rest."""

    name: str | date | None
    wins: Sequence[Told]


@dataclass(frozen=True)
class Figures:
    """What the wins add up to."""

    wins: int = 0
    with_number: int = 0
    with_result: int = 0
    categories: int = 0
    people: int = 0
    goals_served: int = 0
    goals_reached: int = 0


@dataclass(frozen=True)
class Bucket:
    """A stretch of days, and how many wins of each category lie in it."""

    days: Period
    counts: Mapping[str | None, int]


@dataclass(frozen=True)
class Series:
    """The wins of a period over time, in buckets of one `unit`: week, month or year."""

    unit: str
    buckets: Sequence[Bucket]

    @property
    def categories(self) -> list[str | None]:
        """What the buckets count, the most frequent first."""
        totals: dict[str | None, int] = {}
        for bucket in self.buckets:
            for category, count in bucket.counts.items():
                totals[category] = totals.get(category, 0) + count
        return sorted(totals, key=lambda one: (one is None, -totals[one], one or ""))


@dataclass(frozen=True)
class Facts:
    """Everything a document is made from. `private_left_out` is told to the person, never in the document."""

    request: Request
    today: date
    period: Period
    wins: Sequence[Told] = ()
    groups: Sequence[Group] = ()
    figures: Figures = field(default_factory=Figures)
    series: Series = Series("week", ())
    people: Sequence[tuple[str, int]] = ()
    private_left_out: int = 0

    @property
    def shown(self) -> int:
        """How many wins are written out; the figures count all of them."""
        return sum(len(group.wins) for group in self.groups)
