"""Home: what a member finds there on the first day, in the middle of a week, while paused and after a visit."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from bot.coach import Coach
from bot.core import periods
from bot.core.clock import StoppedClock
from bot.domain import goals, home, members, nudges, reviews, wins
from bot.domain.wins import Source, entry
from bot.storage.identity import Principal
from tests.domain.claiming import claims, deliver

DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def next_check_in(today: home.Today) -> datetime | None:
    return next((row.at for row in today.ahead.coming if row.kind == "check_in"), None)


async def gather(coach: Coach, who: Principal) -> home.Today:
    async with coach.session(who) as session:
        return await home.gather(session, 0)


async def send_what_is_due(coach: Coach, clock: StoppedClock) -> str:
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    await deliver(coach, claim)
    return claim.nudge_ids[0]


async def test_the_first_day_shows_a_week_without_wins_and_nothing_that_is_not_there(
    coach: Coach, who: Principal
) -> None:
    today = await gather(coach, who)
    assert today.today == date(2026, 11, 18)
    assert (list(today.wins), today.this_week, today.total) == ([], 0, 0)
    assert (today.goals.total, today.in_a_row) == (0, 0)
    assert (today.ahead.open, today.ahead.coming, today.ahead.paused_until) == ([], [], None)
    assert (today.last_pitch, today.settled_in) == (None, False)


async def test_it_shows_this_weeks_wins_and_counts_all_of_ones_own(
    coach: Coach, who: Principal, other: Principal
) -> None:
    async with coach.session(other) as session:
        await wins.log(session, entry("Theirs", date(2026, 11, 18)), Source.FORM)
    async with coach.session(who) as session:
        for title, on in (
            ("last week", date(2026, 11, 15)),
            ("monday", date(2026, 11, 16)),
            ("today", date(2026, 11, 18)),
            ("binned", date(2026, 11, 18)),
        ):
            win = await wins.log(session, entry(title, on), Source.FORM)
        await wins.bin_(session, win.id)
    async with coach.session(who) as session:
        today = await home.gather(session, 0)
        assert [win.title for win in today.wins] == ["today", "monday"]
        assert today.total == 3


async def test_a_week_without_wins_shows_the_last_ones(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        for number in range(5):
            await wins.log(session, entry(f"Win {number}", date(2026, 11, 1 + number)), Source.FORM)
    async with coach.session(who) as session:
        today = await home.gather(session, 0)
        assert (today.this_week, [win.title for win in today.wins]) == (0, ["Win 4", "Win 3", "Win 2"])


async def test_a_streak_can_be_hidden(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await reviews.answer(session, None, reviews.Answer("Shipped it"))
    assert (await gather(coach, who)).in_a_row == 1
    async with coach.session(who) as session:
        session.member.shows_streak = False
    assert (await gather(coach, who)).in_a_row is None


async def test_the_next_check_in_is_told_in_the_members_zone(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await reviews.settle_in(session)
    shown = next_check_in(await gather(coach, who))
    assert shown == DUE
    assert shown.tzinfo is periods.zone("Europe/Berlin")


async def test_a_check_in_that_was_asked_is_open_until_it_is_answered(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    async with coach.session(who) as session:
        await reviews.settle_in(session)
    nudge_id = await send_what_is_due(coach, clock)
    assert [row.id for row in (await gather(coach, who)).ahead.open] == [nudge_id]
    async with coach.session(who) as session:
        await reviews.answer(session, nudge_id, reviews.Answer("Shipped"))
    today = await gather(coach, who)
    assert today.ahead.open == []
    assert next_check_in(today) == DUE + timedelta(days=7)
    assert today.total == 1


async def test_a_pause_and_settings_are_shown(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await members.choose(session, weekday="monday", time="09:00", zone="Europe/Berlin")
        await members.pause(session, "2026-12-01")
        await reviews.plan(session)
    today = await gather(coach, who)
    assert today.settled_in
    assert today.ahead.paused_until == date(2026, 12, 1)
    assert next_check_in(today) == datetime(2026, 12, 7, 8, 0, tzinfo=UTC)


async def test_the_first_visit_is_remembered_and_later_ones_change_nothing(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    first = clock.now()
    for _ in range(2):
        async with coach.session(who) as session:
            await home.visit(session)
        clock.move_by(timedelta(days=1))
    async with coach.session(who) as session:
        assert session.member.home_opened_at == first
        assert await nudges.upcoming(session) == []


async def test_whoever_could_not_be_reached_is_asked_again_after_a_visit(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    async with coach.session(who) as session:
        await reviews.plan(session)
    async with coach.session(who) as session:
        session.member.unreachable = "user_disabled"
    clock.move_to(DUE)
    assert await claims(coach) == []
    async with coach.session(who, present=False) as session:
        assert session.member.unreachable
        assert await nudges.upcoming(session) == [], "it waits for nothing but the member"
    async with coach.session(who) as session:
        await home.visit(session)
    async with coach.session(who) as session:
        assert session.member.unreachable is None
        assert [nudge.due_at for nudge in await nudges.upcoming(session)] == [DUE]
    assert [claim.who for claim in await claims(coach)] == [who]


@pytest.mark.thorough
@pytest.mark.parametrize("how_many", [1, 300])
async def test_it_asks_the_database_as_often_for_many_wins_and_goals_as_for_one(
    coach: Coach, who: Principal, how_many: int
) -> None:
    async with coach.session(who) as session:
        for number in range(how_many):
            await wins.log(session, entry(f"Win {number}", date(2026, 11, 18)), Source.FORM)
            await goals.begin(session, goals.read(f"Reach {number}", date(2026, 11, 18)))
    asked: list[str] = []
    event.listen(coach.database.engine.sync_engine, "before_cursor_execute", lambda *_: asked.append("one"))
    today = await gather(coach, who)
    assert (today.total, today.goals.total) == (how_many, how_many)
    assert len(asked) <= 23
