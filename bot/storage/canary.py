"""The canary: a row that opens only with the right master keys, asked before anything else is touched."""

from sqlalchemy import LargeBinary, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Record
from bot.storage.database import Database
from bot.storage.vault import Vault

_OWNER = "canary"


class Canary(Record):
    """One row with a key that only the master keys of this database unwrap."""

    __tablename__ = "canary"

    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)


async def check(database: Database, vault: Vault) -> None:
    """Refuse keys that do not belong to this database; WrongKeyError, and nothing is changed."""
    async with database.engine.connect() as connection:
        if not await connection.run_sync(_has_table):
            return
        wrapped = (await connection.execute(select(Canary.wrapped_key))).scalar()
    if wrapped is not None:
        try_on(wrapped, vault)


def try_on(wrapped: bytes, vault: Vault) -> None:
    """See that a canary's key opens; WrongKeyError when it was wrapped for other master keys."""
    vault.sealer(wrapped, _OWNER)


async def settle(database: Database, vault: Vault) -> None:
    """Put the canary into a database that has none yet."""
    async with database.system() as session:
        if await session.scalar(select(Canary)) is None:
            session.add(Canary(id=_OWNER, wrapped_key=vault.new_key(_OWNER)))


def _has_table(connection: Connection) -> bool:
    return inspect(connection).has_table(Canary.__tablename__)
