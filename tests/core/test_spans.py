"""Spans of time are found by their names, and nothing else is one."""

from datetime import date

import pytest

from bot.core import periods, spans
from bot.core.periods import Period

TODAY = date(2026, 11, 18)

SPANS = (
    ("week", periods.this("week", TODAY)),
    ("this_month", periods.this("month", TODAY)),
    ("last_quarter", Period(date(2026, 7, 1), date(2026, 9, 30))),
    ("last_year", Period(date(2025, 1, 1), date(2025, 12, 31))),
    ("all", Period(date.min, date.max)),
)


@pytest.mark.parametrize(("name", "period"), SPANS)
def test_a_span_is_found_by_its_name(name: str, period: Period) -> None:
    assert spans.named(name, TODAY) == period


@pytest.mark.parametrize("name", [None, "", "decade", "next_week", "this_all", "last_last_week"])
def test_any_other_name_is_none(name: str | None) -> None:
    assert spans.named(name, TODAY) is None
