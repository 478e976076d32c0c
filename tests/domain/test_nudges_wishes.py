"""Wishes: how often a kind comes, what a change of habits means for what waits, and taking back what was closed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.domain import members, nudges, wins
from bot.domain.nudges import CHECK_IN, FEEDBACK, LOG_WIN, MISSING_RESULT, NEVER, ONBOARDING, Kind
from bot.domain.wins import Source, entry
from bot.storage.identity import Principal
from tests.domain.claiming import all_of, claims, deliver, nudge_of

TODAY = date(2026, 11, 18)
DAY = timedelta(days=1)
TEN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


async def ask(coach: Coach, who: Principal, kind: Kind, on: date, subject: str = "") -> str:
    async with coach.session(who) as session:
        nudge = await nudges.ask_on(session, kind, on, subject)
        assert nudge is not None
        return nudge.id


async def choose(coach: Coach, who: Principal, kind: Kind, cadence: str) -> None:
    async with coach.session(who) as session:
        await nudges.choose_cadence(session, kind, cadence)


async def on_of(coach: Coach, who: Principal, kind: Kind) -> list[date]:
    """The local dates that wait, held ones left out."""
    async with coach.session(who) as session:
        return [nudge.local_on for nudge in await nudges.upcoming(session) if nudge.kind == kind.name]


async def send(coach: Coach, clock: StoppedClock, at: datetime) -> None:
    clock.move_to(at)
    await deliver(coach, *await claims(coach))


@pytest.mark.parametrize(
    ("kind", "than", "ways"),
    [
        (CHECK_IN, None, ("two_weeks", "month", "never")),
        (CHECK_IN, "month", ("never",)),
        (CHECK_IN, "never", ()),
        (LOG_WIN, None, ("month", "never")),
        (FEEDBACK, None, ("never",)),
        (MISSING_RESULT, None, ("never",)),
        (MISSING_RESULT, "never", ()),
        (ONBOARDING, "once", ("never",)),
    ],
)
def test_the_ways_to_have_a_kind_less_often(kind: Kind, than: str | None, ways: tuple[str, ...]) -> None:
    assert tuple(nudges.rarer(kind, than)) == ways


@pytest.mark.parametrize(
    ("kind", "cadence"),
    [
        (CHECK_IN, "daily"),
        (CHECK_IN, ""),
        (MISSING_RESULT, "month"),
        (LOG_WIN, "week"),
        (FEEDBACK, "week"),
        (FEEDBACK, "two_weeks"),
        (ONBOARDING, "month"),
    ],
)
async def test_a_cadence_that_cannot_be_is_refused(
    coach: Coach, who: Principal, kind: Kind, cadence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await choose(coach, who, kind, cadence)
    assert (refused.value.field, refused.value.words) == ("cadence", "no_such_cadence")
    async with coach.session(who) as session:
        assert session.member.cadences is None


async def test_what_was_given_up_is_held_and_comes_back_as_it_was(coach: Coach, who: Principal) -> None:
    for kind, subject in ((LOG_WIN, ""), (MISSING_RESULT, "w1"), (MISSING_RESULT, "w2")):
        await ask(coach, who, kind, date(2026, 11, 26), subject)
    for kind in (LOG_WIN, MISSING_RESULT):
        before = await on_of(coach, who, kind)
        await choose(coach, who, kind, "never")
        assert await on_of(coach, who, kind) == []
        async with coach.session(who) as session:
            session.member.unreachable = "user_disabled"
            await nudges.wake(session)
        assert await on_of(coach, who, kind) == [], "coming back revives nothing that was given up"
        await choose(coach, who, kind, nudges.USUAL)
        assert await on_of(coach, who, kind) == before
    async with coach.session(who) as session:
        assert session.member.cadences is None


async def test_a_win_does_not_bring_a_question_sooner_than_was_chosen(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await ask(coach, who, LOG_WIN, TODAY + DAY)
    await send(coach, clock, datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
    await choose(coach, who, LOG_WIN, "month")
    (monthly,) = await on_of(coach, who, LOG_WIN)
    assert monthly == date(2026, 12, 17)
    async with coach.session(who) as session:
        await wins.log(session, entry("Shipped it", members.today(session)), Source.FORM)
    assert await on_of(coach, who, LOG_WIN) == [monthly]
    clock.move_to(datetime(2026, 12, 16, 9, 0, tzinfo=UTC))
    async with coach.session(who) as session:
        await wins.log(session, entry("Shipped more", members.today(session)), Source.FORM)
    assert await on_of(coach, who, LOG_WIN) == [date(2026, 12, 26)]


async def test_changed_habits_move_what_waits_and_its_date_stays(coach: Coach, who: Principal) -> None:
    nudge_id = await ask(coach, who, LOG_WIN, date(2026, 11, 26))
    for change, at in (
        ({"zone": "Asia/Tokyo"}, datetime(2026, 11, 26, 1, 0, tzinfo=UTC)),
        ({"zone": "Europe/Berlin"}, datetime(2026, 11, 26, 9, 0, tzinfo=UTC)),
        ({"hours_start": "13:00"}, datetime(2026, 11, 26, 12, 0, tzinfo=UTC)),
        ({"hours_start": "08:00", "days": ["monday"]}, datetime(2026, 11, 27, 9, 0, tzinfo=UTC)),
        ({"days": ["thursday"]}, datetime(2026, 11, 26, 9, 0, tzinfo=UTC)),
    ):
        async with coach.session(who) as session:
            await members.choose(session, **change)
            await nudges.refit(session)
        nudge = await nudge_of(coach, who, nudge_id)
        assert (nudge.planned_at, nudge.due_at, nudge.local_on) == (at, at, date(2026, 11, 26)), change


async def test_a_pause_moves_what_waits_behind_it_and_its_end_brings_it_back(
    coach: Coach, who: Principal
) -> None:
    nudge_id = await ask(coach, who, FEEDBACK, date(2026, 11, 26))
    planned = (await nudge_of(coach, who, nudge_id)).planned_at
    async with coach.session(who) as session:
        await members.pause(session, "2026-12-08")
        await nudges.refit(session)
    assert (await nudge_of(coach, who, nudge_id)).planned_at == datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
    async with coach.session(who) as session:
        await members.resume(session)
        await nudges.refit(session)
    assert (await nudge_of(coach, who, nudge_id)).planned_at == planned


async def test_what_was_given_up_stays_held_through_changes(coach: Coach, who: Principal) -> None:
    nudge_id = await ask(coach, who, MISSING_RESULT, date(2026, 11, 26), "w1")
    await choose(coach, who, MISSING_RESULT, "never")
    async with coach.session(who) as session:
        session.member.hours_start = time(13)
        await nudges.refit(session)
    assert (await nudge_of(coach, who, nudge_id)).due_at == NEVER


async def test_one_skipped_ahead_is_left_out_whatever_changes_later(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        first = await nudges.plan(session, CHECK_IN)
        assert first is not None
        await nudges.skip(session, first.id)
    for zone in ("Asia/Tokyo", "Europe/Berlin"):
        assert await on_of(coach, who, CHECK_IN) == [date(2026, 11, 27)]
        async with coach.session(who) as session:
            await members.choose(session, zone=zone)
            await nudges.refit(session)
    assert await on_of(coach, who, CHECK_IN) == [date(2026, 11, 27)]


async def test_what_was_closed_can_be_asked_again(coach: Coach, who: Principal, clock: StoppedClock) -> None:
    async with coach.session(who) as session:
        win = await wins.log(session, entry("Shipped it", TODAY), Source.FORM)
    nudge_id = await ask(coach, who, MISSING_RESULT, TODAY + DAY, win.id)
    await send(coach, clock, datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
    again = await on_of(coach, who, MISSING_RESULT)
    async with coach.session(who) as session:
        await wins.waive_result(session, win.id)
    assert (await nudge_of(coach, who, nudge_id)).state == "done"
    assert await on_of(coach, who, MISSING_RESULT) == []
    async with coach.session(who) as session:
        await nudges.reopen(session, nudge_id)
    assert (await nudge_of(coach, who, nudge_id)).state == "sent"
    assert await on_of(coach, who, MISSING_RESULT) == again == [date(2026, 12, 17)]


async def test_a_message_is_told_to_be_out_of_date_by_whatever_closed_a_part_of_it(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    told: list[set[str]] = []
    coach.changes.on_closed(lambda _, places: told.append(set(places)))
    await ask(coach, who, LOG_WIN, TODAY + DAY)
    await send(coach, clock, datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
    assert told == []
    async with coach.session(who) as session:
        await wins.log(session, entry("Shipped it", TODAY), Source.FORM)
    (sent,) = [nudge for nudge in await all_of(coach, who, LOG_WIN) if nudge.asked_at]
    assert told == [{sent.ts}]
    with pytest.raises(NotFound):
        await _reopen_and_fail(coach, who, sent.id)
    assert told == [{sent.ts}], "what was not committed is not told"


async def _reopen_and_fail(coach: Coach, who: Principal, nudge_id: str) -> None:
    async with coach.session(who) as session:
        await nudges.reopen(session, nudge_id)
        await nudges.reopen(session, "nobody's")


async def test_what_is_let_go_keeps_the_members_own_place_in_a_crowd(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        session.member.offset_seconds = 140
    await ask(coach, who, MISSING_RESULT, date(2026, 11, 26), "w1")
    async with coach.session(who) as session:
        (planned,) = await nudges.upcoming(session)
        place = planned.due_at - planned.planned_at
    assert place == timedelta(seconds=140)
    await choose(coach, who, MISSING_RESULT, "never")
    await choose(coach, who, MISSING_RESULT, nudges.USUAL)
    async with coach.session(who) as session:
        (back,) = await nudges.upcoming(session)
        assert back.due_at - back.planned_at == place
        back.due_at = NEVER
        await session.flush()
        await nudges.wake(session)
        assert back.due_at - back.planned_at == place


async def test_what_was_snoozed_comes_at_its_own_moment_after_it_was_let_go(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        session.member.offset_seconds = 140
    nudge_id = await ask(coach, who, MISSING_RESULT, date(2026, 11, 26), "w1")
    async with coach.session(who) as session:
        until = await nudges.snooze(session, nudge_id, "tomorrow")
    await choose(coach, who, MISSING_RESULT, "never")
    await choose(coach, who, MISSING_RESULT, nudges.USUAL)
    async with coach.session(who) as session:
        (back,) = await nudges.upcoming(session)
        assert back.due_at == back.planned_at == until


async def test_only_a_kind_that_would_come_more_often_is_slowed(coach: Coach, who: Principal) -> None:
    for kind in (LOG_WIN, FEEDBACK):
        await ask(coach, who, kind, date(2026, 11, 26))
    async with coach.session(who) as session:
        for nudge in await nudges.upcoming(session):
            nudge.unanswered = 3
        await session.flush()
        assert await nudges.slowed(session) == {"log_win"}
    await choose(coach, who, LOG_WIN, "month")
    async with coach.session(who) as session:
        assert await nudges.slowed(session) == set()
