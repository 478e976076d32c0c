"""The brag document before it has a format: headings, labelled lines, tables and a chart, in plain words.

Every format draws this one report, so all of them say the same. Texts are plain and clean; each format escapes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import dates
from bot.core.periods import Period
from bot.core.prose import Prose, Words
from bot.documents.chart import Chart, chart
from bot.documents.text import clean, one_line
from bot.domain import brag
from bot.domain.brag import Facts, Group, Told
from bot.domain.wins import Metric, Status


@dataclass(frozen=True)
class Line:
    """One thing said of a win: a label and its text, which may have paragraphs, or links instead."""

    label: str
    text: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """One win: its title, when it was, what has to be known about it, and what is said of it."""

    title: str
    when: str
    marks: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Section:
    """Wins with one thing in common under its heading, which is empty where nothing sets them apart."""

    heading: str
    items: tuple[Item, ...]

    @property
    def depth(self) -> int:
        """The level of its items' headings, so that none is left out below the title's."""
        return 3 if self.heading else 2


@dataclass(frozen=True)
class Table:
    """A table with a heading of its own; every row has a cell for every column."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Report:
    """A whole document. `empty` is what is said where there is nothing; else it is empty."""

    title: str
    period: str
    note: str
    empty: str
    figures: tuple[tuple[str, str], ...]
    chart: Chart | None
    sections: tuple[Section, ...]
    people: Table | None
    metrics: Table | None
    footer: str


def report(prose: Prose, facts: Facts) -> Report:
    """The document that the facts make."""
    writer = _Writer(prose, facts)
    return Report(
        title=title_of(prose, facts),
        period=period_of(prose, facts),
        note=writer.note(),
        empty="" if facts.wins else writer.say("nothing"),
        figures=writer.figures(),
        chart=chart(prose, facts.series, writer.category),
        sections=tuple(writer.section(group) for group in facts.groups),
        people=writer.people(),
        metrics=writer.metrics(),
        footer=writer.footer(),
    )


def title_of(prose: Prose, facts: Facts) -> str:
    """What a document is called, with whom it is for: one for somebody else is not given away by mistake."""
    writer = _Writer(prose, facts)
    return writer.say("title", reader=writer.say(f"for_{facts.request.audience.name}"))


def period_of(prose: Prose, facts: Facts) -> str:
    """The days that a document speaks of, in words."""
    return _Writer(prose, facts).say("days", **_days(facts.period))


def dated(on: date) -> str:
    """A date as it is written in a document: 19 November 2026."""
    return f"{on.day} {dates.MONTHS[on.month - 1]} {on.year}"


def _days(period: Period) -> dict[str, str]:
    """The two ends in words; the first leaves out what it shares with the last: 7 to 19 February 2026."""
    first, last = period.first, period.last
    if first == last or first.year != last.year:
        return {"first": dated(first), "last": dated(last)}
    month = "" if first.month == last.month else f" {dates.MONTHS[first.month - 1]}"
    return {"first": f"{first.day}{month}", "last": dated(last)}


def _evidence(label: str, given: Sequence[str]) -> Line:
    """Only what leads to the web becomes a link; whatever else was kept as evidence is text."""
    links = tuple(link for link in given if link.startswith(("https://", "http://")))
    return Line(label, "\n".join(link for link in given if link not in links), links)


class _Writer:
    """Puts facts into the words of templates/brag/report.j2."""

    def __init__(self, prose: Prose, facts: Facts) -> None:
        self._prose = prose
        self._facts = facts
        self._audience = facts.request.audience

    def say(self, block: str, **given: object) -> str:
        return self._words(**given).block(block).plain

    def _words(self, **given: object) -> Words:
        return self._prose.words("brag/report", **given)

    def category(self, name: str | None) -> str:
        return self._prose.words("wins/categories").block(name).plain if name else self.say("other")

    def note(self) -> str:
        shown, total = self._facts.shown, self._facts.figures.wins
        return self.say("some_shown", shown=shown, total=total) if shown < total else ""

    def figures(self) -> tuple[tuple[str, str], ...]:
        """Each figure with its words; what there is none of is left out."""
        counted = vars(self._facts.figures)
        return tuple(
            (str(count), self.say(f"figure_{name}", count=count)) for name, count in counted.items() if count
        )

    def section(self, group: Group) -> Section:
        return Section(self._heading(group), tuple(self._item(win) for win in group.wins))

    def _heading(self, group: Group) -> str:
        if isinstance(group.name, date):
            return f"{dates.MONTHS[group.name.month - 1]} {group.name.year}"
        if self._facts.request.by == brag.GOAL:
            return one_line(group.name or "") or self._rest()
        return self.category(group.name) if group.name else self._rest()

    def _rest(self) -> str:
        """What fits into no group; where that is all, there is nothing to tell it from."""
        return self.say("other") if len(self._facts.groups) > 1 else ""

    def _item(self, win: Told) -> Item:
        period = Period(win.on, max(win.on, win.until_on or win.on))
        lines = [self._line(win, name) for name in self._audience.tells]
        return Item(
            one_line(win.title),
            self.say("days", **_days(period)),
            self._marks(win),
            tuple(line for line in lines if line.text or line.links),
        )

    def _marks(self, win: Told) -> tuple[str, ...]:
        status = (
            "" if win.status == Status.DONE else self._prose.words("wins/statuses").block(win.status).plain
        )
        # Whoever else reads this need not know that it was private before it was given to them.
        private = self.say("private") if self._audience.private and not win.shareable else ""
        return tuple(filter(None, (status, private)))

    def _line(self, win: Told, name: str) -> Line:
        label = self.say(f"label_{name}")
        value = getattr(win, name)
        if name == "metric":
            return Line(label, self._metric(win))
        if name == "goal" and self._facts.request.by == brag.GOAL:
            return Line(label)
        if name == "evidence":
            return _evidence(label, [one_line(link) for link in value])
        if isinstance(value, tuple):
            return Line(label, ", ".join(map(one_line, value)))
        return Line(label, clean(value or ""))

    def _metric(self, win: Told) -> str:
        """The number as it was typed, with how it is known; a visible blank where the win tells none at all."""
        line = clean(win.metric.line) if win.metric else ""
        if win.lacks_number:
            line = self.say("missing", said=line)
        return self.say("known_as", said=line, how=self._certainty(win.metric, marked=True)) if line else ""

    def _certainty(self, metric: Metric | None, *, marked: bool = False) -> str:
        """How a number is known; only what weakens it is `marked` beside it."""
        if metric is None or not metric.certainty or (marked and metric.certainty == "measured"):
            return ""
        return self.say(f"certainty_{metric.certainty}")

    def people(self) -> Table | None:
        if not self._facts.people or "credit" not in self._audience.tells:
            return None
        rows = ((one_line(name), self.say("in_wins", count=count)) for name, count in self._facts.people)
        return Table(self.say("people"), (self.say("person"), self.say("times")), tuple(rows))

    def metrics(self) -> Table | None:
        """The numbers of the wins that are written out, one a row; and where one is missing, its blank."""
        names = ["name", "before", "after", "unit", "certainty", *["source"] * self._audience.sources]
        some = [win for group in self._facts.groups for win in group.wins if win.metric]
        some = [win for win in some if win.has_number or win.lacks_number]
        if not some or "metric" not in self._audience.tells:
            return None
        rows = tuple(tuple(self._cells(win)[name] for name in names) for win in some)
        return Table(self.say("metrics"), tuple(self.say(f"column_{name}") for name in names), rows)

    def _cells(self, win: Told) -> Mapping[str, str]:
        metric = win.metric or Metric()
        typed = {
            name: one_line(getattr(metric, name)) for name in ("name", "before", "after", "unit", "source")
        }
        after = typed["after"] if metric.has_number else self.say("missing", said=typed["after"])
        certainty = self._certainty(metric)
        return {**typed, "name": typed["name"] or one_line(win.title), "after": after, "certainty": certainty}

    def footer(self) -> str:
        shown: Sequence[Told] = [win for group in self._facts.groups for win in group.wins]
        return self.say(
            "footer",
            today=dated(self._facts.today),
            estimates=any(win.metric and win.metric.is_estimate for win in shown),
            blanks=any(win.lacks_number for win in shown) and "metric" in self._audience.tells,
        )
