"""Fixtures for every height: a clock, databases, a coach with a member, and the bot living in the local Slack."""

import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.coach import Coach
from bot.core.clock import MovableClock, StoppedClock
from bot.core.prose import Prose
from bot.domain import members, workspaces
from bot.domain.members import Profile
from bot.domain.workspaces import Installation
from bot.settings import Settings
from bot.storage import canary, migrate
from bot.storage.database import Database
from bot.storage.identity import Principal
from bot.storage.vault import Vault, new_master_key
from tests import examples, postgres
from tests.chaos.scale import FIGURE, ROWS, Measured
from tests.slack import LocalSlack, Person, living

# A Wednesday morning in Berlin.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
TEAM = "T0JUNIPER"
# Templates do not change while the tests run, so they are compiled once.
PROSE = Prose()

examples.profiles()


@pytest.fixture
def measured(record_property: Measured) -> Measured:
    """Says what a row of the scoreboard measured: `measured("R01", "200 kills: 0 lost")`, once or several times."""

    def say(row_id: str, figure: str) -> None:
        record_property(FIGURE, f"{ROWS[row_id].id}|{figure}")

    return say


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock(NOW)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database of the newest schema, made once and copied for each test."""
    import asyncio  # noqa: PLC0415 - only this fixture runs a loop of its own

    path = tmp_path_factory.mktemp("schema") / "empty.db"

    async def make() -> None:
        database = Database(f"sqlite+turns:///{path}", StoppedClock(NOW))
        await migrate.upgrade(database.engine)
        await database.close()

    asyncio.run(make())
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    path = tmp_path / "sayso.db"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL that may be filled with databases; see tests/postgres.py."""
    with postgres.server() as address:
        yield address


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of its own with the newest schema."""
    with postgres.database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, for what must hold on both."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def make_coach(tmp_path: Path) -> Callable[..., Coach]:
    def make(url: str, clock: StoppedClock | MovableClock, **settings: object) -> Coach:
        key = new_master_key()
        values = {
            "database_url": SecretStr(url),
            "master_keys": SecretStr(key),
            "spread_minutes": 0,
            **settings,
        }
        made = Settings.load(_env_file=None, **values)
        return Coach(made, clock, compiled_once(Database(made.database, clock)), Vault(made.keys), PROSE)

    return make


COMPILED: list[Any] = []


def compiled_once(database: Database) -> Database:
    """Lets every SQLite of the tests use the statements that the first one compiled; most of a test is that."""
    if database.is_sqlite:
        engine = database.engine.sync_engine
        COMPILED[:] = COMPILED or [engine.dialect, engine._compiled_cache]
        engine.dialect, engine._compiled_cache = COMPILED
    return database


@pytest.fixture
async def coach(
    sqlite_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    made = make_coach(sqlite_url, clock)
    await canary.settle(made.database, made.vault)
    async with made.database.system() as session:
        await workspaces.connect(session, made.vault, Installation(TEAM, "xoxb-test", "U0SAYSO", "B0SAYSO"))
    yield made
    await made.database.close()


@pytest.fixture
def admit(coach: Coach) -> Callable[..., object]:
    """Makes a member of a Slack user id and a zone."""

    async def make(user_id: str, *, zone: str | None = "Europe/Berlin") -> Principal:
        who = Principal(TEAM, user_id)
        async with coach.database.system() as session:
            await members.admit(session, coach.vault, who, Profile(zone=zone))
        return who

    return make


@pytest.fixture
async def who(admit: Callable[..., object]) -> Principal:
    made: Principal = await admit("U0MAYA")  # type: ignore[misc]
    return made


@pytest.fixture
async def other(admit: Callable[..., object]) -> Principal:
    made: Principal = await admit("U0DANIEL", zone="America/New_York")  # type: ignore[misc]
    return made


@pytest.fixture
async def slack(sqlite_url: str, make_coach: Callable[..., Coach]) -> AsyncIterator[LocalSlack]:
    """The real bot living in the local Slack, over HTTP; act with `slack.maya`."""
    async with living(sqlite_url, make_coach, mode="http") as local:
        yield local


def everything_must_run() -> bool:
    return bool(os.environ.get("SAYSO_TEST_REQUIRE_ALL"))


@pytest.fixture
async def maya(slack: LocalSlack) -> Person:
    """The default person, who has opened Home once and was welcomed."""
    await slack.maya.opens_home()
    return slack.maya
