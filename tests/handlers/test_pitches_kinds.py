"""All kinds of pitches as a person meets them: the gate, suggestions taken, other wins, differences, and what is sent."""

from datetime import date

import pytest

from bot.domain import asks, goals, pitches, wins
from bot.domain.asks import Status
from bot.domain.pitches import KINDS
from bot.domain.wins import Entry, Metric, Source
from tests import forged
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

ASK = "I want to become a staff engineer in the spring round"
DAY = date(2026, 11, 17)


@pytest.fixture
async def maya(slack: LocalSlack) -> Person:
    """Somebody with a goal, a win that serves it, and one that does not."""
    await slack.maya.opens_home()
    async with slack.coach.session(slack.maya.who) as session:
        goal = await goals.begin(session, goals.entry("Become a staff engineer"))
        first = await wins.log(session, Entry("Led the audit", date(2026, 11, 3)), Source.FORM)
        await wins.link(session, [first.id], goal.id)
        search = Entry("We shipped the search", DAY, metric=Metric("2.1 s to 0.3 s"))
        await wins.log(session, search, Source.FORM)
    return slack.maya


async def chooses(maya: Person, label: str, typed: dict[str, str] | None = None) -> None:
    """Choose an option of a select while other fields hold what was typed."""
    container, element, block_id, value = await maya._find(label)
    chosen = {"block_id": block_id, "action_id": element["action_id"], "value": value, "values": typed or {}}
    await maya.does("click", container=container, **chosen)


async def drafted(maya: Person, kind: str = "promotion", **typed: object) -> str:
    await maya.says(f"/pitch {kind}")
    usual = {"ask": ASK} if "ask" in await maya.fills() else {}
    refused = await maya.submits(**{**usual, **typed})
    assert not refused.get("errors"), refused
    return await maya.modal()


# --- The choice of a kind


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
async def test_a_kind_opens_by_its_name_with_its_own_fields(maya: Person, kind: pitches.Kind) -> None:
    await maya.says(f"/pitch {pitches.names_of(kind)[0]}")
    fields = await maya.fills()
    assert fields["kind"] == kind.name
    assert [field.name for field in kind.fields if field.name not in fields] == []


async def test_every_kind_can_be_chosen_in_the_form_and_help_names_it(maya: Person) -> None:
    await maya.says("/pitch")
    shown = await maya.modal()
    await maya.closes()
    await maya.says("/pitch help")
    said = await maya.reads()
    for kind in KINDS.values():
        choice = slack_words(kind)
        assert choice in shown
        assert f"`/pitch {pitches.names_of(kind)[0]}` · {choice}" in said


def slack_words(kind: pitches.Kind) -> str:
    from tests.conftest import PROSE  # noqa: PLC0415 - words of one template, compiled once for all tests

    return PROSE.words(kind.words).choice.plain


async def test_what_was_typed_for_one_kind_is_there_when_it_is_chosen_again(maya: Person) -> None:
    await maya.says("/pitch idea")
    await chooses(
        maya, "Thanks for feedback", {"problem": "Orders get lost", "proposal": "A queue", "ask": "A yes"}
    )
    assert "problem" not in await maya.fills()
    await chooses(maya, "A raise", {"heard": "You listen"})
    assert (await maya.fills())["ask"] == "A yes"
    await chooses(maya, "A project or an idea", {"ask": ""})
    found = await maya.fills()
    assert (found["problem"], found["proposal"], found["ask"]) == ("Orders get lost", "A queue", None)
    await chooses(maya, "Thanks for feedback", {})
    assert (await maya.fills())["heard"] == "You listen"


async def test_a_goal_puts_the_wins_that_serve_it_first_and_says_so(maya: Person) -> None:
    await maya.says("/pitch skip")
    await chooses(maya, "Become a staff engineer", {"ask": "Half an hour"})
    assert (await maya.fills())["ask"] == "Half an hour"
    assert "Tue 3 Nov 2026 · serves your goal" in await maya.modal()
    assert "Tue 17 Nov 2026 · has a number · newest" in await maya.modal()
    await maya.submits()
    shown = await maya.modal()
    assert "Your win “Led the audit”, Tuesday 3 November 2026: serves your goal" in shown


async def test_a_draft_of_a_goal_needs_one(slack: LocalSlack) -> None:
    daniel = slack.person("daniel")
    await daniel.says("/pitch goal")
    assert "You have not set a goal yet." in await daniel.modal()
    await daniel.submits()
    refused = await forged.submits(
        slack, daniel, "pitches.draft", "{}", {"kind": chosen("goal"), "period": chosen("all")}
    )
    assert refused.answered


def chosen(value: str) -> dict[str, object]:
    return {"selected_option": {"value": value}}


async def test_a_goal_is_told_with_what_was_done_for_it(maya: Person) -> None:
    await maya.says("/pitch my goal")
    await chooses(maya, "Become a staff engineer")
    await maya.submits(ask="A word with the board")
    shown = await maya.modal()
    assert "What I want to reach: Become a staff engineer [1]" in shown
    assert "[1] Your goal “Become a staff engineer”" in shown


async def test_an_agenda_begins_with_what_was_promised(slack: LocalSlack, maya: Person) -> None:
    async with slack.coach.session(maya.who) as session:
        desk = await asks.begin(session, asks.entry("A desk by the window", "Priya"))
        await asks.asked(session, desk.id)
        await asks.promised(session, desk.id, date(2026, 12, 4), "Before winter")
    shown = await drafted(maya, "1:1", ask="A second engineer", question="Who decides?")
    assert "• A desk by the window: Before winter (by Fri 4 Dec) [1]" in shown
    assert "[1] Your ask “A desk by the window”" in shown


async def test_without_wins_an_agenda_can_be_drafted(slack: LocalSlack) -> None:
    daniel = slack.person("daniel")
    await daniel.opens_home()
    await daniel.says("/pitch raise")
    assert "there are none yet" in await daniel.reads()
    await daniel.clicks("Draft a 1:1 agenda")
    await daniel.submits(ask="A second engineer", question="Who decides?")
    assert "One question: Who decides? [2]" in await daniel.modal()


# --- The gate


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("I would love to maybe be promoted", "“I would love to maybe” hints. Say plainly"),
        ("I want to grow", "Name what exactly you want"),
        ("Sorry to ask, but I want a raise", "“Sorry to ask, but” hints"),
    ],
)
async def test_nothing_is_drafted_from_a_hint_and_the_text_stays(
    slack: LocalSlack, maya: Person, typed: str, said: str
) -> None:
    await maya.says("/pitch promotion")
    refused = await maya.submits(ask=typed, plan="Lead the platform")
    assert said in refused["errors"]["ask"]
    assert (await maya.fills())["plan"] == "Lead the platform"
    await maya.submits(ask=ASK)
    assert ASK in await maya.modal()
    async with slack.coach.session(maya.who) as session:
        assert (await pitches.page(session, size=9))[1] == 1


async def test_a_raise_without_a_sentence_is_refused_beside_the_field(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/pitch raise")
    refused = await maya.submits(ask="")
    assert refused["errors"]["ask"]
    await forged.submits(
        slack, maya, "pitches.draft", "{}", {"kind": chosen("raise"), "period": chosen("all")}
    )
    async with slack.coach.session(maya.who) as session:
        assert await pitches.last(session) is None


# --- The lint and versions


async def test_a_suggestion_is_taken_as_a_version_with_its_difference(maya: Person) -> None:
    shown = await drafted(maya, "manager", ask="I would love to maybe lead it")
    assert "This hints where it could ask. “I would love to maybe”" in shown
    assert "→ What I am asking for: I want to lead it" in shown
    await maya.clicks("Take it")
    taken = await maya.modal()
    assert "version 2, with a suggestion taken" in taken
    assert "• We shipped the search (Tue 17 Nov); my part: [what did I do?] [2]" in taken
    assert "[2] Your own words" in taken
    await maya.clicks("What changed")
    told = await maya.modal()
    assert "− • We shipped the search (Tue 17 Nov)" in told
    assert "+ • We shipped the search (Tue 17 Nov); my part: [what did I do?]" in told


async def test_a_suggestion_that_is_clicked_twice_makes_one_version(slack: LocalSlack, maya: Person) -> None:
    await drafted(maya, "manager", ask="I would love to maybe lead it")
    async with slack.coach.session(maya.who) as session:
        pitch = await pitches.last(session)
        assert pitch is not None
        value = f"{pitch.id}:1:0"
    for _ in range(2):
        assert (await forged.clicks(slack, maya, "pitches.take", value)).answered
    async with slack.coach.session(maya.who) as session:
        assert len(await pitches.versions(session, await pitches.kept_one(session, pitch.id))) == 2


async def test_a_draft_with_nothing_to_say_against_says_so(maya: Person) -> None:
    shown = await drafted(maya, "thanks", heard="You listen well", did="I ask first now", wins=[])
    assert "Nothing in it hints, excuses or leaves you out." in shown


async def test_we_without_my_part_is_asked_about(maya: Person) -> None:
    shown = await drafted(maya)
    assert "This says “we”, and not what your part was. “We shipped”" in shown


async def test_other_wins_make_another_draft(maya: Person) -> None:
    shown = await drafted(maya, "skip")
    assert "Led the audit" in shown
    assert "We shipped the search" in shown
    await maya.clicks("Change wins")
    options = [one for one in (await wins_offered(maya)) if one["text"]["text"] == "Led the audit"]
    await maya.submits(wins=[options[0]["value"]])
    changed = await maya.modal()
    assert "version 2, with other wins" in changed
    assert "We shipped the search" not in changed
    assert "Led the audit" in changed


async def test_other_wins_come_from_another_time_too(maya: Person) -> None:
    await drafted(maya, "skip")
    await maya.clicks("Change wins")
    await chooses(maya, "This week")
    assert [one["text"]["text"] for one in await wins_offered(maya)] == ["We shipped the search"]
    await maya.submits()
    assert "Led the audit" not in (await maya.modal()).split("Other versions")[0]


async def test_after_an_edit_it_is_said_where_the_edit_stays(maya: Person) -> None:
    await drafted(maya, "skip")
    await maya.clicks("Edit")
    await maya.submits(text_1="Only this")
    await maya.clicks("Change wins")
    assert "stays in the version before" in await maya.modal()


async def wins_offered(maya: Person) -> list[dict[str, dict[str, str]]]:
    blocks = (await maya.sees())["modals"][-1]["blocks"]
    return [one for block in blocks if block.get("block_id") == "wins" for one in block["element"]["options"]]


# --- Sent


async def test_a_sent_draft_is_followed_up_by_an_ask(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/pitch promotion")
    await chooses(maya, "Become a staff engineer", {"ask": ASK})
    await maya.submits()
    await maya.clicks("Mark as sent")
    assert (await maya.fills())["follow_up"] == "2026-12-02"
    await maya.submits(to="Priya", follow_up="next friday")
    said = await maya.modal()
    assert "*Marked as sent* to Priya." in said
    assert f"Your ask: {ASK}" in said
    assert "I ask you on Friday 27 November" in said
    assert "Priya stands on the list of those who know your goal “Become a staff engineer”." in said
    async with slack.coach.session(maya.who) as session:
        (standing,) = (await asks.overview(session, 9)).asks
        assert (standing.ask.to, standing.ask.follow_up_on) == ("Priya", date(2026, 11, 27))
    await maya.clicks("Open the draft")
    assert "*Sent* to Priya · today" in await maya.modal()
    await maya.clicks("Undo")
    assert (
        "The draft is not marked as sent any more, and its ask stands as it did before." in await maya.modal()
    )
    async with slack.coach.session(maya.who) as session:
        assert (await asks.overview(session, 9)).total == 0
        assert (await goals.kept(session))[0].knows == []


async def test_an_ask_that_is_there_already_can_be_chosen(slack: LocalSlack, maya: Person) -> None:
    async with slack.coach.session(maya.who) as session:
        ask = await asks.begin(session, asks.entry("The staff role", "Priya"))
    await drafted(maya)
    await maya.clicks("Mark as sent")
    await maya.submits(to="Priya", ask=ask.id)
    assert "Your ask: The staff role" in await maya.modal()
    async with slack.coach.session(maya.who) as session:
        (standing,) = (await asks.overview(session, 9)).asks
        assert (standing.ask.id, standing.ask.status) == (ask.id, Status.ASKED)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"to": "🎉"}, "to", "Name whom you sent it to"),
        ({"to": "Priya", "follow_up": "blursday"}, "follow_up", "I cannot read “blursday” as a day"),
        ({"to": "Priya", "follow_up": "2020-01-01"}, "follow_up", "is not ahead"),
    ],
)
async def test_what_cannot_be_marked_is_said_beside_its_field(
    maya: Person, typed: dict[str, str], field: str, said: str
) -> None:
    await drafted(maya)
    await maya.clicks("Mark as sent")
    refused = await maya.submits(**typed)
    assert said in refused["errors"][field]


async def test_thanks_are_marked_without_an_ask(slack: LocalSlack, maya: Person) -> None:
    await drafted(maya, "thanks", heard="You listen well")
    await maya.clicks("Mark as sent")
    assert set(await maya.fills()) == {"to"}
    await maya.submits(to="Ana")
    assert "*Marked as sent* to Ana." in await maya.modal()
    await maya.closes()
    await maya.says("/pitch list")
    assert "· sent today" in await maya.reads()
    async with slack.coach.session(maya.who) as session:
        assert (await asks.overview(session, 9)).total == 0


@pytest.mark.parametrize(
    "action", ["pitches.take", "pitches.wins", "pitches.changes", "pitches.send", "pitches.unsend"]
)
async def test_somebody_elses_draft_is_not_here(slack: LocalSlack, maya: Person, action: str) -> None:
    await drafted(maya)
    async with slack.coach.session(maya.who) as session:
        pitch = await pitches.last(session)
        assert pitch is not None
    daniel = slack.person("daniel")
    await daniel.opens_home()
    await forged.clicks(slack, daniel, action, f"{pitch.id}:1:0" if action == "pitches.take" else pitch.id)
    assert ASK not in str(await daniel.sees())
