"""The road map as a picture: everything in its place, labels that meet no other, any text, any span."""

import struct
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.prose import Prose
from bot.documents import _lettering, road_map
from bot.documents.road_map import Lane, Stop
from tests.examples import examples

TODAY = date(2026, 11, 18)
PROSE = Prose()
SVG = "{http://www.w3.org/2000/svg}"


def lane(
    statement: str = "Lead the migration", deadline: date | None = date(2027, 6, 30), *stops: Stop
) -> Lane:
    return Lane(statement, date(2026, 11, 2), deadline, "Project · by 30 June 2027", 0.3, stops)


def texts(lanes: list[Lane], total: int | None = None) -> list[str]:
    found = ET.fromstring(road_map.svg(PROSE, lanes, TODAY, total)).iter(f"{SVG}text")  # noqa: S314 - of our own making
    return ["".join(text.itertext()) for text in found]


def test_the_picture_names_its_goals_dates_and_milestones() -> None:
    stops = [
        Stop("Plan agreed", date(2026, 12, 15), done=True),
        Stop("Half moved", date(2027, 4, 1), done=False),
    ]
    said = texts([lane("Lead the migration", date(2027, 6, 30), *stops)])
    for words in (
        "Road map",
        "30 October 2026 – 3 July 2027",
        "Today",
        "Lead the migration",
        "15 Dec  Plan agreed",
        "Nov 2026",
        "Jan 2027",
        "milestone",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (4, ["16 Nov", "23 Nov", "30 Nov", "7 Dec", "14 Dec"]),
        (200, ["Dec 2026", "Jan 2027", "Feb", "Mar", "Apr", "May", "Jun"]),
        (1000, ["Jan 2027", "Apr", "Jul", "Oct", "Jan 2028"]),
        (5000, ["2028", "2030", "2040"]),
        (30000, ["2030", "2040", "2050"]),
    ],
)
def test_the_grid_fits_the_span(days: int, expected: list[str]) -> None:
    whole = Lane("Lead it", TODAY, TODAY + timedelta(days=days), "", None, [])
    said = texts([whole])
    assert [one for one in expected if one not in said] == []
    assert len(said) < 26


def test_more_goals_than_fit_are_counted() -> None:
    said = texts([lane(f"Goal {number}") for number in range(30)])
    assert "Goal 23" in said
    assert "Goal 24" not in said
    assert "and 6 more" in said
    assert "and 4976 more" in texts([lane(f"Goal {number}") for number in range(24)], 5000)


def test_the_png_is_twice_as_wide_as_the_picture_and_needs_no_fonts_of_the_machine() -> None:
    picture = road_map.png(PROSE, [lane("Führe die Migration 🚀 移行を率いる")], TODAY)
    assert picture.startswith(b"\x89PNG")
    wide, _ = struct.unpack(">II", picture[16:24])
    assert wide == 2 * road_map.WIDTH


days = st.integers(min_value=-4000, max_value=40_000).map(lambda ahead: TODAY + timedelta(days=ahead))
anything = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=80)
stops = st.builds(Stop, title=anything, on=days, done=st.booleans())
lanes = st.builds(
    Lane,
    statement=anything,
    begins=days,
    deadline=st.none() | days,
    about=anything.map(_lettering.writable),
    fraction=st.none() | st.floats(0, 1),
    stops=st.lists(stops, max_size=12),
)


@given(some=st.lists(lanes, max_size=6))
@examples(60)
def test_any_goals_make_a_picture_in_which_no_two_labels_meet(some: list[Lane]) -> None:
    assert texts(some)
    axis = road_map._axis(some, TODAY)
    for drawn in road_map._stacked(some, axis):
        places = [place(mark.label) for mark in drawn.marks if mark.label]
        for (row, start, end), (other, begin, stop) in combinations(places, 2):
            assert row != other or end <= begin or stop <= start
        assert all(road_map.LEFT <= mark.x <= road_map.RIGHT for mark in drawn.marks)
        assert drawn.begin <= drawn.full <= drawn.end + 0.1
        assert drawn.height > max([0, *(row - drawn.y for row, _, _ in places)])


def place(label: road_map.Label) -> tuple[float, float, float]:
    wide = _lettering.width(f"{label.date}  {label.text}", road_map.SMALL)
    start = label.x + 11 if label.side > 0 else label.x - 11 - wide
    return label.y, start, start + wide


@given(text=anything)
@examples(20)
def test_a_picture_holds_any_text(text: str) -> None:
    assert road_map.png(PROSE, [lane(text, None, Stop(text, TODAY, done=True))], TODAY).startswith(b"\x89PNG")


@given(text=anything, lines=st.integers(1, 4))
@examples(200)
def test_wrapped_lines_fit_and_lose_nothing_but_the_end(text: str, lines: int) -> None:
    text = _lettering.writable(text)
    made = _lettering.wrapped(text, 17, 200, lines)
    assert len(made) <= lines
    assert all(_lettering.width(line, 17) <= 200 for line in made)
    assert (
        "".join(made).rstrip("…").replace(" ", "") in text.replace(" ", "").replace("…", "") + "…"
        or "…" in text
    )
