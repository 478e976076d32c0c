"""How a DOCX file looks: its page, its styles, and what they are called in Word's list."""

from typing import TYPE_CHECKING, Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from bot.documents.text import reads_leftward

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle
    from docx.table import _Row
    from docx.text.paragraph import Paragraph

# Ids of styles; the name of one that Word brings is its id with a space before the number.
TITLE, SUBTITLE, HEADING, SUBHEADING = "Title", "Subtitle", "Heading1", "Heading2"
QUIET, LAST, WHEN, DETAIL = "Quiet", "Last", "When", "Detail"
FIGURE, COLUMN, CELL = "Figure", "Column", "Cell"
LABEL, ADDRESS = "Label", "Address"
RULED = "Ruled"

# A font that office programs have, or have a twin of with the same widths.
FONT = "Calibri"
INK, SOFT, MARK = (RGBColor.from_string(colour) for colour in ("1D2433", "5A6376", "3D4F8F"))
RULE = "D5D9E2"
PAGE, MARGIN, LABEL_WIDTH = (Mm(210), Mm(297)), Mm(22), Mm(31)
TEXT_WIDTH = PAGE[0] - 2 * MARGIN


def blank(title: str) -> "Document":
    """An empty document with the styles in it; it says nothing of who made it, or when."""
    document = docx.Document()
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    _page(document)
    _paragraph_styles(document)
    _other_styles(document)
    return document


def repeat_on_each_page(row: "_Row") -> None:
    """Let a table's heading stand on every page that the table reaches."""
    _under(row._tr.get_or_add_trPr(), "w:tblHeader", val="true")


def lead(paragraph: "Paragraph", said: str) -> None:
    """Let a paragraph run from right to left where what it says does."""
    if reads_leftward(said):
        _under(paragraph._p.get_or_add_pPr(), "w:bidi")


def raise_(heading: "Paragraph") -> None:
    """Let a heading stand on the first level of the outline and look as before."""
    _under(heading._p.get_or_add_pPr(), "w:outlineLvl", val="0")


def _page(document: "Document") -> None:
    section = document.sections[0]
    section.page_width, section.page_height = PAGE
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = 2
    field = _under(paragraph._p, "w:fldSimple", instr="PAGE")
    _under(field, "w:r")


def _paragraph_styles(document: "Document") -> None:
    _styled(document, "Normal", 10.5, INK, after=4)
    _styled(document, TITLE, 26, INK, after=4, ruled=False)
    _styled(document, SUBTITLE, 12, SOFT, after=14)
    _styled(document, "Heading 1", 15, INK, before=22, after=6, bold=True, ruled=True)
    _styled(document, "Heading 2", 11, INK, before=10, after=1, bold=True)
    _styled(document, QUIET, 10, SOFT, after=8)
    _styled(document, LAST, 9, SOFT, before=24)
    _styled(document, WHEN, 9.5, SOFT, after=3).paragraph_format.keep_with_next = True
    _styled(document, FIGURE, 20, MARK, bold=True).paragraph_format.keep_with_next = True
    _styled(document, COLUMN, 9.5, SOFT, after=2)
    _styled(document, CELL, 9.5, INK, before=2, after=2)
    detail = _styled(document, DETAIL, 10.5, INK, after=3).paragraph_format
    detail.left_indent, detail.first_line_indent = LABEL_WIDTH, -LABEL_WIDTH
    detail.tab_stops.add_tab_stop(LABEL_WIDTH)
    _styled(document, "Footer", 9, SOFT)


def _styled(
    document: "Document",
    name: str,
    size: float,
    colour: RGBColor,
    *,
    before: float = 0,
    after: float = 0,
    bold: bool = False,
    ruled: bool | None = None,
) -> "ParagraphStyle":
    known = {style.name for style in document.styles}
    style: Any = (
        document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    )
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), colour
    style.font.bold, style.font.italic = bold, False
    _one_font(style)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    if ruled is not None:
        _rule_under(style, drawn=ruled)
    return style  # type: ignore[no-any-return] # the library's collection does not say which kind it gives


def _one_font(style: Any) -> None:
    """The theme of the library's own template would win over the font that is named."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(name), None)


def _rule_under(style: Any, *, drawn: bool) -> None:
    properties = style.element.get_or_add_pPr()
    for old in properties.findall(qn("w:pBdr")):
        properties.remove(old)
    if drawn:
        borders: Any = OxmlElement("w:pBdr")
        _border(borders, "bottom", space="4")
        # The standard has an order of what stands in here, and borders come before these.
        later = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")
        properties.insert_element_before(borders, *later)


def _other_styles(document: "Document") -> None:
    label: Any = document.styles.add_style(LABEL, WD_STYLE_TYPE.CHARACTER)
    label.font.color.rgb, label.font.size = SOFT, Pt(9.5)
    address: Any = document.styles.add_style(ADDRESS, WD_STYLE_TYPE.CHARACTER)
    address.font.color.rgb, address.font.underline = MARK, True
    table: Any = document.styles.add_style(RULED, WD_STYLE_TYPE.TABLE)
    table.base_style = document.styles["Normal Table"]
    borders = _under(_under(table.element, "w:tblPr"), "w:tblBorders")
    for side in ("bottom", "insideH"):
        _border(borders, side, space="0")


def _border(borders: Any, side: str, *, space: str) -> None:
    _under(borders, f"w:{side}", val="single", sz="4", space=space, color=RULE)


def _under(parent: Any, name: str, **attributes: str) -> Any:
    element: Any = OxmlElement(name)
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    parent.append(element)
    return element
