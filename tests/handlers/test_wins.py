"""Wins as a person meets them: the command, the form, the list, the shortcuts and the buttons."""

from datetime import date, timedelta

import pytest

from bot.domain.captures import Capture
from bot.domain.wins import Metric, Win
from tests import forged
from tests.slack import LocalSlack, Person

COLLEAGUE = "Priya said the new search is lovely"


async def titles(slack: LocalSlack, person: Person) -> list[str]:
    return [win.title for win in await slack.wins(person)]


# --- One line


async def test_a_win_is_saved_at_once_and_said_with_what_comes_next(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the new search")
    said = await maya.reads()
    assert "Saved" in said
    assert "Shipped the new search" in said
    assert "Today · private to you" in said
    assert {"Add impact", "Edit", "Change date", "Undo"} <= set(said.split("\n"))
    assert (await maya.messages())[-1]["ephemeral"]
    assert await titles(slack, maya) == ["Shipped the new search"]


async def test_a_win_can_be_said_in_other_ways_too(slack: LocalSlack, maya: Person) -> None:
    for number, said in enumerate(("/coach win Shipped", "win Shipped", "Win: Shipped", "win: shipped")):
        await maya.says(f"{said} {number}")
        assert "*Saved.*" in await maya.reads()
        assert (await maya.messages())[-1]["ephemeral"]
    assert await slack.count(Win) == 4


DAYS = (
    ("Shipped the search yesterday", "Shipped the search", date(2026, 11, 17)),
    ("Last Friday: planned the search", "planned the search", date(2026, 11, 13)),
    ("Fixed the login 2 November", "Fixed the login", date(2026, 11, 2)),
    ("Mentored Ben 2026-10-05", "Mentored Ben", date(2026, 10, 5)),
    ("Plan the launch for next Friday", "Plan the launch for next Friday", date(2026, 11, 18)),
)


async def test_a_day_in_words_is_the_day_it_happened(slack: LocalSlack, maya: Person) -> None:
    for said, _, _ in DAYS:
        await maya.says(f"/win {said}")
    kept = {(win.title, win.occurred_on) for win in await slack.wins(maya)}
    assert kept == {(title, on) for _, title, on in DAYS}


async def test_the_day_can_be_changed_and_a_senseless_one_is_explained(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Shipped the search yesterday")
    await maya.clicks("Change date")
    assert (await maya.fills())["when"] == "2026-11-17"
    for when, sentence in (
        ("the day the moon fell", "I cannot read “the day the moon fell” as a date"),
        ("31 February", "I cannot read"),
        ("next Friday", "Friday 27 November 2026 has not come yet"),
    ):
        refused = await maya.submits(when=when)
        assert sentence in refused["errors"]["when"]
    await maya.submits(when="12 November")
    assert "Changed" in await maya.modal()
    assert [win.occurred_on for win in await slack.wins(maya)] == [date(2026, 11, 12)]


async def test_signs_only_are_given_back_with_a_request(slack: LocalSlack, maya: Person) -> None:
    for text in ("🎉🎉🎉", "…!?"):
        await maya.says(f"/win {text}")
        said = await maya.reads()
        assert "Add a few words to that" in said
        assert "Your words, so that they are not lost:" in said
        assert text in said
    assert await slack.count(Win) == 0


async def test_ten_thousand_characters_are_kept_whole(slack: LocalSlack, maya: Person) -> None:
    text = " ".join(f"word{number}" for number in range(1200))[:10_000]
    await maya.says(f"/win {text}")
    assert "long text kept whole under details" in await maya.reads()
    (win,) = await slack.wins(maya)
    assert win.details == text
    assert len(win.title) <= 250


async def test_more_than_fits_is_given_back_as_far_as_a_message_goes(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win " + "".join(f"{number:05}<" for number in range(3400)))
    said = await maya.reads()
    assert "longer than the 20,000 characters" in said
    assert "The beginning of your words" in said
    assert "01990<" in said
    assert await slack.count(Win) == 0


def command(person: Person, text: str) -> dict[str, str]:
    ids = {"team_id": person.who.team_id, "user_id": person.id, "trigger_id": "1.2.3"}
    return ids | {"command": "/win", "text": text, "response_url": "http://127.0.0.1:9/none"}


async def test_hostile_words_are_kept_and_shown_as_they_were_typed(slack: LocalSlack, maya: Person) -> None:
    for text in forged.HOSTILE:
        await maya.says(f"/win {text}")
        shown = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert shown in await maya.reads()
        assert shown in await maya.home()
        await maya.clicks("Edit")
        assert (await maya.fills())["title"] == text
        await maya.closes()
    assert sorted(await titles(slack, maya)) == sorted(forged.HOSTILE)


async def test_links_and_mentions_are_unwrapped(slack: LocalSlack, maya: Person) -> None:
    await slack.delivers(
        "slash_commands",
        command(maya, "Paired with <@U1|ana> on <https://a.example/x|a.example/x> &amp; won"),
    )
    assert await titles(slack, maya) == ["Paired with @ana on a.example/x & won"]


async def test_help_and_an_empty_command_are_no_dead_ends(maya: Person) -> None:
    await maya.says("/win HELP")
    assert "/win Shipped the new search yesterday" in await maya.reads()
    await maya.clicks("Log a win")
    assert "What did you get done?" in await maya.modal()
    await maya.closes()
    await maya.says("win")
    assert "Log what you got done" in await maya.reads()


# --- The form


async def test_the_form_shows_what_is_wrong_beside_its_field_and_saves_once_it_is_right(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win")
    given = {
        "title": "Shipped the new search",
        "when": "last Friday",
        "result": "Half the questions",
        "metric": "2.1 s to 0.3 s (measured)",
        "benefited": "Support",
        "credit": "Priya",
        "evidence": "see the wiki",
        "category": "delivery",
    }
    refused = await maya.submits(**given)
    assert "https://" in refused["errors"]["evidence"]
    assert (await maya.fills())["result"] == "Half the questions"
    assert await slack.count(Win) == 0
    given["evidence"] = "https://wiki.example/search"
    assert "errors" not in await maya.submits(**given)
    shown = await maya.modal()
    for words in ("Friday", "*Number* 2.1 s to 0.3 s (measured)", "*Credit* Priya", "*Category* Delivery"):
        assert words in shown
    (win,) = await slack.wins(maya)
    assert win.occurred_on == date(2026, 11, 13)
    del given["when"]
    assert {**{name: getattr(win, name) for name in given}, "metric": given["metric"]} == given
    assert win.metric.line == given["metric"]


REFUSED: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"title": "🎉"}, "title", "Add a few words"),
    ({"title": "   "}, "title", "Say in a few words what you got done"),
    ({"title": "Shipped", "when": "someday"}, "when", "I cannot read “someday” as a date"),
    ({"title": "Shipped", "when": "tomorrow"}, "when", "has not come yet"),
    ({"title": "Shipped", "when": "x" * 3000}, "when", "I cannot read"),
    ({"title": "Shipped", "evidence": "javascript:alert(1)"}, "evidence", "starts with https://"),
)


async def test_what_cannot_be_saved_is_said_beside_its_field(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win")
    for given, field, sentence in REFUSED:
        refused = await maya.submits(**{"when": "", **given})
        assert sentence in refused["errors"][field]
    assert await slack.count(Win) == 0


async def test_a_form_sent_twice_saves_once_and_says_so_twice(slack: LocalSlack, maya: Person) -> None:
    await maya.uses("wins.log_shortcut")
    await maya.submits(title="Shipped it")
    repeated = await forged.again(slack)
    assert "Shipped it" in str(repeated.body)
    assert await slack.count(Win) == 1


async def test_edit_add_impact_undo_and_put_back(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped it")
    await maya.clicks("Add impact")
    await maya.submits(metric="40 %", result="Fewer calls", benefited="Everyone")
    assert "*Changed.* Shipped it" in await maya.modal()
    await maya.clicks("Edit")
    await maya.submits(title="Shipped the search")
    await maya.clicks("Add impact")
    assert (await maya.fills())["metric"] == "40 %"
    await maya.submits(metric="")
    (win,) = await slack.wins(maya)
    assert (win.title, win.metric, win.result) == ("Shipped the search", None, "Fewer calls")
    await maya.closes()
    await maya.clicks("Undo")
    assert "It stays in the bin for 30 days" in await maya.reads()
    assert await slack.wins(maya) == []
    await maya.clicks("Put it back")
    assert "Shipped the search" in await maya.reads()
    assert await titles(slack, maya) == ["Shipped the search"]


async def test_a_win_with_a_long_text_can_still_be_edited(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win " + "word " * 1500)
    await maya.clicks("Edit")
    assert "They stay as they are" in await maya.modal()
    await maya.submits(title="Wrote the report")
    (win,) = await slack.wins(maya)
    assert win.title == "Wrote the report"
    assert len(win.details or "") > 7000


async def test_an_edited_form_is_refused_like_a_new_one(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped it")
    await maya.clicks("Edit")
    assert "Add a few words" in (await maya.submits(title="!!"))["errors"]["title"]
    assert await titles(slack, maya) == ["Shipped it"]


# --- The same words twice


async def test_the_same_words_within_two_minutes_are_asked_about_and_kept_once(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Shipped the search")
    await maya.says("/win shipped  the SEARCH")
    assert "Is this the same one?" in await maya.reads()
    await maya.clicks("Yes, keep one")
    assert "*Saved.* Shipped the search" in await maya.reads()
    assert await slack.count(Win) == 1


async def test_the_same_words_can_be_another_win(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Closed a ticket")
    await maya.says("/win Closed a ticket yesterday")
    await maya.clicks("No, log it too")
    kept = await slack.wins(maya)
    assert [(win.title, win.occurred_on.day) for win in kept] == [
        ("Closed a ticket", 18),
        ("Closed a ticket", 17),
    ]
    await forged.again(slack)
    assert "Those words were already used or let go" in await maya.reads()
    assert await slack.count(Win) == 2
    assert await slack.count(Capture) == 0


async def test_the_form_asks_about_the_same_words_too_and_loses_none_of_the_rest(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Closed a ticket")
    await maya.says("/win")
    await maya.submits(title="Closed a ticket", metric="7 a day", when="yesterday")
    assert "Is this the same one?" in await maya.modal()
    assert await slack.count(Win) == 1
    await maya.clicks("No, log it too")
    assert "7 a day" in await maya.modal()
    assert [win.metric for win in await slack.wins(maya)] == [None, Metric("7 a day")]


async def test_two_minutes_later_the_same_words_are_a_new_win(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Closed a ticket")
    await slack.passes(timedelta(minutes=2, seconds=1))
    await maya.says("/win Closed a ticket")
    assert await slack.count(Win) == 2


# --- The list


async def test_an_empty_list_teaches(maya: Person) -> None:
    await maya.says("/win list")
    assert "Nothing here yet" in await maya.reads()
    await maya.clicks("Log a win")
    assert "What did you get done?" in await maya.modal()


@pytest.mark.thorough
async def test_the_list_has_pages_and_a_menu(slack: LocalSlack, maya: Person) -> None:
    for number in range(17):
        await maya.says(f"/win Closed ticket {number:02}")
        await slack.passes(timedelta(seconds=1))
    await maya.says("/win list")
    assert "17 wins, newest first" in await maya.reads()
    assert "ticket 16" in await maya.reads()
    await maya.clicks("Older")
    await maya.clicks("Older")
    assert "ticket 00" in await maya.reads()
    assert "Older" not in await maya.reads()
    await maya.clicks("Delete")
    assert await slack.count(Win) == 17
    assert len(await slack.wins(maya)) == 16
    assert "*Taken out.* Closed ticket" in await maya.reads()
    await maya.clicks("Put it back")
    await maya.clicks("Undo")
    await maya.clicks("All wins")
    await maya.clicks("Edit")
    assert "Edit this win" in await maya.modal()
    await maya.closes()
    await maya.clicks("Change date")
    assert "When was it?" in await maya.modal()


async def test_a_page_that_makes_no_sense_is_a_page(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped it")
    for offset in ("-1", "٣", "nine", "9" * 1000, ""):
        assert (await forged.clicks(slack, maya, "wins.older", offset)).answered
    assert b"OverflowError" not in slack.coach.metrics.render()


# --- Shortcuts


async def test_the_message_shortcut_keeps_own_words_and_a_link(slack: LocalSlack, maya: Person) -> None:
    where = await said_in_channel(slack, maya, "Search is live & fast")
    await maya.uses("wins.save_message", where)
    filled = await maya.fills()
    assert filled["title"] == "Search is live & fast"
    assert filled["evidence"].startswith("http")
    assert where["ts"].replace(".", "") in filled["evidence"]
    await maya.submits()
    (win,) = await slack.wins(maya)
    assert (win.title, win.source) == ("Search is live & fast", "shortcut")


async def test_a_colleagues_message_gives_its_link_and_none_of_its_words(
    slack: LocalSlack, maya: Person
) -> None:
    where = await said_in_channel(slack, slack.person("priya"), COLLEAGUE)
    await maya.uses("wins.save_message", where)
    assert COLLEAGUE not in await maya.modal()
    assert (await maya.fills())["title"] is None
    await maya.submits(title="Priya noticed the search")
    (win,) = await slack.wins(maya)
    assert COLLEAGUE not in str([win.title, win.details, win.result, win.evidence])


async def test_without_slacks_link_the_form_opens_with_one_of_its_own(
    slack: LocalSlack, maya: Person
) -> None:
    where = await said_in_channel(slack, maya, "Search is live")
    for kind in ("status", "drop", "missing_scope"):
        slack.fails("chat.getPermalink", kind, times=3)
        await maya.uses("wins.save_message", where)
        assert "juniper.slack.com/archives" in (await maya.fills())["evidence"]
        slack.sandbox.faults.clear()


async def said_in_channel(slack: LocalSlack, person: Person, text: str) -> dict[str, str]:
    """Where a person's message in the channel stands."""
    channels = (await person.sees())["conversations"]
    channel = next(one["id"] for one in channels if one["kind"] == "channel")
    told = await person.does("message", channel=channel, text=text)
    return {"channel": channel, "ts": told["ts"]}


async def test_the_global_shortcut_opens_the_form(slack: LocalSlack, maya: Person) -> None:
    await maya.uses("wins.log_shortcut")
    await maya.submits(title="Shipped it")
    assert await titles(slack, maya) == ["Shipped it"]


# --- Old messages and double clicks


async def test_a_double_click_on_undo_undoes_once(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped it")
    await maya.clicks("Undo")
    await forged.again(slack)
    assert await slack.wins(maya) == []
    await maya.clicks("Put it back")
    assert await titles(slack, maya) == ["Shipped it"]


async def test_the_buttons_of_an_older_message_still_act_on_its_win(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win First")
    first = (await slack.wins(maya))[0].id
    await maya.says("/win Second")
    await forged.clicks(slack, maya, "wins.undo", first)
    assert await titles(slack, maya) == ["Second"]


async def test_a_deleted_win_is_offered_back_before_it_is_changed(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win First")
    win = (await slack.wins(maya))[0].id
    await maya.clicks("Undo")
    before = len(slack.calls("views.open"))
    for action in ("wins.edit", "wins.add_impact", "wins.link_goal"):
        await forged.clicks(slack, maya, action, win)
    assert len(slack.calls("views.open")) == before
    assert await slack.wins(maya) == []
