"""Migrations: from nothing to the newest schema, as often as one likes, and the models agree with it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from pydantic import SecretStr
from sqlalchemy import Connection, MetaData, inspect, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.clock import StoppedClock
from bot.domain import home, members, nudges
from bot.domain.nudges import NEVER, Nudge
from bot.settings import Settings
from bot.storage import database as database_module
from bot.storage import migrate
from bot.storage.base import Record
from bot.storage.database import Database
from bot.storage.handled import Handled
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.vault import Vault
from tests import postgres

pytestmark = pytest.mark.thorough

DUE, ASKED = datetime(2026, 11, 20, 14, 0, tzinfo=UTC), datetime(2026, 11, 20, 14, 0, 7, tzinfo=UTC)
FRIDAY, WEEK = date(2026, 11, 20), timedelta(days=7)

# Home reads every feature, so that with it every model is known.
KNOWN = home.__name__


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def nothing_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An address where there is no schema yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/new.db"
        return
    with postgres.database(request.getfixturevalue("postgres_server"), template="template1") as url:
        yield url


@asynccontextmanager
async def opened(url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    made = Database(Settings.load(_env_file=None, database_url=SecretStr(url)).database, clock)
    yield made
    await made.close()


@pytest.fixture
async def nothing(nothing_url: str, clock: StoppedClock) -> AsyncIterator[Database]:
    async with opened(nothing_url, clock) as made:
        yield made


async def tables(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_a_database_with_nothing_in_it_is_brought_up_to_date(nothing: Database) -> None:
    assert not await migrate.is_current(nothing.engine)
    assert await tables(nothing) == set()
    await migrate.upgrade(nothing.engine)
    assert await migrate.is_current(nothing.engine)
    assert await tables(nothing) == {"alembic_version", *Record.metadata.tables}


async def test_upgrading_again_changes_nothing_and_keeps_what_is_stored(nothing: Database) -> None:
    await migrate.upgrade(nothing.engine)
    async with nothing.system() as session:
        session.add(Handled(id="kept"))
    await migrate.upgrade(nothing.engine)
    async with nothing.system() as session:
        assert await session.get(Handled, "kept") is not None


async def test_the_models_say_what_the_migrations_made(nothing: Database) -> None:
    await migrate.upgrade(nothing.engine)
    assert await migrate.differences(nothing.engine) == []


async def test_a_column_that_is_missing_is_noticed(nothing: Database) -> None:
    await migrate.upgrade(nothing.engine)
    async with nothing.system() as session:
        await session.execute(text("ALTER TABLE check_ins DROP COLUMN energy"))
    assert "energy" in str(await migrate.differences(nothing.engine))


async def test_an_upgrade_that_breaks_off_leaves_nothing_and_can_be_run_again(nothing: Database) -> None:
    async with nothing.engine.begin() as connection:
        # In the way of one of the last statements.
        await connection.execute(text("CREATE TABLE pitch_versions (id VARCHAR(16))"))
    with pytest.raises(DBAPIError):
        await migrate.upgrade(nothing.engine)
    assert await tables(nothing) == {"pitch_versions"}
    async with nothing.engine.begin() as connection:
        await connection.execute(text("DROP TABLE pitch_versions"))
    await migrate.upgrade(nothing.engine)
    assert await migrate.is_current(nothing.engine)


@pytest.mark.thorough
async def test_two_processes_that_start_at_once_both_find_the_newest_schema(
    nothing_url: str, clock: StoppedClock
) -> None:
    async with opened(nothing_url, clock) as one, opened(nothing_url, clock) as two:
        await asyncio.gather(migrate.upgrade(one.engine), migrate.upgrade(two.engine))
        assert await migrate.is_current(one.engine)


async def test_an_older_version_is_not_the_newest(nothing: Database) -> None:
    await migrate.upgrade(nothing.engine)
    async with nothing.system() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert not await migrate.is_current(nothing.engine)


@pytest.mark.parametrize(("version", "newer"), [("0000", True), ("9999", True), (migrate.newest(), False)])
async def test_a_version_that_is_not_known_here_is_a_newer_one(
    sqlite_url: str, clock: StoppedClock, version: str, newer: bool
) -> None:
    async with opened(sqlite_url, clock) as database:
        async with database.system() as session:
            await session.execute(text("UPDATE alembic_version SET version_num = :one"), {"one": version})
        assert await migrate.is_newer(database.engine) is newer


async def test_a_database_with_nothing_in_it_is_not_a_newer_one(nothing: Database) -> None:
    assert not await migrate.is_newer(nothing.engine)


async def test_a_locked_sqlite_is_not_half_upgraded(
    tmp_path: Path, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "PATIENCE_SECONDS", 0.2)
    path = tmp_path / "locked.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        async with opened(f"sqlite:///{path}", clock) as database:
            with suppress(OperationalError):
                await migrate.upgrade(database.engine)
                raise AssertionError("it was upgraded past a lock")
            other.execute("ROLLBACK")
            assert await tables(database) == set()
            await migrate.upgrade(database.engine)
            assert await migrate.is_current(database.engine)


def test_every_migration_has_a_name_that_sorts_in_its_order() -> None:
    names = sorted(path.name for path in (migrate.MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert names
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    assert migrate.newest() == names[-1][:4]
    assert ScriptDirectory.from_config(migrate._config()).get_current_head() == migrate.newest()


# --- From 0001 to 0002


def nudge(name: str, member: str, state: str, **more: Any) -> dict[str, Any]:
    """A row of nudges as 0001 has it."""
    row = {"id": name, "member_id": member, "created_at": DUE - WEEK, "kind": "check_in", "subject": ""}
    return {
        **row,
        "due_at": DUE,
        "asked_at": None,
        "local_on": FRIDAY,
        "state": state,
        "delivery_id": None,
    } | more


def delivery(name: str, member: str, **more: Any) -> dict[str, Any]:
    row = {"id": name, "member_id": member, "created_at": DUE, "key": f"key of {name}", "attempts": 1}
    return {**row, "lease_until": None, "sent_at": None, "channel": None, "ts": None, "error": None} | more


LEASE_UNTIL = DUE + timedelta(minutes=2)
LATER = {"local_on": FRIDAY + WEEK, "due_at": DUE + WEEK}
PEOPLE = ("waits", "vanished", "answers", "snoozed", "lost", "twice", "silent")
DELIVERIES = (
    delivery("of vanished", "vanished", lease_until=LEASE_UNTIL, attempts=2),
    delivery("of answers", "answers", sent_at=ASKED, channel="D0ANSWERS", ts="1795.000100"),
    delivery("of snoozed", "snoozed", sent_at=ASKED, channel="D0SNOOZED", ts="1795.000200"),
    delivery("of lost", "lost", error="user_disabled"),
    delivery("of silent", "silent", error="uncertain", attempts=2),
)
NUDGES = (
    nudge("a waits", "waits", "waiting"),
    nudge("a vanished", "vanished", "claimed", delivery_id="of vanished"),
    nudge("an answers", "answers", "sent", delivery_id="of answers", asked_at=ASKED),
    nudge("next answers", "answers", "waiting", **LATER),
    nudge("a question", "answers", "done", kind="feedback", asked_at=ASKED - WEEK / 7),
    nudge("beside it", "answers", "done", kind="log_win", asked_at=ASKED),
    nudge("a snoozed", "snoozed", "waiting", delivery_id="of snoozed", asked_at=ASKED, due_at=DUE + WEEK / 7),
    nudge("next snoozed", "snoozed", "waiting", **LATER),
    nudge("before lost", "lost", "failed", local_on=FRIDAY - WEEK, due_at=DUE - WEEK),
    nudge("a lost", "lost", "failed", delivery_id="of lost"),
    nudge("a twice", "twice", "waiting"),
    nudge("next twice", "twice", "waiting", **LATER),
    nudge("a silent", "silent", "unknown", delivery_id="of silent"),
)


def fill(connection: Connection, vault: Vault) -> None:
    """A schema of 0001 with a row of every sort."""
    config = migrate._config()
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    known = MetaData()
    known.reflect(connection)
    made: dict[str, Any] = {"created_at": DUE - WEEK}
    space = {"id": "space", "team_id": "T0JUNIPER", "wrapped_key": vault.new_key("space"), **made}
    person = {"workspace_id": "space", "zone": "Europe/Berlin", "zone_pinned": False, **made}
    settings = {"checkin_weekday": 4, "checkin_time": time(15), "welcomed_at": DUE - WEEK}
    win = {"id": "a win", "member_id": "waits", "occurred_on": FRIDAY, "source": "form", "title_sealed": b"!"}
    pitch = {"id": "a pitch", "member_id": "waits", "audience": "skip", "period": "November 2026"}
    version = {
        "id": "a version",
        "member_id": "waits",
        "pitch_id": "a pitch",
        "number": 1,
        "made_by": "draft",
        "text_sealed": b"!",
    }
    rows: dict[str, list[dict[str, Any]]] = {
        "workspaces": [space],
        "members": [
            {
                "id": name,
                "user_id": f"U0{name.upper()}",
                "wrapped_key": vault.new_key(name),
                **person,
                **settings,
            }
            | {"unreachable": "user_disabled" if name == "lost" else None}
            for name in PEOPLE
        ],
        "deliveries": list(DELIVERIES),
        "nudges": list(NUDGES),
        "wins": [{**win, **made}],
        "pitches": [{**pitch, **made}],
        "pitch_versions": [{**version, **made}],
    }
    for name, of_table in rows.items():
        connection.execute(known.tables[name].insert(), of_table)


@pytest.fixture
async def upgraded(nothing: Database) -> tuple[Database, Vault]:
    """A database that was at 0001 and in use."""
    vault = Vault([bytes(range(32))])
    async with nothing.engine.begin() as connection:
        await connection.run_sync(fill, vault)
    await migrate.upgrade(nothing.engine)
    assert await migrate.differences(nothing.engine) == []
    return nothing, vault


async def test_a_draft_for_an_audience_is_of_that_kind_with_all_its_versions(
    upgraded: tuple[Database, Vault],
) -> None:
    database, _ = upgraded
    async with database.system() as session:
        drafts = (await session.execute(text("SELECT kind, period, sent_on FROM pitches"))).all()
        versions = (await session.execute(text("SELECT pitch_id, made_by FROM pitch_versions"))).all()
    assert [tuple(row) for row in drafts] == [("skip", "November 2026", None)]
    assert [tuple(row) for row in versions] == [("a pitch", "draft")]


async def test_an_upgrade_to_the_nudge_engine_loses_nothing_that_was_asked_or_waits(
    upgraded: tuple[Database, Vault],
) -> None:
    database, _ = upgraded
    async with database.system() as session:
        rows = {row.id: row for row in await session.scalars(select(Nudge))}
        assert await session.scalar(text("SELECT count(*) FROM wins")) == 1
    assert sorted({row["id"] for row in NUDGES} - set(rows)) == ["next twice"], "it comes after the other one"
    assert {name: row.state for name, row in rows.items()} == {
        "a waits": "waiting",
        "a vanished": "claimed",
        "an answers": "sent",
        "next answers": "waiting",
        "a question": "done",
        "beside it": "done",
        "a snoozed": "waiting",
        "next snoozed": "waiting",
        "before lost": "missed",
        "a lost": "waiting",
        "a twice": "waiting",
        "a silent": "unknown",
    }
    assert all(row.planned_at == row.due_at and row.due_at < NEVER for row in rows.values())
    assert (rows["a snoozed"].due_at, rows["a snoozed"].asked_at) == (DUE + WEEK / 7, ASKED)
    sent, vanished = rows["an answers"], rows["a vanished"]
    assert (sent.key, sent.ts, sent.asked_at, sent.local_on) == (
        "key of of answers",
        "1795.000100",
        ASKED,
        FRIDAY,
    )
    assert (vanished.key, vanished.attempts, vanished.claimed_at) == ("key of of vanished", 2, LEASE_UNTIL)
    assert rows["a silent"].error == "uncertain"
    spent = {name: row.spent_at for name, row in rows.items() if row.spent_at}
    assert spent == {"a question": ASKED - WEEK / 7}, "what went out beside a check-in took no room"


async def test_an_upgrade_gives_everybody_their_hours_days_and_pace(upgraded: tuple[Database, Vault]) -> None:
    database, vault = upgraded
    async with database.system() as session:
        space = (await session.scalars(select(Workspace))).one()
        assert (space.next_slot_at, space.per_second, space.held_until) == (None, None, None)
        people = (await session.scalars(select(Member))).all()
    assert len(people) == len(PEOPLE)
    for member in people:
        assert (member.hours_start, member.hours_end, member.days) == (time(8), time(21), 0b0011111)
        assert (member.budget, member.cadences, member.offset_seconds, member.paused_from) == (
            2,
            None,
            0,
            None,
        )
    async with database.member() as session:
        await session.enter(Principal("T0JUNIPER", "U0WAITS"), vault)
        assert await members.absences(session) == []


async def test_after_an_upgrade_work_goes_on_where_it_was(
    upgraded: tuple[Database, Vault], clock: StoppedClock
) -> None:
    database, _ = upgraded
    clock.move_to(DUE)
    async with database.system() as session:
        claims = (await nudges.claim_due(session, ceiling=1000)).claims
        assert sorted(claim.who.user_id for claim in claims) == ["U0TWICE", "U0WAITS"]
    async with database.system() as session:
        seen = [sight for sight in await nudges.claimed(session, limit=10) if sight.nudge_id == "a vanished"]
        (taken,) = await nudges.take_over(session, seen)
        assert (taken.key, taken.ambiguous, taken.who.user_id) == ("key of of vanished", True, "U0VANISHED")
