"""Reading a Web API request: form, multipart, query or JSON arguments, and the token with them."""

import json
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.sandbox.api.call import Method
from bot.sandbox.world import Json

_FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_JSON = "application/json"


@dataclass(slots=True)
class Given:
    """What a request gave; `error` is Slack's word for a body that cannot be read."""

    token: str = ""
    args: Json = field(default_factory=dict)
    error: str | None = None
    warnings: list[str] = field(default_factory=list)
    authorization: str = ""


async def read(request: Request, method: Method | None) -> Given:
    given = Given(args=dict(request.query_params))
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if request.method == "POST":
        await _read_body(request, given, kind.strip().lower(), parameters, method)
    given.authorization = request.headers.get("authorization", "")
    given.token = _token(given)
    return given


async def _read_body(
    request: Request, given: Given, kind: str, parameters: str, method: Method | None
) -> None:
    if kind == _JSON:
        if "charset" not in parameters.lower():
            given.warnings.append("missing_charset")
        await _read_json(request, given, method)
    elif kind in {_FORM, _MULTIPART}:
        await _read_form(request, given)
    elif await request.body():
        given.error = "invalid_post_type" if kind else "missing_post_type"


async def _read_json(request: Request, given: Given, method: Method | None) -> None:
    try:
        body = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        given.error = "invalid_json"
        return
    if not isinstance(body, dict):
        given.error = "json_not_object"
    elif method is None or method.json:
        # Slack reads the token of a JSON request from its header only.
        body.pop("token", None)
        given.args |= body


async def _read_form(request: Request, given: Given) -> None:
    try:
        async with request.form() as form:
            given.args |= {name: value for name, value in form.items() if isinstance(value, str)}
    except HTTPException:
        given.error = "invalid_form_data"


def _token(given: Given) -> str:
    scheme, _, token = given.authorization.partition(" ")
    in_args = given.args.pop("token", "")
    return token.strip() if scheme.lower() == "bearer" else str(in_args or "")
