"""Migrations, run by Alembic without a configuration file: the schema is what they make."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.base import Record

if TYPE_CHECKING:
    from alembic.config import Config

# Most processes start on a schema that is current, and none of them waits for Alembic's libraries.

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


def newest() -> str:
    return max(_known())


@cache
def _known() -> frozenset[str]:
    # A file is named after its revision.
    return frozenset(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _upgrade(connection: Connection) -> None:
    from alembic import command

    if connection.dialect.name == "postgresql":
        # SQLite has one writer anyway; here two processes that start at once take turns.
        connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_TURN})")
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return version


def _differences(connection: Connection) -> list[Any]:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, Record.metadata))


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
