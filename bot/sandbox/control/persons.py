"""Control calls of one person: what they do, what they see, and the stream of its changes."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.sandbox import files
from bot.sandbox.acts import clicks, commands, modals, person_called, shortcuts, visits, writing
from bot.sandbox.answers import Answered
from bot.sandbox.control.calls import Path, Run, control
from bot.sandbox.delivery import Answer
from bot.sandbox.refusals import CannotError
from bot.sandbox.sees import sees
from bot.sandbox.world import File, Json, Person, change

if TYPE_CHECKING:
    from bot.sandbox import Sandbox

HEARTBEAT_SECONDS = 15.0
_NOT_FOUND = 404

Doing = Callable[["Sandbox", Person, Json], Awaitable[Answer]]


def routes(sandbox: "Sandbox") -> list[BaseRoute]:
    acts: dict[str, Run] = {
        "command": _does(commands.run),
        "message": _writes,
        "edit": _does(writing.edit),
        "delete": _does(writing.delete),
        "read": _reads,
        "click": _does(clicks.click),
        "submit": _submits,
        "close": _does(modals.close),
        "shortcut": _does(shortcuts.use),
        "home": _does(visits.visit),
    }
    return [
        *(control(sandbox, "POST", f"/people/{{user}}/{name}", run) for name, run in acts.items()),
        control(sandbox, "GET", "/people/{user}/sees", _sees),
        Route("/sandbox/people/{user}/changes", _changes(sandbox)),
        Route("/sandbox/people/{user}/files/{file}", _files(sandbox)),
    ]


def _acting(sandbox: "Sandbox", path: Path) -> Person:
    person = person_called(sandbox, path["user"])
    if person.deactivated:
        raise CannotError("account_inactive", f"{person.real_name} was deactivated and cannot do anything.")
    return person


def _does(doing: Doing) -> Run:
    async def run(sandbox: "Sandbox", path: Path, given: Json) -> Json:
        answer = await doing(sandbox, _acting(sandbox, path), given)
        return {"delivery": answer.shape}

    return run


async def _writes(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    message, answer = await writing.write(sandbox, _acting(sandbox, path), given)
    return {"ts": message.ts, "delivery": answer.shape}


async def _reads(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    writing.read(sandbox, _acting(sandbox, path), given)
    return {"delivery": Answer(answered=False).shape}


async def _submits(sandbox: "Sandbox", path: Path, given: Json) -> Json:
    errors, answer = await modals.submit(sandbox, _acting(sandbox, path), given)
    return {"delivery": answer.shape} | ({"errors": errors} if errors else {})


async def _sees(sandbox: "Sandbox", path: Path, _given: Json) -> Json:
    return sees(sandbox.world, person_called(sandbox, path["user"]).id)


def _changes(sandbox: "Sandbox") -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        person = sandbox.world.people.get(request.path_params["user"])
        if person is None:
            return Answered(
                {"ok": False, "error": "user_not_found", "detail": "Nobody has that id."}, _NOT_FOUND
            )
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(_stream(sandbox, person), media_type="text/event-stream", headers=headers)

    return answer


async def _stream(sandbox: "Sandbox", person: Person) -> AsyncIterator[str]:
    """The revision at once, then each newer one; a comment now and then keeps the connection known alive."""
    told = person.revision
    yield _event(told)
    while not sandbox.closed.is_set():
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                told = await change(person, told)
            yield _event(told)
        except TimeoutError:
            yield ": still here\n\n"


def _event(revision: int) -> str:
    return f"data: {json.dumps({'revision': revision})}\n\n"


def _files(sandbox: "Sandbox") -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        person = sandbox.world.people.get(request.path_params["user"])
        file = sandbox.world.files.get(request.path_params["file"])
        if person is None or file is None or file.deleted or not _may_see(person, file):
            return PlainTextResponse("file_not_found", _NOT_FOUND)
        return files.download(file)

    return answer


def _may_see(person: Person, file: File) -> bool:
    return file.user == person.id or any(channel in person.conversations for channel in file.channels)
