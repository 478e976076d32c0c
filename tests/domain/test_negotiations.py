"""Negotiation sheets: filled in parts, with facts that grow stale, one question at a time, and practice."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.domain import negotiations
from bot.domain.negotiations import MarketFact, Negotiation
from bot.storage.identity import Principal
from bot.storage.session import MemberSession

TODAY = date(2026, 11, 18)
COMMON = ("No budget", "Not now", "Not fair", "Top of band", "Prove it")
AIMS = {"target": "78,000", "anchor": "84,000", "anchor_reason": "Three offers"}


async def begun(coach: Coach, who: Principal, title: str = "Pay talk with Ana") -> str:
    async with coach.session(who) as session:
        return (await negotiations.begin(session, title)).id


async def told(coach: Coach, who: Principal, sheet_id: str) -> Mapping[str, Any]:
    async with coach.session(who) as session:
        return await negotiations.told(session, await negotiations.kept_one(session, sheet_id))


async def test_a_name_is_enough_and_the_rest_comes_in_parts(coach: Coach, who: Principal) -> None:
    sheet_id = await begun(coach, who, "  Pay talk\nwith Ana ")
    async with coach.session(who) as session:
        await negotiations.fill(session, sheet_id, "aims", AIMS)
        await negotiations.fill(session, sheet_id, "limits", {"reservation": "72,000", "alternative": " "})
        await negotiations.fill(session, sheet_id, "interests", {"beyond_pay": "• Four days\n\n- A title"})
    said = await told(coach, who, sheet_id)
    assert said["title"] == "Pay talk with Ana"
    assert {name: said[name] for name in AIMS} == AIMS
    assert (said["reservation"], said["alternative"], said["mine"]) == ("72,000", None, None)
    assert said["beyond_pay"] == ["Four days", "A title"]
    async with coach.session(who) as session:
        await negotiations.fill(session, sheet_id, "aims", {"target": "80,000"})
    assert (await told(coach, who, sheet_id))["anchor"] is None


@pytest.mark.parametrize(
    ("title", "words"),
    [("", "negotiation_without_title"), ("x" * 301, "too_long"), (None, "negotiation_without_title")],
)
async def test_a_sheet_without_a_usable_name_is_refused(
    coach: Coach, who: Principal, title: str | None, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await negotiations.begin(session, title)
    assert (refused.value.field, refused.value.words) == ("title", words)


async def test_what_is_too_long_names_its_field_and_an_unknown_part_is_none(
    coach: Coach, who: Principal
) -> None:
    sheet_id = await begun(coach, who)
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await negotiations.fill(session, sheet_id, "interests", {"theirs": "x" * 3001})
    assert refused.value.field == "theirs"
    with pytest.raises(NotFound):
        async with coach.session(who) as session:
            await negotiations.fill(session, sheet_id, "title", {})


async def test_objections_keep_their_order_and_need_words_for_a_reply(coach: Coach, who: Principal) -> None:
    sheet_id = await begun(coach, who)
    async with coach.session(who) as session:
        await negotiations.object_(session, sheet_id, [("No budget", "In January?"), ("", ""), ("Later", "")])
    assert (await told(coach, who, sheet_id))["objections"] == [["No budget", "In January?"], ["Later", ""]]
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await negotiations.object_(session, sheet_id, [("A", "B"), (" ", "A reply to nothing")])
    assert (refused.value.field, refused.value.words) == ("objection_1", "reply_without_objection")


# --- Facts


@pytest.mark.parametrize(
    ("found", "until"),
    [
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 7, 1), date(2027, 1, 1)),
    ],
)
def test_a_fact_is_fresh_for_six_calendar_months(found: date, until: date) -> None:
    fact = MarketFact(found_on=found)
    assert negotiations.fresh_until(found) == until
    assert not negotiations.is_stale(fact, until)
    assert negotiations.is_stale(fact, until + timedelta(days=1))


async def test_a_fact_that_is_looked_at_again_has_another_day(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    sheet_id = await begun(coach, who)
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, sheet_id)
        fact = await negotiations.add_fact(session, sheet, "Median 81,000", "Survey, p. 14", TODAY)
        fact_id = fact.id
    clock.move_by(timedelta(days=200))
    async with coach.session(who) as session:
        fact = await session.mine(MarketFact, fact_id)
        today = TODAY + timedelta(days=200)
        assert negotiations.is_stale(fact, today)
        await negotiations.change_fact(session, fact, "Median 83,000", fact.source, today)
        assert not negotiations.is_stale(fact, today)
        assert (fact.fact, fact.source) == ("Median 83,000", "Survey, p. 14")


@pytest.mark.parametrize(
    ("fact", "source", "on", "field", "words"),
    [
        (" ", "x", TODAY, "fact", "fact_without_words"),
        ("x" * 1001, None, TODAY, "fact", "too_long"),
        ("x", "y" * 1001, TODAY, "source", "too_long"),
        ("x", None, TODAY + timedelta(days=1), "on", "fact_not_found_yet"),
    ],
)
async def test_a_fact_that_cannot_be_kept_is_explained(
    coach: Coach, who: Principal, fact: str, source: str | None, on: date, field: str, words: str
) -> None:
    sheet_id = await begun(coach, who)
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await negotiations.add_fact(
                session, await negotiations.kept_one(session, sheet_id), fact, source, on
            )
    assert (refused.value.field, refused.value.words) == (field, words)


async def test_there_are_no_more_facts_than_a_talk_holds(coach: Coach, who: Principal) -> None:
    sheet_id = await begun(coach, who)
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, sheet_id)
        for number in range(negotiations.FACTS_AT_MOST):
            await negotiations.add_fact(session, sheet, f"Fact {number}", None, TODAY)
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await negotiations.add_fact(
                session, await negotiations.kept_one(session, sheet_id), "One more", None, TODAY
            )
    assert refused.value.words == "too_many_facts"


async def test_notes_stand_newest_first_and_can_be_taken_back(coach: Coach, who: Principal) -> None:
    sheet_id = await begun(coach, who)
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, sheet_id)
        await negotiations.note(session, sheet, "She wants numbers")
        note_id = (await negotiations.note(session, sheet, "She said yes")).id
        assert [one.text for one in await negotiations.notes(session, sheet)] == [
            "She said yes",
            "She wants numbers",
        ]
        assert await negotiations.take_back_note(session, note_id) == (sheet_id, None)
        assert len(await negotiations.notes(session, sheet)) == 1
    for text in (" ", "x" * 3001):
        with pytest.raises(Invalid):
            async with coach.session(who) as session:
                await negotiations.note(session, await negotiations.kept_one(session, sheet_id), text)


# --- Undo


async def filled(session: MemberSession, sheet_id: str) -> Negotiation:
    sheet = await negotiations.fill(session, sheet_id, "aims", AIMS)
    await negotiations.object_(session, sheet_id, [("No budget", "In January?")])
    for number in range(3):
        await negotiations.add_fact(session, sheet, f"Fact {number}", "Source", TODAY)
    return sheet


async def test_a_sheet_can_say_again_all_that_it_said_before(coach: Coach, who: Principal) -> None:
    sheet_id = await begun(coach, who)
    async with coach.session(who) as session:
        await filled(session, sheet_id)
    before = await told(coach, who, sheet_id)
    async with coach.session(who) as session:
        sheet = await negotiations.rename(session, sheet_id, "Another")
        await negotiations.fill(session, sheet_id, "aims", {"target": "1"})
        await negotiations.object_(session, sheet_id, [])
        first, second, _ = await negotiations.facts(session, sheet)
        await negotiations.remove_fact(session, first)
        await negotiations.change_fact(session, second, "Changed", None, TODAY - timedelta(days=9))
        await negotiations.add_fact(session, sheet, "Added", None, TODAY)
    assert await told(coach, who, sheet_id) != before
    async with coach.session(who) as session:
        await negotiations.tell(session, await negotiations.kept_one(session, sheet_id), before)
    assert await told(coach, who, sheet_id) == before


# --- The next question


def a_sheet(**said: object) -> Negotiation:
    sheet = Negotiation()
    for name, value in {"title": "Talk", "beyond_pay": [], "objections": [], **said}.items():
        setattr(sheet, name, value)
    return sheet


def a_fact(on: date = TODAY) -> MarketFact:
    fact = MarketFact(found_on=on)
    fact.fact, fact.source = "Median 81,000", None
    return fact


WHOLE = {
    **AIMS,
    **dict.fromkeys(("reservation", "alternative", "mine", "theirs"), "said"),
    "beyond_pay": ["A title"],
    "objections": [["No budget", "In January?"]],
}


def test_an_empty_sheet_lacks_everything_and_is_asked_for_its_aim_first() -> None:
    missing = negotiations.missing(a_sheet(), [], TODAY)
    assert missing[0] == "target"
    assert set(missing) == set(negotiations.QUESTIONS) - {"stale", "replies"}


def test_a_whole_sheet_is_asked_for_nothing() -> None:
    assert negotiations.missing(a_sheet(**WHOLE), [a_fact()], TODAY) == []


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "objections"])
def test_what_is_left_out_is_what_is_asked_for(name: str) -> None:
    said = {**WHOLE, name: [] if name == "beyond_pay" else None}
    assert negotiations.missing(a_sheet(**said), [a_fact()], TODAY) == [name]


def test_stale_facts_and_objections_without_a_reply_are_asked_about() -> None:
    old = a_fact(TODAY - timedelta(days=200))
    assert negotiations.missing(a_sheet(**WHOLE), [a_fact(), old], TODAY) == ["stale"]
    unanswered = {**WHOLE, "objections": [["No budget", ""]]}
    assert negotiations.missing(a_sheet(**unanswered), [a_fact()], TODAY) == ["replies"]


# --- Practice

pairs = st.lists(
    st.tuples(st.sampled_from(["A", "B", "c", *COMMON, "no budget"]), st.sampled_from(["", "Yes, and"])),
    max_size=5,
    unique_by=lambda pair: pair[0].casefold(),
)


@given(own=pairs)
def test_practice_has_five_different_objections_the_own_ones_first(own: list[tuple[str, str]]) -> None:
    told = negotiations.rehearsed(a_sheet(objections=[list(pair) for pair in own]), COMMON)
    assert len(told) == 5
    assert [(one.said, one.reply) for one in told[: len(own)]] == own
    assert len({one.said.casefold() for one in told}) == 5
    assert all(one.own for one in told[: len(own)])
    assert all(not one.own and not one.reply for one in told[len(own) :])


async def test_a_better_reply_is_kept_and_makes_a_common_objection_ones_own(
    coach: Coach, who: Principal
) -> None:
    sheet_id = await begun(coach, who)
    async with coach.session(who) as session:
        await negotiations.object_(session, sheet_id, [("Why you?", ""), ("Not now", "When then?")])
        sheet = await negotiations.reply(session, sheet_id, (True, 0), "Because I led it", COMMON)
        sheet = await negotiations.reply(session, sheet_id, (False, 4), "Here are three", COMMON)
        assert negotiations.pairs_of(sheet) == [
            ("Why you?", "Because I led it"),
            ("Not now", "When then?"),
            ("Prove it", "Here are three"),
        ]
        sheet = await negotiations.reply(session, sheet_id, (False, 1), "In June?", COMMON)
        assert ("Not now", "In June?") in negotiations.pairs_of(sheet)
        assert len(negotiations.pairs_of(sheet)) == 3
    for unknown in ((True, 9), (False, 5), (False, -1)):
        with pytest.raises(NotFound):
            async with coach.session(who) as session:
                await negotiations.reply(session, sheet_id, unknown, "x", COMMON)


# --- Whose it is


async def test_anothers_sheet_is_not_found(coach: Coach, who: Principal, other: Principal) -> None:
    sheet_id = await begun(coach, who)
    async with coach.session(who) as session:
        sheet = await filled(session, sheet_id)
        fact_id = (await negotiations.facts(session, sheet))[0].id
        note_id = (await negotiations.note(session, sheet, "Yes")).id
    before = await told(coach, who, sheet_id)
    attempts = (
        lambda session: negotiations.kept_one(session, sheet_id),
        lambda session: negotiations.rename(session, sheet_id, "Mine"),
        lambda session: negotiations.fill(session, sheet_id, "aims", AIMS),
        lambda session: negotiations.object_(session, sheet_id, []),
        lambda session: negotiations.reply(session, sheet_id, (False, 0), "x", COMMON),
        lambda session: negotiations.bin_(session, sheet_id),
        lambda session: negotiations.restore(session, sheet_id),
        lambda session: negotiations.take_back_note(session, note_id),
        lambda session: session.mine(MarketFact, fact_id),
    )
    for attempt in attempts:
        with pytest.raises(NotFound):
            async with coach.session(other) as session:
                await attempt(session)
    async with coach.session(other) as session:
        assert await negotiations.page(session, size=9) == ([], False)
        assert await negotiations.of_ask(session, "ask-1") is None
    assert await told(coach, who, sheet_id) == before


async def test_the_newest_sheet_of_an_ask_is_found_unless_it_lies_in_the_bin(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        await negotiations.begin(session, "Old", "ask-1")
        newest = await negotiations.begin(session, "New", "ask-1")
        found = await negotiations.of_ask(session, "ask-1")
        assert found is not None
        assert found.title == "New"
        await negotiations.bin_(session, newest.id)
        found = await negotiations.of_ask(session, "ask-1")
        assert found is not None
        assert found.title == "Old"


async def test_everything_typed_is_sealed(coach: Coach, who: Principal) -> None:
    sheet_id = await begun(coach, who, "zebra")
    async with coach.session(who) as session:
        for part, names in negotiations.PARTS.items():
            await negotiations.fill(session, sheet_id, part, dict.fromkeys(names, "zebra"))
        sheet = await negotiations.object_(session, sheet_id, [("zebra", "zebra")])
        await negotiations.add_fact(session, sheet, "zebra", "zebra", TODAY)
        await negotiations.note(session, sheet, "zebra")
    async with coach.database.system() as system:
        for table in ("negotiations", "market_facts", "after_notes"):
            (row,) = (await system.execute(select(Negotiation.metadata.tables[table]))).all()
            assert "zebra" not in str(row)
