"""What was deleted leaves the files: a member's wrapped key is looked for in every byte that PostgreSQL keeps of a database."""

import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.domain import members, privacy, wins, workspaces
from bot.domain.members import Profile
from bot.domain.wins import Source, entry
from bot.domain.workspaces import Installation
from bot.scheduler import Worker
from bot.storage import forgetting
from bot.storage.database import Database
from bot.storage.handled import Handled
from bot.storage.identity import Member, Principal
from tests.conftest import TEAM
from tests.scheduler.post import Post

MAYA, DANIEL = Principal(TEAM, "U0MAYA"), Principal(TEAM, "U0DANIEL")


async def admitted(coach: Coach) -> Coach:
    """Maya and Daniel have a win each."""
    async with coach.database.system() as session:
        await workspaces.connect(session, coach.vault, Installation(TEAM, "xoxb-1"))
    for who in (MAYA, DANIEL):
        async with coach.database.system() as session:
            await members.admit(session, coach.vault, who, Profile())
        async with coach.session(who) as session:
            await wins.log(
                session,
                entry(f"Shipped by {who.user_id}", occurred_on=members.today(session)),
                Source.COMMAND,
            )
    return coach


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    made = make_coach(database_url, clock)
    yield await admitted(made)
    await made.database.close()


@pytest.fixture
async def postgres(
    postgres_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    made = make_coach(postgres_url, clock)
    yield await admitted(made)
    await made.database.close()


async def erase(coach: Coach, who: Principal) -> bytes:
    """Erase somebody; the wrapped key that they had."""
    async with coach.session(who) as session:
        key: bytes = session.member.wrapped_key
        await privacy.erase(session)
    return key


async def wishes(coach: Coach) -> int:
    async with coach.database.system() as session:
        found = select(func.count()).select_from(Handled).where(Handled.id.startswith("forget:"))
        return await session.scalar(found) or 0


async def times_on_disk(database: Database, part: bytes) -> int:
    """How often something stands in the files of a PostgreSQL database, once all of it was written to the disk."""
    async with database.engine.connect() as connection:
        await connection.execute(text("CHECKPOINT"))
        folder = Path(str(await connection.scalar(text("SHOW data_directory"))))
        oid = await connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    return times_in(folder, str(oid), part)


def times_in(folder: Path, oid: str, part: bytes) -> int:
    if not folder.is_dir():
        pytest.skip("the server keeps its files on another machine")
    files = [file for file in (folder / "base" / oid).iterdir() if file.is_file()]
    assert files
    return sum(file.read_bytes().count(part) for file in files)


@pytest.mark.postgres
async def test_no_file_of_postgresql_holds_the_key_of_whoever_erased_everything(postgres: Coach) -> None:
    key = await erase(postgres, MAYA)
    database = postgres.database
    assert await times_on_disk(database, key) >= 1, "a deleted row stays where it was"
    async with database.engine.connect() as found:
        connection = await found.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM members"))
    freed = await times_on_disk(database, key)
    assert await forgetting.fulfil(database)
    assert await times_on_disk(database, key) == 0, f"{freed} had been left by VACUUM alone"
    async with database.system() as session:
        (other,) = await session.scalars(select(Member.wrapped_key))
    assert await times_on_disk(database, other) >= 1, "this looked into the wrong files"
    async with postgres.session(DANIEL) as session:
        assert [win.title for win in await wins.newest(session, 5)] == ["Shipped by U0DANIEL"]


async def test_a_worker_fulfils_what_was_wished_for(anywhere: Coach, clock: StoppedClock) -> None:
    await erase(anywhere, MAYA)
    await Worker(anywhere, Post(clock), monotonic=lambda: clock.now().timestamp()).tick()
    assert await wishes(anywhere) == 0


async def test_a_wish_is_fulfilled_once(anywhere: Coach) -> None:
    await erase(anywhere, MAYA)
    assert await wishes(anywhere) == 1
    assert await forgetting.fulfil(anywhere.database)
    assert await wishes(anywhere) == 0
    assert await forgetting.fulfil(anywhere.database)


@pytest.mark.postgres
async def test_who_is_in_the_way_is_not_waited_for_and_it_is_tried_again(
    postgres: Coach, caplog: pytest.LogCaptureFixture
) -> None:
    key = await erase(postgres, MAYA)
    database = postgres.database
    async with postgres.session(DANIEL):
        with caplog.at_level(logging.WARNING):
            assert not await forgetting.fulfil(database)
    assert "storage.remembers" in caplog.text
    assert await times_on_disk(database, key) >= 1
    assert await wishes(postgres) == 1
    assert await forgetting.fulfil(database)
    assert await times_on_disk(database, key) == 0


@pytest.mark.postgres
@pytest.mark.parametrize(
    "begun",
    [
        "SELECT pg_current_xact_id()",
        "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM wins",
    ],
)
async def test_a_key_that_an_older_transaction_still_holds_is_not_called_forgotten(
    postgres: Coach, caplog: pytest.LogCaptureFixture, begun: str
) -> None:
    database = postgres.database
    async with database.engine.connect() as other:
        for statement in begun.split("; "):
            await other.execute(text(statement))
        key = await erase(postgres, MAYA)
        with caplog.at_level(logging.WARNING):
            assert not await forgetting.fulfil(database)
        assert "storage.remembers" in caplog.text
        assert await times_on_disk(database, key) >= 1, (
            "a table that is written anew takes along what may be seen"
        )
        assert await wishes(postgres) == 1
    assert await forgetting.fulfil(database)
    assert await times_on_disk(database, key) == 0
    assert await wishes(postgres) == 0


@pytest.mark.postgres
async def test_the_connection_is_as_patient_as_before(postgres: Coach) -> None:
    await erase(postgres, MAYA)
    await forgetting.fulfil(postgres.database)
    async with postgres.database.engine.connect() as connection:
        assert await connection.scalar(text("SHOW lock_timeout")) == "2s"
        assert await connection.scalar(text("SHOW statement_timeout")) == "10s"
