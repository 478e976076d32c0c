"""In a process of its own: what our worker asks of the database, by hand over the driver alone.

The statements, their order, the size of a batch and its two commits are the engine's (bot/domain/nudges/claims.py
and outcomes.py); there are no rules, objects or coroutines, and a next turn is simply a week later.
"""

import re
import secrets
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg

from benchmarks import children
from benchmarks.addresses import is_sqlite, sqlite_file

BATCH = 500
WEEK = timedelta(days=7)
TS = "1763647200.000100"

ROW = """SELECT nudges.id, nudges.member_id, nudges.kind, nudges.subject, nudges.local_on, nudges.planned_at,
 nudges.due_at, nudges.paced, nudges.asked_at, nudges.unanswered, nudges.attempts, nudges.key, members.workspace_id,
 members.user_id, members.dm_channel, members.zone, members.checkin_weekday, members.checkin_time,
 members.hours_start, members.hours_end, members.days, members.paused_from, members.paused_until,
 members.unreachable, members.cadences, members.budget, members.offset_seconds, members.home_opened_at
 FROM nudges JOIN members ON members.id = nudges.member_id
 WHERE nudges.state = 'waiting' AND nudges.due_at <= :now"""
DUE = (
    ROW  # noqa: S608 - both parts are ours
    + """ AND NOT (EXISTS (SELECT * FROM stops WHERE stops.id = '*')) ORDER BY nudges.due_at LIMIT :limit
 /*FOR NO KEY UPDATE OF members SKIP LOCKED*/"""
)
THE_REST = f"{ROW} AND nudges.member_id IN (:ids) AND nudges.due_at >= :since"
SPACES = """SELECT id, team_id, next_slot_at, per_second, slowed_at, held_until,
 uninstalled_at IS NOT NULL OR (EXISTS (SELECT * FROM stops WHERE stops.id = workspaces.team_id)) AS stopped
 FROM workspaces WHERE id IN (:ids) ORDER BY id /*FOR NO KEY UPDATE OF workspaces*/"""
TAKE_SLOTS = "UPDATE workspaces SET next_slot_at = :free_at WHERE id = :id"
MARK = """UPDATE nudges SET paced = false, state = 'claimed', key = :key, attempts = attempts + 1, claimed_at = :now,
 error = NULL WHERE id IN (:ids) AND state = 'waiting' RETURNING id"""
SENT = """UPDATE nudges SET state = 'sent', asked_at = :now, ts = :ts
 WHERE id = :id AND state = 'claimed' AND key = :key AND attempts = :attempts"""
PLAN = """INSERT INTO nudges (id, member_id, created_at, kind, subject, local_on, planned_at, due_at, paced, state,
 attempts, unanswered) VALUES (:id, :member_id, :now, :kind, :subject, :local_on, :at, :at, false, 'waiting', 0,
 :unanswered) ON CONFLICT DO NOTHING"""


class Driver(ABC):
    """One connection of a driver, with the statements as it wants them; `moment` is what it stores for one."""

    @abstractmethod
    def all(self, statement: str, **given: Any) -> Sequence[Any]: ...
    @abstractmethod
    def many(self, statement: str, given: Sequence[dict[str, Any]]) -> None: ...
    @abstractmethod
    def begin(self) -> None: ...
    @abstractmethod
    def commit(self) -> None: ...
    @abstractmethod
    def moment(self, stored: Any) -> datetime: ...
    @abstractmethod
    def stored(self, moment: datetime) -> Any: ...
    @abstractmethod
    def day(self, moment: datetime) -> Any: ...


class Sqlite(Driver):
    """The standard library's driver with the engine's pragmas."""

    def __init__(self, address: str) -> None:
        self._connection = sqlite3.connect(sqlite_file(address), isolation_level=None)
        for pragma in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("PRAGMA cache_spill=OFF")

    def all(self, statement: str, **given: Any) -> Sequence[Any]:
        return self._connection.execute(*_expanded(statement, given)).fetchall()

    def many(self, statement: str, given: Sequence[dict[str, Any]]) -> None:
        self._connection.executemany(statement, given)

    def begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def moment(self, stored: Any) -> datetime:
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)

    def stored(self, moment: datetime) -> str:
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}"

    def day(self, moment: datetime) -> str:
        return moment.date().isoformat()


class Postgres(Driver):
    """psycopg 3, synchronous; `executemany` is sent in a pipeline."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address)
        self._cursor = self._connection.cursor()

    def all(self, statement: str, **given: Any) -> Sequence[Any]:
        expanded, values = _expanded(statement, given)
        return self._cursor.execute(_as_psycopg(expanded), values).fetchall()

    def many(self, statement: str, given: Sequence[dict[str, Any]]) -> None:
        self._cursor.executemany(_as_psycopg(statement), given)

    def begin(self) -> None:
        """The driver begins by itself."""

    def commit(self) -> None:
        self._connection.commit()

    def moment(self, stored: Any) -> datetime:
        found: datetime = stored
        return found

    def stored(self, moment: datetime) -> datetime:
        return moment

    def day(self, moment: datetime) -> date:
        return moment.date()


def _expanded(statement: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A list of ids becomes as many parameters."""
    ids = given.pop("ids", [])
    named = {f"id{number}": value for number, value in enumerate(ids)}
    return statement.replace(":ids", ", ".join(f":{name}" for name in named)), {**given, **named}


def _as_psycopg(statement: str) -> bytes:
    locking = statement.replace("/*", "").replace("*/", "")
    return re.sub(r":(\w+)", r"%(\1)s", locking).encode()


def one_batch(driver: Driver, now: datetime) -> bool:
    """Claim up to a batch and commit, write what became of it and commit; whether there was anything."""
    key, moment = secrets.token_hex(16), driver.stored(now)
    driver.begin()
    rows = driver.all(DUE, now=moment, limit=BATCH)
    if rows:
        if len(rows) == BATCH:
            driver.all(THE_REST, now=moment, ids=[row[1] for row in rows], since=rows[-1][6])
        spaces = driver.all(SPACES, ids=sorted({row[12] for row in rows}))
        driver.many(TAKE_SLOTS, [{"free_at": moment, "id": space[0]} for space in spaces])
        driver.all(MARK, key=key, now=moment, ids=[row[0] for row in rows])
    driver.commit()
    if rows:
        driver.begin()
        driver.many(
            SENT,
            [{"now": moment, "ts": TS, "id": row[0], "key": key, "attempts": row[10] + 1} for row in rows],
        )
        driver.many(PLAN, [_next(driver, row, moment) for row in rows])
        driver.commit()
    return bool(rows)


def _next(driver: Driver, row: Any, moment: Any) -> dict[str, Any]:
    at = driver.moment(row[5]) + WEEK
    return {
        "id": secrets.token_urlsafe(12),
        "member_id": row[1],
        "now": moment,
        "kind": row[2],
        "subject": row[3],
        "local_on": driver.day(at),
        "at": driver.stored(at),
        "unanswered": row[9] + 1,
    }


def main() -> None:
    """Take everything that is due; reports when it began and ended."""
    job = children.job()
    address, now = job["address"], datetime.fromisoformat(job["now"])
    driver = Sqlite(address) if is_sqlite(address) else Postgres(address)
    children.ready()
    began, used = time.monotonic(), time.process_time()
    while one_batch(driver, now):
        pass
    children.report(began=began, ended=time.monotonic(), cpu=time.process_time() - used)


if __name__ == "__main__":
    main()
