"""Collects the figure that each row measured and prints the table of rows; works in several processes too."""

from collections.abc import Iterator
from itertools import groupby

import pytest

from tests.chaos.scale import ROWS, Measured, is_full

# This row is none of those that run in every test run.
collect_ignore = [] if is_full() else ["test_r23_restarts.py"]

_FIGURE = "measured"
_COLUMNS = ("id", "fault", "required", "measured", "seconds", "")


@pytest.fixture
def measured(record_property: Measured) -> Measured:
    """Says what a row measured: `measured("R01", "200 kills: 0 lost, 0 twice")`, once or several times."""

    def say(row_id: str, figure: str) -> None:
        record_property(_FIGURE, f"{ROWS[row_id].id}|{figure}")

    return say


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
    """The row that a module is about: `test_r01_kills.py` is about R01; empty for anything else."""
    name = report.location[0].rsplit("/", 1)[-1].removeprefix("test_").split("_", 1)[0].upper()
    return name if name in ROWS else ""


def _figures(report: pytest.TestReport) -> str:
    said = [str(value).partition("|") for name, value in report.user_properties if name == _FIGURE]
    return "; ".join(figure for _, _, figure in said) or "–"


def _verdict(report: pytest.TestReport) -> str:
    return "pass" if report.passed else "FAIL"
