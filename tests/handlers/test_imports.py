"""A file in the DM: read, shown, saved once at a click, taken back; and what cannot be read is explained."""

import asyncio
import base64
import json
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import select

from bot.domain import imports, portable
from bot.domain.captures import Capture
from bot.domain.goals import Goal
from bot.domain.wins import Entry, Win
from bot.web import server
from handlers import replies
from handlers.imports import _download
from tests import forged
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

MARKDOWN = """\
# March 2026
- Shipped the new search
  - Result: searches take half as long
- 2026-02-31 A day that never was
- 12 March: mentored Ana <!channel> & *Ben*
- 🎉
"""


async def drops(person: Person, name: str, content: bytes | str, text: str = "", **more: Any) -> None:
    """Drop a file into the DM with the bot."""
    held = content.encode() if isinstance(content, str) else content
    file = {"name": name, "content_base64": base64.b64encode(held).decode(), **more}
    await person.does("message", channel=(await person._dm())["id"], text=text, files=[file])


async def titles(slack: LocalSlack, person: Person) -> list[str]:
    return sorted(win.title for win in await slack.wins(person))


async def test_a_file_is_shown_before_anything_is_saved(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.md", MARKDOWN)
    shown = await maya.reads()
    assert "I read *wins.md* as a list in Markdown and found *2 wins*. Nothing is saved yet." in shown
    assert "• *Tuesday 31 March* Shipped the new search" in shown
    assert "• *Thursday 12 March* mentored Ana &lt;!channel&gt; &amp; *Ben*" in shown
    assert "2 lines cannot be taken as they are." in shown
    assert (await maya.messages())[-1]["ephemeral"]
    assert "Shipped" not in (await maya.messages())[-1]["text"]
    assert await slack.count(Win) == 0


async def test_broken_lines_are_listed_with_number_and_reason(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.md", MARKDOWN)
    await maya.clicks("Broken lines (2)")
    shown = await maya.reads()
    assert "• Line 4: “2026-02-31” is no day that I can read." in shown
    assert "• Line 6: It has no words." in shown
    await maya.clicks("Back")
    assert "found *2 wins*" in await maya.reads()


@pytest.mark.thorough
async def test_many_broken_lines_are_paged(slack: LocalSlack, maya: Person) -> None:
    rows = "".join(f"thing {number},soon\n" for number in range(1, 41))
    await drops(maya, "wins.csv", f"title,date\n{rows}good one,2026-01-02\n")
    await maya.clicks("Broken lines (40)")
    assert "Line 2:" in await maya.reads()
    assert "Line 17:" not in await maya.reads()
    await maya.clicks("Later")
    assert "Line 17:" in await maya.reads()
    await maya.clicks("Later")
    assert "Line 41:" in await maya.reads()
    await maya.clicks("Earlier")
    assert "Line 17:" in await maya.reads()


async def test_a_click_saves_all_of_it_and_another_takes_exactly_that_back(
    slack: LocalSlack, maya: Person
) -> None:
    await maya.says("/win Something of today")
    await drops(maya, "wins.md", MARKDOWN)
    await maya.clicks("Save 2 wins")
    assert "*Saved 2 wins* from *wins.md*" in await maya.reads()
    assert await titles(slack, maya) == [
        "Shipped the new search",
        "Something of today",
        "mentored Ana <!channel> & *Ben*",
    ]
    saved = next(win for win in await slack.wins(maya) if win.title.startswith("Shipped"))
    assert (saved.source, saved.result, saved.occurred_on) == (
        "import",
        "searches take half as long",
        date(2026, 3, 31),
    )
    await maya.clicks("Undo")
    assert "Taken back: the 2 wins from *wins.md* are in the bin" in await maya.reads()
    assert await titles(slack, maya) == ["Something of today"]
    await maya.clicks("Put them back")
    assert len(await titles(slack, maya)) == 3


async def test_two_clicks_save_once(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.md", MARKDOWN)
    await maya.clicks("Save 2 wins")
    await asyncio.gather(*(forged.again(slack) for _ in range(3)))
    assert await slack.count(Win) == 2
    assert "*Saved 2 wins*" in await maya.reads()


async def test_an_event_that_comes_again_is_taken_once(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.md", MARKDOWN)
    before = len(await maya.messages())
    await forged.again(slack, "events_api")
    assert len(await maya.messages()) == before


async def test_nobody_is_asked_about_what_was_imported(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.md", "- 2026-03-12 A thing without a result")
    await maya.clicks("Save 1 win")
    await maya.clicks("Undo")
    await maya.clicks("Put them back")
    await maya.says("/coach upcoming")
    assert "A thing without a result" not in await maya.reads()


async def test_a_file_that_is_left_is_forgotten(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.csv", "title,date\nOne thing,2026-01-02\n")
    assert await slack.count(Capture) > 1
    await maya.clicks("Leave it")
    assert "I forgot that file" in await maya.reads()
    assert await slack.count(Capture) == 0
    await forged.again(slack)
    assert "That file is not kept here any more." in await maya.reads_all()


async def test_a_file_is_kept_sealed_for_thirty_days(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.csv", "title,date\nQuartz zebra,2026-01-02\n")
    async with slack.coach.database.engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM captures")).all()
    assert rows
    assert b"zebra" not in repr(rows).encode()
    await slack.passes(timedelta(days=31))
    await maya.says("Something new")
    assert await slack.count(Capture) == 1


async def test_look_alikes_are_left_out_unless_they_are_ticked(slack: LocalSlack, maya: Person) -> None:
    await maya.says("/win Shipped the new search yesterday")
    await drops(
        maya,
        "wins.md",
        "- 2026-11-17 shipped the NEW search\n- 2026-11-16 Mentored Ana\n- 2026-11-16 Mentored Anna\n",
    )
    shown = await maya.reads()
    assert "2 look like wins you have already, or stand in the file twice." in shown
    assert "Save 1 win" in shown
    await maya.clicks("Look-alikes (2)")
    form = await maya.modal()
    assert "yesterday: logged already" in form
    assert "Monday 16 November: stands in the file twice" in form
    await maya.submits(places_0=["2"])
    assert "You ticked 1; the rest is left out." in await maya.modal()
    await maya.clicks("Save 2 wins")
    assert "*Saved 2 wins*" in await maya.modal()
    assert await titles(slack, maya) == ["Mentored Ana", "Mentored Anna", "Shipped the new search"]


async def test_ticks_are_kept_from_page_to_page(slack: LocalSlack, maya: Person) -> None:
    names = [f"{chr(97 + number % 26) * 9} {number} {chr(97 + number // 3) * 9}" for number in range(60)]
    text = "".join(f"- 2026-11-02 {name}\n" for name in names)
    await drops(maya, "wins.md", text)
    await maya.clicks("Save 60 wins")
    await drops(maya, "again.md", text)
    await maya.clicks("Look-alikes (60)")
    assert "41 to 50 of 60" in await maya.modal()
    modal = (await maya.sees())["modals"][-1]
    later = next(
        one
        for block in modal["blocks"]
        for one in block.get("elements", [])
        if one["action_id"] == "imports.later"
    )
    await maya.does(
        "click",
        container={"kind": "view", "view_id": modal["id"]},
        action_id="imports.later",
        value=later["value"],
        values={"places_0": ["3"], "places_40": ["41", "42"]},
    )
    assert "51 to 60 of 60" in await maya.modal()
    await maya.submits(places_0=["51"])
    assert "You ticked 4" in await maya.modal()
    await maya.clicks("Save 4 wins")
    assert await slack.count(Win) == 64


async def test_the_columns_of_a_table_can_be_chosen(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.csv", "when;stuff;note\n2026-01-02;Shipped it;because it was slow\n")
    await maya.clicks("Choose columns")
    assert (await maya.fills())["occurred_on"] == "0"
    await maya.submits(title="1", occurred_on="0", result="2", details="none")
    assert "• *Friday 2 January* Shipped it" in await maya.modal()
    await maya.clicks("Save 1 win")
    (win,) = await slack.wins(maya)
    assert (win.title, win.result, win.details) == ("Shipped it", "because it was slow", None)


async def test_an_old_preview_of_other_columns_saves_nothing(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.csv", "when,stuff\n2026-01-02,Shipped it\n")
    await maya.clicks("Choose columns")
    await maya.submits(title="0", occurred_on="none")
    await maya.closes()
    await maya.clicks("Save 1 win")
    assert "That file is not kept here any more." in await maya.reads()
    assert await slack.count(Win) == 0


async def test_what_sayso_exports_comes_back_with_its_goals(slack: LocalSlack, maya: Person) -> None:
    entry = Entry("Shipped it", date(2026, 3, 1), result="Twice as fast", tags=("a",), shareable=True)
    goal = {"statement": "Lead the team", "status": "active"}
    text = portable.write([entry], exported_on=date(2026, 3, 2), goals=[goal], goal_of=[0])
    await drops(maya, "sayso.json", text)
    assert "an export of Sayso" in await maya.reads()
    assert "1 goal comes with them" in await maya.reads()
    await maya.clicks("Save 1 win")
    (win,) = await slack.wins(maya)
    assert (win.title, win.result, win.tags, win.shareable) == ("Shipped it", "Twice as fast", ["a"], True)
    async with slack.coach.session(maya.who) as session:
        assert (await session.mine(Goal, win.goal_id)).statement == "Lead the team"
    await maya.clicks("Undo")
    async with slack.coach.session(maya.who) as session:
        assert (await session.mine(Goal, win.goal_id)).deleted_at


BRAGFILE = {
    "title": "Cut costs",
    "description": "",
    "tags": "aws",
    "project": "",
    "type": "",
    "impact": "Half",
}
BRAGDOC = {"version": "1.0", "achievements": [{"title": "Cut costs", "eventStart": "2026-03-01T00:00:00Z"}]}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", "Cut costs", "a list in Markdown"),
        ("a.tsv", "title\tdate\nCut costs\t2026-03-01\n", "a table"),
        ("a.csv", "title,date\nCut costs,2026-03-01\n".encode("utf-16"), "a table"),
        ("a.json", json.dumps([BRAGFILE]), "an export of bragfile"),
        ("a.json", json.dumps(BRAGDOC), "an export of BragDoc"),
        ("a.json", '[{"title": "Cut costs"}]', "a list in JSON"),
    ],
)
async def test_every_format_is_taken(
    slack: LocalSlack, maya: Person, name: str, content: str | bytes, kind: str
) -> None:
    await drops(maya, name, content, check_file_info=True)
    assert f"as {kind} and found *1 win*" in await maya.reads()
    await maya.clicks("Save 1 win")
    assert await titles(slack, maya) == ["Cut costs"]


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore:Sending a large body")
@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.png", b"\x89PNG\r\n", "It is a picture"),
        ("a.pdf", b"%PDF-1.7", "It is a PDF"),
        ("a.zip", b"PK\x03\x04", "It is an archive"),
        ("a.html", b"<html>", "It is a web page"),
        ("a.mp4", b"x", "It holds no text"),
        ("a.docx", b"PK\x03\x04", "It is an archive or an office file"),
        ("a.md", b"PK\x03\x04", "It is an archive"),
        ("a.md", b"# nothing", "I found no wins in it."),
        ("a.json", b'{"a": 1', "something is missing or too much around line 1"),
        ("a.md", b"x" * (imports.MOST_BYTES + 1), "larger than the 5 MB"),
    ],
)
async def test_a_file_that_cannot_be_read_is_explained_and_not_kept(
    slack: LocalSlack, maya: Person, name: str, content: bytes, why: str
) -> None:
    await drops(maya, name, content)
    shown = await maya.reads()
    assert f"I could not take *{name}*." in shown
    assert why in shown
    assert "Nothing was kept." in shown
    assert await slack.count(Capture) == 0


async def test_words_beside_a_file_are_offered_as_ever(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.md", "- Did it", text="Wrote the release notes")
    said = await maya.reads_all()
    assert "Shall I keep that as a win?" in said
    assert "found *1 win*" in said


async def test_how_to_import_is_explained_wherever_it_is_asked(slack: LocalSlack, maya: Person) -> None:
    for asked in ("/win import", "/coach win import", "win import"):
        await maya.says(asked)
        shown = await maya.reads()
        assert "Drop a file into this conversation." in shown
        assert "up to 10,000 wins and 5 MB" in shown
        assert "```date,title,result,tags" in shown
    assert await slack.count(Win) == 0


async def test_without_the_right_to_read_files_it_says_what_to_do(slack: LocalSlack, maya: Person) -> None:
    slack.app.installations[maya.who.team_id].scopes.remove("files:read")
    for stub in (False, True):
        await drops(maya, "wins.md", MARKDOWN, check_file_info=stub)
        assert "`files:read`" in await maya.reads()
        assert "installing it again" in await maya.reads()


async def test_a_slack_that_fails_is_told(slack: LocalSlack, maya: Person) -> None:
    slack.fails("files.info", "status", status=503, times=9)
    await drops(maya, "wins.md", MARKDOWN, check_file_info=True)
    assert "Slack" in await maya.reads()
    assert "Please drop it once more" in await maya.reads()


async def test_long_work_says_so_first(
    slack: LocalSlack, maya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replies, "WORKING_AFTER_SECONDS", 0.0)
    await drops(maya, "wins.md", MARKDOWN)
    first, second = (await maya.messages())[-2:]
    assert first["text"] == "Working…"
    assert "Nothing is saved yet" in second["text"]
    await maya.clicks("Save 2 wins")
    assert "*Saved 2 wins*" in await maya.reads()


async def test_a_fault_of_ours_is_told_in_the_place_of_the_answer(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.md", MARKDOWN)
    async with slack.coach.session(maya.who) as session:
        for kept in await session.scalars(select(Capture)):
            kept.text = kept.text.replace('"parts"', '"lost"')
    await maya.clicks("Save 2 wins")
    assert "Something went wrong on our side" in await maya.reads()
    assert await slack.count(Win) == 0


@pytest.mark.thorough
async def test_many_wins_are_saved_in_parts(slack: LocalSlack, maya: Person) -> None:
    rows = "".join(
        f"2026-0{number % 9 + 1}-10,{chr(97 + number % 26) * (number % 40 + 3)} {number}\n"
        for number in range(500)
    )
    await drops(maya, "wins.csv", f"date,title\n{rows}")
    label = next(
        one["text"]["text"]
        for block in (await maya.messages())[-1]["blocks"]
        for one in block.get("elements", [])
        if one.get("action_id") == "imports.save"
    )
    number = int(label.split()[1])
    assert number > imports.PART_SIZE
    await maya.clicks(label)
    assert f"*Saved {number} wins*" in await maya.reads()
    assert await slack.count(Win) == number
    await maya.clicks("Undo")
    assert await titles(slack, maya) == []


async def test_somebody_else_cannot_save_or_see_it(slack: LocalSlack, maya: Person) -> None:
    await drops(maya, "wins.md", MARKDOWN)
    clicked = (await maya.messages())[-1]["blocks"]
    value = next(one["value"] for block in clicked for one in block.get("elements", []) if "value" in one)
    daniel = slack.person("daniel")
    await daniel.opens_home()
    for action in ("save", "broken", "alike", "columns", "leave", "undo", "restore", "back", "later"):
        await forged.clicks(slack, daniel, f"imports.{action}", value)
    assert await slack.count(Win) == 0
    assert "Shipped" not in json.dumps(await daniel.sees())
    assert "found *2 wins*" in await maya.reads()


SLACK = "https://slack.com/api/"
ADDRESSES = (
    ("https://files.slack.com/files-pri/T1-F1/a.md", SLACK, True),
    ("https://slack.com/a", SLACK, True),
    ("https://files.slack.com:443/a", SLACK, True),
    ("http://files.slack.com/a", SLACK, False),
    ("https://files.slack.com:8443/a", SLACK, False),
    ("https://slack.com.evil.example/a", SLACK, False),
    ("https://evilslack.com/a", SLACK, False),
    ("https://slack.com@evil.example/a", SLACK, False),
    ("https://user@files.slack.com/a", SLACK, False),
    ("https://files.slack.com\\@evil.example/a", SLACK, False),
    ("//files.slack.com/a", SLACK, False),
    ("https://[::1/a", SLACK, False),
    ("None", SLACK, False),
    ("http://127.0.0.1:3939/files-pri/a", "http://127.0.0.1:3939/api/", True),
    ("http://127.0.0.1:3940/files-pri/a", "http://127.0.0.1:3939/api/", False),
    ("https://files.slack.com/a", "http://127.0.0.1:3939/api/", False),
)


@pytest.mark.parametrize(("address", "api", "is_slacks"), ADDRESSES)
def test_the_token_goes_to_slacks_own_host_only(address: str, api: str, is_slacks: bool) -> None:
    assert _download.is_slacks(address, api) is is_slacks


async def serving(answer: Any) -> tuple[web.AppRunner, str, list[str]]:
    """A host that answers every path so, and writes down which tokens it was given."""
    asked: list[str] = []

    async def answering(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Authorization", ""))
        result: web.StreamResponse = await answer(request)
        return result

    app = web.Application()
    app.router.add_get("/{path:.*}", answering)
    runner = web.AppRunner(app)
    await runner.setup()
    sock = server.listener("127.0.0.1", 0)
    await web.SockSite(runner, sock).start()
    return runner, f"http://127.0.0.1:{sock.getsockname()[1]}", asked


async def test_the_token_does_not_follow_a_redirect() -> None:
    async def steal(_request: web.Request) -> web.StreamResponse:
        return web.Response(text="- stolen")

    thief, there, stolen = await serving(steal)

    async def redirect(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"{there}/a.md")

    slack, here, asked = await serving(redirect)
    client: Any = type("Client", (), {"base_url": f"{here}/api/", "token": "xoxb-1"})
    with pytest.raises(_download.NotFetchedError) as refused:
        await _download.fetch(client, {"url_private": f"{here}/a.md"})
    assert refused.value.problem.words == "no_right"
    assert (asked, stolen) == (["Bearer xoxb-1"], [])
    for runner in (thief, slack):
        await runner.cleanup()


async def test_a_file_that_is_larger_than_it_says_is_not_read_to_its_end() -> None:
    sent = 0

    async def pour(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        answer = web.StreamResponse(headers={"content-type": "text/plain"})
        await answer.prepare(request)
        with suppress(aiohttp.ClientError, ConnectionError):
            for _ in range(1000):
                await answer.write(b"x" * 100_000)
                sent += 100_000
        return answer

    slack, here, _ = await serving(pour)
    client: Any = type("Client", (), {"base_url": f"{here}/api/", "token": "xoxb-1"})
    with pytest.raises(_download.NotFetchedError) as refused:
        await _download.fetch(client, {"url_private": f"{here}/a.md", "size": 10})
    assert refused.value.problem.words == "too_big"
    await slack.cleanup()
    assert sent < 50_000_000


# --- Days that can be read in two ways


async def test_which_comes_first_is_asked_where_no_day_of_a_file_tells(
    slack: LocalSlack, maya: Person
) -> None:
    await drops(maya, "wins.csv", "date,title\n02/09/2026,Shipped the search\n01/01/2026,Began")
    said = await maya.reads()
    assert "*Which comes first in 02/09/2026, the day or the month?*" in said
    assert "I read the day first." in said
    assert "*Wednesday 2 September* Shipped the search" in said
    await maya.clicks("The month comes first")
    said = await maya.reads()
    assert "I read the month first." in said
    assert "*Monday 9 February* Shipped the search" in said
    await maya.clicks("Save 2 wins")
    assert sorted(str(win.occurred_on) for win in await slack.wins(maya)) == ["2026-01-01", "2026-02-09"]


@pytest.mark.parametrize("other", ["13/09/2026", "09/13/2026", "2026-09-13"])
async def test_a_day_that_tells_is_not_asked_about(maya: Person, other: str) -> None:
    await drops(maya, "wins.csv", f"date,title\n03/03/2026,Shipped the search\n{other},Began")
    assert "Which comes first" not in await maya.reads()
