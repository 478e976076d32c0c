"""Every view of an ask is what Slack takes, whatever was typed and however much there is."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.core.prose import Prose
from bot.documents import year_of_asks
from bot.documents.markdown import markdown
from bot.documents.web_page import web_page
from bot.domain import asks
from bot.domain.asks import (
    Ask,
    AskEvent,
    Condition,
    Draft,
    Overview,
    Question,
    Standing,
    Status,
    Told,
    Verdict,
    What,
)
from bot.domain.nudges import FOLLOW_UP, PROMISE, REASK, STALE_NEED
from bot.sandbox.blocks import view_problems
from bot.storage.base import new_id
from handlers import kit
from handlers.asks import _cards, _forms, home_lines
from handlers.asks._cards import Whole
from tests.examples import examples
from tests.handlers.test_goals_views import check, days, maybe, typed

PROSE = Prose()
TODAY = date(2026, 11, 18)
DAY = timedelta(days=1)
KINDS = (PROMISE, FOLLOW_UP, REASK, STALE_NEED)
DATES = ("wanted_on", "asked_on", "promised_on", "follow_up_on", "reask_on", "closed_on")


@st.composite
def any_ask(draw: st.DrawFn) -> Ask:
    dated: dict[str, Any] = {name: draw(st.none() | days) for name in DATES}
    ask = Ask(status=draw(st.sampled_from(Status)).value, misses=draw(st.integers(0, 5)), **dated)
    for name in (*asks.TEXTS[2:], "their_words", "promised", "plan"):
        setattr(ask, name, draw(maybe))
    ask.need, ask.request = draw(st.tuples(typed, maybe))
    ask.to = (draw(maybe) or "")[:200] or None
    return ask


@st.composite
def any_event(draw: st.DrawFn) -> AskEvent:
    event = AskEvent(
        ask_id=new_id(),
        number=1,
        what=draw(st.sampled_from(What)).value,
        on=draw(days),
        from_on=draw(st.none() | days),
        to_on=draw(days),
        verdict=draw(st.sampled_from(Verdict)).value,
    )
    event.text = draw(maybe)
    return event


@st.composite
def any_condition(draw: st.DrawFn) -> Condition:
    condition = Condition(ask_id=new_id(), due_on=draw(st.none() | days), met_on=draw(st.none() | days))
    condition.text = draw(typed)
    return condition


wholes = st.builds(
    Whole,
    st.builds(
        Standing, any_ask(), st.integers(0, 4000), st.none() | days, st.lists(any_condition(), max_size=13)
    ),
    events=st.lists(any_event(), max_size=15),
    goal=st.none() | typed.map(lambda text: text[:300]),
    coming=st.none() | st.builds(Question, st.sampled_from(KINDS), days),
    hazy=st.booleans(),
    today=st.just(TODAY),
)


@given(whole=wholes, event=any_event())
@examples(60)
def test_a_card_and_every_answer_are_taken_by_slack(whole: Whole, event: AskEvent) -> None:
    check(_cards.card(PROSE, whole))
    check(_cards.saved(PROSE, whole, changed=True))
    for what in What:
        event.what = what.value
        if what is not What.CREATED:
            check(_cards.after(PROSE, whole, event))
        assert _cards.event_line(PROSE, event, TODAY)


@given(whole=wholes)
@examples(40)
def test_every_form_is_taken_by_slack(whole: Whole) -> None:
    ask = whole.standing.ask
    forms = [
        _forms.form(PROSE),
        _forms.edit_form(PROSE, ask),
        _forms.date_form(PROSE, ask),
        _forms.link_form(PROSE, ask, [(new_id(), ask.words)]),
        *(_forms.event_form(PROSE, ask, what, TODAY) for what in _forms.FIELDS),
    ]
    for kind in Draft:
        if kind is not Draft.FALLBACK or ask.fallback:
            text = asks.draft(PROSE, kind, ask, whole.events, whole.standing.conditions, today=TODAY)
            assert len(text) <= kit.INPUT_LENGTH
            forms.append(_forms.draft_form(PROSE, ask, text, kind.value))
    assert [problem for form in forms for problem in view_problems(form)] == []


@given(
    some=st.lists(any_ask(), max_size=_cards.PAGE),
    more=st.integers(0, 300),
    offset=st.integers(0, 300),
    ended=st.booleans(),
)
@examples(40)
def test_any_page_of_the_list_and_home_are_taken_by_slack(
    some: list[Ask], more: int, offset: int, ended: bool
) -> None:
    overview = Overview([Standing(ask, 3) for ask in some], len(some) + more)
    check(_cards.listed(PROSE, overview, TODAY, offset, ended=ended))
    assert view_problems(kit.home(home_lines(PROSE, overview, TODAY) or [kit.divider()])) == []


# --- The page of a year


def an_ask(request: str, status: str, **more: Any) -> Ask:
    ask = Ask(status=status)
    ask.request = request
    for name, value in more.items():
        setattr(ask, name, value)
    return ask


def an_event(what: What, on: date, to_on: date | None = None) -> AskEvent:
    return AskEvent(ask_id="a" * 16, number=1, what=what.value, on=on, to_on=to_on)


YEAR = (
    Told(
        Standing(an_ask("the staff promotion", "promised", to="my manager", their_words="We will see"), 9),
        (
            an_event(What.CREATED, TODAY),
            an_event(What.ASKED, TODAY),
            an_event(What.PROMISED, TODAY, TODAY + 9 * DAY),
        ),
    ),
    Told(Standing(an_ask("a raise", "declined"), 3), (an_event(What.DECLINED, TODAY),)),
)


def test_a_year_tells_each_ask_with_what_happened() -> None:
    page = markdown(year_of_asks.report(PROSE, YEAR, 2026, TODAY)).decode()
    assert page == (
        "# Asks 2026\n\n**2026**\n\n**1** promised · **1** declined\n\n"
        "What was asked for, what was said and promised, and what came of it.\n\n"
        "## Open\n\n### the staff promotion\n\nmy manager · promised\n\n"
        "- **Their words:** We will see\n"
        "- **What happened:** 18 November 2026: written down · 18 November 2026: asked · "
        "18 November 2026: promised for 27 November 2026\n\n"
        "## Ended\n\n### a raise\n\nNobody asked yet · declined\n\n"
        "- **What happened:** 18 November 2026: declined\n\n"
        "---\n\nWritten down in Sayso by one person, for that person. 18 November 2026\n"
    )


def test_an_empty_year_says_so_and_hostile_words_stay_text() -> None:
    assert (
        "Nothing happened with an ask in 2025."
        in markdown(year_of_asks.report(PROSE, [], 2025, TODAY)).decode()
    )
    told = Told(Standing(an_ask("<script>alert(1)</script>", "asked", to="<b>"), 1), ())
    page = web_page(PROSE, year_of_asks.report(PROSE, [told], 2026, TODAY)).decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@given(whole=wholes)
@examples(20)
def test_any_ask_stands_on_the_page_of_its_year(whole: Whole) -> None:
    report = year_of_asks.report(PROSE, [Told(whole.standing, whole.events)], 2026, TODAY)
    assert markdown(report)
    assert web_page(PROSE, report)
