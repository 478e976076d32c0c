"""Several workers beside each other, on both databases: each nudge is sent once, whoever vanishes or is held up."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import nudges
from bot.domain.nudges import BATCH, FEEDBACK, LOG_WIN, Claim, Nudge, Outcome, State
from bot.storage.identity import Member, Principal
from tests.conftest import TEAM
from tests.scheduler import post as faults
from tests.scheduler.office import (
    DUE,
    FRIDAY,
    HOUR,
    LEASE,
    MAYA,
    WEEK,
    Office,
    beside,
    coming,
    crowd,
    state,
)
from tests.scheduler.post import Post

pytestmark = pytest.mark.thorough

# So many a second that the pace of one workspace keeps nobody waiting.
FAST = 1e9


@pytest.fixture
async def fast(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    made = make_coach(database_url, clock, posts_per_second=FAST)
    clock.move_to(DUE)
    yield made
    await made.database.close()


def people(size: int) -> list[Principal]:
    return [Principal(TEAM, f"U{number:05}") for number in range(size)]


@asynccontextmanager
async def two(coach: Coach, post: Post) -> AsyncIterator[tuple[Office, Office]]:
    other = beside(coach)
    yield Office(coach, post), Office(other, post)
    await other.database.close()


async def all_is_done(*offices: Office) -> None:
    """Let them work at once; what a busy database made one of them leave is taken over."""
    for _ in range(5):
        while any(await asyncio.gather(*(office.tick() for office in offices))):
            pass
        offices[0].clock.move_by(LEASE / 2)


async def states(coach: Coach) -> Counter[str]:
    async with coach.database.system() as session:
        return Counter(await session.scalars(select(Nudge.state).where(Nudge.local_on == FRIDAY)))


async def test_two_workers_at_once_send_each_of_many_once(fast: Coach, post: Post) -> None:
    crowd_of = people(300)
    await crowd(fast, crowd_of)
    async with two(fast, post) as offices:
        await all_is_done(*offices)
    counted = Counter(message.user_id for message in post.sent)
    assert set(counted) == {who.user_id for who in crowd_of}
    assert set(counted.values()) == {1}
    assert await states(fast) == {"sent": 300}


async def test_several_kinds_of_one_member_never_end_in_the_hands_of_two_workers(
    fast: Coach, post: Post
) -> None:
    crowd_of = people(200)
    await crowd(fast, crowd_of, nudges.CHECK_IN, LOG_WIN, FEEDBACK)
    async with two(fast, post) as offices:
        await all_is_done(*offices)
    assert {message.kinds for message in post.sent} == {("check_in", "log_win", "feedback")}
    assert len(post.sent) == 200
    assert await states(fast) == {"sent": 600}


async def test_a_batch_that_ends_between_a_members_kinds_takes_the_rest_of_them_along(
    coach: Coach, post: Post
) -> None:
    crowd_of = [Principal(f"T{number:05}", f"U{number:05}") for number in range(BATCH // 3 + 20)]
    await crowd(coach, crowd_of, nudges.CHECK_IN, LOG_WIN, FEEDBACK)
    await Office(coach, post).goes_to(DUE)
    assert {message.kinds for message in post.sent} == {("check_in", "log_win", "feedback")}
    assert len(post.sent) == len(crowd_of)


async def test_two_workers_take_over_from_a_third_that_vanished_and_send_each_once(
    fast: Coach, post: Post
) -> None:
    crowd_of = people(40)
    await crowd(fast, crowd_of)
    async with fast.database.system() as session:
        look = await nudges.claim_due(session, ceiling=FAST)
    for claim in look.claims[::2]:
        # Half of it was out when it vanished.
        post.accept(claim)
    async with two(fast, post) as offices:
        await all_is_done(*offices)
    counted = Counter(message.user_id for message in post.sent)
    assert set(counted) == {who.user_id for who in crowd_of}
    assert set(counted.values()) == {1}
    assert await states(fast) == {"sent": 40}


async def test_what_one_of_two_watchers_takes_over_the_other_leaves(anywhere: Office, post: Post) -> None:
    post.will("U0MAYA", faults.crash_before)
    async with two(anywhere.coach, post) as (one, other):
        await one.goes_to(DUE)
        await asyncio.gather(one.passes(LEASE), other.tick())
        one.clock.move_by(LEASE)
        await asyncio.gather(one.tick(), other.tick())
        await asyncio.gather(one.passes(LEASE), other.tick())
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1


async def test_a_worker_that_was_held_up_leaves_what_another_took_over(anywhere: Office, post: Post) -> None:
    over = asyncio.Event()

    async def be_suspended(post: Post, claim: Claim) -> None:
        """Its process slept before the call, which Slack refuses now."""
        await over.wait()
        faults.slow_down(HOUR)(post, claim)

    post.will("U0MAYA", be_suspended)
    async with two(anywhere.coach, post) as (slow, other):
        slow.clock.move_to(DUE)
        sending = asyncio.create_task(slow.tick())
        await slow.tries(MAYA)
        await other.takes_over()
        await other.takes_over()
        assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1
        assert await state(anywhere.coach) == "sent"
        over.set()
        await sending
    assert await state(anywhere.coach) == "sent"
    assert await coming(anywhere.coach) == [DUE + WEEK]


@pytest.mark.parametrize("late", [State.WAITING, State.MISSED, State.UNKNOWN, State.SENT])
async def test_what_a_worker_says_after_another_took_over_undoes_nothing(
    anywhere: Office, post: Post, late: State
) -> None:
    anywhere.clock.move_to(DUE)
    coach = anywhere.coach
    async with coach.database.system() as session:
        claims = (await nudges.claim_due(session, ceiling=FAST)).claims
    (maya,) = [claim for claim in claims if claim.who == MAYA]
    await anywhere.takes_over()
    assert await state(coach) == "sent"
    async with coach.database.system() as session:
        outcome = Outcome(maya, late, "late", channel="D0MAYA", ts="1.1", at=DUE)
        await nudges.record(session, [outcome], {}, ceiling=FAST)
    assert await state(coach) == "sent"
    await anywhere.passes(HOUR)
    assert len(post.to("U0MAYA")) == 1
    assert await coming(coach) == [DUE + WEEK]


@pytest.mark.postgres
async def test_a_member_who_is_busy_is_left_for_the_next_look_and_keeps_nobody_waiting(
    on_postgres: Office, post: Post
) -> None:
    on_postgres.clock.move_to(DUE)
    async with on_postgres.coach.session(MAYA), asyncio.timeout(1):
        await on_postgres.tick()
    assert [message.user_id for message in post.sent] == ["U0DANIEL"]
    await on_postgres.tick()
    assert len(post.to("U0MAYA")) == 1


@pytest.mark.postgres
async def test_what_became_of_a_message_is_written_while_its_member_is_busy(
    on_postgres: Office, post: Post
) -> None:
    coach, busy, done = on_postgres.coach, asyncio.Event(), asyncio.Event()

    async def think_long() -> None:
        async with coach.session(MAYA) as session:
            # The channel is known by then, so that the worker has nothing to tell about her.
            session.member.dm_channel = "DU0MAYA"
            await session.flush()
            busy.set()
            await done.wait()

    async def answer_meanwhile(_post: Post, _claim: Claim) -> None:
        thinking.append(asyncio.create_task(think_long()))
        await busy.wait()

    thinking: list[asyncio.Task[None]] = []
    async with coach.session(MAYA) as session:
        session.member.dm_channel = "DU0MAYA"
    post.will("U0MAYA", answer_meanwhile)
    async with asyncio.timeout(1.5):
        await on_postgres.goes_to(DUE)
    assert not thinking[0].done()
    async with coach.database.system() as looking:
        planned = select(Nudge.state).join(Member, Member.id == Nudge.member_id)
        of_maya = planned.where(Member.user_id == "U0MAYA").order_by(Nudge.local_on)
        assert list(await looking.scalars(of_maya)) == ["sent", "waiting"]
    done.set()
    await thinking[0]
