"""The road map: goals with their milestones on one timeline, as a picture."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from itertools import cycle
from typing import TypeAlias

import resvg_py

from bot.core import dates, periods
from bot.core.prose import Prose
from bot.documents._lettering import clipped, width, wrapped, writable

# More goals than this make a picture that nobody takes in.
MOST = 24

# The picture's measures, in units of which a screen shows two dots each.
WIDTH = 1400
LEFT, RIGHT = 410, 1344
TEXT_LEFT, TEXT_WIDTH = 44, 320
TOP, BOTTOM = 132, 56
TITLE, SMALL = 17.0, 13.5
LINE, ROW = 22, 20
BAR = 14
LABEL_WIDTH = 230.0
LABEL_ROWS = 6
GAP, LEAD, AIR = 12, 12, 36
_ZOOM = 2

# Dark enough to be read as letters too; goals take them in turn.
COLOURS = ("#7c3aed", "#2563eb", "#047857", "#b45309", "#be185d", "#0e7490")

_DAY = timedelta(days=1)

Span: TypeAlias = tuple[float, float]
# Ahead of the last date there is some air, and a road map is never shorter than this.
SHORTEST = timedelta(days=28)
# Up to so many days a road map shows weeks; dates on one that is longer than a year or so name it.
_WEEKS, _YEAR = 70, 430
# So many months lie between two lines of the grid, and there are about so many lines at most.
_STEPS = (1, 3, 12, 24, 60, 120, 240)
_TICKS, _MONTH = 13, 30.4


@dataclass(frozen=True)
class Stop:
    """A milestone."""

    title: str
    on: date
    done: bool


@dataclass(frozen=True)
class Lane:
    """A goal: its words, from when to when, what is said of it, how far it is (0 to 1), its milestones."""

    statement: str
    begins: date
    deadline: date | None
    about: str
    fraction: float | None
    stops: Sequence[Stop]


@dataclass(frozen=True)
class Label:
    """A milestone's words, and where they stand: to the right of `x` (1) or to the left (-1)."""

    x: float
    y: float
    side: int
    date: str
    text: str


@dataclass(frozen=True)
class Mark:
    """A milestone on its lane."""

    x: float
    y: float
    done: bool
    label: Label | None


@dataclass(frozen=True)
class Drawn:
    """A lane with everything in its place."""

    lane: Lane
    colour: str
    y: float
    height: float
    lines: Sequence[str]
    begin: float
    end: float
    full: float
    marks: Sequence[Mark]

    @property
    def bar(self) -> float:
        """Where the bar begins, from above."""
        return self.y + 24


@dataclass(frozen=True)
class Tick:
    """A line of the grid, with its words."""

    x: float
    text: str
    strong: bool


@dataclass(frozen=True)
class Axis:
    """From which date to which the picture reaches."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days

    def x(self, on: date) -> float:
        """Where a date lies, from the left."""
        part = (on - self.first).days / max(self.days, 1)
        return round(LEFT + min(max(part, 0), 1) * (RIGHT - LEFT), 1)


def png(prose: Prose, lanes: Sequence[Lane], today: date, total: int | None = None) -> bytes:
    """The picture; the same on every machine, as it brings its letters along."""
    letters = resources.files("font_source_sans_pro") / "files"
    fonts = [str(letters / f"SourceSansPro-{weight}.ttf") for weight in ("Regular", "Semibold")]
    return resvg_py.svg_to_bytes(
        svg_string=svg(prose, lanes, today, total),
        font_files=fonts,
        font_family="Source Sans Pro",
        zoom=_ZOOM,
    )


def svg(prose: Prose, lanes: Sequence[Lane], today: date, total: int | None = None) -> str:
    """The picture as SVG; `total` is how many goals there are, where that is more than are given."""
    shown = lanes[:MOST]
    axis = _axis(shown, today)
    drawn = list(_stacked(shown, axis))
    bottom = drawn[-1].y + drawn[-1].height if drawn else TOP
    return prose.document(
        "goals/road_map.svg",
        lanes=drawn,
        ticks=list(_ticks(axis)),
        today=axis.x(today),
        period=f"{_day(axis.first)} – {_day(axis.last)}",
        left_out=(total or len(lanes)) - len(shown),
        width=WIDTH,
        height=bottom + BOTTOM,
        bottom=bottom,
        left=LEFT,
        right=RIGHT,
        top=TOP,
    )


def _axis(lanes: Sequence[Lane], today: date) -> Axis:
    days = [today]
    for lane in lanes:
        days += [lane.begins, *(stop.on for stop in lane.stops)]
        days += [lane.deadline] if lane.deadline else []
    first = min(days)
    return Axis(first - 3 * _DAY, max(max(days) + 3 * _DAY, first + SHORTEST))


def _stacked(lanes: Sequence[Lane], axis: Axis) -> Iterator[Drawn]:
    y = float(TOP)
    for lane, colour in zip(lanes, cycle(COLOURS), strict=False):
        drawn = _drawn(lane, colour, axis, y)
        yield drawn
        y += drawn.height


def _drawn(lane: Lane, colour: str, axis: Axis, y: float) -> Drawn:
    lines = wrapped(writable(lane.statement), TITLE, TEXT_WIDTH, 3)
    begin, end = axis.x(lane.begins), axis.x(lane.deadline or axis.last)
    end = max(end, begin + BAR)
    marks, rows = _marks(lane, axis, y + 24)
    height = max(26 + LINE * len(lines) + LINE, 24 + BAR + 16 + ROW * rows + 16)
    full = begin + (end - begin) * (lane.fraction or 0)
    return Drawn(lane, colour, y, height, lines, begin, end, round(full, 1), marks)


def _marks(lane: Lane, axis: Axis, bar: float) -> tuple[list[Mark], int]:
    """The milestones, each label in the first row where it meets no other; and how many rows that takes."""
    rows: list[list[Span]] = [[] for _ in range(LABEL_ROWS)]
    # From right to left, so that what leads down to a label passes to the left of those above it.
    stops = sorted(lane.stops, key=lambda stop: stop.on, reverse=True)
    marks = [_mark(stop, axis, bar, rows) for stop in stops]
    return marks[::-1], sum(map(bool, rows))


def _mark(stop: Stop, axis: Axis, bar: float, rows: list[list[Span]]) -> Mark:
    x = axis.x(stop.on)
    day = _short_day(stop.on, with_year=axis.days > _YEAR)
    text = clipped(writable(stop.title), SMALL, LABEL_WIDTH)
    wide = width(f"{day}  {text}", SMALL) + LEAD
    leans = x + wide > RIGHT + AIR
    lead = (x - 1, x + 1)
    place = (x - wide - GAP, x - 2) if leans else (x + 2, x + wide + GAP)
    row = next((number for number in range(LABEL_ROWS) if _fits(rows, number, place, lead)), None)
    label = None
    if row is not None:
        rows[row].append(place)
        for above in rows[:row]:
            above.append(lead)
        label = Label(x, bar + BAR + 26 + ROW * row, -1 if leans else 1, day, text)
    return Mark(x, bar + BAR / 2, stop.done, label)


def _fits(rows: Sequence[Sequence[Span]], row: int, place: Span, lead: Span) -> bool:
    """Whether a label has room in a row, and what leads down to it in all rows above."""
    return _is_free(rows[row], place) and all(_is_free(above, lead) for above in rows[:row])


def _is_free(taken: Sequence[Span], place: Span) -> bool:
    return all(place[1] <= start or place[0] >= end for start, end in taken)


def _ticks(axis: Axis) -> Iterator[Tick]:
    """Mondays on a short road map, else months, quarters or years: as many as can be read."""
    if axis.days <= _WEEKS:
        monday = periods.week_of(axis.first + 6 * _DAY).first
        for days in range(0, (axis.last - monday).days + 1, 7):
            on = monday + days * _DAY
            yield Tick(axis.x(on), _short_day(on, with_year=False), strong=False)
        return
    step = next((step for step in _STEPS if axis.days / step <= _MONTH * _TICKS), _STEPS[-1])
    first, last = (on.year * 12 + on.month - 1 for on in (axis.first, axis.last))
    named = None
    for month in range(-(-first // step) * step, last + 1, step):
        on = date(month // 12, month % 12 + 1, 1)
        if on >= axis.first:
            yield Tick(axis.x(on), _tick_text(on, step, named), strong=step < _STEPS[2] and on.month == 1)
            named = on.year


def _tick_text(on: date, step: int, named: int | None) -> str:
    if step >= _STEPS[2]:
        return str(on.year)
    month = dates.MONTHS[on.month - 1][:3]
    return month if on.year == named else f"{month} {on.year}"


def _short_day(on: date, *, with_year: bool) -> str:
    return f"{on.day} {dates.MONTHS[on.month - 1][:3]}{f' {on.year}' if with_year else ''}"


def _day(on: date) -> str:
    return f"{on.day} {dates.MONTHS[on.month - 1]} {on.year}"
