"""The scoreboard is whole: every row has a test with its count, or names the one elsewhere, or says why there is none."""

import re

from tests.chaos.scale import ROWS
from tests.house import ROOT, agree

CHAOS = ROOT / "tests/chaos"


def test_the_rows_are_those_that_were_asked_for() -> None:
    assert list(ROWS) == [f"R{number:02}" for number in range(1, 33)]


def test_every_row_has_a_test_or_says_why_not() -> None:
    agree(
        [
            f"{row.id} has no test: write tests/chaos/test_{row.id.lower()}_….py, or name its proof."
            for row in ROWS.values()
            if not (row.absent or row.elsewhere or list(CHAOS.glob(f"test_{row.id.lower()}_*.py")))
        ]
    )


def test_a_proof_that_stands_elsewhere_is_there() -> None:
    faults = []
    for row in ROWS.values():
        for proof in row.elsewhere:
            path, _, name = proof.partition("::")
            source = ROOT / path
            if not source.exists() or (name and f"def {name}(" not in source.read_text(encoding="utf-8")):
                faults.append(f"{row.id} names {proof}, which is not there.")
    agree(faults)


def test_every_row_is_explained() -> None:
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| (R\d\d) \|", page.split("## The rows")[1].split("## ")[0], re.MULTILINE))
    agree([f"{row_id} stands in no row of docs/reliability.md." for row_id in ROWS if row_id not in told])
