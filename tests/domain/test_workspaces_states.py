"""States of OAuth: used once however many try, for ten minutes, by the browser that began, and never stored as they are."""

import asyncio
import multiprocessing
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Busy
from bot.domain import workspaces
from bot.domain.workspaces import Verdict, _states
from bot.domain.workspaces._states import KEPT_FOR, STATE_LASTS, UsedState
from bot.storage.database import Database
from bot.storage.vault import Vault
from tests.conftest import NOW

if TYPE_CHECKING:
    from multiprocessing.queues import Queue

BROWSER = "b" * 43
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    made = make_coach(database_url, clock)
    yield made
    await made.database.close()


def begin(coach: Coach, browser: str = BROWSER) -> str:
    return workspaces.begin(coach.vault, browser, coach.clock.now())


async def take(coach: Coach, state: str, browser: str = BROWSER) -> Verdict:
    async with coach.database.system() as session:
        return await workspaces.take(session, coach.vault, state, browser)


def raw(state: str) -> bytes:
    return urlsafe_b64decode(state + "=" * (-len(state) % 4))


async def kept(coach: Coach) -> int:
    async with coach.database.system() as session:
        return await session.scalar(select(func.count()).select_from(UsedState)) or 0


async def test_a_state_has_256_bits_and_is_another_each_time(coach: Coach) -> None:
    states = {begin(coach) for _ in range(20)}
    assert len(states) == 20
    assert {len(raw(state)) for state in states} == {32 + 8 + 32 + 32}, (
        "chance, when it ends, the browser, our proof"
    )


async def test_a_state_works_once(anywhere: Coach) -> None:
    state = begin(anywhere)
    assert await take(anywhere, state) is Verdict.GOOD
    assert await take(anywhere, state) is Verdict.UNKNOWN


async def test_of_many_who_bring_the_same_state_at_once_one_gets_it(anywhere: Coach) -> None:
    for _ in range(20):
        state = begin(anywhere)
        found = Counter(await asyncio.gather(*(take(anywhere, state) for _ in range(6))))
        assert found == {Verdict.GOOD: 1, Verdict.UNKNOWN: 5}


async def test_a_state_works_for_ten_minutes(anywhere: Coach, clock: StoppedClock) -> None:
    in_time, late = begin(anywhere), begin(anywhere)
    clock.move_to(clock.now() + workspaces.STATE_LASTS - timedelta(seconds=1))
    assert await take(anywhere, in_time) is Verdict.GOOD
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert await take(anywhere, late) is Verdict.EXPIRED
    assert await take(anywhere, in_time) is Verdict.EXPIRED


@pytest.mark.parametrize("browser", ["", "c" * 43, BROWSER[:-1]])
async def test_another_browsers_state_is_used_up_and_worth_nothing(coach: Coach, browser: str) -> None:
    state = begin(coach)
    assert await take(coach, state, browser) is Verdict.FOREIGN
    assert await take(coach, state) is Verdict.UNKNOWN


@pytest.mark.parametrize("forged", ["", "x", "' OR 1=1 --", "é" * 43, "a" * 10_000])
async def test_a_forged_state_is_worth_nothing(anywhere: Coach, forged: str) -> None:
    begin(anywhere)
    assert await take(anywhere, forged) is Verdict.UNKNOWN


@pytest.mark.parametrize("place", [0, 31, 32, 39, 40, 71, 72, 103])
async def test_no_bit_of_a_state_can_be_changed(coach: Coach, place: int) -> None:
    said = bytearray(raw(begin(coach)))
    said[place] ^= 1
    assert await take(coach, urlsafe_b64encode(said).decode().rstrip("=")) is Verdict.UNKNOWN


async def test_a_state_that_is_written_otherwise_is_the_same(coach: Coach) -> None:
    state = begin(coach)
    assert await take(coach, state) is Verdict.GOOD
    for other in (f"{state}=", f"{state}==", f"{state[:50]}\n{state[50:]}", f" {state}"):
        assert await take(coach, other) is Verdict.UNKNOWN


async def test_another_installation_did_not_say_it(coach: Coach, clock: StoppedClock) -> None:
    theirs = workspaces.begin(Vault([bytes(31) + b"x"]), BROWSER, clock.now())
    assert await take(coach, theirs) is Verdict.UNKNOWN


async def test_a_state_outlives_a_change_of_the_master_keys(coach: Coach, clock: StoppedClock) -> None:
    new, old = bytes(31) + b"n", bytes(31) + b"o"
    state = workspaces.begin(Vault([old]), BROWSER, clock.now())
    async with coach.database.system() as session:
        assert await workspaces.take(session, Vault([new, old]), state, BROWSER) is Verdict.GOOD


async def test_who_sets_out_leaves_nothing_behind(coach: Coach) -> None:
    for _ in range(100):
        begin(coach)
    assert await kept(coach) == 0


async def test_neither_state_nor_cookie_is_stored(coach: Coach) -> None:
    state = begin(coach)
    assert await take(coach, state) is Verdict.GOOD
    path = Path(str(coach.database.url.database))
    stored = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    async with coach.database.system() as session:
        row = (await session.scalars(select(UsedState))).one()
    assert row.id.encode() in stored, "this looked into the wrong file"
    for secret in (state.encode(), raw(state)[:32], raw(state)[40:72], BROWSER.encode()):
        assert secret not in stored


async def test_what_came_back_is_forgotten_once_it_would_be_late_by_any_clock(
    coach: Coach, clock: StoppedClock
) -> None:
    used = begin(coach)
    await take(coach, used)
    clock.move_to(clock.now() + STATE_LASTS + KEPT_FOR)
    await take(coach, begin(coach))
    assert await kept(coach) == 2
    assert await take(coach, used) is Verdict.EXPIRED
    clock.move_to(clock.now() + timedelta(seconds=1))
    await take(coach, begin(coach))
    assert await kept(coach) == 2


async def test_a_flood_of_ways_back_fills_no_more_than_this_and_sets_nothing_free(
    anywhere: Coach, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_states, "MOST_USED", 3)
    used = [begin(anywhere) for _ in range(3)]
    assert [await take(anywhere, state) for state in used] == [Verdict.GOOD] * 3
    one_more = begin(anywhere)
    with pytest.raises(Busy):
        await take(anywhere, one_more)
    assert await kept(anywhere) == 3
    clock.move_to(clock.now() + STATE_LASTS + KEPT_FOR + timedelta(seconds=1))
    assert await take(anywhere, begin(anywhere)) is Verdict.GOOD


def take_in_a_process(url: str, keys: list[bytes], states: list[str], told: "Queue[list[str]]") -> None:
    """Bring all states back, as another `sayso web` would; `told` gets the verdicts."""

    async def bring() -> list[str]:
        database = Database(url, StoppedClock(NOW))
        try:
            verdicts = []
            for state in states:
                async with database.system() as session:
                    verdicts.append(str(await workspaces.take(session, Vault(keys), state, BROWSER)))
            return verdicts
        finally:
            await database.close()

    told.put(asyncio.run(bring()))


@pytest.mark.thorough
async def test_of_several_processes_one_gets_each_state(anywhere: Coach, database_url: str) -> None:
    keys = [bytes(31) + b"k"]
    states = [workspaces.begin(Vault(keys), BROWSER, NOW) for _ in range(30)]
    await kept(anywhere)
    told: Queue[list[str]] = SPAWN.Queue()
    given = (database_url, keys, states, told)
    processes = [SPAWN.Process(target=take_in_a_process, args=given) for _ in range(3)]
    for process in processes:
        process.start()
    verdicts = [await asyncio.to_thread(told.get, True, 60) for _ in processes]
    for process in processes:
        await asyncio.to_thread(process.join)
    for each in zip(*verdicts, strict=True):
        assert Counter(each) == {"good": 1, "unknown": 2}
