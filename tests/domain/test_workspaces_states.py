"""States of OAuth: used once however many try, for ten minutes, by the browser that began, and never stored as they are."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import workspaces
from bot.domain.workspaces import Verdict
from bot.domain.workspaces._states import KEPT_FOR, OAuthState

BROWSER = "b" * 43


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    made = make_coach(database_url, clock)
    yield made
    await made.database.close()


async def begin(coach: Coach, browser: str = BROWSER) -> str:
    async with coach.database.system() as session:
        return await workspaces.begin(session, browser)


async def take(coach: Coach, state: str, browser: str = BROWSER) -> Verdict:
    async with coach.database.system() as session:
        return await workspaces.take(session, state, browser)


async def test_a_state_has_256_bits_and_is_another_each_time(coach: Coach) -> None:
    states = {await begin(coach) for _ in range(20)}
    assert len(states) == 20
    assert {len(state) for state in states} == {43}


async def test_a_state_works_once(anywhere: Coach) -> None:
    state = await begin(anywhere)
    assert await take(anywhere, state) is Verdict.GOOD
    assert await take(anywhere, state) is Verdict.UNKNOWN


async def test_of_many_who_bring_the_same_state_at_once_one_gets_it(anywhere: Coach) -> None:
    for _ in range(20):
        state = await begin(anywhere)
        found = Counter(await asyncio.gather(*(take(anywhere, state) for _ in range(6))))
        assert found == {Verdict.GOOD: 1, Verdict.UNKNOWN: 5}


async def test_a_state_works_for_ten_minutes(anywhere: Coach, clock: StoppedClock) -> None:
    in_time, late = await begin(anywhere), await begin(anywhere)
    clock.move_to(clock.now() + workspaces.STATE_LASTS - timedelta(seconds=1))
    assert await take(anywhere, in_time) is Verdict.GOOD
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert await take(anywhere, late) is Verdict.EXPIRED
    assert await take(anywhere, late) is Verdict.UNKNOWN


@pytest.mark.parametrize("browser", ["", "c" * 43, BROWSER[:-1]])
async def test_another_browsers_state_is_used_up_and_worth_nothing(coach: Coach, browser: str) -> None:
    state = await begin(coach)
    assert await take(coach, state, browser) is Verdict.FOREIGN
    assert await take(coach, state) is Verdict.UNKNOWN


@pytest.mark.parametrize("forged", ["", "x", "' OR 1=1 --", "é" * 43, "a" * 10_000])
async def test_a_forged_state_is_worth_nothing(anywhere: Coach, forged: str) -> None:
    await begin(anywhere)
    assert await take(anywhere, forged) is Verdict.UNKNOWN


async def test_neither_state_nor_cookie_is_stored(coach: Coach) -> None:
    state = await begin(coach)
    path = Path(str(coach.database.url.database))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    async with coach.database.system() as session:
        row = (await session.scalars(select(OAuthState))).one()
    assert row.id.encode() in stored, "this looked into the wrong file"
    assert state.encode() not in stored
    assert BROWSER.encode() not in stored


async def test_what_nobody_came_back_for_is_forgotten_after_a_day(coach: Coach, clock: StoppedClock) -> None:
    await begin(coach)
    clock.move_to(clock.now() + KEPT_FOR + workspaces.STATE_LASTS + timedelta(seconds=1))
    await begin(coach)
    async with coach.database.system() as session:
        assert await session.scalar(select(func.count()).select_from(OAuthState)) == 1
