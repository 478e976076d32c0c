"""The wins as CSV, read back: every field in its column, every row whole, and no cell that a program would run."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given

from bot.documents.sheet import sheet
from bot.documents.text import clean
from bot.domain.brag import Facts
from tests.documents.samples import EVERYTHING, QUICKLY, any_facts, facts, many
from tests.examples import examples

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def rows(some: Facts) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sheet(some).decode("utf-8-sig"), newline="")))


def test_every_field_has_a_column() -> None:
    (row,) = rows(facts(EVERYTHING))
    assert row == {
        "title": "Shipped the new search",
        "occurred_on": "2026-11-02",
        "until_on": "2026-11-13",
        "category": "delivery",
        "status": "pending",
        "details": "The whole story.",
        "situation": "It was slow.",
        "task": "Make it fast.",
        "action": "Rebuilt the index.",
        "result": "People find things.",
        "metric_name": "Search time",
        "metric_before": "2.1",
        "metric_after": "0.3",
        "metric_unit": "s",
        "metric_certainty": "measured",
        "metric_source": "Grafana",
        "benefited": "Support",
        "my_part": "I designed it.",
        "team_part": "Ana drew it.",
        "credit": "Ana, Ben",
        "goal": "Be asked about search",
        "project": "Search",
        "competency": "Leadership",
        "tags": "q4",
        "evidence": "https://example.com/1",
        "shareable": "yes",
    }


def test_a_reader_gets_only_the_columns_that_they_are_told() -> None:
    (row,) = rows(facts(EVERYTHING, audience="manager"))
    assert {"details", "situation", "team_part", "shareable"}.isdisjoint(row)
    assert "The whole story." not in str(row)


def test_it_holds_all_wins_even_where_a_document_shows_few() -> None:
    assert len(rows(facts(*many(30), audience="skip"))) == 30


def test_programs_read_it_as_utf_8_with_lines_as_the_standard_has_them() -> None:
    content = sheet(facts(EVERYTHING))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\r\n") == content.count(b"\n") == 2


@pytest.mark.parametrize("start", FORMULAS)
def test_a_formula_is_marked_as_text(start: str) -> None:
    odd = replace(EVERYTHING, result=f"{start}HYPERLINK(1)", project="a=1")
    (row,) = rows(facts(odd))
    assert row["result"] in {f"'{start}HYPERLINK(1)", "HYPERLINK(1)"}
    assert row["project"] == "a=1"


@given(any_facts())
@examples(150, phases=QUICKLY)
def test_no_cell_can_be_run_and_none_is_lost(some: Facts) -> None:
    read = rows(some)
    assert not any(cell.startswith(FORMULAS) for row in read for cell in row.values())
    assert len(read) == len(some.wins)
    for row, win in zip(read, some.wins, strict=True):
        for name in (
            "title",
            *(one for one in some.request.audience.tells if isinstance(getattr(win, one), str)),
        ):
            typed = clean(getattr(win, name))
            assert row[name] in {typed, f"'{typed}"}


def test_an_empty_sheet_still_names_its_columns() -> None:
    assert sheet(facts()).decode("utf-8-sig").startswith('"title","occurred_on"')
