"""Members as a person meets them: the welcome, settings, pausing, help, and a profile that changes."""

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from bot.domain.nudges import CHECK_IN, LOG_WIN
from bot.storage.identity import Member
from tests import forged
from tests.asking import ask, clicks
from tests.slack import LocalSlack, Person

FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
HELLO = "*Hello, I am Sayso.*"


async def member(slack: LocalSlack, person: Person) -> Member:
    async with slack.coach.session(person.who) as session:
        return session.member


def asked(reads_all: str) -> int:
    return reads_all.count("*Your weekly check-in.*")


# --- First use


async def test_a_new_member_is_welcomed_once_whatever_they_do_first(slack: LocalSlack) -> None:
    maya = slack.maya
    await maya.says("/win Shipped it")
    await maya.says("help")
    await maya.opens_home()
    said = await maya.reads_all()
    assert said.count(HELLO) == 1
    assert "An employer may be able to export DMs" in said
    assert "I will ask on Friday at 15:00* (Europe/Berlin, your time zone in Slack)" in said
    assert [win.title for win in await slack.wins(maya)] == ["Shipped it"]


async def test_without_a_zone_in_slack_the_welcome_says_so(slack: LocalSlack) -> None:
    kenji = slack.person("kenji")
    await kenji.opens_home()
    assert "(UTC, because Slack does not say where you are)" in await kenji.reads()


async def test_the_suggested_time_can_be_accepted_and_a_first_win_logged(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.clicks("That suits me")
    assert "*Good.* I will ask on Friday at 15:00" in await maya.reads()
    assert HELLO not in await maya.home()
    await maya.clicks("Log my first win")
    await maya.submits(title="Shipped it")
    assert "Saved" in await maya.modal()


async def test_settings_explain_a_wrong_zone_and_a_time_at_night_before_they_are_saved(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.clicks("Change day or time")
    standing = await maya.fills()
    assert (standing["weekday"], standing["time"], standing["zone"]) == ("friday", "15:00", None)
    assert "Europe/Berlin, as in Slack" in await maya.modal()
    for given, field, sentence in (
        ({"zone": "Berlin"}, "zone", "I do not know the time zone “Berlin”"),
        ({"zone": "../etc/passwd"}, "zone", "I do not know the time zone"),
        ({"zone": "Factory"}, "zone", "I do not know the time zone “Factory”"),
        ({"zone": "factory"}, "zone", "I do not know the time zone"),
        ({"zone": "posixrules"}, "zone", "I do not know the time zone"),
        ({"zone": "localtime"}, "zone", "I do not know the time zone"),
        ({"zone": "right/Europe/Berlin"}, "zone", "I do not know the time zone"),
        ({"zone": "x" * 3000}, "zone", "I do not know the time zone"),
        ({"zone": "Asia/Tokyo", "time": "23:30"}, "time", "between 08:00 and 20:00"),
    ):
        refused = await maya.submits(**given)
        assert sentence in refused["errors"][field]
    assert (await member(slack, maya)).zone == "Europe/Berlin"
    await maya.submits(weekday="thursday", time="09:30", zone="Asia/Tokyo")
    assert "Thursday 19 November 2026 at 09:30 (Asia/Tokyo)" in await maya.modal()
    assert "Thursday 19 November 2026 at 09:30" in await maya.home()
    await slack.goes_to(datetime(2026, 11, 19, 0, 30, tzinfo=UTC))
    assert asked(await maya.reads_all()) == 1


async def test_settings_open_by_command_by_message_and_from_home(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach settings")
    assert "When should I ask what you got done?" in await maya.modal()
    await maya.closes()
    await maya.says("settings")
    assert "I will ask on Friday at 15:00" in await maya.reads()
    await maya.clicks("Change day or time")
    assert "Time zone" in await maya.modal()


# --- Pausing


PAUSES = (
    ("/coach pause until 1 December", "Tuesday 1 December 2026"),
    ("/coach pause Until next Monday", "Monday 23 November 2026"),
    ("/coach pause for 2 weeks", "Wednesday 2 December 2026"),
    ("pause for a month", "Friday 18 December 2026"),
)


async def test_a_pause_in_words_is_shown_back_and_kept(slack: LocalSlack, maya: Person) -> None:
    for said, day in PAUSES:
        await maya.says(said)
        assert f"*Paused until {day}.*" in await maya.reads()
        assert day in await maya.home()
    await slack.goes_to(FRIDAY)
    assert asked(await maya.reads_all()) == 0
    await maya.clicks("Resume now")
    assert "*I am back.* Your next check-in is on Friday 20 November 2026" not in await maya.home()
    await maya.says("/coach upcoming")
    assert "Paused" not in await maya.reads()


async def test_after_a_pause_the_check_in_comes_again(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach pause until 25 November")
    await slack.goes_to(FRIDAY + timedelta(days=7))
    assert asked(await maya.reads_all()) == 1


SENSELESS = (
    ("/coach pause", "Say until when"),
    ("/coach pause until the cows come home", "I cannot read “the cows come home” as a day"),
    ("/coach pause until yesterday", "Tuesday 17 November 2026 is not ahead"),
    ("/coach pause until today", "is not ahead"),
    ("pause until <!channel>", "I cannot read “&lt;!channel&gt;” as a day"),
)


async def test_a_pause_that_makes_no_sense_is_explained(slack: LocalSlack, maya: Person) -> None:
    for said, sentence in SENSELESS:
        await maya.says(said)
        assert sentence in await maya.reads()
    assert (await member(slack, maya)).paused_until is None


async def test_resume_says_when_the_next_one_comes(maya: Person) -> None:
    await maya.says("/coach pause for 3 weeks")
    await maya.says("/coach resume")
    assert "*I am back.* Your next check-in is on Friday 20 November 2026 at 15:00." in await maya.reads()
    await maya.says("resume")
    assert "You are not paused. Your next check-in is on Friday 20 November 2026" in await maya.reads()


# --- A profile that changes


async def test_whoever_moves_is_asked_at_the_new_local_time(slack: LocalSlack, maya: Person) -> None:
    await slack.control("PATCH", f"people/{maya.id}", {"tz": "America/New_York"})
    await slack.settled()
    await slack.goes_to(FRIDAY)
    assert asked(await maya.reads_all()) == 0
    await slack.goes_to(datetime(2026, 11, 20, 20, 0, tzinfo=UTC))
    assert asked(await maya.reads_all()) == 1


async def test_a_zone_that_was_chosen_is_not_changed_by_slack(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach settings")
    await maya.submits(zone="Asia/Tokyo")
    await slack.control("PATCH", f"people/{maya.id}", {"tz": "America/New_York"})
    await slack.settled()
    assert (await member(slack, maya)).zone == "Asia/Tokyo"


async def test_a_deactivated_member_is_left_alone_until_they_are_back(
    slack: LocalSlack, maya: Person
) -> None:
    await slack.control("PATCH", f"people/{maya.id}", {"deactivated": True})
    await slack.settled()
    await slack.goes_to(FRIDAY)
    assert slack.calls("chat.postMessage")[1:] == []
    await slack.control("PATCH", f"people/{maya.id}", {"deactivated": False})
    await slack.passes(timedelta(minutes=1))
    assert asked(await maya.reads_all()) == 1


async def test_a_strangers_profile_changes_nothing(slack: LocalSlack) -> None:
    await slack.control("PATCH", f"people/{slack.maya.id}", {"tz": "Asia/Tokyo"})
    await slack.settled()
    async with slack.coach.database.system() as session:
        assert (await session.scalars(select(Member))).all() == []


# --- Being away


async def test_a_time_away_is_planned_shown_back_and_kept(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach away from 1 December to 14 December")
    said = await maya.reads()
    assert "*Away from Tuesday 1 December 2026.*" in said
    assert "from Tuesday 1 December 2026 to Monday 14 December 2026" in said
    await slack.goes_to(FRIDAY)
    assert asked(await maya.reads_all()) == 1
    await slack.goes_to(FRIDAY + timedelta(days=14))
    assert asked(await maya.reads_all()) == 1
    await slack.goes_to(FRIDAY + timedelta(days=28))
    assert asked(await maya.reads_all()) == 2


async def test_every_change_of_a_pause_can_be_undone(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach pause until 1 December")
    await maya.clicks("Resume now")
    assert "*I am back.*" in await maya.reads()
    await maya.clicks("Undo")
    assert "*Paused until Tuesday 1 December 2026.*" in await maya.reads()
    await maya.says("/coach away from 3 December to 10 December")
    await maya.clicks("Undo")
    assert "*Paused until Tuesday 1 December 2026.*" in await maya.reads()
    found = await member(slack, maya)
    assert (found.paused_from, found.paused_until) == (None, date(2026, 12, 1))
    await maya.says("/coach resume")
    assert "Friday 20 November 2026 at 15:00" in await maya.reads()


AWAY = (
    ("/coach away", "Say until when"),
    ("/coach away somewhere", "Say until when"),
    ("/coach away from 1 December to 14 December", "*Away from Tuesday 1 December 2026.*"),
    ("/coach away 1 December – 14 December", "*Away from Tuesday 1 December 2026.*"),
    ("away from next Monday until 3 December", "*Away from Monday 23 November 2026.*"),
    ("/coach away tomorrow", "*Away from Thursday 19 November 2026.*", "back on Friday 20 November 2026"),
    ("away tomorrow", "*Away from Thursday 19 November 2026.*", "back on Friday 20 November 2026"),
    ("Away next week", "*Away from Monday 23 November 2026.*", "back on Monday 30 November 2026"),
    ("/coach away on Friday", "*Away from Friday 20 November 2026.*", "back on Monday 23 November 2026"),
    ("/coach away today", "*Paused until Thursday 19 November 2026.*"),
    ("/coach away this week", "*Paused until Monday 23 November 2026.*"),
    ("/coach away next week", "*Away from Monday 23 November 2026.*", "back on Monday 30 November 2026"),
    ("/coach away all of next month", "*Away from Tuesday 1 December 2026.*", "on Friday 1 January 2027"),
    ("/coach away 24 December", "*Away from Thursday 24 December 2026.*", "on Friday 25 December 2026"),
    ("/coach away last week", "is not ahead"),
    ("/coach away 12 November 2027", "is too far ahead for me to remember"),
    ("/coach away for 2 weeks", "*Paused until Wednesday 2 December 2026.*"),
    ("/coach away from today to tomorrow", "*Paused until Thursday 19 November 2026.*"),
    ("/coach away from 14 December to 1 December", "does not come after Monday 14 December 2026"),
    ("/coach away from the moon to 1 December", "I cannot read “the moon” as a day"),
)


async def test_times_away_are_read_as_people_say_them(maya: Person) -> None:
    for said, *answers in AWAY:
        await maya.says(said)
        for answer in answers:
            assert answer in await maya.reads(), said


# --- Hours, days and how often


async def test_everything_that_is_wrong_is_told_at_once_and_nothing_typed_is_lost(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/coach settings")
    refused = await maya.submits(
        hours_start="18:00", hours_end="18:30", zone="Mars", budget="5", weekday="monday"
    )
    assert refused["errors"] == {
        "hours_end": "Leave at least an hour between the two, the later one second.",
        "zone": "I do not know the time zone “Mars”. Write it like Europe/Berlin or America/New_York.",
    }
    standing = await maya.fills()
    assert (standing["weekday"], standing["budget"], standing["zone"]) == ("monday", "5", "Mars")
    assert (await member(slack, maya)).checkin_weekday == 4


async def test_a_check_in_outside_the_old_hours_fits_the_new_ones(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach settings")
    refused = await maya.submits(time="06:30")
    assert "Choose a time between 08:00 and 20:00" in refused["errors"]["time"]
    await maya.submits(hours_start="06:00", hours_end="12:00", days=["friday", "saturday"], budget="0")
    assert "Friday 20 November 2026 at 06:30" in await maya.modal()
    found = await member(slack, maya)
    assert (found.hours_start, found.hours_end, found.days) == (time(6), time(12), 0b0110000)
    assert found.budget == 0
    await maya.closes()
    await maya.says("/coach settings")
    assert (await maya.fills())["days"] == ["friday", "saturday"]


async def test_changed_hours_move_what_waits(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach settings")
    await maya.submits(hours_start="13:00", hours_end="20:00", days=["tuesday"])
    await maya.closes()
    await maya.says("/coach upcoming")
    said = await maya.reads()
    assert "*First win*\nFriday 20 November 2026 at 13:00" in said, "the day of the check-in is one of theirs"
    assert "*Check-in*\nFriday 20 November 2026 at 15:00" in said


async def test_how_often_each_kind_comes_is_chosen_there(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach settings")
    await maya.submits(often_check_in="two_weeks", often_log_win="never", often_missing_result="never")
    await maya.closes()
    assert (await member(slack, maya)).cadences == {
        "check_in": "two_weeks",
        "log_win": "never",
        "missing_result": "never",
    }
    await maya.says("/win Fixed the login error")
    await maya.says("/coach upcoming")
    said = await maya.reads()
    assert "Log a win" not in said
    assert "Result of a win" not in said
    await maya.says("/coach settings")
    assert (await maya.fills())["often_check_in"] == "two_weeks"
    await maya.submits(often_check_in="never")
    assert "No check-in is planned." in await maya.modal()
    assert "*Check-in*" not in await maya.home()


async def test_settings_say_that_a_kind_without_an_answer_comes_less_often_than_is_chosen(
    slack: LocalSlack, maya: Person
) -> None:
    await ask(slack, maya, CHECK_IN, LOG_WIN, at=FRIDAY, unanswered=3)
    await maya.says("/coach settings")
    assert (await maya.fills())["often_check_in"] == "usual"
    said = await maya.modal()
    assert said.count("Comes once a month now, as long as it has no answer.") == 2
    await maya.submits(often_check_in="two_weeks")
    await maya.closes()
    await maya.says("/coach settings")
    said = await maya.modal()
    assert said.count("Comes once a month now") == 1, "whoever chooses has said something"
    assert (await maya.fills())["often_check_in"] == "two_weeks"


async def test_the_first_week_that_was_given_up_is_had_back_in_the_settings(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/coach settings")
    assert "The first week" not in await maya.modal()
    await maya.closes()
    await slack.goes_to(datetime(2026, 11, 19, 9, 0, tzinfo=UTC))
    await clicks(maya, "Try logging a first win.", "Less of this")
    await maya.clicks("Never")
    await maya.says("/coach settings")
    assert "The first week" in await maya.modal()
    assert (await maya.fills())["often_onboarding"] == "never"
    await maya.submits(often_onboarding="usual")
    await maya.closes()
    assert (await member(slack, maya)).cadences is None
    await maya.says("/win Fixed the login error")
    await maya.says("/coach upcoming")
    assert "*First draft*" in await maya.reads()


async def test_a_cadence_that_no_form_offers_is_not_kept(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach settings")
    fields = await maya.fills()
    for kind, often in (("log_win", "week"), ("feedback", "two_weeks"), ("missing_result", "month")):
        await forged.clicks(slack, maya, "nudges.before", f"{kind}:{often}:")
    assert (await member(slack, maya)).cadences is None
    assert fields["often_log_win"] == "usual"


async def test_a_chosen_zone_can_be_left_to_slack_again(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach settings")
    await maya.submits(zone="Asia/Tokyo")
    await maya.closes()
    await maya.says("/coach settings")
    assert (await maya.fills())["zone"] == "Asia/Tokyo"
    slack.fails("users.info", "status")
    refused = await maya.submits(zone="")
    assert "Slack did not say who you are just now" in str(refused["errors"])
    await maya.submits(zone="")
    assert "(Europe/Berlin)" in await maya.modal()
    assert (await member(slack, maya)).zone_pinned is False
    await slack.control("PATCH", f"people/{maya.id}", {"tz": "America/New_York"})
    await slack.settled()
    assert (await member(slack, maya)).zone == "America/New_York"


# --- What Home shows


async def test_whoever_hides_the_check_ins_in_a_row_does_not_see_them_on_home_until_they_show_them_again(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("check-in")
    await maya.clicks("Answer")
    await maya.submits(more="Shipped it")
    await maya.closes()
    assert "1 check-in in a row" in await maya.home()
    await maya.says("/coach settings")
    assert "Show on Home how many check-ins there were in a row" in await maya.modal()
    assert (await maya.fills())["home"] == ["streak"]
    await maya.submits(home=[])
    await maya.closes()
    assert "in a row" not in await maya.home()
    await maya.says("/coach settings")
    assert (await maya.fills())["home"] == []
    await maya.submits(time="16:00")
    await maya.closes()
    assert "in a row" not in await maya.home(), "nothing else brings them back"
    await maya.says("/coach settings")
    await maya.submits(home=["streak"])
    assert "1 check-in in a row" in await maya.home()


async def test_a_form_from_before_there_was_that_tick_changes_nothing_about_it(
    slack: LocalSlack, maya: Person
) -> None:
    async with slack.coach.session(maya.who) as session:
        session.member.shows_streak = False
    days = {"type": "checkboxes", "selected_options": [{"value": "monday"}]}
    times = {"time": "15:00", "hours_start": "08:00", "hours_end": "21:00"}
    await forged.submits(
        slack, maya, "members.save", {}, {"weekday": "monday", "days": days, "budget": "2", **times}
    )
    found = await member(slack, maya)
    assert (found.checkin_weekday, found.shows_streak) == (0, False)
