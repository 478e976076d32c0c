"""In a process of its own: what our worker asks of the database, by hand over the driver alone.

The statements, their order, the size of a batch and its two commits are the engine's (bot/domain/nudges/claims.py,
batches.py and outcomes.py); there are no rules, objects or coroutines, and a next turn is simply a week later.
"""

import json
import re
import secrets
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, ClassVar

import psycopg

from benchmarks import children
from benchmarks.addresses import is_sqlite, sqlite_file

BATCH = 500
WEEK = timedelta(days=7)
TS = "1763647200.000100"

DUE = """SELECT nudges.id, nudges.member_id, nudges.kind, nudges.subject, nudges.local_on, nudges.planned_at,
 nudges.due_at, nudges.paced, nudges.asked_at, nudges.unanswered, nudges.attempts, nudges.key, members.workspace_id,
 members.user_id, members.dm_channel, members.zone, members.checkin_weekday, members.checkin_time,
 members.hours_start, members.hours_end, members.days, members.paused_from, members.paused_until,
 members.unreachable, members.cadences, members.budget, members.offset_seconds, members.home_opened_at
 FROM nudges JOIN members ON members.id = nudges.member_id
 WHERE nudges.state = 'waiting' AND nudges.due_at <= :now
 AND NOT (EXISTS (SELECT * FROM stops WHERE stops.id = '*')) ORDER BY nudges.due_at LIMIT :limit
 /*FOR NO KEY UPDATE OF members SKIP LOCKED*/"""
OPEN_ONES = """SELECT id FROM nudges WHERE member_id IN ({listed})
 AND state NOT IN ('claimed', 'sent', 'done', 'skipped', 'missed', 'unknown') AND due_at <= :now"""
SPACES = """SELECT id, team_id, next_slot_at, per_second, slowed_at, held_until,
 uninstalled_at IS NOT NULL OR (EXISTS (SELECT * FROM stops WHERE stops.id = workspaces.team_id)) AS stopped
 FROM workspaces WHERE id IN ({listed}) ORDER BY id /*FOR NO KEY UPDATE OF workspaces*/"""
TAKE_SLOTS = "UPDATE workspaces SET next_slot_at = :free_at WHERE id = :id"
MARK = """UPDATE nudges SET paced = false, state = 'claimed', key = :key, attempts = attempts + 1, claimed_at = :now,
 error = NULL, spent_at = CASE WHEN id IN ({of_budget}) THEN :now ELSE spent_at END WHERE id IN ({listed}) AND state = 'waiting' RETURNING id"""
SENT = """UPDATE nudges SET state = 'sent', asked_at = :now, ts = {text3} FROM {given}
 WHERE nudges.id = {text0} AND state || '' = 'claimed' AND nudges.key = {text1} AND attempts = {integer2}"""
PLAN = """INSERT INTO nudges (id, member_id, created_at, kind, subject, local_on, planned_at, due_at, paced, state,
 attempts, unanswered) SELECT {text1}, last.member_id, :now, last.kind, last.subject, {date2}, {moment3}, {moment4},
 false, 'waiting', 0, {integer5} FROM {given} JOIN nudges AS last ON last.id = {text0} WHERE last.id != ''
 ON CONFLICT DO NOTHING"""
ITEM = re.compile(r"{([a-z]+)(\d)}")


class Driver(ABC):
    """One connection of a driver, the statements as its database writes them, and moments as it stores them."""

    listed: str
    given: str

    @abstractmethod
    def all(self, statement: str, **values: Any) -> Sequence[Any]: ...
    @abstractmethod
    def many(self, statement: str, values: Sequence[dict[str, Any]]) -> None: ...
    @abstractmethod
    def begin(self) -> None: ...
    @abstractmethod
    def commit(self) -> None: ...
    @abstractmethod
    def run(self, statement: str, **values: Any) -> None: ...
    @abstractmethod
    def item(self, found: re.Match[str]) -> str: ...
    @abstractmethod
    def moment(self, stored: Any) -> datetime: ...
    @abstractmethod
    def stored(self, moment: datetime) -> Any: ...

    @cache  # noqa: B019 - one connection lives as long as its process
    def written(self, statement: str) -> str:
        filled = statement.replace("{listed}", self.listed).replace("{given}", self.given)
        filled = filled.replace("{of_budget}", self.listed.replace(":ids", ":of_budget"))
        return ITEM.sub(self.item, filled)


class Sqlite(Driver):
    """The standard library's driver with the engine's pragmas."""

    listed = "SELECT value FROM json_each(:ids)"
    given = "json_each(:given) AS given"

    def __init__(self, address: str) -> None:
        self._connection = sqlite3.connect(sqlite_file(address), isolation_level=None)
        for pragma in ("journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("PRAGMA cache_spill=OFF")

    def all(self, statement: str, **values: Any) -> Sequence[Any]:
        return self._connection.execute(self.written(statement), values).fetchall()

    def many(self, statement: str, values: Sequence[dict[str, Any]]) -> None:
        self._connection.executemany(self.written(statement), values)

    def run(self, statement: str, **values: Any) -> None:
        self._connection.execute(self.written(statement), values)

    def begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def item(self, found: re.Match[str]) -> str:
        return f"json_extract(given.value, '$[{found[2]}]')"

    def moment(self, stored: Any) -> datetime:
        return datetime.fromisoformat(stored).replace(tzinfo=UTC)

    def stored(self, moment: datetime) -> str:
        return f"{moment:%Y-%m-%d %H:%M:%S.%f}"


class Postgres(Driver):
    """psycopg 3, synchronous."""

    listed = "SELECT listed FROM json_array_elements_text(CAST(:ids AS JSON)) AS listed"
    given = "json_array_elements(CAST(:given AS JSON)) AS given"
    _types: ClassVar = {
        "text": "VARCHAR",
        "integer": "INTEGER",
        "date": "DATE",
        "moment": "TIMESTAMP WITH TIME ZONE",
    }

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address)
        self._cursor = self._connection.cursor()

    def all(self, statement: str, **values: Any) -> Sequence[Any]:
        return self._cursor.execute(self._named(statement), values).fetchall()

    def many(self, statement: str, values: Sequence[dict[str, Any]]) -> None:
        self._cursor.executemany(self._named(statement), values)

    def run(self, statement: str, **values: Any) -> None:
        self._cursor.execute(self._named(statement), values)

    def begin(self) -> None:
        """The driver begins by itself."""

    def commit(self) -> None:
        self._connection.commit()

    def item(self, found: re.Match[str]) -> str:
        return f"CAST(given.value ->> {found[2]} AS {self._types[found[1]]})"

    def moment(self, stored: Any) -> datetime:
        found: datetime = stored
        return found

    def stored(self, moment: datetime) -> datetime:
        return moment

    @cache  # noqa: B019 - see written
    def _named(self, statement: str) -> bytes:
        locking = self.written(statement).replace("/*", "").replace("*/", "")
        return re.sub(r":(\w+)", r"%(\1)s", locking).encode()


def one_batch(driver: Driver, now: datetime) -> bool:
    """Claim up to a batch and commit, write what became of it and commit; whether there was anything."""
    key, moment = secrets.token_hex(16), driver.stored(now)
    driver.begin()
    rows = driver.all(DUE, now=moment, limit=BATCH)
    if rows:
        if len(rows) == BATCH:
            driver.all(OPEN_ONES, now=moment, ids=json.dumps([row[1] for row in rows]))
        spaces = driver.all(SPACES, ids=json.dumps(sorted({row[12] for row in rows})))
        driver.many(TAKE_SLOTS, [{"free_at": moment, "id": space[0]} for space in spaces])
        # Check-ins are outside the budget.
        driver.all(MARK, key=key, now=moment, ids=json.dumps([row[0] for row in rows]), of_budget="[]")
    driver.commit()
    if rows:
        driver.begin()
        driver.run(SENT, now=moment, given=json.dumps([(row[0], key, row[10] + 1, TS) for row in rows]))
        driver.run(PLAN, now=moment, given=json.dumps([_next(driver, row) for row in rows]))
        driver.commit()
    return bool(rows)


def _next(driver: Driver, row: Any) -> tuple[Any, ...]:
    at = driver.moment(row[5]) + WEEK
    moment = str(driver.stored(at))
    return row[0], secrets.token_urlsafe(12), at.date().isoformat(), moment, moment, row[9] + 1


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
