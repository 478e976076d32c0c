"""A report as one HTML file that needs nothing beside it: no script, no font, no picture from elsewhere."""

from markupsafe import Markup

from bot.core.prose import Prose
from bot.documents.report import Report
from bot.documents.text import paragraphs


def web_page(prose: Prose, report: Report) -> bytes:
    """The report as an HTML file, UTF-8; it prints on A4 and Letter, and is light or dark as the screen is."""
    # The drawing is a document of our own, whose words were escaped when it was made.
    drawing = Markup(report.chart.svg) if report.chart else ""  # noqa: S704
    return prose.page("brag/report", report=report, drawing=drawing, paragraphs=paragraphs).encode()
