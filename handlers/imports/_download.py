"""A file that a person dropped, fetched from Slack with the bot's token, which goes to no other host."""

import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.imports import MOST_BYTES, Problem
from handlers import outbox

log = logging.getLogger(__name__)

# A file of some megabytes over a slow line; nobody's answer waits for it.
SECONDS = 60
_PIECE = 65_536

# What Slack says a file is, where it is nothing that could be read; the rest is told by its bytes.
_NOT_READ = {"image": "is_picture", "video": "is_binary", "audio": "is_binary"}
_NOT_READ_TYPES = {"application/pdf": "is_pdf"}
_PAGE = "text/html"
_GONE = frozenset(("tombstone", "hidden_by_limit"))


class NotFetchedError(Exception):
    """A file that is not here; the problem says why."""

    def __init__(self, words: str, **facts: object) -> None:
        super().__init__(words)
        self.problem = Problem(words, facts)


async def described(client: AsyncWebClient, file: dict[str, Any]) -> dict[str, Any]:
    """What Slack says about a file; an event may leave that to be asked for."""
    if file.get("file_access") != "check_file_info" and file.get("url_private"):
        return file
    try:
        found: dict[str, Any] = (await client.files_info(file=str(file.get("id"))))["file"]
    except SlackApiError as refused:
        word = outbox.word_of(refused)
        log.warning("import.refused", extra={"error": word})
        raise NotFetchedError("no_right" if word == "missing_scope" else "is_gone") from None
    except (SlackRequestError, aiohttp.ClientError, TimeoutError, OSError) as fault:
        log.warning("import.lost", extra={"type": type(fault).__name__})
        raise NotFetchedError("not_fetched") from None
    return found


async def fetch(client: AsyncWebClient, file: dict[str, Any]) -> bytes:
    """The bytes of a described file; NotFetchedError where they cannot be had, or are too many."""
    _check(file)
    address = str(file.get("url_private_download") or file.get("url_private"))
    if not is_slacks(address, client.base_url):
        raise NotFetchedError("is_external")
    try:
        return await _read(address, str(client.token))
    except (aiohttp.ClientError, TimeoutError, OSError) as fault:
        log.warning("import.lost", extra={"type": type(fault).__name__})
        raise NotFetchedError("not_fetched") from None


def is_slacks(address: str, api: str) -> bool:
    """Whether an address is on the host that the token belongs to: Slack's own, or the one of a local Slack."""
    try:
        found, ours = urlsplit(address), urlsplit(api)
        same = _origin(found) == _origin(ours)
    except ValueError:
        return False
    if found.username is not None or found.password is not None:
        return False
    if ours.scheme != "https":
        return same
    host, own = found.hostname or "", ours.hostname or ""
    return found.scheme == "https" and found.port in {None, 443} and (host == own or host.endswith(f".{own}"))


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port


def _check(file: dict[str, Any]) -> None:
    """Refuse by what Slack says about it what need not be fetched."""
    mimetype = str(file.get("mimetype") or "")
    if file.get("mode") in _GONE:
        raise NotFetchedError("is_gone")
    if file.get("is_external") or file.get("mode") == "external":
        raise NotFetchedError("is_external")
    words = _NOT_READ_TYPES.get(mimetype) or _NOT_READ.get(mimetype.partition("/")[0])
    if words or mimetype == _PAGE:
        raise NotFetchedError(words or "is_page")
    if isinstance(file.get("size"), int) and file["size"] > MOST_BYTES:
        raise NotFetchedError("too_big", limit=MOST_BYTES)


async def _read(address: str, token: str) -> bytes:
    headers = {"Authorization": f"Bearer {token}"}
    limit = aiohttp.ClientTimeout(total=SECONDS)
    async with (
        aiohttp.ClientSession(timeout=limit) as http,
        # Wherever a redirect leads, the token does not follow it.
        http.get(address, headers=headers, allow_redirects=False) as answer,
    ):
        if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or 300 <= answer.status < 400:  # noqa: PLR2004
            raise NotFetchedError("no_right")
        if answer.status == HTTPStatus.OK and answer.content_type == _PAGE:
            # Slack shows its sign-in page to a token that may not read files.
            raise NotFetchedError("no_right")
        if answer.status != HTTPStatus.OK:
            log.warning("import.refused", extra={"status": answer.status})
            raise NotFetchedError("is_gone" if answer.status == HTTPStatus.NOT_FOUND else "not_fetched")
        content = bytearray()
        async for piece in answer.content.iter_chunked(_PIECE):
            content += piece
            if len(content) > MOST_BYTES:
                raise NotFetchedError("too_big", limit=MOST_BYTES)
        return bytes(content)
