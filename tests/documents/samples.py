"""Wins to make documents of: a few that are written out, and any that Hypothesis can think of."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import Phase
from hypothesis import strategies as st

from bot.core.prose import Prose
from bot.documents.text import clean
from bot.domain import brag
from bot.domain.brag import Facts, Request, Told
from bot.domain.wins import Category, Certainty, Metric, Status

TODAY = date(2026, 11, 18)
PROSE = Prose()

# To look for the smallest of all failing documents would take minutes.
QUICKLY = (Phase.explicit, Phase.reuse, Phase.generate)

# Texts that are something else in one format or another.
NASTY = (
    "<script>alert(1)</script> & <b>bold</b>",
    "# not a heading",
    "- not a point",
    "1. not a list",
    "*not bold* _nor slanted_ `nor code` ~~nor struck~~",
    "[no link](https://example.com) ![no picture](x) <https://example.com>",
    "[number?]: https://example.com",
    "a | b | c\n--- | ---\nx",
    "===\n---\n+++",
    "> no quote\n    no code",
    "#let x = 1; $ no maths $ @no-reference <no-label> \\ end",
    "= no heading in typst",
    "{{ no.template }} {% raw %} #{",
    "=HYPERLINK(1)",
    "+1",
    "-1",
    "@SUM(A1)",
    "]]> &amp; &#65; \x00\x07\x1b\ufffe",
    "مرحبا 123 عالم",
    "日本語の成果",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "two\n\nparagraphs\nand a line",
    "quotes \" and ' and ’",
)

EVERYTHING = Told(
    "w1",
    "Shipped the new search",
    date(2026, 11, 2),
    date(2026, 11, 13),
    category="delivery",
    status="pending",
    shareable=True,
    goal_id="g1",
    goal="Be asked about search",
    project="Search",
    competency="Leadership",
    details="The whole story.",
    situation="It was slow.",
    task="Make it fast.",
    action="Rebuilt the index.",
    result="People find things.",
    metric=Metric("Search time", "2.1", "0.3", "s", "measured", "Grafana"),
    benefited="Support",
    my_part="I designed it.",
    team_part="Ana drew it.",
    credit=("Ana", "Ben"),
    evidence=("https://example.com/1",),
    tags=("q4",),
)
ESTIMATE = Told(
    "w2",
    "Fixed the login error",
    date(2026, 10, 5),
    shareable=True,
    category="quality",
    metric=Metric("Tickets a week", "40", "12", "", "estimated"),
    credit=("ana",),
)
NUMBERLESS = Told(
    "w3", "Mentored Ben", date(2026, 9, 1), category="mentoring", metric=Metric("Happier on call")
)


def facts(
    *some: Told, audience: str = "me", by: str = brag.CATEGORY, window: str = "this_year", **more: Any
) -> Facts:
    """The facts of these wins; `more` is what else there is to a request."""
    request = Request(brag.span(window, TODAY), window, brag.audience(audience), by, **more)
    return brag.facts(request, sorted(some, key=lambda win: win.on, reverse=True), today=TODAY)


def many(count: int) -> list[Told]:
    """So many wins with all their fields, over the year."""
    days = (TODAY - timedelta(days=at % 300) for at in range(count))
    return [replace(EVERYTHING, win_id=f"w{at}", on=on, until_on=None) for at, on in enumerate(days)]


def texts(win: Told, tells: Iterable[str] | None = None) -> list[str]:
    """What the person wrote of a win, of the fields that are told, with its title."""
    names = tells if tells is not None else brag.ME.tells
    found: list[str] = [win.title]
    for name in names:
        value = getattr(win, name)
        if isinstance(value, Metric):
            found.append(value.line)
        elif isinstance(value, tuple):
            found += value
        elif value:
            found.append(value)
    return [clean(one) for one in found if clean(one)]


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", text))


def may_say(some: Facts) -> set[str]:
    """Every number that a document of these facts may hold."""
    entered = " ".join(text for win in some.wins for text in [*texts(win), *_of(win.metric)])
    days = [day for win in some.wins for day in (win.on, win.until_on or win.on)]
    days += [
        some.today,
        some.period.first,
        some.period.last,
        *(one.days.first for one in some.series.buckets),
    ]
    dated = {part for day in days for part in (str(day.day), str(day.year), f"{day:%m}", f"{day:%d}")}
    counted = [*vars(some.figures).values(), some.shown, *(count for _, count in some.people)]
    counted += [count for one in some.series.buckets for count in one.counts.values()]
    counted += [sum(one.counts.values()) for one in some.series.buckets]
    counted += [sum(one.counts[name] for one in some.series.buckets) for name in some.series.categories]
    return numbers(entered) | dated | {str(count) for count in counted}


def _of(metric: Metric | None) -> Sequence[str]:
    return [clean(str(part)) for part in vars(metric).values()] if metric else ()


def words(max_size: int = 60, signs: Any = None) -> st.SearchStrategy[str]:
    plain = st.text(signs or st.characters(exclude_categories=["Cs"]), max_size=max_size)
    return st.one_of(plain, st.sampled_from(NASTY), st.sampled_from(NASTY).map(lambda one: f"x {one}"))


def told(some_words: st.SearchStrategy[str]) -> st.SearchStrategy[Told]:
    """Any win whose texts are of these words."""
    maybe = st.none() | some_words
    on = st.dates(date(2026, 1, 1), TODAY)
    certainties = st.sampled_from(["", *(one.value for one in Certainty)])
    metrics = st.builds(
        Metric, name=some_words, before=some_words, after=some_words, unit=some_words, certainty=certainties
    )
    return st.builds(
        Told,
        win_id=st.uuids().map(str),
        title=some_words.map(lambda said: said if clean(said) else "A title"),
        on=on,
        until_on=st.none(),
        category=st.none() | st.sampled_from([one.value for one in Category]),
        status=st.sampled_from([one.value for one in Status]),
        shareable=st.booleans(),
        goal_id=st.none(),
        goal=st.none(),
        **dict.fromkeys(("project", "competency", "details", "situation", "task", "action", "result"), maybe),
        metric=st.none() | metrics,
        **dict.fromkeys(("benefited", "my_part", "team_part"), maybe),
        credit=st.lists(some_words, max_size=3).map(tuple),
        evidence=st.sampled_from([(), ("https://example.com/a?b=1&c=[2]",), ("javascript:alert(1)",)]),
        tags=st.lists(some_words, max_size=2).map(tuple),
    )


def any_facts(some_words: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Facts]:
    """Facts of up to five of such wins, for any reader, in any groups."""
    wins = st.lists(told(words() if some_words is None else some_words), max_size=5)
    readers, groups = st.sampled_from(sorted(brag.AUDIENCES)), st.sampled_from(brag.GROUPINGS)
    return st.builds(lambda some, reader, by: facts(*some, audience=reader, by=by), wins, readers, groups)


def squeezed(text: str) -> str:
    """The text without white space, and without what only tells where a line may break."""
    return re.sub(r"[\s\u200b\u00a0]+", "", text)
