"""The house rules of the tests themselves: what `make test` leaves out, `make check` runs, and nothing runs twice."""

import shlex
import subprocess

from tests.house import ROOT, agree


def test_check_runs_every_test_and_test_leaves_out_what_is_marked():
    every, quick = _pytest("check"), _pytest("test")
    assert quick == [*every, "-n", "4", "-m", "not thorough and not browser", "--hypothesis-profile=quick"]
    # Anything else that chooses among tests would lose some of them.
    assert every == ["-n", "3", "--dist", "worksteal", "--ignore=tests/chaos"]


def test_the_proof_of_a_change_runs_every_test_and_the_faults_once():
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert [line for line in run.splitlines() if line.startswith("make ") and ".venv" not in line][-2:] == [
        "make check",
        "make chaos-small",
    ]
    assert "pytest" not in run
    assert "SAYSO_TEST_REQUIRE_ALL=1" in run
    assert _made("chaos-small")[-1].startswith(".venv/bin/python -m tests.chaos ")


def test_only_one_module_says_how_many_examples_are_tried():
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    agree(
        [
            f"{name}: write @examples(…), which tries fewer in `make test`."
            for name, text in texts.items()
            if "max_" + "examples=" in text and name != "examples.py"
        ]
    )


def _pytest(target: str) -> list[str]:
    """What pytest is given in the one run that a target of the Makefile makes."""
    (run,) = (line for line in _made(target) if "-m pytest" in line)
    words = shlex.split(run)
    return words[words.index("pytest") + 1 :]


def _made(target: str) -> list[str]:
    """The commands of a target, which are not run."""
    said = subprocess.run(
        ["make", "-n", "--no-print-directory", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return said.stdout.splitlines()
