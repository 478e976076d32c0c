"""The real bot living in the local Slack: what handler tests and stories act with and read from."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import func, select

import handlers
from bot import manifest
from bot import running as running_
from bot.coach import Coach
from bot.core.clock import MovableClock, StoppedClock, SystemClock
from bot.domain import wins, workspaces
from bot.sandbox import Sandbox
from bot.sandbox.delivery import Answer, Kind, Parcel
from bot.sandbox.world import App
from bot.scheduler import Worker
from bot.storage import canary
from bot.storage.identity import Principal
from bot.web import edge, server
from handlers import outbox
from handlers.socket import Socket
from tests.canary import Canary, words_in

START = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)


class Person:
    """Somebody in the local Slack, who acts through its control calls and reads what it shows."""

    def __init__(self, slack: "LocalSlack", user_id: str) -> None:
        self._slack = slack
        self.id = user_id

    @property
    def who(self) -> Principal:
        return Principal(self._slack.sandbox.world.people[self.id].team_id, self.id)

    async def says(self, text: str) -> dict[str, Any]:
        """Type a slash command, or write a message to the bot."""
        if text.startswith("/"):
            command, _, rest = text.partition(" ")
            self._slack.bird.typed(rest)
            return await self.does("command", command=command, text=rest)
        self._slack.bird.typed(text)
        return await self.does("message", channel=(await self._dm())["id"], text=text)

    async def opens_home(self) -> dict[str, Any]:
        app = (await self.sees())["apps"][0]["id"]
        return await self.does("home", app=app, tab="home")

    async def uses(self, callback_id: str, message: dict[str, str] | None = None) -> dict[str, Any]:
        """Use a shortcut."""
        extra = {"message": message} if message else {}
        return await self.does("shortcut", callback_id=callback_id, **extra)

    async def clicks(self, label: str, *, value: object = None) -> dict[str, Any]:
        """Use the newest element with that label (a modal's first, then messages, then Home).

        For a menu the label is one of its options' texts.
        """
        container, element, block_id, chosen = await self._find(label)
        wanted = value if value is not None else chosen
        given = {"value": wanted} if wanted is not None else {}
        return await self.does(
            "click", container=container, block_id=block_id, action_id=element["action_id"], **given
        )

    async def submits(self, **values: object) -> dict[str, Any]:
        """Fill in the open modal and submit it; the answer holds `errors` by field when it is refused."""
        self._slack.bird.typed(*words_in(values))
        view = (await self.sees())["modals"][-1]
        return await self.does("submit", view_id=view["id"], values=values)

    async def closes(self) -> dict[str, Any]:
        return await self.does("close", view_id=(await self.sees())["modals"][-1]["id"])

    async def fills(self) -> dict[str, Any]:
        """What stands in the open modal's fields: a text or an option's value by field."""
        state = (await self.sees())["modals"][-1]["state"]
        return {field: _standing(next(iter(found.values()))) for field, found in state.items()}

    async def does(self, act: str, **given: object) -> dict[str, Any]:
        answer = await self._slack.control("POST", f"people/{self.id}/{act}", given)
        await self._slack.settled()
        return answer

    async def sees(self) -> dict[str, Any]:
        return await self._slack.control("GET", f"people/{self.id}/sees")

    async def messages(self) -> list[dict[str, Any]]:
        """The DM with the bot, oldest first, ephemeral ones included."""
        return list((await self._dm())["messages"])

    async def reads(self) -> str:
        """The newest message in the DM with the bot."""
        messages = await self.messages()
        return words_of(messages[-1]) if messages else ""

    async def reads_all(self) -> str:
        return "\n".join([words_of(message) for message in await self.messages()])

    async def modal(self) -> str:
        """What stands in the modal on top; empty when none is open."""
        modals = (await self.sees())["modals"]
        return words_of(modals[-1]) if modals else ""

    async def home(self) -> str:
        shown = (await self.sees())["apps"][0]["home"]
        return words_of(shown) if shown else ""

    async def _dm(self) -> dict[str, Any]:
        conversations = (await self.sees())["conversations"]
        return next(one for one in conversations if one["kind"] == "im" and one["app"])

    async def _find(self, label: str) -> tuple[dict[str, Any], dict[str, Any], str | None, object]:
        seen = await self.sees()
        for container, blocks in _containers(seen):
            for block in reversed(blocks):
                for element in _elements(block):
                    chosen = _chosen(element, label)
                    if chosen is not _NOT_IT:
                        return container, element, block.get("block_id"), chosen
        raise AssertionError(f"{label!r} is nowhere to be clicked")


@dataclass
class LocalSlack:
    """The sandbox, the bot in it, and its worker, which ticks when it is told."""

    sandbox: Sandbox
    coach: Coach
    bot: handlers.Slack
    worker: Worker
    clock: MovableClock
    address: str
    http: aiohttp.ClientSession
    bird: Canary
    socket: Socket | None = None
    bot_address: str = ""

    @property
    def maya(self) -> Person:
        return self.person("maya")

    def person(self, name: str) -> Person:
        people = self.sandbox.world.people.values()
        return Person(self, next(one.id for one in people if one.name == name))

    async def control(self, method: str, path: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        async with self.http.request(method, f"{self.address}/sandbox/{path}", json=given) as answer:
            body: dict[str, Any] = await answer.json()
        assert body.get("ok"), body
        return body

    @property
    def app(self) -> App:
        return next(iter(self.sandbox.world.apps.values()))

    def fails(self, method: str, kind: str, **given: Any) -> None:
        """Order a fault for the next call of a Web API method."""
        self.sandbox.faults.add(kind, method=method, **given)

    async def delivers(self, kind: Kind, payload: dict[str, Any], team_id: str | None = None) -> Answer:
        """Post a payload, signed as Slack signs, whatever it says."""
        parcel = Parcel(self.app, team_id or self.maya.who.team_id, kind, payload)
        answer = await self.sandbox.dispatch.send(parcel)
        await self.settled()
        return answer

    def delivered(self, *types: str) -> list[dict[str, Any]]:
        """The payloads of these kinds that the bot was sent so far, oldest first."""
        sent = self.sandbox.journal.entries(kind="delivery")
        return [one["payload"] for one in sent if one["type"] in types]

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The arguments of each call of a Web API method so far."""
        made = self.sandbox.journal.entries(kind="call")
        return [one["args"] for one in made if one["method"] == method]

    async def wins(self, person: Person) -> list[SimpleNamespace]:
        """What is stored for a person and not in the bin, the newest first."""
        names = ("id", "title", "source", "goal_id", *wins.PARTS)
        async with self.coach.session(person.who) as session:
            kept, _ = await wins.page(session, size=1000)
            return [SimpleNamespace(**{name: getattr(win, name) for name in names}) for win in kept]

    async def count(self, kind: type[Any]) -> int:
        """How many rows of a kind there are, whoever they belong to."""
        async with self.coach.database.system() as session:
            return int(await session.scalar(select(func.count()).select_from(kind)) or 0)

    async def coach_token(self, team_id: str) -> str | None:
        """The token that is stored for a workspace; None where the app is not installed any more."""
        async with self.coach.database.system() as session:
            found = await workspaces.installed(session, self.coach.vault, team_id)
            return found.bot_token if found else None

    async def settled(self) -> None:
        """Wait until the bot has nothing more to do for what happened so far."""
        for _ in range(3):
            await asyncio.sleep(0)
            assert await self.coach.in_flight.drained(5)

    async def tick(self) -> int:
        taken = await self.worker.tick()
        await self.settled()
        return taken

    async def goes_to(self, moment: datetime) -> None:
        """Move everybody's clock and let the worker do what is due by then."""
        self.clock.move_to(moment)
        await self.tick()

    async def passes(self, span: timedelta) -> None:
        await self.goes_to(self.clock.now() + span)


@asynccontextmanager
async def living(
    database_url: str,
    make_coach: Callable[..., Coach],
    *,
    mode: str,
    start: datetime = START,
    by_oauth: bool = False,
) -> AsyncIterator[LocalSlack]:
    """Start the sandbox and the bot on loopback ports; `mode` is how Slack delivers: http or socket.

    With `by_oauth` nobody has installed the bot yet, and it has the pages to do so.
    """
    clock = MovableClock(StoppedClock(start) if mode == "stopped" else None)
    clock.move_to(start)
    stop = asyncio.Event()
    sock, bot_sock = server.listener("127.0.0.1", 0), server.listener("127.0.0.1", 0)
    address, bot_address = _address(sock), _address(bot_sock)
    sandbox = Sandbox(clock, base_url=address)
    running = [asyncio.create_task(server.serve(sandbox.app, "", 0, stop=stop, sock=sock, grace_seconds=1))]
    described = manifest.load()
    described["oauth_config"]["redirect_urls"] = [f"{bot_address}/slack/oauth_redirect"]
    teams = [] if by_oauth else list(sandbox.world.workspaces)
    app = sandbox.register_app(described, teams, _delivery(mode, bot_address))
    tokens = [installed.bot_token for installed in app.installations.values()]
    coach = make_coach(
        database_url,
        clock,
        slack_signing_secret=SecretStr(app.signing_secret),
        slack_api_url=f"{address}/api/",
        **(_of_oauth(app, bot_address) if by_oauth else _of_one(app, tokens[0])),
    )
    await canary.settle(coach.database, coach.vault)
    bot = handlers.connect(coach)
    for token in tokens:
        await outbox.install(coach, token)
    web = edge.create(
        slack=bot.endpoint(),
        secrets=[app.signing_secret],
        clock=SystemClock(),
        metrics=coach.metrics,
        ready={"database": coach.database.answers},
        in_flight=coach.in_flight,
        pages=running_.install_pages(coach, bot),
    )
    running.append(asyncio.create_task(server.serve(web, "", 0, stop=stop, sock=bot_sock, grace_seconds=1)))
    socket = await bot.open_socket(coach, app.app_token) if mode == "socket" else None
    async with aiohttp.ClientSession() as http:
        worker = Worker(coach, bot.messenger, monotonic=lambda: clock.now().timestamp())
        with Canary(sandbox, coach.metrics) as bird:
            yield LocalSlack(sandbox, coach, bot, worker, clock, address, http, bird, socket, bot_address)
    if socket is not None:
        await socket.close()
    stop.set()
    await sandbox.close()
    await asyncio.gather(*running)
    await coach.in_flight.drained(5)
    await bot.close()
    await coach.database.close()
    bird.check()


def words_of(shown: object) -> str:
    """Every text in a message or a view, in order, one a line."""
    return "\n".join(_texts(shown))


_NOT_IT = object()
_SAID = ("title", "text", "blocks", "label", "hint", "placeholder", "initial_value", "elements", "element")
_ALSO_SAID = ("fields", "accessory", "options", "description", "submit", "close", "errors", "files", "name")


def _texts(shown: object) -> Iterator[str]:
    if isinstance(shown, str):
        yield shown
    elif isinstance(shown, list):
        for one in shown:
            yield from _texts(one)
    elif isinstance(shown, dict):
        for key in (*_SAID, *_ALSO_SAID):
            if key in shown:
                yield from _texts(list(shown[key].values()) if key == "errors" else shown[key])


def _standing(state: dict[str, Any]) -> Any:
    if "selected_options" in state:
        return [one["value"] for one in state["selected_options"]]
    chosen = (state.get("selected_option") or {}).get("value")
    return chosen or state.get("value") or state.get("selected_time")


def _containers(seen: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for view in reversed(seen["modals"]):
        yield {"kind": "view", "view_id": view["id"]}, view["blocks"]
    for conversation in seen["conversations"]:
        for message in reversed(conversation["messages"]):
            container = {"kind": "message", "channel": conversation["id"], "ts": message["ts"]}
            yield container, message.get("blocks") or []
    for app in seen["apps"]:
        if app["home"]:
            yield {"kind": "view", "view_id": app["home"]["id"]}, app["home"]["blocks"]


def _elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*block.get("elements", []), block.get("accessory"), block.get("element")]
    return [one for one in found if one and "action_id" in one]


def _chosen(element: dict[str, Any], label: str) -> object:
    if (element.get("text") or {}).get("text") == label:
        return None
    for option in element.get("options", []):
        if option["text"]["text"] == label:
            return option["value"]
    return _NOT_IT


def _delivery(mode: str, bot_address: str) -> dict[str, str]:
    return {"mode": "socket"} if mode == "socket" else {"mode": "http", "url": f"{bot_address}/slack/events"}


def _of_one(app: App, token: str) -> dict[str, SecretStr]:
    """The settings for one workspace by its token."""
    return {"slack_bot_token": SecretStr(token), "slack_app_token": SecretStr(app.app_token)}


def _of_oauth(app: App, bot_address: str) -> dict[str, object]:
    """The settings for workspaces that install the bot by themselves."""
    return {
        "slack_client_id": app.client_id,
        "slack_client_secret": SecretStr(app.client_secret),
        "public_url": bot_address,
    }


def _address(sock: Any) -> str:
    return f"http://127.0.0.1:{sock.getsockname()[1]}"
