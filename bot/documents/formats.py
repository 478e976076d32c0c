"""The formats of the brag document: what each is called, how its file ends, and what makes it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.core.errors import Invalid
from bot.core.prose import Prose
from bot.documents import pdf, sheet, web_page
from bot.documents.markdown import markdown
from bot.documents.report import report
from bot.domain.brag import Facts


@dataclass(frozen=True)
class Made:
    """A file's bytes; `boxes` where letters are missing on this machine and boxes stand for them."""

    content: bytes
    boxes: bool = False


@dataclass(frozen=True)
class Format:
    """One format; `make` is pure and may take seconds, `is_there` says whether this installation can make it."""

    name: str
    ending: str
    make: Callable[[Prose, Facts], Made]
    is_there: Callable[[], bool] = lambda: True


def _pdf(prose: Prose, facts: Facts) -> Made:
    made = pdf.pdf(prose, report(prose, facts))
    return Made(made.content, boxes=not made.whole)


def _word(prose: Prose, facts: Facts) -> Made:
    # python-docx takes longer to load than a command takes to run.
    from bot.documents import word  # noqa: PLC0415

    return Made(word.word(report(prose, facts)))


_ALL = (
    Format("pdf", "pdf", _pdf, pdf.is_there),
    Format("docx", "docx", _word),
    Format("html", "html", lambda prose, facts: Made(web_page.web_page(prose, report(prose, facts)))),
    Format("markdown", "md", lambda prose, facts: Made(markdown(report(prose, facts)))),
    Format("csv", "csv", lambda _, facts: Made(sheet.sheet(facts))),
)
FORMATS: Mapping[str, Format] = MappingProxyType({one.name: one for one in _ALL})


def format_(name: str) -> Format:
    """The format of that name; Invalid for an unknown one, and for one that this installation cannot make."""
    if name not in FORMATS:
        raise Invalid("formats", "no_such_format")
    if not FORMATS[name].is_there():
        raise Invalid("formats", "no_pdf_here")
    return FORMATS[name]
