"""Rotation: keys are wrapped anew while people write, whole or later, and the old master key is needed no more."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import islice

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import members, wins, workspaces
from bot.domain.members import Profile
from bot.domain.wins import Source
from bot.domain.workspaces import Installation
from bot.storage import canary, rotation
from bot.storage import database as database_module
from bot.storage.base import Record
from bot.storage.database import Database
from bot.storage.identity import Member, Principal
from bot.storage.rotation import Standing
from bot.storage.vault import Vault, WrongKeyError, new_master_key
from tests.conftest import NOW, TEAM

PEOPLE = [Principal(TEAM, f"U0{number}") for number in range(5)]
OLD, NEW = new_master_key(), new_master_key()
WORD = "Moved the checkout to the new cluster"

MakeCoach = Callable[..., Coach]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotation, "BATCH", 2)
    monkeypatch.setattr(rotation, "PAUSE_SECONDS", 0)


@pytest.fixture
async def before(
    database_url: str, clock: StoppedClock, make_coach: MakeCoach
) -> AsyncIterator[Callable[[str], Coach]]:
    """An installation of the old key, with somebody's words; asked for with a list of keys."""
    made: list[Coach] = []

    def coach(keys: str) -> Coach:
        made.append(make_coach(database_url, clock, master_keys=SecretStr(keys)))
        return made[-1]

    first = coach(OLD)
    await canary.settle(first.database, first.vault)
    async with first.database.system() as session:
        await workspaces.connect(session, first.vault, Installation(TEAM, "xoxb-old", "U0SAYSO", "B0SAYSO"))
        for who in PEOPLE:
            await members.admit(session, first.vault, who, Profile(zone="Europe/Berlin"))
    for who in PEOPLE:
        await log(first, who, WORD)
    yield coach
    for each in made:
        await each.database.close()


async def log(coach: Coach, who: Principal, text: str) -> None:
    async with coach.session(who) as session:
        await wins.log(session, wins.entry(text, NOW.date()), Source.COMMAND)


async def titles(coach: Coach, who: Principal) -> set[str]:
    async with coach.session(who) as session:
        kept, _ = await wins.page(session, size=1000)
        return {win.title for win in kept}


async def older(coach: Coach) -> int:
    return sum(one.older for one in (await rotation.standing(coach.database, coach.vault)).values())


async def test_afterwards_the_new_key_alone_opens_everything(before: Callable[[str], Coach]) -> None:
    both = before(f"{NEW},{OLD}")
    assert await rotation.rotate(both.database, both.vault) == {"members": 5, "workspaces": 1, "canary": 1}
    alone = before(NEW)
    await canary.check(alone.database, alone.vault)
    assert [await titles(alone, who) for who in PEOPLE] == [{WORD}] * 5
    async with alone.database.system() as session:
        found = await workspaces.installed(session, alone.vault, TEAM)
    assert found
    assert found.bot_token == "xoxb-old"


async def test_the_old_key_alone_is_refused_afterwards(before: Callable[[str], Coach]) -> None:
    both, alone = before(f"{NEW},{OLD}"), before(OLD)
    await canary.check(alone.database, alone.vault)
    await rotation.rotate(both.database, both.vault)
    with pytest.raises(WrongKeyError):
        await canary.check(alone.database, alone.vault)


async def test_how_many_need_which_key_is_counted(before: Callable[[str], Coach]) -> None:
    both, alone = before(f"{NEW},{OLD}"), before(NEW)
    assert await rotation.standing(both.database, both.vault) == {
        "members": Standing(older=5),
        "workspaces": Standing(older=1),
        "canary": Standing(older=1),
    }
    stands = await rotation.standing(alone.database, alone.vault)
    assert stands["members"] == Standing(unknown=5)
    assert stands["members"].total == 5
    await rotation.rotate(both.database, both.vault)
    assert (await rotation.standing(alone.database, alone.vault))["members"] == Standing(current=5)


async def test_with_one_key_there_is_nothing_to_do(before: Callable[[str], Coach]) -> None:
    coach = before(OLD)
    assert set((await rotation.rotate(coach.database, coach.vault)).values()) == {0}


async def test_what_was_broken_off_goes_on_where_it_was(before: Callable[[str], Coach]) -> None:
    both = before(f"{NEW},{OLD}")
    batches = rotation._rotate(both.database, both.vault, Member)
    assert await anext(batches) == 2
    await batches.aclose()
    assert (await rotation.standing(both.database, both.vault))["members"] == Standing(current=2, older=3)
    assert [await titles(both, who) for who in PEOPLE] == [{WORD}] * 5
    assert (await rotation.rotate(both.database, both.vault))["members"] == 3
    assert await older(both) == 0


async def test_it_can_be_run_again_and_does_nothing_then(before: Callable[[str], Coach]) -> None:
    both = before(f"{NEW},{OLD}")
    await rotation.rotate(both.database, both.vault)
    assert set((await rotation.rotate(both.database, both.vault)).values()) == {0}


async def test_who_writes_meanwhile_loses_nothing(before: Callable[[str], Coach]) -> None:
    both, stays = before(f"{NEW},{OLD}"), before(f"{OLD},{NEW}")

    async def write(who: Principal) -> None:
        for number in range(8):
            await log(stays, who, f"{WORD} {number}")

    await asyncio.gather(rotation.rotate(both.database, both.vault), *(write(who) for who in PEOPLE))
    assert await older(both) == 0
    alone = before(NEW)
    assert [len(await titles(alone, who)) for who in PEOPLE] == [9] * 5


async def test_a_key_that_was_damaged_keeps_no_other_from_being_wrapped_anew(
    before: Callable[[str], Coach],
) -> None:
    both = before(f"{NEW},{OLD}")
    async with both.database.system() as session:
        first, second = islice(await session.scalars(select(Member).order_by(Member.id)), 2)
        second.wrapped_key = second.wrapped_key[:-1] + bytes([second.wrapped_key[-1] ^ 1])
    done = await rotation.rotate(both.database, both.vault)
    # The canary keeps the old key in the list for as long as something needs it.
    assert done == {"members": 4, "workspaces": 1, "canary": 0}
    assert await older(both) == 2
    assert await titles(both, Principal(TEAM, first.user_id)) == {WORD}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.postgres
async def test_a_member_who_is_at_work_is_taken_later(before: Callable[[str], Coach]) -> None:
    both = before(f"{NEW},{OLD}")
    async with both.session(PEOPLE[0]):
        assert sum([count async for count in rotation._rotate(both.database, both.vault, Member)]) == 4
    assert (await rotation.rotate(both.database, both.vault))["members"] == 1


async def test_a_locked_database_is_tried_again(
    sqlite_url: str, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else holds the file for longer than a transaction waits; here for one round."""
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.3)
    database = Database(sqlite_url.replace("sqlite:", "sqlite+turns:"), clock)
    vault = Vault([b"1" * 32])
    await canary.settle(database, vault)
    both = Vault([b"2" * 32, b"1" * 32])
    holding, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with database.system() as session:
            await session.execute(update(Member).values(zone=None))
            holding.set()
            await go_on.wait()

    task = asyncio.create_task(hold())
    await holding.wait()
    rotating = asyncio.create_task(rotation.rotate(database, both))
    await asyncio.sleep(0.5)
    go_on.set()
    assert (await rotating)["canary"] == 1
    await task
    await database.close()


def test_every_table_with_a_wrapped_key_is_rotated_and_the_canary_last() -> None:
    tables = {name for name, table in Record.metadata.tables.items() if "wrapped_key" in table.columns}
    names = [kind.__tablename__ for kind in rotation.kinds()]
    assert set(names) == tables
    assert names[-1] == "canary"
