"""Which wins there are: by period, filter and words; look-alikes, and three to look back on."""

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, Select, func, select

from bot.core import spans
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain import members
from bot.domain.wins._entries import TEXTS, once_each
from bot.domain.wins._search import best_first
from bot.domain.wins._win import Win
from bot.storage.session import MemberSession, Texts

# The spans of time a list can be narrowed to; "all" has no bounds.
SPANS: tuple[str, ...] = (
    *("week", "month", "quarter", "year", "all"),
    *("last_week", "last_month", "last_quarter", "last_year"),
)

# Two wins so alike and so near in time may be one.
ALIKE = 85
NEAR = timedelta(days=14)

# How many wins are looked back on at once, and how long ago one of them is at least.
LOOKED_BACK_ON = 3
LONG_AGO = timedelta(days=90)


# So many pairs are enough to go through at once. Where a fortnight holds thousands of wins, as after an import
# without dates, each is compared with so many before it: all pairs of them would keep everybody waiting.
PAIRS_AT_MOST = 50
COMPARED_AT_MOST = 200

_IS_KEPT = Win.deleted_at.is_(None)
_SAID = Texts(Win, ("title", "metric", "tags", *TEXTS), _IS_KEPT)
_TITLES = Texts(Win, ("title", "apart"), _IS_KEPT)
_PROJECTS = Texts(Win, ("project",), _IS_KEPT, Win.project.is_given)
_TAGS = Texts(Win, ("tags",), _IS_KEPT, Win.tags.is_given)


@dataclass(frozen=True)
class Wanted:
    """Which wins are wanted; what is None or empty narrows nothing."""

    span: str = "all"
    category: str | None = None
    status: str | None = None
    goal_id: str | None = None
    project: str | None = None  # the key of a project
    tag: str | None = None  # the key of a tag
    words: str = ""

    @property
    def narrows(self) -> bool:
        return self != Wanted()


async def between(session: MemberSession, period: Period) -> Sequence[Win]:
    """The wins of a period, newest first: those of several days whose days touch it, too."""
    last_on = func.coalesce(Win.until_on, Win.occurred_on)
    kept = _kept().where(Win.occurred_on <= period.last, last_on >= period.first)
    return (await session.scalars(_newest_first(kept))).all()


async def page(
    session: MemberSession, *, size: int, offset: int = 0, wanted: Wanted | None = None
) -> tuple[Sequence[Win], int]:
    """A page of the wanted wins and how many there are in all; newest first, a search the best match first."""
    wanted = wanted or Wanted()
    query = _kept().where(*_conditions(wanted, members.today(session)))
    if wanted.words or wanted.project or wanted.tag:
        found = await _search(session, query, wanted)
        return await chosen(session, found[offset : offset + size]), len(found)
    total = await session.scalar(select(func.count()).select_from(query.subquery()))
    return (await session.scalars(_newest_first(query).limit(size).offset(offset))).all(), total or 0


async def count(session: MemberSession) -> int:
    """How many wins there are."""
    return await session.scalar(select(func.count()).select_from(Win).where(Win.deleted_at.is_(None))) or 0


async def chosen(session: MemberSession, win_ids: Sequence[str]) -> Sequence[Win]:
    """The named wins that are the member's own and kept, in the order of their names."""
    found = await session.scalars(_kept().where(Win.id.in_(win_ids)))
    by_id: Mapping[str, Win] = {win.id: win for win in found}
    return [by_id[win_id] for win_id in win_ids if win_id in by_id]


async def newest(session: MemberSession, limit: int) -> Sequence[Win]:
    """The newest wins."""
    return (await session.scalars(_newest_first(_kept()).limit(limit))).all()


async def of_goal(session: MemberSession, goal_id: str) -> Sequence[Win]:
    """The wins that serve a goal, newest first."""
    return (await session.scalars(_newest_first(_kept().where(Win.goal_id == goal_id)))).all()


async def projects(session: MemberSession) -> list[str]:
    """The projects that wins name, in the order of the alphabet."""
    named = (said["project"] for said in (await session.texts(_PROJECTS)).values())
    return sorted(once_each(named), key=str.casefold)


async def tags(session: MemberSession) -> list[str]:
    """The tags in use, in the order of the alphabet."""
    tagged = (tag for said in (await session.texts(_TAGS)).values() for tag in said["tags"])
    return sorted(once_each(tagged), key=str.casefold)


def key_of(name: str) -> str:
    """A short name for a project or a tag of any length, the same for all its spellings in capitals."""
    return hashlib.blake2s(name.casefold().encode(), digest_size=9).hexdigest()


async def look_alikes(session: MemberSession) -> list[tuple[Win, Win]]:
    """Pairs of wins that may be one, the newest first; the newer of a pair comes first."""
    days = (await session.execute(_newest_first(_kept()).with_only_columns(Win.id, Win.occurred_on))).all()
    said = await session.texts(_TITLES)
    titles = [" ".join(said[win_id]["title"].casefold().split()) for win_id, _ in days]
    places = alike(titles, [on for _, on in days])
    named = ((days[newer][0], days[older][0]) for newer, older in places)
    open_ = ((newer, older) for newer, older in named if older not in said[newer].get("apart", ()))
    pairs = list(islice(open_, PAIRS_AT_MOST))
    found = {win.id: win for win in await chosen(session, list({one for pair in pairs for one in pair}))}
    return [(found[newer], found[older]) for newer, older in pairs]


def alike(titles: Sequence[str], days: Sequence[date]) -> Iterable[tuple[int, int]]:
    """The places of titles that are nearly the same, at days near to each other; days fall."""
    end = 0
    for first, title in enumerate(titles):
        while end < len(days) and days[first] - days[end] <= NEAR:
            end += 1
        near = dict(enumerate(titles[first + 1 : min(end, first + 1 + COMPARED_AT_MOST)], first + 1))
        alike_ones = process.extract(title, near, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
        yield from sorted((first, second) for _, _, second in alike_ones)


async def look_back(session: MemberSession, turn: int = 0) -> Sequence[Win]:
    """Three wins to remember, one of them more than 90 days old where there is one; another three each `turn`."""
    days = (await session.execute(select(Win.id, Win.occurred_on).where(Win.deleted_at.is_(None)))).all()
    today = members.today(session)
    old = [win_id for win_id, on in days if today - on > LONG_AGO]
    # The same three all day, so that a second look shows what was seen.
    dice = random.Random(f"{session.member.id} {today} {turn}")  # noqa: S311 - it picks what to remember, not a secret
    picked = dice.sample(sorted(old), 1) if old else []
    rest = sorted({win_id for win_id, _ in days} - set(picked))
    picked += dice.sample(rest, min(LOOKED_BACK_ON - len(picked), len(rest)))
    return sorted(await chosen(session, picked), key=lambda win: win.occurred_on, reverse=True)


def span(name: str, today: date) -> Period:
    """The days of a span around today; Invalid for an unknown one."""
    period = spans.named(name, today)
    if period is None:
        raise Invalid("period", "no_such_period")
    return period


def _kept() -> Select[Win]:
    return select(Win).where(Win.deleted_at.is_(None))


def _newest_first(query: Select[Win]) -> Select[Win]:
    return query.order_by(Win.occurred_on.desc(), Win.created_at.desc(), Win.id)


def _conditions(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    period = span(wanted.span, today)
    conditions: list[ColumnElement[bool]] = (
        [] if wanted.span == "all" else [Win.occurred_on.between(period.first, period.last)]
    )
    for column, value in (
        (Win.category, wanted.category),
        (Win.status, wanted.status),
        (Win.goal_id, wanted.goal_id),
    ):
        if value:
            conditions.append(column == value)
    return conditions


async def _search(session: MemberSession, query: Select[Win], wanted: Wanted) -> list[str]:
    """The ids of the wins that hold what can only be looked for in opened texts, the best match first."""
    ids = (await session.scalars(_newest_first(query).with_only_columns(Win.id))).all()
    said = await session.texts(_SAID)
    return best_first(
        (one for one in ids if _fits(said[one], wanted)), wanted.words, lambda one: _words_of(said[one])
    )


def _fits(said: Mapping[str, Any], wanted: Wanted) -> bool:
    of_project = not wanted.project or wanted.project == key_of(said.get("project", ""))
    return of_project and (not wanted.tag or wanted.tag in map(key_of, said.get("tags", ())))


def _words_of(said: Mapping[str, Any]) -> str:
    """All that was typed for a win, for a search."""
    metric, tagged = said.get("metric"), said.get("tags", ())
    texts = (said.get(name) for name in ("title", *TEXTS))
    return " ".join(filter(None, (*texts, metric and metric.line, *tagged)))
