"""Files on their way to a person: uploaded by Sayso into their DM, and what is said where Slack takes none."""

import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from http import HTTPStatus

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.prose import Phrase, Prose
from bot.storage.identity import Principal
from handlers import outbox

log = logging.getLogger(__name__)

# A file of some megabytes over a slow line; nobody's answer waits for it.
UPLOAD_SECONDS = 60

# Slack describes a picture for those who do not see it in so many characters.
ALT_LENGTH = 1000

# What Slack's refusals mean (https://docs.slack.dev/reference/methods/files.getUploadURLExternal#errors).
_WORDS = {
    "missing_scope": "no_right",
    "file_upload_size_restricted": "too_large",
    "file_uploads_disabled": "not_allowed",
    "file_uploads_except_images_disabled": "not_allowed",
    "slack_connect_file_upload_sharing_blocked": "not_allowed",
    "storage_limit_reached": "no_room",
}


@dataclass(frozen=True)
class File:
    """One file: its name with the ending, what it is called in Slack, its bytes, and a picture's description."""

    name: str
    title: str
    content: bytes
    alt: str | None = None


class _RefusedError(Exception):
    """The address that Slack gave for an upload did not take it."""


async def deliver(
    client: AsyncWebClient, who: Principal, files: Sequence[File], *, comment: Phrase, prose: Prose
) -> bool:
    """Put files into the member's DM with Sayso, in one message under `comment`; whether Slack took them.

    Where it did not, the person is told there why and what to do. Slack's own words are logged and no others.
    """
    channel = None
    try:
        channel = str((await client.conversations_open(users=who.user_id))["channel"]["id"])
        await _upload(client, channel, files, comment)
    except SlackApiError as refused:
        word = outbox.word_of(refused)
        log.warning("file.refused", extra={"error": word})
        await _tell(client, who, channel, prose.words("files").block(_WORDS.get(word, "not_now")))
    except (_RefusedError, SlackRequestError, aiohttp.ClientError, TimeoutError, OSError) as fault:
        log.warning("file.lost", extra={"type": type(fault).__name__})
        late = isinstance(fault, TimeoutError)
        await _tell(client, who, channel, prose.words("files").block("too_slow" if late else "not_now"))
    else:
        return True
    return False


async def _upload(client: AsyncWebClient, channel: str, files: Sequence[File], comment: Phrase) -> None:
    """Slack's three steps: an address for each file, its bytes, and all of them shared at once."""
    shared: list[dict[str, str | None]] = []
    async with AsyncExitStack() as stack:
        http = client.session
        if http is None or http.closed:
            http = await stack.enter_async_context(aiohttp.ClientSession())
        for file in files:
            given = await client.files_getUploadURLExternal(
                filename=file.name, length=len(file.content), alt_txt=(file.alt or "")[:ALT_LENGTH] or None
            )
            await _put(http, str(given["upload_url"]), file.content)
            shared.append({"id": str(given["file_id"]), "title": file.title})
    await client.files_completeUploadExternal(files=shared, channel_id=channel, initial_comment=comment)


async def _put(http: aiohttp.ClientSession, address: str, content: bytes) -> None:
    limit = aiohttp.ClientTimeout(total=UPLOAD_SECONDS)
    async with http.post(address, data=content, timeout=limit) as answer:
        if answer.status != HTTPStatus.OK:
            raise _RefusedError


async def _tell(client: AsyncWebClient, who: Principal, channel: str | None, sentence: Phrase) -> None:
    if channel is not None:
        await client.chat_postEphemeral(channel=channel, user=who.user_id, text=sentence)
