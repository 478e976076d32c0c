"""A year of asks before it has a format: one page with each ask, how it stands and what happened with it."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from bot.core.prose import Prose
from bot.documents.report import Item, Line, Report, Section, dated
from bot.documents.text import clean, one_line
from bot.domain import asks
from bot.domain.asks import AskEvent, Status, Told

# What stands in a line of its own; an ask without it has no such line.
_SAID = ("reason", "promised", "their_words", "plan")


def report(prose: Prose, told: Sequence[Told], year: int, today: date) -> Report:
    """The page that these asks make, open ones first."""
    words = prose.words("asks/year", year=year, today=dated(today), total=len(told))
    still = [one for one in told if one.standing.ask.status not in asks.ENDED]
    over = [one for one in told if one.standing.ask.status in asks.ENDED]
    groups = ((words.still.plain, still), (words.over.plain, over))
    return Report(
        title=words.title.plain,
        period=str(year),
        note=words.note.plain,
        empty="" if told else words.none.plain,
        figures=_figures(prose, told),
        chart=None,
        sections=tuple(
            Section(heading, tuple(_item(prose, one) for one in group)) for heading, group in groups if group
        ),
        people=None,
        metrics=None,
        footer=words.footer.plain,
    )


def _figures(prose: Prose, told: Sequence[Told]) -> tuple[tuple[str, str], ...]:
    """How many stand where, each state that there is."""
    names, counts = prose.words("asks/names"), Counter(one.standing.ask.status for one in told)
    return tuple(
        (str(counts[status]), names.block(status.value).plain) for status in Status if counts[status]
    )


def _item(prose: Prose, told: Told) -> Item:
    ask, names, words = told.standing.ask, prose.words("asks/names"), prose.words("asks/year")
    lines = [Line(words.block(name).plain, clean(text)) for name in _SAID if (text := getattr(ask, name))]
    history = " · ".join(_event(prose, event) for event in told.events)
    return Item(
        title=one_line(ask.words),
        when=one_line(ask.to) if ask.to else words.nobody.plain,
        marks=(names.block(ask.status).plain,),
        lines=(*lines, Line(words.history.plain, history)),
    )


def _event(prose: Prose, event: AskEvent) -> str:
    """What happened and when; the words of it stand in lines of their own."""
    then = dated(event.to_on) if event.to_on else None
    words = prose.words("asks/year_events", on=dated(event.on), then=then)
    return words.block(event.what).plain
