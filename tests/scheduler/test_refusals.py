"""When Slack refuses, is slow or is silent: whom that holds up, for how long, and that everybody else goes on."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.domain import members, nudges
from bot.domain.members import Profile
from bot.domain.nudges import CHECK_IN, FEEDBACK, LOG_WIN, Nudge
from bot.scheduler import LONGEST_HOLD, SOONEST_RETRY
from bot.storage.identity import Principal, Workspace
from tests.conftest import TEAM
from tests.scheduler import post as faults
from tests.scheduler.office import (
    DANIEL,
    DAY,
    DUE,
    HOUR,
    MAYA,
    MINUTE,
    SECOND,
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

LENA = Principal("T0OTHER", "U0LENA")
HALF_A_MINUTE = 30 * SECOND


def crowded(teams: int, each: int) -> list[Principal]:
    return [Principal(f"T{team}", f"U{team}N{number:03}") for team in range(teams) for number in range(each)]


async def workspace(coach: Coach, team_id: str = TEAM) -> Workspace:
    async with coach.database.system() as session:
        return (await session.scalars(select(Workspace).where(Workspace.team_id == team_id))).one()


# --- One call at a time


async def test_a_workspace_gets_one_call_at_a_time_and_workspaces_go_beside_each_other(
    coach: Coach, post: Post
) -> None:
    people = crowded(teams=6, each=4)
    await crowd(coach, people)
    over = asyncio.Event()
    for team in range(6):
        post.will(f"U{team}N000", faults.hang_until(over))
    office = Office(coach, post)
    ticking = asyncio.create_task(office.goes_to(DUE))
    for team in range(6):
        await office.tries(Principal(f"T{team}", f"U{team}N000"))
    assert sum(post.running.values()) == 6
    over.set()
    await ticking
    assert len(post.sent) == 24
    assert set(post.most.values()) == {1}


async def test_a_workspace_that_hangs_delays_nobody_else(anywhere: Office, post: Post) -> None:
    await settle(anywhere.coach, LENA)
    over = asyncio.Event()
    post.will("U0MAYA", faults.hang_until(over))
    post.will("U0DANIEL", faults.hang_until(over))
    anywhere.clock.move_to(DUE)
    ticking = asyncio.create_task(anywhere.worker.tick())
    await asyncio.wait_for(post.first.wait(), 10)
    assert [message.user_id for message in post.sent] == ["U0LENA"]
    # It is on record too, while the other workspace still hangs.
    other = Office(beside(anywhere.coach), post)
    await other.passes(SECOND)
    await asyncio.sleep(0.2)
    assert await state(anywhere.coach, LENA) == "sent"
    assert not ticking.done()
    over.set()
    await ticking
    await other.coach.database.close()
    assert len(post.sent) == 3


async def test_what_had_to_wait_too_long_behind_a_slow_one_is_given_back_in_time(
    here: Office, post: Post
) -> None:
    over = asyncio.Event()
    async with here.coach.session(DANIEL) as session:
        await nudges.schedule(session, nudges.CHECK_IN, at=DUE + SECOND, on=DUE.date())
    post.will("U0MAYA", faults.hang_until(over))
    here.clock.move_to(DUE + SECOND)
    ticking = asyncio.create_task(here.worker.tick())
    await here.tries(MAYA)
    # Half of the time after which another worker could think that this one had vanished.
    here.clock.move_by(HALF_A_MINUTE)
    over.set()
    await ticking
    assert [message.user_id for message in post.sent] == ["U0MAYA"]
    assert await state(here.coach, DANIEL) == "waiting"
    await here.tick()
    assert (len(post.to("U0DANIEL")), post.looks) == (1, 0)


# --- 429


async def test_a_rate_limit_holds_its_workspace_as_a_whole_and_nobody_else(
    anywhere: Office, post: Post
) -> None:
    await settle(anywhere.coach, LENA)
    post.will("U0MAYA", faults.slow_down(HALF_A_MINUTE))
    post.will("U0DANIEL", faults.slow_down(HALF_A_MINUTE))
    await anywhere.goes_to(DUE)
    assert [message.user_id for message in post.sent] == ["U0LENA"]
    assert post.tries["U0MAYA"] + post.tries["U0DANIEL"] == 1, "the second call of the workspace is spared"
    await anywhere.passes(29 * SECOND)
    assert post.tries["U0MAYA"] + post.tries["U0DANIEL"] == 1, "it was asked to wait"
    post.faults.clear()
    for _ in range(10):
        await anywhere.passes(SECOND)
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1
    assert post.looks == 0, "it certainly was not sent, so nothing has to be looked for"
    assert anywhere.refused("ratelimited") == 1


async def test_every_worker_keeps_to_what_slack_said_to_one_of_them(anywhere: Office, post: Post) -> None:
    other = Office(beside(anywhere.coach), post)
    async with anywhere.coach.session(DANIEL) as session:
        await nudges.schedule(session, nudges.CHECK_IN, at=DUE + 10 * SECOND, on=DUE.date())
    post.will("U0MAYA", faults.slow_down(HALF_A_MINUTE))
    await anywhere.goes_to(DUE)
    await other.passes(10 * SECOND)
    await other.passes(10 * SECOND)
    assert post.tries.total() == 1
    for _ in range(10):
        await other.passes(2 * SECOND)
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1
    await other.coach.database.close()


async def test_a_workspace_that_was_refused_is_slower_for_a_while(coach: Coach, post: Post) -> None:
    people = crowded(teams=1, each=60)
    await crowd(coach, people)
    post.will("U0N000", faults.slow_down(10 * SECOND))
    office = Office(coach, post)
    await office.goes_to(DUE)
    assert post.sent == []
    assert (await workspace(coach, "T0")).per_second == 2.5, "half of what the settings allow"
    await office.passes(10 * SECOND)
    before = len(post.sent)
    for _ in range(8):
        await office.passes(SECOND)
    assert 16 <= len(post.sent) - before <= 24
    for _ in range(60):
        await office.passes(SECOND)
    assert len(post.sent) == len({message.user_id for message in post.sent}) == 60


@pytest.mark.parametrize("after", [timedelta(), timedelta(seconds=-5)])
async def test_a_tick_ends_even_when_slack_says_to_try_again_at_once(
    here: Office, post: Post, after: timedelta
) -> None:
    post.will("U0MAYA", *[faults.slow_down(after)] * 3)
    async with asyncio.timeout(5):
        await here.goes_to(DUE)
    assert post.tries["U0MAYA"] == 1
    for _ in range(20):
        await here.passes(SOONEST_RETRY)
    assert len(post.to("U0MAYA")) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("fault", [faults.slow_down(4 * HOUR), faults.be_refused(4 * HOUR)])
async def test_a_refusal_that_lasts_for_days_ends_in_a_missed_one_and_not_in_a_stale_one(
    here: Office, post: Post, fault: faults.Fault
) -> None:
    post.will("U0MAYA", *[fault] * 50)
    await here.goes_to(DUE)
    for _ in range(5 * 6):
        await here.passes(4 * HOUR)
    assert post.to("U0MAYA") == []
    assert await state(here.coach) == "missed"
    assert await coming(here.coach) == [DUE + WEEK]


# --- A part that is refused

DIGEST = (CHECK_IN, LOG_WIN, FEEDBACK)


@pytest.mark.parametrize(
    ("bad", "sent"),
    [
        (["check_in"], ("log_win", "feedback")),
        (["log_win"], ("check_in", "feedback")),
        (["feedback"], ("check_in", "log_win")),
        (["check_in", "log_win"], ("feedback",)),
        (["log_win", "feedback"], ("check_in",)),
    ],
)
async def test_only_the_part_that_slack_refuses_is_put_off(
    coach: Coach, post: Post, bad: list[str], sent: tuple[str, ...]
) -> None:
    await crowd(coach, [LENA], *DIGEST)
    office = Office(coach, post)
    post.will("U0LENA", *[faults.dislike(*bad)] * 100)
    await office.goes_to(DUE)
    assert [message.kinds for message in post.sent] == [sent], "one message, with all that Slack takes"
    assert {kind.name for kind in DIGEST if await state(coach, LENA, kind=kind) == "waiting"} == set(bad)
    assert office.refused("invalid_blocks") == 1
    tries = post.tries["U0LENA"]
    await office.passes(30 * MINUTE)
    assert post.tries["U0LENA"] == tries
    post.faults.clear()
    # Monday morning.
    await office.passes(2 * DAY + 20 * HOUR)
    assert sorted(kind for message in post.sent for kind in message.kinds) == sorted(
        kind.name for kind in DIGEST
    )


async def test_where_no_part_of_it_is_taken_all_of_it_is_put_off_after_few_calls(
    coach: Coach, post: Post
) -> None:
    await crowd(coach, [LENA], *DIGEST)
    office = Office(coach, post)
    post.will("U0LENA", *[faults.dislike(*(kind.name for kind in DIGEST))] * 100)
    await office.goes_to(DUE)
    assert post.sent == []
    assert post.tries["U0LENA"] == 7
    assert {await state(coach, LENA, kind=kind) for kind in DIGEST} == {"waiting"}


async def test_a_doubt_while_parts_are_left_out_keeps_all_of_it_in_hand(coach: Coach, post: Post) -> None:
    await crowd(coach, [LENA], *DIGEST)
    office = Office(coach, post)
    post.will("U0LENA", faults.dislike("feedback"), faults.drop_after)
    await office.goes_to(DUE)
    assert {await state(coach, LENA, kind=kind) for kind in DIGEST} == {"claimed"}
    await office.takes_over()
    assert len(post.to("U0LENA")) == 1


# --- Silence


@pytest.mark.thorough
async def test_while_slack_is_silent_it_is_tried_less_and_less_often(here: Office, post: Post) -> None:
    post.will("U0MAYA", *[faults.be_silent] * 500)
    post.will("U0DANIEL", *[faults.be_silent] * 500)
    await here.goes_to(DUE)
    tried_at = []
    for second in range(0, 1800, 5):
        before = post.tries.total()
        await here.passes(5 * SECOND)
        if post.tries.total() > before:
            tried_at.append(second)
    assert len(tried_at) < 15, "an outage of half an hour"
    apart = [later - earlier for earlier, later in pairwise(tried_at)]
    assert apart == sorted(apart)
    assert max(apart) <= LONGEST_HOLD.total_seconds() + 5
    post.faults.clear()
    await here.passes(LONGEST_HOLD)
    for _ in range(3):
        await here.passes(SECOND)
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1


async def test_a_doubt_holds_the_workspace_for_a_moment_only(here: Office, post: Post) -> None:
    post.will("U0MAYA", faults.drop_before)
    post.will("U0DANIEL", faults.drop_before)
    await here.goes_to(DUE)
    assert post.tries.total() == 1, "who knows what happens to the next one"
    for _ in range(6):
        await here.passes(MINUTE)
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1


# --- A token that is gone


async def test_a_token_that_is_gone_costs_one_call_and_no_nudge(anywhere: Office, post: Post) -> None:
    for who in (MAYA, DANIEL):
        post.will(who.user_id, faults.lose_the_token)
    await anywhere.goes_to(DUE)
    for _ in range(20):
        await anywhere.passes(2 * MINUTE)
    assert post.tries.total() == 1
    async with anywhere.coach.session(MAYA) as session:
        assert session.member.unreachable is None, "it is not her fault"
    # The app was installed anew.
    post.faults.clear()
    async with anywhere.coach.database.system() as session:
        await nudges.release(session, TEAM)
    # A worker that saw the old token refused learns of it at the latest when the hour is over.
    await anywhere.passes(HOUR)
    await anywhere.passes(SECOND)
    assert len(post.to("U0MAYA")) == len(post.to("U0DANIEL")) == 1


# --- Somebody who cannot be reached


async def test_a_member_who_cannot_be_reached_is_left_alone_and_only_they(
    anywhere: Office, post: Post
) -> None:
    post.will("U0MAYA", faults.gone)
    for week in range(3):
        await anywhere.goes_to(DUE + week * WEEK)
        await answers(anywhere.coach, DANIEL)
    assert (post.tries["U0MAYA"], len(post.to("U0DANIEL"))) == (1, 3)
    async with anywhere.coach.session(MAYA, present=False) as session:
        assert session.member.unreachable == "user_disabled"
        waiting = (await session.scalars(select(Nudge))).one()
        assert (waiting.state, waiting.error) == ("waiting", "user_disabled")


async def test_a_member_who_is_back_in_time_gets_what_waited(anywhere: Office, post: Post) -> None:
    post.will("U0MAYA", faults.gone)
    await anywhere.goes_to(DUE)
    await anywhere.passes(HOUR)
    async with anywhere.coach.session(MAYA) as session:
        assert session.member.unreachable is None
    await anywhere.passes(SECOND)
    assert len(post.to("U0MAYA")) == 1
    assert await coming(anywhere.coach) == [DUE + WEEK]


async def test_a_member_who_comes_back_after_weeks_is_asked_as_ever_and_nothing_stale(
    here: Office, post: Post
) -> None:
    post.will("U0MAYA", faults.gone)
    await here.goes_to(DUE)
    await here.goes_to(DUE + 2 * WEEK + DAY)
    async with here.coach.session(MAYA):
        pass
    await here.passes(SECOND)
    assert post.to("U0MAYA") == []
    await here.goes_to(DUE + 3 * WEEK)
    assert [message.at for message in post.to("U0MAYA")] == [DUE + 3 * WEEK]


async def test_somebody_slack_says_is_deactivated_is_not_written_to_until_slack_says_they_are_back(
    here: Office, post: Post
) -> None:
    async with here.coach.session(MAYA, present=False) as session:
        await members.follow_profile(session, Profile(zone="Europe/Berlin", deleted=True))
    await here.goes_to(DUE)
    assert post.tries["U0MAYA"] == 0
    async with here.coach.session(MAYA, present=False) as session:
        await members.follow_profile(session, Profile(zone="Europe/Berlin"))
        await nudges.wake(session)
    await here.passes(SECOND)
    assert len(post.to("U0MAYA")) == 1


# --- Faults of ours


async def test_a_fault_with_one_member_does_not_end_the_batch(here: Office, post: Post) -> None:
    post.will("U0MAYA", faults.stumble)
    assert await here.goes_to(DUE) == 2
    assert [message.user_id for message in post.sent] == ["U0DANIEL"]
    assert here.counted("check_in", "fault") == 1
    await here.takes_over()
    assert len(post.to("U0MAYA")) == 1
