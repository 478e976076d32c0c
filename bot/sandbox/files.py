"""Files: their shape in Slack's answers, and the addresses they are uploaded to and downloaded from."""

import base64
import binascii
import mimetypes
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox import names
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import File, Installation, Json, Person, World

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

SCOPE = "files:read"


def file_shape(file: File, base_url: str) -> Json:
    """A file object as files.info and messages carry it."""
    private = f"{base_url}/files-pri/{file.team_id}-{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": file.mimetype,
        "filetype": filetype(file.name),
        "pretty_type": filetype(file.name).upper() or "Binary",
        "user": file.user,
        "user_team": file.team_id,
        "editable": _is_text(file),
        "size": file.length,
        "mode": "snippet" if _is_text(file) else "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": f"{private}/{file.name}",
        "url_private_download": f"{private}/download/{file.name}",
        "permalink": f"{base_url}/files/{file.user}/{file.id}/{file.name}",
        "has_rich_preview": False,
        "alt_txt": file.alt_text,
        "file_access": "visible",
    }


def stub(file: File) -> Json:
    """A file as events tell of it where the app is to ask files.info first."""
    return {
        "id": file.id,
        "created": 0,
        "timestamp": 0,
        "mode": "file_access",
        "is_external": False,
        "external_type": "",
        "is_public": False,
        "public_url_shared": False,
        "file_access": "check_file_info",
        "user": "",
    }


def filetype(name: str) -> str:
    return PurePosixPath(name).suffix.removeprefix(".").lower() or "binary"


def _is_text(file: File) -> bool:
    """Slack keeps text that a person uploads as a snippet."""
    return file.mimetype.startswith("text/") or file.mimetype == "application/json"


def mimetype(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def stored(world: World, user: str, team_id: str, name: str, content: bytes) -> File:
    """A finished file, as a person's client uploads it."""
    file = File(names.fresh("F"), team_id, user, name, name, len(content), world.seconds())
    file.content, file.mimetype, file.complete = content, mimetype(name), True
    world.files[file.id] = file
    return file


def sent(world: World, person: Person, given: Json) -> File:
    """A person's file out of a control call: `{"name", "content_base64", "check_file_info"?: bool}`."""
    try:
        content = base64.b64decode(str(given.get("content_base64", "")), validate=True)
    except binascii.Error:
        raise CannotError("bad_file", "A file's content_base64 must be base64.") from None
    file = stored(world, person.id, person.team_id, str(given.get("name") or "file"), content)
    file.check_info = bool(given.get("check_file_info"))
    return file


def routes(sandbox: "Sandbox") -> list[Route]:
    world = sandbox.world

    async def upload(request: Request) -> Response:
        file_id = sandbox.uploads.pop(request.path_params["ticket"], "")
        file = world.files.get(file_id)
        if file is None:
            return PlainTextResponse("upload_url_expired", 404)
        content = await _content(request)
        if len(content) != file.length:
            return PlainTextResponse("content_length_mismatch", 400)
        file.content = content
        return PlainTextResponse(f"OK - {len(content)}")

    async def private(request: Request) -> Response:
        file = world.files.get(request.path_params["key"].partition("-")[2])
        credential = world.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if credential and credential.org and file:
            credential = replace(credential, team_id=file.team_id)
        installation = credential.app.installations.get(credential.team_id or "") if credential else None
        if credential is None or credential.dead or installation is None:
            return sign_in()
        if SCOPE not in installation.scopes:
            return sign_in()
        if file is None or file.deleted or not _may_read(world, installation, file):
            return PlainTextResponse("file_not_found", 404)
        return download(file)

    return [
        Route("/upload/v1/{ticket}", upload, methods=["POST", "PUT"]),
        Route("/files-pri/{key}/download/{name:path}", private),
        Route("/files-pri/{key}/{name:path}", private),
    ]


def sign_in() -> Response:
    """Slack's sign-in page, with 200: what a request without a token gets, or with one that may not read files."""
    return HTMLResponse(
        "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body></body></html>"
    )


def _may_read(world: World, installation: Installation, file: File) -> bool:
    """Whether the app's bot is in a conversation that the file was shared in, has uploaded it, or got it in a form."""
    shared = any(installation.bot_user_id in world.conversations[each].members for each in file.channels)
    return file.team_id == installation.team_id and (
        shared or file.in_form or file.user == installation.bot_user_id
    )


def download(file: File) -> Response:
    # Whatever was uploaded, a browser must not run it as part of this origin.
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
    return Response(file.content or b"", media_type=file.mimetype, headers=headers)


async def _content(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if not isinstance(part, str):
                return await part.read()
            return part.encode()
    return b""
