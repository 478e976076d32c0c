"""A report as Markdown: readable as it stands, and whatever a person wrote stays text in any renderer."""

import re

from bot.documents.report import Item, Line, Report, Section, Table
from bot.documents.text import paragraphs

# Signs that begin markup anywhere in a line; Slack's and GitHub's additions are among them.
_MARKUP = re.compile(r"[\\`*_\[\]<>|~$]|&(?=#?\w+;)|!(?=\[)")
# What makes something else of a line that begins with it: a heading, a list, a rule, a heading's underline.
_BEGINNING = re.compile(r"^(#{1,6}(?=\s|$)|[-+=](?=[-+=\s]|$))")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")


def markdown(report: Report) -> bytes:
    """The report as a Markdown file, UTF-8."""
    parts = [
        f"# {escaped(report.title)}",
        f"**{escaped(report.period)}**" if report.period else "",
        escaped(report.empty),
        " · ".join(f"**{count}** {escaped(words)}" for count, words in report.figures),
        escaped(report.note),
        *_chart(report),
        *map(_section, report.sections),
        *(_table(table) for table in (report.people, report.metrics) if table),
        f"---\n\n{_own(report.footer)}",
    ]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def escaped(text: str) -> str:
    """One line of text in which nothing is markup."""
    text = _MARKUP.sub(lambda sign: "\\" + sign[0], text)
    text = _NUMBERED.sub(r"\1\\\2", text)
    return _BEGINNING.sub(lambda sign: "\\" + sign[0], text)


def _own(text: str) -> str:
    """Our own words, whose visible blank is no markup while no link is defined; a person's brackets never define one."""
    return escaped(text).replace(r"\[number?\]", "[number?]")


def _chart(report: Report) -> list[str]:
    if report.chart is None:
        return []
    table = Table(report.chart.heading, report.chart.columns, report.chart.rows)
    heading = _table(table) if table.rows else f"## {escaped(table.heading)}"
    return [heading, escaped(report.chart.text)]


def _section(section: Section) -> str:
    heading = [f"## {escaped(section.heading)}"] if section.heading else []
    return "\n\n".join([*heading, *(_item(item, section.depth) for item in section.items)])


def _item(item: Item, depth: int) -> str:
    about = " · ".join(escaped(words) for words in (item.when, *item.marks))
    return "\n\n".join(
        [
            f"{'#' * depth} {escaped(item.title)}",
            *([about] if about else []),
            *(["\n".join(map(_line, item.lines))] if item.lines else []),
        ]
    )


def _line(line: Line) -> str:
    # A line break inside a list's point is a backslash, and a paragraph goes on indented as far as the point.
    said = ["\\\n  ".join(map(_own, lines)) for lines in paragraphs(line.text)]
    links = [" ".join(f"<{_address(link)}>" for link in line.links)] if line.links else []
    return f"- **{escaped(line.label)}:** " + "\n\n  ".join([*said, *links])


def _address(link: str) -> str:
    """A link as an autolink takes it, without the two signs that would end it."""
    return link.replace("<", "%3C").replace(">", "%3E")


def _table(table: Table) -> str:
    rows = [table.columns, tuple("---" for _ in table.columns), *table.rows]
    ruled = [_row(row) if at != 1 else f"| {' | '.join(row)} |" for at, row in enumerate(rows)]
    return f"## {escaped(table.heading)}\n\n" + "\n".join(ruled)


def _row(row: tuple[str, ...]) -> str:
    return f"| {' | '.join(_own(cell) for cell in row)} |"
