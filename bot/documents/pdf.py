"""A report as PDF, set by Typst from a template; an extra that an installation may do without."""

import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import font_source_sans_pro

from bot.core.prose import Prose
from bot.documents.report import Item, Report, Section
from bot.documents.text import paragraphs, reads_leftward

if TYPE_CHECKING:
    from typst import Fonts, PDFStandards

NEEDS = "typst"

# The package's family first, so that every machine sets the same page; then whatever there is for other scripts.
FAMILIES = ("Source Sans Pro", "Noto Sans", "DejaVu Sans")
PAPER = "a4"

# Universal accessibility: tags, a title, words for the chart.
STANDARD: "PDFStandards" = "ua-1"

# The same report gives the same bytes: nothing in them says when they were made.
_UNDATED = 0


def is_there() -> bool:
    """Whether Typst is installed."""
    return find_spec(NEEDS) is not None


@dataclass(frozen=True)
class Set:
    """A PDF as it was set; not `whole` where the machine has no letters for some of the words."""

    content: bytes
    whole: bool


def pdf(prose: Prose, report: Report) -> Set:
    """The report as a PDF on A4 whose text fits Letter too, tagged for screen readers."""
    # A library of 30 MB, for one format.
    import typst

    try:
        return Set(_compiled(prose, report, STANDARD), whole=True)
    except typst.TypstError:
        # The standard refuses text that no font here can show; without it that shows as boxes.
        return Set(_compiled(prose, report, None), whole=False)


def _compiled(prose: Prose, report: Report, standard: "PDFStandards") -> bytes:
    import typst

    known = set(_fonts().families())
    data = {**_data(report), "paper": PAPER, "fonts": [name for name in FAMILIES if name in known]}
    made = typst.compile(
        prose.document("brag/report.typ").encode(),
        font_paths=_fonts(),
        sys_inputs={"report": json.dumps(data)},
        format="pdf",
        timestamp=_UNDATED,
        pdf_standards=standard,
    )
    return bytes(made)


@cache
def _fonts() -> "Fonts":
    # Looking through a machine's fonts takes longer than setting a page.
    import typst

    return typst.Fonts(font_paths=[_package_fonts()])


def _package_fonts() -> str:
    # Each face comes twice in the package; one kind of file is enough.
    return str(Path(font_source_sans_pro.font_directory))


def _data(report: Report) -> dict[str, Any]:
    return {**asdict(report), "sections": [_section(section) for section in report.sections]}


def _section(section: Section) -> dict[str, Any]:
    items = [_item(item) for item in section.items]
    heading = {"heading": section.heading, "leftward": reads_leftward(section.heading)}
    return {**heading, "depth": section.depth, "items": items}


def _item(item: Item) -> dict[str, Any]:
    lines = [
        {
            "label": line.label,
            "paragraphs": [(lines, reads_leftward(lines[0])) for lines in paragraphs(line.text)],
            "links": line.links,
        }
        for line in item.lines
    ]
    return {**asdict(item), "leftward": reads_leftward(item.title), "lines": lines}
