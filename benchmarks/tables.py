"""Tables of figures, and the machine they were measured on."""

import os
import platform
import sqlite3
import statistics
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

ROUNDS = 3


def median_of(measure: Callable[[], float], rounds: int = ROUNDS) -> float:
    """The median of so many measurements."""
    return statistics.median(measure() for _ in range(rounds))


def percentile(ordered: Sequence[float], hundredth: int) -> float:
    """The value that so many hundredths of an ordered list do not exceed."""
    return ordered[min(len(ordered) - 1, len(ordered) * hundredth // 100)]


def print_machine() -> None:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, {platform.machine()}, Python"
        f" {platform.python_version()}, SQLite {sqlite3.sqlite_version}, load {load}"
    )


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table as Markdown has them, so that it can be taken over into a document."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    print(f"\n{title}\n")
    for number, row in enumerate((head, *rows)):
        print(
            "| "
            + " | ".join(
                _cell(text, width, n) for n, (text, width) in enumerate(zip(row, widths, strict=True))
            )
            + " |"
        )
        if number == 0:
            print(
                "|"
                + "|".join("-" * (width + 1) + (":" if n else "-") for n, width in enumerate(widths))
                + "|"
            )


def number(value: float) -> str:
    """A figure with as many digits as it deserves."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column else text.ljust(width)
