"""Proofs: what a draft can rest on, which wins are offered for it, and which are chosen first, and why."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach import Coach
from bot.core import spans
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain import asks, feedback, goals, pitches, proofs, wins
from bot.domain.pitches import KINDS, MANAGER, Aim, Promise, Proof, Quote, Wanted
from bot.domain.wins import Entry, Metric, Source
from bot.storage.identity import Principal

# The day on which the shared clock stands.
TODAY = date(2026, 11, 18)


def one(name: str, days_ago: int = 0, *, metric: str | None = None, result: str | None = None) -> Proof:
    return Proof(name, name, TODAY - timedelta(days_ago), result=result, metric=metric)


NUMBER = one("number", 9, metric="2 h saved")
RESULT = one("result", 5, result="Nobody waits")
OLD, NEW = one("old", 3), one("new", 1)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (1, [NUMBER]),
        (2, [NUMBER, RESULT]),
        (3, [NUMBER, RESULT, NEW]),
        (9, [NUMBER, RESULT, NEW, OLD]),
    ],
)
def test_a_number_comes_first_then_a_result_then_the_newest(count: int, expected: Sequence[Proof]) -> None:
    assert pitches.pick([OLD, NEW, RESULT, NUMBER], count) == expected


def test_among_numbers_a_result_counts_and_then_the_day() -> None:
    both = one("both", 30, metric="3", result="Done")
    newer, older = one("newer", 1, metric="1"), one("older", 2, metric="1")
    assert pitches.pick([older, newer, both], 3) == [both, newer, older]


def proof(name: str, **known: object) -> Proof:
    return Proof(name, name, TODAY - timedelta(20), **known)  # type: ignore[arg-type]


LEAD = Wanted("goal-lead", ("leadership",), "I want to lead the payments team", TODAY)
SERVES = proof("serves", goal_id="goal-lead")
TOPIC = proof("topic", topics=("Payments",))
LED = proof("led", category="leadership")
COUNTED = proof("counted", metric="2 h saved", result="Nobody waits")
TOLD = proof("told", result="Nobody waits")
PLAIN = proof("plain", goal_id="goal-other", topics=("pay",), category="quality", metric="much")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (SERVES, ("goal",)),
        (TOPIC, ("topic",)),
        (LED, ("category",)),
        (COUNTED, ("number", "result")),
        (TOLD, ("result",)),
        (PLAIN, ()),
        (one("today"), ("newest",)),
        (one("both", metric="3"), ("number", "newest")),
    ],
    ids=lambda given: given.win_id if isinstance(given, Proof) else "",
)
def test_what_speaks_for_a_win_is_said(one: Proof, expected: tuple[str, ...]) -> None:
    assert pitches.reasons(one, LEAD) == expected


def test_goal_topic_category_impact_and_day_decide_in_this_order() -> None:
    some = [one("newest"), PLAIN, TOLD, COUNTED, LED, TOPIC, SERVES]
    picked = pitches.pick(some, 7, LEAD)
    assert picked == [SERVES, TOPIC, LED, COUNTED, PLAIN, TOLD, one("newest")]


def test_without_a_goal_nothing_serves_one() -> None:
    assert pitches.reasons(SERVES, Wanted()) == ()
    assert pitches.reasons(proof("none"), Wanted(None)) == ()


@pytest.mark.parametrize(
    ("words", "topic", "speaks"),
    [
        ("Lead the payments project", "Payments", True),
        ("Pay me more", "Payments", False),
        ("Anything (c++)", "C++", True),
        ("Anything", " ", False),
        ("", "Payments", False),
    ],
)
def test_a_topic_speaks_as_a_whole_word(words: str, topic: str, speaks: bool) -> None:
    found = pitches.reasons(proof("one", topics=(topic,)), Wanted(words=words))
    assert ("topic" in found) is speaks


PROOFS = st.lists(
    st.builds(
        Proof,
        win_id=st.text("abcdef", min_size=4, max_size=6),
        title=st.just("T"),
        on=st.dates(date(2026, 1, 1), TODAY),
        result=st.none() | st.just("r"),
        metric=st.none() | st.just("m"),
    ),
    max_size=120,
    unique_by=lambda proof: proof.win_id,
)


@given(PROOFS, st.integers(0, 6))
def test_the_pick_does_not_depend_on_the_order(some: list[Proof], count: int) -> None:
    picked = pitches.pick(some, count)
    assert picked == pitches.pick(reversed(some), count)
    assert len(picked) == min(count, len(some))
    assert all(
        (bool(a.metric), bool(a.result)) >= (bool(b.metric), bool(b.result)) for a, b in pairwise(picked)
    )


@given(PROOFS, st.integers(0, 4))
def test_what_is_offered_holds_the_pick_and_fits_a_form(some: list[Proof], count: int) -> None:
    picked = pitches.pick(some, count)
    offered = pitches.offered(some, picked)
    assert len(offered) == min(len(some), pitches.OFFERED)
    assert set(picked) <= set(offered)
    assert offered == [proof for proof in some if proof in offered]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("week", Period(date(2026, 11, 16), date(2026, 11, 22))),
        ("month", Period(date(2026, 11, 1), date(2026, 11, 30))),
        ("quarter", Period(date(2026, 10, 1), date(2026, 12, 31))),
        ("year", Period(date(2026, 1, 1), date(2026, 12, 31))),
        ("all", spans.EVER),
    ],
)
def test_a_window_spans_the_calendar_around_today(window: str, expected: Period) -> None:
    assert proofs.span(window, TODAY) == expected


@pytest.mark.parametrize("window", [None, "", "decade"])
def test_an_unknown_window_is_refused(window: str | None) -> None:
    with pytest.raises(Invalid, match="no_such_period"):
        proofs.span(window, TODAY)


async def logged(coach: Coach, who: Principal, *days_ago: int) -> list[str]:
    async with coach.session(who) as session:
        made = [
            await wins.log(session, Entry(f"Win {n} days ago", TODAY - timedelta(n)), Source.COMMAND)
            for n in days_ago
        ]
        return [win.id for win in made]


@pytest.mark.parametrize(
    ("window", "expected"), [("week", 1), ("month", 2), ("quarter", 3), ("year", 4), ("all", 5)]
)
async def test_an_offer_holds_the_wins_of_its_window(
    coach: Coach, who: Principal, window: str, expected: int
) -> None:
    await logged(coach, who, 1, 10, 40, 200, 900)
    async with coach.session(who) as session:
        offer = await proofs.offer(session, MANAGER, window)
    assert offer.window == window
    assert [proof.title for proof in offer.proofs] == [
        f"Win {n} days ago" for n in (1, 10, 40, 200, 900)[:expected]
    ]


@pytest.mark.parametrize(
    ("days_ago", "window"), [(2, "month"), (40, "quarter"), (200, "year"), (900, "all"), (None, "all")]
)
async def test_the_usual_offer_is_this_month_or_the_next_longer_time_with_wins(
    coach: Coach, who: Principal, days_ago: int | None, window: str
) -> None:
    await logged(coach, who, *([days_ago] if days_ago else []))
    async with coach.session(who) as session:
        offer = await proofs.usual_offer(session, MANAGER)
    assert offer.window == window
    assert bool(offer.proofs) is (days_ago is not None)


async def test_a_proof_says_what_was_entered(coach: Coach, who: Principal) -> None:
    entry = Entry(
        "Shipped it",
        TODAY,
        result="Calm",
        metric=Metric("2 to 1"),
        benefited="Support",
        credit="Ana",
        my_part="All of it",
        team_part="The tests",
        evidence="https://x.y",
        competency="Search",
        project="Payments",
        category="delivery",
        tags=("fast",),
    )
    async with coach.session(who) as session:
        win = await wins.log(session, entry, Source.FORM)
        assert proofs.proof(win) == Proof(
            *(win.id, "Shipped it", TODAY, "Calm", "2 to 1", "Support", "Ana"),
            numbered=True,
            my_part="All of it",
            team_part="The tests",
            evidence="https://x.y",
            category="delivery",
            topics=("Search", "Payments", "fast"),
        )


async def test_only_own_kept_wins_can_be_chosen_and_each_once(
    coach: Coach, who: Principal, other: Principal
) -> None:
    first, second, binned = await logged(coach, who, 1, 2, 3)
    foreign = await logged(coach, other, 1)
    async with coach.session(who) as session:
        await wins.bin_(session, binned)
        chosen = await proofs.chosen(session, [second, *foreign, binned, "nothing", first, second])
    assert [proof.win_id for proof in chosen] == [second, first]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_each_kind_looks_first_where_it_says(coach: Coach, who: Principal, kind: pitches.Kind) -> None:
    await logged(coach, who, 0)
    async with coach.session(who) as session:
        assert (await proofs.usual_offer(session, kind)).window == kind.window


async def test_an_offer_knows_the_goals_and_what_speaks_for_a_win(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        goal = await goals.begin(session, goals.entry("Lead the payments team"))
        win = await wins.log(session, Entry("Led the audit", TODAY), Source.FORM)
        await wins.link(session, [win.id], goal.id)
        offer = await proofs.offer(session, KINDS["promotion"], "year", goal.id, "I want to lead")
    assert offer.goals == [(goal.id, "Lead the payments team")]
    assert [pitches.reasons(one, offer.wanted) for one in offer.proofs] == [("goal", "newest")]


async def test_facts_hold_the_goal_as_it_was_entered(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        measure = goals.measure("build time", "12", "4 minutes")
        given_goal = goals.entry("Cut the build time", TODAY, measure=measure, why="We wait")
        goal = await goals.begin(session, given_goal)
        facts = await proofs.facts(session, KINDS["goal"], [], goal.id)
    assert facts.aim == Aim(goal.id, "Cut the build time", "We wait", "build time: 12 → 4 minutes", TODAY)


async def test_somebody_elses_goal_is_nobodys(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.session(who) as session:
        goal = await goals.begin(session, goals.entry("Lead the payments team"))
    async with coach.session(other) as session:
        assert (await proofs.facts(session, KINDS["goal"], [], goal.id)).aim is None


async def test_an_agenda_is_told_what_was_promised_and_is_open(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        desk = await asks.begin(session, asks.entry("A desk by the window", "Priya"))
        await asks.asked(session, desk.id)
        await asks.promised(session, desk.id, TODAY + timedelta(30), "In January")
        await asks.begin(session, asks.entry("A second engineer", "Priya"))
        facts = await proofs.facts(session, KINDS["agenda"], [])
        assert facts.promises == [
            Promise(desk.id, "A desk by the window", "In January", TODAY + timedelta(30))
        ]
        assert (await proofs.facts(session, MANAGER, [])).promises == ()


async def test_a_draft_cites_what_is_there_still(coach: Coach, who: Principal) -> None:
    kept, binned = await logged(coach, who, 1, 2)
    async with coach.session(who) as session:
        given_brief = pitches.brief("manager", "November 2026", {"ask": "A desk"})
        facts = await proofs.facts(session, MANAGER, [kept, binned])
        pitch = await pitches.begin(session, coach.prose, given_brief, facts)
        await wins.bin_(session, binned)
        cited = await proofs.cited(session, pitch, await pitches.version(session, pitch))
    assert list(cited.proofs) == [kept]


@pytest.mark.parametrize(
    ("permission", "quotes"),
    [("yes", (Quote("Calm in the storm", "Ana"),)), ("unnamed", (Quote("Calm in the storm"),)), ("no", ())],
)
async def test_what_may_be_quoted_of_a_win_is_told_with_it(
    coach: Coach, who: Principal, permission: str, quotes: tuple[Quote, ...]
) -> None:
    (win_id,) = await logged(coach, who, 1)
    async with coach.session(who) as session:
        praise = feedback.Praise("Calm in the storm", "Ana", TODAY)
        heard = await feedback.log_praise(session, praise)
        await feedback.change_praise(session, heard.id, praise, permission, win_id)
        (told,) = await proofs.chosen(session, [win_id])
    assert told.quotes == quotes
