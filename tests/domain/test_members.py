"""Members: who may be one, and the zone, the check-in time and the pauses that each one has."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core import periods
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotAllowed, NotFound
from bot.core.periods import Period
from bot.domain import members, nudges
from bot.domain.members import BUDGETS, WEEKDAYS, Profile
from bot.domain.nudges import CHECK_IN
from bot.domain.nudges.rules import next_turn
from bot.storage.identity import Member, Principal
from tests.conftest import TEAM
from tests.examples import examples

FRIDAY = date(2026, 11, 20)
NOBODY_YET = Principal(TEAM, "U0NEW")


async def admit(coach: Coach, who: Principal, profile: Profile | None = None) -> None:
    async with coach.database.system() as session:
        await members.admit(session, coach.vault, who, profile or Profile())


# --- Who may be one


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (Profile(), None),
        (Profile(zone="Asia/Tokyo"), None),
        (Profile(bot=True), "no_bots"),
        (Profile(deleted=True), "no_bots"),
        (Profile(stranger=True), "no_strangers"),
        (Profile(guest=True), "no_guests"),
        (Profile(guest=True, stranger=True), "no_strangers"),
        (Profile(bot=True, guest=True), "no_bots"),
    ],
)
async def test_members_of_the_workspace_are_let_in_and_others_leave_nothing_behind(
    coach: Coach, profile: Profile, words: str | None
) -> None:
    refused = None
    try:
        await admit(coach, NOBODY_YET, profile)
    except NotAllowed as error:
        refused = error.words
    assert refused == words
    async with coach.database.system() as session:
        assert bool(await members.find(session, NOBODY_YET)) is (words is None)


async def test_a_workspace_that_never_installed_it_has_no_members(coach: Coach) -> None:
    with pytest.raises(NotFound) as refused:
        await admit(coach, Principal("T0STRANGER", "U0NEW"))
    assert refused.value.words == "no_workspace"


async def test_a_member_is_admitted_once_and_keeps_their_key_and_settings(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        key, session.member.zone = session.member.wrapped_key, "Asia/Tokyo"
    await admit(coach, who, Profile(zone="Europe/Paris"))
    async with coach.session(who) as session:
        assert (session.member.wrapped_key, session.member.zone) == (key, "Asia/Tokyo")
    async with coach.database.system() as session:
        assert await session.scalar(select(func.count()).select_from(Member)) == 1


async def test_members_have_keys_of_their_own(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.database.system() as session:
        assert len(set(await session.scalars(select(Member.wrapped_key)))) == 2


async def test_the_same_user_id_in_another_team_is_not_found(coach: Coach, who: Principal) -> None:
    async with coach.database.system() as session:
        assert await members.find(session, Principal("T0OTHER", who.user_id)) is None


# --- Zone


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/Berlin", 10),
        ("America/New_York", 4),
        (None, 9),
        ("", 9),
        ("Mars/Olympus", 9),
        ("localtime", 9),
        ("../etc/passwd", 9),
    ],
)
async def test_the_hour_is_that_of_the_members_zone_or_utc(
    coach: Coach, who: Principal, zone: str | None, hour: int
) -> None:
    async with coach.session(who) as session:
        session.member.zone = zone
        local = members.local(session, session.now)
        assert (local.hour, local) == (hour, session.now)


@pytest.mark.parametrize(
    ("zone", "on"),
    [
        ("Pacific/Kiritimati", date(2026, 11, 19)),
        ("Pacific/Auckland", date(2026, 11, 18)),
        ("UTC", date(2026, 11, 18)),
        ("Pacific/Niue", date(2026, 11, 17)),
    ],
)
async def test_today_is_the_date_where_the_member_is(
    coach: Coach, who: Principal, clock: StoppedClock, zone: str, on: date
) -> None:
    clock.move_to(datetime(2026, 11, 18, 10, 30, tzinfo=UTC))
    async with coach.session(who) as session:
        session.member.zone = zone
        assert members.today(session) == on


async def test_a_changed_zone_in_slack_is_taken_over_unless_one_was_chosen(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        await members.follow_profile(session, Profile(zone="Asia/Tokyo"))
        assert session.member.zone == "Asia/Tokyo"
        await members.follow_profile(session, Profile(zone=None))
        assert session.member.zone == "Asia/Tokyo"
        await members.choose(session, weekday="friday", time="15:00", zone="Europe/Paris")
        await members.follow_profile(session, Profile(zone="America/Lima"))
        assert session.member.zone == "Europe/Paris"


async def test_saving_the_zone_that_slack_said_does_not_pin_it(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await members.choose(session, weekday="monday", time="09:00", zone="Europe/Berlin")
        await members.follow_profile(session, Profile(zone="Asia/Tokyo"))
        assert session.member.zone == "Asia/Tokyo"


async def test_a_member_who_was_deactivated_cannot_be_written_to_until_they_are_back(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        await members.follow_profile(session, Profile(deleted=True))
        assert session.member.unreachable
        await members.follow_profile(session, Profile())
        assert session.member.unreachable is None


# --- Check-in time


async def test_a_day_and_a_time_inside_the_hours_are_kept(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        for weekday, at in product(WEEKDAYS, ("08:00", "15:30", "20:00", "12:00:00")):
            await members.choose(session, weekday=weekday, time=at, zone="Asia/Kathmandu")
            assert WEEKDAYS[session.member.checkin_weekday] == weekday
            assert session.member.checkin_time == time.fromisoformat(at)
        assert session.member.onboarded_at == session.now


@pytest.mark.parametrize(
    ("given_", "field", "sentence"),
    [
        ({"weekday": "someday"}, "weekday", "no_such_weekday"),
        ({"weekday": ""}, "weekday", "no_such_weekday"),
        ({"weekday": "Friday"}, "weekday", "no_such_weekday"),
        ({"time": ""}, "time", "unclear_time"),
        ({"time": "3pm"}, "time", "unclear_time"),
        ({"time": "25:00"}, "time", "unclear_time"),
        ({"time": "07:59"}, "time", "outside_hours"),
        ({"time": "20:01"}, "time", "outside_hours"),
        ({"time": "00:00"}, "time", "outside_hours"),
        ({"time": "03:00Z"}, "time", "outside_hours"),
        ({"zone": "Mars/Olympus"}, "zone", "no_such_zone"),
        ({"zone": "localtime"}, "zone", "no_such_zone"),
        ({"zone": "../UTC"}, "zone", "no_such_zone"),
    ],
)
async def test_what_cannot_be_a_check_in_time_is_explained_and_changes_nothing(
    coach: Coach, who: Principal, given_: dict[str, str], field: str, sentence: str
) -> None:
    asked = {"weekday": "monday", "time": "09:00", "zone": "Asia/Tokyo"} | given_
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await members.choose(session, **asked)
    assert (refused.value.field, refused.value.words) == (field, sentence)
    async with coach.session(who) as session:
        member = session.member
        assert (member.checkin_weekday, member.checkin_time) == (4, time(15))
        assert (member.zone, member.onboarded_at) == ("Europe/Berlin", None)


async def test_the_day_of_settling_in_is_kept_when_settings_change_later(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    first = clock.now()
    for _ in range(2):
        async with coach.session(who) as session:
            await members.choose(session, weekday="monday", time="09:00", zone="Europe/Berlin")
        clock.move_by(timedelta(days=1))
    async with coach.session(who) as session:
        assert session.member.onboarded_at == first


async def test_the_times_to_choose_from_are_never_quiet(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        for at in ("08:00", "20:00"):
            await members.choose(session, weekday="sunday", time=at, zone="Europe/Berlin")
            sunday = datetime.combine(FRIDAY + timedelta(days=2), session.member.checkin_time)
            assert not nudges.hours(session.member).hold(sunday), "its day is one of theirs"


# --- Hours


async def hours(coach: Coach, who: Principal, **given_: object) -> None:
    chosen: dict[str, object] = {
        "hours_start": "07:30",
        "hours_end": "18:00",
        "days": ["friday", "saturday"],
        "budget": "1",
    }
    async with coach.session(who) as session:
        await members.choose(session, **(chosen | given_))  # type: ignore[arg-type]


async def test_until_something_else_is_chosen_messages_come_on_weekdays_from_eight_to_nine(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        quiet = nudges.hours(session.member)
        assert (quiet.end, quiet.start, quiet.days) == (time(8), time(21), frozenset(range(5)))
        assert session.member.budget == 2


async def test_hours_days_and_a_budget_are_kept(coach: Coach, who: Principal) -> None:
    await hours(coach, who)
    async with coach.session(who) as session:
        member = session.member
        assert (member.hours_start, member.hours_end) == (time(7, 30), time(18))
        assert (member.days, member.budget) == (0b0110000, 1)
    for budget in BUDGETS:
        await hours(coach, who, days=WEEKDAYS, budget=str(budget))
        async with coach.session(who) as session:
            assert (session.member.days, session.member.budget) == (0b1111111, budget)


@pytest.mark.parametrize(
    ("given_", "field", "sentence"),
    [
        ({"hours_start": "early"}, "hours_start", "unclear_time"),
        ({"hours_end": "24:00"}, "hours_end", "unclear_time"),
        ({"hours_start": "18:00"}, "hours_end", "hours_too_short"),
        ({"hours_start": "19:00"}, "hours_end", "hours_too_short"),
        ({"hours_start": "17:01"}, "hours_end", "hours_too_short"),
        ({"hours_start": "00:00", "hours_end": "00:30"}, "hours_end", "hours_too_short"),
        ({"hours_start": "15:01"}, "time", "outside_hours"),
        ({"hours_end": "15:59"}, "time", "outside_hours"),
        ({"days": []}, "days", "no_such_weekday"),
        ({"days": ["friday", "someday"]}, "days", "no_such_weekday"),
        ({"budget": "6"}, "budget", "no_such_budget"),
        ({"budget": "-1"}, "budget", "no_such_budget"),
        ({"budget": "many"}, "budget", "no_such_budget"),
        ({"budget": ""}, "budget", "no_such_budget"),
        ({"budget": "²"}, "budget", "no_such_budget"),
    ],
)
async def test_hours_that_cannot_be_are_explained_and_change_nothing(
    coach: Coach, who: Principal, given_: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await hours(coach, who, **given_)
    assert (refused.value.field, refused.value.words) == (field, sentence)
    async with coach.session(who) as session:
        member = session.member
        assert (member.hours_start, member.hours_end) == (time(8), time(21))
        assert (member.days, member.budget) == (0b0011111, 2)


async def test_a_check_in_is_chosen_inside_the_hours_that_were_chosen(coach: Coach, who: Principal) -> None:
    await hours(coach, who)
    async with coach.session(who) as session:
        await members.choose(session, weekday="friday", time="07:30", zone="Europe/Berlin")
        with pytest.raises(Invalid) as refused:
            await members.choose(session, weekday="friday", time="17:01", zone="Europe/Berlin")
        assert refused.value.words == "outside_hours"
        assert refused.value.facts == {"start": time(7, 30), "end": time(17)}


# --- The next check-in


def as_member(zone: str, weekday: int, at: time, paused: date | None = None) -> Member:
    """A member as the rule reads it; nothing is stored."""
    return Member(
        zone=zone,
        checkin_weekday=weekday,
        checkin_time=at,
        hours_start=time(8),
        hours_end=time(21),
        days=0b0011111,
        paused_until=paused,
    )


BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
WEDNESDAY = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "last_on", "paused", "at", "on"),
    [
        pytest.param(WEDNESDAY, None, None, "2026-11-20T14:00Z", "2026-11-20", id="this week"),
        pytest.param(
            datetime(2026, 11, 20, 13, 59, tzinfo=UTC),
            None,
            None,
            "2026-11-20T14:00Z",
            "2026-11-20",
            id="in a minute",
        ),
        pytest.param(
            datetime(2026, 11, 20, 14, 0, tzinfo=UTC),
            None,
            None,
            "2026-11-27T14:00Z",
            "2026-11-27",
            id="just now is over",
        ),
        pytest.param(
            datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
            FRIDAY,
            None,
            "2026-11-27T14:00Z",
            "2026-11-27",
            id="today had its own",
        ),
        pytest.param(WEDNESDAY, None, FRIDAY, "2026-11-20T14:00Z", "2026-11-20", id="pause ends that day"),
        pytest.param(
            WEDNESDAY,
            None,
            date(2026, 11, 21),
            "2026-11-27T14:00Z",
            "2026-11-27",
            id="pause ends the day after",
        ),
        pytest.param(
            WEDNESDAY,
            FRIDAY,
            date(2026, 11, 19),
            "2026-11-27T14:00Z",
            "2026-11-27",
            id="a pause that is over",
        ),
        pytest.param(
            datetime(2026, 10, 20, tzinfo=UTC),
            date(2026, 10, 23),
            None,
            "2026-10-30T14:00Z",
            "2026-10-30",
            id="winter time",
        ),
        pytest.param(
            datetime(2026, 7, 1, tzinfo=UTC), None, None, "2026-07-03T13:00Z", "2026-07-03", id="summer time"
        ),
    ],
)
def test_when_the_next_check_in_is_due(
    now: datetime, last_on: date | None, paused: date | None, at: str, on: str
) -> None:
    due = next_turn(CHECK_IN, as_member(BERLIN, 4, time(15), paused), last_on=last_on, now=now)
    assert due is not None
    assert (due.at, due.on) == (datetime.fromisoformat(at), date.fromisoformat(on))


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made UTC below
    zone=st.sampled_from([BERLIN, NEW_YORK, "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC"]),
    weekday=st.integers(0, 6),
    hour=st.integers(8, 20),
    rest=st.integers(-3, 40),
)
@examples(200)
def test_the_next_check_in_is_ahead_on_the_right_day_inside_the_hours_and_not_in_a_pause(
    now: datetime, zone: str, weekday: int, hour: int, rest: int
) -> None:
    moment = now.replace(tzinfo=UTC)
    paused = periods.local_date(moment, ZoneInfo(zone)) + timedelta(days=rest)
    member = as_member(zone, weekday, time(hour), paused)
    due = next_turn(CHECK_IN, member, last_on=None, now=moment)
    assert due is not None
    local = due.at.astimezone(ZoneInfo(zone))
    assert due.at > moment
    assert (local.weekday(), local.hour, local.date()) == (weekday, hour, due.on)
    assert due.on >= paused
    assert due.at - max(moment, periods.at_local(paused, time(), ZoneInfo(zone))) <= timedelta(days=8)
    assert not nudges.hours(member).hold(local)


# --- Pauses


@pytest.mark.parametrize(
    ("words", "on"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("tomorrow", date(2026, 11, 19)),
        ("next friday", date(2026, 11, 27)),
        ("in 2 weeks", date(2026, 12, 2)),
    ],
)
async def test_a_pause_is_understood_as_people_speak(
    coach: Coach, who: Principal, words: str, on: date
) -> None:
    async with coach.session(who) as session:
        assert await members.pause(session, words) == on
    async with coach.session(who) as session:
        assert session.member.paused_until == on
        await members.resume(session)
    async with coach.session(who) as session:
        assert session.member.paused_until is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "unclear_day_ahead"),
        ("when the cows come home", "unclear_day_ahead"),
        ("x" * 10_000, "unclear_day_ahead"),
        ("today", "not_ahead"),
        ("2026-11-18", "not_ahead"),
        ("2020-01-01", "not_ahead"),
    ],
)
async def test_a_pause_that_is_unclear_or_not_ahead_is_explained(
    coach: Coach, who: Principal, words: str, sentence: str
) -> None:
    async with coach.session(who) as session:
        await members.pause(session, "2026-12-24")
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await members.pause(session, words)
    assert (refused.value.field, refused.value.words) == ("until", sentence)
    async with coach.session(who) as session:
        assert session.member.paused_until == date(2026, 12, 24)


# --- Away


async def test_a_time_away_is_planned_for_both_its_ends_and_given_up_again(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        away = await members.away(session, "2026-12-21", "2027-01-04")
        assert away == Period(date(2026, 12, 21), date(2027, 1, 3))
        assert (session.member.paused_from, session.member.paused_until) == (away.first, date(2027, 1, 4))
    async with coach.session(who) as session:
        assert await members.absences(session) == [away]
        await members.resume(session)
    async with coach.session(who) as session:
        assert (session.member.paused_from, session.member.paused_until) == (None, None)
        assert await members.absences(session) == [], "it never was"


async def test_a_pause_that_is_ended_early_stays_on_record_as_long_as_it_was(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    async with coach.session(who) as session:
        await members.pause(session, "2026-12-01")
    clock.move_by(timedelta(days=3))
    async with coach.session(who) as session:
        await members.resume(session)
        assert session.member.paused_until is None
    async with coach.session(who) as session:
        assert await members.absences(session) == [Period(date(2026, 11, 18), date(2026, 11, 20))]


async def test_a_time_away_that_has_begun_has_no_first_day_ahead(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        assert await members.away(session, "today", "2026-11-25") == Period(
            date(2026, 11, 18), date(2026, 11, 24)
        )
        assert (session.member.paused_from, session.member.paused_until) == (None, date(2026, 11, 25))


@pytest.mark.parametrize(
    ("first", "until", "field", "sentence"),
    [
        ("some day", "2026-12-01", "from", "unclear_day_ahead"),
        ("2026-12-01", "some day", "until", "unclear_day_ahead"),
        ("2026-12-01", "2026-12-01", "until", "end_before_start"),
        ("2026-12-02", "2026-12-01", "until", "end_before_start"),
        ("2027-11-01", "2027-11-10", "from", "away_too_far_ahead"),
        ("2026-11-02", "2026-11-18", "until", "not_ahead"),
    ],
)
async def test_a_time_away_that_cannot_be_is_explained_and_changes_nothing(
    coach: Coach, who: Principal, first: str, until: str, field: str, sentence: str
) -> None:
    async with coach.session(who) as session:
        await members.pause(session, "2026-12-24")
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await members.away(session, first, until)
    assert (refused.value.field, refused.value.words) == (field, sentence)
    async with coach.session(who) as session:
        assert session.member.paused_until == date(2026, 12, 24)
        assert len(await members.absences(session)) == 1


# --- A place in the crowd


async def test_members_of_a_crowd_have_places_of_their_own_within_the_spread(coach: Coach) -> None:
    spread = timedelta(minutes=5)
    async with coach.database.system() as session:
        for number in range(30):
            who = Principal(TEAM, f"U0{number:03}")
            await members.admit(session, coach.vault, who, Profile(), spread=spread)
            await session.flush()
        offsets = list(await session.scalars(select(Member.offset_seconds)))
    assert all(0 <= offset <= spread.total_seconds() for offset in offsets)
    assert len(set(offsets)) > 15, "a stable place, but not the same for all"


async def test_without_a_spread_everybody_is_asked_at_the_chosen_minute(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        assert session.member.offset_seconds == 0
