"""Control calls on the machinery: clock, faults, rate limits, sockets and the journal."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.control.calls import Path, control
from bot.sandbox.control.worlds import app_called
from bot.sandbox.refusals import CannotError
from bot.sandbox.world import Json

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

_EARLIEST, _LATEST = 1_010_000_000, 9_940_000_000
"""Slack's timestamps have ten digits before the point."""
REASONS = ("warning", "refresh_requested", "link_disabled")


def routes(sandbox: "Sandbox") -> list[BaseRoute]:
    async def journal(request: Request) -> Response:
        after, kind = request.query_params.get("after", "0"), request.query_params.get("kind")
        lines = sandbox.journal.lines(int(after) if after.isdigit() else 0, kind)
        return Response("".join(f"{line}\n" for line in lines), media_type="application/x-ndjson")

    return [
        control(sandbox, "GET", "/clock", _clock),
        control(sandbox, "POST", "/clock", _move),
        control(sandbox, "GET", "/faults", _faults),
        control(sandbox, "POST", "/faults", _add_fault),
        control(sandbox, "DELETE", "/faults", _clear_faults),
        control(sandbox, "GET", "/limits", _limits),
        control(sandbox, "POST", "/limits", _switch_limits),
        control(sandbox, "POST", "/apps/{app}/disconnect", _disconnect),
        Route("/sandbox/journal", journal),
    ]


async def _clock(sandbox: "Sandbox", _path: Path, _given: Json) -> Json:
    return {"now": sandbox.world.now().isoformat(timespec="seconds")}


async def _move(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    try:
        if "to" in given:
            moment = datetime.fromisoformat(str(given["to"]))
        elif "by_seconds" in given:
            moment = sandbox.world.now() + timedelta(seconds=float(given["by_seconds"]))
        else:
            raise CannotError(
                "missing_field", 'Give {"to": "2026-11-27T14:00:00+00:00"} or {"by_seconds": 86400}.'
            )
    except (ValueError, TypeError, OverflowError) as unfit:
        raise CannotError("bad_moment", f"The clock cannot go there: {unfit}") from None
    if moment.tzinfo is None or not _EARLIEST <= moment.timestamp() < _LATEST:
        raise CannotError("bad_moment", "The clock goes to a moment with its zone, from 2002 to 2285.")
    sandbox.move_clock(to=moment)
    return await _clock(sandbox, path, given)


async def _faults(sandbox: "Sandbox", _path: Path, _given: Json) -> Json:
    return {"faults": [fault.shape for fault in sandbox.faults]}


async def _add_fault(sandbox: "Sandbox", _path: Path, given: Json) -> Json:
    return {"fault": sandbox.faults.add(**{"kind": "", **given}).shape}


async def _clear_faults(sandbox: "Sandbox", _path: Path, _given: Json) -> Json:
    sandbox.faults.clear()
    return {"faults": []}


async def _limits(sandbox: "Sandbox", _path: Path, _given: Json) -> Json:
    return {"on": sandbox.limits.on}


async def _switch_limits(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    sandbox.limits.on = bool(given.get("on"))
    return await _limits(sandbox, path, given)


async def _disconnect(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    reason = given.get("reason") or "refresh_requested"
    if reason not in REASONS:
        raise CannotError("bad_reason", f"A reason is one of {', '.join(REASONS)}.")
    asked = await sandbox.dispatch.sockets.disconnect(app_called(sandbox, path["app"]), str(reason))
    return {"sockets": asked}
