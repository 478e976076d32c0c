"""Forgetting: what was deleted leaves the database's files too, on SQLite at once and on a server soon.

SQLite overwrites what is deleted, and its log is emptied. PostgreSQL leaves deleted rows where they were, and its VACUUM
frees their place without overwriting it; only a table that is written anew (VACUUM FULL) is rid of them. That is
done to the tables where keys lie: without its key, nobody can open what is left of a sealed text.
"""

import logging
import re
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError

from bot.core.errors import Busy
from bot.storage.base import new_id
from bot.storage.database import Database
from bot.storage.handled import Handled
from bot.storage.identity import Member, Workspace
from bot.storage.transaction import Transaction

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger(__name__)

# What is wished for is a row, written together with what is deleted; who finds it there goes on.
_WISH = "forget:"

_WITH_KEYS = (Member.__tablename__, Workspace.__tablename__)

# Writing a table anew keeps everybody else from it, and waiting for that too. What takes longer than a command can
# wait (a table of some hundred thousand members) is left to whoever runs it, who is told by the log.
_PATIENCE = ("SET lock_timeout = '300ms'", "SET statement_timeout = '2s'")

# "3 dead row versions cannot be removed yet": who began before the deletion may still look at them.
_NUMBER = re.compile(r"\d+")


def wish(session: Transaction) -> None:
    """Let what this transaction deletes be forgotten after its commit."""
    session.add(Handled(id=_WISH + new_id()))


async def fulfil(database: Database) -> bool:
    """Forget what was deleted before now, if that is wished for; whether nothing is left to be forgotten."""
    try:
        async with database.system() as session:
            wishes = (await session.scalars(select(Handled.id).where(Handled.id.startswith(_WISH)))).all()
        if not wishes:
            return True
        await database.forget()
        if not database.is_sqlite and not await _write_anew(database):
            log.warning("storage.remembers", extra={"reason": "OldTransaction"})
            return False
        async with database.system() as session:
            await session.execute(delete(Handled).where(Handled.id.in_(wishes)))
    except (Busy, DBAPIError) as error:
        log.warning("storage.remembers", extra={"reason": type(error).__name__})
        return False
    return True


async def _write_anew(database: Database) -> bool:
    """Whether nothing that was deleted was taken along, as it is where a transaction began before the deletion."""
    taken_along: list[int] = []

    def note(told: "psycopg.errors.Diagnostic") -> None:
        # The number is the first in the detail, whatever language the server speaks.
        taken_along.extend(int(number) for number in _NUMBER.findall(told.message_detail or "")[:1])

    async with database.engine.connect() as found:
        connection = await found.execution_options(isolation_level="AUTOCOMMIT")
        driver = cast("psycopg.AsyncConnection", (await connection.get_raw_connection()).driver_connection)
        driver.add_notice_handler(note)
        try:
            for statement in (*_PATIENCE, *(f"VACUUM (FULL, VERBOSE) {table}" for table in _WITH_KEYS)):
                await connection.execute(text(statement))
        finally:
            driver.remove_notice_handler(note)
            # The connection goes back to the others; its own settings are those it was opened with.
            await connection.execute(text("RESET ALL"))
    # A server that does not tell is not believed.
    return len(taken_along) >= len(_WITH_KEYS) and not any(taken_along)
