"""R24: a migration is killed before each of its statements and its commit, from nothing and from the first version."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.scale import Measured, count
from tests.forks import ROOT


def test_a_migration_that_is_killed_leaves_what_was_there_and_can_be_run_again(
    measured: Measured, tmp_path: Path
) -> None:
    killed_at(str(tmp_path), "SQLite", measured)


@pytest.mark.postgres
def test_on_postgresql_a_migration_that_is_killed_leaves_no_trace_either(
    measured: Measured, postgres_server: str
) -> None:
    killed_at(postgres_server, "PostgreSQL", measured)


def killed_at(where: str, named: str, measured: Measured) -> None:
    words = [sys.executable, "-m", "tests.chaos.migrating", where, str(count("R24"))]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, check=False, text=True)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    measured(
        "R24",
        f"{named}: {told['kills']} kills: {told['broken']} damaged, {told['lost']} lost, {told['stuck']} not up to "
        f"date after another run; {told['untouched']} had left no trace",
    )
    assert told["kills"] >= count("R24")
    assert told["untouched"] == told["kills"]
    assert (told["broken"], told["lost"], told["stuck"]) == (0, 0, 0)
