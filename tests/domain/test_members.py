"""Members: who may be one, and the zone, the check-in time and the pauses that each one has."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.coach import Coach
from bot.core import periods
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotAllowed, NotFound
from bot.domain import members
from bot.domain.members import EARLIEST, LATEST, QUIET, WEEKDAYS, Profile
from bot.storage.identity import Member, Principal
from bot.storage.session import MemberSession
from tests.conftest import TEAM

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
        await members.choose_check_in(session, weekday="friday", at="15:00", zone_name="Europe/Paris")
        await members.follow_profile(session, Profile(zone="America/Lima"))
        assert session.member.zone == "Europe/Paris"


async def test_saving_the_zone_that_slack_said_does_not_pin_it(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await members.choose_check_in(session, weekday="monday", at="09:00", zone_name="Europe/Berlin")
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
            await members.choose_check_in(session, weekday=weekday, at=at, zone_name="Asia/Kathmandu")
            assert WEEKDAYS[session.member.checkin_weekday] == weekday
            assert session.member.checkin_time == time.fromisoformat(at)
        assert session.member.onboarded_at == session.now


@pytest.mark.parametrize(
    ("given_", "field", "sentence"),
    [
        ({"weekday": "someday"}, "weekday", "no_such_weekday"),
        ({"weekday": ""}, "weekday", "no_such_weekday"),
        ({"weekday": "Friday"}, "weekday", "no_such_weekday"),
        ({"at": ""}, "time", "unclear_time"),
        ({"at": "3pm"}, "time", "unclear_time"),
        ({"at": "25:00"}, "time", "unclear_time"),
        ({"at": "07:59"}, "time", "outside_hours"),
        ({"at": "20:01"}, "time", "outside_hours"),
        ({"at": "00:00"}, "time", "outside_hours"),
        ({"at": "03:00Z"}, "time", "outside_hours"),
        ({"zone_name": ""}, "zone", "no_such_zone"),
        ({"zone_name": "Mars/Olympus"}, "zone", "no_such_zone"),
        ({"zone_name": "localtime"}, "zone", "no_such_zone"),
        ({"zone_name": "../UTC"}, "zone", "no_such_zone"),
    ],
)
async def test_what_cannot_be_a_check_in_time_is_explained_and_changes_nothing(
    coach: Coach, who: Principal, given_: dict[str, str], field: str, sentence: str
) -> None:
    asked = {"weekday": "monday", "at": "09:00", "zone_name": "Asia/Tokyo"} | given_
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await members.choose_check_in(session, **asked)
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
            await members.choose_check_in(session, weekday="monday", at="09:00", zone_name="Europe/Berlin")
        clock.move_by(timedelta(days=1))
    async with coach.session(who) as session:
        assert session.member.onboarded_at == first


def test_the_times_to_choose_from_are_never_quiet() -> None:
    for time_ in (EARLIEST, LATEST):
        assert not QUIET.hold(datetime.combine(FRIDAY, time_))


# --- The next check-in


def as_member(zone: str, weekday: int, at: time, now: datetime, paused: date | None = None) -> MemberSession:
    """A member's session as the rule reads it; nothing is stored."""
    session = MemberSession(info={"now": now})
    session.member = Member(zone=zone, checkin_weekday=weekday, checkin_time=at, paused_until=paused)
    return session


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
    due = members.next_check_in(as_member(BERLIN, 4, time(15), now, paused), last_on=last_on)
    assert (due.at, due.on) == (datetime.fromisoformat(at), date.fromisoformat(on))


@given(
    now=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made UTC below
    zone=st.sampled_from([BERLIN, NEW_YORK, "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC"]),
    weekday=st.integers(0, 6),
    hour=st.integers(8, 20),
    rest=st.integers(-3, 40),
)
@settings(max_examples=200, deadline=None)
def test_the_next_check_in_is_ahead_on_the_right_day_inside_the_hours_and_not_in_a_pause(
    now: datetime, zone: str, weekday: int, hour: int, rest: int
) -> None:
    moment = now.replace(tzinfo=UTC)
    paused = periods.local_date(moment, ZoneInfo(zone)) + timedelta(days=rest)
    due = members.next_check_in(as_member(zone, weekday, time(hour), moment, paused), last_on=None)
    local = due.at.astimezone(ZoneInfo(zone))
    assert due.at > moment
    assert (local.weekday(), local.hour, local.date()) == (weekday, hour, due.on)
    assert due.on >= paused
    assert due.at - max(moment, periods.at_local(paused, time(), ZoneInfo(zone))) <= timedelta(days=8)
    assert not QUIET.hold(local)


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
