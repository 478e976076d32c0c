"""Collects the figure that each row measured and prints the table of rows; works in several processes too."""

from collections.abc import Iterator
from itertools import groupby

import pytest

from tests.chaos.scale import FIGURE, ROWS, left_out

collect_ignore_glob = [f"test_{row.id.lower()}_*.py" for row in left_out()]

_COLUMNS = ("id", "fault", "required", "measured", "seconds", "")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [
        one
        for outcome in ("passed", "failed")
        for one in terminalreporter.stats.get(outcome, [])
        if isinstance(one, pytest.TestReport) and _row_of(one)
    ]
    if not reports:
        return
    terminalreporter.section("chaos")
    for line in _table(sorted(reports, key=lambda one: (_row_of(one), one.location[1] or 0, one.nodeid))):
        terminalreporter.write_line(line)
    for row in ROWS.values():
        if why := row.absent or ("left out of this run" if row in left_out() else ""):
            terminalreporter.write_line(_line((row.id, row.fault, row.required, why, "", "–")))


def _table(reports: list[pytest.TestReport]) -> Iterator[str]:
    yield _line(_COLUMNS)
    yield _line(["---"] * len(_COLUMNS))
    for row_id, of_row in groupby(reports, _row_of):
        row = ROWS[row_id]
        heading = (row.id, row.fault, row.required)
        for report in of_row:
            yield _line((*heading, _figures(report), f"{report.duration:.1f}", _verdict(report)))
            heading = ("", "", "")


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _row_of(report: pytest.TestReport) -> str:
    """The row that a test is about: R01 for `test_r01_kills.py`, or the one that names it; empty for anything else."""
    for row in ROWS.values():
        if report.nodeid.startswith(row.elsewhere):
            return row.id
    name = report.location[0].rsplit("/", 1)[-1].removeprefix("test_").split("_", 1)[0].upper()
    return name if name in ROWS else ""


def _figures(report: pytest.TestReport) -> str:
    said = [str(value).partition("|") for name, value in report.user_properties if name == FIGURE]
    # What proves a row elsewhere may have no figure; then its name says what holds.
    name = report.nodeid.rpartition("::test_")[2].replace("_", " ")
    return "; ".join(figure for _, _, figure in said) or name


def _verdict(report: pytest.TestReport) -> str:
    return "pass" if report.passed else "FAIL"
