"""The chart: a row for each kind of work, bars as high as the counts, and the same in words."""

from datetime import timedelta

import pytest
from lxml import etree

from bot.documents.chart import Chart, chart, png
from bot.domain import brag
from tests.documents.samples import ESTIMATE, EVERYTHING, NUMBERLESS, PROSE, TODAY, facts, many


def drawn(*some: brag.Told, window: str = "this_year") -> Chart:
    made = chart(PROSE, facts(*some, window=window).series, lambda name: name or "Other work")
    assert made is not None
    return made


def heights(of: Chart) -> list[float]:
    tree = etree.fromstring(of.svg.encode())
    return [float(bar.get("height")) for bar in tree.iter("{http://www.w3.org/2000/svg}rect")]


def test_words_say_what_the_picture_shows() -> None:
    assert drawn(EVERYTHING, ESTIMATE, NUMBERLESS).text == (
        "Wins by week, 1 January 2026 to 18 November 2026. delivery: 1, mentoring: 1, quality: 1. "
        "The most in one week: 1, in the week from 31 August 2026."
    )


def test_kinds_come_by_how_many_there_are_and_the_rest_last() -> None:
    rest = [brag.Told(f"r{at}", "x", TODAY - timedelta(days=30)) for at in range(5)]
    assert drawn(*many(3), ESTIMATE, *rest).rows == (("delivery", "3"), ("quality", "1"), ("Other work", "5"))


def test_one_kind_of_work_is_not_named_beside_its_only_row() -> None:
    plain = [brag.Told(f"p{at}", "x", TODAY - timedelta(days=30 * at)) for at in range(5)]
    one = drawn(*plain)
    assert one.rows == ()
    assert "Other work" not in one.svg + one.text
    assert one.text.startswith("Wins by week, 1 January 2026 to 18 November 2026: 5 in all. The most")
    assert len(heights(one)) == 5


def test_the_highest_bar_is_the_largest_count() -> None:
    twice = [brag.Told(f"t{at}", "x", TODAY, category="quality") for at in range(4)]
    found = sorted(heights(drawn(*twice, ESTIMATE, EVERYTHING)))
    assert found[-1] == pytest.approx(4 * found[0])


@pytest.mark.parametrize(("window", "most"), [("this_month", 6), ("this_year", 47), ("this_quarter", 8)])
def test_it_ends_today_and_not_with_the_period(window: str, most: int) -> None:
    assert len(facts(EVERYTHING, ESTIMATE, window=window).series.buckets) <= most


def test_one_stretch_of_time_is_no_chart() -> None:
    assert chart(PROSE, facts(EVERYTHING, window="this_week").series, str) is None
    assert chart(PROSE, facts().series, str) is None


def test_long_times_are_counted_in_months_and_years() -> None:
    old = brag.Told("o", "x", TODAY.replace(year=2023))
    ancient = brag.Told("a", "x", TODAY.replace(year=1990))
    assert "Wins by month, 1 November 2023" not in drawn(old, EVERYTHING, window="all").text
    assert drawn(old, EVERYTHING, window="all").text.startswith("Wins by month, 18 November 2023")
    assert drawn(ancient, EVERYTHING, window="all").text.startswith("Wins by year, 18 November 1990")


def test_it_becomes_a_picture_that_prints_well() -> None:
    content = png(drawn(EVERYTHING, ESTIMATE).svg)
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20]) == 1980
