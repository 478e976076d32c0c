"""Files in the DM: a card or a picture under one comment, and a kind word where Slack takes none."""

import logging
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.prose import Phrase
from handlers import files, outbox
from handlers.files import File
from tests.slack import LocalSlack, Person

pytestmark = pytest.mark.thorough

COMMENT = Phrase("Your file is here.")
SECRET = b"a raise of 12 percent, for Maya"
REPORT = File("wins.md", "Wins", SECRET)


def client_of(slack: LocalSlack, session: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    made = outbox.client(slack.coach, slack.app.installations[slack.maya.who.team_id].bot_token)
    made.session = session
    made.timeout = 1
    return made


async def sent(slack: LocalSlack, *some: File) -> bool:
    client = client_of(slack)
    who, prose = slack.maya.who, slack.coach.prose
    return await files.deliver(client, who, some or (REPORT,), comment=COMMENT, prose=prose)


async def page_of(slack: LocalSlack, maya: Person) -> str:
    dm = next(one["id"] for one in (await maya.sees())["conversations"] if one["app"])
    async with slack.http.get(f"{slack.address}/as/{maya.id}/{dm}") as answer:
        return await answer.text()


async def test_a_file_arrives_in_the_dm_and_can_be_downloaded(slack: LocalSlack, maya: Person) -> None:
    assert await sent(slack)
    message = (await maya.messages())[-1]
    (file,) = message["files"]
    assert (message["text"], file["name"], file["title"]) == ("Your file is here.", "wins.md", "Wins")
    assert not message["ephemeral"]
    async with slack.http.get(slack.address + file["url"]) as answer:
        assert await answer.read() == SECRET
    assert f'href="{file["url"]}" download="wins.md"' in await page_of(slack, maya)


async def test_several_files_come_in_one_message_and_a_picture_is_described(
    slack: LocalSlack, maya: Person
) -> None:
    before = len(await maya.messages())
    assert await sent(slack, REPORT, File("road.png", "Road map", b"\x89PNG", alt="Two goals, 2026 to 2027"))
    messages = await maya.messages()
    assert len(messages) == before + 1
    assert [one["name"] for one in messages[-1]["files"]] == ["wins.md", "road.png"]
    assert 'alt="Two goals, 2026 to 2027"' in await page_of(slack, maya)


async def test_only_the_members_own_dm_gets_it(slack: LocalSlack, maya: Person) -> None:
    await sent(slack)
    (call,) = slack.calls("files.completeUploadExternal")
    opened = slack.calls("conversations.open")
    assert {one["users"] for one in opened} == {maya.id}
    dm = next(one["id"] for one in (await maya.sees())["conversations"] if one["app"])
    assert call["channel_id"] == dm
    daniel = await slack.person("daniel").sees()
    assert "wins.md" not in str(daniel)


FAULTS: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("files.getUploadURLExternal", {"kind": "missing_scope"}, "I may not send files yet"),
    ("files.completeUploadExternal", {"kind": "missing_scope"}, "I may not send files yet"),
    (
        "files.getUploadURLExternal",
        {"kind": "error", "error": "file_upload_size_restricted"},
        "larger than Slack takes",
    ),
    (
        "files.getUploadURLExternal",
        {"kind": "error", "error": "file_uploads_disabled"},
        "does not allow files",
    ),
    ("files.completeUploadExternal", {"kind": "error", "error": "storage_limit_reached"}, "no room left"),
    ("files.completeUploadExternal", {"kind": "error", "error": "something_new"}, "not take your file"),
    ("files.completeUploadExternal", {"kind": "html"}, "not take your file"),
    ("files.getUploadURLExternal", {"kind": "drop"}, "not take your file"),
    ("files.completeUploadExternal", {"kind": "hang", "seconds": 3}, "may or may not arrive"),
)


@pytest.mark.parametrize(("method", "fault", "said"), FAULTS)
async def test_what_went_wrong_is_said_kindly_and_nothing_private_is_logged(
    slack: LocalSlack,
    maya: Person,
    caplog: pytest.LogCaptureFixture,
    method: str,
    fault: dict[str, Any],
    said: str,
) -> None:
    slack.fails(method, **fault)
    with caplog.at_level(logging.INFO, logger="handlers"):
        assert not await sent(slack)
    assert said in await maya.reads()
    assert (await maya.messages())[-1]["ephemeral"]
    ours = [record.__dict__ for record in caplog.records if record.name.startswith("handlers")]
    assert ours
    assert not any(word in str(ours) for word in ("wins.md", "raise", "Wins", COMMENT))


async def test_where_not_even_the_dm_opens_it_is_only_logged(
    slack: LocalSlack, maya: Person, caplog: pytest.LogCaptureFixture
) -> None:
    before = await maya.messages()
    slack.fails("conversations.open", "error", error="user_disabled")
    assert not await sent(slack)
    assert await maya.messages() == before
    assert "file.refused" in caplog.text


async def test_a_dropped_answer_brings_no_second_file(slack: LocalSlack, maya: Person) -> None:
    slack.fails("files.completeUploadExternal", "drop_after")
    assert not await sent(slack)
    assert sum(bool(one["files"]) for one in await maya.messages()) == 1


async def test_an_address_that_takes_no_file_is_a_refusal(slack: LocalSlack) -> None:
    with pytest.raises(files._RefusedError):
        await files._put(slack.http, f"{slack.address}/upload/v1/nowhere", b"x")


async def test_the_clients_own_session_is_shared_and_stays_open(slack: LocalSlack, maya: Person) -> None:
    async with aiohttp.ClientSession() as session:
        client = client_of(slack, session)
        done = await files.deliver(client, maya.who, [REPORT], comment=COMMENT, prose=slack.coach.prose)
        assert done
        assert not session.closed
