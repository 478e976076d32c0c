"""The worker: everything due is sent once, whatever breaks, whoever else works, and never at a bad time."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import MovableClock, StoppedClock
from bot.core.errors import Busy
from bot.core.in_flight import InFlight
from bot.core.metrics import Metrics
from bot.domain import members, nudges, reviews, wins, workspaces
from bot.domain.members import Profile
from bot.domain.nudges import LEASE, Claim, Nudge, Uncertain, Unsent
from bot.domain.workspaces import Installation
from bot.scheduler import SOONEST_RETRY, Worker
from bot.storage.base import new_id
from bot.storage.database import Database
from bot.storage.identity import Member, Principal, Workspace
from tests.conftest import TEAM
from tests.scheduler import post as faults
from tests.scheduler.post import Crash, Post

FRIDAY = date(2026, 11, 20)
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)
MAYA, DANIEL = Principal(TEAM, "U0MAYA"), Principal(TEAM, "U0DANIEL")


@pytest.fixture
def post(clock: StoppedClock) -> Post:
    return Post(clock)


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    """A coach with Maya and Daniel, on both databases, on the Wednesday before the check-in."""
    made = make_coach(database_url, clock)
    await settle(made, MAYA, DANIEL)
    yield made
    await made.database.close()


@pytest.fixture
async def here(coach: Coach) -> Coach:
    """The same on SQLite, for rules in which the database has no part."""
    await settle(coach, MAYA, DANIEL)
    return coach


async def settle(coach: Coach, *people: Principal) -> None:
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, Installation(TEAM, "xoxb-test"))
        for who in people:
            await members.admit(session, coach.vault, who, Profile(zone="Europe/Berlin"))
            await session.flush()
    for who in people:
        async with coach.session(who) as session:
            await reviews.settle_in(session)


async def state(coach: Coach, who: Principal = MAYA, on: date = FRIDAY) -> str | None:
    async with coach.session(who) as session:
        found: str | None = await session.scalar(select(Nudge.state).where(Nudge.local_on == on))
        return found


async def coming(coach: Coach, who: Principal = MAYA) -> list[datetime]:
    async with coach.session(who) as session:
        return [nudge.due_at for nudge in await nudges.upcoming(session)]


async def tick(coach: Coach, post: Post) -> int:
    """One tick of a worker in a process of its own; a crash ends what it does for one member."""
    try:
        return await Worker(coach, post).tick()
    except Crash:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)
        return 0


# --- Once


async def test_nothing_is_sent_before_its_time(here: Coach, post: Post, clock: StoppedClock) -> None:
    clock.move_to(DUE - timedelta(microseconds=1))
    assert await tick(here, post) == 0
    assert post.sent == []


async def test_what_is_due_is_sent_once_and_the_next_one_planned(
    anywhere: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    assert [await tick(anywhere, post) for _ in range(3)] == [2, 0, 0]
    assert sorted(message.user_id for message in post.sent) == ["U0DANIEL", "U0MAYA"]
    assert post.looks == 0
    assert await state(anywhere) == "sent"
    assert await coming(anywhere) == [DUE + WEEK]


async def test_every_week_brings_one(here: Coach, post: Post, clock: StoppedClock) -> None:
    for hours in range(0, 4 * 7 * 24, 12):
        clock.move_to(DUE + timedelta(hours=hours))
        await tick(here, post)
    days = [(message.at.date() - FRIDAY).days for message in post.to("U0MAYA")]
    assert days == [0, 7, 14, 21]


async def test_a_tick_counts_what_is_due_and_what_became_of_it(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE + 5 * MINUTE)
    post.will("U0DANIEL", faults.slow_down(timedelta(hours=1)))
    await tick(here, post)
    counts = here.metrics.render().decode()
    assert 'sayso_nudges_total{kind="check_in",outcome="sent"} 1.0' in counts
    assert 'sayso_nudges_total{kind="check_in",outcome="retried"} 1.0' in counts
    assert "sayso_nudges_due 0.0" in counts


# --- When a worker vanishes


async def test_a_crash_before_sending_delays_it_and_nothing_is_lost(
    anywhere: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", faults.crash_before)
    clock.move_to(DUE)
    await tick(anywhere, post)
    await tick(anywhere, post)
    assert post.to("U0MAYA") == []
    clock.move_by(LEASE)
    await tick(anywhere, post)
    assert len(post.to("U0MAYA")) == 1
    assert await state(anywhere) == "sent"
    assert await coming(anywhere) == [DUE + WEEK]


async def test_a_crash_after_sending_is_noticed_and_it_is_not_sent_again(
    anywhere: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", faults.crash_after)
    clock.move_to(DUE)
    await tick(anywhere, post)
    assert await state(anywhere) == "claimed"
    clock.move_by(LEASE)
    await tick(anywhere, post)
    assert len(post.to("U0MAYA")) == 1
    assert await state(anywhere) == "sent"
    assert await coming(anywhere) == [DUE + WEEK]


async def test_crashes_on_the_way_never_lose_or_double_a_message(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    ways = [faults.crash_before, faults.crash_after, faults.drop_before, faults.drop_after]
    for week in range(8):
        due = DUE + week * WEEK
        clock.move_to(due)
        chosen = random.Random(week).choices(ways, k=3)
        # Once a message is out, a worker that looks for it does not send again.
        post.will("U0MAYA", *chosen)
        for _ in range(6):
            await tick(here, post)
            clock.move_by(LEASE)
        post.faults.clear()
        of_this_week = [message for message in post.to("U0MAYA") if message.at >= due]
        assert len(of_this_week) <= 1
        on = FRIDAY + week * WEEK
        assert await state(here, on=on) in ({"sent", "unknown"} if of_this_week else {"unknown"}), chosen


async def test_a_connection_that_dropped_is_looked_into_before_anything_is_sent_again(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", faults.drop_after)
    post.will("U0DANIEL", faults.drop_before)
    clock.move_to(DUE)
    await tick(here, post)
    clock.move_by(LEASE)
    await tick(here, post)
    assert sorted(message.user_id for message in post.sent) == ["U0DANIEL", "U0MAYA"]
    assert post.looks == 2


@pytest.mark.parametrize("way", [faults.crash_before, faults.crash_after])
async def test_where_the_history_cannot_be_read_silence_is_kept_and_the_question_stays_open(
    anywhere: Coach, post: Post, clock: StoppedClock, way: faults.Fault
) -> None:
    post.will("U0MAYA", way)
    post.unreadable = Uncertain()
    clock.move_to(DUE)
    await tick(anywhere, post)
    sent_by_then = len(post.to("U0MAYA"))
    clock.move_by(LEASE)
    for _ in range(3):
        await tick(anywhere, post)
        clock.move_by(LEASE)
    assert len(post.to("U0MAYA")) == sent_by_then
    assert await state(anywhere) == "unknown"
    async with anywhere.session(MAYA) as session:
        assert await reviews.open_check_in(session) is not None
    assert await coming(anywhere) == [DUE + WEEK]


async def test_a_second_doubt_is_settled_by_silence(here: Coach, post: Post, clock: StoppedClock) -> None:
    post.will("U0MAYA", faults.drop_before, faults.drop_before)
    clock.move_to(DUE)
    for _ in range(4):
        await tick(here, post)
        clock.move_by(LEASE)
    assert post.to("U0MAYA") == []
    assert post.tries["U0MAYA"] == 2
    assert await state(here) == "unknown"


async def test_a_history_that_cannot_be_asked_for_just_now_is_asked_for_later(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", faults.crash_after)
    clock.move_to(DUE)
    await tick(here, post)
    clock.move_by(LEASE)
    post.unreadable = Unsent("ratelimited", after=10 * MINUTE)
    await tick(here, post)
    clock.move_by(5 * MINUTE)
    await tick(here, post)
    assert post.looks == 1
    post.unreadable = None
    clock.move_by(5 * MINUTE)
    await tick(here, post)
    assert len(post.to("U0MAYA")) == 1, "it was out already"
    assert await state(here) == "sent"


async def test_a_commit_that_fails_after_sending_does_not_send_again(
    here: Coach, post: Post, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move_to(DUE)
    with monkeypatch.context() as broken:

        async def fail(*_: object) -> None:
            raise Busy("busy")

        broken.setattr(nudges, "delivered", fail)
        await tick(here, post)
    clock.move_by(LEASE)
    await tick(here, post)
    assert [len(post.to(name)) for name in ("U0MAYA", "U0DANIEL")] == [1, 1]
    assert await state(here) == "sent"


# --- When Slack refuses


async def test_a_rate_limit_is_waited_out_and_others_are_served(
    anywhere: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", faults.slow_down(timedelta(seconds=30)), faults.slow_down(timedelta(seconds=30)))
    clock.move_to(DUE)
    await tick(anywhere, post)
    assert [message.user_id for message in post.sent] == ["U0DANIEL"]
    clock.move_by(timedelta(seconds=29))
    await tick(anywhere, post)
    assert post.tries["U0MAYA"] == 1, "it was asked to wait"
    for _ in range(2):
        clock.move_by(timedelta(seconds=30))
        await tick(anywhere, post)
    assert len(post.to("U0MAYA")) == 1
    assert post.looks == 0, "it certainly was not sent, so nothing has to be looked for"


@pytest.mark.parametrize("after", [timedelta(), timedelta(seconds=-5)])
async def test_a_tick_ends_even_when_slack_says_to_try_again_at_once(
    here: Coach, post: Post, clock: StoppedClock, after: timedelta
) -> None:
    post.will("U0MAYA", *[faults.slow_down(after)] * 3)
    clock.move_to(DUE)
    async with asyncio.timeout(5):
        await tick(here, post)
    assert post.tries["U0MAYA"] == 1
    for _ in range(3):
        clock.move_by(SOONEST_RETRY)
        await tick(here, post)
    assert len(post.to("U0MAYA")) == 1


async def test_a_refusal_that_lasts_for_days_ends_in_a_missed_one_and_not_in_a_stale_one(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", *[faults.slow_down(timedelta(hours=4))] * 50)
    clock.move_to(DUE)
    for _ in range(5 * 6):
        await tick(here, post)
        clock.move_by(timedelta(hours=4))
    assert post.to("U0MAYA") == []
    assert await state(here) == "missed"
    assert await coming(here) == [DUE + WEEK]


async def test_a_member_who_cannot_be_reached_is_left_alone_and_only_they(
    anywhere: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", faults.gone)
    for week in range(3):
        clock.move_to(DUE + week * WEEK)
        await tick(anywhere, post)
    assert (post.tries["U0MAYA"], len(post.to("U0DANIEL"))) == (1, 3)
    async with anywhere.session(MAYA) as session:
        assert session.member.unreachable == "user_disabled"
    assert await state(anywhere) == "failed"


async def test_a_member_who_is_back_is_asked_again(here: Coach, post: Post, clock: StoppedClock) -> None:
    post.will("U0MAYA", faults.gone)
    clock.move_to(DUE)
    await tick(here, post)
    async with here.session(MAYA) as session:
        await members.follow_profile(session, Profile(zone="Europe/Berlin"))
        await reviews.plan(session)
    clock.move_to(DUE + WEEK)
    await tick(here, post)
    assert [message.at for message in post.to("U0MAYA")] == [DUE + WEEK]


async def test_a_fault_with_one_member_does_not_end_the_batch(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", faults.stumble)
    clock.move_to(DUE)
    assert await tick(here, post) == 2
    assert [message.user_id for message in post.sent] == ["U0DANIEL"]
    clock.move_by(LEASE)
    await tick(here, post)
    assert len(post.to("U0MAYA")) == 1


async def test_nothing_is_sent_to_a_workspace_that_uninstalled(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    async with here.database.system() as session:
        await workspaces.disconnect(session, TEAM)
    clock.move_to(DUE)
    assert await tick(here, post) == 0
    assert post.sent == []


async def test_a_database_that_does_not_answer_leaves_everything_for_the_next_tick(
    here: Coach, post: Post, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move_to(DUE)

    async def refuse(*_: object, **__: object) -> list[Claim]:
        raise Busy("busy")

    with monkeypatch.context() as broken:
        broken.setattr(nudges, "claim_expired", refuse)
        assert await tick(here, post) == 0
    assert await tick(here, post) == 2


async def test_a_member_who_left_in_the_meantime_is_let_go(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    claims = await Worker(here, post)._claim()
    async with here.database.system() as session:
        for member in await session.scalars(select(Member)):
            await session.delete(member)
    worker = Worker(here, post)
    await asyncio.gather(*(worker._carry(claim) for claim in claims))
    assert post.sent == []


# --- At a good time


@pytest.mark.parametrize(
    ("found_at", "sent_at"),
    [
        ("2026-11-20T19:59Z", "2026-11-20T19:59Z"),
        ("2026-11-20T20:00Z", "2026-11-21T07:00Z"),
        ("2026-11-21T03:00Z", "2026-11-21T07:00Z"),
        ("2026-11-21T07:00Z", "2026-11-21T07:00Z"),
    ],
)
async def test_outside_the_members_hours_it_waits_for_the_morning(
    here: Coach, post: Post, clock: StoppedClock, found_at: str, sent_at: str
) -> None:
    clock.move_to(datetime.fromisoformat(found_at))
    await tick(here, post)
    clock.move_to(datetime.fromisoformat("2026-11-21T06:59Z"))
    if clock.now() >= datetime.fromisoformat(found_at):
        await tick(here, post)
    clock.move_to(datetime.fromisoformat("2026-11-21T07:00Z"))
    await tick(here, post)
    assert [message.at for message in post.to("U0MAYA")] == [datetime.fromisoformat(sent_at)]


async def test_nothing_is_sent_during_a_pause_that_was_set_after_it_was_claimed(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    worker = Worker(here, post)
    claims = await worker._claim()
    async with here.session(MAYA) as session:
        await members.pause(session, "2026-11-21")
        await reviews.plan(session)
    await asyncio.gather(*(worker._carry(claim) for claim in claims))
    assert post.to("U0MAYA") == []
    clock.move_to(DUE + timedelta(days=1))
    await tick(here, post)
    assert len(post.to("U0MAYA")) == 1


async def test_a_paused_member_is_asked_after_the_pause_and_others_as_ever(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    async with here.session(MAYA) as session:
        await members.pause(session, "2026-11-28")
        await reviews.plan(session)
    for week in range(3):
        clock.move_to(DUE + week * WEEK)
        await tick(here, post)
    assert [message.at for message in post.to("U0MAYA")] == [DUE + 2 * WEEK]
    assert len(post.to("U0DANIEL")) == 3


async def test_what_was_answered_before_it_was_sent_is_not_sent(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    worker = Worker(here, post)
    claims = await worker._claim()
    maya = next(claim for claim in claims if claim.who == MAYA)
    async with here.session(MAYA) as session:
        await reviews.skip(session, maya.nudge_ids[0])
    await asyncio.gather(*(worker._carry(claim) for claim in claims))
    assert [message.user_id for message in post.sent] == ["U0DANIEL"]
    assert await state(here) == "skipped"


async def test_what_is_too_late_is_missed_and_the_next_one_planned(
    anywhere: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE + timedelta(days=3, minutes=1))
    await tick(anywhere, post)
    assert post.sent == []
    assert await state(anywhere) == "missed"
    assert await coming(anywhere) == [DUE + WEEK]


async def test_a_worker_that_was_down_for_a_day_sends_it_late_and_once(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE + timedelta(days=1))
    for _ in range(3):
        await tick(here, post)
    assert len(post.to("U0MAYA")) == 1


@pytest.mark.parametrize("down", [7, 9, 365])
async def test_after_a_long_time_down_there_is_one_message_in_a_week_and_not_several(
    here: Coach, post: Post, clock: StoppedClock, down: int
) -> None:
    back = datetime(2026, 11, 18, 9, 0, tzinfo=UTC) + timedelta(days=down)
    for hours in range(0, 7 * 24, 6):
        clock.move_to(back + timedelta(hours=hours))
        await tick(here, post)
    assert len(post.to("U0MAYA")) == 1


async def test_a_snoozed_and_a_planned_one_come_in_one_message(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    await tick(here, post)
    async with here.session(MAYA) as session:
        asked = await reviews.open_check_in(session)
        assert asked is not None
        await nudges.snooze(session, asked.id, DUE + WEEK)
    clock.move_to(DUE + WEEK)
    await tick(here, post)
    assert [len(message.nudge_ids) for message in post.to("U0MAYA")] == [1, 2]


# --- When the clock jumps


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), WEEK])
async def test_a_clock_that_is_stepped_back_sends_nothing_twice(
    here: Coach, post: Post, clock: StoppedClock, back: timedelta
) -> None:
    clock.move_to(DUE)
    await tick(here, post)
    clock.move_by(-back)
    await tick(here, post)
    async with here.session(MAYA) as session:
        await reviews.plan(session)
    for hours in range(0, int(back.total_seconds() // 3600) + 24, 12):
        clock.move_to(DUE - back + timedelta(hours=hours))
        await tick(here, post)
    assert len(post.to("U0MAYA")) == 1


async def test_a_clock_that_is_stepped_back_in_the_middle_sends_nothing_twice(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    post.will("U0MAYA", faults.crash_after)
    clock.move_to(DUE)
    await tick(here, post)
    clock.move_by(timedelta(days=-1))
    await tick(here, post)
    for hours in range(0, 30, 3):
        clock.move_to(DUE - timedelta(days=1) + timedelta(hours=hours))
        await tick(here, post)
    assert len(post.to("U0MAYA")) == 1
    assert await state(here) == "sent"


async def test_a_clock_that_jumps_a_day_ahead_and_back_sends_nothing_twice(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    for moment in (DUE + timedelta(days=1), DUE, DUE + timedelta(hours=2), DUE + timedelta(days=1)):
        clock.move_to(moment)
        await tick(here, post)
    assert len(post.to("U0MAYA")) == 1


# --- When several work


def beside(coach: Coach) -> Coach:
    """The same bot in another process: its own connections and counts."""
    database = Database(coach.settings.database, coach.clock)
    return replace(coach, database=database, metrics=Metrics(), in_flight=InFlight())


@asynccontextmanager
async def crowd(
    url: str, clock: StoppedClock, make_coach: Callable[..., Coach], *, size: int
) -> AsyncIterator[tuple[Coach, Sequence[Principal]]]:
    """Many members with a check-in that is due."""
    coach = make_coach(url, clock)
    clock.move_to(DUE)
    people = [Principal(TEAM, f"U{number:05}") for number in range(size)]
    async with coach.database.system() as session:
        workspace_id = new_id()
        session.add(Workspace(id=workspace_id, team_id=TEAM, wrapped_key=coach.vault.new_key(workspace_id)))
        await session.flush()
        for who in people:
            member_id = new_id()
            made = Member(id=member_id, workspace_id=workspace_id, user_id=who.user_id)
            made.wrapped_key, made.zone = coach.vault.new_key(member_id), "Europe/Berlin"
            session.add(made)
    async with coach.database.system() as session:
        ids = list(await session.scalars(select(Member.id)))
        session.add_all([Nudge(member_id=one, kind="check_in", due_at=DUE, local_on=FRIDAY) for one in ids])
    try:
        yield coach, people
    finally:
        await coach.database.close()


async def all_is_done(workers: Sequence[Worker], clock: StoppedClock) -> None:
    """Let them work at once; what a busy SQLite made one of them leave is taken over when its lease is out."""
    while any(await asyncio.gather(*(worker.tick() for worker in workers))):
        clock.move_by(LEASE)


async def test_two_workers_at_once_send_each_of_many_once(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach], post: Post
) -> None:
    async with crowd(database_url, clock, make_coach, size=120) as (coach, people):
        other = beside(coach)
        await all_is_done([Worker(one, post) for one in (coach, other)], clock)
        await other.database.close()
        counted = Counter(message.user_id for message in post.sent)
        assert set(counted.values()) == {1}
        assert set(counted) == {who.user_id for who in people}
        async with coach.database.system() as session:
            sent = await session.scalars(select(Nudge.state).where(Nudge.local_on == FRIDAY))
            assert Counter(sent) == {"sent": 120}


async def test_two_workers_take_over_from_a_third_that_vanished_and_send_each_once(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach], post: Post
) -> None:
    async with crowd(database_url, clock, make_coach, size=40) as (coach, people):
        for number, who in enumerate(people):
            post.will(who.user_id, faults.crash_after if number % 2 else faults.crash_before)
        claims = await Worker(coach, post)._claim()
        for claim in claims:
            with suppress(Crash):
                await post.deliver(claim)
        assert len(post.sent) == 20
        clock.move_by(LEASE)
        other = beside(coach)
        await all_is_done([Worker(one, post) for one in (coach, other)], clock)
        await other.database.close()
        counted = Counter(message.user_id for message in post.sent)
        assert set(counted) == {who.user_id for who in people}
        assert set(counted.values()) == {1}


async def test_a_worker_that_was_held_up_leaves_what_another_took_over(
    anywhere: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    slow = Worker(anywhere, post)
    claims = await slow._claim()
    clock.move_by(LEASE)
    await tick(anywhere, post)
    assert len(post.sent) == 2
    await asyncio.gather(*(slow._carry(claim) for claim in claims))
    assert len(post.sent) == 2
    assert await state(anywhere) == "sent"


async def test_a_worker_that_is_refused_after_another_took_over_undoes_nothing(
    anywhere: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    slow = Worker(anywhere, post)
    (maya,) = [claim for claim in await slow._claim() if claim.who == MAYA]

    clock.move_by(LEASE)
    await tick(anywhere, post)
    for outcome in (slow._unsent(maya, Unsent("ratelimited")), slow._uncertain(replace(maya, attempt=2))):
        with suppress(nudges.TakenOver):
            await outcome
    clock.move_by(timedelta(hours=1))
    await tick(anywhere, post)
    assert len(post.to("U0MAYA")) == 1
    assert await state(anywhere) == "sent"


# --- Starting and stopping


async def test_a_started_worker_ticks_by_itself_until_it_is_stopped(
    sqlite_url: str, make_coach: Callable[..., Coach]
) -> None:
    clock = MovableClock()
    clock.move_to(datetime(2026, 11, 18, 9, 0, tzinfo=UTC))
    coach = make_coach(sqlite_url, clock, worker_tick_seconds=0.05)
    await settle(coach, MAYA)
    post = Post(clock)
    worker = Worker(coach, post)
    worker.start()
    clock.move_to(DUE)
    await asyncio.wait_for(post.first.wait(), 10)
    await worker.stop()
    assert await coach.in_flight.drained(5)
    clock.move_to(DUE + WEEK)
    await asyncio.sleep(0.2)
    assert len(post.sent) == 1
    await worker.stop()
    await coach.database.close()


async def test_a_stop_can_wait_for_a_tick_that_is_running(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    running = asyncio.create_task(Worker(here, post).tick())
    await asyncio.sleep(0)
    assert here.in_flight.running == 1
    assert await here.in_flight.drained(5)
    assert await running == 2


# --- A life


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "Australia/Lord_Howe", "UTC")


async def _move_house(coach: Coach, chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        session.member.zone_pinned = False
        await members.follow_profile(session, Profile(zone=chance.choice(ZONES)))
        await reviews.plan(session)


async def _change_settings(coach: Coach, chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        weekday, at = (
            chance.choice(members.WEEKDAYS),
            f"{chance.randint(8, 19):02}:{chance.randint(0, 59):02}",
        )
        zone = session.member.zone or "UTC"
        await members.choose_check_in(session, weekday=weekday, at=at, zone_name=zone)
        await reviews.plan(session)


async def _pause(coach: Coach, chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        await members.pause(session, f"in {chance.randint(1, 12)} days")
        await reviews.plan(session)


async def _resume(coach: Coach, _chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        await members.resume(session)
        await reviews.plan(session)


async def _answer(coach: Coach, chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        asked = await reviews.open_check_in(session)
        given = reviews.Answer(f"Win {chance.random()}", stuck="Legal")
        await reviews.answer(session, asked.id if asked else None, given)


async def _put_off(coach: Coach, chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        asked = await reviews.open_check_in(session)
        if asked is not None:
            await reviews.snooze(session, asked.id, chance.choice(["tomorrow", "next_week"]))


async def _skip(coach: Coach, _chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        asked = await reviews.open_check_in(session)
        if asked is not None:
            await reviews.skip(session, asked.id)


async def _trouble(_coach: Coach, chance: random.Random, post: Post) -> None:
    ways = (faults.crash_before, faults.crash_after, faults.drop_after, faults.slow_down(7 * MINUTE))
    post.will("U0MAYA", chance.choice(ways))


LIFE = (_move_house, _change_settings, _pause, _resume, _resume, _answer, _put_off, _skip, _trouble)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_a_person_does_no_date_brings_two_and_none_comes_at_night_or_in_a_pause(
    coach: Coach, post: Post, clock: StoppedClock, seed: int
) -> None:
    chance = random.Random(seed)
    await settle(coach, MAYA)
    dates: list[date] = []
    for _ in range(40):
        clock.move_by(timedelta(minutes=chance.choice([3, 61, 400, 1500, 4000])))
        await chance.choice(LIFE)(coach, chance, post)
        async with coach.session(MAYA) as session:
            zone, paused = members.zone(session.member), session.member.paused_until
        before = len(post.sent)
        await tick(coach, post)
        for message in post.sent[before:]:
            local = message.at.astimezone(zone)
            assert not members.QUIET.hold(local), "somebody was woken"
            assert paused is None or paused <= local.date(), "somebody was away"
            assert local.date() not in dates, "twice on one date"
            dates.append(local.date())
    assert dates, "this life had no check-in at all"


# --- What is left behind


async def test_after_all_this_the_file_holds_neither_words_nor_tokens(
    here: Coach, post: Post, clock: StoppedClock
) -> None:
    async with here.database.system() as session:
        await workspaces.connect(session, here.vault, Installation(TEAM, "xoxb-magpie-token"))
    clock.move_to(DUE)
    await tick(here, post)
    async with here.session(MAYA) as session:
        asked = await reviews.open_check_in(session)
        assert asked is not None
        given = reviews.Answer("a magpie win\nmagpie two", "magpie team", "magpie stuck", "magpie next", 3)
        logged = await reviews.answer(session, asked.id, given)
        await wins.edit(session, logged[0].id, wins.entry("magpie again", FRIDAY, details="magpie"))
        await wins.bin_(session, logged[1].id)
    path = Path(str(here.database.url.database))
    left = read(path)
    assert b"magpie" not in left
    assert b"U0MAYA" in left, "this looked into the wrong file"


def read(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
