"""The facts of a document: which wins it tells and which it leaves out, and what they add up to."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given

from bot.coach import Coach
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain import brag, goals, portable, wins
from bot.domain.brag import Facts, Request, Told
from bot.domain.goals import Kind, Status
from bot.domain.wins import Metric, Source, entry
from bot.storage.identity import Principal
from tests.documents.samples import any_facts, facts
from tests.examples import examples

TODAY = date(2026, 11, 18)
ON = date(2026, 11, 2)
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


async def log(coach: Coach, who: Principal, title: str, on: date = ON, **parts: Any) -> str:
    goal_id = parts.pop("goal_id", None)
    async with coach.session(who) as session:
        given_ = entry(title, on, **{"shareable": True, **parts})
        return (await wins.log(session, given_, Source.FORM, goal_id=goal_id)).id


async def goal(coach: Coach, who: Principal, statement: str, kind: str | None = None, **more: Any) -> str:
    async with coach.session(who) as session:
        return (await goals.begin(session, goals.entry(statement, kind=kind), **more)).id


async def gathered(coach: Coach, who: Principal, audience: str = "manager", **more: Any) -> Facts:
    asked = {"period": YEAR, "window": "this_year", "audience": brag.audience(audience), **more}
    async with coach.session(who) as session:
        return await brag.gather(session, Request(**asked))


def titles(of: Facts) -> list[str]:
    return [win.title for win in of.wins]


# --- Which wins


async def test_private_wins_stay_out_and_are_counted(coach: Coach, who: Principal) -> None:
    await log(coach, who, "Shipped search")
    await log(coach, who, "Asked for a raise", shareable=False)
    found = await gathered(coach, who)
    assert (titles(found), found.private_left_out) == (["Shipped search"], 1)


@pytest.mark.parametrize("more", [{"private": True}, {"audience": "me"}])
async def test_a_tick_or_being_for_myself_takes_private_ones_in(
    coach: Coach, who: Principal, more: Any
) -> None:
    await log(coach, who, "Asked for a raise", shareable=False)
    found = await gathered(coach, who, **more)
    assert (titles(found), found.private_left_out) == (["Asked for a raise"], 0)


async def test_only_the_period_counts_and_the_newest_come_first(coach: Coach, who: Principal) -> None:
    for on in (date(2025, 12, 31), date(2026, 3, 1), date(2026, 10, 1)):
        await log(coach, who, f"Win of {on:%B}", on)
    assert titles(await gathered(coach, who)) == ["Win of October", "Win of March"]


async def test_a_win_that_reaches_into_the_period_belongs_to_it(coach: Coach, who: Principal) -> None:
    await log(coach, who, "Moved checkout", date(2025, 12, 20), until_on=date(2026, 1, 5))
    found = await gathered(coach, who)
    assert titles(found) == ["Moved checkout"]
    assert found.series.buckets[0].counts == {None: 1}


async def test_wins_can_be_narrowed_to_a_goal_a_kind_and_a_project(coach: Coach, who: Principal) -> None:
    goal_id = await goal(coach, who, "Be asked about search")
    await log(coach, who, "One", goal_id=goal_id)
    await log(coach, who, "Two", category="quality")
    await log(coach, who, "Three", project="Search")
    assert titles(await gathered(coach, who, goal_id=goal_id)) == ["One"]
    assert titles(await gathered(coach, who, category="quality")) == ["Two"]
    assert titles(await gathered(coach, who, project="SEARCH")) == ["Three"]


async def test_what_is_in_the_bin_or_somebody_elses_is_never_told(
    coach: Coach, who: Principal, other: Principal
) -> None:
    await log(coach, who, "Mine")
    gone = await log(coach, who, "Gone")
    async with coach.session(who) as session:
        await wins.bin_(session, gone)
    await log(coach, other, "Theirs")
    assert titles(await gathered(coach, who)) == ["Mine"]


async def test_all_fields_of_a_win_come_along(coach: Coach, who: Principal) -> None:
    parts: dict[str, Any] = {
        "result": "Faster",
        "credit": "Ana and Ben",
        "evidence": "https://a.example\nhttps://b.example",
    }
    await log(coach, who, "Shipped", metric=Metric("Time", "2", "1", "s"), tags="q4", my_part="All", **parts)
    (win,) = (await gathered(coach, who)).wins
    assert (win.credit, win.evidence) == (("Ana", "Ben"), ("https://a.example", "https://b.example"))
    assert (win.result, win.my_part, win.tags) == ("Faster", "All", ("q4",))
    assert win.metric == Metric("Time", "2", "1", "s")


# --- What is said where there is nothing


async def refusal(coach: Coach, who: Principal, **more: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        await gathered(coach, who, **more)
    return refused.value.field, refused.value.words


async def test_an_empty_document_is_refused_with_its_reason(coach: Coach, who: Principal) -> None:
    assert await refusal(coach, who) == ("period", "nothing_in_period")
    await log(coach, who, "Private", shareable=False)
    assert await refusal(coach, who) == ("private", "all_private")
    assert await refusal(coach, who, category="quality") == ("period", "nothing_fits")
    assert await refusal(coach, who, by="colour") == ("by", "no_such_choice")


# --- Goals


async def test_goals_served_and_reached_are_counted(coach: Coach, who: Principal) -> None:
    one, two = await goal(coach, who, "One"), await goal(coach, who, "Two")
    await log(coach, who, "For one", goal_id=one)
    async with coach.session(who) as session:
        await goals.close(session, two, Status.REACHED)
    figures = (await gathered(coach, who)).figures
    assert (figures.goals_served, figures.goals_reached) == (1, 1)


@pytest.mark.parametrize("kind", [Kind.PAY, Kind.BALANCE])
async def test_goals_about_pay_and_balance_are_for_myself_only(
    coach: Coach, who: Principal, kind: Kind
) -> None:
    goal_id = await goal(coach, who, "Earn more", kind)
    await log(coach, who, "Led the release", goal_id=goal_id)
    async with coach.session(who) as session:
        await goals.close(session, goal_id, Status.REACHED)
    for reader in ("manager", "skip", "review"):
        found = await gathered(coach, who, reader, by=brag.GOAL)
        assert "Earn more" not in repr(found)
        assert (found.figures.goals_served, found.figures.goals_reached) == (0, 0)
    assert "Earn more" in repr(await gathered(coach, who, "me"))


async def test_a_goal_reached_at_another_time_does_not_count(coach: Coach, who: Principal) -> None:
    reached = await goal(coach, who, "Reached")
    await log(coach, who, "Done", date(2025, 5, 1))
    async with coach.session(who) as session:
        await goals.close(session, reached, Status.REACHED)
    found = await gathered(coach, who, period=Period(date(2025, 1, 1), date(2025, 12, 31)))
    assert found.figures.goals_reached == 0


# --- Everything


async def test_everything_holds_wins_and_goals_and_which_serves_which(coach: Coach, who: Principal) -> None:
    first, second = await goal(coach, who, "One"), await goal(coach, who, "Two")
    await log(coach, who, "For two", goal_id=second)
    await log(coach, who, "For none", date(2020, 1, 1), shareable=False)
    async with coach.session(who) as session:
        account = portable.read(await brag.everything(session))
    assert first != second
    assert [one.title for one in account.wins] == ["For two", "For none"]
    statements = [one["statement"] for one in account.goals]
    assert sorted(statements) == ["One", "Two"]
    assert list(account.goal_of) == [statements.index("Two"), None]


# --- What a form can say before anything is made


async def test_the_narrowest_time_that_holds_a_win_is_offered(coach: Coach, who: Principal) -> None:
    async def usual() -> tuple[str, int, int]:
        async with coach.session(who) as session:
            found = await brag.usual_offer(session)
            return found.window, found.wins, found.private

    assert await usual() == ("all", 0, 0)
    await log(coach, who, "Old", date(2026, 2, 1), shareable=False)
    assert await usual() == ("this_year", 1, 1)
    await log(coach, who, "New")
    assert await usual() == ("this_quarter", 1, 0)


@pytest.mark.parametrize(
    ("window", "since", "until", "period"),
    [
        ("this_week", None, None, ("2026-11-16", "2026-11-22")),
        ("last_week", None, None, ("2026-11-09", "2026-11-15")),
        ("last_month", None, None, ("2026-10-01", "2026-10-31")),
        ("last_quarter", None, None, ("2026-07-01", "2026-09-30")),
        ("last_year", None, None, ("2025-01-01", "2025-12-31")),
        ("all", None, None, ("0001-01-01", "9999-12-31")),
        ("dates", "1 March", "30 June", ("2026-03-01", "2026-06-30")),
        ("dates", "2026-03-01", "", ("2026-03-01", "2026-11-18")),
    ],
)
def test_a_period_is_named_or_lies_between_two_days(
    window: str, since: str | None, until: str | None, period: tuple[str, str]
) -> None:
    found = brag.span(window, TODAY, since, until)
    assert (found.first.isoformat(), found.last.isoformat()) == period


@pytest.mark.parametrize(
    ("window", "since", "until", "field"),
    [
        ("never", None, None, "period"),
        (None, None, None, "period"),
        ("dates", None, None, "since"),
        ("dates", "soonish", None, "since"),
        ("dates", "1 March", "whenever", "until"),
        ("dates", "1 March", "1 February", "until"),
    ],
)
def test_a_period_that_cannot_be_read_names_its_field(
    window: str | None, since: str | None, until: str | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        brag.span(window, TODAY, since, until)
    assert refused.value.field == field


def test_an_unknown_reader_is_refused() -> None:
    for name in ("boss", "", None):
        with pytest.raises(Invalid):
            brag.audience(name)


# --- What wins add up to


def test_figures_count_what_is_there() -> None:
    some = [
        Told("a", "A", ON, metric=Metric("40 hours"), result="R", category="quality", credit=("Ana", "Ben")),
        Told(
            "b",
            "B",
            ON,
            metric=Metric("Happier"),
            category="quality",
            credit=("ANA ",),
            goal_id="g",
            goal="G",
        ),
        Told("c", "C", ON),
    ]
    found = facts(*some).figures
    assert vars(found) == {
        "wins": 3,
        "with_number": 1,
        "with_result": 1,
        "categories": 1,
        "people": 2,
        "goals_served": 1,
        "goals_reached": 0,
    }


def test_somebody_named_twice_in_one_win_is_credited_once() -> None:
    assert facts(Told("a", "A", ON, credit=("Ana", "ana"))).people == [("ana", 1)]


def test_the_strongest_are_shown_in_the_order_of_their_days() -> None:
    strong = [Told(f"s{at}", "S", date(2026, 1, 1 + at), metric=Metric("1 h")) for at in range(6)]
    middling = [Told(f"m{at}", "M", date(2026, 2, 1 + at), result="R") for at in range(3)]
    weak = [Told(f"w{at}", "W", date(2026, 3, 1 + at)) for at in range(5)]
    found = facts(*strong, *middling, *weak, audience="skip")
    shown = [win.win_id for group in found.groups for win in group.wins]
    assert shown == ["w4", "m2", "m1", "m0", "s5", "s4", "s3", "s2", "s1", "s0"]
    assert (found.shown, found.figures.wins) == (10, 14)


@given(any_facts())
@examples(100)
def test_groups_and_bars_hold_every_win_once(some: Facts) -> None:
    grouped = [win.win_id for group in some.groups for win in group.wins]
    assert sorted(grouped) == sorted(win.win_id for win in some.wins)
    assert sum(count for one in some.series.buckets for count in one.counts.values()) == len(some.wins)
    assert all(
        a.days.last < b.days.first for a, b in zip(some.series.buckets, some.series.buckets[1:], strict=False)
    )
