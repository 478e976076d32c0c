"""Whole copies of a SQLite file: made while others write, looked over, and put in the place of another."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

# What SQLite keeps beside a database that is in use; the first two are a part of it.
JOURNALS = ("-journal", "-wal")
BESIDE = (*JOURNALS, "-shm")


class NoBackupError(ValueError):
    """A file is no whole database of Sayso's."""


@dataclass(frozen=True)
class Contents:
    """What a whole database says of itself without any key."""

    version: str
    members: int
    canary: bytes
    size: int


def copy(source: Path, target: Path) -> Contents:
    """Copy a database that others may be writing to; FileExistsError where there is something already.

    In one step, under a reader's lock: copied piece by piece it would begin anew whenever somebody writes.
    One that is broken off leaves an empty `target`, so that nobody takes a part for the whole.
    """
    _make(target)
    part = target.with_name(f"{target.name}.part")
    with ExitStack() as undo:
        undo.callback(target.unlink)
        undo.callback(remove, part)
        remove(part)
        _make(part)
        with closing(_connect(source)) as whole, closing(_connect(part)) as made:
            # Until it is whole it is worth nothing, so the disk is waited for once, at the end.
            made.execute("PRAGMA synchronous=OFF")
            whole.backup(made)
        found = look_over(part)
        _sync(part)
        part.replace(target)
        undo.pop_all()
    _sync(target.parent)
    return found


def look_over(path: Path) -> Contents:
    """See that a database is whole to its last page, make it one single file, and say what is in it."""
    try:
        with closing(_connect(path)) as database:
            (said, *_) = (row[0] for row in database.execute("PRAGMA integrity_check"))
            if said != "ok":
                raise NoBackupError(said)
            database.execute("PRAGMA journal_mode=DELETE")
            (version,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
            (members,) = database.execute("SELECT count(*) FROM members").fetchone()
            (canary,) = database.execute("SELECT wrapped_key FROM canary").fetchone()
    except (sqlite3.DatabaseError, TypeError) as strange:  # a table, or its row, is missing
        raise NoBackupError(str(strange)) from strange
    return Contents(version, members, canary, path.stat().st_size)


@contextmanager
def taken(source: Path, target: Path) -> Iterator[Path]:
    """A copy of a file beside `target`, with the journals that belong to it; what is not put in place goes again."""
    made = target.with_name(f"{target.name}.restored")
    remove(made)
    try:
        for ending in ("", *(each for each in JOURNALS if Path(f"{source}{each}").exists())):
            _make(Path(f"{made}{ending}"))
            shutil.copyfile(f"{source}{ending}", f"{made}{ending}")
        yield made
    finally:
        remove(made)


def put_in_place(made: Path, target: Path, aside: Path) -> None:
    """Move what is at `target`, if anything, to `aside`, and then `made`, a single file, to `target`."""
    _sync(made)
    for ending in ("", *BESIDE):
        # A journal that stayed behind would be played into the new one.
        if Path(f"{target}{ending}").exists():
            Path(f"{target}{ending}").rename(f"{aside}{ending}")
    made.rename(target)
    _sync(target.parent)


def remove(path: Path) -> None:
    """Remove a database and what SQLite keeps beside it."""
    for ending in ("", *BESIDE):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _connect(path: Path) -> sqlite3.Connection:
    # In this mode a file that is missing is not made.
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)


def _make(path: Path) -> None:
    """An empty file that only its owner may read."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _sync(path: Path) -> None:
    """Wait until the disk has it."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
