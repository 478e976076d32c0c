"""Migrations, run by Alembic without a configuration file: the schema is what they make."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.base import Record

MIGRATIONS = Path(__file__).parent / "migrations"

_TURN = int.from_bytes(b"sayso")


async def upgrade(engine: AsyncEngine) -> None:
    """Bring the schema to the newest version; in one transaction, so that it can be run again."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def is_current(engine: AsyncEngine) -> bool:
    """Whether the database's schema is the newest version."""
    async with engine.connect() as connection:
        return await connection.run_sync(lambda sync: _version(sync) == newest())


async def version(engine: AsyncEngine) -> str | None:
    """The version of the database's schema; None where there is none."""
    async with engine.connect() as connection:
        return await connection.run_sync(_version)


async def is_newer(engine: AsyncEngine) -> bool:
    """Whether the database's schema was made by a version of Sayso that this one does not know."""
    async with engine.connect() as connection:
        return await connection.run_sync(lambda sync: _version(sync) not in (None, *_known()))


async def differences(engine: AsyncEngine) -> list[Any]:
    """What the models and the migrated schema do not agree on; empty when they do."""
    async with engine.connect() as connection:
        return await connection.run_sync(_differences)


def knows(version: str) -> bool:
    """Whether a schema's version is one that this Sayso can bring up to date."""
    return version in _known()


def newest() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def _known() -> list[str]:
    return [each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()]


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # SQLite has one writer anyway; here two processes that start at once take turns.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Record.metadata))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
