"""Files: uploaded in three steps or by a person, described, downloaded with a token, deleted."""

import base64
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.world import Json
from tests.sandbox.driving import Bot, Slack


async def upload(slack: Slack, content: bytes = b"a;b\n1;2\n", name: str = "wins.csv") -> str:
    address = await slack.api(
        "files.getUploadURLExternal", filename=name, length=len(content), alt_txt="Wins"
    )
    async with slack.http.post(address["upload_url"], data=content) as response:
        assert response.status == 200
        assert await response.text() == f"OK - {len(content)}"
    return str(address["file_id"])


async def complete(slack: Slack, file_id: str, **more: Any) -> Json:
    return await slack.api(
        "files.completeUploadExternal", files=[{"id": file_id, "title": "My wins"}], **more
    )


async def test_a_file_is_shared_in_three_steps(slack: Slack, bot: Bot):
    file_id = await upload(slack)
    answer = await complete(slack, file_id, channel_id=slack.dm, initial_comment="Here & there")
    assert answer["files"][0]["title"] == "My wins"
    event = (await bot.last("message"))["event"]
    assert event["subtype"] == "file_share"
    assert event["text"] == "Here &amp; there"
    assert event["files"][0]["id"] == file_id
    (message,) = await slack.messages()
    assert message["files"][0]["name"] == "wins.csv"
    assert message["files"][0]["title"] == "My wins"
    async with slack.http.get(slack.url + message["files"][0]["url"]) as response:
        assert await response.read() == b"a;b\n1;2\n"


async def test_slacks_own_sdk_uploads(slack: Slack):
    client = AsyncWebClient(token=slack.token, base_url=f"{slack.url}/api/")
    answer = await client.files_upload_v2(
        channel=slack.dm, filename="wins.md", content="# Wins", title="Wins"
    )
    assert answer["ok"]
    (message,) = await slack.messages()
    assert message["files"][0]["mimetype"] in {"text/markdown", "application/octet-stream"}


async def test_a_file_is_described_and_downloaded_with_a_token(slack: Slack):
    file_id = await upload(slack)
    await complete(slack, file_id, channel_id=slack.dm)
    file = (await slack.api("files.info", file=file_id))["file"]
    assert (file["name"], file["mimetype"], file["filetype"], file["size"]) == (
        "wins.csv",
        "text/csv",
        "csv",
        8,
    )
    assert (file["alt_txt"], file["ims"], file["channels"]) == ("Wins", [slack.dm], [])
    headers = {"Authorization": f"Bearer {slack.token}"}
    async with slack.http.get(file["url_private"], headers=headers) as response:
        assert await response.read() == b"a;b\n1;2\n"
    assert await is_sign_in(slack, file["url_private"], {})
    assert await is_sign_in(slack, file["url_private_download"], {"Authorization": "Bearer xoxb-other"})
    slack.installation.scopes.remove("files:read")
    assert await is_sign_in(slack, file["url_private"], headers)


async def is_sign_in(slack: Slack, address: str, headers: dict[str, str]) -> bool:
    """Whether Slack shows its sign-in page there, which has a good status."""
    async with slack.http.get(address, headers=headers, allow_redirects=False) as response:
        return (
            response.status == 200
            and "Sign in" in await response.text()
            and response.content_type == "text/html"
        )


async def test_an_app_reads_only_what_was_shared_where_it_is(slack: Slack, bot: Bot):
    general = slack.sandbox.world.workspaces[slack.team].general
    content = {"name": "secret.md", "content_base64": base64.b64encode(b"- secret").decode()}
    await slack.act("message", channel=general, files=[content])
    (file,) = [one for one in slack.sandbox.world.files.values() if one.name == "secret.md"]
    address = f"{slack.url}/files-pri/{slack.team}-{file.id}/secret.md"
    async with slack.http.get(address, headers={"Authorization": f"Bearer {slack.token}"}) as response:
        assert response.status == 404


async def test_an_event_may_leave_it_to_the_app_to_ask_what_a_file_is(slack: Slack, bot: Bot):
    content = {
        "name": "wins.md",
        "content_base64": base64.b64encode(b"- a win").decode(),
        "check_file_info": True,
    }
    await slack.act("message", channel=slack.dm, files=[content])
    (told,) = (await bot.last("message"))["event"]["files"]
    assert (told["mode"], told["file_access"]) == ("file_access", "check_file_info")
    assert "url_private" not in told
    file = (await slack.api("files.info", file=told["id"]))["file"]
    assert (file["name"], file["mode"], file["file_access"]) == ("wins.md", "snippet", "visible")


async def test_an_upload_address_works_once_and_counts_bytes(slack: Slack):
    address = (await slack.api("files.getUploadURLExternal", filename="a.txt", length=5))["upload_url"]
    async with slack.http.post(address, data=b"too long") as response:
        assert response.status == 400
    async with slack.http.post(address, data=b"right") as response:
        assert response.status == 404


async def test_a_form_upload_works_too(slack: Slack):
    answer = await slack.api("files.getUploadURLExternal", filename="a.txt", length=5)
    form = aiohttp.FormData()
    form.add_field("file", b"right", filename="a.txt")
    async with slack.http.post(answer["upload_url"], data=form) as response:
        assert response.status == 200
    assert (await complete(slack, answer["file_id"]))["ok"] is True


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"length": 5}, "invalid_arguments"),
        ({"filename": "a"}, "invalid_arguments"),
        ({"filename": "a", "length": "five"}, "invalid_arguments"),
        ({"filename": "a", "length": 0}, "invalid_arguments"),
        ({"filename": "a", "length": 2_000_000_000}, "file_upload_size_restricted"),
        ({"filename": "a", "length": 5, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    ],
)
async def test_upload_addresses_need_name_and_length(slack: Slack, args: Json, error: str):
    assert (await slack.api("files.getUploadURLExternal", **args))["error"] == error


async def test_only_an_uploaded_file_can_be_completed(slack: Slack):
    answer = await slack.api("files.getUploadURLExternal", filename="a.txt", length=5)
    assert (await complete(slack, answer["file_id"]))["error"] == "file_not_found"
    assert (await complete(slack, "F0"))["error"] == "file_not_found"
    assert (await slack.api("files.completeUploadExternal", files=[]))["error"] == "invalid_arguments"


async def test_a_file_goes_to_a_conversation_not_to_a_person(slack: Slack):
    general = slack.sandbox.world.workspaces[slack.team].general
    for channel, error in (
        (slack.maya, "channel_not_found"),
        ("D0", "channel_not_found"),
        (general, "not_in_channel"),
    ):
        file_id = await upload(slack)
        assert (await complete(slack, file_id, channel_id=channel))["error"] == error


async def test_a_deleted_file_is_gone(slack: Slack):
    file_id = await upload(slack)
    await complete(slack, file_id, channel_id=slack.dm)
    assert await slack.api("files.delete", file=file_id) == {"ok": True}
    assert (await slack.api("files.info", file=file_id))["error"] == "file_deleted"
    assert (await slack.api("files.info", file="F0"))["error"] == "file_not_found"


async def test_a_person_sends_a_file(slack: Slack, bot: Bot):
    content = base64.b64encode(b"proof").decode()
    sent = {"name": "proof.txt", "content_base64": content}
    await slack.act("message", channel=slack.dm, text="see", files=[sent])
    event = (await bot.last("message"))["event"]
    assert (event["subtype"], event["user"]) == ("file_share", slack.maya)
    headers = {"Authorization": f"Bearer {slack.token}"}
    async with slack.http.get(event["files"][0]["url_private"], headers=headers) as response:
        assert await response.read() == b"proof"
    unreadable = await slack.act("message", channel=slack.dm, files=[{"name": "x", "content_base64": "?"}])
    assert unreadable["error"] == "bad_file"


async def test_other_people_cannot_fetch_a_file_of_a_dm(slack: Slack):
    await complete(slack, await upload(slack), channel_id=slack.dm)
    url = (await slack.messages())[0]["files"][0]["url"].replace(slack.maya, slack.ids["daniel"])
    async with slack.http.get(slack.url + url) as response:
        assert response.status == 404
