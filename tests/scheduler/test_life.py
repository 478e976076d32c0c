"""A life with the worker: whatever a person does, no date brings two, and none comes at a bad time."""

import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.coach import Coach
from bot.domain import members, nudges, reviews, wins, workspaces
from bot.domain.members import Profile
from bot.domain.nudges import (
    CHECK_IN,
    FEEDBACK,
    LOG_WIN,
    MILESTONE,
    MISSING_RESULT,
    ONBOARDING,
    REASSESS,
    STALE_GOAL,
)
from bot.domain.workspaces import Installation
from tests.conftest import TEAM
from tests.scheduler import post as faults
from tests.scheduler.office import DUE, FRIDAY, LEASE, MAYA, MINUTE, Office, settle
from tests.scheduler.post import Post

pytestmark = pytest.mark.thorough

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
        await members.choose(session, weekday=weekday, time=at, zone=zone)
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
            await nudges.snooze(session, asked.id, chance.choice(["tomorrow", "next_week"]))


async def _skip(coach: Coach, _chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        asked = await reviews.open_check_in(session)
        if asked is not None:
            await nudges.skip(session, asked.id)


async def _be_asked_something_else(coach: Coach, chance: random.Random, _post: Post) -> None:
    async with coach.session(MAYA) as session:
        kind = chance.choice(SOMETHING)
        if kind.name != "check_in":
            await nudges.ask_on(session, kind, members.today(session) + timedelta(days=chance.randint(0, 3)))


# One of each way to come back; named, so that a new kind makes no other life of a seed.
SOMETHING = (
    *(CHECK_IN, ONBOARDING, LOG_WIN, MISSING_RESULT),
    *(FEEDBACK, MILESTONE, STALE_GOAL, REASSESS),
)


async def _trouble(_coach: Coach, chance: random.Random, post: Post) -> None:
    ways = (faults.crash_before, faults.crash_after, faults.drop_after, faults.slow_down(7 * MINUTE))
    post.will("U0MAYA", chance.choice(ways))


LIFE = (
    *(_move_house, _change_settings, _pause, _resume, _resume, _answer, _put_off, _skip),
    *(_be_asked_something_else, _trouble),
)


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_a_person_does_no_date_brings_two_and_none_comes_at_night_or_in_a_pause(
    coach: Coach, post: Post, seed: int
) -> None:
    chance = random.Random(seed)
    await settle(coach, MAYA)
    office = Office(coach, post)
    dates: list[date] = []
    for _ in range(40):
        office.clock.move_by(timedelta(minutes=chance.choice([3, 61, 400, 1500, 4000])))
        await chance.choice(LIFE)(coach, chance, post)
        async with coach.session(MAYA) as session:
            zone, paused = members.zone(session.member), session.member.paused_until
            quiet = nudges.hours(session.member)
        before = len(post.sent)
        await office.tick()
        await office.passes(LEASE / 4)
        await office.passes(LEASE)
        for message in post.sent[before:]:
            local = message.at.astimezone(zone)
            assert not quiet.hold(local - 2 * LEASE) or not quiet.hold(local), "somebody was woken"
            assert paused is None or paused <= local.date(), "somebody was away"
            if "check_in" in message.kinds:
                assert local.date() not in dates, "twice on one date"
                dates.append(local.date())
    assert dates, "this life had no check-in at all"
    asked = [nudge_id for message in post.sent for nudge_id in message.nudge_ids]
    assert len(asked) >= len(dates)


async def test_after_all_this_the_file_holds_neither_words_nor_tokens(here: Office) -> None:
    coach = here.coach
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, Installation(TEAM, "xoxb-magpie-token"))
    await here.goes_to(DUE)
    async with coach.session(MAYA) as session:
        asked = await reviews.open_check_in(session)
        assert asked is not None
        given = reviews.Answer("a magpie win\nmagpie two", "magpie team", "magpie stuck", "magpie next", 3)
        logged = await reviews.answer(session, asked.id, given)
        await wins.edit(session, logged[0].id, wins.entry("magpie again", FRIDAY, details="magpie"))
        await wins.bin_(session, logged[1].id)
    path = Path(str(coach.database.url.database))
    left = read(path)
    assert b"magpie" not in left
    assert b"U0MAYA" in left, "this looked into the wrong file"


def read(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
