"""Captures: words are kept until it is said what they are, taken once, and let go after a month."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import NotFound
from bot.domain import captures
from bot.domain.captures import KEPT_FOR, Capture
from bot.storage.identity import Principal

WORDS = "I think that was 🎉 <important> & new\nline two"


async def keep(coach: Coach, who: Principal, text: str = WORDS) -> str:
    async with coach.session(who) as session:
        return (await captures.keep(session, text, "message")).id


async def show(coach: Coach, who: Principal, capture_id: str) -> str:
    async with coach.session(who) as session:
        return (await session.mine(Capture, capture_id)).text


async def take(coach: Coach, who: Principal, capture_id: str) -> str:
    async with coach.session(who) as session:
        return await captures.take(session, capture_id, "message")


async def how_many(coach: Coach) -> int | None:
    async with coach.database.system() as session:
        return await session.scalar(select(func.count()).select_from(Capture))


async def test_kept_words_can_be_shown_as_often_as_one_likes(coach: Coach, who: Principal) -> None:
    kept = await keep(coach, who)
    assert [await show(coach, who, kept) for _ in range(2)] == [WORDS, WORDS]


async def test_kept_words_are_taken_once(coach: Coach, who: Principal) -> None:
    kept = await keep(coach, who)
    assert await take(coach, who, kept) == WORDS
    for again in (take, show):
        with pytest.raises(NotFound) as refused:
            await again(coach, who, kept)
        assert refused.value.words == "no_capture"
    assert await how_many(coach) == 0


async def test_words_stay_when_what_took_them_fails(coach: Coach, who: Principal) -> None:
    kept = await keep(coach, who)
    with suppress(NotFound):
        async with coach.session(who) as session:
            await captures.take(session, kept, "message")
            raise NotFound("no_win")
    assert await show(coach, who, kept) == WORDS


async def test_nobody_else_sees_or_takes_them(coach: Coach, who: Principal, other: Principal) -> None:
    kept = await keep(coach, who)
    for verb in (show, take):
        with pytest.raises(NotFound):
            await verb(coach, other, kept)
    assert await show(coach, who, kept) == WORDS


async def test_words_go_a_month_later_when_new_ones_come_and_only_ones_own(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    old, theirs = await keep(coach, who), await keep(coach, other)
    clock.move_by(KEPT_FOR)
    young = await keep(coach, who)
    assert await show(coach, who, old) == WORDS
    clock.move_by(timedelta(seconds=1))
    await keep(coach, who)
    with pytest.raises(NotFound):
        await show(coach, who, old)
    assert await show(coach, who, young) == WORDS
    assert await show(coach, other, theirs) == WORDS


@pytest.mark.parametrize("text", ["x", " ", "x" * 40_000, "\x00", "null"])
async def test_whatever_was_typed_is_kept_as_it_is(coach: Coach, who: Principal, text: str) -> None:
    assert await take(coach, who, await keep(coach, who, text)) == text


async def test_what_was_kept_for_one_thing_is_not_taken_for_another(coach: Coach, who: Principal) -> None:
    kept = await keep(coach, who)
    with pytest.raises(NotFound):
        async with coach.session(who) as session:
            await captures.take(session, kept, "wins.another")
    assert await show(coach, who, kept) == WORDS
