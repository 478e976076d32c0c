"""What is left behind: kept sealed for 14 days, back on a return, then destroyed with every key, and nothing else is."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import NotAllowed, NotFound
from bot.domain import bins, goals, members, reviews, wins, workspaces
from bot.domain.members import Profile
from bot.domain.wins import Source, Win
from bot.domain.workspaces import Installation, _leaving
from bot.storage.base import Record
from bot.storage.identity import Member, Principal, Stop, Workspace

LEFT, STAYS = "T0LEFT", "T0STAYS"
WREN, ROBIN, JAY = Principal(LEFT, "U0WREN"), Principal(LEFT, "U0ROBIN"), Principal(STAYS, "U0JAY")
SECOND = timedelta(seconds=1)


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    """Two workspaces with members who have logged something, on both databases."""
    assert bins.KINDS, "every kind of record is known"
    made = make_coach(database_url, clock)
    for team_id in (LEFT, STAYS):
        await connect(made, team_id)
    for who in (WREN, ROBIN, JAY):
        async with made.database.system() as session:
            await members.admit(session, made.vault, who, Profile(zone="Europe/Berlin"))
        await log(made, who, f"Shipped by {who.user_id}")
    yield made
    await made.database.close()


async def connect(coach: Coach, team_id: str = LEFT) -> None:
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, Installation(team_id, f"xoxb-{team_id}"))


async def leave(coach: Coach, team_id: str = LEFT) -> None:
    async with coach.database.system() as session:
        session.add(Stop(id=team_id))
        await workspaces.disconnect(session, team_id)


async def log(coach: Coach, who: Principal, text: str) -> None:
    async with coach.session(who) as session:
        await wins.log(session, wins.entry(text, members.today(session)), Source.COMMAND)
        await goals.begin(session, goals.read("Lead the migration", members.today(session)))
        await reviews.settle_in(session)


async def titles(coach: Coach, who: Principal) -> list[str]:
    async with coach.session(who) as session:
        return [win.title for win in await session.scalars(select(Win))]


async def destroyed(coach: Coach) -> int:
    """Destroy until there is nothing to destroy; how many rows went."""
    gone = 0
    while rows := await destroy_once(coach):
        gone += rows
    return gone


async def destroy_once(coach: Coach) -> int:
    async with coach.database.system() as session:
        return await workspaces.destroy(session)


async def rows(coach: Coach) -> dict[str, int]:
    async with coach.database.system() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table)) or 0
            for table in Record.metadata.sorted_tables
        }


def after(clock: StoppedClock, span: timedelta) -> None:
    clock.move_to(clock.now() + span)


async def test_for_14_days_everything_is_kept_and_comes_back(anywhere: Coach, clock: StoppedClock) -> None:
    before = await rows(anywhere)
    await leave(anywhere)
    after(clock, workspaces.KEPT_FOR)
    assert await destroyed(anywhere) == 0
    assert await rows(anywhere) == {**before, "stops": 1}
    await connect(anywhere)
    after(clock, 10 * workspaces.KEPT_FOR)
    assert await destroyed(anywhere) == 0
    assert await titles(anywhere, WREN) == ["Shipped by U0WREN"]


async def test_after_14_days_all_of_it_is_destroyed_and_nothing_of_others(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await leave(anywhere)
    after(clock, workspaces.KEPT_FOR + SECOND)
    assert await destroyed(anywhere) > 4
    async with anywhere.database.system() as session:
        assert list(await session.scalars(select(Workspace.team_id))) == [STAYS]
        assert list(await session.scalars(select(Member.user_id))) == [JAY.user_id]
        assert list(await session.scalars(select(Stop.id))) == []
    assert await titles(anywhere, JAY) == ["Shipped by U0JAY"]
    left = await rows(anywhere)
    assert (left["wins"], left["goals"]) == (1, 1)
    with pytest.raises(NotFound):
        await titles(anywhere, WREN)


async def test_whoever_comes_back_too_late_begins_anew(anywhere: Coach, clock: StoppedClock) -> None:
    await leave(anywhere)
    after(clock, workspaces.KEPT_FOR + SECOND)
    await destroyed(anywhere)
    await connect(anywhere)
    async with anywhere.database.system() as session:
        await members.admit(session, anywhere.vault, WREN, Profile())
    assert await titles(anywhere, WREN) == []


@pytest.mark.thorough
async def test_a_large_one_goes_in_batches_and_nobody_comes_back_to_half_of_it(
    anywhere: Coach, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_leaving, "BATCH", 3)
    for number in range(20):
        await log(anywhere, ROBIN, f"Shipped part {number}")
    await leave(anywhere)
    after(clock, workspaces.KEPT_FOR + SECOND)
    assert await destroy_once(anywhere) <= 3
    await connect(anywhere)
    async with anywhere.database.system() as session:
        await members.admit(session, anywhere.vault, ROBIN, Profile())
    assert await titles(anywhere, ROBIN) == []
    await log(anywhere, ROBIN, "Shipped after the return")
    while gone := await destroy_once(anywhere):
        assert gone <= 2 * 3
    assert await titles(anywhere, ROBIN) == ["Shipped after the return"]
    assert await titles(anywhere, JAY) == ["Shipped by U0JAY"]
    async with anywhere.database.system() as session:
        assert sorted(await session.scalars(select(Workspace.team_id))) == [LEFT, STAYS]


async def test_a_deactivated_member_goes_after_14_days_and_the_others_stay(
    anywhere: Coach, clock: StoppedClock
) -> None:
    await follows(anywhere, WREN, Profile(deleted=True))
    with pytest.raises(NotAllowed):
        await titles(anywhere, WREN)
    after(clock, timedelta(days=5))
    await follows(anywhere, WREN, Profile(deleted=True))
    after(clock, timedelta(days=9))
    assert await destroyed(anywhere) == 0
    after(clock, SECOND)
    assert await destroyed(anywhere) > 2, "told twice, counted from the first time"
    with pytest.raises(NotFound):
        await titles(anywhere, WREN)
    assert await titles(anywhere, ROBIN) == ["Shipped by U0ROBIN"]


@pytest.mark.parametrize("meanwhile", [Profile(deleted=True), Profile(guest=True)])
async def test_a_member_who_is_back_in_time_has_everything_again(
    anywhere: Coach, clock: StoppedClock, meanwhile: Profile
) -> None:
    await follows(anywhere, WREN, meanwhile)
    after(clock, timedelta(days=13))
    await follows(anywhere, WREN, Profile(zone="Europe/Berlin"))
    after(clock, timedelta(days=30))
    assert await destroyed(anywhere) == 0
    assert await titles(anywhere, WREN) == ["Shipped by U0WREN"]


async def test_a_guest_may_not_act_and_is_not_destroyed(anywhere: Coach, clock: StoppedClock) -> None:
    await follows(anywhere, WREN, Profile(guest=True))
    after(clock, timedelta(days=100))
    assert await destroyed(anywhere) == 0
    with pytest.raises(NotAllowed) as refused:
        await titles(anywhere, WREN)
    assert refused.value.words == "no_guests"


async def test_how_many_wait_to_be_destroyed_is_known(anywhere: Coach) -> None:
    await leave(anywhere)
    async with anywhere.database.system() as session:
        assert await workspaces.waiting_to_be_destroyed(session) == 1


async def test_the_file_holds_no_byte_of_it_afterwards(coach: Coach, clock: StoppedClock) -> None:
    await connect(coach)
    async with coach.database.system() as session:
        await members.admit(session, coach.vault, WREN, Profile())
    await log(coach, WREN, "Shipped")
    async with coach.database.system() as session:
        space = (await session.scalars(select(Workspace).where(Workspace.team_id == LEFT))).one()
        member = (await session.scalars(select(Member).where(Member.user_id == WREN.user_id))).one()
        sealed: bytes = (await session.scalars(select(Win.title.column))).one()
    kept = [space.wrapped_key, member.wrapped_key, sealed, LEFT.encode(), WREN.user_id.encode()]
    path = Path(str(coach.database.url.database))
    assert all(part in bytes_in(path) for part in kept), "this looked into the wrong file"
    await leave(coach)
    after(clock, workspaces.KEPT_FOR + SECOND)
    await destroyed(coach)
    await coach.database.close()
    assert not any(part in bytes_in(path) for part in kept)


def bytes_in(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))


async def follows(coach: Coach, who: Principal, profile: Profile) -> None:
    async with coach.session(who, present=False) as session:
        await members.follow_profile(session, profile)
