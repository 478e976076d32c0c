"""Negotiation sheets as a person meets them: begun, filled in parts, practised, taken along, noted after."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import asks, negotiations
from tests import forged
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

AIMS = {"target": "78,000 a year", "anchor": "84,000", "anchor_reason": "Three offers <80,000+>"}


async def told(slack: LocalSlack, person: Person) -> list[dict[str, Any]]:
    async with slack.coach.session(person.who) as session:
        some, _ = await negotiations.page(session, size=50)
        return [{"id": one.id, **await negotiations.told(session, one)} for one in some]


async def only(slack: LocalSlack, person: Person) -> dict[str, Any]:
    (sheet,) = await told(slack, person)
    return sheet


async def fills(person: Person, button: str, **values: object) -> str:
    """Open one part, fill it in, and read what is shown then."""
    await person.clicks(button)
    answer = await person.submits(**values)
    assert not answer.get("errors"), answer
    return await person.modal()


async def test_the_whole_way_from_the_first_line_to_the_note_after_the_talk(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/coach negotiate Pay talk with Ana")
    said = await maya.reads()
    assert "*Saved.*\n*Pay talk with Ana*" in said
    assert "*Next:* What exactly do you want to get?" in said
    assert "Nothing of it is required." in said
    assert (await maya.messages())[-1]["ephemeral"]
    shown = await fills(maya, "Answer", **AIMS)
    assert "*I want* 78,000 a year\n*I name first* 84,000\n*Because* Three offers &lt;80,000+&gt;" in shown
    assert "*Next:* What will you do if there is no agreement?" in shown
    shown = await fills(maya, "Answer", reservation="72,000", alternative="The other offer")
    assert "*Next:* What do they need" in shown
    shown = await fills(
        maya, "Answer", mine="Fairness", theirs="Keep the team", beyond_pay="A title\nFour days"
    )
    assert "*Beyond pay* A title, Four days" in shown
    await maya.clicks("Answer")
    assert "No fact yet." in await maya.modal()
    shown = await fills(
        maya, "Add a fact", fact="The median is 81,000", source="Survey, p. 14", on="last Friday"
    )
    assert "The median is 81,000\nSurvey, p. 14 · Friday 13 November" in shown
    await maya.clicks("Back to the sheet")
    assert "• The median is 81,000 (Survey, p. 14, Friday 13 November)" in await maya.modal()
    shown = await fills(maya, "Answer", objection_0="Why now?", reply_0="Because the launch is done")
    assert "1. Why now?\n→ Because the launch is done" in shown
    assert "All parts are filled in." in shown
    shown = await fills(maya, "Note after the talk", text="She answers on Friday")
    assert "*Noted.*" in shown
    assert "Today · She answers on Friday" in shown
    assert "stands in the history" not in shown


async def test_the_form_opens_first_and_the_list_from_then_on(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate")
    assert (await maya.submits(title=" "))["errors"] == {
        "title": "Give it a short name, such as “Pay talk with Ana”."
    }
    assert (await maya.submits(title="x" * 301))["errors"]["title"].startswith("That is longer than the 300")
    await maya.submits(title="Scope talk")
    await forged.again(slack)
    assert (await only(slack, maya))["title"] == "Scope talk"
    await maya.closes()
    await maya.says("/coach negotiate")
    assert "*Your negotiation sheets*" in await maya.reads()
    await maya.clicks("Open")
    assert "*Scope talk*" in await maya.reads()


async def test_the_list_has_pages(maya: Person) -> None:
    await maya.says("/coach negotiate list")
    assert "No sheet yet." in await maya.reads()
    for number in range(10):
        await maya.says(f"/coach negotiate Talk {number}")
    await maya.clicks("All sheets")
    await maya.clicks("Older")
    assert (await maya.reads()).count("Open") == 2
    await maya.clicks("Newer")
    assert (await maya.reads()).count("Open") == 8


async def test_help_and_a_message_without_a_slash_explain_it(maya: Person) -> None:
    for said in ("/coach negotiate help", "negotiate"):
        await maya.says(said)
        assert "*Prepare a talk about pay, scope or terms*" in await maya.reads()
    await maya.clicks("New sheet")
    assert "What is this talk about" in await maya.modal()


async def test_a_slip_of_a_subcommand_is_asked_about_and_not_saved(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate hlep")
    assert "Nothing is saved yet." in await maya.reads()
    assert await told(slack, maya) == []
    await maya.clicks("Begin a sheet with it")
    await forged.again(slack)
    assert (await only(slack, maya))["title"] == "hlep"


async def test_every_change_can_be_undone(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Pay talk")
    await fills(maya, "Aims", **AIMS)
    before = await only(slack, maya)
    for button, values in (
        ("Aims", {"target": "90,000", "anchor": "", "anchor_reason": ""}),
        ("Rename", {"title": "Another talk"}),
        ("Objections", {"objection_0": "No", "reply_0": "Yes"}),
        ("Interests", {"mine": "Peace"}),
    ):
        await fills(maya, button, **values)
        assert await only(slack, maya) != before
        await maya.clicks("Undo")
        assert "*As it was before.*" in await maya.modal()
        assert await only(slack, maya) == before


async def test_an_undo_that_would_lose_newer_words_is_refused(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Pay talk")
    await fills(maya, "Aims", target="1")
    blocks = (await maya.sees())["modals"][-1]["blocks"]
    undo = next(
        one["value"]
        for block in blocks
        for one in block.get("elements", [])
        if one.get("action_id") == "negotiations.revert"
    )
    await fills(maya, "Aims", target="2")
    assert (await forged.clicks(slack, maya, "negotiations.revert", undo)).answered
    assert (await only(slack, maya))["target"] == "2"


async def test_a_note_after_the_talk_can_be_taken_back(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Pay talk")
    await fills(maya, "Note after the talk", text="She said maybe")
    await maya.clicks("Undo")
    assert "She said maybe" not in await maya.modal()
    await forged.again(slack)
    assert len(await told(slack, maya)) == 1


async def test_a_sheet_is_taken_out_and_put_back(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Pay talk")
    await maya.clicks("Undo")
    assert "*Taken out.* Pay talk" in await maya.reads()
    assert await told(slack, maya) == []
    await maya.clicks("Put it back")
    await maya.clicks("Delete")
    await maya.says("/coach bin")
    assert "*Negotiation sheet* Pay talk" in await maya.reads()
    await maya.clicks("Put it back")
    assert (await only(slack, maya))["title"] == "Pay talk"


# --- The ask that it prepares


async def an_ask(slack: LocalSlack, person: Person, request: str = "The staff role") -> str:
    async with slack.coach.session(person.who) as session:
        return (await asks.begin(session, asks.entry(request, "Ana"))).id


async def ledger(slack: LocalSlack, person: Person, ask_id: str) -> list[str | None]:
    async with slack.coach.session(person.who) as session:
        return [one.text for one in await asks.history(session, [ask_id]) if one.what == "note"]


async def test_a_note_after_the_talk_stands_in_the_ledger_of_the_ask(slack: LocalSlack, maya: Person) -> None:
    ask_id = await an_ask(slack, maya)
    await maya.says("/coach negotiate")
    await maya.submits(title="Role talk", ask=ask_id)
    assert "For your ask: The staff role" in await maya.modal()
    shown = await fills(maya, "Note after the talk", text="She wants two more numbers")
    assert "*Noted.* It stands in the history of the ask as well." in shown
    await forged.again(slack)
    assert await ledger(slack, maya, ask_id) == ["She wants two more numbers"]
    await maya.clicks("Undo")
    assert await ledger(slack, maya, ask_id) == []
    assert "She wants" not in await maya.modal()


async def test_a_note_that_something_came_after_in_the_ledger_stays_in_both(
    slack: LocalSlack, maya: Person
) -> None:
    ask_id = await an_ask(slack, maya)
    await maya.says("/coach negotiate")
    await maya.submits(title="Role talk", ask=ask_id)
    await fills(maya, "Note after the talk", text="She wants numbers")
    async with slack.coach.session(maya.who) as session:
        await asks.note(session, ask_id, "Something else")
    await maya.clicks("Undo")
    assert await ledger(slack, maya, ask_id) == ["She wants numbers", "Something else"]
    await maya.closes()
    await maya.says("/coach negotiate")
    await maya.clicks("Open")
    assert "She wants numbers" in await maya.reads()


async def test_the_ask_is_chosen_changed_and_given_up_and_undone(slack: LocalSlack, maya: Person) -> None:
    ask_id, other = await an_ask(slack, maya), await an_ask(slack, maya, "A raise")
    await maya.says("/coach negotiate Role talk")
    for chosen, kept in ((ask_id, ask_id), (other, other), ("none", None)):
        await fills(maya, "Rename", title="Role talk", ask=chosen)
        assert (await only(slack, maya))["ask_id"] == kept
    await maya.clicks("Undo")
    assert (await only(slack, maya))["ask_id"] == other
    assert "For your ask: A raise" in await maya.modal()


async def test_an_ask_in_the_bin_takes_nothing_away_from_the_sheet(slack: LocalSlack, maya: Person) -> None:
    ask_id = await an_ask(slack, maya)
    await maya.says("/coach negotiate")
    await maya.submits(title="Role talk", ask=ask_id)
    async with slack.coach.session(maya.who) as session:
        await asks.bin_(session, ask_id)
    shown = await fills(maya, "Note after the talk", text="She said no")
    assert "stands in the history" not in shown
    assert "For your ask" not in shown
    assert await ledger(slack, maya, ask_id) == []


async def test_the_talk_is_prepared_from_the_ask_once(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/ask Ana for the staff role")
    await maya.clicks("Open")
    await maya.clicks("Prepare the talk")
    assert (await maya.fills())["title"] == "the staff role"
    await maya.submits()
    assert "For your ask: the staff role" in await maya.modal()
    await maya.closes()
    await maya.says("/ask list")
    await maya.clicks("Open")
    await maya.clicks("Prepare the talk")
    assert "For your ask: the staff role" in await maya.reads()
    assert len(await told(slack, maya)) == 1


async def test_ask_negotiate_does_the_same(slack: LocalSlack, maya: Person) -> None:
    for said in ("/ask negotiate", "/coach ask negotiate"):
        await maya.says(said)
        assert "What is this talk about" in await maya.modal()
        await maya.closes()
    await maya.says("/ask negotiate Scope talk")
    assert (await only(slack, maya))["title"] == "Scope talk"
    await maya.says("/ask negotiate list")
    assert "*Scope talk*" in await maya.reads()


async def test_somebody_elses_ask_cannot_be_prepared(slack: LocalSlack, maya: Person) -> None:
    daniel = slack.person("daniel")
    await daniel.opens_home()
    ask_id = await an_ask(slack, daniel, "zebra")
    assert (await forged.clicks(slack, maya, "negotiations.prepare", ask_id)).answered
    assert "zebra" not in json.dumps(await maya.sees())
    answer = await forged.submits(slack, maya, "negotiations.save", {}, {"title": "Mine", "ask": ask_id})
    assert "not here any more" in str(answer.body)
    assert await told(slack, maya) == []


# --- Facts


async def test_a_fact_grows_stale_and_is_looked_at_again(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Pay talk")
    await maya.clicks("Facts")
    await fills(maya, "Add a fact", fact="The median is 81,000", source="Survey")
    await maya.closes()
    await slack.passes(timedelta(days=200))
    await maya.says("/coach negotiate")
    await maya.clicks("Open")
    assert "_older than six months_" in await maya.reads()
    await maya.clicks("Facts")
    assert "_older than six months: look again_" in await maya.reads()
    await maya.clicks("Look again")
    assert (await maya.fills())["on"] == "2027-06-06"
    await maya.submits(fact="The median is 83,000")
    shown = await maya.modal()
    assert "The median is 83,000\nSurvey · today" in shown
    assert "older than six months" not in shown
    await maya.clicks("Undo")
    assert "• The median is 81,000 (Survey, " in await maya.modal()


async def test_facts_are_changed_and_removed_and_bad_ones_explained(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Pay talk")
    await maya.clicks("Facts")
    await maya.clicks("Add a fact")
    for values, errors in (
        (
            {"fact": "x", "on": "tomorrow"},
            {"on": "Thursday 19 November 2026 has not come yet. Choose the day on which you found it."},
        ),
        (
            {"fact": "x", "on": "the day of the zebra"},
            {
                "on": "I cannot read “the day of the zebra” as a date. Try “yesterday”, “last Friday”, “12 March” or 2026-03-12."
            },
        ),
        ({"fact": " ", "on": "today"}, {"fact": "Say in a few words what you found."}),
    ):
        assert (await maya.submits(**values))["errors"] == errors
    await maya.submits(fact="Median 81,000", source="", on="")
    await forged.again(slack)
    assert [one["fact"] for one in (await only(slack, maya))["facts"]] == ["Median 81,000"]
    await maya.clicks("Edit")
    await maya.submits(source="A survey")
    assert "A survey · today" in await maya.modal()
    await maya.clicks("Remove")
    assert "No fact yet." in await maya.modal()
    await maya.clicks("Undo")
    assert "• Median 81,000 (A survey, today)" in await maya.modal()


# --- Practice


async def test_five_objections_are_practised_one_after_another(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Pay talk")
    await fills(
        maya, "Objections", objection_0="Why now?", reply_0="The launch is done", objection_1="Why you?"
    )
    await maya.clicks("Practise")
    shown = await maya.modal()
    assert "1 of 5\n*They say:* Why now?" in shown
    assert "The launch is done" not in shown
    await maya.clicks("Show my reply")
    assert "*You reply:* The launch is done" in await maya.modal()
    await maya.clicks("Say it better")
    assert (await maya.fills())["reply_0"] == "The launch is done"
    await maya.submits(reply_0="The launch is done, a month early")
    assert "2 of 5\n*They say:* Why you?" in await maya.modal()
    await maya.clicks("Show my reply")
    assert "There is no reply on your sheet yet." in await maya.modal()
    await maya.clicks("Next one")
    shown = await maya.modal()
    assert "3 of 5\n*They say:* There is no budget for that this year." in shown
    assert "This one is not on your sheet" in shown
    await maya.clicks("Show my reply")
    await maya.clicks("Write a reply")
    await maya.submits(reply_0="Which month would work?")
    for place in (4, 5):
        assert f"{place} of 5" in await maya.modal()
        await maya.clicks("Next one")
    shown = await maya.modal()
    assert "*Done.* This is what you have for the talk:" in shown
    assert "*Why now?*\nThe launch is done, a month early" in shown
    assert "*There is no budget for that this year.*\nWhich month would work?" in shown
    assert "No reply yet" in shown
    assert (await only(slack, maya))["objections"] == [
        ["Why now?", "The launch is done, a month early"],
        ["Why you?", ""],
        ["There is no budget for that this year.", "Which month would work?"],
    ]
    await maya.clicks("Back to the sheet")
    assert "*Pay talk*" in await maya.modal()


async def test_that_works_goes_on_and_the_state_holds_ids_and_numbers_only(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/coach negotiate Pay talk")
    await fills(maya, "Objections", objection_0="Why zebra?", reply_0="Because quartz")
    await maya.clicks("Practise")
    await maya.clicks("Show my reply")
    await maya.clicks("Say it better")
    carried = json.loads(slack.calls("views.update")[-1]["view"]["private_metadata"])
    sheet_id = (await only(slack, maya))["id"]
    assert carried == {"negotiation": sheet_id, "place": 0, "own": True, "number": 0}
    await maya.closes()
    await maya.says("/coach negotiate")
    await maya.clicks("Open")
    await maya.clicks("Practise")
    await maya.clicks("Show my reply")
    await maya.clicks("That works")
    assert "2 of 5" in await maya.modal()


async def test_forged_practice_is_answered_like_an_old_button(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Pay talk")
    sheet_id = (await only(slack, maya))["id"]
    for place in ("", "x", "-1", "99", "9"):
        for action in ("show_reply", "better", "works"):
            assert (
                await forged.clicks(slack, maya, f"negotiations.{action}", f"{sheet_id}:{place}")
            ).answered
    forgeries: list[tuple[bool, object, object]] = [
        (True, 0, 0),
        (False, 9, 0),
        (False, -1, 0),
        (False, "0", 0),
        (True, None, "x"),
    ]
    for own, number, at in forgeries:
        carried = {"negotiation": sheet_id, "own": own, "number": number, "place": at}
        answer = await forged.submits(slack, maya, "negotiations.save_reply", carried, {"reply_0": "x"})
        assert "older message" in str(answer.body)
    assert (await only(slack, maya))["objections"] is None


# --- Whose it is, and where it is not


async def test_somebody_elses_sheet_is_not_found(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/coach negotiate Talk about zebra")
    await fills(maya, "Limits", reservation="zebra", alternative="zebra")
    await maya.clicks("Facts")
    await fills(maya, "Add a fact", fact="zebra")
    before = await only(slack, maya)
    daniel = slack.person("daniel")
    await daniel.opens_home()
    for value in (before["id"], f"{before['id']}:0", f"aims:{before['id']}", before["facts"][0]["id"]):
        for action in negotiations_actions():
            answer = await forged.clicks(slack, daniel, action, value, option=f"edit:{value}")
            assert answer.answered, action
    fact = before["facts"][0]["id"]
    for callback in (
        "save_name",
        "save_part",
        "save_objections",
        "save_fact",
        "save_reply",
        "make",
        "save_note",
    ):
        carried = {
            "negotiation": before["id"],
            "part": "aims",
            "fact": fact,
            "own": False,
            "number": 0,
            "place": 0,
        }
        fields = dict.fromkeys(("title", "target", "fact", "text", "reply_0", "objection_0"), "Mine now")
        answer = await forged.submits(slack, daniel, f"negotiations.{callback}", carried, fields)
        assert "not here any more" in str(answer.body), callback
    assert await only(slack, maya) == before
    assert await told(slack, daniel) == []
    assert "zebra" not in json.dumps(await daniel.sees())


def negotiations_actions() -> list[str]:
    from handlers.negotiations import Ids  # noqa: PLC0415 - only for this list

    return [one.value for one in Ids if not one.value.rpartition(".")[2].startswith(("save", "make"))]


async def test_hostile_words_are_shown_as_they_were_typed(slack: LocalSlack, maya: Person) -> None:
    for text in forged.HOSTILE:
        await maya.says(f"/coach negotiate {text}")
        shown = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert shown in await maya.reads()
