"""Reviews: the weekly check-in is planned once a date, answered without losing a word, put off and left out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.coach import Coach
from bot.core import periods
from bot.core.clock import StoppedClock
from bot.core.dates import found_in
from bot.core.errors import Invalid, NotFound
from bot.domain import members, nudges, reviews, wins
from bot.domain.members import Profile
from bot.domain.nudges import CHECK_IN, LOG_WIN, ONBOARDING, Outcome, State
from bot.domain.reviews import Answer, CheckIn, read_lines
from bot.domain.wins import Win
from bot.storage.identity import Principal
from tests.domain.claiming import all_of, claims, deliver, record, state_of
from tests.examples import examples

TODAY = date(2026, 11, 18)
FRIDAY = date(2026, 11, 20)
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


async def settle_in(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        assert await reviews.settle_in(session)


async def coming(coach: Coach, who: Principal) -> list[tuple[datetime, date]]:
    """When check-ins are due, and for which local dates."""
    async with coach.session(who) as session:
        waiting = await nudges.upcoming(session)
        return [(nudge.due_at, nudge.local_on) for nudge in waiting if nudge.kind == CHECK_IN.name]


async def plan(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await reviews.plan(session)


async def asked(coach: Coach, clock: StoppedClock, who: Principal, at: datetime = DUE) -> str:
    """Let the check-in that is due be sent; its nudge."""
    clock.move_to(at)
    (claim,) = [one for one in await claims(coach) if one.who == who]
    await deliver(coach, claim)
    return claim.nudge_ids[-1]


async def settings_(coach: Coach, who: Principal, weekday: str, at: str, zone: str = "Europe/Berlin") -> None:
    async with coach.session(who) as session:
        await members.choose(session, weekday=weekday, time=at, zone=zone)
        await reviews.plan(session)


async def answer(coach: Coach, who: Principal, nudge_id: str | None, given_: Answer) -> list[str]:
    async with coach.session(who) as session:
        return [win.title for win in await reviews.answer(session, nudge_id, given_)]


async def check_ins(coach: Coach, who: Principal) -> list[tuple[str, int | None, str | None, str | None]]:
    async with coach.session(who) as session:
        rows = await session.scalars(select(CheckIn).order_by(CheckIn.created_at, CheckIn.id))
        return [(row.outcome, row.energy, row.stuck, row.next_action) for row in rows]


# --- When it comes


async def test_a_new_member_is_settled_in_once_with_a_first_check_in(coach: Coach, who: Principal) -> None:
    await settle_in(coach, who)
    assert await coming(coach, who) == [(DUE, FRIDAY)]
    async with coach.session(who) as session:
        assert session.member.welcomed_at == session.now
        assert not await reviews.settle_in(session)


async def test_a_new_member_is_shown_around_in_the_first_week(coach: Coach, who: Principal) -> None:
    await settle_in(coach, who)
    planned = [(nudge.kind, nudge.subject, nudge.local_on) for nudge in await all_of(coach, who)]
    # Wednesday; the fourth day after it is a Sunday, and what was meant for that comes on Monday.
    assert planned == [
        ("onboarding", "win", date(2026, 11, 19)),
        ("check_in", "", FRIDAY),
        ("onboarding", "pitch", date(2026, 11, 22)),
        ("log_win", "", date(2026, 11, 28)),
    ]
    zone = ZoneInfo("Europe/Berlin")
    assert [
        nudge.due_at.astimezone(zone).isoformat(" ", "minutes")[:16] for nudge in await all_of(coach, who)
    ] == [
        "2026-11-19 10:00",
        "2026-11-20 15:00",
        "2026-11-23 10:00",
        "2026-11-30 10:00",
    ]
    assert {kind.name for kind in (CHECK_IN, ONBOARDING, LOG_WIN)} == {kind for kind, *_ in planned}


async def test_planning_again_changes_nothing(coach: Coach, who: Principal) -> None:
    for _ in range(3):
        await plan(coach, who)
    assert await coming(coach, who) == [(DUE, FRIDAY)]


async def test_after_one_was_asked_the_next_is_a_week_later(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    await asked(coach, clock, who)
    assert await coming(coach, who) == [(DUE + WEEK, FRIDAY + WEEK)]


@pytest.mark.parametrize(
    ("weekday", "at", "due"),
    [
        ("friday", "16:00", "2026-11-20T15:00Z"),
        ("wednesday", "12:00", "2026-11-18T11:00Z"),
        ("wednesday", "08:00", "2026-11-25T07:00Z"),
        ("monday", "08:00", "2026-11-23T07:00Z"),
    ],
)
async def test_new_settings_move_the_one_that_waits(
    coach: Coach, who: Principal, weekday: str, at: str, due: str
) -> None:
    await plan(coach, who)
    await settings_(coach, who, weekday, at)
    assert [at for at, _ in await coming(coach, who)] == [datetime.fromisoformat(due)]


async def test_new_settings_bring_no_second_one_on_a_day_that_had_its_own(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    await asked(coach, clock, who)
    await settings_(coach, who, "friday", "17:00")
    assert [on for _, on in await coming(coach, who)] == [FRIDAY + WEEK]
    await settings_(coach, who, "saturday", "09:00")
    assert [on for _, on in await coming(coach, who)] == [FRIDAY + timedelta(days=1)]


async def test_a_late_one_counts_for_the_day_it_came(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    monday = DUE + timedelta(days=2, hours=23)
    await asked(coach, clock, who, at=monday)
    await settings_(coach, who, "monday", "17:00")
    assert [on for _, on in await coming(coach, who)] == [date(2026, 11, 30)]


async def test_one_that_is_due_but_not_sent_yet_is_not_lost_when_a_profile_changes(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    clock.move_to(DUE + timedelta(minutes=30))
    async with coach.session(who) as session:
        await members.follow_profile(session, Profile(zone="Europe/Berlin"))
        await reviews.plan(session)
    assert await coming(coach, who) == [(DUE, FRIDAY)]


async def test_one_that_waits_for_another_try_is_not_lost_when_a_profile_changes(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    await record(coach, Outcome(claim, State.WAITING, "held", at=DUE + timedelta(minutes=30)))
    await plan(coach, who)
    assert [on for _, on in await coming(coach, who)] == [FRIDAY]


async def test_one_that_is_being_sent_is_not_lost_when_a_profile_changes_and_it_comes_back(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    await plan(coach, who)
    assert [on for _, on in await coming(coach, who)] == [FRIDAY + WEEK]
    await record(coach, Outcome(claim, State.WAITING, "held", at=DUE + timedelta(minutes=30)))
    assert [on for _, on in await coming(coach, who)] == [FRIDAY]


async def test_one_that_is_due_makes_way_for_another_day_that_was_chosen(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    clock.move_to(DUE + timedelta(minutes=30))
    await settings_(coach, who, "monday", "09:00")
    assert await coming(coach, who) == [(datetime(2026, 11, 23, 8, 0, tzinfo=UTC), date(2026, 11, 23))]


@pytest.mark.parametrize(
    ("zone", "due", "on"),
    [
        pytest.param("America/New_York", "2026-11-20T20:00Z", FRIDAY, id="west, later the same day"),
        pytest.param("Asia/Tokyo", "2026-11-20T06:00Z", FRIDAY, id="east, the hour is over and it is due"),
        pytest.param("Pacific/Auckland", "2026-11-20T02:00Z", FRIDAY, id="far east, Friday is over there"),
    ],
)
async def test_a_traveller_is_asked_in_the_new_zone(
    coach: Coach, who: Principal, clock: StoppedClock, zone: str, due: str, on: date
) -> None:
    await plan(coach, who)
    clock.move_to(datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
    async with coach.session(who) as session:
        await members.follow_profile(session, Profile(zone=zone))
        await reviews.plan(session)
    assert await coming(coach, who) == [(datetime.fromisoformat(due), on)]


async def test_a_traveller_who_was_asked_is_not_asked_again_on_that_date(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    await asked(coach, clock, who)
    for zone in ("America/New_York", "Pacific/Pago_Pago", "Pacific/Kiritimati", "Asia/Tokyo"):
        async with coach.session(who) as session:
            await members.follow_profile(session, Profile(zone=zone))
            await reviews.plan(session)
        (due,) = await coming(coach, who)
        assert due[1] == FRIDAY + WEEK
        assert due[0] == datetime(2026, 11, 27, 15, tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-10-21T09:00Z", "2026-10-23T13:00Z"),
        ("2026-10-24T09:00Z", "2026-10-30T14:00Z"),
        ("2027-03-24T09:00Z", "2027-03-26T14:00Z"),
        ("2027-03-27T09:00Z", "2027-04-02T13:00Z"),
    ],
)
async def test_it_is_three_on_the_clock_in_summer_and_winter(
    coach: Coach, who: Principal, clock: StoppedClock, now: str, due: str
) -> None:
    clock.move_to(datetime.fromisoformat(now))
    await plan(coach, who)
    assert [at for at, _ in await coming(coach, who)] == [datetime.fromisoformat(due)]


async def test_a_pause_moves_it_and_its_end_brings_it_back(coach: Coach, who: Principal) -> None:
    await plan(coach, who)
    async with coach.session(who) as session:
        await members.pause(session, "2026-12-05")
        await reviews.plan(session)
    assert [on for _, on in await coming(coach, who)] == [date(2026, 12, 11)]
    async with coach.session(who) as session:
        await members.resume(session)
        await reviews.plan(session)
    assert await coming(coach, who) == [(DUE, FRIDAY)]


async def test_a_pause_moves_one_that_is_due_and_not_sent(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    clock.move_to(DUE + timedelta(minutes=1))
    async with coach.session(who) as session:
        await members.pause(session, "2026-11-25")
        await reviews.plan(session)
    assert [on for _, on in await coming(coach, who)] == [FRIDAY + WEEK]


# --- Answers


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Shipped the search", ["Shipped the search"]),
        ("one\ntwo\r\nthree", ["one", "two", "three"]),
        ("- one\n* two\n• three\n– four\n·five", ["one", "two", "three", "four", "five"]),
        ("-one\n  -   two\n- - three", ["one", "two", "three"]),
        ("\n\n  \n-\n•\n🎉\none", ["one"]),
        ("-5% churn\n- -5% churn\n–3 days", ["-5% churn", "-5% churn", "–3 days"]),
        ("*bold* words", ["*bold* words"]),
        ("1. one\n2) two", ["1. one", "2) two"]),
        ("", []),
        ("🎉\n…", []),
    ],
)
def test_each_line_with_words_is_one_entry_without_its_bullet(text: str, titles: list[str]) -> None:
    assert [entry.title for entry in read_lines(text, TODAY)] == titles


def test_a_line_that_names_its_day_happened_then() -> None:
    entries = read_lines("yesterday: wrote the post-mortem\nShipped it", TODAY)
    assert [(entry.title, entry.occurred_on) for entry in entries] == [
        ("wrote the post-mortem", TODAY - timedelta(days=1)),
        ("Shipped it", TODAY),
    ]


@given(st.text(st.characters(codec="utf-8"), max_size=400))
@examples(300)
def test_no_line_loses_a_word(text: str) -> None:
    entries = read_lines(text, TODAY)
    lines = [line for line in text.splitlines() if any(sign.isalnum() for sign in line)]
    assert len(entries) == len(lines)
    for entry, line in zip(entries, lines, strict=True):
        if found_in(line.strip(), TODAY, prefer="past"):
            continue  # the day it names is kept as its day, which the next test tells
        kept = entry.details or entry.title
        assert line.strip().endswith(kept)
        dropped = line.strip()[: len(line.strip()) - len(kept)]
        assert set(dropped) <= set("-*•–·") | {sign for sign in dropped if sign.isspace()}
        assert entry.occurred_on == TODAY


async def test_an_answer_logs_each_line_and_closes_the_check_in(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    given_ = Answer(
        "Shipped\n- Hired Ana", benefited="Support", stuck="Legal", next_action="Call them", energy=4
    )
    assert await answer(coach, who, nudge_id, given_) == ["Shipped", "Hired Ana"]
    assert await check_ins(coach, who) == [("answered", 4, "Legal", "Call them")]
    assert await state_of(coach, who, nudge_id) == "done"
    async with coach.session(who) as session:
        assert await reviews.open_check_in(session) is None
        found = (await session.scalars(select(Win))).all()
        assert {(win.source, win.occurred_on) for win in found} == {("check_in", FRIDAY)}


async def test_an_answer_needs_no_question(coach: Coach, who: Principal) -> None:
    assert await answer(coach, who, None, Answer("Shipped")) == ["Shipped"]
    assert await check_ins(coach, who) == [("answered", None, None, None)]


async def test_answering_twice_adds_and_loses_nothing(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    await answer(coach, who, nudge_id, Answer("One", stuck="Legal", next_action="Call them", energy=2))
    await answer(coach, who, nudge_id, Answer("Two", stuck="Budget"))
    await answer(coach, who, nudge_id, Answer(stuck="Budget\n", energy=4))
    assert await check_ins(coach, who) == [("answered", 4, "Legal\nBudget\nBudget\n", "Call them")]
    async with coach.session(who) as session:
        assert len((await session.scalars(select(Win))).all()) == 2


async def test_answering_twice_the_same_keeps_it_once(coach: Coach, who: Principal) -> None:
    for _ in range(2):
        await answer(coach, who, None, Answer(stuck="Legal"))
    assert await check_ins(coach, who) == [("answered", None, "Legal", None)]


@pytest.mark.parametrize(
    ("given_", "field", "sentence"),
    [
        (Answer("Shipped", energy=0), "energy", "no_such_energy"),
        (Answer("Shipped", energy=6), "energy", "no_such_energy"),
        (Answer("Shipped", energy=-1), "energy", "no_such_energy"),
        (Answer("🎉🎉"), "more", "win_of_signs_only"),
        (Answer("-\n•"), "more", "win_of_signs_only"),
        (Answer("Shipped\n" + "x" * (wins.TEXT_LENGTH + 1)), "title", "too_long"),
    ],
)
async def test_an_answer_that_cannot_be_saved_saves_nothing(
    coach: Coach, who: Principal, clock: StoppedClock, given_: Answer, field: str, sentence: str
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    with pytest.raises(Invalid) as refused:
        await answer(coach, who, nudge_id, given_)
    assert (refused.value.field, refused.value.words) == (field, sentence)
    assert await check_ins(coach, who) == []
    assert await state_of(coach, who, nudge_id) == "sent"
    async with coach.session(who) as session:
        assert (await session.scalars(select(Win))).all() == []


async def test_a_week_with_nothing_is_a_check_in_and_a_skipped_one_is_left_out(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    first = await asked(coach, clock, who)
    async with coach.session(who) as session:
        await reviews.nothing(session, first)
    second = await asked(coach, clock, who, at=DUE + WEEK)
    async with coach.session(who) as session:
        await nudges.skip(session, second)
    assert [outcome for outcome, *_ in await check_ins(coach, who)] == ["nothing"]
    assert (await state_of(coach, who, first), await state_of(coach, who, second)) == ("done", "skipped")


async def test_a_click_on_an_old_message_does_not_undo_an_answer(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    await answer(coach, who, nudge_id, Answer("Shipped", stuck="Legal"))
    for click in (reviews.nothing, nudges.skip):
        with pytest.raises(NotFound):
            async with coach.session(who) as session:
                await click(session, nudge_id)
    assert await check_ins(coach, who) == [("answered", None, "Legal", None)]
    assert await state_of(coach, who, nudge_id) == "done"


async def test_a_week_with_nothing_can_still_be_answered(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    async with coach.session(who) as session:
        await reviews.nothing(session, nudge_id)
    assert await answer(coach, who, nudge_id, Answer("After all")) == ["After all"]
    assert [outcome for outcome, *_ in await check_ins(coach, who)] == ["answered"]


async def test_somebody_elses_check_in_is_not_there_to_be_answered(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    await plan(coach, other)
    nudge_id = await asked(coach, clock, other, at=datetime(2026, 11, 20, 20, 0, tzinfo=UTC))
    with pytest.raises(NotFound):
        await answer(coach, who, nudge_id, Answer("Mine"))
    assert await check_ins(coach, who) == []
    assert await state_of(coach, other, nudge_id) == "sent"


async def test_a_check_in_stays_open_until_the_next_is_near(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    for later, is_open in ((timedelta(), True), (reviews.OPEN_FOR, False)):
        clock.move_to(DUE + later)
        async with coach.session(who) as session:
            found = await reviews.open_check_in(session)
        assert (found.id if found else None) == (nudge_id if is_open else None)


async def test_the_week_of_a_check_in_is_monday_to_sunday_where_the_member_is(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    async with coach.session(who) as session:
        for day in range(15, 24):
            on = date(2026, 11, day)
            await wins.log(session, wins.entry(f"on {day}", on), wins.Source.FORM)
    clock.move_to(datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    async with coach.session(who) as session:
        week = await reviews.this_week(session)
        assert week.period.first == date(2026, 11, 23), "it is Monday in Berlin already"
        assert [win.title for win in week.wins] == ["on 23"]


# --- Later


@pytest.mark.parametrize(
    ("name", "now", "until"),
    [
        ("hour", "2026-11-20T14:05Z", "2026-11-20T15:05Z"),
        ("hour", "2026-11-20T19:30Z", "2026-11-23T07:00Z"),
        ("tomorrow", "2026-11-19T14:05Z", "2026-11-20T14:00Z"),
        ("tomorrow", "2026-11-20T14:05Z", "2026-11-23T14:00Z"),
        ("tomorrow", "2026-11-20T23:30Z", "2026-11-23T14:00Z"),
        ("next_week", "2026-11-20T14:05Z", "2026-11-27T14:00Z"),
    ],
)
async def test_a_snooze_comes_again_inside_the_members_hours_and_days(
    coach: Coach, who: Principal, clock: StoppedClock, name: str, now: str, until: str
) -> None:
    await settings_(coach, who, "thursday", "15:00")
    nudge_id = await asked(coach, clock, who, at=DUE - timedelta(days=1))
    clock.move_to(datetime.fromisoformat(now))
    assert await snooze(coach, who, nudge_id, name) == datetime.fromisoformat(until)
    assert await state_of(coach, who, nudge_id) == "waiting"
    assert (datetime.fromisoformat(until), FRIDAY - timedelta(days=1)) in await coming(coach, who)


async def snooze(coach: Coach, who: Principal, nudge_id: str, name: str) -> datetime:
    async with coach.session(who) as session:
        return await nudges.snooze(session, nudge_id, name)


async def test_a_snooze_that_falls_on_the_next_check_in_takes_its_place(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    await snooze(coach, who, nudge_id, "next_week")
    assert await coming(coach, who) == [(DUE + WEEK, FRIDAY), (DUE + 2 * WEEK, FRIDAY + 2 * WEEK)]
    await settings_(coach, who, "friday", "17:00")
    assert [on for _, on in await coming(coach, who)] == [FRIDAY, FRIDAY + 2 * WEEK]
    await asked(coach, clock, who, at=DUE + WEEK)
    assert [on for _, on in await coming(coach, who)] == [FRIDAY + 2 * WEEK]


async def test_an_unknown_snooze_is_explained_and_an_answered_one_is_over(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    with pytest.raises(Invalid) as refused:
        await snooze(coach, who, nudge_id, "never")
    assert refused.value.words == "no_such_snooze"
    await answer(coach, who, nudge_id, Answer("Shipped"))
    with pytest.raises(NotFound) as over:
        await snooze(coach, who, nudge_id, "hour")
    assert over.value.words == "nudge_is_closed"


async def test_a_snoozed_check_in_can_be_answered_before_it_comes_again(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    nudge_id = await asked(coach, clock, who)
    await snooze(coach, who, nudge_id, "tomorrow")
    await answer(coach, who, nudge_id, Answer("Shipped"))
    clock.move_to(DUE + timedelta(days=4))
    assert await claims(coach) == []


async def test_one_that_nobody_can_tell_whether_it_was_sent_can_be_snoozed_and_comes_once(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await plan(coach, who)
    clock.move_to(DUE)
    (claim,) = await claims(coach)
    await record(coach, Outcome(claim, State.UNKNOWN, "uncertain"))
    assert await coming(coach, who) == [(DUE + WEEK, FRIDAY + WEEK)]
    await snooze(coach, who, claim.nudge_ids[0], "next_week")
    for _ in range(2):
        await plan(coach, who)
    assert await coming(coach, who) == [(DUE + WEEK, FRIDAY), (DUE + 2 * WEEK, FRIDAY + 2 * WEEK)]


async def test_a_check_in_can_be_any_time_of_the_members_hours(coach: Coach, who: Principal) -> None:
    for at in (time(8), time(12), time(20)):
        await settings_(coach, who, "friday", at.isoformat("minutes"))
        ((due, on),) = await coming(coach, who)
        assert due == periods.at_local(on, at, ZoneInfo("Europe/Berlin"))
        assert on == FRIDAY


def test_the_kind_of_nudge_is_known() -> None:
    assert nudges.KINDS[CHECK_IN.name] is CHECK_IN
