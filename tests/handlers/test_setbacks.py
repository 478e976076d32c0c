"""Setbacks as a person meets them: noted, rested, looked back on, let go, and never counted."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from bot.domain import asks, setbacks
from bot.domain.asks import Ask
from bot.domain.nudges import SETBACK
from bot.domain.setbacks import Setback
from tests import forged
from tests.asking import THURSDAY, asked, coming, reads_part, states
from tests.asking import clicks as clicks_part
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

NAMES = ("id", "ask_id", "look_on", "let_go_on", "deleted_at", *setbacks.FACTS, *setbacks.DEBRIEF)


async def kept(slack: LocalSlack, person: Person) -> list[SimpleNamespace]:
    async with slack.coach.session(person.who) as session:
        rows = await session.scalars(select(Setback).order_by(Setback.created_at))
        return [SimpleNamespace(**{name: getattr(row, name) for name in NAMES}) for row in rows]


async def only(slack: LocalSlack, person: Person) -> SimpleNamespace:
    (one,) = await kept(slack, person)
    return one


async def test_a_line_is_kept_and_rests(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback Not this round, the <budget> is closed")
    said = await maya.reads()
    assert "*Saved.*" in said
    assert "*What happened* Not this round, the &lt;budget&gt; is closed" in said
    assert "Let it rest. I come back with it tomorrow" in said
    assert "Look back on it" not in said
    assert (await maya.messages())[-1]["ephemeral"]
    assert await coming(slack, maya, SETBACK) == [THURSDAY]


async def test_the_form_needs_one_of_its_two_fields(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback")
    refused = await maya.submits(tried=" ", happened="")
    assert refused["errors"] == {"happened": "Say in a few words what you tried or what happened."}
    await maya.submits(tried="Asked for the staff role")
    assert "*Tried* Asked for the staff role" in await maya.modal()
    await forged.again(slack)
    assert (await only(slack, maya)).tried == "Asked for the staff role"


async def test_after_the_rest_come_the_questions_and_the_options(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the new search")
    await maya.says("/coach setback Not this round")
    await slack.goes_to(THURSDAY)
    assert "You wanted to look at something again." in await reads_part(maya, "look at something")
    assert "Not this round" not in json.dumps((await maya.messages())[-1])
    await clicks_part(maya, "look at something", "Look at it")
    said = await maya.reads()
    assert "*What now?*" in said
    assert (await states(slack, maya))["setback"] == "done"
    await maya.clicks("Look back on it")
    await maya.submits(
        in_control="How I asked", learned="Ask in September", next_attempt="The role in spring"
    )
    shown = await maya.modal()
    assert "*Changed.*" in shown
    assert "*Learned* Ask in September" in shown
    assert (await only(slack, maya)).next_attempt == "The role in spring"
    await maya.clicks("Undo")
    assert "*As it was before.*" in await maya.modal()
    assert (await only(slack, maya)).learned is None
    await maya.clicks("Three things you did")
    assert "Shipped the new search" in await maya.modal()


async def test_the_debrief_cannot_be_forced_before_the_rest(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback Not this round")
    one = await only(slack, maya)
    await forged.clicks(slack, maya, "setbacks.debrief", one.id)
    assert await maya.modal() == ""
    answer = await forged.submits(
        slack, maya, "setbacks.save_debrief", {"setback": one.id}, {"learned": "At once"}
    )
    assert "This rests until Thursday 19 November 2026." in str(answer.body)
    assert (await only(slack, maya)).learned is None


async def test_it_is_edited_let_go_taken_up_and_taken_out(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback Not this round")
    await maya.clicks("Edit")
    assert (await maya.fills())["happened"] == "Not this round"
    await maya.submits(happened="Not this year")
    assert "*What happened* Not this year" in await maya.modal()
    await maya.closes()
    await slack.passes(timedelta(days=1))
    await maya.says("/coach setbacks")
    await maya.clicks("Open")
    await maya.clicks("Let it go")
    said = await maya.reads()
    assert "Let go today." in said
    assert "*What now?*" not in said
    await maya.clicks("Take it up again")
    assert "*What now?*" in await maya.reads()
    await maya.clicks("Delete")
    assert "*Taken out.* Not this year\nIt stays in the bin for 30 days." in await maya.reads()
    await maya.says("/coach bin")
    assert "*Setback* Not this year" in await maya.reads()
    await maya.clicks("Put it back")
    assert (await only(slack, maya)).deleted_at is None


async def test_undo_of_a_new_one_takes_it_and_its_question_back(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback Not this round")
    await maya.clicks("Undo")
    assert "*Taken out.* Not this round" in await maya.reads()
    assert await coming(slack, maya, SETBACK) == []
    await maya.clicks("Put it back")
    assert "*What happened* Not this round" in await maya.reads()
    assert await coming(slack, maya, SETBACK) == [THURSDAY]


async def test_an_undo_that_would_lose_newer_words_is_refused(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback First")
    for words in ("Second", "Third"):
        await maya.clicks("Edit")
        await maya.submits(happened=words)
        if words == "Second":
            undo = await button_in_modal(maya, "setbacks.revert")
    assert (await forged.clicks(slack, maya, "setbacks.revert", undo)).answered
    assert (await only(slack, maya)).happened == "Third"


async def button_in_modal(person: Person, action: str) -> str:
    blocks = (await person.sees())["modals"][-1]["blocks"]
    elements = [one for block in blocks for one in block.get("elements", [])]
    return str(next(one["value"] for one in elements if one.get("action_id") == action))


async def test_the_list_has_pages_and_no_number(maya: Person) -> None:
    await maya.says("/coach setbacks")
    assert "Nothing here." in await maya.reads()
    for number in "abcdefghij":
        await maya.says(f"/coach setback It was {number}")
    await maya.says("/coach setback list")
    said = await maya.reads()
    assert "Nobody counts these." in said
    assert "10" not in said
    await maya.clicks("Older")
    said = await maya.reads()
    assert said.count("Open") == 2
    assert "*It was a*\nToday · resting" in said
    await maya.clicks("Newer")
    assert (await maya.reads()).count("Open") == 8


async def test_home_knows_nothing_of_it(slack: LocalSlack, maya: Person) -> None:
    before = await maya.home()
    await maya.says("/coach setback Not this round")
    assert await maya.home() == before
    await maya.says("/coach upcoming")
    assert "*A second look*" in await maya.reads()
    await slack.goes_to(THURSDAY)
    assert "second look" not in await maya.home()


async def test_help_and_a_message_without_a_slash_explain_it(maya: Person) -> None:
    await maya.says("/coach setback help")
    assert "*Note what did not come off*" in await maya.reads()
    await maya.says("setback")
    assert "*Note what did not come off*" in await maya.reads()
    await maya.clicks("Note a setback")
    assert "What did you try?" in await maya.modal()
    await maya.closes()
    await maya.says("setbacks")
    assert "Nothing here." in await maya.reads()


async def test_what_is_too_long_or_hostile_is_told_and_kept_as_typed(slack: LocalSlack, maya: Person) -> None:
    await maya.says(f"/coach setback {'long ' * 700}")
    assert "longer than the 3,000 characters" in await maya.reads()
    assert await kept(slack, maya) == []
    for text in forged.HOSTILE:
        await maya.says(f"/coach setback {text}")
        assert (await kept(slack, maya))[-1].happened == text.strip()


async def test_somebody_elses_setback_is_not_found(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback Not this zebra")
    one = await only(slack, maya)
    daniel = slack.person("daniel")
    await daniel.opens_home()
    for action in ("open", "edit", "debrief", "again", "fallback", "let_go", "take_up", "delete", "restore"):
        assert (await forged.clicks(slack, daniel, f"setbacks.{action}", one.id)).answered
    await forged.clicks(slack, daniel, "setbacks.revert", f"{one.id}:{one.id}")
    for callback in ("setbacks.change", "setbacks.save_debrief"):
        fields = {"happened": "Mine now", "learned": "Mine now"}
        assert (await forged.submits(slack, daniel, callback, {"setback": one.id}, fields)).answered
    assert vars(await only(slack, maya)) == vars(one)
    assert "zebra" not in json.dumps(await daniel.sees())
    assert SETBACK.name not in {row.kind for row in await asked(slack, daniel)}


async def declines(maya: Person) -> None:
    """An ask that is made and refused, told with the buttons of the ask."""
    await maya.says("/ask my manager for the staff role")
    await maya.clicks("I asked")
    await maya.submits()
    await maya.clicks("Open")
    await maya.clicks("Declined")
    await maya.submits(their_words="Not this round")


async def test_after_a_no_it_can_wait_until_tomorrow_and_become_another_ask(
    slack: LocalSlack, maya: Person
) -> None:
    await declines(maya)
    assert "A no can sit for a day." in await maya.modal()
    await maya.clicks("Leave it for tomorrow")
    shown = await maya.modal()
    assert "Nothing is written down yet, and that is fine." in shown
    assert "Let it rest." in shown
    assert "Draft the next ask" not in shown
    await maya.closes()
    await slack.goes_to(THURSDAY)
    await clicks_part(maya, "look at something", "Look at it")
    await maya.clicks("Look back on it")
    await maya.submits(next_attempt="The staff role in spring")
    await maya.clicks("Draft the next ask")
    assert (await maya.fills())["request"] == "The staff role in spring"
    await maya.submits()
    async with slack.coach.session(maya.who) as session:
        told = [(ask.words, ask.to) for ask in (await session.scalars(select(Ask).order_by(Ask.created_at)))]
    assert told == [("the staff role", "my manager"), ("The staff role in spring", "my manager")]


async def test_the_fallback_is_drafted_where_the_ask_has_one(slack: LocalSlack, maya: Person) -> None:
    await declines(maya)
    await maya.clicks("Note it")
    assert (await maya.fills())["tried"] == "the staff role"
    await maya.submits(happened="Not this round")
    await maya.closes()
    await slack.passes(timedelta(days=1))
    await maya.says("/coach setbacks")
    await maya.clicks("Open")
    assert "Draft the fallback" not in await maya.reads()
    async with slack.coach.session(maya.who) as session:
        ask = (await session.scalars(select(Ask))).one()
        ask.fallback = "A date for the next round"
    await maya.says("/coach setbacks")
    await maya.clicks("Open")
    await maya.clicks("Draft the fallback")
    filled = await maya.fills()
    assert (filled["request"], filled["fallback"]) == ("A date for the next round", None)


async def test_a_declined_ask_offers_it_later_too(maya: Person) -> None:
    await declines(maya)
    await maya.clicks("Open")
    await maya.clicks("Note a setback")
    assert (await maya.fills())["tried"] == "the staff role"


async def test_the_list_of_ended_asks_offers_it(maya: Person) -> None:
    await declines(maya)
    await maya.closes()
    await maya.says("/ask list")
    await maya.clicks("Ended asks")
    await maya.clicks("Note a setback")
    assert (await maya.fills())["tried"] == "the staff role"


async def test_options_cannot_be_forced_before_the_rest(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback Not this round")
    one = await only(slack, maya)
    for action in ("again", "fallback"):
        await forged.clicks(slack, maya, f"setbacks.{action}", one.id)
    assert await maya.modal() == ""


async def test_after_a_no_it_is_noted_or_left_for_tomorrow(slack: LocalSlack, maya: Person) -> None:
    ask_id = await an_ask(slack, maya)
    await forged.clicks(slack, maya, "setbacks.later", ask_id)
    await forged.clicks(slack, maya, "setbacks.later", ask_id)
    left = await only(slack, maya)
    assert (left.ask_id, left.tried) == (ask_id, None)
    assert await coming(slack, maya, SETBACK) == [THURSDAY]
    answer = await forged.submits(
        slack, maya, "setbacks.save", {"ask": ask_id}, {"happened": "The budget is closed"}
    )
    assert "*What happened* The budget is closed" in str(answer.body)
    assert (await only(slack, maya)).id == left.id


async def test_somebody_elses_ask_is_nobodys_setback(slack: LocalSlack, maya: Person) -> None:
    ask_id = await an_ask(slack, maya)
    daniel = slack.person("daniel")
    await daniel.opens_home()
    for action in ("setbacks.later", "setbacks.new"):
        assert (await forged.clicks(slack, daniel, action, ask_id)).answered
    await forged.submits(slack, daniel, "setbacks.save", {"ask": ask_id}, {"happened": "Mine"})
    assert await kept(slack, daniel) == []
    assert "staff role" not in json.dumps(await daniel.sees())


async def an_ask(slack: LocalSlack, person: Person) -> str:
    async with slack.coach.session(person.who) as session:
        return (await asks.begin(session, asks.entry("The staff role", "Ana"))).id


async def test_a_slip_of_a_subcommand_is_asked_about_and_not_saved(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach setback lst")
    assert "Nothing is saved yet." in await maya.reads()
    assert await kept(slack, maya) == []
    await maya.clicks("Keep it as a setback")
    await forged.again(slack)
    assert (await only(slack, maya)).happened == "lst"
