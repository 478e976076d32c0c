"""Readiness over real HTTP: a process is not ready while what is due waits for nobody, and is again when it is sent."""

from functools import partial

import aiohttp
import pytest
from sqlalchemy import select

from bot import running
from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import members, reviews, workspaces
from bot.domain.members import Profile
from bot.storage.identity import Stop, Workspace
from tests.conftest import TEAM
from tests.scheduler.office import DUE, MAYA, MINUTE, SECOND, Office
from tests.scheduler.post import Post
from tests.web.test_edge import site


@pytest.fixture
async def asked(coach: Coach, clock: StoppedClock) -> Coach:
    """Maya's check-in is due, and no worker runs."""
    async with coach.database.system() as session:
        await members.admit(session, coach.vault, MAYA, Profile(zone="Europe/Berlin"))
    async with coach.session(MAYA) as session:
        await reviews.plan(session)
    clock.move_to(DUE)
    return coach


async def told(coach: Coach) -> tuple[int, dict[str, bool]]:
    async with (
        aiohttp.ClientSession() as web,
        site(ready={"nudges": partial(running._on_time, coach)}) as served,
        web.get(f"{served.url}/readyz") as answer,
    ):
        return answer.status, await answer.json()


READY, LATE = (200, {"nudges": True}), (503, {"nudges": False})


async def test_a_process_is_not_ready_while_what_is_due_waits_for_nobody(
    asked: Coach, clock: StoppedClock
) -> None:
    assert await told(asked) == READY
    clock.move_to(DUE + 2 * MINUTE - SECOND)
    assert await told(asked) == READY
    clock.move_to(DUE + 2 * MINUTE)
    assert await told(asked) == LATE
    await Office(asked, Post(clock)).tick()
    assert await told(asked) == READY


async def test_what_an_operator_stopped_is_not_late(asked: Coach, clock: StoppedClock) -> None:
    clock.move_to(DUE + 10 * MINUTE)
    async with asked.database.system() as session:
        session.add(Stop(id=Stop.EVERYWHERE))
    assert await told(asked) == READY


async def test_what_waits_for_a_workspace_is_not_late_once_a_worker_has_seen_it(
    asked: Coach, clock: StoppedClock
) -> None:
    async with asked.database.system() as session:
        (await session.scalars(select(Workspace))).one().held_until = DUE + 30 * MINUTE
    await Office(asked, Post(clock)).tick()
    clock.move_to(DUE + 10 * MINUTE)
    assert await told(asked) == READY
    clock.move_to(DUE + 33 * MINUTE)
    assert await told(asked) == LATE


async def test_what_belongs_to_a_workspace_that_left_is_not_late(asked: Coach, clock: StoppedClock) -> None:
    async with asked.database.system() as session:
        await workspaces.disconnect(session, TEAM)
    await Office(asked, Post(clock)).tick()
    clock.move_to(DUE + 10 * MINUTE)
    assert await told(asked) == READY
