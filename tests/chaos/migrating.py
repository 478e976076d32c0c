"""Migrates copies of a database in processes that kill themselves before a statement of choice; a program.

`python -m tests.chaos.migrating FOLDER KILLS` prints one `Told` as JSON; KILLS 0 means one kill at each statement.
"""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, event

from bot.core.clock import SystemClock
from bot.domain import home
from bot.storage import migrate
from bot.storage.database import Database

KNOWN = home.__name__
KEPT = "INSERT INTO handled (id, created_at) VALUES ('kept', '2026-11-18 09:00:00')"


@dataclass
class Told:
    """How many kills there were, how many had left no trace, and what was wrong afterwards."""

    kills: int = 0
    untouched: int = 0
    broken: int = 0
    lost: int = 0
    stuck: int = 0


def main(folder: Path, kills: int) -> None:
    told = Told()
    for version in ("", "0001"):
        base = folder / f"base{version}.db"
        asyncio.run(prepare(base, version))
        for number in count():
            path = folder / "killed.db"
            shutil.copyfile(base, path)
            if not killed(path, number * 7 if kills else number) or (kills and number >= kills):
                break
            judge(told, base, path)
    print(json.dumps(asdict(told)))  # noqa: T201 - what the test reads


async def prepare(path: Path, version: str) -> None:
    """A database of an old version with something in it, or one with nothing."""
    database = Database(f"sqlite+turns:///{path}", SystemClock())

    def up(connection: Connection) -> None:
        config = migrate._config()
        config.attributes["connection"] = connection
        command.upgrade(config, version)

    if version:
        async with database.engine.begin() as connection:
            await connection.run_sync(up)
            await connection.exec_driver_sql(KEPT)
    else:
        await database.answers()
    await database.close()


def killed(path: Path, number: int) -> bool:
    """Upgrade in a process that is killed before its n-th statement; whether it got that far."""
    pid = os.fork()
    if pid == 0:
        asyncio.run(upgrade(path, number))
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


async def upgrade(path: Path, kill_before: int | None = None) -> None:
    database = Database(f"sqlite+turns:///{path}", SystemClock())
    numbers = count()

    def strike(*_: object) -> None:
        if next(numbers) == kill_before:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine.sync_engine, "before_cursor_execute", strike)
    event.listen(database.engine.sync_engine, "commit", strike)
    await migrate.upgrade(database.engine)
    await database.close()


def judge(told: Told, base: Path, path: Path) -> None:
    told.kills += 1
    told.broken += ask(path, "PRAGMA integrity_check") != "ok"
    told.untouched += schema(path) == schema(base)
    asyncio.run(upgrade(path))
    told.stuck += ask(path, "SELECT version_num FROM alembic_version") != migrate.newest()
    if "handled" in schema(base):
        told.lost += ask(path, "SELECT count(*) FROM handled WHERE id = 'kept'") != 1


def ask(path: Path, question: str) -> object:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(question).fetchone()[0]


def schema(path: Path) -> str:
    return str(ask(path, "SELECT group_concat(name || coalesce(sql, '')) FROM sqlite_master"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
