"""Where asks stand, read with a bounded number of queries: their age, what is due next, their conditions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from bot.core.periods import Period
from bot.domain import members
from bot.domain.asks._entries import Entry, says_the_same
from bot.domain.asks._events import history
from bot.domain.asks._following import conditions_of
from bot.domain.asks._records import ENDED, Ask, AskEvent, Condition, Status
from bot.storage.session import MemberSession

# Slack's selects hold a hundred.
TO_CHOOSE_FROM = 99


@dataclass(frozen=True)
class Standing:
    """One ask, how many days old it is, what is due next and when, and its conditions."""

    ask: Ask
    age: int
    due_on: date | None = None
    conditions: Sequence[Condition] = ()

    @property
    def all_met(self) -> bool:
        """Whether it has conditions and every one of them is met."""
        return bool(self.conditions) and all(one.met_on for one in self.conditions)


@dataclass(frozen=True)
class Overview:
    """Some of the open asks, the most urgent first, and how many there are in all."""

    asks: Sequence[Standing]
    total: int


@dataclass(frozen=True)
class Place:
    """Where an open ask stands in the list and since when, which says nothing of its words."""

    number: int
    total: int
    on: date
    was_asked: bool


@dataclass(frozen=True)
class Told:
    """An ask with what happened to it, the oldest first."""

    standing: Standing
    events: Sequence[AskEvent]


async def overview(session: MemberSession, limit: int, offset: int = 0) -> Overview:
    """What the list and Home show of the open asks."""
    return await _page(session, open_asks(), limit, offset)


async def ended(session: MemberSession, limit: int, offset: int = 0) -> Overview:
    """The asks that ended, the newest first."""
    over = select(Ask).where(Ask.status.in_(ENDED), Ask.deleted_at.is_(None))
    return await _page(
        session, over.order_by(Ask.closed_on.desc(), Ask.created_at.desc(), Ask.id), limit, offset
    )


async def twin(session: MemberSession, given: Entry) -> Ask | None:
    """An open ask that says the same. Few are open, so they are opened to compare, and no mark of them is stored."""
    found = (await session.scalars(open_asks())).all()
    return next((ask for ask in found if says_the_same(ask, given)), None)


async def standings(session: MemberSession, asks: Sequence[Ask]) -> list[Standing]:
    """Where each of these asks stands."""
    if not asks:
        return []
    today, by_ask = members.today(session), dict[str, list[Condition]]()
    for condition in await conditions_of(session, [ask.id for ask in asks]):
        by_ask.setdefault(condition.ask_id, []).append(condition)
    return [Standing(ask, _age(session, ask, today), due_on(ask), by_ask.get(ask.id, ())) for ask in asks]


async def in_period(session: MemberSession, period: Period) -> list[Told]:
    """Every kept ask with something that happened in a time, the first of it first."""
    inside = select(AskEvent.ask_id).where(AskEvent.on >= period.first, AskEvent.on <= period.last)
    kept = select(Ask).where(Ask.deleted_at.is_(None), Ask.id.in_(inside))
    asks = (await session.scalars(kept.order_by(Ask.created_at, Ask.id))).all()
    return await told(session, asks)


async def told(session: MemberSession, asks: Sequence[Ask]) -> list[Told]:
    """These asks with all that happened to them."""
    by_ask: dict[str, list[AskEvent]] = {}
    for event in await history(session, [ask.id for ask in asks]):
        by_ask.setdefault(event.ask_id, []).append(event)
    return [Told(one, by_ask.get(one.ask.id, ())) for one in await standings(session, asks)]


async def to_choose_from(session: MemberSession) -> Sequence[tuple[str, str]]:
    """The id and the words of open asks, as many as a select holds beside "none"."""
    found = await session.scalars(open_asks().limit(TO_CHOOSE_FROM))
    return [(ask.id, ask.words) for ask in found]


async def of_goal(session: MemberSession, goal_id: str) -> Sequence[Ask]:
    """The kept asks that serve a goal, the most urgent first."""
    serving = select(Ask).where(Ask.goal_id == goal_id, Ask.deleted_at.is_(None))
    return (await session.scalars(serving.order_by(_due().is_(None), _due(), Ask.created_at))).all()


async def places(session: MemberSession, ids: Sequence[str]) -> Mapping[str, Place]:
    """Where the open asks of these ids stand in the list, and those that these conditions belong to."""
    in_order = (await session.scalars(open_asks())).all()
    by_ask = {
        ask.id: Place(number, len(in_order), _begun(session, ask), ask.asked_on is not None)
        for number, ask in enumerate(in_order, 1)
    }
    conditions = (await session.scalars(select(Condition).where(Condition.id.in_(ids)))).all()
    asked = {**{one: one for one in ids}, **{one.id: one.ask_id for one in conditions}}
    return {one: by_ask[ask_id] for one, ask_id in asked.items() if ask_id in by_ask}


async def called(session: MemberSession, ids: Sequence[str]) -> Mapping[str, str]:
    """What the asks of these ids, and those that these conditions belong to, are called."""
    asks = (await session.scalars(select(Ask).where(Ask.id.in_(ids)))).all()
    conditions = (await session.scalars(select(Condition).where(Condition.id.in_(ids)))).all()
    return {ask.id: ask.words for ask in asks} | {one.id: one.text for one in conditions}


def due_on(ask: Ask) -> date | None:
    """The next day on which something is expected of an ask."""
    match Status(ask.status):
        case Status.PROMISED | Status.PARTLY_MET:
            return ask.promised_on or ask.follow_up_on
        case Status.NOT_NOW:
            return ask.reask_on
        case Status.ASKED:
            return ask.follow_up_on
        case _:
            return ask.wanted_on if ask.is_open else None


def open_asks() -> Select[Any]:
    """The open asks, the most urgent first: by the next day on which something is expected."""
    still = select(Ask).where(Ask.status.not_in(ENDED), Ask.deleted_at.is_(None))
    return still.order_by(_due().is_(None), _due(), Ask.created_at, Ask.id)


def _due() -> ColumnElement[Any]:
    promised = func.coalesce(Ask.promised_on, Ask.follow_up_on)
    return case(
        (Ask.status.in_((Status.PROMISED, Status.PARTLY_MET)), promised),
        (Ask.status == Status.NOT_NOW, Ask.reask_on),
        (Ask.status == Status.ASKED, Ask.follow_up_on),
        else_=Ask.wanted_on,
    )


async def _page(session: MemberSession, chosen: Select[Any], limit: int, offset: int) -> Overview:
    total = await session.scalar(select(func.count()).select_from(chosen.order_by(None).subquery()))
    shown = (await session.scalars(chosen.limit(limit).offset(offset))).all()
    return Overview(await standings(session, shown), total or 0)


def _age(session: MemberSession, ask: Ask, today: date) -> int:
    """How many days ago it was asked, or written down as long as it was not."""
    return max((today - _begun(session, ask)).days, 0)


def _begun(session: MemberSession, ask: Ask) -> date:
    return ask.asked_on or members.local(session, ask.created_at).date()
