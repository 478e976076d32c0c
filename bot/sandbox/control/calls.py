"""One control call: JSON in, JSON out, refusals as 4xx, everything that changes something journalled."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.answers import Answered
from bot.sandbox.refusals import CannotError, Refusal
from bot.sandbox.world import Json

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

Path = Mapping[str, Any]
Run = Callable[["Sandbox", Path, Json], Awaitable[Json]]
_KINDS: dict[str, type] = {
    "container": dict, "values": dict, "message": dict, "manifest": dict, "delivery": dict, "tokens": dict,
    "files": list, "flags": list, "install": list, "members": list,
}  # fmt: skip
"""What a field must be wherever it stands; all others are texts, numbers or flags."""
_FORBIDDEN = 403
_BAD = 400


def control(sandbox: "Sandbox", method: str, path: str, run: Run) -> Route:
    async def answer(request: Request) -> Response:
        given: Json = {}
        try:
            _same_origin(request)
            given = await _given(request)
            told = {"ok": True, **await run(sandbox, request.path_params, given)}
            response = Answered(told)
        except CannotError as cannot:
            told = {"ok": False, "error": cannot.error, "detail": cannot.detail}
            response = Answered(told, cannot.status)
        except Refusal as refusal:
            told = {**refusal.answer, "detail": "Slack refuses that."}
            response = Answered(told, _BAD)
        if method != "GET":
            sandbox.journal.note("control", call=f"{method} {request.url.path}", args=given, answer=told)
        return response

    return Route(f"/sandbox{path}", answer, methods=[method])


def _same_origin(request: Request) -> None:
    """Another site's page in the same browser must not reach in; programs send no Origin."""
    origin = request.headers.get("origin")
    if origin and urlsplit(origin).netloc != request.headers.get("host"):
        detail = "Another site's page may not act here."
        raise CannotError("cross_origin", detail, _FORBIDDEN)


async def _given(request: Request) -> Json:
    body = await request.body()
    if not body:
        return {}
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise CannotError("invalid_json", "The body must be a JSON object.") from None
    if not isinstance(given, dict):
        raise CannotError("invalid_json", "The body must be a JSON object.")
    for name, kind in _KINDS.items():
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise CannotError("bad_field", f"{name} must be {'an object' if kind is dict else 'a list'}.")
    for each in given.get("files") or []:
        if not isinstance(each, dict):
            raise CannotError("bad_field", 'Each of the files must be {"name": …, "content_base64": …}.')
    return given


def needed(given: Json, name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise CannotError("missing_field", f"The call needs {name}, a text.")
    return value
