"""The rows of faults: what is done, what is required, and how often in a normal run and in a full one."""

import os
from collections.abc import Callable
from dataclasses import dataclass

# What a test says once it has measured: the row's id and the figure in words.
Measured = Callable[[str, str], None]
# The property of a test's report that holds such a figure.
FIGURE = "measured"


@dataclass(frozen=True)
class Row:
    """One row of the table; `small` counts for `make chaos-small`, `full` for `make chaos`.

    One that is not run `always` is left out of the small ones. Some of its proof may stand `elsewhere` (a file, or
    file::test); `absent` says why there is none.
    """

    id: str
    fault: str
    required: str
    small: int
    full: int
    always: bool = True
    elsewhere: tuple[str, ...] = ()
    absent: str = ""


_ALL = (
    Row("R01", "kill -9 between claim, send and commit, SQLite", "0 lost, 0 sent twice", 6, 200),
    Row("R02", "the same, 4 workers on PostgreSQL", "0 lost, 0 sent twice", 4, 150),
    Row("R03", "kill -9 during 500 /win", "all that was acknowledged is stored", 2, 25, always=False),
    Row("R04", "Slack drops the connection after it accepted", "1 message", 3, 40),
    Row("R05", "Slack answers 500, 503, HTML after it accepted", "1 message", 3, 40),
    Row("R06", "429 with Retry-After 1, 30, missing, no number", "waits, 0 lost, others not slowed", 4, 40),
    Row("R07", "Slack takes 5 s, or hangs", "acknowledged, p99 < 500 ms", 20, 400, always=False),
    Row("R08", "Slack down for an hour, worker down for a day", "1 message on return, nothing stale", 2, 60),
    Row("R09", "a token is revoked in the middle of a batch", "≤ 1 failing call, others go on", 6, 60),
    Row(
        "R10",
        "the same event 4 times, and again after 24 h",
        "one effect",
        3,
        100,
        elsewhere=("tests/handlers/test_captures.py::test_an_event_that_comes_again_has_one_effect",),
    ),
    Row("R11", "double click, double submit, a command again", "one effect, or “same one?”", 2, 100),
    Row(
        "R12",
        "the database is locked",
        "waits, then all is given back, no half write",
        1,
        3,
        elsewhere=("tests/handlers/test_errors.py",),
    ),
    Row(
        "R13",
        "4 writers, read-modify-write",
        "0 lost updates",
        40,
        4000,
        elsewhere=(
            "tests/storage/test_database.py::test_four_writers_who_read_first_lose_no_update",
            "tests/storage/test_database.py::test_writers_with_engines_of_their_own_lose_no_update",
            "tests/storage/test_database.py::test_two_processes_on_one_file_lose_no_update",
        ),
    ),
    Row("R14", "the disk is full", "given back; old data readable; recovers", 1, 5, always=False),
    Row("R15", "a member cannot be messaged", "only that member is paused, in the log", 3, 20),
    Row(
        "R16",
        "the database copied at random moments",
        "every copy opens, acknowledged rows in it",
        5,
        200,
        always=False,
    ),
    Row("R17", "backup while writing; restore drill", "whole, readable with the keys", 1, 20),
    Row("R18", "clock ±1 h, ±1 day, stepped back", "0 sent twice", 3, 400),
    Row("R19", "every zone × 4 years, gaps and folds", "1 a local date, at a valid local time", 1, 168),
    Row("R20", "a person travels", "new zone, never 2 on a date, streak kept", 8, 2000),
    Row("R21", "2 to 4 schedulers at once", "each sent once", 150, 10_000),
    Row(
        "R22",
        "the socket is closed every 2 s",
        "resumes, nothing lost that is sent again",
        2,
        60,
        always=False,
    ),
    Row(
        "R23",
        "PostgreSQL restarted under load (immediate)",
        "0 lost, 0 sent twice, reconnects",
        1,
        20,
        always=False,
    ),
    Row("R24", "a migration killed at each statement", "can be run again, nothing lost", 3, 0, always=False),
    Row(
        "R25",
        "wrong or missing key",
        "refuses to start, says why, touches nothing",
        1,
        1,
        elsewhere=(
            "tests/storage/test_canary.py::test_a_wrong_key_is_refused_and_no_byte_is_changed",
            "tests/storage/test_canary.py::test_a_process_with_a_wrong_key_does_not_start_and_says_why",
            "tests/storage/test_canary.py::test_a_process_without_a_key_does_not_start",
            "tests/test_keeping.py::test_other_keys_touch_nothing",
        ),
    ),
    Row(
        "R26",
        "hostile HTTP",
        "a plain no, no traceback, ≤ 200 bytes of log",
        5_000,
        100_000,
        elsewhere=("tests/web/test_guard.py::test_r26_hostile_requests_get_nothing_but_a_plain_no",),
    ),
    Row(
        "R27",
        "1 MB of text, 10,000 wins, 5,000 goals",
        "within Slack's limits, Home in < 300 ms",
        200,
        10_000,
    ),
    Row("R28", "a million events through one process", "memory grows < 5 %", 5_000, 1_000_000, always=False),
    Row(
        "R29",
        "ids of others, forged values, at every listener",
        "no row changed, no byte told",
        1,
        1,
        always=False,
        elsewhere=(
            "tests/handlers/test_foreign.py::test_r29_somebody_elses_ids_open_change_and_tell_nothing",
        ),
    ),
    Row(
        "R30",
        "a canary text in everything typed",
        "never in a log, a count or a push",
        1,
        1,
        elsewhere=("tests/handlers/test_private.py::test_what_is_typed_stays_between_the_person_and_sayso",),
    ),
    Row(
        "R31",
        "erase",
        "no byte left, the key is gone",
        1,
        1,
        elsewhere=("tests/domain/test_privacy.py::test_r31_nothing_is_left_of_whoever_erased_everything",),
    ),
    Row(
        "R32",
        "export, erase, import",
        "equal",
        1,
        1,
        elsewhere=(
            "tests/domain/test_privacy.py::test_r32_an_account_that_is_exported_erased_and_imported_is_equal",
        ),
    ),
)
ROWS = {row.id: row for row in _ALL}


def left_out() -> list[Row]:
    """The rows that this run leaves out: with any count asked for (SAYSO_TEST_CHAOS), none."""
    return [] if "SAYSO_TEST_CHAOS" in os.environ else [row for row in _ALL if not row.always]


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
