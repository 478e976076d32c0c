"""Migrations: from nothing to the newest schema, as often as one likes, and the models agree with it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.clock import StoppedClock
from bot.domain import home
from bot.settings import Settings
from bot.storage import database as database_module
from bot.storage import migrate
from bot.storage.base import Record
from bot.storage.database import Database
from bot.storage.handled import Handled
from tests import postgres

# Home reads every feature, so that with it every model is known.
KNOWN = home.__name__


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def nothing_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address where there is no schema yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new.db"
        return
    with postgres.database(request.getfixturevalue("postgres_server"), template="template1") as url:
        yield url


@asynccontextmanager
async def opened(url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    made = Database(Settings.load(_env_file=None, database_url=SecretStr(url)).database, clock)
    yield made
    await made.close()


@pytest.fixture
async def nothing(nothing_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with opened(nothing_url, clock) as made:
        yield made


async def tables(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_a_database_with_nothing_in_it_is_brought_up_to_date(nothing: Database) -> None:
    assert not await migrate.is_current(nothing.engine)
    assert await tables(nothing) == set()
    await migrate.upgrade(nothing.engine)
    assert await migrate.is_current(nothing.engine)
    assert await tables(nothing) == {"alembic_version", *Record.metadata.tables}


async def test_upgrading_again_changes_nothing_and_keeps_what_is_stored(nothing: Database) -> None:
    await migrate.upgrade(nothing.engine)
    async with nothing.system() as session:
        session.add(Handled(id="kept"))
    await migrate.upgrade(nothing.engine)
    async with nothing.system() as session:
        assert await session.get(Handled, "kept") is not None


async def test_the_models_say_what_the_migrations_made(nothing: Database) -> None:
    await migrate.upgrade(nothing.engine)
    assert await migrate.differences(nothing.engine) == []


async def test_a_column_that_is_missing_is_noticed(nothing: Database) -> None:
    await migrate.upgrade(nothing.engine)
    async with nothing.system() as session:
        await session.execute(text("ALTER TABLE check_ins DROP COLUMN energy"))
    assert "energy" in str(await migrate.differences(nothing.engine))


async def test_an_upgrade_that_breaks_off_leaves_nothing_and_can_be_run_again(nothing: Database) -> None:
    async with nothing.engine.begin() as connection:
        # In the way of one of the last statements.
        await connection.execute(text("CREATE TABLE pitch_versions (id VARCHAR(16))"))
    with pytest.raises(DBAPIError):
        await migrate.upgrade(nothing.engine)
    assert await tables(nothing) == {"pitch_versions"}
    async with nothing.engine.begin() as connection:
        await connection.execute(text("DROP TABLE pitch_versions"))
    await migrate.upgrade(nothing.engine)
    assert await migrate.is_current(nothing.engine)


async def test_two_processes_that_start_at_once_both_find_the_newest_schema(
    nothing_url: str, clock: StoppedClock
) -> None:
    async with opened(nothing_url, clock) as one, opened(nothing_url, clock) as two:
        await asyncio.gather(migrate.upgrade(one.engine), migrate.upgrade(two.engine))
        assert await migrate.is_current(one.engine)


async def test_an_older_version_is_not_the_newest(nothing: Database) -> None:
    await migrate.upgrade(nothing.engine)
    async with nothing.system() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not await migrate.is_current(nothing.engine)


@pytest.mark.parametrize(("version", "newer"), [("0000", True), ("9999", True), (migrate.newest(), False)])
async def test_a_version_that_is_not_known_here_is_a_newer_one(
    sqlite_url: str, clock: StoppedClock, version: str, newer: bool
) -> None:
    async with opened(sqlite_url, clock) as database:
        async with database.system() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = :one"), {"one": version})
        assert await migrate.is_newer(database.engine) is newer


async def test_a_database_with_nothing_in_it_is_not_a_newer_one(nothing: Database) -> None:
    assert not await migrate.is_newer(nothing.engine)


async def test_a_locked_sqlite_is_not_half_upgraded(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.2)
    path = tmp_path / "locked.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with opened(f"sqlite:///{path}", clock) as database:
            with suppress(OperationalError):
                await migrate.upgrade(database.engine)
                raise AssertionError("it was upgraded past a lock")
            other.execute("ROLLBACK")
            assert await tables(database) == set()
            await migrate.upgrade(database.engine)
            assert await migrate.is_current(database.engine)


def test_every_migration_has_a_name_that_sorts_in_its_order() -> None:
    names = sorted(path.name for path in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert names
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert migrate.newest() == names[-1][:4]
