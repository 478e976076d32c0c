"""Prepared statements: what they store and find is what SQLAlchemy's own way does, its errors too."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date, time, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import bindparam, func, insert, literal, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.core.clock import StoppedClock
from bot.core.errors import Busy
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.handled import Handled
from bot.storage.identity import Member, Workspace
from bot.storage.prepared import Prepared

MEMBERS, WORKSPACES, HANDLED = Member.__table__, Workspace.__table__, Handled.__table__
MEMBER = Prepared(select(MEMBERS).where(MEMBERS.c.id == bindparam("member")))
NOTING: Prepared = Prepared(insert(HANDLED))  # type: ignore[arg-type]  # a mapped class has a Table
NOTED = Prepared(select(HANDLED.c.id).order_by(HANDLED.c.id))


@pytest.fixture
async def database(database_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    made = Database(Settings.load(_env_file=None, database_url=SecretStr(database_url)).database, clock)
    yield made
    await made.close()


async def run(database: Database, prepared: Prepared, **parameters: Any) -> Sequence[Any]:
    def within(session: Session) -> Sequence[Any]:
        return prepared.run(session.connection(), **parameters)

    async with database.system() as session:
        return await session.run_sync(within)


def member(clock: StoppedClock, **values: Any) -> Member:
    return Member(
        id="m", workspace_id="w", user_id="U0MAYA", wrapped_key=b"\x01key", created_at=clock.now(), **values
    )


@pytest.mark.parametrize(
    "values",
    [
        {},
        {
            "zone": "Europe/Berlin",
            "zone_pinned": True,
            "checkin_time": time(9, 30),
            "cadences": {"check_in": "never"},
            "paused_until": date(2026, 12, 24),
            "unreachable": "account_inactive",
        },
    ],
)
async def test_a_row_is_read_as_its_record_is(
    database: Database, clock: StoppedClock, values: dict[str, Any]
) -> None:
    async with database.system() as session:
        session.add(Workspace(id="w", team_id="T0JUNIPER", wrapped_key=b"key"))
        await session.flush()
        session.add(member(clock, welcomed_at=clock.now() - timedelta(days=1), **values))
    async with database.system() as session:
        record = await session.get_one(Member, "m")
    (row,) = await run(database, MEMBER, member="m")
    assert row._asdict() == {column.key: getattr(record, column.key) for column in MEMBERS.columns}
    assert await run(database, MEMBER, member="nobody") == []


async def test_what_is_stored_can_be_read_by_records(database: Database, clock: StoppedClock) -> None:
    assert await run(database, NOTING, id="one", created_at=clock.now()) == ()
    async with database.system() as session:
        record = await session.get_one(Handled, "one")
    assert record.created_at == clock.now()


async def test_values_of_the_statement_itself_need_not_be_given(
    database: Database, clock: StoppedClock
) -> None:
    for name in ("one", "other", "third"):
        await run(database, NOTING, id=name, created_at=clock.now())
    some = Prepared(NOTED.statement.where(HANDLED.c.id.in_([literal("one"), bindparam("another")])))  # type: ignore[union-attr]
    assert await run(database, some, another="third") == [("one",), ("third",)]


async def test_an_error_is_sqlalchemys_and_nothing_is_stored(database: Database, clock: StoppedClock) -> None:
    await run(database, NOTING, id="one", created_at=clock.now())
    with pytest.raises(IntegrityError) as refused:
        await run(database, NOTING, id="one", created_at=clock.now())
    assert "2026" not in str(refused.value), "values stay out of what may be logged"
    assert await run(database, NOTED) == [("one",)]


@pytest.mark.postgres
async def test_a_connection_that_was_cut_is_replaced(postgres_url: str, clock: StoppedClock) -> None:
    cut = Prepared(select(func.pg_terminate_backend(func.pg_backend_pid()).label("cut")))
    database = Database(postgres_url.replace("postgresql://", "postgresql+psycopg://"), clock)
    await run(database, NOTING, id="one", created_at=clock.now())
    with pytest.raises(Busy):
        await run(database, cut)
    assert await run(database, NOTED) == [("one",)]
    await database.close()


@pytest.mark.postgres
async def test_a_statement_that_is_cut_off_leaves_a_sound_pool(
    postgres_url: str, clock: StoppedClock
) -> None:
    sleep = Prepared(select(literal(1).label("one")).where(text("pg_sleep(10) IS NOT NULL")))
    database = Database(postgres_url.replace("postgresql://", "postgresql+psycopg://"), clock)
    for _ in range(3):
        task = asyncio.create_task(run(database, sleep))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await run(database, NOTED) == []
    await database.close()
