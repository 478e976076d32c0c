"""R24: a migration is killed before each of its statements, from nothing and from the first version."""

import json
import subprocess
import sys
from pathlib import Path

from tests.chaos.scale import Measured, count
from tests.forks import ROOT


def test_a_migration_that_is_killed_leaves_what_was_there_and_can_be_run_again(
    measured: Measured, tmp_path: Path
) -> None:
    words = [sys.executable, "-m", "tests.chaos.migrating", str(tmp_path), str(count("R24"))]
    told = json.loads(subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
    measured(
        "R24",
        f"{told['kills']} kills: {told['broken']} damaged, {told['lost']} lost, {told['stuck']} not up to date "
        f"after another run; {told['untouched']} had left no trace",
    )
    assert told["kills"] >= count("R24")
    assert (told["broken"], told["lost"], told["stuck"]) == (0, 0, 0)
