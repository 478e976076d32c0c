"""A database's errors hold no word of what was to be stored: they end in logs, and in what a person's screen shows."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.core.clock import StoppedClock
from bot.storage.database import Database

CANARY = "Kanarienvogel"


@pytest.fixture
async def database(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    made = Database(database_url, clock)
    yield made
    await made.close()


async def test_a_failing_statement_does_not_tell_its_parameters(database: Database) -> None:
    async with database.engine.connect() as connection:
        with pytest.raises(DBAPIError) as failed:
            await connection.execute(
                text("INSERT INTO no_such_table (word) VALUES (:word)"), {"word": CANARY}
            )
    assert CANARY not in f"{failed.value} {failed.value!r}"
    assert "no_such_table" in str(failed.value)
