"""Which wins are found: by span, filter and words; look-alikes and what becomes of them; three to look back on."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach import Coach
from bot.core.errors import Invalid, NotFound
from bot.core.periods import Period
from bot.domain import goals, nudges, wins
from bot.domain.goals import Goal
from bot.domain.wins import Metric, Source, Wanted, Win, entry
from bot.domain.wins._search import best_first
from bot.storage.identity import Principal

TODAY = date(2026, 11, 18)


async def logged(coach: Coach, who: Principal, *given_: tuple[str, int, dict[str, Any]]) -> list[str]:
    """Log wins of so many days ago; their ids."""
    async with coach.session(who) as session:
        entries = [entry(text, TODAY - timedelta(days=ago), **parts) for text, ago, parts in given_]
        return [win.id for win in await wins.log_all(session, entries, Source.IMPORT)]


async def found(coach: Coach, who: Principal, **wanted: Any) -> list[str]:
    async with coach.session(who) as session:
        some, total = await wins.page(session, size=100, wanted=Wanted(**wanted))
        assert total == len(some)
        return [win.title for win in some]


@pytest.fixture
async def record(coach: Coach, who: Principal) -> Sequence[str]:
    return await logged(
        coach,
        who,
        ("Shipped the search", 0, {"category": "delivery", "project": "Search", "tags": "q4,Search"}),
        ("Mentored Ben", 3, {"category": "mentoring", "status": "in_progress", "details": "On migrations"}),
        ("Moved checkout", 20, {"project": "SEARCH", "metric": Metric("Drop-outs", "40", "20", "%")}),
        ("Wrote the handbook", 60, {"tags": "writing"}),
        ("Fixed the login", 400, {}),
    )


@pytest.mark.parametrize(
    ("wanted", "titles"),
    [
        ({"span": "week"}, ["Shipped the search"]),
        ({"span": "month"}, ["Shipped the search", "Mentored Ben"]),
        ({"span": "quarter"}, ["Shipped the search", "Mentored Ben", "Moved checkout"]),
        ({"span": "year"}, ["Shipped the search", "Mentored Ben", "Moved checkout", "Wrote the handbook"]),
        ({"category": "mentoring"}, ["Mentored Ben"]),
        ({"status": "in_progress"}, ["Mentored Ben"]),
        ({"project": wins.key_of("search")}, ["Shipped the search", "Moved checkout"]),
        ({"tag": wins.key_of("Writing")}, ["Wrote the handbook"]),
        ({"words": "checkout"}, ["Moved checkout"]),
        ({"words": "serach"}, ["Shipped the search", "Moved checkout"]),
        ({"words": "migration ben"}, ["Mentored Ben"]),
        ({"words": "drop-outs 40"}, ["Moved checkout"]),
        ({"words": "handbok", "span": "week"}, []),
        ({"words": "zebra"}, []),
        ({"words": "!?"}, []),
        ({"goal_id": "made-up"}, []),
    ],
)
async def test_a_list_holds_what_was_wanted(
    coach: Coach, who: Principal, record: Sequence[str], wanted: dict[str, str], titles: list[str]
) -> None:
    assert record
    assert await found(coach, who, **wanted) == titles


async def test_a_span_that_does_not_exist_is_refused(coach: Coach, who: Principal) -> None:
    with pytest.raises(Invalid):
        await found(coach, who, span="decade")


async def test_a_search_finds_nobody_elses_words(
    coach: Coach, who: Principal, other: Principal, record: Sequence[str]
) -> None:
    assert record
    assert await found(coach, other, words="search") == []
    assert await found(coach, other, project=wins.key_of("search")) == []


async def test_what_can_be_chosen_from_is_what_was_named(
    coach: Coach, who: Principal, record: Sequence[str]
) -> None:
    async with coach.session(who) as session:
        assert [name.casefold() for name in await wins.projects(session)] == ["search"]
        assert await wins.tags(session) == ["q4", "Search", "writing"]
        assert await wins.count(session) == len(record)


async def test_a_win_of_several_days_is_found_in_each_of_its_weeks(coach: Coach, who: Principal) -> None:
    await logged(coach, who, ("A long week", 9, {"until_on": TODAY - timedelta(days=2)}))
    async with coach.session(who) as session:
        period = Period(TODAY - timedelta(days=2), TODAY)
        assert [win.title for win in await wins.between(session, period)] == ["A long week"]


@given(st.lists(st.text(max_size=40), max_size=20), st.text(max_size=20))
def test_a_search_finds_whatever_holds_its_words_and_never_fails(texts: list[str], query: str) -> None:
    hits = best_first(texts, query, str)
    assert all(text in texts for text in hits)
    if any(sign.isalnum() for sign in query):
        assert {text for text in texts if f" {query} " in f" {text} "} <= set(hits)


# --- Linked to a goal


async def test_wins_are_linked_to_a_goal_from_either_side(coach: Coach, who: Principal) -> None:
    first, second = await logged(coach, who, ("One", 1, {}), ("Two", 0, {}))
    async with coach.session(who) as session:
        goal = await goals.begin(session, goals.read("Lead the migration", TODAY))
        await wins.link(session, [first, second], goal.id)
        await session.flush()
        assert [win.title for win in await wins.of_goal(session, goal.id)] == ["Two", "One"]
        await wins.link(session, [first], None)
        await session.flush()
        assert [win.title for win in await wins.of_goal(session, goal.id)] == ["Two"]
    assert await found(coach, who, goal_id=goal.id) == ["Two"]


async def test_a_win_outlives_its_goal(coach: Coach, who: Principal) -> None:
    (win_id,) = await logged(coach, who, ("One", 1, {}))
    async with coach.session(who) as session:
        goal = await goals.begin(session, goals.read("Lead the migration", TODAY))
        await wins.link(session, [win_id], goal.id)
    async with coach.session(who) as session:
        await session.delete(await session.mine(Goal, goal.id))
    async with coach.session(who) as session:
        assert (await session.mine(Win, win_id)).goal_id is None


# --- Look-alikes


async def test_look_alikes_are_near_in_words_and_in_time(coach: Coach, who: Principal) -> None:
    await logged(
        coach,
        who,
        ("Shipped the new search", 1, {}),
        ("shipped the new  serach", 3, {}),
        ("Shipped the new search", 40, {}),
        ("Mentored Ben", 1, {}),
    )
    async with coach.session(who) as session:
        pairs = await wins.look_alikes(session)
        assert [(newer.title, older.title) for newer, older in pairs] == [
            ("Shipped the new search", "shipped the new  serach")
        ]
        await wins.keep_apart(session, *(win.id for win in pairs[0]))
        await session.flush()
        assert await wins.look_alikes(session) == []


async def test_two_made_one_keep_everything_and_the_other_lies_in_the_bin(
    coach: Coach, who: Principal
) -> None:
    kept, other = await logged(
        coach, who, ("Shipped search", 3, {"result": "Calm"}), ("Shipped search!", 1, {"metric": "2 s → 1 s"})
    )
    async with coach.session(who) as session:
        merged = await wins.merge(session, kept, other)
        assert (merged.title, merged.result, merged.metric) == ("Shipped search", "Calm", Metric("2 s → 1 s"))
        assert merged.details == "Shipped search!"
        assert (await session.mine(Win, other)).deleted_at is not None
    assert await found(coach, who) == ["Shipped search"]
    with pytest.raises(Invalid):
        async with coach.session(who) as session:
            await wins.merge(session, kept, kept)


async def test_a_win_in_the_bin_is_made_one_with_nothing(coach: Coach, who: Principal) -> None:
    kept, other = await logged(coach, who, ("Shipped search", 3, {}), ("Shipped search!", 1, {}))
    async with coach.session(who) as session:
        await wins.merge(session, kept, other)
    for pair in ((kept, other), (other, kept)):
        with pytest.raises(NotFound):
            async with coach.session(who) as session:
                await wins.merge(session, *pair)
    assert await found(coach, who) == ["Shipped search"]


def test_days_and_tags_of_both_are_kept_where_two_are_made_one() -> None:
    first = entry(
        "Moved checkout", date(2026, 3, 1), until_on=date(2026, 3, 2), tags=list("abcdefghijklmnopqrst")
    )
    second = entry("Moved checkout", date(2026, 3, 4), tags=["A", "payments"])
    made = wins.with_all_of(first, second)
    assert (made.occurred_on, made.until_on) == (date(2026, 3, 1), date(2026, 3, 4))
    assert (made.tags, made.details) == (first.tags, "payments")
    one_day = wins.with_all_of(entry("Moved it", date(2026, 3, 1)), entry("Moved it", date(2026, 3, 4)))
    assert (one_day.occurred_on, one_day.until_on) == (date(2026, 3, 1), None)


def test_a_crowded_fortnight_is_gone_through_without_comparing_all_with_all() -> None:
    titles = [f"{number} was shipped" * 3 for number in range(10_000)]
    began = process_time()
    some = list(islice(wins.alike([*titles, titles[-1]], [TODAY] * 10_001), 50))
    assert len(some) == 50
    words = [" ".join(f"{number * prime % 9973}" for prime in (3, 7, 31, 127)) for number in range(10_000)]
    near = list(wins.alike([*words, words[-1]], [TODAY] * 10_001))
    assert near[-1] == (9999, 10_000)
    assert process_time() - began < 10


def test_a_word_that_is_typed_twice_is_looked_for_once() -> None:
    found_once = best_first(["a few words", "others"], "words", str)
    assert best_first(["a few words", "others"], "words " * 40, str) == found_once == ["a few words"]


# --- Looking back


async def test_three_are_looked_back_on_and_one_is_old(
    coach: Coach, who: Principal, record: Sequence[str]
) -> None:
    assert record
    for turn in range(5):
        async with coach.session(who) as session:
            some = await wins.look_back(session, turn)
            again = await wins.look_back(session, turn)
            assert [win.id for win in some] == [win.id for win in again]
            assert len({win.id for win in some}) == 3
            assert "Fixed the login" in [win.title for win in some]


async def test_with_fewer_than_three_all_are_looked_back_on(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        assert await wins.look_back(session) == []
    await logged(coach, who, ("One", 1, {}))
    async with coach.session(who) as session:
        assert [win.title for win in await wins.look_back(session)] == ["One"]


# --- Many at once


async def test_many_wins_of_earlier_times_are_asked_about_by_nothing(coach: Coach, who: Principal) -> None:
    await logged(coach, who, *((f"Win {number}", 100 + number, {}) for number in range(50)))
    async with coach.session(who) as session:
        assert await wins.count(session) == 50
        waiting = [nudge.kind for nudge in await nudges.upcoming(session)]
    assert "missing_result" not in waiting


async def test_another_members_wins_are_not_linked_or_merged(
    coach: Coach, who: Principal, other: Principal
) -> None:
    (mine,) = await logged(coach, who, ("Mine", 1, {}))
    (theirs,) = await logged(coach, other, ("Theirs", 1, {}))
    async with coach.session(who) as session:
        assert list(await wins.link(session, [theirs], None)) == []
    with pytest.raises(NotFound):
        async with coach.session(who) as session:
            await wins.merge(session, mine, theirs)
