"""The chart of a brag document: wins over time, a row for each kind of work, as SVG and as PNG."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import font_source_sans_pro

from bot.core import dates
from bot.core.prose import Prose
from bot.domain.brag import Bucket, Series

# All in pixels; the words stand to the left of the bars, the totals to the right.
WIDTH, ROW, BAR = 660, 30, 20
LEFT, RIGHT, FOOT = 120, 40, 24
# Where no words stand there, half of the first date does.
NAMELESS_LEFT = 22
WIDEST_BAR = 22

# A picture is drawn so much larger, so that it prints well.
ZOOM = 3

# One stretch of time would be a chart of one bar.
FEWEST = 2
# A word under every bar would run into the next.
LABELS_AT_MOST = 6


@dataclass(frozen=True)
class Chart:
    """A chart: its heading, the drawing, the same in words, and the table of how many wins there are of each kind.

    Of a single kind the table has no rows, and neither the drawing nor the words name it.
    """

    heading: str
    svg: str
    text: str
    columns: tuple[str, str]
    rows: tuple[tuple[str, str], ...]


def chart(prose: Prose, series: Series, named: Callable[[str | None], str]) -> Chart | None:
    """The chart of a series; None where it would show nothing. `named` gives a kind of work its words."""
    if len(series.buckets) < FEWEST or not series.categories:
        return None
    totals = [
        (category, sum(one.counts.get(category, 0) for one in series.buckets))
        for category in series.categories
    ]
    several = len(totals) > 1
    drawn = [(named(category) if several else "", total) for category, total in totals]
    rows = drawn if several else []
    words = prose.words("brag/report", rows=rows, total=sum(map(_total, series.buckets)), **_facts(series))
    return Chart(
        heading=words.chart.plain,
        svg=prose.document("brag/chart.svg", **_drawing(series, drawn)),
        text=words.chart_text.plain,
        columns=(words.kind_of_work.plain, words.count.plain),
        rows=tuple((name, str(total)) for name, total in rows),
    )


def png(svg: str) -> bytes:
    """The drawing as a picture on white."""
    # The library takes longer to load than a command takes to run.
    import resvg_py  # noqa: PLC0415

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            background="#ffffff",
            zoom=ZOOM,
            font_files=_fonts(),
            font_family="Source Sans Pro",
            sans_serif_family="Source Sans Pro",
        )
    )


@cache
def _fonts() -> list[str]:
    return sorted(font_source_sans_pro.font_files_ttf.values())


def _facts(series: Series) -> dict[str, Any]:
    fullest = max(series.buckets, key=_total)
    return {
        "unit": series.unit,
        "first": _said(series.buckets[0].days.first),
        "last": _said(series.buckets[-1].days.last),
        "most": _total(fullest),
        "most_from": _named(series.unit, fullest),
    }


def _total(bucket: Bucket) -> int:
    return sum(bucket.counts.values())


def _said(on: Any) -> str:
    return f"{on.day} {dates.MONTHS[on.month - 1]} {on.year}"


def _named(unit: str, bucket: Bucket) -> str:
    on = bucket.days.first
    return {"week": _said(on), "month": f"{dates.MONTHS[on.month - 1]} {on.year}", "year": str(on.year)}[unit]


def _drawing(series: Series, rows: Sequence[tuple[str, int]]) -> dict[str, Any]:
    left, _ = _across(series)
    highest = max(count for bucket in series.buckets for count in bucket.counts.values())
    return {
        "width": WIDTH,
        "height": ROW * len(rows) + FOOT,
        "left": left,
        "right": WIDTH - RIGHT,
        "rows": [
            {
                "name": name,
                "total": total,
                "base": ROW * (at + 1) - 4,
                "bars": _bars(series, category, highest, at),
            }
            for at, ((name, total), category) in enumerate(zip(rows, series.categories, strict=True))
        ],
        "labels": _labels(series),
        "foot": ROW * len(rows) + FOOT - 8,
    }


def _across(series: Series) -> tuple[int, float]:
    """Where the bars begin and how far they stand apart; one row has no name beside it."""
    left = LEFT if len(series.categories) > 1 else NAMELESS_LEFT
    return left, (WIDTH - left - RIGHT) / len(series.buckets)


def _bars(series: Series, category: str | None, highest: int, row: int) -> list[dict[str, str]]:
    left, step = _across(series)
    wide = min(step * 0.76, WIDEST_BAR)
    counted = [(at, bucket.counts.get(category, 0)) for at, bucket in enumerate(series.buckets)]
    return [
        {
            "x": f"{left + step * at + (step - wide) / 2:.1f}",
            "y": f"{ROW * (row + 1) - 4 - BAR * count / highest:.1f}",
            "width": f"{wide:.1f}",
            "height": f"{BAR * count / highest:.1f}",
        }
        for at, count in counted
        if count
    ]


def _labels(series: Series) -> list[dict[str, str]]:
    left, step = _across(series)
    every = -(-len(series.buckets) // LABELS_AT_MOST)
    return [
        {"x": f"{left + step * (at + 0.5):.1f}", "said": _short(series.unit, bucket)}
        for at, bucket in enumerate(series.buckets)
        if at % every == 0
    ]


def _short(unit: str, bucket: Bucket) -> str:
    on = bucket.days.first
    month = dates.MONTHS[on.month - 1][:3]
    return {"week": f"{on.day} {month}", "month": f"{month} {on.year}", "year": str(on.year)}[unit]
