"""Fixtures for the worker: a post office, and an office with Maya and Daniel, who are asked on Friday."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.coach import Coach
from bot.core.clock import StoppedClock
from tests.scheduler.office import DANIEL, MAYA, Office, settle
from tests.scheduler.post import Post


@pytest.fixture
def post(clock: StoppedClock) -> Post:
    return Post(clock)


@asynccontextmanager
async def office_on(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach], post: Post
) -> AsyncIterator[Office]:
    made = make_coach(database_url, clock)
    await settle(made, MAYA, DANIEL)
    yield Office(made, post)
    await made.database.close()


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach], post: Post
) -> AsyncIterator[Office]:
    """On both databases, on the Wednesday before the check-in."""
    async with office_on(database_url, clock, make_coach, post) as office:
        yield office


@pytest.fixture
async def on_postgres(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach], post: Post
) -> AsyncIterator[Office]:
    """The same on PostgreSQL, for what only its locks let happen."""
    async with office_on(postgres_url, clock, make_coach, post) as office:
        yield office


@pytest.fixture
async def here(coach: Coach, post: Post) -> Office:
    """The same on SQLite, for rules in which the database has no part."""
    await settle(coach, MAYA, DANIEL)
    return Office(coach, post)
