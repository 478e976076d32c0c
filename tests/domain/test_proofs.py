"""Proofs: which wins are offered for a draft, and which are chosen first."""

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
from bot.domain import proofs, wins
from bot.domain.pitches import Proof
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
    assert proofs.pick([OLD, NEW, RESULT, NUMBER], count) == expected


def test_among_numbers_a_result_counts_and_then_the_day() -> None:
    both = one("both", 30, metric="3", result="Done")
    newer, older = one("newer", 1, metric="1"), one("older", 2, metric="1")
    assert proofs.pick([older, newer, both], 3) == [both, newer, older]


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
    picked = proofs.pick(some, count)
    assert picked == proofs.pick(reversed(some), count)
    assert len(picked) == min(count, len(some))
    assert all(
        (bool(a.metric), bool(a.result)) >= (bool(b.metric), bool(b.result)) for a, b in pairwise(picked)
    )


@given(PROOFS, st.integers(0, 4))
def test_what_is_offered_holds_the_pick_and_fits_a_form(some: list[Proof], count: int) -> None:
    picked = proofs.pick(some, count)
    offered = proofs.offered(some, picked)
    assert len(offered) == min(len(some), proofs.OFFERED)
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
        offer = await proofs.offer(session, window)
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
        offer = await proofs.usual_offer(session)
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
        evidence="https://x.y",
    )
    async with coach.session(who) as session:
        win = await wins.log(session, entry, Source.FORM)
        assert proofs.proof(win) == Proof(
            win.id, "Shipped it", TODAY, "Calm", "2 to 1", "Support", "Ana", numbered=True
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
