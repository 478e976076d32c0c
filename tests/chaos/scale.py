"""The rows of faults: what is done, what is required, and how often in a normal run and in a full one."""

import os
from collections.abc import Callable
from dataclasses import dataclass

# What a test says once it has measured: the row's id and the figure in words.
Measured = Callable[[str, str], None]


@dataclass(frozen=True)
class Row:
    """One row of the table; `small` counts for `make test`, `full` for `make chaos`."""

    id: str
    fault: str
    required: str
    small: int
    full: int


_ALL = (
    Row("R01", "kill -9 between claim, send and commit, SQLite", "0 lost, 0 sent twice", 6, 200),
    Row("R02", "the same, 4 workers on PostgreSQL", "0 lost, 0 sent twice", 4, 150),
    Row("R04", "Slack drops the connection after it accepted", "1 message", 3, 40),
    Row("R05", "Slack answers 500, 503, HTML after it accepted", "1 message", 3, 40),
    Row("R06", "429 with Retry-After 1, 30, missing, no number", "waits, 0 lost, others not slowed", 4, 40),
    Row("R08", "Slack down for an hour, worker down for a day", "1 message on return, nothing stale", 2, 60),
    Row("R09", "a token is revoked in the middle of a batch", "≤ 1 failing call, others go on", 6, 60),
    Row("R15", "a member cannot be messaged", "only that member is paused, in the log", 3, 20),
    Row("R18", "clock ±1 h, ±1 day, stepped back", "0 sent twice", 6, 400),
    Row("R19", "every zone × 4 years, gaps and folds", "1 a local date, at a valid local time", 1, 168),
    Row("R20", "a person travels", "new zone, never 2 on a date, streak kept", 18, 2000),
    Row("R21", "2 to 4 schedulers at once", "each sent once", 150, 10_000),
    Row("R23", "PostgreSQL restarted under load (immediate)", "0 lost, 0 sent twice, reconnects", 1, 20),
)
ROWS = {row.id: row for row in _ALL}


def is_full() -> bool:
    """Whether this is `make chaos`."""
    return os.environ.get("SAYSO_TEST_CHAOS") == "full"


def databases() -> list[str]:
    """Both databases in a full run, for the fixture `database_url`; one is enough for a row about Slack."""
    return ["sqlite", "postgres"] if is_full() else ["sqlite"]


def count(row_id: str) -> int:
    """How often this run does a row's fault."""
    row = ROWS[row_id]
    return row.full if is_full() else row.small
