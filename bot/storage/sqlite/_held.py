"""A file beside the database says who has it open: any number of processes, or one that restores it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager


class HeldError(Exception):
    """Somebody has the database open who cannot share it."""


@contextmanager
def held(path: str, *, alone: bool = False) -> Iterator[None]:
    """Have a database open, together with others or alone; HeldError at once when that cannot be.

    The kernel lets go of it for a process that was killed. SQLite's own locks say nothing between transactions.
    """
    lock = os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        _take(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield
    finally:
        os.close(lock)


def _take(lock: int, how: int) -> None:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except BlockingIOError:
        raise HeldError from None
