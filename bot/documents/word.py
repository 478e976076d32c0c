"""A report as a DOCX file with real headings and tables, so that a person can go on writing in it."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.documents import _word_styles as styles
from bot.documents.chart import Chart, png
from bot.documents.report import Item, Line, Report, Section, Table
from bot.documents.text import paragraphs

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

FIGURES_IN_A_ROW = 4


def word(report: Report) -> bytes:
    """The report as a DOCX file on A4."""
    document = styles.blank(f"{report.title} · {report.period}")
    _add(document, styles.TITLE, report.title)
    _add(document, styles.SUBTITLE).add_run(report.period).bold = True
    _figures(document, report.figures)
    for said in filter(None, (report.note, report.empty)):
        _add(document, styles.QUIET, said)
    if report.chart:
        _chart(document, report.chart)
    for section in report.sections:
        _section(document, section)
    for table in filter(None, (report.people, report.metrics)):
        _table(document, table)
    _add(document, styles.LAST, report.footer)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _figures(document: "Document", figures: Sequence[tuple[str, str]]) -> None:
    if not figures:
        return
    rows = [figures[at : at + FIGURES_IN_A_ROW] for at in range(0, len(figures), FIGURES_IN_A_ROW)]
    table = document.add_table(len(rows), min(len(figures), FIGURES_IN_A_ROW))
    for row, some in zip(table.rows, rows, strict=True):
        for cell, (count, words) in zip(row.cells, some, strict=False):
            _fill(cell, styles.FIGURE, count)
            cell.add_paragraph(words, style=styles.QUIET)


def _chart(document: "Document", chart: Chart) -> None:
    _add(document, styles.HEADING, chart.heading)
    picture = document.add_picture(io.BytesIO(png(chart.svg)), width=styles.TEXT_WIDTH)
    # Whoever does not see the picture is read the same in words.
    picture._inline.docPr.set("descr", chart.text)


def _section(document: "Document", section: Section) -> None:
    if section.heading:
        _add(document, styles.HEADING, section.heading)
    for item in section.items:
        title = _add(document, styles.SUBHEADING, item.title)
        if not section.heading:
            styles.raise_(title)
        _item(document, item)


def _item(document: "Document", item: Item) -> None:
    _add(document, styles.WHEN, " · ".join((item.when, *item.marks)))
    for line in item.lines:
        _line(document, line)


def _line(document: "Document", line: Line) -> None:
    """The label hangs to the left of the first paragraph; the others stand under that."""
    label = line.label
    for lines in paragraphs(line.text):
        _said(_labelled(document, label), lines)
        label = ""
    for link in line.links:
        _link(_labelled(document, label), link)
        label = ""


def _labelled(document: "Document", label: str) -> Paragraph:
    paragraph = _add(document, styles.DETAIL)
    if label:
        paragraph.add_run(label)._r.style = styles.LABEL
    paragraph.add_run("\t")
    return paragraph


def _said(paragraph: Paragraph, lines: Sequence[str]) -> None:
    styles.lead(paragraph, " ".join(lines))
    for at, line in enumerate(lines):
        run = paragraph.add_run()
        if at:
            run.add_break()
        run.add_text(line)


def _link(paragraph: Paragraph, link: str) -> None:
    # Word refuses a whole file for one address that is not written as addresses are.
    address = quote(link, safe="%/:=&?~#+!$,;'@()*")
    hyperlink: Any = OxmlElement("w:hyperlink")
    hyperlink.set(
        qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    element: Any = OxmlElement("w:r")
    hyperlink.append(element)
    paragraph._p.append(hyperlink)
    Run(element, paragraph).add_text(link)
    element.style = styles.ADDRESS


def _table(document: "Document", table: Table) -> None:
    _add(document, styles.HEADING, table.heading)
    drawn = document.add_table(0, len(table.columns), style=styles.RULED)
    for at, row in enumerate((table.columns, *table.rows)):
        added = drawn.add_row()
        for cell, said in zip(added.cells, row, strict=True):
            _fill(cell, styles.CELL if at else styles.COLUMN, said)
        if not at:
            styles.repeat_on_each_page(added)


def _fill(cell: "_Cell", style: str, said: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph._p.style = style
    paragraph.add_run(said)


def _add(document: "Document", style: str, said: str = "") -> Paragraph:
    """A new paragraph. Its style is set by id: asked by name, the library reads all styles for each paragraph."""
    # The section's own settings stand last in the body, where the library looks for them from the beginning each time.
    element: Any = OxmlElement("w:p")
    document.element.body[-1].addprevious(element)
    paragraph = Paragraph(element, document._body)
    element.style = style
    if said:
        paragraph.add_run(said)
        styles.lead(paragraph, said)
    return paragraph
