"""The worker: everything due is sent once, whatever breaks on the way, and never at a bad time."""

import asyncio
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import event, func, select

from bot.coach import Coach
from bot.core.clock import MovableClock, StoppedClock
from bot.domain import bins, members, nudges, reviews, wins, workspaces
from bot.domain.nudges import CHECK_IN, FEEDBACK, LOG_WIN, Nudge, Uncertain, Unsent
from bot.domain.wins import Win
from bot.scheduler import Worker, _records
from bot.storage import database as database_module
from bot.storage.identity import Principal, Stop
from tests.conftest import TEAM
from tests.scheduler import post as faults
from tests.scheduler.office import (
    DANIEL,
    DAY,
    DUE,
    FRIDAY,
    HOUR,
    LEASE,
    MAYA,
    MINUTE,
    WEEK,
    Office,
    answers,
    beside,
    coming,
    crowd,
    settle,
    state,
)
from tests.scheduler.post import Post

MONDAY_MORNING = datetime(2026, 11, 23, 7, tzinfo=UTC)

# --- Once


async def test_nothing_is_sent_before_its_time(here: Office, post: Post) -> None:
    assert await here.goes_to(DUE - timedelta(microseconds=1)) == 0
    assert post.sent == []


async def test_what_is_due_is_sent_once_and_the_next_one_planned(anywhere: Office, post: Post) -> None:
    assert [await anywhere.goes_to(DUE) for _ in range(3)] == [2, 0, 0]
    assert sorted(message.user_id for message in post.sent) == ["U0DANIEL", "U0MAYA"]
    assert post.looks == 0
    assert await state(anywhere.coach) == "sent"
    assert await coming(anywhere.coach) == [DUE + WEEK]


async def test_where_it_lies_is_remembered_with_the_nudge_and_the_member(here: Office, post: Post) -> None:
    await here.goes_to(DUE)
    async with here.coach.session(MAYA) as session:
        asked = await session.scalar(select(Nudge).where(Nudge.local_on == FRIDAY))
        assert asked is not None
        assert (asked.asked_at, asked.key) == (DUE, post.to("U0MAYA")[0].key)
        assert (session.member.dm_channel, asked.ts) == (
            "DU0MAYA",
            f"1795.{post.sent.index(post.to('U0MAYA')[0]):06}",
        )


@pytest.mark.thorough
async def test_every_week_brings_one_to_whoever_answers(here: Office, post: Post) -> None:
    for hours in range(0, 4 * 7 * 24, 12):
        await here.goes_to(DUE + timedelta(hours=hours))
        await answers(here.coach)
    days = [(message.at.date() - FRIDAY).days for message in post.to("U0MAYA")]
    assert days == [0, 7, 14, 21]


@pytest.mark.thorough
async def test_whoever_does_not_answer_is_asked_less_often(here: Office, post: Post) -> None:
    for hours in range(0, 10 * 7 * 24, 12):
        await here.goes_to(DUE + timedelta(hours=hours))
    days = [(message.at.date() - FRIDAY).days for message in post.to("U0MAYA")]
    assert days[:3] == [0, 7, 14]
    assert days[3:] == [42]


async def test_three_kinds_that_are_due_at_once_come_in_one_message(here: Office, post: Post) -> None:
    async with here.coach.session(MAYA) as session:
        for kind in (FEEDBACK, LOG_WIN):
            await nudges.schedule(session, kind, at=DUE, on=FRIDAY)
    await here.goes_to(DUE)
    await here.passes(HOUR)
    (message,) = post.to("U0MAYA")
    assert message.kinds == ("check_in", "log_win", "feedback")
    assert [await state(here.coach, kind=kind) for kind in (CHECK_IN, LOG_WIN, FEEDBACK)] == ["sent"] * 3


async def test_a_snoozed_and_a_planned_one_come_in_one_message(here: Office, post: Post) -> None:
    await here.goes_to(DUE)
    async with here.coach.session(MAYA) as session:
        asked = await reviews.open_check_in(session)
        assert asked is not None
        await nudges.schedule(session, LOG_WIN, at=DUE + 2 * HOUR, on=FRIDAY)
        await nudges.put_off(session, asked.id, DUE + 2 * HOUR)
    await here.goes_to(DUE + 2 * HOUR)
    assert [message.kinds for message in post.to("U0MAYA")] == [("check_in",), ("check_in", "log_win")]


async def test_a_kind_that_was_given_up_while_its_message_was_on_the_way_does_not_come_back(
    here: Office, post: Post
) -> None:
    async def give_up(_post: Post, _claim: nudges.Claim) -> None:
        async with here.coach.session(MAYA) as session:
            await nudges.choose_cadence(session, CHECK_IN, "never")

    post.will("U0MAYA", give_up)
    await here.goes_to(DUE)
    for week in range(1, 4):
        await here.goes_to(DUE + week * WEEK)
    assert [message.at for message in post.to("U0MAYA")] == [DUE]


# --- When a worker vanishes


async def test_a_crash_before_sending_delays_it_and_nothing_is_lost(anywhere: Office, post: Post) -> None:
    post.will("U0MAYA", faults.crash_before)
    await anywhere.goes_to(DUE)
    await anywhere.tick()
    assert post.to("U0MAYA") == []
    await anywhere.passes(LEASE)
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1
    assert await state(anywhere.coach) == "sent"
    assert await coming(anywhere.coach) == [DUE + WEEK]


async def test_a_crash_after_sending_is_noticed_and_it_is_not_sent_again(
    anywhere: Office, post: Post
) -> None:
    post.will("U0MAYA", faults.crash_after)
    await anywhere.goes_to(DUE)
    assert await state(anywhere.coach) == "claimed"
    await anywhere.takes_over()
    assert len(post.to("U0MAYA")) == 1
    assert await state(anywhere.coach) == "sent"
    assert await coming(anywhere.coach) == [DUE + WEEK]


async def test_a_lease_is_out_only_for_whoever_has_watched_it_that_long(here: Office, post: Post) -> None:
    post.will("U0MAYA", faults.crash_before)
    await here.goes_to(DUE)
    # The claim is hours old, but this worker has only just seen it.
    here.clock.move_by(3 * HOUR)
    await here.tick()
    assert post.looks == 0
    await here.passes(LEASE - timedelta(seconds=1))
    assert post.looks == 0
    await here.passes(LEASE / 4)
    assert len(post.to("U0MAYA")) == 1


async def test_what_a_vanished_worker_left_does_not_come_at_night(here: Office, post: Post) -> None:
    post.will("U0MAYA", faults.crash_before)
    await here.goes_to(DUE)
    # Its hours in Berlin end at 21:00; the machine was asleep until two at night.
    here.clock.move_by(11 * HOUR)
    await here.tick()
    await here.passes(LEASE)
    assert (post.looks > 0, post.to("U0MAYA")) == (True, [])
    await here.goes_to(MONDAY_MORNING)
    assert [message.at for message in post.to("U0MAYA")] == [MONDAY_MORNING]


WAYS = (faults.crash_before, faults.crash_after)


@pytest.mark.parametrize(("first", "second"), list(product(WAYS, WAYS)))
async def test_two_messages_that_a_member_had_in_hand_are_looked_for_each_by_its_key(
    here: Office, post: Post, first: faults.Fault, second: faults.Fault
) -> None:
    async with here.coach.session(MAYA) as session:
        session.member.days = 0b1111111
        await nudges.schedule(session, LOG_WIN, at=DUE + DAY, on=FRIDAY + DAY)
    post.will("U0MAYA", first, second)
    await here.goes_to(DUE)
    # The first one's lease is not out for anybody when the second one is taken as well.
    await here.goes_to(DUE + DAY)
    for _ in range(8):
        await here.passes(LEASE)
    assert sorted(kind for message in post.to("U0MAYA") for kind in message.kinds) == ["check_in", "log_win"]
    assert await state(here.coach) == "sent"
    assert await state(here.coach, on=FRIDAY + DAY, kind=LOG_WIN) == "sent"


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(8))
async def test_crashes_on_the_way_never_lose_or_double_a_message(here: Office, post: Post, seed: int) -> None:
    ways = [faults.crash_before, faults.crash_after, faults.drop_before, faults.drop_after]
    chosen = random.Random(seed).choices(ways, k=3)
    post.will("U0MAYA", *chosen)
    await here.goes_to(DUE)
    for _ in range(12):
        await here.passes(LEASE)
    assert len(post.to("U0MAYA")) == 1, chosen
    assert await state(here.coach) == "sent"


async def test_a_connection_that_dropped_is_looked_into_before_anything_is_sent_again(
    here: Office, post: Post
) -> None:
    post.will("U0MAYA", faults.drop_after)
    post.will("U0DANIEL", faults.drop_before)
    await here.goes_to(DUE)
    for _ in range(4):
        await here.passes(LEASE)
    assert sorted(message.user_id for message in post.sent) == ["U0DANIEL", "U0MAYA"]
    assert post.looks == 2


@pytest.mark.parametrize("way", [faults.crash_before, faults.crash_after])
async def test_where_the_history_cannot_be_read_silence_is_kept_and_the_question_stays_open(
    anywhere: Office, post: Post, way: faults.Fault
) -> None:
    post.will("U0MAYA", way)
    post.unreadable = Uncertain()
    await anywhere.goes_to(DUE)
    sent_by_then = len(post.to("U0MAYA"))
    for _ in range(4):
        await anywhere.passes(LEASE)
    assert len(post.to("U0MAYA")) == sent_by_then
    assert await state(anywhere.coach) == "unknown"
    async with anywhere.coach.session(MAYA) as session:
        assert await reviews.open_check_in(session) is not None
    assert await coming(anywhere.coach) == [DUE + WEEK]


async def test_one_doubt_after_the_other_is_settled_by_looking_again(here: Office, post: Post) -> None:
    post.will("U0MAYA", faults.drop_before, faults.drop_before, faults.drop_before)
    await here.goes_to(DUE)
    for _ in range(12):
        await here.passes(LEASE)
    assert len(post.to("U0MAYA")) == 1
    assert post.tries["U0MAYA"] == 4
    assert await state(here.coach) == "sent"


async def test_a_history_that_cannot_be_asked_for_just_now_is_asked_for_later(
    here: Office, post: Post
) -> None:
    post.will("U0MAYA", faults.crash_after)
    await here.goes_to(DUE)
    post.unreadable = Unsent("ratelimited", after=10 * MINUTE, whom="workspace", slower=True)
    await here.takes_over()
    for _ in range(4):
        await here.passes(MINUTE)
    assert post.looks == 1, "it was asked to wait"
    post.unreadable = None
    for _ in range(10):
        await here.passes(MINUTE)
    assert len(post.to("U0MAYA")) == 1, "it was out already"
    assert await state(here.coach) == "sent"


@pytest.mark.thorough
async def test_what_could_not_be_looked_for_while_it_was_useful_stays_an_open_question(
    here: Office, post: Post
) -> None:
    post.will("U0MAYA", faults.crash_after)
    await here.goes_to(DUE)
    post.unreadable = Unsent("history", after=MINUTE, whom="workspace")
    for _ in range(4 * 24):
        await here.passes(HOUR)
    assert len(post.to("U0MAYA")) == 1
    assert await state(here.coach) == "unknown"


# --- When the database is silent


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is opened from now on is given up in no time, and asked again as soon."""
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(_records, "RECORD_PAUSE", 0.05)


def stranger(coach: Coach) -> closing[sqlite3.Connection]:
    """Somebody else's connection to the file."""
    path = str(coach.database.url.database)
    return closing(sqlite3.connect(path, isolation_level=None, timeout=0))


async def lock(other: sqlite3.Connection) -> None:
    """Let nobody else write from now on."""
    async with asyncio.timeout(10):
        while not other.in_transaction:
            with suppress(sqlite3.OperationalError):
                other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(0.01)


async def test_a_database_that_is_silent_after_sending_is_told_when_it_answers(
    impatient: None, here: Office, post: Post
) -> None:

    async def fall_silent(_post: Post, _claim: nudges.Claim) -> None:
        await lock(other)

    post.will("U0MAYA", fall_silent)
    with stranger(here.coach) as other:
        here.clock.move_to(DUE)
        ticking = asyncio.create_task(here.tick())
        await here.tries(MAYA)
        await here.tries(DANIEL)
        await asyncio.sleep(0.3)
        assert not ticking.done(), "what was sent is kept in hand"
        other.execute("ROLLBACK")
        assert await ticking == 2
    assert await state(here.coach) == "sent"
    await here.takes_over()
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1
    assert post.looks == 0


async def test_a_database_that_stays_silent_after_sending_makes_the_next_one_look(
    impatient: None, here: Office, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_records, "RECORD_TRIES", 2)

    async def fall_silent(_post: Post, _claim: nudges.Claim) -> None:
        await lock(other)

    post.will("U0DANIEL", fall_silent)
    with stranger(here.coach) as other:
        await here.goes_to(DUE)
        other.execute("ROLLBACK")
    assert await state(here.coach, DANIEL) == "claimed"
    await here.takes_over()
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1
    assert await state(here.coach, DANIEL) == "sent"


async def test_a_database_that_does_not_answer_leaves_everything_for_the_next_tick(
    impatient: None, here: Office, post: Post
) -> None:
    with stranger(here.coach) as other:
        await lock(other)
        assert await here.goes_to(DUE) == 0
        other.execute("ROLLBACK")
    assert await here.tick() == 2
    assert len(post.sent) == 2


async def test_what_became_of_many_is_written_together(coach: Coach, post: Post) -> None:
    people = [Principal(f"T{number:05}", f"U{number:05}") for number in range(60)]
    await crowd(coach, people)
    commits = 0

    def count(_connection: object) -> None:
        nonlocal commits
        commits += 1

    event.listen(coach.database.engine.sync_engine, "commit", count)
    await Office(coach, post).goes_to(DUE)
    assert len(post.sent) == 60
    assert commits < 15, "sixty workspaces' messages took a commit each"


# --- At a good time


@pytest.mark.parametrize(
    ("found_at", "sent_at"),
    [
        ("2026-11-20T19:59Z", "2026-11-20T19:59Z"),
        ("2026-11-20T20:00Z", "2026-11-23T07:00Z"),
        ("2026-11-21T03:00Z", "2026-11-23T07:00Z"),
        ("2026-11-22T12:00Z", "2026-11-23T07:00Z"),
        ("2026-11-23T07:00Z", "2026-11-23T07:00Z"),
    ],
)
async def test_outside_the_members_hours_and_days_it_waits_for_the_next_good_morning(
    here: Office, post: Post, found_at: str, sent_at: str
) -> None:
    for moment in (found_at, "2026-11-23T06:59Z", "2026-11-23T07:00Z"):
        if moment >= found_at:
            await here.goes_to(datetime.fromisoformat(moment))
    assert [message.at for message in post.to("U0MAYA")] == [datetime.fromisoformat(sent_at)]


async def test_a_paused_member_is_asked_after_the_pause_and_others_as_ever(here: Office, post: Post) -> None:
    async with here.coach.session(MAYA) as session:
        await members.pause(session, "2026-11-28")
        await reviews.plan(session)
    for week in range(3):
        await here.goes_to(DUE + week * WEEK)
    assert [message.at for message in post.to("U0MAYA")] == [DUE + 2 * WEEK]
    assert len(post.to("U0DANIEL")) == 3


async def test_a_pause_that_begins_while_it_is_due_is_kept(here: Office, post: Post) -> None:
    here.clock.move_to(DUE)
    async with here.coach.session(MAYA) as session:
        await members.pause(session, "2026-11-23")
    await here.tick()
    assert post.to("U0MAYA") == []
    await here.goes_to(datetime(2026, 11, 23, 7, tzinfo=UTC))
    assert len(post.to("U0MAYA")) == 1


async def test_what_was_answered_while_it_was_on_the_way_stays_answered(here: Office, post: Post) -> None:
    async def skip(_post: Post, claim: nudges.Claim) -> None:
        async with here.coach.session(MAYA) as session:
            await nudges.skip(session, claim.nudge_ids[0])

    post.will("U0MAYA", skip)
    await here.goes_to(DUE)
    assert await state(here.coach) == "skipped"
    assert await coming(here.coach) == [DUE + WEEK]
    await here.takes_over()
    assert len(post.to("U0MAYA")) == 1


async def test_what_is_too_late_is_missed_and_the_next_one_planned(anywhere: Office, post: Post) -> None:
    await anywhere.goes_to(DUE + timedelta(days=3, minutes=1))
    assert post.sent == []
    assert await state(anywhere.coach) == "missed"
    assert await coming(anywhere.coach) == [DUE + WEEK]


@pytest.mark.parametrize("weeks", [1, 5, 14])
async def test_after_weeks_without_a_worker_this_weeks_one_comes_at_its_time(
    here: Office, post: Post, weeks: int
) -> None:
    for seconds in (1, 2):
        await here.goes_to(DUE + weeks * WEEK + timedelta(seconds=seconds))
    assert len(post.to("U0MAYA")) == 1
    assert await coming(here.coach) == [DUE + (weeks + 1) * WEEK]


async def test_a_worker_that_was_down_for_a_weekend_sends_it_late_and_once(here: Office, post: Post) -> None:
    back = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    for _ in range(3):
        await here.goes_to(back)
    assert len(post.to("U0MAYA")) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("down", [7, 9, 365])
async def test_after_a_long_time_down_there_is_one_message_in_a_week_and_not_several(
    here: Office, post: Post, down: int
) -> None:
    back = datetime(2026, 11, 18, 9, 0, tzinfo=UTC) + timedelta(days=down)
    for hours in range(0, 7 * 24, 6):
        await here.goes_to(back + timedelta(hours=hours))
    assert len(post.to("U0MAYA")) == 1


async def test_nothing_is_sent_to_a_workspace_that_uninstalled_until_it_is_back(
    here: Office, post: Post
) -> None:
    async with here.coach.database.system() as session:
        await workspaces.disconnect(session, TEAM)
    await here.goes_to(DUE)
    await here.passes(HOUR)
    assert post.sent == []
    await settle(here.coach, MAYA)
    async with here.coach.database.system() as session:
        await nudges.release(session, TEAM)
    await here.tick()
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1


@pytest.mark.parametrize("scope", [Stop.EVERYWHERE, TEAM])
async def test_what_an_operator_stopped_is_not_sent_until_it_is_started_again(
    anywhere: Office, post: Post, scope: str
) -> None:
    async with anywhere.coach.database.system() as session:
        session.add(Stop(id=scope))
    await anywhere.goes_to(DUE)
    assert post.sent == []
    async with anywhere.coach.database.system() as session:
        await session.delete(await session.get_one(Stop, scope))
        await nudges.release(session, TEAM)
    await anywhere.tick()
    assert len(post.sent) == 2


# --- When the clock jumps


@pytest.mark.parametrize("back", [MINUTE, HOUR, DAY, WEEK])
async def test_a_clock_that_is_stepped_back_sends_nothing_twice(
    here: Office, post: Post, back: timedelta
) -> None:
    await here.goes_to(DUE)
    here.step(-back)
    await here.tick()
    async with here.coach.session(MAYA) as session:
        await reviews.plan(session)
    for _ in range(0, int(back.total_seconds() // 3600) + 24, 12):
        await here.passes(timedelta(hours=12))
    assert len(post.to("U0MAYA")) == 1


async def test_a_clock_that_is_stepped_back_in_the_middle_sends_nothing_twice(
    here: Office, post: Post
) -> None:
    post.will("U0MAYA", faults.crash_after)
    await here.goes_to(DUE)
    here.step(-DAY)
    for _ in range(10):
        await here.passes(3 * HOUR)
    assert len(post.to("U0MAYA")) == 1
    assert await state(here.coach) == "sent"


@pytest.mark.parametrize("step", [DAY, -DAY, 10 * MINUTE, -10 * MINUTE])
async def test_a_clock_that_is_stepped_while_a_message_is_on_the_way_sends_nothing_twice(
    anywhere: Office, post: Post, step: timedelta
) -> None:
    other = Office(beside(anywhere.coach), post)
    over = asyncio.Event()
    post.will("U0MAYA", faults.hang_until(over))
    anywhere.clock.move_to(DUE)
    sending = asyncio.create_task(anywhere.tick())
    await anywhere.tries(MAYA)
    await other.tick()
    for office in (other, anywhere):
        office._stepped += step
    other.clock.move_by(step)
    await other.tick()
    over.set()
    await sending
    await other.coach.database.close()
    assert len(post.to("U0MAYA")) == 1
    assert post.looks == 0
    assert await state(anywhere.coach) == "sent"


async def test_a_clock_that_jumps_a_day_ahead_and_back_sends_nothing_twice(here: Office, post: Post) -> None:
    here.clock.move_to(DUE)
    for step in (HOUR, -HOUR, 2 * HOUR, HOUR):
        here.step(step)
        await here.tick()
    assert len(post.to("U0MAYA")) == 1


# --- Counting


async def test_a_tick_counts_what_is_due_and_what_became_of_it(here: Office, post: Post) -> None:
    post.will("U0DANIEL", faults.be_refused(HOUR))
    await here.goes_to(DUE + 5 * MINUTE)
    assert here.counted("check_in", "sent") == 1
    assert here.counted("check_in", "retried") == 1
    assert here.refused("msg_blocks_too_long") == 1
    counts = here.coach.metrics.render().decode()
    assert "sayso_nudges_due 0.0" in counts
    assert 'sayso_messages_taken_total{within="hour"} 2.0' in counts
    assert "sayso_send_seconds_count 2.0" in counts


async def test_what_came_too_late_or_stayed_in_doubt_is_counted(here: Office, post: Post) -> None:
    post.will("U0MAYA", faults.drop_before)
    post.unreadable = Uncertain()
    await here.goes_to(DUE)
    await here.takes_over()
    assert (here.counted("check_in", "ambiguous"), here.counted("check_in", "unknown")) == (1, 1)
    assert here.refused("uncertain") == 2
    await here.goes_to(DUE + WEEK + 4 * DAY)
    assert here.counted("check_in", "late") == 2


async def test_what_waits_for_a_worker_is_counted_with_its_age(here: Office, post: Post) -> None:
    async with here.coach.database.system() as session:
        session.add(Stop(id="T0ELSE"))
    here.clock.move_to(DUE + 10 * MINUTE)
    async with here.coach.database.system() as session:
        assert await nudges.backlog(session) == (2, 600.0)
    await here.tick()
    async with here.coach.database.system() as session:
        assert await nudges.backlog(session) == (0, 0.0)


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


async def test_a_stop_can_wait_for_a_tick_that_is_running(here: Office, clock: StoppedClock) -> None:
    clock.move_to(DUE)
    running = asyncio.create_task(here.tick())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert here.coach.in_flight.running
    assert await here.coach.in_flight.drained(5)
    assert await running == 2


async def test_a_stop_finishes_what_was_begun_and_gives_the_rest_back(anywhere: Office, post: Post) -> None:
    over = asyncio.Event()
    async with anywhere.coach.session(DANIEL) as session:
        await nudges.schedule(session, CHECK_IN, at=DUE + MINUTE, on=FRIDAY)
    post.will("U0MAYA", faults.hang_until(over))
    anywhere.clock.move_to(DUE + MINUTE)
    running = asyncio.create_task(anywhere.tick())
    await anywhere.tries(MAYA)
    await anywhere.worker.stop()
    over.set()
    await running
    assert await anywhere.coach.in_flight.drained(5)
    assert [message.user_id for message in post.sent] == ["U0MAYA"]
    assert await state(anywhere.coach, DANIEL) == "waiting"
    # Whoever comes next need not wait for a lease, nor look.
    await Office(anywhere.coach, post).tick()
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1
    assert post.looks == 0


async def test_what_has_lain_in_a_bin_for_thirty_days_is_let_go(here: Office, clock: StoppedClock) -> None:
    async with here.coach.session(MAYA) as session:
        win = await wins.log(session, wins.read("Shipped it", FRIDAY), wins.Source.COMMAND)
        await wins.bin_(session, win.id)
    for days, left in ((29, 1), (31, 0)):
        await here.goes_to(win.created_at + timedelta(days=days))
        async with here.coach.session(MAYA) as session:
            assert (await bins.page(session, size=10))[1] == left
        async with here.coach.database.system() as session:
            assert await session.scalar(select(func.count()).select_from(Win)) == left
