"""R28: very many commands and events through one process, whose memory is looked at."""

import json
import subprocess
import sys
from pathlib import Path

from tests.chaos.scale import Measured, count
from tests.forks import ROOT

MOST_GROWTH = 0.05


def test_memory_does_not_grow_with_what_was_done(measured: Measured, tmp_path: Path) -> None:
    number = count("R28")
    words = [sys.executable, "-m", "tests.chaos.enduring", str(tmp_path), str(number)]
    told = json.loads(subprocess.run(words, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
    growth = told["after"] / told["warm"] - 1
    measured(
        "R28",
        f"{number:,} commands and events, {told['refused']} not answered with 200: {told['warm'] / 1e6:.1f} MB "
        f"after a fifth, {told['after'] / 1e6:.1f} MB at the end ({growth:+.1%})",
    )
    assert told["refused"] == 0
    assert growth < MOST_GROWTH
