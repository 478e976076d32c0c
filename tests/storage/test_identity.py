"""Who things belong to: one workspace a team, one member a person in it, and what goes when they go."""

from datetime import date, time

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from bot.coach import Coach
from bot.domain import captures, members, reviews, wins
from bot.domain.nudges import Nudge
from bot.domain.wins import Source, Win
from bot.storage.base import Owned, Record
from bot.storage.identity import Member, Principal, Workspace


async def test_a_team_has_one_workspace(coach: Coach, who: Principal) -> None:
    with pytest.raises(IntegrityError):
        async with coach.database.system() as session:
            session.add(Workspace(team_id=who.team_id, wrapped_key=b"k"))


async def test_a_person_is_one_member_of_a_workspace(coach: Coach, who: Principal) -> None:
    async with coach.database.system() as session:
        workspace_id = await session.scalar(select(Workspace.id))
    with pytest.raises(IntegrityError):
        async with coach.database.system() as session:
            session.add(Member(workspace_id=workspace_id, user_id=who.user_id, wrapped_key=b"k"))


async def test_a_member_begins_with_friday_at_three_and_nothing_known(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        member = session.member
        assert (member.checkin_weekday, member.checkin_time) == (4, time(15))
        unknown = (member.dm_channel, member.paused_until, member.welcomed_at, member.unreachable)
        assert unknown == (None, None, None, None)
        assert not member.zone_pinned
        assert (member.hours_start, member.hours_end, member.days) == (time(8), time(21), 0b0011111)
        assert (member.budget, member.cadences, member.paused_from) == (2, None, None)


async def test_whoever_goes_takes_everything_along_and_nobody_else_loses_anything(
    coach: Coach, who: Principal, other: Principal
) -> None:
    for principal in (who, other):
        async with coach.session(principal) as session:
            await wins.log(session, wins.entry("Shipped", date(2026, 11, 18)), Source.COMMAND)
            await captures.keep(session, "words", "message")
            await reviews.plan(session)
            await members.pause(session, "2026-12-01")
            await reviews.answer(session, None, reviews.Answer(stuck="Legal"))
    async with coach.database.system() as session:
        await session.execute(delete(Member).where(Member.user_id == who.user_id))
    async with coach.database.system() as session:
        for model in (captures.Capture, reviews.CheckIn, members.Absence):
            assert await session.scalar(select(func.count()).select_from(model)) == 1, model.__name__
        for owned in (Win, Nudge):
            (left,) = set(await session.scalars(select(owned.member_id)))
            assert left == await session.scalar(select(Member.id).where(Member.user_id == other.user_id))


def test_every_owned_row_goes_with_its_member() -> None:
    owned = [mapper.class_ for mapper in Record.registry.mappers if issubclass(mapper.class_, Owned)]
    assert len(owned) >= 7
    for model in owned:
        (key,) = model.__table__.c.member_id.foreign_keys
        assert (key.column.table.name, key.ondelete) == ("members", "CASCADE"), model.__name__


@pytest.mark.parametrize("same", [True, False])
def test_a_principal_is_a_team_and_a_user(same: bool) -> None:
    assert (Principal("T1", "U1") == Principal("T1" if same else "T2", "U1")) is same
