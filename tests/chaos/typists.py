"""People who type `/win` again and again into real `sayso web` processes, and what became of every line."""

import asyncio
import copy
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from pydantic import SecretStr

from bot import manifest
from bot.coach import Coach
from bot.core.clock import MovableClock
from bot.core.errors import NotFound
from bot.domain import wins
from bot.sandbox import Sandbox, people
from bot.sandbox.delivery import Answer, Parcel
from bot.sandbox.world import App, Person
from bot.storage import canary
from bot.storage.identity import Principal
from bot.web import server
from tests.chaos.forks import Forks, forking
from tests.story.processes import free_port

PEOPLE = 4
BACK = "Nothing was saved: the database did not answer in time. What you typed is still here"


@dataclass
class Typed:
    """What one person typed, by what they were told of it."""

    person: Person
    saved: set[str] = field(default_factory=set)
    given_back: set[str] = field(default_factory=set)
    unanswered: set[str] = field(default_factory=set)
    took_ms: list[int] = field(default_factory=list)


@dataclass
class Room:
    """The local Slack, the database, the web processes on it by their ports, and the people who type."""

    sandbox: Sandbox
    app: App
    coach: Coach
    forks: Forks
    settings: dict[str, str]
    typed: list[Typed]
    ports: dict[int, int] = field(default_factory=dict)
    chance: random.Random = field(default_factory=random.Random)
    _numbers: Iterator[int] = field(default_factory=count)

    @property
    def file(self) -> Path:
        """The database."""
        return Path(str(self.coach.database.url.database))

    @property
    def saved(self) -> int:
        """How many lines were acknowledged as saved."""
        return sum(len(each.saved) for each in self.typed)

    async def opens(self, processes: int = 1) -> list[int]:
        """Start so many web processes; their ids."""
        return [await self._open() for _ in range(processes)]

    async def _open(self) -> int:
        port = free_port()
        pid = await self.forks.start({**self.settings, "port": str(port)}, "web")
        self.ports[pid] = port
        return pid

    async def kill(self, pid: int) -> None:
        del self.ports[pid]
        await self.forks.kill(pid)

    async def sends(self, person: Person, command: str, text: str) -> Answer:
        """Send a command to any of the processes, as Slack does."""
        app = copy.copy(self.app)
        port = self.chance.choice(list(self.ports.values()))
        app.delivery = {"mode": "http", "url": f"http://127.0.0.1:{port}/slack/events"}
        payload = {
            "team_id": person.team_id,
            "user_id": person.id,
            "user_name": person.name,
            "channel_id": "D0000000001",
            "command": command,
            "text": text,
            "response_url": "http://127.0.0.1:9/",
            "trigger_id": self.sandbox.triggers.issue(self.app, person),
        }
        return await self.sandbox.dispatch.http.carry(Parcel(app, person.team_id, "slash_commands", payload))

    async def types(self, typed: Typed) -> None:
        """One person types one line, which nobody typed before, and reads what comes back."""
        if not self.ports:
            await asyncio.sleep(0.05)
            return
        text = f"Shipped part {next(self._numbers)} of the search"
        answer = await self.sends(typed.person, "/win", text)
        said = str(answer.body)
        if answer.answered and "Saved" in said and text in said:
            typed.saved.add(text)
            typed.took_ms.append(answer.took_ms)
        elif answer.answered and BACK in said and text in said:
            typed.given_back.add(text)
        else:
            typed.unanswered.add(text)

    @asynccontextmanager
    async def typing(self) -> AsyncIterator[None]:
        """Everybody types, one line after the other, for as long as this lasts."""
        stop = asyncio.Event()

        async def type_on(typed: Typed) -> None:
            while not stop.is_set():
                await self.types(typed)

        running = [asyncio.create_task(type_on(each)) for each in self.typed]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*running)

    async def until_saved(self, number: int) -> None:
        async with asyncio.timeout(120):
            while self.saved < number:  # noqa: ASYNC110 - another process saves
                await asyncio.sleep(0.01)

    async def verdict(self) -> "Verdict":
        """Compare what people were told with what is stored."""
        stored = [await stored_of(self.coach, each.person) for each in self.typed]
        return Verdict(
            saved=self.saved,
            lost=sum(len(each.saved - set(one)) for each, one in zip(self.typed, stored, strict=True)),
            twice=sum(len(one) - len(set(one)) for one in stored),
            given_back=sum(len(each.given_back) for each in self.typed),
            kept_all_the_same=sum(
                len(each.given_back & set(one)) for each, one in zip(self.typed, stored, strict=True)
            ),
            unanswered=sum(len(each.unanswered) for each in self.typed),
        )


@dataclass(frozen=True)
class Verdict:
    """How many lines were acknowledged as saved, are lost or stored twice, were given back, or got no answer."""

    saved: int
    lost: int
    twice: int
    given_back: int
    kept_all_the_same: int
    unanswered: int

    def __str__(self) -> str:
        said = f"{self.saved} acknowledged: {self.lost} lost, {self.twice} twice"
        if self.given_back:
            said += f"; {self.given_back} given back, {self.kept_all_the_same} of them saved all the same"
        return said + (f"; {self.unanswered} unanswered" if self.unanswered else "")

    @property
    def good(self) -> bool:
        return (self.lost, self.twice, self.kept_all_the_same) == (0, 0, 0)


async def stored_of(coach: Coach, person: Person) -> list[str]:
    """The titles of a person's wins in a database; none for whoever was never admitted."""
    try:
        async with coach.session(Principal(person.team_id, person.id), present=False) as session:
            kept, _ = await wins.page(session, size=1_000_000)
            return [win.title for win in kept]
    except NotFound:
        return []


@contextmanager
def frozen(forks: Forks) -> Iterator[None]:
    """Every process stands still for a moment, as for a snapshot of the disk."""
    for pid in forks.alive:
        forks.freeze(pid)
    try:
        yield
    finally:
        for pid in forks.alive:
            forks.thaw(pid)


@asynccontextmanager
async def room(
    database_url: str, make_coach: Callable[..., Coach], folder: Path, *, processes: int = 1
) -> AsyncIterator[Room]:
    """People of one workspace, and so many web processes on one database."""
    stop, sock = asyncio.Event(), server.listener("127.0.0.1", 0)
    address = f"http://127.0.0.1:{sock.getsockname()[1]}"
    clock = MovableClock()
    sandbox = Sandbox(clock, base_url=address, seeded=False)
    workspace = sandbox.world.add_workspace("Juniper", "juniper")
    delivery = {"mode": "http", "url": "http://127.0.0.1:9/slack/events"}
    app = sandbox.register_app(manifest.load(), [workspace.id], delivery)
    persons = [
        sandbox.world.add_person(people.new_person(workspace, f"person{number}", f"Person {number}", "UTC"))
        for number in range(PEOPLE)
    ]
    token = app.installations[workspace.id].bot_token
    coach = make_coach(database_url, clock, slack_bot_token=SecretStr(token))
    await canary.settle(coach.database, coach.vault)
    keys = coach.settings.master_keys
    settings = {
        "database_url": database_url,
        "master_keys": keys.get_secret_value() if keys else "",
        "slack_bot_token": token,
        "slack_signing_secret": app.signing_secret,
        "slack_api_url": f"{address}/api/",
    }
    serving = asyncio.create_task(server.serve(sandbox.app, "", 0, stop=stop, sock=sock, grace_seconds=1))
    try:
        async with forking(folder) as forks:
            made = Room(sandbox, app, coach, forks, settings, [Typed(person) for person in persons])
            await made.opens(processes)
            yield made
    finally:
        stop.set()
        await sandbox.close()
        await serving
        await coach.database.close()
