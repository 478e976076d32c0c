"""Pitches as a person meets them: the command, the form, the private preview, its versions, and the list."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.domain import pitches, proofs, wins
from bot.domain.wins import Entry, Metric, Source
from tests.slack import LocalSlack, Person

FUTURE = {
    "aim": "Fewer lost customers",
    "plan": "Move checkout",
    "effect": "Half the drop-outs",
    "when": "March",
}


@pytest.fixture
async def maya(slack: LocalSlack) -> Person:
    """Somebody with two wins this month and one last month; the newest has a number."""
    await log(
        slack,
        Entry("Shipped the new search", date(2026, 11, 17), metric=Metric("2.1 s to 0.3 s"), credit="Ana"),
        Entry("Fixed the login error", date(2026, 11, 2)),
        Entry("Mentored Ben", date(2026, 10, 5)),
    )
    return slack.maya


async def log(slack: LocalSlack, *entries: Entry) -> None:
    await slack.maya.opens_home()
    async with slack.coach.session(slack.maya.who) as session:
        for entry in entries:
            await wins.log(session, entry, Source.FORM)


async def drafted(maya: Person, **typed: object) -> str:
    """Draft with the form as it opens, and read the preview."""
    await maya.says("/pitch manager")
    await maya.submits(**{"ask": "A second engineer", **typed})
    return await maya.modal()


async def boxes(maya: Person) -> dict[str, Any]:
    """What stands in the fields of the modal on top: a text, a value or a list of values."""
    state = (await maya.sees())["modals"][-1]["state"]
    return {field: value_of(next(iter(elements.values()))) for field, elements in state.items()}


def value_of(state: dict[str, Any]) -> Any:
    if "selected_options" in state:
        return [one["text"]["text"] for one in state["selected_options"]]
    return (state.get("selected_option") or {}).get("value") or state.get("value")


async def modals(maya: Person) -> list[dict[str, Any]]:
    return list((await maya.sees())["modals"])


async def kept(slack: LocalSlack, name: str = "maya") -> int:
    async with slack.coach.session(slack.person(name).who) as session:
        return (await pitches.page(session, size=1))[1]


# --- Before the form


@pytest.mark.parametrize("said", ["/pitch", "/pitch manager", "/coach pitch manager", "/pitch My  Manager "])
async def test_the_form_opens_for_the_manager(maya: Person, said: str) -> None:
    await maya.says(said)
    assert (await boxes(maya))["kind"] == "manager"


async def test_the_form_opens_for_the_managers_manager(maya: Person) -> None:
    await maya.says("/pitch skip")
    assert (await boxes(maya))["kind"] == "skip"


async def test_a_message_to_the_bot_gets_a_button_that_opens_the_form(maya: Person) -> None:
    await maya.says("pitch skip")
    assert "A draft for your manager’s manager." in str((await maya.messages())[-1]["text"])
    await maya.clicks("Open the form")
    assert (await boxes(maya))["kind"] == "skip"


async def test_without_a_win_the_first_one_is_asked_for(slack: LocalSlack) -> None:
    await slack.maya.says("/pitch manager")
    assert "there are none yet" in await slack.maya.reads_all()
    await slack.maya.clicks("Log a first win")
    assert "What did you get done?" in await slack.maya.modal()


async def test_help_says_what_works(maya: Person) -> None:
    await maya.says("/pitch help")
    said = await maya.reads()
    assert "/pitch manager" in said
    await maya.clicks("All drafts")
    assert "No drafts yet" in await maya.reads()


@pytest.mark.parametrize(
    ("said", "kind"), [("raise 74,000 from January", "raise"), ("a Raise 74,000 from January", "raise")]
)
async def test_what_is_said_behind_a_kind_stands_in_its_form(maya: Person, said: str, kind: str) -> None:
    await maya.says(f"/pitch {said}")
    assert (await boxes(maya))["kind"] == kind
    assert (await maya.fills())["ask"] == "74,000 from January"


async def test_what_was_said_is_given_back_where_no_win_is_there_yet(slack: LocalSlack) -> None:
    await slack.maya.says("/pitch raise 74,000 from January")
    said = await slack.maya.reads_all()
    assert "74,000 from January" in said
    assert "there are none yet" in said


async def test_unknown_words_are_answered_with_usage(maya: Person) -> None:
    await maya.says("/pitch the <moon> & *stars*")
    said = await maya.reads()
    assert "“the &lt;moon&gt; &amp; *stars*”" in said
    assert "/pitch list" in said
    await maya.clicks("Draft a message")
    assert "What is it for?" in await maya.modal()


@pytest.mark.thorough
async def test_ten_thousand_unknown_characters_are_answered_too(maya: Person) -> None:
    await maya.says("/pitch " + "x" * 10_000)
    assert "/pitch manager" in await maya.reads()


# --- The form


async def test_the_form_is_calm_and_has_the_best_wins_of_this_month_chosen(maya: Person) -> None:
    await maya.says("/pitch")
    fields = [block for block in (await modals(maya))[-1]["blocks"] if block["type"] == "input"]
    found = await boxes(maya)
    assert len(fields) <= 9
    assert found["period"] == "month"
    assert sorted(found["wins"]) == ["Fixed the login error", "Shipped the new search"]


async def test_another_period_changes_the_wins_and_keeps_what_was_typed(maya: Person) -> None:
    await maya.says("/pitch")
    await choose(maya, "This year", {"ask": "A second engineer", "aim": "Growth"})
    found = await boxes(maya)
    assert found["period"] == "year"
    assert len(found["wins"]) == 3
    assert (found["ask"], found["aim"]) == ("A second engineer", "Growth")
    await choose(maya, "This week", {})
    assert (await boxes(maya))["wins"] == ["Shipped the new search"]


async def test_another_kind_takes_fewer_wins(maya: Person) -> None:
    await maya.says("/pitch")
    await choose(maya, "A note to my manager’s manager", {"plan": "Hire"})
    await choose(maya, "This year", {"plan": "Hire"})
    found = await boxes(maya)
    assert (found["kind"], found["period"], found["plan"]) == ("skip", "year", "Hire")
    assert found["wins"] == ["Shipped the new search", "Fixed the login error"]
    await maya.submits()
    assert "For my manager’s manager · 2026" in await maya.modal()


async def test_a_period_without_wins_says_so_and_keeps_the_form(slack: LocalSlack) -> None:
    await log(slack, Entry("Mentored Ben", date(2026, 10, 5)))
    maya = slack.maya
    await maya.says("/pitch")
    assert (await boxes(maya))["period"] == "quarter"
    await choose(maya, "This week", {"ask": "A raise"})
    assert "No wins in that time" in await maya.modal()
    refused = await maya.submits()
    assert "Choose at least one win" in str(refused["errors"])
    await choose(maya, "All of it", {})
    assert await maya.submits()
    assert "A raise" in await maya.modal()


async def choose(maya: Person, label: str, typed: dict[str, str]) -> None:
    """Choose an option of a select while other fields hold what was typed."""
    container, element, block_id, value = await maya._find(label)
    await maya.does(
        "click",
        container=container,
        block_id=block_id,
        action_id=element["action_id"],
        value=value,
        values=typed,
    )


@pytest.mark.thorough
async def test_more_wins_than_a_form_can_list_leaves_the_oldest_out(slack: LocalSlack) -> None:
    day = date(2026, 11, 18)
    await log(slack, *(Entry(f"Closed ticket {number}", day) for number in range(101)))
    maya = slack.maya
    await maya.says("/pitch")
    wins = next(block for block in (await modals(maya))[-1]["blocks"] if block.get("block_id") == "wins")
    assert len(wins["element"]["options"]) == 100
    assert "The newest 100 of 101" in await maya.modal()


# --- The preview


async def test_the_preview_shows_what_each_line_rests_on(maya: Person) -> None:
    shown = await drafted(maya, **FUTURE)
    for line in (
        "For my manager · November 2026* · version 1",
        "What I am asking for: A second engineer [1]",
        "• Shipped the new search (Tue 17 Nov) [2]",
        "Number: 2.1 s to 0.3 s [2]",
        "Credit also to: Ana [2]",
        "• Fixed the login error (Mon 2 Nov) [3]",
        "Number: [number?] [3]",
        "Looking ahead (a forecast):",
        "What I will do next: Move checkout [5]",
        "How it will be measured: [how is it measured?] [7]",
        "[1] The form: “What do you want from them, in one sentence?”",
        "[7] The form: “How will it be measured?” (left empty)",
        "[2] Your win “Shipped the new search”, Tuesday 17 November 2026: has a number, newest",
    ):
        assert line in shown
    assert "Looks back only" not in shown


async def test_the_preview_stands_in_a_modal_and_never_in_the_dm(maya: Person) -> None:
    await drafted(maya, **FUTURE)
    assert "A second engineer" not in await maya.reads_all()


async def test_without_future_value_the_draft_is_marked(maya: Person) -> None:
    assert "Looks back only" in await drafted(maya)


async def test_an_empty_ask_stays_a_visible_blank(maya: Person) -> None:
    shown = await drafted(maya, ask="")
    assert "[what do you want from them?] [1]" in shown
    assert "What do you want from them, in one sentence?” (left empty)" in shown


@pytest.mark.parametrize(
    "ask",
    ["<!channel> & <@U1> *now*", "\u05de\u05d1\u05d7\u05df \u05e9\u05dc \u05e2\u05d1\u05e8\u05d9\u05ea"],
)
async def test_odd_words_are_shown_sign_by_sign(maya: Person, ask: str) -> None:
    assert f"What I am asking for: {ask} [1]" in await drafted(maya, ask=ask)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"ask": "x" * 600}, "ask", "longer than the 500 characters"),
        ({"ask": "🎉🎉"}, "ask", "Say in words what you want"),
        ({"aim": "x" * 1001}, "aim", "longer than the 1,000 characters"),
    ],
)
async def test_what_cannot_be_drafted_is_said_beside_its_field(
    slack: LocalSlack, maya: Person, typed: dict[str, object], field: str, sentence: str
) -> None:
    await maya.says("/pitch")
    refused = await maya.submits(**typed)
    assert sentence in refused["errors"][field]
    assert await kept(slack) == 0
    await maya.submits(ask="A raise", aim="Growth", wins=(await options(maya))[:1])
    assert "A raise" in await maya.modal()


async def options(maya: Person) -> list[str]:
    blocks = (await modals(maya))[-1]["blocks"]
    return [
        one["value"]
        for block in blocks
        if block.get("block_id") == "wins"
        for one in block["element"]["options"]
    ]


@pytest.mark.thorough
async def test_more_wins_than_the_reader_takes_in_are_refused(maya: Person) -> None:
    await maya.says("/pitch skip")
    await choose(maya, "This year", {})
    refused = await maya.submits(wins=await options(maya))
    assert "That is 3 wins; choose at most 2" in refused["errors"]["wins"]


async def test_a_win_that_was_deleted_since_is_said_to_be_gone(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/pitch")
    await choose(maya, "This week", {})
    await maya.submits()
    await maya.closes()
    async with slack.coach.session(maya.who) as session:
        for win in (await wins.page(session, size=3))[0]:
            await wins.bin_(session, win.id)
    await maya.says("/pitch list")
    await maya.clicks("Open")
    assert "Something that you have deleted since" in await maya.modal()
    assert "Shipped the new search (Tue 17 Nov)" in await maya.modal()


async def test_a_long_draft_is_shown_copied_and_edited_whole(slack: LocalSlack, maya: Person) -> None:
    result = " ".join(f"word{number}" for number in range(330))
    day = date(2026, 11, 18)
    await log(
        slack, *(Entry(name, day, result=result, metric=Metric("7"), benefited=result) for name in "ABC")
    )
    shown = await drafted(maya)
    assert "This is long for its reader" in shown
    await maya.clicks("Copy")
    assert "The draft, part 1 of" in await maya.modal()
    copied = "\n".join((await boxes(maya)).values())
    assert copied.count("word329") == 6
    await maya.submits()
    await maya.clicks("Edit")
    first = (await boxes(maya))["text_1"]
    await maya.submits(text_1=f"{first} and one more")
    await maya.clicks("Copy")
    again = "\n".join((await boxes(maya)).values())
    assert again.split() == copied.replace(first, f"{first} and one more").split()


# --- Copy, edit, versions


async def test_copy_lays_the_plain_text_upon_the_preview(maya: Person) -> None:
    await drafted(maya)
    await maya.clicks("Copy")
    text = (await boxes(maya))["text_1"]
    assert text.startswith("What I am asking for: A second engineer\n\nWhat it rests on:\n• Shipped")
    assert "[1]" not in text
    assert len(await modals(maya)) == 2
    await maya.submits()
    assert len(await modals(maya)) == 1
    assert "Your draft" in await maya.modal()


async def test_an_edit_makes_a_version_and_marks_own_words(maya: Person) -> None:
    await drafted(maya)
    await maya.clicks("Edit")
    text = (await boxes(maya))["text_1"]
    await maya.submits(text_1=text.replace("[number?]", "41 % fewer calls"))
    shown = await maya.modal()
    assert "version 2, edited by you" in shown
    assert "41 % fewer calls [4]" in shown
    assert "[4] Your own words" in shown
    await maya.clicks("Version 1")
    assert "[number?] [3]" in await maya.modal()
    await maya.clicks("Version 2")
    assert "41 % fewer calls" in await maya.modal()


async def test_two_edits_of_the_first_version_are_both_kept(maya: Person) -> None:
    await drafted(maya)
    for words in ("First try", "Second try"):
        await maya.clicks("Edit")
        await maya.submits(text_1=words)
        assert words in await maya.modal()
        if words == "First try":
            await maya.clicks("Version 1")
    await maya.clicks("Version 2")
    assert "First try" in await maya.modal()


async def test_an_emptied_draft_is_refused_and_kept(maya: Person) -> None:
    await drafted(maya)
    await maya.clicks("Edit")
    refused = await maya.submits(text_1="  ")
    assert "A draft needs some words" in refused["errors"]["text_1"]
    await maya.submits(text_1="Some words")
    assert "Some words" in await maya.modal()


# --- The list


async def test_drafts_are_listed_opened_deleted_and_put_back(slack: LocalSlack, maya: Person) -> None:
    await drafted(maya)
    await maya.closes()
    await maya.says("/pitch list")
    said = await maya.reads()
    assert "For my manager · November 2026" in said
    assert "Drafted today · looks back only\nA second engineer" in said
    await maya.clicks("Open")
    assert "version 1" in await maya.modal()
    await maya.closes()
    await maya.clicks("Delete")
    assert "It stays in the bin for 30 days" in await maya.reads()
    assert await kept(slack) == 0
    await maya.clicks("Undo")
    assert "Put back" in await maya.reads()
    assert await kept(slack) == 1


async def test_a_draft_can_be_deleted_in_its_preview_and_a_new_one_begun(
    slack: LocalSlack, maya: Person
) -> None:
    await drafted(maya)
    await maya.clicks("Delete")
    await maya.clicks("All drafts")
    assert "No drafts yet" in await maya.modal()
    await maya.clicks("New draft")
    await maya.submits(ask="A promotion")
    assert "A promotion" in await maya.modal()
    assert await kept(slack) == 1


@pytest.mark.thorough
async def test_the_list_has_pages(slack: LocalSlack, maya: Person) -> None:
    for number in range(10):
        slack.clock.move_by(timedelta(seconds=1))
        async with slack.coach.session(maya.who) as session:
            offer = await proofs.usual_offer(session, pitches.MANAGER)
            given = pitches.brief("manager", "November 2026", {"ask": f"Request number {number}"})
            facts = pitches.Facts(date(2026, 11, 18), offer.proofs)
            await pitches.begin(session, slack.coach.prose, given, facts)
    await maya.says("/pitch list")
    newest = await maya.reads()
    assert "10 drafts" in newest
    assert "Request number 9" in newest
    assert "Request number 1\n" not in newest
    await maya.clicks("Older")
    assert "Request number 1" in await maya.reads()
    await maya.clicks("Newer")
    assert "Request number 9" in await maya.reads()


@pytest.mark.thorough
@pytest.mark.parametrize("value", ["", "nine", "-1", "²", "9" * 5000])
async def test_a_page_that_makes_no_sense_is_the_first(slack: LocalSlack, maya: Person, value: str) -> None:
    await drafted(maya)
    element = {"type": "button", "action_id": "pitches.older", "block_id": "b", "value": value}
    view = {"id": (await modals(maya))[-1]["id"], "type": "modal"}
    await dispatch(maya, {"type": "block_actions", "view": view, "actions": [element]})
    assert "1 draft, newest first" in await maya.modal()


async def test_a_click_on_a_deleted_draft_says_so(maya: Person) -> None:
    await drafted(maya)
    await maya.closes()
    for _ in range(2):
        await maya.says("/pitch list")
    await maya.clicks("Delete")
    await maya.clicks("Open")
    assert "That draft is not here any more." in await maya.reads_all()
    assert await maya.modal() == ""


# --- Twice, forged, somebody else's


async def dispatch(maya: Person, body: dict[str, Any]) -> BoltResponse:
    """Hand a payload to the bot as Slack would deliver it, whatever the person's screen shows by now."""
    team, user = maya.who.team_id, {"id": maya.id, "team_id": maya.who.team_id}
    app = maya._slack.bot.app
    answer = await app.async_dispatch(
        AsyncBoltRequest(mode="socket_mode", body={"team": {"id": team}, "user": user, **body})
    )
    await maya._slack.settled()
    return answer


async def submission(maya: Person) -> Callable[..., Awaitable[BoltResponse]]:
    """The modal on top as it would be submitted now, to be delivered as often as one likes."""
    view = (await modals(maya))[-1]
    private = maya._slack.sandbox.world.views[view["id"]].body.get("private_metadata", "")
    payload = {**view, "type": "modal", "private_metadata": private, "state": {"values": view["state"]}}

    async def send(sender: Person = maya, **chosen: object) -> BoltResponse:
        state = {**view["state"], **{field: {"value": given} for field, given in chosen.items()}}
        body = {**payload, "state": {"values": state}}
        return await dispatch(sender, {"type": "view_submission", "view": body})

    return send


async def test_a_form_sent_twice_makes_one_draft_and_shows_it_twice(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/pitch")
    send = await submission(maya)
    first, second = await asyncio.gather(send(), send())
    assert await kept(slack) == 1
    assert "Your draft" in first.body
    assert "Your draft" in second.body


async def test_an_edit_sent_twice_makes_one_version(slack: LocalSlack, maya: Person) -> None:
    await drafted(maya)
    await maya.clicks("Edit")
    send = await submission(maya)
    for _ in range(2):
        answer = await send(text_1={"value": "Shorter"})
        assert "version 2" in answer.body
    async with slack.coach.session(maya.who) as session:
        pitch = await pitches.last(session)
        assert pitch is not None
        assert len(await pitches.versions(session, pitch)) == 2


async def test_somebody_elses_wins_are_left_out(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/pitch")
    foreign = await options(maya)
    daniel = slack.person("daniel")
    await daniel.says("/win Wrote the runbook")
    await daniel.says("/pitch")
    send = await submission(daniel)
    refused = await send(wins={"selected_options": [{"value": one} for one in foreign]})
    assert "Choose at least one win" in refused.body
    own = await options(daniel)
    made = await send(wins={"selected_options": [{"value": one} for one in (*foreign, *own)]})
    assert "Wrote the runbook" in made.body
    assert "Shipped the new search" not in made.body


async def test_somebody_elses_draft_cannot_be_edited(slack: LocalSlack, maya: Person) -> None:
    await drafted(maya)
    await maya.clicks("Edit")
    send = await submission(maya)
    answer = await send(slack.person("daniel"), text_1={"value": "Mine now"})
    assert "That draft is not here any more." in answer.body
    assert await kept(slack) == 1
    await maya.submits()
    assert "Mine now" not in await maya.modal()


async def test_the_home_tab_names_the_last_draft_without_its_words(maya: Person) -> None:
    await drafted(maya)
    await maya.closes()
    await maya.opens_home()
    shown = await maya.home()
    assert "For my manager · November 2026" in shown
    assert "A second engineer" not in shown
