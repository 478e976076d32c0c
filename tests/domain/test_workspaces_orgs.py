"""Orgs: one token for all their workspaces, everybody's words where they belong, and workspaces that join later."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import members, wins, workspaces
from bot.domain.members import Profile
from bot.domain.wins import Source, Win
from bot.domain.workspaces import Installation
from bot.storage.identity import Principal, Workspace

ORG, NORTH, SOUTH, ALONE = "E0ORG", "T0NORTH", "T0SOUTH", "T0ALONE"
FOR_ALL = Installation(ORG, "xoxb-for-all", "U0BOT", "B0BOT", ORG, frozenset({"chat:write", "commands"}))


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    made = make_coach(database_url, clock)
    yield made
    await made.database.close()


async def connect(coach: Coach, installation: Installation = FOR_ALL) -> None:
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, installation)


async def join(coach: Coach, team_id: str, org: str = ORG) -> bool:
    async with coach.database.system() as session:
        return await workspaces.join(session, coach.vault, team_id, org)


async def token(coach: Coach, team_id: str) -> str | None:
    async with coach.database.system() as session:
        found = await workspaces.installed(session, coach.vault, team_id)
        return found.bot_token if found else None


async def leave(coach: Coach, team_id: str) -> None:
    async with coach.database.system() as session:
        await workspaces.disconnect(session, team_id)


async def test_a_workspace_lives_on_the_token_of_its_org(anywhere: Coach) -> None:
    await connect(anywhere)
    assert await join(anywhere, NORTH)
    assert await token(anywhere, NORTH) == "xoxb-for-all"
    async with anywhere.database.system() as session:
        found = await workspaces.installed(session, anywhere.vault, NORTH)
        assert await workspaces.of_org(session, ORG) == [NORTH]
    assert found is not None
    assert (found.team_id, found.enterprise_id, found.bot_user_id) == (NORTH, ORG, "U0BOT")


async def test_nobody_joins_an_org_that_has_not_installed_it(coach: Coach) -> None:
    assert not await join(coach, NORTH)
    await connect(coach)
    await leave(coach, ORG)
    assert not await join(coach, NORTH)
    assert not await join(coach, ORG)
    assert await token(coach, NORTH) is None


async def test_the_same_person_in_two_workspaces_of_an_org_has_two_records(coach: Coach) -> None:
    await connect(coach)
    for team_id in (NORTH, SOUTH):
        await join(coach, team_id)
        who = Principal(team_id, "U0WREN")
        async with coach.database.system() as session:
            await members.admit(session, coach.vault, who, Profile())
        await log(coach, who, f"Shipped in {team_id}")
    assert await titles(coach, Principal(NORTH, "U0WREN")) == ["Shipped in T0NORTH"]


async def test_an_org_that_leaves_takes_all_its_workspaces_along_and_brings_them_back(
    anywhere: Coach,
) -> None:
    await connect(anywhere)
    await connect(anywhere, Installation(ALONE, "xoxb-alone"))
    for team_id in (NORTH, SOUTH):
        await join(anywhere, team_id)
    await leave(anywhere, ORG)
    assert [await token(anywhere, team_id) for team_id in (ORG, NORTH, SOUTH)] == [None] * 3
    assert await token(anywhere, ALONE) == "xoxb-alone"
    async with anywhere.database.system() as session:
        left = await session.scalars(select(Workspace.team_id).where(Workspace.uninstalled_at.is_not(None)))
        assert sorted(left) == [ORG, NORTH, SOUTH]
    await connect(anywhere)
    assert [await token(anywhere, team_id) for team_id in (NORTH, SOUTH)] == ["xoxb-for-all"] * 2


async def test_a_workspace_that_joins_an_org_later_keeps_its_token_and_its_words(anywhere: Coach) -> None:
    await connect(anywhere, Installation(NORTH, "xoxb-north"))
    who = Principal(NORTH, "U0WREN")
    async with anywhere.database.system() as session:
        await members.admit(session, anywhere.vault, who, Profile())
    await log(anywhere, who, "Shipped before")
    await connect(anywhere)
    assert await token(anywhere, NORTH) == "xoxb-north"
    await join(anywhere, NORTH)
    await leave(anywhere, NORTH)
    assert await token(anywhere, NORTH) == "xoxb-for-all", "the org's token serves it from now on"
    assert await titles(anywhere, who) == ["Shipped before"]
    await leave(anywhere, NORTH)
    assert await token(anywhere, NORTH) == "xoxb-for-all", "told twice"


async def test_a_workspace_that_left_before_its_org_came_is_back_with_its_words(coach: Coach) -> None:
    await connect(coach, Installation(NORTH, "xoxb-north"))
    who = Principal(NORTH, "U0WREN")
    async with coach.database.system() as session:
        await members.admit(session, coach.vault, who, Profile())
    await log(coach, who, "Shipped before")
    await leave(coach, NORTH)
    await connect(coach)
    assert await token(coach, NORTH) is None, "nobody has said that it belongs there"
    assert await join(coach, NORTH)
    assert await token(coach, NORTH) == "xoxb-for-all"
    assert await titles(coach, who) == ["Shipped before"]


async def test_an_org_takes_the_app_out_of_one_workspace_only(coach: Coach) -> None:
    await connect(coach)
    for team_id in (NORTH, SOUTH):
        await join(coach, team_id)
    await connect(coach, Installation(ALONE, "xoxb-alone", enterprise_id=ORG))
    async with coach.database.system() as session:
        for team_id in (NORTH, ALONE, "T0UNKNOWN"):
            await workspaces.part(session, team_id)
    assert await token(coach, NORTH) is None
    assert await token(coach, SOUTH) == "xoxb-for-all"
    assert await token(coach, ALONE) == "xoxb-alone"
    assert await join(coach, NORTH)
    assert await token(coach, NORTH) == "xoxb-for-all"


async def test_scopes_that_a_token_lacks_are_known(coach: Coach) -> None:
    await connect(coach)
    await join(coach, NORTH)
    await connect(coach, Installation(ALONE, "xoxb-alone"))
    await connect(coach, Installation(SOUTH, "xoxb-south", scopes=frozenset({"chat:write", "im:write"})))
    async with coach.database.system() as session:
        lacking = await workspaces.lacking(session, ["chat:write", "commands", "im:write"])
        kept = await workspaces.tokens_kept(session)
    assert lacking == {ORG: ["im:write"], SOUTH: ["commands"]}, "of a token from before nothing is known"
    assert set(kept) >= {ORG, ALONE, SOUTH}
    assert NORTH not in kept


async def log(coach: Coach, who: Principal, text: str) -> None:
    async with coach.session(who) as session:
        await wins.log(session, wins.entry(text, members.today(session)), Source.COMMAND)


async def titles(coach: Coach, who: Principal) -> list[str]:
    async with coach.session(who) as session:
        return [win.title for win in await session.scalars(select(Win))]
