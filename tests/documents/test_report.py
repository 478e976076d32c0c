"""The report behind every format: what each reader is told, and how numbers, blanks and estimates are said."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from bot.documents.report import Report, report
from bot.domain import brag
from bot.domain.brag import Facts
from tests.documents.samples import (
    ESTIMATE,
    EVERYTHING,
    NUMBERLESS,
    PROSE,
    QUICKLY,
    any_facts,
    facts,
    many,
    may_say,
    numbers,
    texts,
)
from tests.examples import examples


def made(some: Facts) -> Report:
    return report(PROSE, some)


def labels(of: Report) -> list[str]:
    return [line.label for section in of.sections for item in section.items for line in item.lines]


def said(of: Report) -> str:
    """Every text of a report; of the chart its words."""
    rows = [
        cell
        for table in (of.people, of.metrics)
        if table
        for row in (table.columns, *table.rows)
        for cell in row
    ]
    items = [item for section in of.sections for item in section.items]
    lines = [text for item in items for line in item.lines for text in (line.label, line.text, *line.links)]
    heads = [section.heading for section in of.sections] + [
        t for i in items for t in (i.title, i.when, *i.marks)
    ]
    chart = [of.chart.text, *(cell for row in of.chart.rows for cell in row)] if of.chart else []
    figures = [text for figure in of.figures for text in figure]
    return "\n".join(
        [
            of.title,
            of.period,
            of.note,
            of.empty,
            *figures,
            *chart,
            *heads,
            *lines,
            *rows,
            of.footer,
        ]
    )


def test_it_begins_with_what_when_and_for_whom() -> None:
    one = made(facts(EVERYTHING, audience="manager", window="this_quarter"))
    assert one.title == "What I got done · for my manager"
    assert one.period == "1 October to 18 November 2026"
    assert one.footer == "From my own entries, as of 18 November 2026."


def test_every_reader_has_a_title_of_their_own() -> None:
    titles = {made(facts(EVERYTHING, audience=reader)).title for reader in brag.AUDIENCES}
    assert len(titles) == len(brag.AUDIENCES)


@pytest.mark.parametrize(
    ("window", "period"),
    [
        ("this_week", "16 to 18 November 2026"),
        ("last_month", "1 to 31 October 2026"),
        ("last_year", "1 January to 31 December 2025"),
        ("all", "2 to 13 November 2026"),
    ],
)
def test_the_period_is_said_as_people_write_it(window: str, period: str) -> None:
    assert made(facts(EVERYTHING, window=window)).period == period


def test_a_period_over_two_years_names_both() -> None:
    older = replace(EVERYTHING, on=date(2025, 11, 2), until_on=None)
    assert made(facts(older, ESTIMATE, window="all")).period == "2 November 2025 to 5 October 2026"


def test_i_am_told_everything_that_i_wrote() -> None:
    one = made(facts(EVERYTHING, audience="me"))
    assert labels(one) == [
        *("In full", "Situation", "Task", "What I did", "Result", "Number", "Who benefited", "My part"),
        *("The team’s part", "Credit also to", "Goal", "Project", "Competency", "Tags", "Evidence"),
    ]
    assert all(text in said(one) for text in texts(EVERYTHING))


def test_a_manager_is_told_how_it_was_done_what_came_of_it_and_who_did_what() -> None:
    one = made(facts(EVERYTHING, audience="manager"))
    assert labels(one) == [
        *("What I did", "Result", "Number", "Who benefited", "My part", "Credit also to", "Evidence"),
    ]
    assert "Rebuilt the index." in said(one)
    assert "It was slow." not in said(one)
    assert "The whole story." not in said(one)


def test_my_review_is_told_how_it_was_done() -> None:
    assert "Rebuilt the index." in said(made(facts(EVERYTHING, audience="review")))


def test_a_managers_manager_is_told_little_of_few() -> None:
    one = made(facts(*many(12), ESTIMATE, audience="skip"))
    assert set(labels(one)) == {"Result", "Number", "Who benefited"}
    assert one.note == "The 10 that say the most are written out; the figures count all 13."
    assert one.figures[0] == ("13", "wins")
    assert one.people is None
    assert one.metrics is not None
    assert "Source" not in one.metrics.columns


def test_a_number_is_printed_as_it_was_typed_and_an_estimate_as_one() -> None:
    one = made(facts(EVERYTHING, ESTIMATE, NUMBERLESS))
    lines = [
        line.text
        for part in one.sections
        for item in part.items
        for line in item.lines
        if line.label == "Number"
    ]
    assert lines == [
        "Search time: 2.1 s → 0.3 s",
        "Tickets a week: 40 → 12 (an estimate)",
        "Happier on call [number?]",
    ]
    assert "An estimate is marked as one." in one.footer
    assert "[number?] stands where a number is not known yet." in one.footer


def test_a_win_without_any_number_shows_the_blank() -> None:
    bare = replace(NUMBERLESS, metric=None)
    assert "[number?]" in said(made(facts(bare, audience="manager")))


@pytest.mark.parametrize(
    "given_",
    [
        {"title": "Cut the deploy time from 42 to 11 minutes", "metric": None},
        {"result": "Deploys take 11 minutes", "metric": None},
        {"title": "Cut the deploy time from 42 to 11 minutes"},
    ],
)
def test_a_number_in_the_title_or_the_result_leaves_no_blank(given_: dict[str, Any]) -> None:
    one = made(facts(replace(NUMBERLESS, **given_), audience="manager"))
    assert "[number?]" not in said(one)
    assert one.metrics is None, "a table of numbers needs one"
    lines = [line.text for item in one.sections[0].items for line in item.lines if line.label == "Number"]
    assert lines == ([] if "metric" in given_ else ["Happier on call"]), "what was typed is still told"


def test_the_table_of_numbers_has_each_part_in_its_column() -> None:
    table = made(facts(EVERYTHING, ESTIMATE, NUMBERLESS)).metrics
    assert table is not None
    assert table.columns == ("What", "Before", "After", "Unit", "How it is known", "Source")
    assert table.rows == (
        ("Search time", "2.1", "0.3", "s", "measured", "Grafana"),
        ("Tickets a week", "40", "12", "", "an estimate", ""),
        ("Happier on call", "", "[number?]", "", "", ""),
    )


def test_people_are_listed_by_how_often_they_are_credited() -> None:
    table = made(facts(EVERYTHING, ESTIMATE)).people
    assert table is not None
    assert table.rows == (("Ana", "2 wins"), ("Ben", "1 win"))


def test_only_i_see_that_a_win_is_private() -> None:
    marks = {
        reader: made(facts(NUMBERLESS, audience=reader)).sections[0].items[0].marks
        for reader in brag.AUDIENCES
    }
    assert marks == {"me": ("Private",), "manager": (), "skip": (), "review": ()}


def test_what_is_not_done_says_so() -> None:
    assert "still open" in " ".join(made(facts(EVERYTHING)).sections[0].items[0].marks)


def test_groups_are_named_after_the_goal_the_month_or_the_kind() -> None:
    headings = {
        by: [part.heading for part in made(facts(EVERYTHING, ESTIMATE, by=by)).sections]
        for by in brag.GROUPINGS
    }
    assert headings == {
        "category": ["Delivery", "Quality"],
        "goal": ["Be asked about search", "Other work"],
        "month": ["November 2026", "October 2026"],
    }


@pytest.mark.parametrize("by", [brag.CATEGORY, brag.GOAL])
def test_where_no_win_has_a_kind_or_a_goal_there_is_no_heading(by: str) -> None:
    plain = [replace(one, category=None, goal=None, goal_id=None) for one in (EVERYTHING, ESTIMATE)]
    (section,) = made(facts(*plain, by=by)).sections
    assert (section.heading, section.depth, len(section.items)) == ("", 2, 2)


def test_a_goal_that_is_the_heading_is_not_said_again() -> None:
    assert "Goal" not in labels(made(facts(EVERYTHING, by=brag.GOAL)))


def test_only_what_leads_to_the_web_becomes_a_link() -> None:
    odd = replace(EVERYTHING, evidence=("javascript:alert(1)", "https://example.com"))
    line = made(facts(odd)).sections[0].items[0].lines[-1]
    assert (line.text, line.links) == ("javascript:alert(1)", ("https://example.com",))


def test_nothing_is_said_of_nothing() -> None:
    one = made(facts())
    assert one.empty == "There are no wins in this time."
    assert (one.figures, one.chart, one.sections, one.people, one.metrics) == ((), None, (), None, None)


@given(any_facts())
@examples(100, phases=QUICKLY)
def test_no_number_is_said_that_is_not_in_the_entries_the_dates_or_the_counts(some: Facts) -> None:
    assert numbers(said(made(some))) <= may_say(some)
