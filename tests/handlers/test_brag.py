"""The document as a person meets it: the command, the form, the file in the DM, and what is said when it cannot be."""

import csv
import io
import sys
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from bot.core import logs
from bot.core.prose import Prose
from bot.documents import formats
from bot.documents.formats import Format, Made
from bot.documents.press import Press
from bot.domain import goals, portable, wins
from bot.domain.brag import Facts
from bot.domain.wins import Metric, Source, entry
from handlers import brag
from handlers.brag import Asked
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

PRIVATE = "Asked for twelve percent more"


async def log(slack: LocalSlack, title: str, on: date = date(2026, 11, 2), **parts: Any) -> None:
    async with slack.coach.session(slack.maya.who) as session:
        await wins.log(session, entry(title, on, **{"shareable": True, **parts}), Source.FORM)


@pytest.fixture
async def author(slack: LocalSlack, maya: Person) -> Person:
    """Somebody with two wins that others may read and a private one, all of this quarter."""
    await log(slack, "Shipped search", metric=Metric("Search time", "2.1", "0.3", "s"), project="Search")
    await log(slack, "Mentored Ben", date(2026, 10, 5), category="mentoring", credit="Ben")
    await log(slack, PRIVATE, shareable=False)
    return maya


async def files(slack: LocalSlack, maya: Person) -> dict[str, bytes]:
    """The files of the newest message, by name."""
    found = {}
    for file in (await maya.messages())[-1]["files"]:
        async with slack.http.get(slack.address + file["url"]) as answer:
            found[file["name"]] = await answer.read()
    return found


async def made(slack: LocalSlack, maya: Person, **typed: Any) -> str:
    """Make a document as Markdown and read it."""
    await maya.says("/win export")
    answer = await maya.submits(**{"formats": ["markdown"], **typed})
    assert "errors" not in answer, answer
    (content,) = (await files(slack, maya)).values()
    return content.decode()


# --- The command


@pytest.mark.parametrize("said", ["/win export", "/coach win export", "/WIN export".lower(), "/win  Export "])
async def test_the_form_opens_with_this_quarter_for_the_manager(author: Person, said: str) -> None:
    await author.says(said)
    stands = await author.fills()
    assert (stands["period"], stands["audience"], stands["by"]) == ("this_quarter", "manager", "category")
    assert stands["formats"] == ["pdf"]
    assert "3 wins in that time; 1 of them is private and left out" in await author.modal()


async def test_what_is_said_with_the_command_is_filled_in(author: Person) -> None:
    await author.says("/win export last month for my review as word")
    stands = await author.fills()
    assert (stands["period"], stands["audience"], stands["formats"]) == ("last_month", "review", ["docx"])


async def test_a_message_to_the_bot_gets_a_button_that_opens_the_form(author: Person) -> None:
    await author.says("win export")
    assert "kept nowhere but here" in await author.reads()
    await author.clicks("Open the form")
    assert "Who is it for?" in await author.modal()


async def test_without_any_win_the_first_one_is_asked_for(maya: Person) -> None:
    await maya.says("/win export")
    assert "there are none yet" in await maya.reads()


async def test_a_win_that_begins_with_the_word_is_still_a_win(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Export pipeline rewritten for the data team")
    assert [win.title for win in await slack.wins(maya)] == ["Export pipeline rewritten for the data team"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("export", Asked()),
        ("EXPORT This  Year", Asked(window="this_year")),
        ("export all for me", Asked(window="all", audience="me")),
        ("export of last week to myself", Asked(window="last_week", audience="me")),
        ("export as a web page", Asked(format="html")),
        ("export from 1 March to 30 June as csv", Asked(since="1 march", until="30 june", format="csv")),
        ("export skip pdf", Asked(audience="skip", format="pdf")),
        ("export the data", None),
        ("exported", None),
    ],
)
def test_only_what_is_wholly_understood_is_an_export(text: str, asked: Asked | None) -> None:
    assert brag.asked(text) == asked


# --- The form


async def choose(maya: Person, label: str, **typed: Any) -> None:
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


async def test_another_period_says_what_it_holds_and_keeps_what_was_chosen(author: Person) -> None:
    await author.says("/win export")
    await choose(author, "Last month", formats=["html"], by="month")
    assert "1 win in that time." in await author.modal()
    stands = await author.fills()
    assert (stands["formats"], stands["by"], stands["period"]) == (["html"], "month", "last_month")
    assert "private" not in stands
    await choose(author, "Last year")
    assert "No wins in that time. Choose a longer one." in await author.modal()


async def test_the_form_says_who_may_read_the_file_before_it_is_made(author: Person) -> None:
    await author.says("/win export")
    assert (
        "Whoever may export the direct messages of this workspace may read it there" in await author.modal()
    )


async def test_for_myself_private_ones_need_no_tick(author: Person) -> None:
    await author.says("/win export")
    assert "private" in await author.fills()
    await choose(author, "Myself: everything")
    assert "private" not in await author.fills()
    assert "3 wins in that time." in await author.modal()


async def test_two_days_are_typed_as_people_say_them(slack: LocalSlack, author: Person) -> None:
    await author.says("/win export")
    await choose(author, "Between two days")
    refused = await author.submits(since="soonish", formats=["markdown"])
    assert "cannot read “soonish”" in str(refused["errors"]["since"])
    refused = await author.submits(since="1 October", until="1 September", formats=["markdown"])
    assert "comes before" in str(refused["errors"]["until"])
    await author.submits(since="1 October", until="31 October", formats=["markdown"])
    (content,) = (await files(slack, author)).values()
    assert "**1 to 31 October 2026**" in content.decode()
    assert "Mentored Ben" in content.decode()
    assert "Shipped search" not in content.decode()


async def test_an_empty_period_is_explained_beside_its_field(author: Person) -> None:
    await author.says("/win export last year")
    refused = await author.submits()
    assert "There are no wins in that time" in str(refused["errors"]["period"])


async def test_where_all_are_private_the_box_is_named(slack: LocalSlack, maya: Person) -> None:
    await log(slack, PRIVATE, shareable=False)
    await maya.says("/win export")
    assert "1 win in that time, and it is private." in await maya.modal()
    refused = await maya.submits()
    assert "Tick the box" in str(refused["errors"]["private"])


async def test_a_choice_that_fits_nothing_is_explained(author: Person) -> None:
    await author.says("/win export")
    refused = await author.submits(category="recognition")
    assert "None of the 3 wins" in str(refused["errors"]["period"])


# --- The file


async def test_the_file_comes_into_the_dm_and_the_modal_says_so(slack: LocalSlack, author: Person) -> None:
    await author.says("/win export")
    await author.submits()
    message = (await author.messages())[-1]
    assert "Here is your document, for your manager: 1 October to 18 November 2026." in message["text"]
    assert "1 private win is not in it." in message["text"]
    assert "whoever may export the direct messages of this workspace may read it" in message["text"]
    assert "It is in our messages now. Sayso keeps no copy." in await author.modal()
    ((name, content),) = (await files(slack, author)).items()
    assert name == "what-i-got-done_for-my-manager_2026-10-01_2026-11-18.pdf"
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "Shipped search" in said
    assert PRIVATE not in said


async def test_two_readers_documents_are_told_apart_by_name_and_title(
    slack: LocalSlack, author: Person
) -> None:
    named = {}
    for reader in ("manager", "me", "skip", "review"):
        await author.says("/win export")
        await author.submits(audience=reader, formats=["markdown"])
        (file,) = (await author.messages())[-1]["files"]
        named[file["name"]] = file["title"]
    days, period = "2026-10-01_2026-11-18", "1 October to 18 November 2026"
    assert named == {
        f"what-i-got-done_for-my-manager_{days}.md": f"What I got done · for my manager · {period}",
        f"what-i-got-done_for-myself_{days}.md": f"What I got done · for myself · {period}",
        f"what-i-got-done_for-my-managers-manager_{days}.md": (
            f"What I got done · for my manager’s manager · {period}"
        ),
        f"what-i-got-done_for-my-review_{days}.md": f"What I got done · for my review · {period}",
    }


async def test_it_is_working_before_it_is_done(slack: LocalSlack, author: Person) -> None:
    await author.says("/win export")
    await author.submits()
    (answer,) = [one for one in slack.sandbox.journal.entries(kind="delivery") if "Working…" in str(one)][-1:]
    assert "comes into our messages" in str(answer)


async def test_a_tick_takes_private_wins_in(slack: LocalSlack, author: Person) -> None:
    assert PRIVATE not in await made(slack, author)
    assert PRIVATE in await made(slack, author, private=["yes"])
    assert PRIVATE in await made(slack, author, audience="me")


@pytest.mark.thorough
async def test_every_format_is_made_at_once_where_all_are_ticked(slack: LocalSlack, author: Person) -> None:
    await author.says("/win export")
    await author.submits(formats=list(formats.FORMATS))
    found = await files(slack, author)
    assert {name.rpartition(".")[2] for name in found} == {"pdf", "docx", "html", "md", "csv"}
    sheet = next(content for name, content in found.items() if name.endswith("csv"))
    assert len(list(csv.DictReader(io.StringIO(sheet.decode("utf-8-sig"))))) == 2


async def test_it_can_be_narrowed_and_grouped(slack: LocalSlack, author: Person) -> None:
    async with slack.coach.session(author.who) as session:
        goal = await goals.begin(session, goals.entry("Be asked about search"))
        (win,) = [one for one in await wins.newest(session, 9) if one.title == "Shipped search"]
        await wins.link(session, [win.id], goal.id)
        goal_id = goal.id
    assert "## Be asked about search" in await made(slack, author, by="goal")
    assert "Mentored" not in await made(slack, author, goal=goal_id)
    assert "Shipped" not in await made(slack, author, category="mentoring")
    await author.says("/win export")
    _, _, _, value = await author._find("Search")
    assert "Mentored" not in await made(slack, author, project=value)


async def test_the_same_form_sent_twice_makes_one_file(slack: LocalSlack, author: Person) -> None:
    await author.says("/win export")
    await author.submits()
    before = len(await author.messages())
    (sent,) = [one for one in slack.delivered("interactive") if one["type"] == "view_submission"]
    await slack.delivers("interactive", sent)
    assert len(await author.messages()) == before


async def test_everything_comes_as_json_that_can_be_brought_in_again(
    slack: LocalSlack, author: Person
) -> None:
    await author.says("/win export as json")
    await author.submits(period="last_year")
    ((name, content),) = (await files(slack, author)).items()
    assert name == "sayso-everything_2026-11-18.json"
    account = portable.read(content.decode())
    assert {one.title for one in account.wins} == {"Shipped search", "Mentored Ben", PRIVATE}
    said = (await author.messages())[-1]["text"]
    assert said.startswith("The JSON file holds all your wins and goals, private ones too.")


async def test_json_beside_a_document_is_told_apart(slack: LocalSlack, author: Person) -> None:
    await author.says("/win export")
    await author.submits(formats=["markdown", "json"])
    assert len(await files(slack, author)) == 2
    said = (await author.messages())[-1]["text"]
    assert "1 private win is not in it. The JSON file holds all" in said


# --- What can go wrong


async def test_a_file_that_slack_does_not_take_is_told_in_both_places(
    slack: LocalSlack, author: Person
) -> None:
    slack.fails("files.getUploadURLExternal", "missing_scope")
    await author.says("/win export")
    await author.submits()
    assert "Slack did not take the file." in await author.modal()
    assert "I may not send files yet" in await author.reads()


async def test_what_takes_too_long_is_told(slack: LocalSlack, author: Person) -> None:
    object.__setattr__(slack.coach, "press", Press(longest_seconds=0))
    await author.says("/win export")
    await author.submits()
    assert "That took too long, so nothing was sent." in await author.modal()
    assert not any(one["files"] for one in await author.messages())


class Broken(Press):
    """A press that fails as a library may, with a person's words in what it raises."""

    async def make(self, format_: Format, prose: Prose, facts: Facts) -> Made:
        raise RuntimeError(f"{format_.name} {prose} {facts}")


async def test_a_fault_of_ours_is_told_and_logged_without_words(
    slack: LocalSlack, author: Person, caplog: pytest.LogCaptureFixture
) -> None:
    object.__setattr__(slack.coach, "press", Broken())
    await author.says("/win export")
    await author.submits()
    assert "Something went wrong on our side" in await author.modal()
    record = next(one for one in caplog.records if one.message == "errand.failed")
    assert "Shipped search" not in logs.Formatter(readable=False).format(record)


async def test_without_typst_the_form_offers_the_web_page(
    author: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    await author.says("/win export")
    assert "PDF cannot be made here. A web page prints as well." in await author.modal()
    assert (await author.fills())["formats"] == ["html"]


async def test_a_form_from_before_typst_went_is_refused_kindly(
    author: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    await author.says("/win export")
    monkeypatch.setitem(sys.modules, "typst", None)
    refused = await author.submits()
    assert "Choose the web page: it prints as well." in str(refused["errors"]["formats"])


async def test_a_modal_that_was_closed_stops_nothing(slack: LocalSlack, author: Person) -> None:
    slack.fails("views.update", "error", error="not_found")
    await author.says("/win export")
    await author.submits()
    assert (await author.messages())[-1]["files"]
