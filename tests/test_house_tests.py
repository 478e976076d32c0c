"""The house rules of the tests themselves: what `make test` leaves out, `make check` runs, and nothing runs twice."""

import ast
import shlex
import subprocess

from tests.house import ROOT, agree, nodes


def test_check_runs_every_test_and_test_leaves_out_what_is_marked():
    every, quick = _pytest("check"), _pytest("test")
    assert quick == [*every, "-m", "not thorough", "--hypothesis-profile=quick"]
    # Anything else that chooses among tests would lose some of them.
    assert every[3:] == ["-n", "3", "--dist", "worksteal", "--ignore=tests/chaos"]


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
    agree(
        [
            f"{name}:{node.value.lineno}: write @examples(…), which tries fewer in `make test`."
            for name, node in nodes("tests")
            if isinstance(node, ast.keyword) and node.arg == "max_examples" and name != "tests/examples.py"
        ]
    )


def _pytest(target: str) -> list[str]:
    """The words of the one run of pytest that a target of the Makefile makes."""
    (run,) = (line for line in _made(target) if "-m pytest" in line)
    return shlex.split(run)


def _made(target: str) -> list[str]:
    """The commands of a target, which are not run."""
    said = subprocess.run(
        ["make", "-n", "--no-print-directory", target], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return said.stdout.splitlines()
