"""Workspaces: a token is kept sealed, found again, renewed and forgotten, and each team has one row."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import members, wins, workspaces
from bot.domain.members import Profile
from bot.domain.wins import Source, Win
from bot.domain.workspaces import Installation
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.vault import Vault, WrongKeyError

TEAM = "T0FERN"
FIRST = Installation(TEAM, "xoxb-magpie-first", "U0BOT", "B0BOT")
SECOND = Installation(TEAM, "xoxb-magpie-second", "U0NEWBOT", "B0NEWBOT")


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    """A coach without a workspace, on both databases."""
    made = make_coach(database_url, clock)
    yield made
    await made.database.close()


async def connect(coach: Coach, installation: Installation = FIRST) -> str:
    async with coach.database.system() as session:
        return (await workspaces.connect(session, coach.vault, installation)).id


async def installed(coach: Coach, team_id: str = TEAM) -> Installation | None:
    async with coach.database.system() as session:
        return await workspaces.installed(session, coach.vault, team_id)


async def disconnect(coach: Coach, team_id: str = TEAM) -> None:
    async with coach.database.system() as session:
        await workspaces.disconnect(session, team_id)


async def row(coach: Coach) -> Workspace:
    async with coach.database.system() as session:
        return (await session.scalars(select(Workspace).where(Workspace.team_id == TEAM))).one()


async def test_what_was_installed_is_found_again(anywhere: Coach) -> None:
    await connect(anywhere)
    assert await installed(anywhere) == FIRST


async def test_a_team_that_never_installed_it_has_no_installation(coach: Coach) -> None:
    await connect(coach)
    assert await installed(coach, "T0STRANGER") is None


async def test_a_new_token_takes_the_place_of_the_old_one(coach: Coach) -> None:
    assert await connect(coach) == await connect(coach, SECOND)
    assert await installed(coach) == SECOND


async def test_an_uninstalled_workspace_has_no_token_any_more(coach: Coach) -> None:
    await connect(coach)
    await disconnect(coach)
    assert await installed(coach) is None
    assert (await row(coach)).bot_token_sealed is None
    assert (await row(coach)).uninstalled_at == coach.clock.now()


async def test_an_uninstall_that_is_told_twice_keeps_its_first_moment(
    coach: Coach, clock: StoppedClock
) -> None:
    await connect(coach)
    await disconnect(coach)
    first = clock.now()
    clock.move_to(first.replace(hour=first.hour + 1))
    await disconnect(coach)
    assert (await row(coach)).uninstalled_at == first


async def test_an_uninstall_of_an_unknown_team_is_no_trouble(coach: Coach) -> None:
    await disconnect(coach, "T0STRANGER")


async def test_a_workspace_that_comes_back_finds_its_people_and_their_words(coach: Coach) -> None:
    await connect(coach)
    who = Principal(TEAM, "U0WREN")
    async with coach.database.system() as session:
        await members.admit(session, coach.vault, who, Profile(zone="Europe/Berlin"))
    async with coach.session(who) as session:
        await wins.log(session, wins.entry("Shipped", members.today(session)), Source.COMMAND)
    await disconnect(coach)
    await connect(coach, SECOND)
    assert await installed(coach) == SECOND
    assert (await row(coach)).uninstalled_at is None
    async with coach.session(who) as session:
        assert [win.title for win in await session.scalars(select(Win))] == ["Shipped"]


async def test_one_team_more_changes_nothing_for_another(coach: Coach) -> None:
    await connect(coach)
    await connect(coach, Installation("T0OTHER", "xoxb-other"))
    await disconnect(coach, "T0OTHER")
    assert await installed(coach) == FIRST


async def test_processes_that_start_at_once_make_one_workspace(
    anywhere: Coach, database_url: str, clock: StoppedClock
) -> None:
    found = await asyncio.gather(*(connect(anywhere) for _ in range(6)))
    assert len(set(found)) == 1
    assert await installed(anywhere) == FIRST


async def test_first_requests_of_one_person_at_once_make_one_member(anywhere: Coach) -> None:
    await connect(anywhere)

    async def admit() -> None:
        async with anywhere.database.system() as session:
            await members.admit(session, anywhere.vault, Principal(TEAM, "U0WREN"), Profile())

    await asyncio.gather(*(admit() for _ in range(6)))
    async with anywhere.database.system() as session:
        assert await session.scalar(select(func.count()).select_from(Member)) == 1


async def test_a_token_opens_with_the_right_keys_and_for_its_own_workspace_only(coach: Coach) -> None:
    await connect(coach)
    await connect(coach, Installation("T0OTHER", "xoxb-other"))
    with pytest.raises(WrongKeyError):
        async with coach.database.system() as session:
            await workspaces.installed(session, Vault([b"w" * 32]), TEAM)
    stolen = (await row(coach)).bot_token_sealed
    async with coach.database.system() as session:
        there = await session.scalar(select(Workspace).where(Workspace.team_id == "T0OTHER"))
        assert there is not None
        there.bot_token_sealed = stolen
    with pytest.raises(WrongKeyError):
        await installed(coach, "T0OTHER")


def bytes_in(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def test_the_file_holds_no_token_while_installed_nor_afterwards(coach: Coach) -> None:
    path = Path(str(coach.database.url.database))
    await connect(coach)
    assert b"magpie" not in bytes_in(path)
    sealed = (await row(coach)).bot_token_sealed
    assert sealed is not None
    assert sealed in bytes_in(path), "this looked into the wrong file"
    await disconnect(coach)
    await coach.database.close()
    assert sealed not in bytes_in(path)
