"""Members as a person meets them: the welcome, settings, pausing, help, and a profile that changes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.storage.identity import Member
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
    assert "*I am back.*" in await maya.reads()


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
