"""Wins: what may be typed, what is kept of it, and how wins are found, changed, binned and brought back."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.coach import Coach
from bot.core import periods
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.core.periods import Period
from bot.domain import wins
from bot.domain.wins import TITLE_LENGTH, Category, Entry, Metric, Source, Win, entry, title_of
from bot.storage.identity import Principal
from tests.examples import examples

ON = date(2026, 11, 18)
LONG = "Rebuilt the search " + "so that it answers at once " * 20

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=600)


async def log(coach: Coach, who: Principal, text: str, on: date = ON, **parts: Any) -> str:
    async with coach.session(who) as session:
        return (await wins.log(session, entry(text, on, **parts), Source.COMMAND)).id


async def read(coach: Coach, who: Principal, win_id: str) -> dict[str, Any]:
    async with coach.session(who) as session:
        win = await session.mine(Win, win_id)
        plain = ("source", "deleted_at", "changed_at")
        return {name: getattr(win, name) for name in ("title", *wins.PARTS, *plain)}


# --- What may be typed


@given(text=words)
@examples(300)
def test_no_text_is_ever_lost_between_title_and_details(text: str) -> None:
    assume(any(sign.isalnum() or sign == "_" for sign in text))
    made = entry(text, ON)
    assert text.strip() in {made.title, made.details}
    assert made.title
    assert len(made.title) <= TITLE_LENGTH
    assert "\n" not in made.title


@given(text=words, more=words)
@examples(100)
def test_details_that_were_typed_stay_whole_beside_a_long_text(text: str, more: str) -> None:
    assume(any(sign.isalnum() for sign in text))
    made = entry(text, ON, details=more)
    assert more.strip() in (made.details or "")
    assert text.strip() in {made.title, (made.details or "")[: len(text.strip())]}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Shipped the search", "Shipped the search"),
        ("  Shipped  ", "Shipped"),
        ("Shipped\nAnd more", "Shipped"),
        ("Shipped  \r\nAnd more", "Shipped"),
        ("a" * TITLE_LENGTH, "a" * TITLE_LENGTH),
        ("a" * (TITLE_LENGTH + 1), "a" * (TITLE_LENGTH - 1) + "…"),
        ("Shipped, " + "a" * TITLE_LENGTH, "Shipped…"),
        ("one " * 100, ("one " * 62).strip() + "…"),
        ("🎉" * 300 + "x", "🎉" * 249 + "…"),
    ],
)
def test_a_title_is_the_first_line_cut_at_a_word(text: str, title: str) -> None:
    assert title_of(text) == title


def test_a_text_that_fits_is_a_title_without_details() -> None:
    assert entry("Shipped the search", ON) == Entry("Shipped the search", ON)


def test_a_text_of_two_lines_is_kept_whole_as_details() -> None:
    made = entry("Shipped\n\nIt took a year.", ON)
    assert (made.title, made.details) == ("Shipped", "Shipped\n\nIt took a year.")


def test_a_long_text_comes_before_the_details_that_were_typed() -> None:
    assert entry(LONG, ON, details="More").details == f"{LONG.strip()}\n\nMore"


def test_parts_are_trimmed_and_empty_ones_are_missing() -> None:
    made = entry("Shipped", ON, result=" Faster \n", metric="", credit="   ", benefited=None)
    assert (made.result, made.metric, made.credit, made.benefited) == ("Faster", None, None, None)


@pytest.mark.parametrize(
    ("text", "parts", "field", "sentence"),
    [
        ("", {}, "title", "win_without_words"),
        (" \n\t ", {}, "title", "win_without_words"),
        ("🎉🎉", {}, "title", "win_of_signs_only"),
        ("…!?", {}, "title", "win_of_signs_only"),
        ("x" * (wins.TEXT_LENGTH + 1), {}, "title", "too_long"),
        ("Shipped", {"result": "x" * (wins.FIELD_LENGTH + 1)}, "result", "too_long"),
        ("Shipped", {"credit": "x" * (wins.FIELD_LENGTH + 1)}, "credit", "too_long"),
        ("Shipped", {"details": "x" * (wins.TEXT_LENGTH + 1)}, "details", "too_long"),
        ("Shipped", {"category": "fame"}, "category", "no_such_category"),
        ("Shipped", {"evidence": "example.test"}, "evidence", "not_a_link"),
        ("Shipped", {"evidence": "javascript:alert(1)"}, "evidence", "not_a_link"),
        ("Shipped", {"evidence": "https://"}, "evidence", "not_a_link"),
        ("Shipped", {"evidence": "https://a.test and more"}, "evidence", "not_a_link"),
        ("Shipped", {"status": "soon"}, "status", "no_such_status"),
        ("Shipped", {"metric": "x" * 3001}, "metric", "too_long"),
        ("Shipped", {"tags": "x" * 41}, "tags", "too_many_tags"),
        ("Shipped", {"tags": ",".join(map(str, range(21)))}, "tags", "too_many_tags"),
        ("Shipped", {"until_on": ON - timedelta(days=1)}, "until", "ends_before_it_begins"),
    ],
)
def test_what_cannot_be_saved_is_explained_beside_its_field(
    text: str, parts: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        entry(text, ON, **parts)
    assert (refused.value.field, refused.value.words) == (field, sentence)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("x" * wins.TEXT_LENGTH, {}),
        ("Shipped", {"result": "x" * wins.FIELD_LENGTH}),
        ("Shipped", {"evidence": " https://example.test/pull/1?a=b#c "}),
        ("Shipped", {"category": ""}),
        ("Shipped", {"evidence": "https://a.test\nhttps://b.test"}),
        ("Shipped", {"until_on": ON}),
        ("שלחנו את החיפוש", {}),
        ("搜索上线了", {}),
        ("<!channel> shipped & <b>bold</b>", {}),
        ("1", {}),
        *(("Shipped", {"category": category.value}) for category in Category),
    ],
)
def test_what_can_be_saved_is_not_refused(text: str, parts: dict[str, Any]) -> None:
    entry(text, ON, **parts)


def test_the_details_of_a_saved_win_can_be_saved_again() -> None:
    made = entry("x " * 5000, ON)
    again = entry(made.title, ON, details=made.details)
    assert (again.title, again.details) == (made.title, made.details)


# --- Saving


async def test_a_saved_win_reads_as_it_was_typed(coach: Coach, who: Principal) -> None:
    parts: dict[str, Any] = {
        "details": "A year of work",
        "result": "Support gets half the questions",
        "metric": Metric("Search time", "2.1", "0.3", "s", "measured", "the dashboard"),
        "situation": "Nobody found anything",
        "task": "To make it quick",
        "action": "Measured, then rebuilt the index",
        "my_part": "The index",
        "team_part": "The page",
        "competency": "Technical depth",
        "project": "Search",
        "tags": ["search", "Q4"],
        "status": "pending",
        "shareable": True,
        "until_on": ON + timedelta(days=1),
        "benefited": "Support",
        "credit": "Ana & Ben",
        "evidence": "https://example.test/1",
        "category": "delivery",
    }
    win_id = await log(coach, who, "Shipped <the> search", **parts)
    assert await read(coach, who, win_id) == {
        "title": "Shipped <the> search",
        **parts,
        "occurred_on": ON,
        "source": "command",
        "deleted_at": None,
        "changed_at": None,
    }


async def test_an_edit_replaces_everything_and_says_when(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    win_id = await log(coach, who, "Shipped", result="Faster", category="delivery")
    clock.move_by(timedelta(hours=1))
    async with coach.session(who) as session:
        await wins.edit(session, win_id, entry("Shipped the search", ON - timedelta(days=1), metric="half"))
    after = await read(coach, who, win_id)
    assert (after["title"], after["result"], after["metric"]) == ("Shipped the search", None, Metric("half"))
    assert (after["category"], after["occurred_on"]) == (None, ON - timedelta(days=1))
    assert (after["source"], after["changed_at"]) == ("command", clock.now())


# --- The same words again


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Shipped the search", "Shipped the search", True),
        ("Shipped the search", "  shipped   THE search ", True),
        ("Straße gebaut", "STRASSE gebaut", True),
        ("Shipped the search", "Shipped the search box", False),
        (LONG, LONG, True),
        (LONG, LONG + "again", False),
        ("Shipped\nthe search", "Shipped\nthe shop", False),
    ],
)
async def test_the_same_words_within_two_minutes_are_noticed(
    coach: Coach, who: Principal, first: str, second: str, same: bool
) -> None:
    win_id = await log(coach, who, first)
    async with coach.session(who) as session:
        found = await wins.twin(session, entry(second, ON))
    assert (found.id if found else None) == (win_id if same else None)


@pytest.mark.parametrize(("seconds", "same"), [(0, True), (119, True), (120, True), (121, False)])
async def test_after_two_minutes_the_same_words_are_another_win(
    coach: Coach, who: Principal, clock: StoppedClock, seconds: int, same: bool
) -> None:
    await log(coach, who, "Shipped")
    clock.move_by(timedelta(seconds=seconds))
    async with coach.session(who) as session:
        assert bool(await wins.twin(session, entry("Shipped", ON))) is same


async def test_neither_a_binned_win_nor_somebody_elses_is_a_twin(
    coach: Coach, who: Principal, other: Principal
) -> None:
    win_id = await log(coach, who, "Shipped")
    async with coach.session(other) as session:
        assert await wins.twin(session, entry("Shipped", ON)) is None
    async with coach.session(who) as session:
        await wins.bin_(session, win_id)
    async with coach.session(who) as session:
        assert await wins.twin(session, entry("Shipped", ON)) is None


# --- Bin


async def test_a_binned_win_is_nowhere_to_be_found_until_it_is_restored(coach: Coach, who: Principal) -> None:
    win_id = await log(coach, who, "Shipped")
    before = await read(coach, who, win_id)
    async with coach.session(who) as session:
        await wins.bin_(session, win_id)
    async with coach.session(who) as session:
        assert await wins.page(session, size=10) == ([], 0)
        assert await wins.between(session, periods.week_of(ON)) == []
        assert await wins.chosen(session, [win_id]) == []
        await wins.restore(session, win_id)
    async with coach.session(who) as session:
        assert (await wins.page(session, size=10))[1] == 1
    assert await read(coach, who, win_id) == before


async def test_binning_twice_keeps_the_first_moment(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    win_id = await log(coach, who, "Shipped")
    first = clock.now()
    for _ in range(2):
        async with coach.session(who) as session:
            await wins.bin_(session, win_id)
        clock.move_by(timedelta(days=1))
    assert (await read(coach, who, win_id))["deleted_at"] == first


async def test_restoring_a_win_that_is_not_in_the_bin_changes_nothing(coach: Coach, who: Principal) -> None:
    win_id = await log(coach, who, "Shipped")
    before = await read(coach, who, win_id)
    async with coach.session(who) as session:
        await wins.restore(session, win_id)
    assert await read(coach, who, win_id) == before


VERBS: dict[str, Callable[..., Any]] = {
    "edit": lambda session, win_id: wins.edit(session, win_id, entry("Mine now", ON)),
    "merge": lambda session, win_id: wins.merge(session, win_id, "w" * 16),
    "waive": wins.waive_result,
    "bin": wins.bin_,
    "restore": wins.restore,
}


@pytest.mark.parametrize("verb", VERBS)
async def test_somebody_elses_win_is_not_there_to_be_changed(
    coach: Coach, who: Principal, other: Principal, verb: str
) -> None:
    win_id = await log(coach, other, "Theirs")
    before = await read(coach, other, win_id)
    with pytest.raises(NotFound):
        async with coach.session(who) as session:
            await VERBS[verb](session, win_id)
    assert await read(coach, other, win_id) == before


# --- Finding


async def test_a_period_holds_its_first_and_last_day_newest_first(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    week = periods.week_of(ON)
    for title, on in (
        ("before", week.first - timedelta(days=1)),
        ("first", week.first),
        ("last", week.last),
        ("last, later", week.last),
        ("after", week.last + timedelta(days=1)),
    ):
        await log(coach, who, title, on)
        clock.move_by(timedelta(minutes=1))
    async with coach.session(who) as session:
        assert [win.title for win in await wins.between(session, week)] == ["last, later", "last", "first"]
        assert await wins.between(session, Period(date(2020, 1, 1), date(2020, 1, 7))) == []


async def test_pages_show_each_own_win_once_and_count_them_all(
    coach: Coach, who: Principal, other: Principal
) -> None:
    async with coach.session(who) as session:
        for number in range(7):
            await wins.log(session, entry(f"Win {number}", ON - timedelta(days=number)), Source.FORM)
    await log(coach, other, "Theirs")
    async with coach.session(who) as session:
        seen: list[str] = []
        for offset in range(0, 9, 3):
            shown, total = await wins.page(session, size=3, offset=offset)
            assert total == 7
            seen += [win.title for win in shown]
    assert seen == [f"Win {number}" for number in range(7)]


async def test_chosen_wins_come_in_the_order_of_their_names_and_only_ones_own(
    coach: Coach, who: Principal, other: Principal
) -> None:
    mine = [await log(coach, who, title) for title in ("one", "two", "three")]
    theirs = await log(coach, other, "theirs")
    async with coach.session(who) as session:
        await wins.bin_(session, mine[1])
    async with coach.session(who) as session:
        found = await wins.chosen(session, [mine[2], theirs, "made-up", mine[1], mine[0]])
        assert [win.title for win in found] == ["three", "one"]
        assert await wins.chosen(session, []) == []


async def test_nothing_that_was_typed_stands_in_the_file(coach: Coach, who: Principal) -> None:
    typed: dict[str, Any] = {name: f"magpie {name}" for name in (*wins.TEXTS, "title") if name != "evidence"}
    typed |= {"metric": Metric("magpies", "magpie 1", "magpie 2"), "tags": "magpie"}
    evidence = "https://magpie.test"
    async with coach.session(who) as session:
        text = typed.pop("title")
        win = await wins.log(session, entry(text, ON, **typed, evidence=evidence), Source.FORM)
        await wins.edit(session, win.id, entry(f"{text} again", ON, **typed))
    async with coach.session(who) as session:
        assert len((await session.scalars(select(Win))).all()) == 1
    assert b"magpie" not in file_of(coach)


def file_of(coach: Coach) -> bytes:
    return Path(str(coach.database.url.database)).read_bytes()
