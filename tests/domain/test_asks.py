"""Asks: what is kept of them, how each change becomes an event, is taken back, and how asks are found and listed."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.core.periods import Period
from bot.domain import asks, bins
from bot.domain.asks import Ask, AskEvent, Condition, Entry, Status, Talk, What, Wish
from bot.storage.identity import Principal
from bot.storage.session import MemberSession

TODAY = date(2026, 11, 18)  # a Wednesday
DAY = timedelta(days=1)
RAISE = Entry("a raise", "my manager", date(2027, 3, 31))

Deed = Callable[[MemberSession, str], Awaitable[Any]]


async def begin(coach: Coach, who: Principal, given: Entry = RAISE) -> str:
    async with coach.session(who) as session:
        return (await asks.begin(session, given)).id


async def do(coach: Coach, who: Principal, ask_id: str, *deeds: Deed) -> None:
    for deed in deeds:
        coach.clock.move_by(timedelta(minutes=1))  # type: ignore[attr-defined]  # one that stands still
        async with coach.session(who) as session:
            await deed(session, ask_id)


async def kept(coach: Coach, who: Principal, ask_id: str) -> dict[str, Any]:
    async with coach.session(who) as session:
        ask = await session.mine(Ask, ask_id)
        names = ("status", "asked_on", "promised_on", "follow_up_on", "reask_on", "closed_on", "misses")
        texts = (*asks.TEXTS, "their_words", "promised", "plan")
        return {name: getattr(ask, name) for name in (*names, *texts)}


async def ledger(coach: Coach, who: Principal, ask_id: str) -> list[tuple[str, date, str | None]]:
    async with coach.session(who) as session:
        return [(one.what, one.on, one.text) for one in await asks.history(session, [ask_id])]


def promise(on: date | None) -> Deed:
    return lambda session, ask_id: asks.promised(session, ask_id, on, "an answer", "We will see")


# --- Beginning and changing


async def test_a_new_ask_is_planned_and_its_beginning_is_an_event(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    assert (await kept(coach, who, ask_id))["status"] == Status.PLANNED
    assert await ledger(coach, who, ask_id) == [("created", TODAY, "a raise")]


async def test_a_need_alone_is_a_draft_until_its_request_is_there(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who, Entry(need="Fewer meetings"))
    assert (await kept(coach, who, ask_id))["status"] == Status.DRAFT
    await do(
        coach, who, ask_id, lambda session, one: asks.edit(session, one, Entry("one free day", need="x"))
    )
    assert (await kept(coach, who, ask_id))["status"] == Status.PLANNED


async def test_an_edit_changes_words_and_not_where_it_stands(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, asks.asked, lambda session, one: asks.edit(session, one, Entry("more pay")))
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["request"], ask["to"]) == (Status.ASKED, "more pay", None)
    assert [what for what, _, _ in await ledger(coach, who, ask_id)] == ["created", "asked", "edited"]


async def test_everything_typed_is_sealed(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who, Entry("SECRET", "SECRET", need="SECRET", reason="SECRET"))
    await do(coach, who, ask_id, promise(None), lambda session, one: asks.note(session, one, "SECRET"))
    async with coach.session(who) as session:
        for table in (Ask.__table__, AskEvent.__table__, Condition.__table__):
            rows = (await (await session.connection()).execute(select(table))).all()
            assert "SECRET" not in repr(rows)


# --- What becomes of it


async def test_asking_waits_five_working_days_for_an_answer(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    asked = TODAY - 2 * DAY
    await do(coach, who, ask_id, lambda session, one: asks.asked(session, one, asked, " Let me think "))
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["asked_on"], ask["their_words"]) == (Status.ASKED, asked, "Let me think")
    assert ask["follow_up_on"] == date(2026, 11, 25)
    assert (await ledger(coach, who, ask_id))[-1] == ("created", TODAY, "a raise")


async def test_nobody_asked_tomorrow(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    with pytest.raises(Invalid, match="ask_not_happened_yet"):
        await do(coach, who, ask_id, lambda session, one: asks.asked(session, one, TODAY + DAY))
    assert (await kept(coach, who, ask_id))["status"] == Status.PLANNED


async def test_a_promise_has_its_day_and_one_without_is_asked_about(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, promise(TODAY + 7 * DAY))
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["promised"], ask["promised_on"]) == ("promised", "an answer", TODAY + 7 * DAY)
    assert (ask["follow_up_on"], ask["asked_on"], ask["their_words"]) == (None, None, "We will see"), (
        "nobody said on which day it was asked, so that no draft may"
    )
    await do(coach, who, ask_id, promise(None))
    ask = await kept(coach, who, ask_id)
    assert (ask["promised_on"], ask["follow_up_on"]) == (None, date(2026, 11, 25))


async def test_a_moved_day_keeps_the_old_one_visible(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    later = TODAY + 30 * DAY
    await do(coach, who, ask_id, promise(TODAY + DAY), lambda session, one: asks.moved(session, one, later))
    async with coach.session(who) as session:
        event = (await asks.history(session, [ask_id]))[-1]
        assert (event.what, event.from_on, event.to_on) == ("moved", TODAY + DAY, later)
    assert (await kept(coach, who, ask_id))["promised_on"] == later
    with pytest.raises(Invalid, match="ask_without_day"):
        await do(coach, who, ask_id, lambda session, one: asks.moved(session, one, None))


async def test_a_miss_is_counted_and_followed_up(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, promise(TODAY), asks.missed, asks.missed)
    ask = await kept(coach, who, ask_id)
    assert (ask["misses"], ask["status"], ask["promised_on"]) == (2, Status.PROMISED, TODAY)
    assert ask["follow_up_on"] == date(2026, 11, 25)


async def test_two_clicks_at_once_are_one_miss(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, asks.asked)
    for _ in range(2):
        async with coach.session(who) as session:
            await asks.missed(session, ask_id)
    assert (await kept(coach, who, ask_id))["misses"] == 1


async def test_what_was_never_asked_cannot_be_missed(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    with pytest.raises(NotFound, match="ask_moved_on"):
        await do(coach, who, ask_id, asks.missed)


async def test_a_sent_message_stands_in_the_ledger(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(
        coach,
        who,
        ask_id,
        promise(TODAY),
        asks.missed,
        lambda session, one: asks.sent(session, one, "Hi Priya, where does it stand?"),
    )
    assert (await ledger(coach, who, ask_id))[-1] == ("sent", TODAY, "Hi Priya, where does it stand?")
    assert (await kept(coach, who, ask_id))["misses"] == 1


async def test_the_fallback_begins_a_ladder_of_its_own(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(
        coach,
        who,
        ask_id,
        promise(TODAY),
        asks.missed,
        lambda session, one: asks.sent(session, one, "A written plan?", fallback=True),
    )
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["misses"], ask["promised_on"]) == (Status.ASKED, 0, None)


async def test_a_part_that_came_leaves_the_rest_open(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    rest = TODAY + 14 * DAY
    await do(
        coach,
        who,
        ask_id,
        promise(TODAY),
        lambda session, one: asks.partly_met(session, one, "the title", rest),
    )
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["promised"], ask["promised_on"]) == (Status.PARTLY_MET, "the title", rest)
    await do(coach, who, ask_id, lambda session, one: asks.moved(session, one, rest + DAY))
    assert (await kept(coach, who, ask_id))["status"] == Status.PARTLY_MET
    await do(coach, who, ask_id, asks.met)
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["closed_on"]) == (Status.MET, TODAY)


async def test_not_now_is_a_plan_with_a_day(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(
        coach,
        who,
        ask_id,
        asks.asked,
        lambda session, one: asks.not_now(session, one, "After the launch", date(2027, 2, 1)),
    )
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["plan"], ask["reask_on"]) == ("not_now", "After the launch", date(2027, 2, 1))
    await do(coach, who, ask_id, asks.not_now)
    assert (await kept(coach, who, ask_id))["reask_on"] == TODAY + 91 * DAY


@pytest.mark.parametrize(
    ("deed", "status"),
    [(asks.declined, "declined"), (asks.withdraw, "withdrawn"), (asks.met, "met")],
)
async def test_an_end_has_its_day_and_can_be_opened_again(
    coach: Coach, who: Principal, deed: Deed, status: str
) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, asks.asked, deed)
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["closed_on"], ask["follow_up_on"]) == (status, TODAY, None)
    await do(coach, who, ask_id, asks.reopen)
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["closed_on"], ask["follow_up_on"]) == ("asked", None, date(2026, 11, 25))
    with pytest.raises(NotFound, match="ask_moved_on"):
        await do(coach, who, ask_id, asks.reopen)


# --- Talks and conditions


@pytest.mark.parametrize(
    ("talk", "status"),
    [
        (Talk("yes", promised="a new title", promised_on=TODAY + 9 * DAY), "promised"),
        (Talk("yes"), "promised"),
        (Talk("conditional", conditions=(Wish("Ship it"),)), "asked"),
        (Talk("no", their_words="There is no budget"), "declined"),
        (Talk("unclear"), "asked"),
    ],
)
async def test_a_talk_has_a_verdict(coach: Coach, who: Principal, talk: Talk, status: str) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, lambda session, one: asks.verdict(session, one, talk))
    ask = await kept(coach, who, ask_id)
    assert (ask["status"], ask["asked_on"]) == (status, TODAY)
    assert (ask["promised_on"], ask["their_words"]) == (talk.promised_on, talk.their_words)
    async with coach.session(who) as session:
        event = (await asks.history(session, [ask_id]))[-1]
        assert (event.what, event.verdict) == (What.VERDICT, talk.verdict)


async def test_a_talk_without_a_known_verdict_is_refused(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    for talk, words in (
        (Talk("maybe"), "no_such_choice"),
        (Talk("conditional"), "no_conditions"),
        (Talk("no", on=TODAY + DAY), "ask_not_happened_yet"),
        (Talk("unclear", their_words="x" * 3001), "too_long"),
        (Talk("conditional", conditions=(Wish("x" * 3001),)), "too_long"),
    ):
        with pytest.raises(Invalid, match=words):
            async with coach.session(who) as session:
                await asks.verdict(session, ask_id, talk)
    assert await ledger(coach, who, ask_id) == [("created", TODAY, "a raise")]


async def test_conditions_are_ticked_and_asked_about_once_all_are_due(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    wishes = (Wish("Two mentees", TODAY + 20 * DAY), Wish("Ship it", TODAY + 2 * DAY), Wish("Write it down"))
    talk = Talk("conditional", conditions=wishes)
    await do(coach, who, ask_id, lambda session, one: asks.verdict(session, one, talk))
    assert (await kept(coach, who, ask_id))["follow_up_on"] == date(2026, 12, 9)
    async with coach.session(who) as session:
        (standing,) = await asks.standings(session, [await asks.kept_one(session, ask_id)])
        ids = {one.text: one.id for one in standing.conditions}
        assert list(ids) == ["Ship it", "Two mentees", "Write it down"]
        assert not standing.all_met
    for condition_id in ids.values():
        async with coach.session(who) as session:
            await asks.condition_met(session, condition_id)
    async with coach.session(who) as session:
        (standing,) = await asks.standings(session, [await asks.kept_one(session, ask_id)])
        assert standing.all_met
        assert standing.ask.follow_up_on == date(2026, 11, 25), "five working days, not the last date"
        with pytest.raises(NotFound, match="condition_is_so"):
            await asks.condition_met(session, ids["Ship it"])
        await asks.condition_met(session, ids["Ship it"], met=False)
        assert (await asks.of_condition(session, ids["Ship it"])).id == ask_id


# --- Taking back


DEEDS: dict[str, Deed] = {
    "asked": asks.asked,
    "promised": promise(TODAY + 3 * DAY),
    "moved": lambda session, one: asks.moved(session, one, TODAY + 9 * DAY),
    "missed": asks.missed,
    "sent": lambda session, one: asks.sent(session, one, "Hello", fallback=True),
    "partly": lambda session, one: asks.partly_met(session, one, "the title", TODAY + DAY),
    "met": asks.met,
    "not now": lambda session, one: asks.not_now(session, one, "Later", TODAY + 40 * DAY),
    "declined": lambda session, one: asks.declined(session, one, "No"),
    "withdrawn": asks.withdraw,
    "edited": lambda session, one: asks.edit(session, one, Entry("another thing")),
    "linked": lambda session, one: asks.link(session, one, "g" * 16),
    "note": lambda session, one: asks.note(session, one, "They were tired"),
    "verdict": lambda session, one: asks.verdict(
        session, one, Talk("conditional", conditions=(Wish("Ship it", TODAY + DAY),))
    ),
}


@pytest.mark.parametrize("name", DEEDS)
async def test_every_change_can_be_taken_back_whole(coach: Coach, who: Principal, name: str) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, promise(TODAY))
    before, events = await kept(coach, who, ask_id), await ledger(coach, who, ask_id)
    async with coach.session(who) as session:
        event_id = (await DEEDS[name](session, ask_id)).id
    assert len(await ledger(coach, who, ask_id)) == len(events) + 1
    async with coach.session(who) as session:
        await asks.take_back(session, event_id)
    assert await kept(coach, who, ask_id) == before
    assert await ledger(coach, who, ask_id) == events
    async with coach.session(who) as session:
        assert await asks.conditions_of(session, [ask_id]) == []


async def test_only_the_newest_change_is_taken_back(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    async with coach.session(who) as session:
        event_id = (await asks.asked(session, ask_id)).id
        created = (await asks.history(session, [ask_id]))[0].id
        await asks.missed(session, ask_id)
    for taken in (event_id, created):
        with pytest.raises(NotFound, match="ask_changed_since"):
            async with coach.session(who) as session:
                await asks.take_back(session, taken)
    assert len(await ledger(coach, who, ask_id)) == 3


async def test_a_tick_is_taken_back_to_what_it_was(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    async with coach.session(who) as session:
        await asks.verdict(session, ask_id, Talk("conditional", conditions=(Wish("Ship it"),)))
        condition = (await asks.conditions_of(session, [ask_id]))[0]
        event = await asks.condition_met(session, condition.id)
        await asks.take_back(session, event.id)
        assert condition.met_on is None
        await asks.condition_met(session, condition.id)
        event = await asks.condition_met(session, condition.id, met=False)
        await asks.take_back(session, event.id)
        assert condition.met_on == TODAY


# --- Pitches, notes, the bin, other people


async def test_a_sent_pitch_opens_an_ask_that_stands_as_asked(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        ask = await asks.record_sent(
            session, request="a raise", to="Priya", pitch_id="p" * 16, follow_up_on=TODAY + 3 * DAY
        )
        events = await asks.history(session, [ask.id])
        assert [(one.what, one.pitch_id) for one in events] == [("created", None), ("pitched", "p" * 16)]
        assert (ask.status, ask.asked_on, ask.follow_up_on) == ("asked", TODAY, TODAY + 3 * DAY)
        assert (ask.request, ask.to, ask.pitch_id) == ("a raise", "Priya", "p" * 16)


async def test_a_sent_pitch_updates_the_ask_it_was_for(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    async with coach.session(who) as session:
        ask = await asks.record_sent(
            session, request="pay", to="Priya", pitch_id="p" * 16, follow_up_on=None, ask_id=ask_id
        )
        assert (ask.id, ask.request, ask.to) == (ask_id, "a raise", "my manager")
        assert ask.follow_up_on == date(2026, 11, 25)


async def test_a_pitch_for_a_promised_ask_keeps_the_promise(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, promise(TODAY + 20 * DAY))
    async with coach.session(who) as session:
        ask = await asks.record_sent(
            session, request="pay", to="Priya", pitch_id="p" * 16, follow_up_on=None, ask_id=ask_id
        )
        assert (ask.status, ask.promised_on) == ("promised", TODAY + 20 * DAY)


async def test_a_note_needs_words(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, lambda session, one: asks.note(session, one, " They were open to it "))
    assert (await ledger(coach, who, ask_id))[-1] == ("note", TODAY, "They were open to it")
    with pytest.raises(Invalid, match="note_without_words"):
        await do(coach, who, ask_id, lambda session, one: asks.note(session, one, "  "))


async def test_the_bin_takes_an_ask_and_gives_it_back(coach: Coach, who: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, asks.bin_)
    with pytest.raises(NotFound, match="no_ask"):
        await do(coach, who, ask_id, asks.asked)
    async with coach.session(who) as session:
        assert (await asks.overview(session, 9)).total == 0
        (lying,), _ = await bins.page(session, size=8)
        assert (lying.kind, lying.said) == ("ask", "a raise")
        assert await bins.restore(session, "ask", ask_id) == "a raise"
    async with coach.session(who) as session:
        assert (await asks.overview(session, 9)).total == 1


async def test_somebody_elses_ask_is_not_found(coach: Coach, who: Principal, other: Principal) -> None:
    ask_id = await begin(coach, who)
    await do(coach, who, ask_id, asks.asked)
    for name, deed in DEEDS.items():
        with pytest.raises(NotFound):
            await do(coach, other, ask_id, deed)
        assert name
    async with coach.session(other) as session:
        assert await asks.history(session, [ask_id]) == []
        assert (await asks.overview(session, 9)).total == 0
        assert await asks.to_choose_from(session) == []


# --- Lists


async def test_the_most_urgent_ask_comes_first_with_its_age(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    undated = await begin(coach, who, Entry("undated"))
    planned = await begin(coach, who, Entry("planned", wanted_on=TODAY + 9 * DAY))
    later = await begin(coach, who, Entry("later"))
    soon = await begin(coach, who, Entry("soon"))
    over = await begin(coach, who, Entry("over"))
    put_off = await begin(coach, who, Entry("put off"))
    await do(coach, who, later, promise(TODAY + 20 * DAY))
    await do(coach, who, soon, lambda session, one: asks.asked(session, one, TODAY - 3 * DAY))
    await do(coach, who, over, asks.withdraw)
    await do(coach, who, put_off, lambda session, one: asks.not_now(session, one, None, TODAY + 30 * DAY))
    clock.move_by(4 * DAY)
    async with coach.session(who) as session:
        found = await asks.overview(session, 3)
        rest = await asks.overview(session, 3, 3)
        assert [(one.ask.id, one.age) for one in found.asks] == [(soon, 7), (planned, 4), (later, 4)]
        assert [one.ask.id for one in rest.asks] == [put_off, undated]
        assert found.asks[0].due_on == date(2026, 11, 25)
        assert (found.total, rest.total) == (5, 5)
        assert [one.ask.id for one in (await asks.ended(session, 9)).asks] == [over]
        assert await asks.to_choose_from(session) == [
            (one.ask.id, one.ask.request) for one in (*found.asks, *rest.asks)
        ]
        assert await asks.called(session, [soon, over, "x"]) == {soon: "soon", over: "over"}


async def test_a_year_tells_every_ask_that_something_happened_with(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    old = await begin(coach, who)
    clock.move_by(DAY)
    both = await begin(coach, who, Entry("time"))
    clock.move_by(60 * DAY)
    await do(coach, who, both, asks.asked)
    async with coach.session(who) as session:
        before = await asks.in_period(session, Period(date(2026, 1, 1), date(2026, 12, 31)))
        after = await asks.in_period(session, Period(date(2027, 1, 1), date(2027, 12, 31)))
        assert [one.standing.ask.id for one in before] == [old, both]
        assert [one.standing.ask.id for one in after] == [both]
        assert [event.what for event in after[0].events] == ["created", "asked"]


async def test_an_ask_serves_a_goal(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        ask = await asks.begin(session, RAISE, goal_id="g" * 16)
        assert [one.id for one in await asks.of_goal(session, "g" * 16)] == [ask.id]
        await asks.link(session, ask.id, None)
        assert await asks.of_goal(session, "g" * 16) == []
