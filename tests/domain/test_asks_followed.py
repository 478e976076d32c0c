"""What is asked about asks: planned, moved and taken back with what the person does about them."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import asks, members
from bot.domain.asks import Entry, Talk, Wish
from bot.domain.nudges import CONDITION, FOLLOW_UP, PROMISE, REASK, STALE_NEED, Nudge, State
from bot.storage.identity import Principal
from bot.storage.session import MemberSession

TODAY = date(2026, 11, 18)  # a Wednesday
DAY = timedelta(days=1)
KINDS = tuple(kind.name for kind in (PROMISE, FOLLOW_UP, STALE_NEED, CONDITION, REASK))

Deed = Callable[[MemberSession, str], Awaitable[Any]]


async def begin(coach: Coach, who: Principal, *deeds: Deed) -> str:
    async with coach.session(who) as session:
        ask_id = (await asks.begin(session, Entry("a raise", "my manager"))).id
    await do(coach, who, ask_id, *deeds)
    return ask_id


async def do(coach: Coach, who: Principal, ask_id: str, *deeds: Deed) -> None:
    for deed in deeds:
        coach.clock.move_by(timedelta(minutes=1))  # type: ignore[attr-defined]  # one that stands still
        async with coach.session(who) as session:
            await deed(session, ask_id)


async def waiting(coach: Coach, who: Principal) -> set[tuple[str, date]]:
    async with coach.session(who) as session:
        rows = await session.scalars(select(Nudge).where(Nudge.state == State.WAITING, Nudge.kind.in_(KINDS)))
        return {(row.kind, row.local_on) for row in rows}


async def sent(coach: Coach, who: Principal, kind: str) -> None:
    """As if the worker had asked it."""
    async with coach.session(who) as session:
        for row in await session.scalars(
            select(Nudge).where(Nudge.kind == kind, Nudge.state == State.WAITING)
        ):
            row.state, row.asked_at = State.SENT.value, session.now


async def states(coach: Coach, who: Principal, kind: str) -> list[str]:
    async with coach.session(who) as session:
        asked = select(Nudge.state).where(Nudge.kind == kind, Nudge.asked_at.is_not(None))
        return list(await session.scalars(asked.order_by(Nudge.local_on)))


def promise(on: date | None) -> Deed:
    return lambda session, ask_id: asks.promised(session, ask_id, on)


def move(on: date) -> Deed:
    return lambda session, ask_id: asks.moved(session, ask_id, on)


async def test_a_promise_is_asked_about_one_working_day_after_its_date(coach: Coach, who: Principal) -> None:
    await begin(coach, who, promise(date(2026, 11, 27)))
    assert await waiting(coach, who) == {("promise", date(2026, 11, 30))}


async def test_a_week_of_ones_own_and_a_time_away_put_it_off(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await members.choose(session, days=["tuesday", "thursday"])
        await members.away(session, "1 December", "3 December")
    await begin(coach, who, promise(date(2026, 11, 27)))
    assert await waiting(coach, who) == {("promise", date(2026, 12, 3))}


async def test_a_promise_that_was_due_already_is_asked_about_on_the_next_working_day(
    coach: Coach, who: Principal
) -> None:
    await begin(coach, who, promise(date(2026, 11, 2)))
    assert await waiting(coach, who) == {("promise", TODAY + DAY)}


async def test_a_moved_promise_is_asked_about_anew_and_answers_the_open_question(
    coach: Coach, who: Principal
) -> None:
    ask_id = await begin(coach, who, promise(TODAY))
    await sent(coach, who, "promise")
    await do(coach, who, ask_id, move(date(2026, 11, 27)))
    assert await waiting(coach, who) == {("promise", date(2026, 11, 30))}
    assert await states(coach, who, "promise") == [State.DONE]


async def test_an_edit_leaves_the_open_question_open(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    ask_id = await begin(coach, who, promise(TODAY))
    clock.move_by(DAY)
    await sent(coach, who, "promise")
    await do(coach, who, ask_id, lambda session, one: asks.edit(session, one, Entry("a good raise")))
    assert await states(coach, who, "promise") == [State.SENT]
    assert await waiting(coach, who) == set()


@pytest.mark.parametrize(
    ("deed", "planned"),
    [
        (asks.met, set()),
        (asks.declined, set()),
        (asks.withdraw, set()),
        (asks.bin_, set()),
        (asks.missed, {("follow_up", date(2026, 11, 26))}),
        (
            lambda session, one: asks.partly_met(session, one, None, date(2026, 11, 27)),
            {("promise", date(2026, 11, 30))},
        ),
        (
            lambda session, one: asks.not_now(session, one, None, date(2027, 2, 1)),
            {("reask", date(2027, 2, 1))},
        ),
    ],
)
async def test_every_answer_ends_the_question_and_plans_the_next(
    coach: Coach, who: Principal, clock: StoppedClock, deed: Deed, planned: set[tuple[str, date]]
) -> None:
    ask_id = await begin(coach, who, promise(TODAY))
    clock.move_by(DAY)
    await sent(coach, who, "promise")
    await do(coach, who, ask_id, deed)
    assert await waiting(coach, who) == planned
    assert await states(coach, who, "promise") == [State.DONE]


async def test_what_is_taken_back_is_asked_about_again(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    ask_id = await begin(coach, who, promise(TODAY))
    clock.move_by(DAY)
    await sent(coach, who, "promise")
    async with coach.session(who) as session:
        event_id = (await asks.met(session, ask_id)).id
    async with coach.session(who) as session:
        await asks.take_back(session, event_id)
    assert await waiting(coach, who) == {("promise", date(2026, 11, 20))}


async def test_the_bin_takes_the_questions_along_and_brings_them_back(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who, promise(date(2026, 11, 27)))
    before = await waiting(coach, who)
    await do(coach, who, ask_id, asks.bin_)
    assert await waiting(coach, who) == set()
    await do(coach, who, ask_id, asks.restore)
    assert await waiting(coach, who) == before


async def test_the_whole_ladder_asks_at_most_one_thing_at_a_time(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    ask_id = await begin(coach, who)
    assert await waiting(coach, who) == {("stale_need", TODAY + 21 * DAY)}
    steps: list[tuple[Deed, str]] = [
        (asks.asked, "follow_up"),
        (promise(TODAY + 2 * DAY), "promise"),
        (asks.missed, "follow_up"),
        (lambda session, one: asks.sent(session, one, "Where does it stand?"), "follow_up"),
        (asks.missed, "follow_up"),
        (move(TODAY + 30 * DAY), "promise"),
        (asks.missed, "follow_up"),
        (lambda session, one: asks.sent(session, one, "A plan?", fallback=True), "follow_up"),
        (asks.not_now, "reask"),
        (asks.asked, "follow_up"),
    ]
    for deed, kind in steps:
        clock.move_by(DAY)
        await do(coach, who, ask_id, deed)
        assert [name for name, _ in await waiting(coach, who)] == [kind]


async def test_a_need_is_brought_up_three_weeks_after_the_last_change(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    ask_id = await begin(coach, who)
    clock.move_by(5 * DAY)
    await do(coach, who, ask_id, lambda session, one: asks.note(session, one, "Not yet"))
    assert await waiting(coach, who) == {("stale_need", TODAY + 26 * DAY)}
    await do(coach, who, ask_id, asks.asked)
    assert await waiting(coach, who) == {("follow_up", date(2026, 11, 30))}


async def test_each_condition_is_asked_about_on_its_date(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    talk = Talk(
        "conditional",
        conditions=(Wish("Ship it", TODAY + 5 * DAY), Wish("Mentor", TODAY + 9 * DAY), Wish("x")),
    )
    ask_id = await begin(coach, who, lambda session, one: asks.verdict(session, one, talk))
    due = {("condition", TODAY + 5 * DAY), ("condition", TODAY + 9 * DAY)}
    follow_up = ("follow_up", TODAY + 12 * DAY)
    assert await waiting(coach, who) == {*due, follow_up}
    async with coach.session(who) as session:
        first = (await asks.conditions_of(session, [ask_id]))[0].id
        await asks.condition_met(session, first)
    assert await waiting(coach, who) == {("condition", TODAY + 9 * DAY), follow_up}
    async with coach.session(who) as session:
        event = await asks.condition_met(session, first, met=False)
    assert await waiting(coach, who) == {*due, follow_up}
    async with coach.session(who) as session:
        await asks.take_back(session, event.id)
    assert await waiting(coach, who) == {("condition", TODAY + 9 * DAY), follow_up}
    await do(coach, who, ask_id, asks.withdraw)
    assert await waiting(coach, who) == set()


async def test_the_question_of_one_ask_leaves_the_others_alone(
    coach: Coach, who: Principal, other: Principal
) -> None:
    first = await begin(coach, who, promise(TODAY + DAY))
    await begin(coach, who, promise(TODAY + 2 * DAY))
    await begin(coach, other, promise(TODAY + DAY))
    await do(coach, who, first, asks.met)
    assert await waiting(coach, who) == {("promise", TODAY + 5 * DAY)}
    assert await waiting(coach, other) == {("promise", TODAY + 2 * DAY)}
