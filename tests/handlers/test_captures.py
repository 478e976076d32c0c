"""Plain messages to the bot: offered as a win, as an answer, let go, and taken once however often they come."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.captures import Capture
from bot.domain.wins import Win
from tests import forged
from tests.slack import LocalSlack, Person

OFFER = "Shall I keep that as a win?"


async def test_plain_words_are_offered_as_a_win_and_kept_at_a_click(slack: LocalSlack, maya: Person) -> None:
    await maya.says("Shipped the search yesterday & went home")
    assert OFFER in await maya.reads()
    assert (await maya.messages())[-1]["ephemeral"]
    assert await slack.count(Win) == 0
    await maya.clicks("Save as a win")
    (win,) = await slack.wins(maya)
    assert (win.title, win.source) == ("Shipped the search yesterday & went home", "message")
    assert "*Saved.*" in await maya.reads()
    assert await slack.count(Capture) == 0


async def test_several_lines_are_one_win_or_one_each(slack: LocalSlack, maya: Person) -> None:
    lines = "- Shipped the search yesterday\n- Mentored Ana\n\n🎉"
    await maya.says(lines)
    await maya.clicks("One win each (2)")
    assert "*Saved 2 wins.*\n• Shipped the search\n• Mentored Ana" in await maya.reads()
    wins = {win.title: win.occurred_on.day for win in await slack.wins(maya)}
    assert wins == {"Shipped the search": 17, "Mentored Ana": 18}
    await forged.again(slack)
    assert await slack.count(Win) == 2
    await maya.says(lines)
    await maya.clicks("Save as one win")
    assert await slack.count(Win) == 3
    assert await slack.count(Capture) == 0


async def test_words_that_are_let_go_are_not_kept(slack: LocalSlack, maya: Person) -> None:
    await maya.says("Just thinking aloud")
    await maya.clicks("Not now")
    assert "I did not keep it" in await maya.reads()
    assert await slack.count(Capture) == 0
    assert await slack.count(Win) == 0


async def test_a_double_click_keeps_one_and_explains_the_second(slack: LocalSlack, maya: Person) -> None:
    await maya.says("Shipped the search")
    await maya.clicks("Save as a win")
    await forged.again(slack)
    assert "Those words were already used or let go" in await maya.reads_all()
    assert await slack.count(Win) == 1


async def test_signs_only_are_explained_and_not_lost(slack: LocalSlack, maya: Person) -> None:
    await maya.says("🎉🎉")
    await maya.clicks("Save as a win")
    assert "Add a few words" in await maya.reads()
    assert await slack.count(Capture) == 1


async def test_the_same_words_twice_are_asked_about_here_too(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the search")
    await maya.says("Shipped the search")
    await maya.clicks("Save as a win")
    assert "Is this the same one?" in await maya.reads()
    await maya.clicks("No, log it too")
    assert await slack.count(Win) == 2


ANSWERS = (
    ("help", "Keep what you get done"),
    ("Help", "Keep what you get done"),
    ("/coach help", "Keep what you get done"),
    ("win", "Log what you got done"),
    ("win list", "Nothing here yet"),
    ("goal", "Say where you want to go"),
    ("Feedback from Priya was kind", OFFER),
    ("help me remember that I fixed it", OFFER),
    ("winning the deal took a week", OFFER),
)


async def test_a_command_is_obeyed_and_a_sentence_is_offered(maya: Person) -> None:
    dm = (await maya._dm())["id"]
    for said, answer in ANSWERS:
        await maya.does("message", channel=dm, text=said)
        assert answer in await maya.reads()
        assert (await maya.messages())[-1]["ephemeral"]


@pytest.mark.thorough
async def test_ten_thousand_and_hostile_characters_arrive_whole(slack: LocalSlack, maya: Person) -> None:
    for text in (*forged.HOSTILE, "word & " * 1400 + "end"):
        await maya.says(text)
        await maya.clicks("Save as a win")
    kept = await slack.wins(maya)
    assert {win.details or win.title for win in kept} == {*forged.HOSTILE, "word & " * 1400 + "end"}


async def test_edits_deletions_and_other_rooms_are_no_new_words(slack: LocalSlack, maya: Person) -> None:
    dm = (await maya._dm())["id"]
    told = await maya.does("message", channel=dm, text="Shipped it")
    offers = (await maya.reads_all()).count(OFFER)
    await maya.does("edit", channel=dm, ts=told["ts"], text="Shipped it all")
    await maya.does("delete", channel=dm, ts=told["ts"])
    event = slack.delivered("events_api")[-1]["event"]
    for changed in ({"channel_type": "channel"}, {"subtype": "channel_join"}, {"bot_id": "B1"}, {"text": ""}):
        await again_as(slack, maya, event | {"type": "message", "channel": dm, "user": maya.id} | changed)
    assert (await maya.reads_all()).count(OFFER) == offers
    assert await slack.count(Capture) == 1


async def again_as(slack: LocalSlack, person: Person, event: dict[str, object]) -> None:
    body = {"type": "event_callback", "team_id": person.who.team_id, "event_id": f"Ev{id(event)}"}
    assert (await slack.delivers("events_api", body | {"event": event})).answered


async def test_words_beside_a_file_are_heard(slack: LocalSlack, maya: Person) -> None:
    file = {"name": "chart.png", "content_base64": "aGk="}
    await maya.does("message", channel=(await maya._dm())["id"], text="Shipped the chart", files=[file])
    assert OFFER in await maya.reads()


async def test_an_event_that_comes_again_has_one_effect(slack: LocalSlack, maya: Person) -> None:
    for said in ("Shipped the search", "win Closed a ticket", "help"):
        await maya.says(said)
        before = len(await maya.messages())
        await forged.again(slack, "events_api")
        await asyncio.gather(*(forged.again(slack, "events_api") for _ in range(3)))
        assert len(await maya.messages()) == before
    await slack.passes(timedelta(hours=24))
    await forged.again(slack, "events_api")
    assert len(await maya.messages()) == before
    assert await slack.count(Win) == 1
    assert await slack.count(Capture) == 1
