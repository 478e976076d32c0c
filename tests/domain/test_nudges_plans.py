"""Plans: what features and members say about nudges, all inside the member's own transaction."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid
from bot.domain import members, nudges, reviews, wins
from bot.domain.nudges import (
    CADENCES,
    CHECK_IN,
    FEEDBACK,
    KINDS,
    LOG_WIN,
    MISSING_RESULT,
    NEVER,
    ONBOARDING,
    USUAL,
    Kind,
    Nudge,
    State,
)
from bot.domain.wins import Source, Win, entry
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from tests.conftest import NOW
from tests.domain.claiming import all_of, claims, deliver, nudge_of, state_of

TODAY = date(2026, 11, 18)  # a Wednesday
FRIDAY = date(2026, 11, 20)
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


async def waiting(coach: Coach, who: Principal, kind: Kind | None = None) -> list[tuple[str, str, date]]:
    """What waits: kind, subject and the date that asks."""
    found = await all_of(coach, who, kind)
    return [(one.kind, one.subject, one.local_on) for one in found if one.state == "waiting"]


async def dates(coach: Coach, who: Principal, kind: Kind) -> list[tuple[date, str]]:
    return [(one.local_on, one.state) for one in await all_of(coach, who, kind)]


async def sent(
    coach: Coach, clock: StoppedClock, who: Principal, kind: Kind, *, at: datetime = DUE, subject: str = ""
) -> str:
    """A nudge of a kind that was asked at a moment; it."""
    async with coach.session(who) as session:
        made = await nudges.schedule(session, kind, at=at, on=at.date(), subject=subject)
        assert made is not None
    clock.move_to(at)
    (claim,) = [one for one in await claims(coach) if one.who == who]
    await deliver(coach, claim)
    return made.id


async def log(coach: Coach, who: Principal, text: str = "Shipped", on: date = TODAY, **parts: Any) -> str:
    async with coach.session(who) as session:
        return (await wins.log(session, entry(text, on, **parts), Source.COMMAND)).id


async def unanswered(coach: Coach, who: Principal, kind: Kind, count: int) -> None:
    """Make it so many in a row without an answer, for the one that waits."""
    async with coach.session(who) as session:
        one = await nudges.planned(session, kind)
        assert one is not None
        one.unanswered = count
        await session.flush()
        await nudges.plan(session, kind)


# --- Asking


async def test_what_a_feature_asks_for_a_date_comes_in_the_morning_of_a_good_day(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        session.member.offset_seconds = 60
        for subject, on in (("one", FRIDAY), ("two", FRIDAY + DAY)):
            made = await nudges.ask_on(session, MISSING_RESULT, on, subject)
            assert made is not None
            assert made.local_on == on
            assert made.planned_at == (MORNING if on == FRIDAY else MORNING + 3 * DAY)
            assert made.due_at - made.planned_at == timedelta(seconds=60), "a place of its own in the crowd"


async def test_asking_again_moves_the_one_that_waits_and_its_cadence_begins_anew(
    coach: Coach, who: Principal
) -> None:
    for on in (FRIDAY, FRIDAY + 3 * DAY):
        async with coach.session(who) as session:
            await nudges.ask_on(session, LOG_WIN, on)
    assert await waiting(coach, who) == [("log_win", "", FRIDAY + 3 * DAY)]


async def test_whoever_chose_how_often_does_not_get_it_sooner(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await sent(coach, clock, who, LOG_WIN, at=MORNING)
    async with coach.session(who) as session:
        await nudges.choose_cadence(session, LOG_WIN, "month")
        await nudges.ask_on(session, LOG_WIN, FRIDAY + 10 * DAY)
    assert (await waiting(coach, who, LOG_WIN)) == [("log_win", "", date(2026, 12, 18))]
    async with coach.session(who) as session:
        await nudges.ask_on(session, LOG_WIN, date(2026, 12, 30))
    assert (await waiting(coach, who, LOG_WIN)) == [("log_win", "", date(2026, 12, 30))]


async def test_what_was_cancelled_does_not_come_not_even_snoozed(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    snoozed = await sent(coach, clock, who, MISSING_RESULT, subject="one")
    async with coach.session(who) as session:
        await nudges.put_off(session, snoozed, DUE + HOUR)
        await nudges.ask_on(session, MISSING_RESULT, FRIDAY, "two")
        await nudges.cancel(session, MISSING_RESULT, "one")
    assert await waiting(coach, who) == [("missing_result", "two", FRIDAY)]


# --- Leaving out


async def test_one_that_is_left_out_before_it_comes_makes_way_for_the_next(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        coming = await reviews.plan(session)
        assert coming is not None
    for weeks in range(1, 4):
        async with coach.session(who) as session:
            (first,) = [one for one in await nudges.upcoming(session) if one.kind == CHECK_IN.name]
            await nudges.skip(session, first.id)
        assert (await dates(coach, who, CHECK_IN))[-2:] == [
            (FRIDAY + (weeks - 1) * WEEK, "skipped"),
            (FRIDAY + weeks * WEEK, "waiting"),
        ]
    async with coach.session(who) as session:
        session.member.checkin_time = time(16)
        await reviews.plan(session)
    assert (await waiting(coach, who)) == [("check_in", "", FRIDAY + 3 * WEEK)], (
        "they are not asked for again"
    )


async def test_one_that_is_left_out_after_it_came_changes_nothing_about_the_next(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    asked = await sent(coach, clock, who, CHECK_IN)
    async with coach.session(who) as session:
        await nudges.skip(session, asked)
    assert await dates(coach, who, CHECK_IN) == [(FRIDAY, "skipped"), (FRIDAY + WEEK, "waiting")]


# --- Later


@pytest.mark.parametrize(
    ("kind", "name", "comes"),
    [
        (CHECK_IN, "hour", DUE + HOUR),
        (CHECK_IN, "tomorrow", DUE + 3 * DAY),
        (CHECK_IN, "next_week", DUE + WEEK),
        (FEEDBACK, "hour", DUE + HOUR),
        (FEEDBACK, "tomorrow", MORNING + 3 * DAY),
        (FEEDBACK, "next_week", MORNING + WEEK),
    ],
)
async def test_a_check_in_comes_again_at_its_time_and_anything_else_in_the_morning(
    coach: Coach, who: Principal, clock: StoppedClock, kind: Kind, name: str, comes: datetime
) -> None:
    asked = await sent(coach, clock, who, kind)
    async with coach.session(who) as session:
        assert await nudges.snooze(session, asked, name) == comes
    one = await nudge_of(coach, who, asked)
    assert (one.state, one.planned_at, one.due_at, one.local_on) == ("waiting", comes, comes, FRIDAY)
    clock.move_to(comes)
    assert asked in [part.id for claim in await claims(coach) for part in claim.parts]


@pytest.mark.parametrize(
    ("on", "comes"),
    [
        (FRIDAY + DAY, MORNING + 3 * DAY),
        (date(2026, 12, 3), MORNING + 13 * DAY),
        (date(2027, 1, 19), MORNING + 60 * DAY),
    ],
)
async def test_one_can_be_put_off_to_any_date_within_two_months(
    coach: Coach, who: Principal, clock: StoppedClock, on: date, comes: datetime
) -> None:
    asked = await sent(coach, clock, who, FEEDBACK)
    async with coach.session(who) as session:
        assert await nudges.put_off_to(session, asked, on) == comes


@pytest.mark.parametrize(
    ("on", "words"), [(FRIDAY, "not_ahead"), (TODAY, "not_ahead"), (date(2027, 1, 20), "too_far_ahead")]
)
async def test_a_date_that_passed_or_lies_too_far_ahead_is_refused(
    coach: Coach, who: Principal, clock: StoppedClock, on: date, words: str
) -> None:
    asked = await sent(coach, clock, who, FEEDBACK)
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await nudges.put_off_to(session, asked, on)
    assert (refused.value.field, refused.value.words) == ("until", words)
    assert await state_of(coach, who, asked) == "sent"


async def test_what_is_put_off_into_a_time_away_comes_after_it_and_says_so(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    asked = await sent(coach, clock, who, FEEDBACK, at=DUE + 4 * HOUR)
    async with coach.session(who) as session:
        await members.away(session, "2026-11-23", "2026-11-26")
        assert await nudges.snooze(session, asked, "hour") == DUE + 5 * HOUR
        # Nine in the evening on a Friday is Monday morning, and that is away.
        assert await nudges.put_off(session, asked, DUE + 6 * HOUR) == datetime(2026, 11, 26, 7, tzinfo=UTC)
        assert await nudges.put_off_to(session, asked, FRIDAY + 3 * DAY) == MORNING + 6 * DAY


async def test_one_that_is_put_off_before_it_comes_counts_for_its_date(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        coming = await reviews.plan(session)
        assert coming is not None
        await nudges.put_off_to(session, coming.id, FRIDAY + 3 * DAY)
    assert await waiting(coach, who) == [("check_in", "", FRIDAY), ("check_in", "", FRIDAY + WEEK)]


# --- How often


@pytest.mark.parametrize(
    ("cadence", "on"),
    [
        ("week", FRIDAY + WEEK),
        ("two_weeks", FRIDAY + 2 * WEEK),
        ("month", date(2026, 12, 18)),
        (USUAL, FRIDAY + WEEK),
    ],
)
async def test_a_kind_comes_as_often_as_the_member_chose(
    coach: Coach, who: Principal, clock: StoppedClock, cadence: str, on: date
) -> None:
    await sent(coach, clock, who, CHECK_IN)
    async with coach.session(who) as session:
        await nudges.choose_cadence(session, CHECK_IN, cadence)
    assert await waiting(coach, who) == [("check_in", "", on)]
    async with coach.session(who) as session:
        assert (session.member.cadences or {}).get("check_in") == (None if cadence == USUAL else cadence)


@pytest.mark.parametrize(
    ("kind", "back_at", "comes"),
    [
        *((kind, NOW, True) for kind in KINDS.values()),
        # A turn that passed meanwhile is not made up for; what comes only once still comes.
        *((kind, DUE, not kind.every) for kind in KINDS.values()),
    ],
)
async def test_a_kind_that_was_given_up_does_not_come_until_that_is_taken_back(
    coach: Coach, who: Principal, clock: StoppedClock, kind: Kind, back_at: datetime, comes: bool
) -> None:
    async with coach.session(who) as session:
        await nudges.schedule(session, kind, at=DUE, on=FRIDAY)
        await nudges.choose_cadence(session, kind, "never")
    async with coach.session(who) as session:
        assert await nudges.upcoming(session) == []
        assert await nudges.schedule(session, kind, at=DUE + HOUR, on=FRIDAY + DAY, subject="new") is None
        await nudges.wake(session)
    clock.move_to(back_at)
    assert await claims(coach) == []
    async with coach.session(who) as session:
        await nudges.choose_cadence(session, kind, USUAL)
    ((*_, on),) = await waiting(coach, who)
    assert (on == FRIDAY) is comes
    clock.move_to(DUE)
    assert [claim.kinds for claim in await claims(coach)] == ([(kind.name,)] if comes else [])


async def test_a_kind_that_was_given_up_while_snoozed_does_not_come_back_either(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    asked = await sent(coach, clock, who, FEEDBACK)
    async with coach.session(who) as session:
        await nudges.snooze(session, asked, "hour")
        await nudges.choose_cadence(session, FEEDBACK, "never")
    clock.move_to(DUE + HOUR)
    assert await claims(coach) == []


@pytest.mark.parametrize(
    ("kind", "cadence"),
    [
        (CHECK_IN, "daily"),
        (CHECK_IN, ""),
        *((MISSING_RESULT, cadence) for cadence in CADENCES if cadence != "never"),
    ],
)
async def test_a_cadence_that_there_is_not_is_refused(
    coach: Coach, who: Principal, kind: Kind, cadence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await nudges.choose_cadence(session, kind, cadence)
    assert refused.value.words == "no_such_cadence"
    async with coach.session(who) as session:
        assert session.member.cadences is None


async def test_after_three_without_an_answer_it_is_monthly_until_the_member_does_something(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await sent(coach, clock, who, CHECK_IN)
    await unanswered(coach, who, CHECK_IN, 3)
    assert await waiting(coach, who) == [("check_in", "", date(2026, 12, 18))]
    async with coach.session(who) as session:
        await nudges.begin_anew(session, CHECK_IN)
    assert await waiting(coach, who) == [("check_in", "", FRIDAY + WEEK)]
    async with coach.session(who) as session:
        coming = await nudges.planned(session, CHECK_IN)
        assert coming is not None
        assert coming.unanswered == 0


@pytest.mark.parametrize("answer", ["settle", "snooze", "skip", "win"])
async def test_any_answer_ends_the_monthly_pace(
    coach: Coach, who: Principal, clock: StoppedClock, answer: str
) -> None:
    kind = LOG_WIN if answer == "win" else CHECK_IN
    asked = await sent(coach, clock, who, kind)
    await unanswered(coach, who, kind, 3)
    async with coach.session(who) as session:
        if answer == "win":
            await wins.log(session, entry("Shipped", FRIDAY), Source.COMMAND)
        elif answer == "snooze":
            await nudges.snooze(session, asked, "hour")
        elif answer == "skip":
            await nudges.skip(session, asked)
        else:
            await nudges.settle(session, asked, State.DONE)
    *_, coming = await all_of(coach, who, kind)
    assert (coming.state, coming.unanswered) == ("waiting", 0)
    assert coming.local_on == (FRIDAY + wins.QUIET_AFTER if kind is LOG_WIN else FRIDAY + WEEK)


# --- Doing it, and taking it back


async def test_what_the_member_did_of_their_own_accord_is_answered_wherever_it_was_asked(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    asked = await sent(coach, clock, who, FEEDBACK)
    async with coach.session(who) as session:
        await nudges.done(session, FEEDBACK)
        assert nudges.closed_in(session), "its message is drawn anew"
    assert await state_of(coach, who, asked) == "done"
    assert await waiting(coach, who) == [("feedback", "", date(2026, 12, 18))], (
        "the next one comes all the same"
    )


async def test_what_there_is_nothing_to_ask_about_any_more_is_closed_and_never_comes(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    asked = await sent(coach, clock, who, MISSING_RESULT, subject="one")
    assert await waiting(coach, who) == [("missing_result", "one", FRIDAY + 4 * WEEK)]
    async with coach.session(who) as session:
        await nudges.forget(session, MISSING_RESULT, "one")
    assert await state_of(coach, who, asked) == "done"
    assert await waiting(coach, who) == []
    async with coach.session(who) as session:
        await nudges.reopen(session, asked)
    assert await state_of(coach, who, asked) == "sent"
    assert await waiting(coach, who) == [("missing_result", "one", FRIDAY + 4 * WEEK)]


# --- Written to again


async def test_whoever_can_be_written_to_again_gets_what_waited_for_that(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    async with coach.session(who) as session:
        await nudges.schedule(session, CHECK_IN, at=DUE, on=FRIDAY)
        await nudges.schedule(session, FEEDBACK, at=DUE + WEEK, on=FRIDAY + WEEK)
        session.member.unreachable = "user_disabled"
    clock.move_to(DUE)
    assert await claims(coach) == []
    assert [one.due_at for one in await all_of(coach, who)] == [NEVER, DUE + WEEK]
    async with coach.session(who, present=False) as session:
        session.member.unreachable = None
        await nudges.wake(session)
    assert [one.due_at for one in await all_of(coach, who)] == [DUE, DUE + WEEK]


async def test_a_change_of_hours_fits_what_waits_and_a_snooze_keeps_its_time(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    snoozed = await sent(coach, clock, who, FEEDBACK, at=NOW)
    async with coach.session(who) as session:
        until = await nudges.put_off(session, snoozed, DUE)
        await nudges.ask_on(session, LOG_WIN, FRIDAY)
        await reviews.plan(session)
        session.member.hours_start, session.member.days = time(11), 0b0000001
        await nudges.refit(session)
    planned = {one.kind: one.planned_at for one in await all_of(coach, who) if one.state == "waiting"}
    # Monday is the only day, but for Friday's check-in.
    assert planned["log_win"] == MORNING + HOUR
    assert planned["check_in"] == DUE
    assert (await nudge_of(coach, who, snoozed)).planned_at == until


# --- What features plan


async def test_a_win_begins_the_quiet_time_and_is_asked_for_its_result(coach: Coach, who: Principal) -> None:
    win_id = await log(coach, who)
    assert await waiting(coach, who) == [
        ("log_win", "", TODAY + wins.QUIET_AFTER),
        ("missing_result", win_id, TODAY + wins.RESULT_AFTER),
        ("feedback", "", TODAY + wins.FIRST_FEEDBACK),
    ]


async def test_each_win_begins_the_quiet_time_anew(coach: Coach, who: Principal, clock: StoppedClock) -> None:
    for days in (0, 0, 1, 5):
        clock.move_to(NOW + days * DAY)
        await log(coach, who, f"Shipped {days}", result="Faster")
        assert await waiting(coach, who) == [
            ("log_win", "", TODAY + days * DAY + wins.QUIET_AFTER),
            ("feedback", "", TODAY + wins.FIRST_FEEDBACK),
        ]


async def test_a_win_after_a_question_answers_it(coach: Coach, who: Principal, clock: StoppedClock) -> None:
    asked = await sent(coach, clock, who, LOG_WIN)
    await log(coach, who, on=FRIDAY, result="Faster")
    assert await state_of(coach, who, asked) == "done"
    assert await waiting(coach, who, LOG_WIN) == [("log_win", "", FRIDAY + wins.QUIET_AFTER)]


async def test_others_are_brought_up_three_weeks_after_the_first_win_and_not_before(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    async with coach.session(who) as session:
        await reviews.settle_in(session)
    assert await waiting(coach, who, FEEDBACK) == []
    clock.move_to(NOW + 40 * DAY)
    await log(coach, who)
    planned = [("feedback", "", TODAY + 40 * DAY + wins.FIRST_FEEDBACK)]
    assert await waiting(coach, who, FEEDBACK) == planned
    await log(coach, who, "Another")
    assert await waiting(coach, who, FEEDBACK) == planned


async def test_whoever_wants_no_such_question_is_not_asked_after_a_win(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await nudges.choose_cadence(session, FEEDBACK, "never")
    await log(coach, who)
    assert await waiting(coach, who, FEEDBACK) == []


@pytest.mark.parametrize("part", ["result", "metric"])
async def test_a_win_with_a_result_is_not_asked_for_one(coach: Coach, who: Principal, part: str) -> None:
    given: dict[str, Any] = {part: "half"}
    await log(coach, who, **given)
    assert await waiting(coach, who, MISSING_RESULT) == []


async def test_an_old_win_is_asked_for_its_result_from_today_and_a_future_one_from_its_day(
    coach: Coach, who: Principal
) -> None:
    await log(coach, who, "Long ago", on=TODAY - 100 * DAY)
    await log(coach, who, "Next week", on=TODAY + WEEK)
    assert [on for *_, on in await waiting(coach, who, MISSING_RESULT)] == [
        TODAY + wins.RESULT_AFTER,
        TODAY + WEEK + wins.RESULT_AFTER,
    ]


CHANGES: dict[str, Callable[[MemberSession, str], Awaitable[Win]]] = {
    "edit": lambda session, win_id: wins.edit(session, win_id, entry("Shipped", TODAY, result="Faster")),
    "bin": wins.bin_,
    "waive": wins.waive_result,
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_win_that_got_its_result_or_went_is_not_asked_for_one(
    coach: Coach, who: Principal, change: str
) -> None:
    win_id = await log(coach, who)
    async with coach.session(who) as session:
        await CHANGES[change](session, win_id)
    assert await waiting(coach, who, MISSING_RESULT) == []


async def test_a_win_that_came_back_or_lost_its_result_is_asked_for_one_again(
    coach: Coach, who: Principal
) -> None:
    win_id = await log(coach, who)
    for lose, regain in (
        (wins.bin_, wins.restore),
        (CHANGES["edit"], lambda session, win_id: wins.edit(session, win_id, entry("Shipped", TODAY))),
    ):
        async with coach.session(who) as session:
            await lose(session, win_id)
        async with coach.session(who) as session:
            await regain(session, win_id)
        assert await waiting(coach, who, MISSING_RESULT) == [
            ("missing_result", win_id, TODAY + wins.RESULT_AFTER)
        ]


async def test_a_result_is_asked_for_twice_and_never_again(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    await log(coach, who)
    moments = []
    while found := [one for one in await all_of(coach, who, MISSING_RESULT) if one.state == "waiting"]:
        clock.move_to(found[0].due_at)
        for claim in await claims(coach):
            await deliver(coach, claim)
            moments += [clock.now() for part in claim.parts if part.kind == MISSING_RESULT.name]
    assert [(moment - NOW).days for moment in moments] == [14, 42]


async def test_a_first_win_ends_its_lesson_and_leaves_the_other(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await reviews.settle_in(session)
    assert [subject for _, subject, _ in await waiting(coach, who, ONBOARDING)] == ["win", "pitch"]
    await log(coach, who)
    assert [subject for _, subject, _ in await waiting(coach, who, ONBOARDING)] == ["pitch"]


async def test_whoever_gave_a_kind_up_logs_wins_in_peace(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await reviews.settle_in(session)
        for kind in (LOG_WIN, MISSING_RESULT):
            await nudges.choose_cadence(session, kind, "never")
    await log(coach, who)
    async with coach.session(who) as session:
        coming = {one.kind for one in await nudges.upcoming(session)}
        assert coming == {"check_in", "onboarding", "feedback"}


async def test_an_answered_check_in_plans_what_its_wins_do(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    asked = await sent(coach, clock, who, CHECK_IN)
    async with coach.session(who) as session:
        await reviews.answer(session, asked, reviews.Answer("Shipped\nHired Ana"))
    found = await waiting(coach, who)
    assert [(kind, on) for kind, _, on in found] == [
        ("check_in", FRIDAY + WEEK),
        ("log_win", FRIDAY + wins.QUIET_AFTER),
        ("missing_result", FRIDAY + wins.RESULT_AFTER),
        ("missing_result", FRIDAY + wins.RESULT_AFTER),
        ("feedback", FRIDAY + wins.FIRST_FEEDBACK),
    ]


# --- In the member's own transaction


VERBS: dict[str, Callable[[MemberSession, str], Awaitable[Any]]] = {
    "schedule": lambda session, _: nudges.schedule(session, FEEDBACK, at=DUE + DAY, on=FRIDAY + DAY),
    "plan": lambda session, _: nudges.plan(session, LOG_WIN),
    "ask_on": lambda session, _: nudges.ask_on(session, MISSING_RESULT, FRIDAY, "one"),
    "cancel": lambda session, _: nudges.cancel(session, CHECK_IN),
    "settle": lambda session, asked: nudges.settle(session, asked, State.DONE),
    "skip": nudges.skip,
    "put_off": lambda session, asked: nudges.put_off(session, asked, DUE + HOUR),
    "put_off_to": lambda session, asked: nudges.put_off_to(session, asked, FRIDAY + WEEK),
    "choose_cadence": lambda session, _: nudges.choose_cadence(session, CHECK_IN, "never"),
    "begin_anew": lambda session, _: nudges.begin_anew(session, CHECK_IN),
    "done": lambda session, _: nudges.done(session, CHECK_IN),
    "forget": lambda session, _: nudges.forget(session, CHECK_IN, ""),
    "settle_in": lambda session, _: reviews.settle_in(session),
    "log": lambda session, _: wins.log(session, entry("Shipped", TODAY), Source.COMMAND),
    "answer": lambda session, asked: reviews.answer(session, asked, reviews.Answer("Shipped")),
}


class Stumble(Exception):  # noqa: N818 - it only happens in tests
    pass


@pytest.mark.parametrize("verb", VERBS)
async def test_what_is_rolled_back_leaves_no_trace_among_the_nudges(
    coach: Coach, who: Principal, clock: StoppedClock, verb: str
) -> None:
    asked = await sent(coach, clock, who, CHECK_IN)
    await unanswered(coach, who, CHECK_IN, 3)
    before = [columns(one) for one in await all_of(coach, who)]

    async def stumble() -> None:
        async with coach.session(who) as session:
            await VERBS[verb](session, asked)
            await session.flush()
            assert [columns(one) for one in await fresh(session)] != before, "this did nothing"
            raise Stumble

    with pytest.raises(Stumble):
        await stumble()
    assert [columns(one) for one in await all_of(coach, who)] == before
    async with coach.session(who) as session:
        assert session.member.cadences is None


async def fresh(session: MemberSession) -> list[Nudge]:
    found = select(Nudge).order_by(Nudge.local_on, Nudge.kind, Nudge.subject)
    return list(await session.scalars(found.execution_options(populate_existing=True)))


def columns(nudge: Nudge) -> dict[str, object]:
    return {column.key: getattr(nudge, column.key) for column in Nudge.__table__.columns}
