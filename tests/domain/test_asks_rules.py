"""The rules of asks, pure: which state follows which, working days, what is asked next, and what the drafts say."""

import re
import string
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose
from bot.domain import asks
from bot.domain.asks import (
    ENDED,
    FOLLOWS,
    Ask,
    AskEvent,
    Condition,
    Draft,
    Entry,
    Rung,
    Status,
    Verdict,
    What,
    Wish,
)
from bot.domain.asks._statuses import become, reopened

TODAY = date(2026, 11, 18)  # a Wednesday
DAY = timedelta(days=1)
PROSE = Prose()
WEEK = frozenset(range(5))
MARCH = date(2027, 3, 31)


# --- What a typed line says


@pytest.mark.parametrize(
    ("line", "to", "request_", "on"),
    [
        ("my manager for the staff promotion by March", "my manager", "the staff promotion", MARCH),
        ("Priya to review my design doc by Friday", "Priya", "review my design doc", TODAY + 2 * DAY),
        ("priya for a review", "priya", "a review", None),
        ("Priya Patel for feedback", "Priya Patel", "feedback", None),
        ("@priya for a review", "@priya", "a review", None),
        ("ask my manager to let me go by March", "my manager", "let me go", MARCH),
        ("please ask Priya for a review", "Priya", "a review", None),
        ("ask for a raise", None, "a raise", None),
        ("HR about my contract", "HR", "my contract", None),
        (
            "my lead if I may join the offsite tomorrow",
            "my lead",
            "if I may join the offsite",
            TODAY + DAY,
        ),
        ("by Friday: my boss for a day off", "my boss", "a day off", TODAY + 2 * DAY),
        ("my manager by 31.3. for a raise", "my manager", "a raise", MARCH),
        ("Priya until Friday for a review", "Priya", "a review", TODAY + 2 * DAY),
        ("Joe Friday for a review", "Joe Friday", "a review", None),
        ("the offsite by March for all", None, "the offsite by March for all", None),
        ("<@U0PRIYA> for a review", "<@U0PRIYA>", "a review", None),
        ("for a raise by March", None, "a raise", MARCH),
        ("a raise", None, "a raise", None),
        ("promotion to manager by March", None, "promotion to manager", MARCH),
        ("Budget for the conference", None, "Budget for the conference", None),
        ("remote work for two days", None, "remote work for two days", None),
        ("We should ask the board for money", None, "We should ask the board for money", None),
        ("Can I have a raise?", None, "Can I have a raise?", None),
        ("for", None, "for", None),
        ("my manager for\na raise\nand a title", "my manager", "a raise\nand a title", None),
    ],
)
def test_a_line_names_whom_it_asks_for_what_and_by_when(
    line: str, to: str | None, request_: str, on: date | None
) -> None:
    assert asks.read(line, TODAY) == Entry(request_, to, on)


@pytest.mark.parametrize("line", ["", "   ", "?!", "…", "---"])
def test_a_line_without_words_is_refused(line: str) -> None:
    with pytest.raises(Invalid) as refused:
        asks.read(line, TODAY)
    assert (refused.value.field, refused.value.words) == ("request", "ask_without_words")


@given(st.text(max_size=200))
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        read = asks.read(line, TODAY)
    except Invalid:
        return
    assert read.request
    assert read.request in line
    assert (read.to or "") in line


def test_every_field_has_its_bound_and_says_so() -> None:
    for name in asks.TEXTS:
        given: dict[str, Any] = {"request": "A raise", name: "x" * (asks.FIELD_LENGTH + 1)}
        with pytest.raises(Invalid) as refused:
            asks.entry(**given)
        assert (refused.value.field, refused.value.words) == (name, "too_long")
    with pytest.raises(Invalid) as refused:
        asks.entry("A raise", "?!")
    assert (refused.value.field, refused.value.words) == ("to", "signs_only")


def test_a_need_alone_is_enough() -> None:
    assert asks.entry(None, need=" Fewer meetings ") == Entry(need="Fewer meetings")


@pytest.mark.parametrize(
    ("to", "name"),
    [("Priya", "Priya"), ("my manager", None), ("the head of people", None), (None, None), ("HR", None)],
)
def test_only_a_name_is_greeted(to: str | None, name: str | None) -> None:
    assert asks.name_of(to) == name


def test_conditions_are_typed_one_a_line_with_their_days() -> None:
    typed = "- Ship the migration by Friday\n\n  Two mentees, 31 March\n•\nWrite it down"
    assert asks.conditions_in(typed, TODAY) == [
        Wish("Ship the migration", TODAY + 2 * DAY),
        Wish("Two mentees", MARCH),
        Wish("Write it down"),
    ]
    assert asks.conditions_in(None, TODAY) == []
    assert asks.conditions_in("by Friday", TODAY) == [Wish("by Friday")]


# --- Which state follows which

LETTERS = dict(zip("dpaPtmxnw", Status, strict=True))


@pytest.mark.parametrize(
    ("status", "then"),
    [
        (Status.DRAFT, "dpaw"),
        (Status.PLANNED, "dpaPxnw"),
        (Status.ASKED, "aPtmxnw"),
        (Status.PROMISED, "aPtmxnw"),
        (Status.PARTLY_MET, "aPtmxnw"),
        (Status.NOT_NOW, "aPtmxnw"),
        (Status.MET, "paP"),
        (Status.DECLINED, "paP"),
        (Status.WITHDRAWN, "dpaP"),
    ],
)
def test_each_state_has_those_that_can_follow(status: Status, then: str) -> None:
    follows = {LETTERS[letter] for letter in then}
    assert FOLLOWS[status] == follows
    for other in Status:
        ask = Ask(status=status.value)
        if other in follows:
            become(ask, other)
            assert ask.status == other
        else:
            with pytest.raises(NotFound, match="ask_moved_on"):
                become(ask, other)
            assert ask.status == status


def test_every_state_can_be_left_and_every_end_be_opened_again() -> None:
    assert set(FOLLOWS) == set(Status)
    for status in ENDED:
        assert not FOLLOWS[status] & ENDED
    for status in set(Status) - ENDED:
        assert Status.WITHDRAWN in FOLLOWS[status]


@pytest.mark.parametrize(
    ("ask", "then"),
    [
        (Ask(status="withdrawn", need="Fewer meetings"), Status.DRAFT),
        (Ask(status="withdrawn", request="A raise"), Status.PLANNED),
        (Ask(status="declined", request="A raise", asked_on=TODAY), Status.ASKED),
        (Ask(status="met", request="A raise", asked_on=TODAY, promised_on=TODAY), Status.PROMISED),
        (Ask(status="met", request="A raise", asked_on=TODAY), Status.ASKED),
    ],
)
def test_an_ask_is_opened_again_where_it_stood(ask: Ask, then: Status) -> None:
    assert reopened(ask) == then
    assert asks.can_become(ask.status, then)


# --- The ladder


@pytest.mark.parametrize(
    ("misses", "rung"),
    [(-1, None), (0, None), (1, Rung.POLITE), (2, Rung.DIRECT), (3, Rung.CHOICE), (9, Rung.CHOICE)],
)
def test_each_miss_is_followed_up_more_directly(misses: int, rung: Rung | None) -> None:
    assert asks.rung(misses) == rung


FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("ask", "kind", "on"),
    [
        (Ask(status="draft", need="x"), "stale_need", TODAY + 21 * DAY),
        (Ask(status="planned", request="x"), "stale_need", TODAY + 21 * DAY),
        (Ask(status="asked", follow_up_on=FRIDAY), "follow_up", FRIDAY),
        (Ask(status="asked"), None, None),
        (Ask(status="promised", promised_on=FRIDAY), "promise", MONDAY),
        (Ask(status="promised", promised_on=FRIDAY, follow_up_on=MONDAY), "follow_up", MONDAY),
        (Ask(status="partly_met", promised_on=FRIDAY), "promise", MONDAY),
        (Ask(status="partly_met", follow_up_on=FRIDAY), "follow_up", FRIDAY),
        (Ask(status="not_now", reask_on=FRIDAY), "reask", FRIDAY),
        (Ask(status="not_now"), None, None),
        *((Ask(status=ended.value, promised_on=FRIDAY), None, None) for ended in ENDED),
    ],
)
def test_what_is_asked_next_depends_on_where_it_stands(ask: Ask, kind: str | None, on: date | None) -> None:
    question = asks.next_question(ask, WEEK, [], TODAY)
    assert (question.kind.name, question.on) == (kind, on) if question else kind is None


@pytest.mark.parametrize(
    ("talks", "hazy"),
    [
        ([], False),
        ([(Verdict.UNCLEAR, 0)], False),
        ([(Verdict.UNCLEAR, 0), (Verdict.UNCLEAR, 89)], True),
        ([(Verdict.UNCLEAR, 0), (Verdict.UNCLEAR, 90)], False),
        ([(Verdict.UNCLEAR, 0), (Verdict.YES, 3)], False),
        ([(Verdict.UNCLEAR, 10), (Verdict.CONDITIONAL, 5), (Verdict.UNCLEAR, 1)], True),
    ],
)
def test_two_unclear_talks_within_90_days_call_for_another_question(
    talks: list[tuple[Verdict, int]], *, hazy: bool
) -> None:
    events = [
        AskEvent(ask_id="a" * 16, what="verdict", verdict=verdict.value, on=TODAY - ago * DAY)
        for verdict, ago in talks
    ]
    assert asks.is_hazy(events, TODAY) is hazy


# --- Drafts


def whole_ask() -> Ask:
    return Ask(
        status="promised",
        request="the staff promotion.",
        to="Priya",
        reason="I lead two teams already",
        future_value="A third team by summer",
        fallback="a written plan",
        promised="an answer from the committee",
        plan="Lead the launch first",
        asked_on=date(2026, 9, 1),
        promised_on=date(2026, 11, 16),
        reask_on=date(2026, 11, 18),
        misses=2,
    )


LEDGER = (
    AskEvent(ask_id="a" * 16, what=What.PROMISED, on=date(2026, 9, 2), to_on=date(2026, 10, 1)),
    AskEvent(ask_id="a" * 16, what=What.MOVED, on=date(2026, 10, 2), to_on=date(2026, 11, 16)),
    AskEvent(ask_id="a" * 16, what=What.MOVED, on=date(2026, 10, 3), to_on=date(2026, 11, 16)),
    AskEvent(ask_id="a" * 16, what=What.EDITED, on=date(2026, 10, 3), to_on=date(2027, 1, 1)),
)


def test_the_days_that_were_named_are_listed_once_each() -> None:
    assert asks.promised_days(LEDGER) == [date(2026, 10, 1), date(2026, 11, 16)]


def test_the_polite_draft_names_what_was_promised_and_the_day() -> None:
    assert asks.draft(PROSE, Draft.POLITE, whole_ask(), LEDGER, [], today=TODAY) == (
        "Hi Priya,\n\nI wanted to come back to this: an answer from the committee. "
        "We had Monday 16 November in mind.\n\n"
        "Where does it stand, and is there anything you need from me?"
    )


def test_a_day_of_another_year_is_named_with_it() -> None:
    draft = asks.draft(PROSE, Draft.POLITE, whole_ask(), LEDGER, [], today=date(2027, 1, 4))
    assert "We had Monday 16 November 2026 in mind." in draft


def test_the_polite_draft_without_a_promise_names_the_request() -> None:
    ask = Ask(status="asked", request="a raise", to="my manager", asked_on=date(2026, 9, 1), misses=1)
    assert asks.draft(PROSE, Draft.POLITE, ask, [], [], today=TODAY) == (
        "Hi,\n\nI wanted to come back to what I asked for on Tuesday 1 September: a raise.\n\n"
        "Have you had a chance to think about it, and is there anything you need from me?"
    )


def test_the_direct_draft_lists_the_days_and_asks_for_one() -> None:
    assert asks.draft(PROSE, Draft.DIRECT, whole_ask(), LEDGER, [], today=TODAY) == (
        "Hi Priya,\n\nI am coming back to this once more: the staff promotion.\n\n"
        "- I asked on Tuesday 1 September.\n"
        "- It was planned for Thursday 1 October.\n"
        "- It was moved to Monday 16 November.\n\n"
        "It is important to me: I lead two teams already.\n"
        "Will it happen, and on which day? If it will not, please tell me, so that I can plan."
    )


def test_the_choice_has_a_draft_for_each_way_on() -> None:
    escalated = asks.draft(PROSE, Draft.ESCALATE, whole_ask(), LEDGER, [], today=TODAY)
    assert "What I asked for: the staff promotion\nWhom I asked: Priya\n" in escalated
    assert "Moved to: Monday 16 November" in escalated
    other = asks.draft(PROSE, Draft.FALLBACK, whole_ask(), LEDGER, [], today=TODAY)
    assert "so I would like to ask for something else: a written plan." in other
    clarity = asks.draft(PROSE, Draft.CLARITY, whole_ask(), LEDGER, [], today=TODAY)
    assert "What would have to be true for a yes, and by when?" in clarity


def test_conditions_that_are_met_are_listed_with_their_days() -> None:
    met = Condition(ask_id="a" * 16, text="Ship it", met_on=date(2026, 11, 17))
    open_ = Condition(ask_id="a" * 16, text="Two mentees")
    draft = asks.draft(PROSE, Draft.CONDITIONS, whole_ask(), LEDGER, [met, open_], today=TODAY)
    assert "- Ship it: done on Tuesday 17 November\n" in draft
    assert "Two mentees" not in draft


@pytest.mark.parametrize(
    ("status", "misses", "kind"),
    [
        ("asked", 0, None),
        ("asked", 1, Draft.POLITE),
        ("promised", 2, Draft.DIRECT),
        ("promised", 3, None),
        ("not_now", 0, Draft.REASK),
    ],
)
def test_the_fitting_draft_follows_the_ladder(status: str, misses: int, kind: Draft | None) -> None:
    assert asks.fitting(Ask(status=status, misses=misses)) == kind


WORDS = st.text(string.ascii_letters + string.digits + " €%.-", min_size=1, max_size=30).filter(str.strip)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(
    kind=st.sampled_from(Draft),
    texts=st.fixed_dictionaries(
        {"request": WORDS},
        optional=dict.fromkeys(
            ("to", "reason", "future_value", "fallback", "promised", "plan", "need"), WORDS
        ),
    ),
    asked_on=st.none() | DAYS,
    named=st.lists(DAYS, max_size=4),
    met=st.lists(st.tuples(WORDS, DAYS), max_size=3),
)
def test_no_draft_holds_a_digit_or_a_name_that_is_not_in_the_entry(
    kind: Draft,
    texts: dict[str, str],
    asked_on: date | None,
    named: list[date],
    met: list[tuple[str, date]],
) -> None:
    ask = Ask(status="promised", asked_on=asked_on, **texts)
    if kind is Draft.FALLBACK and not ask.fallback:
        with pytest.raises(Invalid, match="ask_without_fallback"):
            asks.draft(PROSE, kind, ask, [], [], today=TODAY)
        return
    events = [AskEvent(ask_id=ask.id, what=What.MOVED, on=TODAY, to_on=on) for on in named]
    conditions = [Condition(ask_id=ask.id, text=text, met_on=on) for text, on in met]
    draft = asks.draft(PROSE, kind, ask, events, conditions, today=TODAY)
    days = [f"{on:%A} {on.day} {on:%B %Y}" for on in (*named, *(on for _, on in met), asked_on) if on]
    entered = " ".join([*texts.values(), *(text for text, _ in met), *days])
    assert set(re.findall(r"\d+", draft)) <= set(re.findall(r"\d+", entered))
    plain = asks.draft(
        PROSE,
        kind,
        Ask(status="promised", asked_on=asked_on, request="§", fallback="§"),
        events,
        conditions,
        today=TODAY,
    )
    own = set(re.findall(r"[A-Z]\w+", plain)) | set(re.findall(r"\w+", entered))
    assert set(re.findall(r"\b[A-Z]\w+", draft)) <= own | {"Hi", "Whom", "Why", "What", "We", "Is", "It"}
