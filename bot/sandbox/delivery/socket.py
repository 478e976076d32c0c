"""Socket Mode: single-use addresses, at most ten sockets an app, each payload to one of them."""

import asyncio
import json
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox import delivery, names
from bot.sandbox.delivery import Answer, Parcel, elapsed
from bot.sandbox.world import App, Json, World

MOST_SOCKETS = 10
TICKET_SECONDS = 60.0
WARNING_SECONDS = 10.0
LEAVE_SECONDS = 1.0
_TICKETS_KEPT = 1_000
_GOING_AWAY = 1001
_REFUSED = 1008
_GONE = Answer(answered=False, error="app_did_not_respond", reason="timeout")


@dataclass(eq=False, slots=True)
class Socket:
    app: App
    websocket: WebSocket
    host: str
    leaving: bool = False
    waiting: dict[str, "asyncio.Future[Answer]"] = field(default_factory=dict)

    async def send(self, message: Json) -> bool:
        if self.websocket.application_state is not WebSocketState.CONNECTED:
            return False
        try:
            await self.websocket.send_text(json.dumps(message))
        except (WebSocketDisconnect, RuntimeError):
            # The app left between the look at the state and the sending.
            return False
        return True

    async def close(self, code: int = _GOING_AWAY) -> None:
        if self.websocket.application_state is WebSocketState.CONNECTED:
            try:
                await self.websocket.close(code)
            except (WebSocketDisconnect, RuntimeError):
                return

    def acknowledge(self, message: object) -> None:
        if not isinstance(message, dict):
            return
        waiter = self.waiting.pop(str(message.get("envelope_id")), None)
        if waiter and not waiter.done():
            waiter.set_result(Answer(answered=True, body=message.get("payload")))


class Sockets:
    def __init__(self, world: World) -> None:
        self._world = world
        self._tickets: OrderedDict[str, tuple[App, float]] = OrderedDict()
        self._open: dict[str, list[Socket]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def ticket(self, app: App) -> str:
        """One more address; it can be used once, within a minute."""
        ticket = names.unguessable()
        self._tickets[ticket] = (app, asyncio.get_running_loop().time() + TICKET_SECONDS)
        if len(self._tickets) > _TICKETS_KEPT:
            self._tickets.popitem(last=False)
        return ticket

    def of(self, app: App) -> list[Socket]:
        return self._open.setdefault(app.id, [])

    async def serve(self, websocket: WebSocket) -> None:
        """The life of one socket, from its ticket to its end."""
        app = self._admitted(websocket.query_params.get("ticket", ""))
        if app is None:
            await websocket.close(_REFUSED)
            return
        await websocket.accept()
        socket = Socket(app, websocket, f"applink-{names.unguessable()[:10]}")
        if len(self.of(app)) >= MOST_SOCKETS:
            await socket.send(_goodbye(socket, "too_many_websockets"))
            await socket.close()
            return
        self.of(app).append(socket)
        try:
            await socket.send(self._hello(socket))
            await _listen(socket)
        finally:
            self._forget(socket)

    async def carry(self, parcel: Parcel) -> Answer:
        started = asyncio.get_running_loop().time()
        socket = self._next(parcel.app)
        if socket is None:
            return Answer(answered=False, error="dispatch_failed", reason="no_connection")
        envelope_id = names.envelope()
        waiter = socket.waiting[envelope_id] = asyncio.get_running_loop().create_future()
        if not await socket.send(_envelope(parcel, envelope_id)):
            self._forget(socket)
        try:
            async with asyncio.timeout(delivery.SECONDS):
                answer = await waiter
        except TimeoutError:
            answer = _GONE
        finally:
            socket.waiting.pop(envelope_id, None)
        return Answer(answer.answered, answer.error, answer.reason, answer.body, elapsed(started))

    async def disconnect(self, app: App, reason: str) -> int:
        """Ask an app's sockets to leave, and close them soon after; how many were asked."""
        asked = [socket for socket in self.of(app) if not socket.leaving]
        for socket in asked:
            await socket.send(_goodbye(socket, reason))
            task = asyncio.create_task(self._leave(socket, reason))
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
        return len(asked)

    async def close(self) -> None:
        for task in list(self._leaving):
            task.cancel()
        for sockets in list(self._open.values()):
            for socket in list(sockets):
                await socket.close()

    async def _leave(self, socket: Socket, reason: str) -> None:
        if reason == "warning":
            # Slack warns some ten seconds ahead, and goes on delivering to that socket until then.
            await asyncio.sleep(WARNING_SECONDS)
            await socket.send(_goodbye(socket, "refresh_requested"))
        socket.leaving = True
        await asyncio.sleep(0 if reason == "link_disabled" else LEAVE_SECONDS)
        await socket.close()

    def _admitted(self, ticket: str) -> App | None:
        app, expires = self._tickets.pop(ticket, (None, 0.0))
        return app if asyncio.get_running_loop().time() <= expires else None

    def _next(self, app: App) -> Socket | None:
        sockets = self.of(app)
        for _ in range(len(sockets)):
            # Taking the first and putting it last gives every socket its turn.
            socket = sockets.pop(0)
            sockets.append(socket)
            if not socket.leaving:
                return socket
        return None

    def _forget(self, socket: Socket) -> None:
        if socket in self.of(socket.app):
            self.of(socket.app).remove(socket)
        for waiter in socket.waiting.values():
            if not waiter.done():
                waiter.set_result(_GONE)

    def _hello(self, socket: Socket) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.of(socket.app)),
            "debug_info": {
                "host": socket.host,
                "build_number": 1,
                "approximate_connection_time": 18060,
                "started": self._world.now().isoformat(timespec="seconds"),
            },
            "connection_info": {"app_id": socket.app.id},
        }


async def _listen(socket: Socket) -> None:
    while True:
        try:
            text = await socket.websocket.receive_text()
        except (WebSocketDisconnect, RuntimeError, KeyError):
            # Gone, closed by us meanwhile, or a binary frame, which Slack's protocol does not have.
            return
        try:
            socket.acknowledge(json.loads(text))
        except ValueError:
            # Slack takes no notice of what is not JSON.
            continue


def _envelope(parcel: Parcel, envelope_id: str) -> Json:
    envelope: Json = {
        "envelope_id": envelope_id,
        "payload": parcel.payload,
        "type": parcel.kind,
        "accepts_response_payload": _takes_an_answer(parcel),
    }
    if parcel.kind == "events_api":
        envelope["retry_attempt"] = parcel.retry.attempt if parcel.retry else 0
        envelope["retry_reason"] = parcel.retry.reason if parcel.retry else ""
    return envelope


def _takes_an_answer(parcel: Parcel) -> bool:
    if parcel.kind == "interactive":
        return parcel.payload.get("type") == "view_submission"
    return parcel.kind == "slash_commands"


def _goodbye(socket: Socket, reason: str) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": socket.host}}
