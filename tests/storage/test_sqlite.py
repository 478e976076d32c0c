"""SQLite's turns and group commits: alone, together, cut off at any point, and let go of in the end."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from bot.core.clock import StoppedClock
from bot.core.errors import Busy
from bot.storage.database import Database
from bot.storage.handled import Handled

# Turns of the loop after which a transaction is cut off; a whole one takes fewer of them.
CUTS = range(40)


@asynccontextmanager
async def opened(url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    made = Database(url, clock)
    yield made
    await made.close()


@pytest.fixture
async def database(sqlite_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with opened(sqlite_url, clock) as made:
        yield made


async def write(database: Database, *keys: str) -> None:
    async with database.system() as session:
        session.add_all([Handled(id=key) for key in keys])


async def written(database: Database) -> set[str]:
    async with database.system() as session:
        return set(await session.scalars(select(Handled.id)))


def on_disk(database: Database) -> set[str]:
    """What another process finds in the file."""
    with closing(sqlite3.connect(str(database.url.database), timeout=0)) as other:
        return {key for (key,) in other.execute("SELECT id FROM handled")}


def open_files(path: str) -> list[str]:
    """The handles that this process has on the file and its journal."""
    found = []
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            found.append(str(handle.readlink()))
    return [each for each in found if each.startswith(path)]


# --- Cut off


async def cut_off(database: Database, turns: int, pause: float) -> None:
    """Begin a transaction and cancel it when the loop has turned so often."""
    task = asyncio.create_task(write(database, f"cut after {turns} turns, {pause} s"))
    for _ in range(turns):
        await asyncio.sleep(pause)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("pause", [0, 0.0001])
def test_a_transaction_cut_off_anywhere_leaves_no_thread_no_handle_and_no_lock(
    sqlite_url: str, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch, pause: float
) -> None:
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    before = set(threading.enumerate())

    async def cut_and_leave(turns: int) -> Database:
        async with opened(sqlite_url, clock) as database:
            await cut_off(database, turns, pause)
        return database

    for turns in CUTS:
        database = asyncio.run(cut_and_leave(turns))
        assert open_files(str(database.url.database)) == []
        with closing(sqlite3.connect(str(database.url.database), timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()
    assert failed == []


async def test_whoever_is_cut_off_takes_nobody_along(database: Database) -> None:
    for turns in CUTS:
        others = [asyncio.create_task(write(database, f"{turns} {which}")) for which in "ab"]
        await cut_off(database, turns, 0)
        others.append(asyncio.create_task(write(database, f"{turns} c")))
        await asyncio.gather(*others)
        assert {f"{turns} {which}" for which in "abc"} <= on_disk(database)
    await write(database, "after")
    assert "after" in await written(database)


# --- As SQLAlchemy uses it


async def test_a_connection_runs_one_statement_many_and_reads_rows_one_by_one(database: Database) -> None:
    keys = [{"id": f"{number}", "created_at": database.clock.now()} for number in range(5)]
    async with database.engine.begin() as connection:
        await connection.execute(insert(Handled), keys)
        found = await connection.execute(select(Handled.id).order_by(Handled.id))
        assert found.fetchone() == ("0",)
        assert found.fetchmany(2) == [("1",), ("2",)]
        assert found.fetchall() == [("3",), ("4",)]
        assert found.fetchone() is None


# --- Together


async def test_one_that_fails_leaves_those_that_are_committed_with_it_alone(database: Database) -> None:
    await write(database, "taken")
    results = await asyncio.gather(
        *(write(database, key) for key in ("a", "taken", "b", "taken", "c")), return_exceptions=True
    )
    assert [type(result) for result in results] == [
        type(None),
        IntegrityError,
        type(None),
        IntegrityError,
        type(None),
    ]
    assert on_disk(database) == {"taken", "a", "b", "c"}


async def test_everybody_is_answered_after_the_disk_has_it(database: Database) -> None:
    async def write_and_look(key: str) -> bool:
        await write(database, key)
        return key in on_disk(database)

    assert all(await asyncio.gather(*(write_and_look(f"{number}") for number in range(50))))


async def test_those_who_come_together_are_committed_together(database: Database) -> None:
    await written(database)
    assert database._file is not None
    statements: list[str] = []
    database._file._open.set_trace_callback(statements.append)
    await asyncio.gather(*(write(database, f"{number}") for number in range(30)))
    assert statements.count("RELEASE turn") == 30
    assert statements.count("COMMIT") < 15


async def test_a_commit_that_fails_is_told_to_everybody_in_it(sqlite_url: str, clock: StoppedClock) -> None:
    async with opened(sqlite_url, clock) as database:
        await write(database, "before")
        if await journal(database) == "wal":
            pytest.skip("readers block nobody here")
        assert database._file is not None
        database._file._patience = 0.2
        with closing(sqlite3.connect(str(database.url.database), isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM handled").fetchall()
            results = await asyncio.gather(*(write(database, key) for key in "ab"), return_exceptions=True)
        assert [type(result) for result in results] == [Busy, Busy]
        assert on_disk(database) == {"before"}
        await write(database, "after")
        assert on_disk(database) == {"before", "after"}


async def journal(database: Database) -> str:
    async with database.engine.connect() as connection:
        return str((await connection.execute(text("PRAGMA journal_mode"))).scalar())


async def test_a_full_disk_is_told_to_everybody_in_the_group_and_leaves_nothing_of_it(
    database: Database,
) -> None:
    await write(database, "before")
    assert database._file is not None
    database._file._open.execute("PRAGMA max_page_count=1")
    long = ["x" * 200 + f"{number}" for number in range(100)]
    results = await asyncio.gather(
        write(database, "a"), write(database, *long), write(database, "b"), return_exceptions=True
    )
    stored = on_disk(database)
    assert isinstance(results[1], Busy)
    for key, result in (("a", results[0]), ("b", results[2])):
        assert (key in stored) is (result is None)
    database._file._open.execute("PRAGMA max_page_count=1000000")
    await write(database, "after")
    assert on_disk(database) == {*stored, "after"}


async def test_nobody_waits_for_ever_for_a_group_to_fill(database: Database) -> None:
    """A stream of others does not keep a transaction that is done from being committed."""
    stop = asyncio.Event()

    async def keep_coming(name: str) -> int:
        number = 0
        while not stop.is_set():
            await write(database, f"{name} {number}")
            number += 1
        return number

    busy = [asyncio.create_task(keep_coming(f"{name}")) for name in range(8)]
    for number in range(20):
        async with asyncio.timeout(1):
            await write(database, f"mine {number}")
    stop.set()
    assert min(await asyncio.gather(*busy)) >= 10


async def test_closing_lets_what_is_under_way_be_committed(sqlite_url: str, clock: StoppedClock) -> None:
    async with opened(sqlite_url, clock) as database:
        writing = [asyncio.create_task(write(database, f"{number}")) for number in range(20)]
        await asyncio.sleep(0.001)
    results = await asyncio.gather(*writing, return_exceptions=True)
    kept = {f"{number}" for number, result in enumerate(results) if result is None}
    assert kept <= on_disk(database)
    assert all(isinstance(result, Busy | None) for result in results)
