"""The database: transactions that are whole or nothing, in time, and lose no update, on SQLite and PostgreSQL."""

import asyncio
import multiprocessing
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from bot.core.clock import StoppedClock
from bot.core.errors import Busy
from bot.settings import Settings
from bot.storage import database as database_module
from bot.storage.database import Database, wal_is_sound
from bot.storage.handled import Handled
from tests.chaos.scale import Measured, count

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
SPAWN = multiprocessing.get_context("spawn")

# Long enough for a transaction on a busy machine, short enough to wait for in a test.
PATIENCE = 0.4


def address(url: str) -> str:
    return Settings.load(_env_file=None, database_url=SecretStr(url)).database


@asynccontextmanager
async def opened(url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    made = Database(address(url), clock)
    yield made
    await made.close()


@pytest.fixture
async def database(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with opened(database_url, clock) as made:
        yield made


@pytest.fixture
async def sqlite(sqlite_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with opened(sqlite_url, clock) as made:
        yield made


@pytest.fixture
async def postgres(postgres_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with opened(postgres_url, clock) as made:
        yield made


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives up sooner, so that a test need not wait for two seconds."""
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", PATIENCE)


@contextmanager
def locked(database: Database, how: str = "BEGIN IMMEDIATE") -> Iterator[sqlite3.Connection]:
    """Another process in the middle of its work on the same file."""
    with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as other:
        other.execute(how)
        yield other
        if other.in_transaction:
            other.execute("ROLLBACK")


async def write(database: Database, *keys: str) -> None:
    async with database.system() as session:
        session.add_all([Handled(id=key) for key in keys])


async def written(database: Database) -> list[str]:
    async with database.system() as session:
        return list(await session.scalars(select(Handled.id).order_by(Handled.id)))


# --- Whole or nothing


async def test_what_was_written_is_there_after_the_transaction(database: Database) -> None:
    await write(database, "a", "b")
    assert await written(database) == ["a", "b"]


async def test_nothing_is_there_after_a_transaction_that_failed(database: Database) -> None:
    with suppress(ZeroDivisionError):
        async with database.system() as session:
            session.add(Handled(id="a"))
            await session.flush()
            raise ZeroDivisionError
    assert await written(database) == []


async def test_nothing_is_there_after_a_transaction_that_was_cancelled(database: Database) -> None:
    async def write_and_wait(wrote: asyncio.Event) -> None:
        async with database.system() as session:
            session.add(Handled(id="a"))
            await session.flush()
            wrote.set()
            await asyncio.sleep(60)

    wrote = asyncio.Event()
    task = asyncio.create_task(write_and_wait(wrote))
    await wrote.wait()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await write(database, "after")
    assert await written(database) == ["after"]


async def test_others_do_not_see_what_is_not_committed(postgres: Database) -> None:
    async with postgres.system() as session:
        session.add(Handled(id="a"))
        await session.flush()
        assert await written(postgres) == []
    assert await written(postgres) == ["a"]


async def test_a_broken_rule_is_a_fault_and_not_a_busy_database(database: Database) -> None:
    await write(database, "a")
    with pytest.raises(IntegrityError):
        await write(database, "b", "a")
    assert await written(database) == ["a"]


@pytest.mark.parametrize("statement", ["SELECT FROM", "SELECT * FROM no_such_table", "SELECT no_such_column"])
async def test_a_statement_that_makes_no_sense_is_a_fault_and_not_a_busy_database(
    database: Database, statement: str
) -> None:
    with pytest.raises(DBAPIError):
        await execute(database, statement)


async def execute(database: Database, statement: str) -> Any:
    async with database.system() as session:
        return (await session.execute(text(statement))).scalar()


async def test_a_transaction_has_the_clocks_moment(database: Database, clock: StoppedClock) -> None:
    await write(database, "a")
    clock.move_by(timedelta(days=1))
    await write(database, "b")
    async with database.system() as session:
        moments = list(await session.scalars(select(Handled.created_at).order_by(Handled.id)))
    assert moments == [clock.now() - timedelta(days=1), clock.now()]


async def test_foreign_keys_hold(database: Database) -> None:
    orphan = (
        "INSERT INTO captures (id, created_at, member_id, source)"
        " VALUES ('a', '2026-11-18 09:00:00', 'nobody', 'form')"
    )
    with pytest.raises(IntegrityError):
        await execute(database, orphan)


# --- Read, modify, write


async def add_many(database: Database, times: int, *, pause: float = 0) -> None:
    """Read a number, add one, write it back: what loses updates where two may read the same number.

    Who has waited for too long is told that nothing was saved, and tries again.
    """
    done = 0
    while done < times:
        with suppress(Busy):
            async with database.system() as session:
                counter = (
                    await session.execute(
                        select(Handled).where(Handled.id.startswith("n:")).with_for_update()
                    )
                ).scalar_one()
                await asyncio.sleep(pause)
                counter.id = f"n:{int(counter.id[2:]) + 1:09}"
            done += 1


async def test_four_writers_who_read_first_lose_no_update(database: Database, measured: Measured) -> None:
    each = count("R13") // 4
    await write(database, "n:000000000")
    await asyncio.gather(*(add_many(database, each) for _ in range(4)))
    (told,) = await written(database)
    measured("R13", f"{database.url.get_backend_name()}: {int(told[2:])} of {4 * each} updates are there")
    assert int(told[2:]) == 4 * each


async def test_writers_with_engines_of_their_own_lose_no_update(
    database_url: str, clock: StoppedClock
) -> None:
    async with opened(database_url, clock) as one, opened(database_url, clock) as two:
        await write(one, "n:000000000")
        await asyncio.gather(add_many(one, 10), add_many(one, 10), add_many(two, 10), add_many(two, 10))
        assert await written(two) == ["n:000000040"]


def add_in_a_process(url: str, times: int) -> None:
    async def add() -> None:
        async with opened(url, StoppedClock(NOW)) as database:
            await add_many(database, times)

    asyncio.run(add())


@pytest.mark.thorough
async def test_two_processes_on_one_file_lose_no_update(sqlite: Database, sqlite_url: str) -> None:
    await write(sqlite, "n:000000000")
    processes = [SPAWN.Process(target=add_in_a_process, args=(sqlite_url, 15)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        await asyncio.to_thread(process.join)
    assert [process.exitcode for process in processes] == [0, 0]
    assert await written(sqlite) == ["n:000000030"]


# --- In time


@pytest.mark.usefixtures("impatient")
async def test_a_locked_sqlite_is_waited_for(sqlite: Database) -> None:
    with locked(sqlite) as other:
        waiting = asyncio.create_task(write(sqlite, "a"))
        await asyncio.sleep(PATIENCE / 4)
        assert not waiting.done()
        other.execute("ROLLBACK")
        await waiting
    assert await written(sqlite) == ["a"]


@pytest.mark.usefixtures("impatient")
async def test_a_sqlite_locked_for_too_long_is_busy_and_nothing_is_half_written(
    sqlite_url: str, clock: StoppedClock
) -> None:
    loop = asyncio.get_running_loop()
    async with opened(sqlite_url, clock) as sqlite:
        with locked(sqlite):
            began = loop.time()
            with pytest.raises(Busy) as refused:
                await write(sqlite, "a", "b")
            assert PATIENCE <= loop.time() - began < 3 * PATIENCE
        assert refused.value.words == "busy"
        assert await written(sqlite) == []
        await write(sqlite, "c")
        assert await written(sqlite) == ["c"]


@pytest.mark.usefixtures("impatient")
async def test_whoever_waits_behind_a_waiting_one_does_not_wait_twice(
    sqlite_url: str, clock: StoppedClock
) -> None:
    loop = asyncio.get_running_loop()
    async with opened(sqlite_url, clock) as sqlite:
        await written(sqlite)

        async def seconds_until_busy(delay: float) -> float:
            await asyncio.sleep(delay)
            began = loop.time()
            with pytest.raises(Busy):
                await write(sqlite, f"{delay}")
            return loop.time() - began

        with locked(sqlite):
            waited = await asyncio.gather(*(seconds_until_busy(share * PATIENCE) for share in (0, 0.4, 0.8)))
        assert max(waited) < 1.6 * PATIENCE
        assert await written(sqlite) == []


@pytest.mark.usefixtures("impatient")
async def test_a_commit_that_cannot_be_made_is_busy_and_leaves_nothing(
    sqlite_url: str, clock: StoppedClock
) -> None:
    # A reader of a database without write-ahead logging stands in the way at the very end.
    async with opened(sqlite_url, clock) as sqlite:
        await write(sqlite, "before")
        if await execute(sqlite, "PRAGMA journal_mode") == "wal":
            pytest.skip("readers block nobody here")
        with locked(sqlite, "BEGIN") as other:
            other.execute("SELECT * FROM handled").fetchall()
            with pytest.raises(Busy):
                await write(sqlite, "a")
        assert await written(sqlite) == ["before"]


@pytest.mark.usefixtures("impatient")
async def test_a_long_transaction_of_ones_own_process_makes_the_next_one_busy(
    sqlite_url: str, clock: StoppedClock
) -> None:
    async with opened(sqlite_url, clock) as sqlite:
        async with sqlite.system() as session:
            session.add(Handled(id="first"))
            with pytest.raises(Busy):
                await write(sqlite, "second")
        assert await written(sqlite) == ["first"]


async def test_a_row_locked_for_too_long_on_postgres_is_busy(postgres: Database) -> None:
    await write(postgres, "n:000000000")
    async with postgres.system() as session:
        await session.execute(select(Handled).with_for_update())
        with pytest.raises(Busy):
            await lock_row(postgres, patience="100ms")
    assert await written(postgres) == ["n:000000000"]


async def lock_row(database: Database, *, patience: str) -> None:
    async with database.system() as session:
        await session.execute(text(f"SET LOCAL lock_timeout = '{patience}'"))
        await session.execute(select(Handled).with_for_update())


async def test_postgres_gives_up_in_time_and_speaks_utc(postgres: Database) -> None:
    shown = {
        name: await execute(postgres, f"SHOW {name}")
        for name in ("lock_timeout", "statement_timeout", "timezone")
    }
    assert shown == {"lock_timeout": "2s", "statement_timeout": "10s", "timezone": "UTC"}


async def test_a_postgres_connection_that_was_cut_is_replaced(postgres: Database) -> None:
    await write(postgres, "a")
    with pytest.raises(Busy):
        await execute(postgres, "SELECT pg_terminate_backend(pg_backend_pid())")
    await write(postgres, "b")
    assert await written(postgres) == ["a", "b"]


async def test_a_postgres_connection_that_was_cut_while_it_rested_is_replaced_before_it_is_used(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "ASK_AFTER_SECONDS", 0)
    pid = await execute(postgres, "SELECT pg_backend_pid()")
    other = Database(str(postgres.url.render_as_string(hide_password=False)), postgres.clock)
    await execute(other, f"SELECT pg_terminate_backend({pid})")
    await other.close()
    await write(postgres, "a")
    assert await written(postgres) == ["a"]


# --- Whether it answers


async def test_a_database_that_is_there_answers(database: Database) -> None:
    assert await database.answers()


@pytest.mark.usefixtures("impatient")
async def test_a_locked_sqlite_does_not_answer(sqlite_url: str, clock: StoppedClock) -> None:
    async with opened(sqlite_url, clock) as sqlite:
        with locked(sqlite):
            assert not await sqlite.answers()


async def test_a_postgres_that_is_not_there_does_not_answer_and_is_busy(clock: StoppedClock) -> None:
    async with opened("postgresql://127.0.0.1:1/nothing", clock) as nowhere:
        assert not await nowhere.answers()
        with pytest.raises(Busy):
            await write(nowhere, "a")


async def test_a_file_that_is_no_database_does_not_answer(tmp_path: Path, clock: StoppedClock) -> None:
    path = tmp_path / "letter.txt"
    letter = b"Dear reader, this is no database. " * 100
    path.write_bytes(letter)
    async with opened(f"sqlite:///{path}", clock) as wrong:
        assert not await wrong.answers()
    assert path.read_bytes() == letter


# --- How SQLite is set


async def test_sqlite_is_set_to_lose_nothing_and_to_forget_what_was_deleted(sqlite: Database) -> None:
    set_to = {
        name: await execute(sqlite, f"PRAGMA {name}")
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
    }
    wal = wal_is_sound(sqlite3.sqlite_version_info)
    busy_timeout = set_to.pop("busy_timeout")
    assert 1500 < busy_timeout <= 2000
    assert set_to == {
        "journal_mode": "wal" if wal else "delete",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 7, 0), False),
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 44, 7), True),
        ((3, 45, 3), False),
        ((3, 49, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
        ((3, 51, 3, 0), True),
    ],
)
def test_write_ahead_logging_is_used_only_where_its_corruption_bug_is_fixed(
    version: tuple[int, ...], sound: bool
) -> None:
    assert wal_is_sound(version) is sound


async def test_a_missing_folder_is_made_for_its_owner_only(tmp_path: Path, clock: StoppedClock) -> None:
    folder = tmp_path / "deep" / "down"
    async with opened(f"sqlite:///{folder}/sayso.db", clock) as made:
        assert await made.answers()
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_where_no_folder_can_be_made_the_database_does_not_answer(
    tmp_path: Path, clock: StoppedClock
) -> None:
    (tmp_path / "letter").write_text("in the way")
    async with opened(f"sqlite:///{tmp_path}/letter/sayso.db", clock) as nowhere:
        assert not await nowhere.answers()
        with pytest.raises(Busy):
            await write(nowhere, "a")


async def test_a_database_in_memory_needs_no_folder_and_leaves_no_file(
    clock: StoppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened("sqlite:///:memory:", clock) as made:
        assert await made.answers()
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []


async def test_an_error_of_the_database_quotes_no_values(database: Database) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with database.system() as session:
            await session.execute(text("SELECT :said FROM no_such_table"), {"said": "a canary"})
    assert "canary" not in str(refused.value)


async def test_many_writers_at_once_are_all_served(database: Database) -> None:
    await asyncio.gather(*(write(database, f"{number:03}") for number in range(60)))
    async with database.system() as session:
        assert await session.scalar(select(func.count()).select_from(Handled)) == 60
