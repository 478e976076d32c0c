"""The entrance of the Web API: reads a request, checks its token, meets faults, runs the method, answers."""

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox import names
from bot.sandbox.answers import Answered
from bot.sandbox.api import METHODS, orgs
from bot.sandbox.api.call import Call, Method, missing_scope
from bot.sandbox.api.reading import Given, read
from bot.sandbox.connection import Dropped
from bot.sandbox.delivery import elapsed
from bot.sandbox.faults import Fault
from bot.sandbox.journal import without_secrets
from bot.sandbox.refusals import Refusal
from bot.sandbox.world import Credential, Json

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

_BEFORE = frozenset({"ratelimited", "status", "html", "drop", "hang", "error", "missing_scope"})
_TOO_MANY = 429
_OUTAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body><h1>Server Error</h1></body></html>"


class Entrance:
    def __init__(self, sandbox: "Sandbox") -> None:
        self._sandbox = sandbox

    def routes(self) -> list[Route]:
        return [Route("/api/{method}", self.answer, methods=["GET", "POST"])]

    async def answer(self, request: Request) -> Response:
        started = asyncio.get_running_loop().time()
        name = request.path_params["method"]
        given = await read(request, METHODS.get(name))
        credential = orgs.placed(self._sandbox, self._sandbox.world.tokens.get(given.token), given.args)
        fault = self._sandbox.faults.take(name, credential.team_id if credential else None)
        facts: Json = {
            "method": name,
            "args": without_secrets(given.args),
            "fault": fault.kind if fault else None,
        }
        facts |= {"app": credential.app.id, "team": credential.team_id} if credential else {}
        try:
            response = await self._through(request, given, credential, fault)
        except Dropped:
            self._note(facts, started, None)
            raise
        self._note(facts, started, response)
        return response

    def _note(self, facts: Json, started: float, response: Response | None) -> None:
        answer = (
            response.content if isinstance(response, Answered) else response and bytes(response.body).decode()
        )
        status = response.status_code if response else None
        self._sandbox.journal.note("call", **facts, status=status, answer=answer, took_ms=elapsed(started))

    async def _through(
        self, request: Request, given: Given, credential: Credential | None, fault: Fault | None
    ) -> Response:
        name = request.path_params["method"]
        if fault and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind in _BEFORE:
            return await self._instead(request, fault, credential)
        response = self._proper(name, given, credential)
        if fault and fault.kind == "slow_after":
            await asyncio.sleep(fault.seconds)
        if fault and fault.kind == "drop_after":
            raise Dropped
        if fault and fault.kind == "status_after":
            return PlainTextResponse("upstream error", fault.status)
        if fault and fault.kind == "html_after":
            return HTMLResponse(_OUTAGE, fault.status)
        return response

    async def _instead(self, request: Request, fault: Fault, credential: Credential | None) -> Response:
        match fault.kind:
            case "drop":
                raise Dropped
            case "hang":
                await self._sandbox.hang(request, fault.seconds)
                raise Dropped
            case "status":
                return PlainTextResponse("upstream error", fault.status)
            case "html":
                return HTMLResponse(_OUTAGE, fault.status)
            case "ratelimited":
                return ratelimited(fault.retry_after)
        if fault.kind == "missing_scope":
            method = METHODS.get(request.path_params["method"])
            scope = fault.scope or (method.scope if method else None) or "unknown"
            granted = [each for each in _granted(credential) if each != scope]
            return self._respond(missing_scope(scope, granted).answer, credential)
        return self._respond({"ok": False, "error": fault.error}, credential)

    def _proper(self, name: str, given: Given, credential: Credential | None) -> Response:
        method = METHODS.get(name)
        if method is None:
            return Answered({"ok": False, "error": "unknown_method", "req_method": name})
        try:
            check(method, given, credential)
            caller = None if method.caller == "anybody" else credential
            call = Call(self._sandbox, name, given.args, caller, given.authorization)
            if wait := self._too_soon(call):
                return ratelimited(wait)
            answer = {"ok": True, **method.run(call)}
        except Refusal as refusal:
            answer = refusal.answer
        return self._respond(_with_warnings(answer, given.warnings), credential, method)

    def _too_soon(self, call: Call) -> int | None:
        limits, credential = self._sandbox.limits, call.credential
        if not limits.on or credential is None:
            return None
        team_id, channel = credential.team_id or "", call.text("channel")
        return limits.wait(credential.app.id, team_id, call.method, channel)

    def _respond(self, answer: Json, credential: Credential | None, method: Method | None = None) -> Response:
        headers = {"x-slack-req-id": names.unguessable(), "cache-control": "private, no-cache, no-store"}
        if credential and not credential.dead:
            headers["x-oauth-scopes"] = ",".join(_granted(credential))
            headers["x-accepted-oauth-scopes"] = (method.scope if method else None) or ""
        return Answered(answer, headers=headers)


def check(method: Method, given: Given, credential: Credential | None) -> None:
    """Refuse a call whose body cannot be read, or whose token is missing, unknown, dead, wrong or too weak."""
    if given.error:
        raise Refusal(given.error)
    if method.caller == "anybody":
        return
    if not given.token:
        raise Refusal("not_authed")
    if credential is None:
        raise Refusal("invalid_auth")
    if credential.dead:
        raise Refusal(credential.dead)
    if method.caller not in {"any", credential.kind}:
        raise Refusal("not_allowed_token_type")
    if method.scope and method.scope not in _granted(credential):
        raise missing_scope(method.scope, _granted(credential))


def ratelimited(retry_after: Any) -> Response:
    """HTTP 429; the header is left out for None, and may be no number at all."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Answered({"ok": False, "error": "ratelimited"}, _TOO_MANY, headers)


def _granted(credential: Credential | None) -> list[str]:
    if credential is None:
        return []
    if credential.kind == "app":
        return ["connections:write"]
    installation = credential.app.installations.get(credential.team_id or "")
    return installation.scopes if installation else []


def _with_warnings(answer: Json, warnings: list[str]) -> Json:
    if not warnings:
        return answer
    metadata = {**answer.get("response_metadata", {}), "warnings": warnings}
    return {**answer, "warning": ",".join(warnings), "response_metadata": metadata}
