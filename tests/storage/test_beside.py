"""Two members in one transaction: each session narrowed to its own, all or nothing, and nobody waits in a circle."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import NotFound
from bot.domain import members, workspaces
from bot.domain.members import Profile
from bot.domain.wins import Win
from bot.domain.workspaces import Installation
from bot.storage import canary
from bot.storage.identity import Principal
from bot.storage.session import MemberSession, OwnershipError
from tests.conftest import TEAM

MAYA, DANIEL, PRIYA = (Principal(TEAM, name) for name in ("U0MAYA", "U0DANIEL", "U0PRIYA"))
ON = date(2026, 11, 18)


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    """Three members on either database."""
    made = make_coach(database_url, clock)
    await canary.settle(made.database, made.vault)
    async with made.database.system() as session:
        await workspaces.connect(session, made.vault, Installation(TEAM, "xoxb-test", "U0SAYSO", "B0SAYSO"))
    for who in (MAYA, DANIEL, PRIYA):
        async with made.database.system() as session:
            await members.admit(session, made.vault, who, Profile())
    yield made
    await made.database.close()


def win(title: str) -> Win:
    return Win(occurred_on=ON, source="form", title=title)


def of(session: MemberSession, other: Principal) -> MemberSession:
    theirs = session.beside(other)
    assert theirs is not None
    return theirs


async def titles(coach: Coach, who: Principal) -> list[str]:
    async with coach.session(who) as session:
        return [one.title for one in await session.scalars(select(Win).order_by(Win.created_at))]


async def test_each_session_of_a_transaction_sees_and_owns_its_own_members_rows(anywhere: Coach) -> None:
    async with anywhere.session(MAYA, beside=[DANIEL, PRIYA]) as session:
        session.add(win("Maya's"))
        of(session, DANIEL).add(win("Daniel's"))
        assert [one.title for one in await session.scalars(select(Win))] == ["Maya's"]
        assert [one.title for one in await of(session, DANIEL).scalars(select(Win))] == ["Daniel's"]
        assert (await of(session, PRIYA).scalars(select(Win))).all() == []
        assert of(session, DANIEL).now == session.now
    assert await titles(anywhere, MAYA) == ["Maya's"]
    assert await titles(anywhere, DANIEL) == ["Daniel's"]
    assert await titles(anywhere, PRIYA) == []


async def test_a_row_of_the_one_is_not_found_by_the_other(anywhere: Coach) -> None:
    async with anywhere.session(MAYA, beside=[DANIEL]) as session:
        mine = win("Maya's")
        session.add(mine)
        await session.flush()
        with pytest.raises(NotFound):
            await of(session, DANIEL).mine(Win, mine.id)


async def test_a_row_is_not_made_for_the_one_by_the_other(anywhere: Coach) -> None:
    with pytest.raises(OwnershipError):
        await give_a_row_away(anywhere)
    assert await titles(anywhere, MAYA) == await titles(anywhere, DANIEL) == []


async def give_a_row_away(coach: Coach) -> None:
    async with coach.session(MAYA, beside=[DANIEL]) as session:
        row = win("Maya's")
        row.member_id = session.member.id
        of(session, DANIEL).add(row)


async def test_what_fails_on_one_side_is_stored_on_neither(anywhere: Coach) -> None:
    with suppress(ZeroDivisionError):
        async with anywhere.session(MAYA, beside=[DANIEL]) as session:
            session.add(win("Maya's"))
            of(session, DANIEL).add(win("Daniel's"))
            await session.flush()
            await of(session, DANIEL).flush()
            raise ZeroDivisionError
    assert await titles(anywhere, MAYA) == await titles(anywhere, DANIEL) == []


async def test_what_waits_to_be_written_beside_is_stored_with_the_rest(anywhere: Coach) -> None:
    async with anywhere.session(MAYA, beside=[DANIEL]) as session:
        of(session, DANIEL).add(win("Daniel's"))
    assert await titles(anywhere, DANIEL) == ["Daniel's"]


async def test_somebody_unknown_is_nobody_beside(anywhere: Coach) -> None:
    nobody = Principal(TEAM, "U0NOBODY")
    async with anywhere.session(MAYA, beside=[nobody, MAYA]) as session:
        assert session.beside(nobody) is None
        assert session.beside(MAYA) is None
    with pytest.raises(NotFound):
        async with anywhere.session(nobody, beside=[MAYA]):
            pass


async def test_whoever_opened_home_is_told_of_a_change_beside(anywhere: Coach) -> None:
    told: list[Principal] = []
    for who in (MAYA, DANIEL):
        async with anywhere.session(who) as session:
            session.member.home_opened_at = session.now
    anywhere.changes.on(told.append)
    async with anywhere.session(MAYA, beside=[DANIEL]) as session:
        of(session, DANIEL).add(win("Daniel's"))
    assert told == [DANIEL]


async def test_people_who_reach_each_other_at_once_all_get_through(anywhere: Coach) -> None:
    """Without one order of locks PostgreSQL would end some of these as a deadlock, and they would be told "busy"."""

    async def write(who: Principal, *others: Principal) -> None:
        async with anywhere.session(who, beside=others) as session:
            await asyncio.sleep(0.01)
            for other in others:
                of(session, other).add(win(f"from {who.user_id}"))

    circle = ((MAYA, DANIEL), (DANIEL, MAYA), (PRIYA, DANIEL, MAYA), (DANIEL, PRIYA), (MAYA, PRIYA))
    await asyncio.gather(*(write(*people) for _ in range(2) for people in circle))
    counts = [len(await titles(anywhere, who)) for who in (MAYA, DANIEL, PRIYA)]
    assert counts == [4, 4, 4]
