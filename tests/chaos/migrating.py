"""Migrates copies of a database in processes that kill themselves before a statement of choice; a program.

`python -m tests.chaos.migrating WHERE KILLS` prints one `Told` as JSON. WHERE is a folder for SQLite's files, or the
address of a PostgreSQL server; KILLS 0 means one kill at each statement, and one before the commit.
"""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
from abc import ABC, abstractmethod
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

import psycopg
from alembic import command
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url

from bot.core.clock import SystemClock
from bot.domain import home
from bot.storage import migrate
from bot.storage.database import Database

KNOWN = home.__name__
KEPT = "INSERT INTO handled (id, created_at) VALUES ('kept', '2026-11-18 09:00:00')"
VERSIONS = ("", "0001")
# With few kills they lie so far from each other.
STRIDE = 7


@dataclass
class Told:
    """How many kills there were, how many had left no trace, and what was wrong afterwards."""

    kills: int = 0
    untouched: int = 0
    broken: int = 0
    lost: int = 0
    stuck: int = 0


class Place(ABC):
    """Where databases are made and copied, by name."""

    @abstractmethod
    def url(self, name: str) -> str:
        """A database's address, as SQLAlchemy has it."""

    @abstractmethod
    def copy(self, name: str, into: str) -> None:
        """Copy a database; the empty name is one with nothing in it."""

    @abstractmethod
    def ask(self, name: str, question: str) -> object:
        """One value out of a database."""

    @abstractmethod
    def schema(self, name: str) -> str:
        """All that was made in a database, as text that can be compared."""

    @abstractmethod
    def is_whole(self, name: str) -> bool:
        """Whether the database itself finds nothing wrong with it."""


class Files(Place):
    """SQLite's files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        return f"sqlite+turns:///{self._path(name)}"

    def copy(self, name: str, into: str) -> None:
        for beside in self._folder.glob(f"{into}.db*"):
            beside.unlink()
        if name:
            shutil.copyfile(self._path(name), self._path(into))

    def ask(self, name: str, question: str) -> object:
        with closing(sqlite3.connect(self._path(name))) as database:
            return database.execute(question).fetchone()[0]

    def schema(self, name: str) -> str:
        return str(self.ask(name, "SELECT group_concat(name || coalesce(sql, '')) FROM sqlite_master"))

    def is_whole(self, name: str) -> bool:
        return self.ask(name, "PRAGMA integrity_check") == "ok"

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"


class Server(Place):
    """A PostgreSQL server."""

    _SCHEMA = """
        SELECT string_agg(line, E'\\n' ORDER BY line) FROM (
            SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
                FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace
        ) AS made(line)"""

    def __init__(self, address: str) -> None:
        self._address = make_url(address)

    def url(self, name: str) -> str:
        return self._named(name, "postgresql+psycopg")

    def copy(self, name: str, into: str) -> None:
        with psycopg.connect(self._named("", "postgresql"), autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "r24_{into}" WITH (FORCE)'.encode())
            template = f"r24_{name}" if name else "template0"
            server.execute(f'CREATE DATABASE "r24_{into}" TEMPLATE "{template}"'.encode())

    def ask(self, name: str, question: str) -> object:
        with psycopg.connect(self._named(name, "postgresql")) as database:
            found = database.execute(question.encode()).fetchone()
            return found[0] if found else None

    def schema(self, name: str) -> str:
        return str(self.ask(name, self._SCHEMA) or "")

    def is_whole(self, name: str) -> bool:
        """Nobody is in a transaction that was left open: whoever was killed has let go of everything."""
        others = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
        return self.ask(name, others) == 0

    def _named(self, name: str, driver: str) -> str:
        database = f"r24_{name}" if name else self._address.database
        url = self._address.set(drivername=driver, database=database)
        return url.render_as_string(hide_password=False)


def main(place: Place, kills: int) -> None:
    told = Told()
    for version in VERSIONS:
        base, whole = f"base{version}", f"whole{version}"
        place.copy("", base)
        asyncio.run(prepare(place.url(base), version))
        place.copy(base, whole)
        asyncio.run(upgrade(place.url(whole)))
        for number in count():
            place.copy(base, "killed")
            struck = killed(place.url("killed"), number * STRIDE if kills else number)
            if not struck or (kills and number >= kills):
                break
            judge(told, place, base, whole)
    print(json.dumps(asdict(told)))  # noqa: T201 - what the test reads


async def prepare(url: str, version: str) -> None:
    """A database of an old version with something in it, or one with nothing."""
    database = Database(url, SystemClock())

    def up(connection: Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    if version:
        async with database.engine.begin() as connection:
            await connection.run_sync(up)
            await connection.exec_driver_sql(KEPT)
    else:
        await database.answers()
    await database.close()


def killed(url: str, number: int) -> bool:
    """Upgrade in a process that is killed before its n-th statement; whether it got that far."""
    pid = os.fork()
    if pid == 0:
        asyncio.run(upgrade(url, number))
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


async def upgrade(url: str, kill_before: int | None = None) -> None:
    database = Database(url, SystemClock())
    numbers = count()

    def strike(*_: object) -> None:
        if next(numbers) == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine.sync_engine, "before_cursor_execute", strike)
    event.listen(database.engine.sync_engine, "commit", strike)
    await migrate.upgrade(database.engine)
    await database.close()


def judge(told: Told, place: Place, base: str, whole: str) -> None:
    told.kills += 1
    told.untouched += place.schema("killed") == place.schema(base)
    asyncio.run(upgrade(place.url("killed")))
    told.broken += not place.is_whole("killed")
    told.stuck += place.ask("killed", "SELECT version_num FROM alembic_version") != migrate.newest()
    told.stuck += place.schema("killed") != place.schema(whole)
    if base != "base":
        told.lost += place.ask("killed", "SELECT count(*) FROM handled WHERE id = 'kept'") != 1


def place_of(where: str) -> Place:
    return Server(where) if "://" in where else Files(Path(where))


if __name__ == "__main__":
    main(place_of(sys.argv[1]), int(sys.argv[2]))
