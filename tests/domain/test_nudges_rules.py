"""The rules of nudging: how often a kind comes, when a message may come, and what of the due goes out now."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core import periods
from bot.domain.nudges import CHECK_IN, FEEDBACK, KINDS, LOG_WIN, MISSING_RESULT, NEVER, ONBOARDING, Kind
from bot.domain.nudges.rules import (
    PARTS,
    PATIENCE,
    UNKNOWN_FOR,
    Around,
    cadence,
    decide,
    good_day,
    good_time,
    hours,
    is_wanted,
    next_turn,
    on_date,
)
from tests.examples import examples

BERLIN = ZoneInfo("Europe/Berlin")
DAY, WEEK = timedelta(days=1), timedelta(days=7)
FRIDAY = date(2026, 11, 20)
# Friday at eleven where the member is.
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
EVERY_DAY = 0b1111111


@dataclass(frozen=True)
class Someone:
    """A member as the rules see one."""

    zone: str | None = "Europe/Berlin"
    checkin_weekday: int = 4
    checkin_time: time = time(15)
    hours_start: time = time(8)
    hours_end: time = time(21)
    days: int = 0b0011111
    paused_from: date | None = None
    paused_until: date | None = None
    unreachable: str | None = None
    cadences: Mapping[str, str] | None = None
    budget: int = 2


@dataclass(frozen=True)
class Due:
    """A nudge that waits."""

    kind: str
    planned_at: datetime = NOW
    asked_at: datetime | None = None
    number: int = field(default=0, compare=True)
    subject: str = ""


def at(text: str) -> datetime:
    """A moment, as the clocks show it in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def berlin(moment: datetime) -> str:
    return moment.astimezone(BERLIN).strftime("%a %d %H:%M")


# --- Anybody, at any time


def quiet(member: Someone, moment: datetime) -> bool:
    """Whether a message must not come then: the hours, the days, a pause, told apart from the rules."""
    local = moment.astimezone(periods.zone(member.zone))
    on, days = local.date(), member.days | 1 << member.checkin_weekday
    inside = member.hours_start <= local.time() < member.hours_end and days >> on.weekday() & 1
    return not inside or away(member, on)


def away(member: Someone, on: date) -> bool:
    return (member.paused_from or date.min) <= on < (member.paused_until or date.min)


moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
zones = st.sampled_from(
    (
        "Europe/Berlin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "America/Havana",
        "Pacific/Pago_Pago",
        "Pacific/Kiritimati",
        None,
    )
)


@st.composite
def someone(draw: st.DrawFn) -> Someone:
    start = draw(st.integers(0, 22))
    end = draw(st.integers(start + 1, 23))
    paused_from = draw(st.none() | st.dates(date(2023, 12, 20), date(2028, 1, 20)))
    paused_until = (paused_from or draw(st.dates(date(2023, 12, 20), date(2028, 1, 20)))) + DAY * draw(
        st.integers(1, 60)
    )
    is_away = draw(st.booleans())
    return Someone(
        zone=draw(zones),
        checkin_weekday=draw(st.integers(0, 6)),
        checkin_time=time(draw(st.integers(start, end - 1))),
        hours_start=time(start, draw(st.sampled_from((0, 30))) if end > start + 1 else 0),
        hours_end=time(end),
        days=draw(st.integers(0, EVERY_DAY)),
        paused_from=paused_from if is_away else None,
        paused_until=paused_until if is_away else None,
        budget=draw(st.integers(0, 5)),
    )


kinds = st.sampled_from(sorted(KINDS))
spans = st.timedeltas(timedelta(), 20 * DAY)


@st.composite
def whole_due(draw: st.DrawFn, now: datetime) -> list[Due]:
    """What may be due for one member at a moment: any kinds, on time or late, new or snoozed or of a newer version."""
    made = draw(
        st.lists(
            st.tuples(kinds | st.just("goal"), spans, st.none() | spans),
            max_size=8,
        )
    )
    return [
        Due(kind, now - late, None if asked is None else now - asked, number)
        for number, (kind, late, asked) in enumerate(made)
    ]


@st.composite
def whole_around(draw: st.DrawFn, now: datetime) -> Around:
    asked = draw(st.lists(st.timedeltas(timedelta(), WEEK - timedelta(seconds=1)), max_size=5))
    spent = draw(st.lists(st.sampled_from(asked), max_size=len(asked), unique=True)) if asked else []
    ahead = draw(st.lists(st.timedeltas(timedelta(seconds=1), DAY), max_size=2))
    return Around([now - ago for ago in asked], [now - ago for ago in spent], [now + span for span in ahead])


# --- When a message may come


@pytest.mark.parametrize(
    ("moment", "paused", "good"),
    [
        ("2026-11-20 15:00", None, "Fri 20 15:00"),
        ("2026-11-20 08:00", None, "Fri 20 08:00"),
        ("2026-11-20 07:59", None, "Fri 20 08:00"),
        ("2026-11-20 20:59", None, "Fri 20 20:59"),
        ("2026-11-20 21:00", None, "Mon 23 08:00"),
        ("2026-11-21 12:00", None, "Mon 23 08:00"),
        ("2026-11-19 21:00", None, "Fri 20 08:00"),
        # A pause ends before the day it names.
        ("2026-11-20 15:00", (None, "2026-11-20"), "Fri 20 15:00"),
        ("2026-11-19 15:00", (None, "2026-11-20"), "Fri 20 08:00"),
        ("2026-11-20 15:00", (None, "2026-11-21"), "Mon 23 08:00"),
        ("2026-11-20 15:00", (None, "2026-11-25"), "Wed 25 08:00"),
        ("2026-11-20 15:00", (None, "2026-11-01"), "Fri 20 15:00"),
        # One that is planned takes nothing before its first day, and all from then on.
        ("2026-11-20 15:00", ("2026-11-21", "2026-11-25"), "Fri 20 15:00"),
        ("2026-11-20 15:00", ("2026-11-20", "2026-11-25"), "Wed 25 08:00"),
        # Out of the hours into the pause, and out of the pause again.
        ("2026-11-20 21:00", ("2026-11-21", "2026-11-25"), "Wed 25 08:00"),
        ("2026-11-20 21:00", ("2026-11-23", "2026-11-25"), "Wed 25 08:00"),
        ("2026-11-19 22:00", ("2026-11-20", "2026-11-21"), "Mon 23 08:00"),
    ],
)
def test_a_message_waits_for_the_members_hours_and_the_end_of_a_pause(
    moment: str, paused: tuple[str | None, str] | None, good: str
) -> None:
    first, until = paused or (None, None)
    member = Someone(
        paused_from=date.fromisoformat(first) if first else None,
        paused_until=date.fromisoformat(until) if until else None,
    )
    assert berlin(good_time(member, at(moment))) == good


def test_the_day_of_the_check_in_is_a_day_of_theirs_and_the_hours_hold_there_too() -> None:
    sunday = Someone(checkin_weekday=6)
    assert berlin(good_time(sunday, at("2026-11-21 12:00"))) == "Sun 22 08:00"
    assert berlin(good_time(sunday, at("2026-11-22 21:00"))) == "Mon 23 08:00"
    assert hours(Someone(checkin_weekday=6, days=0)).days == {6}


@given(someone(), moments)
@examples(100)
def test_a_good_time_is_never_quiet_nor_away_and_stays_what_it_is(member: Someone, moment: datetime) -> None:
    good = good_time(member, moment)
    assert good >= moment
    assert not quiet(member, good)
    assert good_time(member, good) == good


@given(someone(), moments, st.floats(0, 1))
@examples(100)
def test_no_earlier_time_would_have_been_good(member: Someone, moment: datetime, share: float) -> None:
    good = good_time(member, moment)
    assume(good > moment)
    before = moment + share * (good - moment)
    assert before == good or quiet(member, before)


@given(someone(), st.dates(date(2024, 1, 1), date(2028, 1, 1)))
@examples(100)
def test_a_good_day_is_the_first_of_their_days_without_a_pause(member: Someone, on: date) -> None:
    day = good_day(member, on)
    days = member.days | 1 << member.checkin_weekday
    passed = [on + ahead * DAY for ahead in range((day - on).days)]
    assert [one for one in (*passed, day) if days >> one.weekday() & 1 and not away(member, one)] == [day]


@pytest.mark.parametrize(
    ("on", "comes"),
    [
        (FRIDAY, "Fri 20 10:00"),
        (FRIDAY + DAY, "Mon 23 10:00"),
        (date(2026, 11, 24), "Wed 25 10:00"),
        (date(2026, 11, 25), "Wed 25 10:00"),
    ],
)
def test_what_has_no_time_of_its_own_comes_in_the_morning_of_a_good_day(on: date, comes: str) -> None:
    member = Someone(paused_from=date(2026, 11, 24), paused_until=date(2026, 11, 25))
    turn = on_date(member, on)
    assert (berlin(turn.at), turn.on) == (comes, on), "the date that asked for it stays"


def test_a_morning_before_the_members_hours_waits_for_them() -> None:
    assert berlin(on_date(Someone(hours_start=time(11)), FRIDAY).at) == "Fri 20 11:00"


# --- How often


@pytest.mark.parametrize(
    ("kind", "chosen", "unanswered", "every"),
    [
        (CHECK_IN, None, 0, "week"),
        (CHECK_IN, None, PATIENCE - 1, "week"),
        (CHECK_IN, None, PATIENCE, "month"),
        (CHECK_IN, None, PATIENCE + 5, "month"),
        (CHECK_IN, "two_weeks", 0, "two_weeks"),
        (CHECK_IN, "two_weeks", PATIENCE, "month"),
        (CHECK_IN, "never", 0, None),
        (CHECK_IN, "never", PATIENCE, None),
        (LOG_WIN, None, 0, "two_weeks"),
        (LOG_WIN, "week", 0, "week"),
        (LOG_WIN, None, PATIENCE, "month"),
        (FEEDBACK, None, 0, "month"),
        (FEEDBACK, "week", PATIENCE - 1, "week"),
        (ONBOARDING, None, 0, None),
        (ONBOARDING, None, PATIENCE, None),
        (MISSING_RESULT, None, 0, None),
        (MISSING_RESULT, "never", 1, None),
    ],
)
def test_three_without_an_answer_make_a_kind_monthly(
    kind: Kind, chosen: str | None, unanswered: int, every: str | None
) -> None:
    member = Someone(cadences={kind.name: chosen} if chosen else None)
    assert cadence(kind, member, unanswered) == every
    assert is_wanted(kind, member) is (chosen != "never")


def coming(
    kind: Kind, member: Someone, now: datetime, last_on: date | None, *, turns: int, unanswered: bool = False
) -> list[str]:
    """The next turns, each sent when it was due, and left unanswered or not."""
    found = []
    for number in range(turns):
        turn = next_turn(kind, member, last_on=last_on, now=now, unanswered=number if unanswered else 0)
        if turn is None:
            break
        found.append(turn.at.astimezone(BERLIN).isoformat(" ", "minutes")[:16])
        now, last_on = turn.at, turn.on
    return found


@pytest.mark.parametrize(
    ("kind", "turns"),
    [
        (CHECK_IN, ["2026-11-27 15:00", "2026-12-04 15:00", "2026-12-11 15:00", "2026-12-18 15:00"]),
        (LOG_WIN, ["2026-12-04 10:00", "2026-12-18 10:00", "2027-01-01 10:00", "2027-01-15 10:00"]),
        (FEEDBACK, ["2026-12-18 10:00", "2027-01-15 10:00", "2027-02-19 10:00", "2027-03-19 10:00"]),
        (ONBOARDING, []),
    ],
)
def test_a_kind_comes_back_as_often_as_it_says(kind: Kind, turns: list[str]) -> None:
    assert coming(kind, Someone(), NOW, FRIDAY, turns=4) == turns


def test_what_is_never_answered_comes_three_times_and_then_once_a_month() -> None:
    assert coming(CHECK_IN, Someone(), NOW, FRIDAY, turns=6, unanswered=True) == [
        "2026-11-27 15:00",
        "2026-12-04 15:00",
        "2026-12-11 15:00",
        "2027-01-08 15:00",
        "2027-02-12 15:00",
        "2027-03-12 15:00",
    ]


def test_a_kind_that_was_sent_away_does_not_come() -> None:
    for kind in KINDS.values():
        member = Someone(cadences={kind.name: "never"})
        assert next_turn(kind, member, last_on=FRIDAY, now=NOW, unanswered=1) is None


def test_a_kind_that_is_asked_once_more_comes_once_more_and_never_again() -> None:
    first = next_turn(MISSING_RESULT, Someone(), last_on=FRIDAY, now=NOW, unanswered=1)
    assert first is not None
    assert (berlin(first.at), first.on) == ("Fri 18 10:00", FRIDAY + 4 * WEEK)
    assert next_turn(MISSING_RESULT, Someone(), last_on=first.on, now=first.at, unanswered=2) is None


@given(
    someone(),
    moments,
    st.lists(st.integers(0, 60).map(lambda days: days * DAY), max_size=4).map(tuple),
    st.integers(-400, 0),
)
@examples(200)
def test_a_kind_with_steps_comes_once_for_each_and_no_more(
    member: Someone, now: datetime, then: tuple[timedelta, ...], ago: int
) -> None:
    kind = replace(MISSING_RESULT, then=then)
    on = periods.local_date(now, periods.zone(member.zone)) + ago * DAY
    dates = [on]
    for unanswered in range(1, len(then) + 3):
        turn = next_turn(kind, member, last_on=dates[-1], now=now, unanswered=unanswered)
        if turn is None:
            break
        assert turn.at > now
        assert not quiet(member, turn.at)
        assert turn.on - dates[-1] >= then[unanswered - 1]
        dates.append(turn.on)
        now = turn.at
    assert len(dates) == len(then) + 1
    assert dates == sorted(set(dates)), "no two for one date"


@given(
    someone(),
    moments,
    st.sampled_from([kind for kind in KINDS.values() if kind.every]),
    st.none() | st.integers(-100, 1),
    st.sampled_from((None, "week", "two_weeks", "month")),
    st.integers(0, 5),
    zones,
)
@examples(200)
def test_the_next_turn_is_ahead_on_a_later_date_and_in_no_pause(
    member: Someone,
    now: datetime,
    kind: Kind,
    ago: int | None,
    chosen: str | None,
    unanswered: int,
    elsewhere: str | None,
) -> None:
    member = replace(member, cadences={kind.name: chosen} if chosen else None)
    # It was asked where they were then.
    last_on = None if ago is None else periods.local_date(now, periods.zone(elsewhere)) + ago * DAY
    turn = next_turn(kind, member, last_on=last_on, now=now, unanswered=unanswered)
    assert turn is not None
    assert turn.at > now
    assert last_on is None or turn.on > last_on
    assert not away(member, turn.on)
    if kind.at_check_in:
        assert turn.on.weekday() == member.checkin_weekday
    else:
        assert not quiet(member, turn.at)


# --- What goes out now


def decided(
    member: Someone, *due: Due, now: datetime = NOW, around: Around | None = None
) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    made = decide(member, due, around or Around(), now)
    return (
        [one.kind for one in made.send],
        [(one.kind, berlin(moment)) for one, moment in made.move],
        [one.kind for one in made.late],
    )


CHECK, WIN, ASK = Due("check_in"), Due("log_win"), Due("feedback")
LESSON, RESULT = Due("onboarding"), Due("missing_result")


def test_what_is_due_goes_out_as_one_message_the_most_important_first() -> None:
    assert decided(Someone(), ASK, WIN, CHECK) == (["check_in", "log_win", "feedback"], [], [])


def test_of_one_kind_the_older_comes_first() -> None:
    older, newer = Due("missing_result", NOW - DAY, number=1), Due("missing_result", number=2)
    assert decide(Someone(), [newer, older], Around(), NOW).send == [older, newer]


def test_what_is_too_much_for_one_message_comes_the_next_morning() -> None:
    due = [replace(RESULT, number=number) for number in range(PARTS)]
    sent, moved, _ = decided(Someone(), *due, CHECK)
    assert sent == ["check_in", *["missing_result"] * (PARTS - 1)]
    assert moved == [("missing_result", "Mon 23 10:00")]


@pytest.mark.parametrize(
    ("late", "sent"),
    [
        (timedelta(), True),
        (CHECK_IN.useful_for, True),
        (CHECK_IN.useful_for + timedelta(microseconds=1), False),
        (365 * DAY, False),
    ],
)
def test_what_came_too_late_does_not_go_out(late: timedelta, sent: bool) -> None:
    outcome = decided(Someone(), replace(CHECK, planned_at=NOW - late))
    assert outcome == ((["check_in"], [], []) if sent else ([], [], ["check_in"]))


def test_two_of_one_kind_about_different_things_come_on_different_days() -> None:
    one, other = replace(RESULT, subject="a"), replace(RESULT, subject="b")
    sent, moved, _ = decided(Someone(), CHECK, one, other)
    assert (sent, [kind for kind, _ in moved]) == (["check_in", "missing_result"], ["missing_result"])


def test_what_is_late_keeps_nothing_else_back() -> None:
    outcome = decided(
        Someone(), replace(CHECK, planned_at=NOW - WEEK), WIN, Due("goal", planned_at=NOW - 2 * DAY)
    )
    assert outcome == (["log_win"], [], ["check_in", "goal"])


def test_a_kind_of_a_newer_version_is_left_to_the_workers_that_know_it() -> None:
    sent, moved, late = decided(Someone(), WIN, Due("goal"))
    assert (sent, [kind for kind, _ in moved], late) == (["log_win"], ["goal"], [])


@pytest.mark.parametrize(
    ("member", "now", "until"),
    [
        (Someone(), "2026-11-20 21:30", "Mon 23 08:00"),
        (Someone(), "2026-11-21 12:00", "Mon 23 08:00"),
        (Someone(days=EVERY_DAY), "2026-11-21 12:00", None),
        (Someone(paused_until=date(2026, 11, 24)), "2026-11-20 11:00", "Tue 24 08:00"),
        (Someone(paused_until=date(2026, 11, 20)), "2026-11-20 11:00", None),
        (Someone(paused_from=FRIDAY + DAY, paused_until=date(2027, 1, 1)), "2026-11-20 11:00", None),
    ],
)
def test_everything_waits_for_a_good_time(member: Someone, now: str, until: str | None) -> None:
    check, win = (replace(one, planned_at=at(now)) for one in (CHECK, WIN))
    sent, moved, late = decided(member, check, win, now=at(now))
    assert sent == ([] if until else ["check_in", "log_win"])
    assert moved == ([("check_in", until), ("log_win", until)] if until else [])
    assert late == []


def test_for_whoever_cannot_be_written_to_it_waits_until_they_can() -> None:
    made = decide(Someone(unreachable="user_disabled"), [CHECK, WIN], Around(), NOW)
    assert made.send == []
    assert made.move == [(CHECK, NEVER), (WIN, NEVER)]


# --- The budget


def ago(*spans_ago: timedelta) -> Around:
    """Messages of the budget so long ago."""
    moments_ = [NOW - span for span in spans_ago]
    return Around(moments_, moments_)


@pytest.mark.parametrize(
    ("budget", "around", "until"),
    [
        (2, ago(), None),
        (2, ago(2 * DAY), None),
        (2, ago(2 * DAY, 3 * DAY), "Tue 24 11:00"),
        (2, ago(3 * DAY, 2 * DAY), "Tue 24 11:00"),
        (2, ago(2 * DAY, 3 * DAY, 4 * DAY), "Tue 24 11:00"),
        (1, ago(2 * DAY), "Wed 25 11:00"),
        (1, ago(WEEK - timedelta(hours=1)), "Fri 20 12:00"),
        (3, ago(2 * DAY, 3 * DAY), None),
        (0, ago(), "Fri 27 11:00"),
        # One message a day, whatever it was.
        (2, ago(timedelta(hours=2)), "Mon 23 10:00"),
        (5, Around(asked=[NOW - timedelta(hours=2)]), "Mon 23 10:00"),
        (2, ago(timedelta(hours=12)), None),
        # Together with today's check-in rather than before it.
        (2, Around(free_ahead=[NOW + timedelta(hours=4)]), "Fri 20 15:00"),
        (0, Around(free_ahead=[NOW + timedelta(hours=4)]), "Fri 20 15:00"),
    ],
)
def test_no_more_comes_in_a_week_than_the_budget_and_one_message_a_day(
    budget: int, around: Around, until: str | None
) -> None:
    sent, moved, _ = decided(Someone(budget=budget), WIN, ASK, around=around)
    assert sent == ([] if until else ["log_win", "feedback"])
    assert moved == ([("log_win", until), ("feedback", until)] if until else [])


@pytest.mark.parametrize("along", [CHECK, replace(WIN, asked_at=NOW - DAY), replace(ASK, asked_at=NOW - DAY)])
def test_the_check_in_and_what_was_snoozed_come_all_the_same_and_take_the_rest_along(along: Due) -> None:
    sent, moved, _ = decided(Someone(budget=0), LESSON, along, around=ago(timedelta(hours=2), DAY, 2 * DAY))
    assert set(sent) == {"onboarding", along.kind}
    assert moved == []


@pytest.mark.parametrize(
    "others",
    [
        [replace(RESULT, subject="newer", planned_at=NOW - DAY)],
        [replace(LESSON, number=number) for number in range(PARTS)],
    ],
    ids=["one of its kind", "as many as a message holds"],
)
def test_what_was_snoozed_is_in_the_message_that_goes_out_because_of_it(others: list[Due]) -> None:
    snoozed = replace(RESULT, subject="snoozed", asked_at=NOW - DAY)
    made = decide(Someone(budget=0), [*others, snoozed], ago(DAY), NOW)
    assert made.send[0] == snoozed
    assert [one for one, _ in made.move] == others[PARTS - 1 :] or others[:1]


def test_a_check_in_that_came_too_late_takes_nothing_along() -> None:
    late = replace(CHECK, planned_at=NOW - WEEK)
    assert decided(Someone(budget=0), late, WIN) == ([], [("log_win", "Fri 27 11:00")], ["check_in"])


# --- Whatever is due, whoever it is for


@given(st.data(), someone(), moments, st.sampled_from((None, "user_disabled")))
@examples(200)
def test_everything_due_is_sent_moved_ahead_or_late_and_only_at_a_good_time(
    data: st.DataObject, member: Someone, now: datetime, unreachable: str | None
) -> None:
    member = replace(member, unreachable=unreachable)
    due, around = data.draw(whole_due(now)), data.draw(whole_around(now))
    made = decide(member, due, around, now)
    moved = [one for one, _ in made.move]
    assert sorted((*made.send, *moved, *made.late), key=lambda one: one.number) == due
    unknown = [one for one in moved if one.kind not in KINDS]
    moved = [one for one in moved if one.kind in KINDS]
    assert all(now - one.planned_at < UNKNOWN_FOR for one in unknown)
    assert all(moment > now for _, moment in made.move)
    assert len(made.send) <= PARTS
    if made.send:
        assert member.unreachable is None
        assert not quiet(member, now)
        needs_room = [KINDS[one.kind].counts and not one.asked_at for one in (*made.send, *moved)]
        first = [
            (needs, KINDS[one.kind].priority, one.planned_at)
            for needs, one in zip(needs_room, (*made.send, *moved), strict=True)
        ]
        assert first[: len(made.send)] == sorted(first)[: len(made.send)]
    for one in (*made.send, *moved):
        assert now - one.planned_at <= KINDS[one.kind].useful_for
    for one in made.late:
        assert one.kind not in KINDS or now - one.planned_at > KINDS[one.kind].useful_for


@given(st.data(), someone(), moments)
@examples(100)
def test_over_weeks_the_budget_holds_and_nothing_waits_for_ever(
    data: st.DataObject, member: Someone, start: datetime
) -> None:
    member = replace(member, paused_from=None, paused_until=None)
    waiting = {
        Due(kind, start + span, None, number): start + span
        for number, (kind, span) in enumerate(data.draw(st.lists(st.tuples(kinds, spans), max_size=20)))
    }
    messages: list[tuple[datetime, bool]] = []
    # Without a budget nothing goes out alone, until it is of no use any more.
    longest = timedelta() if member.budget else max(kind.useful_for for kind in KINDS.values())
    while waiting:
        now = min(waiting.values())
        assert now < start + 60 * DAY + longest
        due = [one for one, due_at in waiting.items() if due_at <= now]
        made = decide(member, due, around(messages, waiting, member, now), now)
        for one in (*made.send, *made.late):
            del waiting[one]
        waiting.update(dict(made.move))
        if made.send:
            messages.append((now, all(KINDS[one.kind].counts for one in made.send)))
    for sent_at, counts in messages:
        if counts:
            week = [one for one, of_budget in messages if of_budget and sent_at - WEEK < one <= sent_at]
            assert len(week) <= member.budget
            before = [one for one, _ in messages if one < sent_at and same_day(one, sent_at, member)]
            assert before == []


def around(
    messages: list[tuple[datetime, bool]], waiting: Mapping[Due, datetime], member: Someone, now: datetime
) -> Around:
    near = [(sent_at, counts) for sent_at, counts in messages if sent_at > now - WEEK]
    free = [due_at for one, due_at in waiting.items() if due_at > now and not KINDS[one.kind].counts]
    return Around(
        [sent_at for sent_at, _ in near],
        [sent_at for sent_at, counts in near if counts],
        [due_at for due_at in free if same_day(due_at, now, member)],
    )


def same_day(one: datetime, other: datetime, member: Someone) -> bool:
    zone = periods.zone(member.zone)
    return periods.local_date(one, zone) == periods.local_date(other, zone)
