"""The world in memory: workspaces, people, apps, conversations, messages, views and files, found by id."""

import asyncio
from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.core.clock import Clock
from bot.sandbox import names

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]
"""state.values in Slack's shape: block_id → action_id → what stands there."""

Kind = Literal["im", "channel", "group"]
_NOTICES_KEPT = 50
_MICROSECONDS = 1_000_000


@dataclass(slots=True)
class Workspace:
    id: str
    name: str
    domain: str
    created: int
    general: str = ""
    people: dict[str, "Person"] = field(default_factory=dict)
    installations: dict[str, "Installation"] = field(default_factory=dict)
    commands: dict[str, "App"] = field(default_factory=dict)


@dataclass(slots=True)
class Notice:
    """What Slack itself tells a person, such as a command that failed."""

    ts: str
    channel: str | None
    text: str


@dataclass(slots=True)
class Person:
    """A member as one workspace sees them; a stranger's home is another workspace."""

    id: str
    team_id: str
    name: str
    real_name: str
    tz: str | None
    home_team_id: str
    flags: set[str] = field(default_factory=set)
    locale: str = "en-US"
    updated: int = 0
    app_id: str | None = None
    conversations: list[str] = field(default_factory=list)
    modals: list["View"] = field(default_factory=list)
    homes: dict[str, "View"] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)
    revision: int = 0
    waiting: list["asyncio.Future[None]"] = field(default_factory=list)

    @property
    def deactivated(self) -> bool:
        return "deactivated" in self.flags

    @property
    def is_bot(self) -> bool:
        return "bot" in self.flags


@dataclass(slots=True)
class File:
    id: str
    team_id: str
    user: str
    name: str
    title: str
    length: int
    created: int
    alt_text: str = ""
    content: bytes | None = None
    mimetype: str = "application/octet-stream"
    complete: bool = False
    deleted: bool = False
    channels: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    ts: str
    user: str
    text: str
    team_id: str
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    files: list[File] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    subtype: str | None = None
    edited: Json | None = None
    app_id: str | None = None
    bot_id: str | None = None
    username: str | None = None
    client_msg_id: str | None = None
    ephemeral_to: str | None = None
    replies: list[str] = field(default_factory=list)
    values: dict[str, Values] = field(default_factory=dict)


@dataclass(slots=True)
class Conversation:
    id: str
    team_id: str
    kind: Kind
    name: str
    created: int
    members: dict[str, None] = field(default_factory=dict)
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    """The timestamps of `messages`, sorted: a clock that was moved back must not upset the history."""
    ephemerals: dict[str, dict[str, Message]] = field(default_factory=dict)
    last_read: dict[str, str] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        if message.ephemeral_to:
            self.ephemerals.setdefault(message.ephemeral_to, {})[message.ts] = message
            return
        self.messages[message.ts] = message
        insort(self.order, message.ts)
        if message.thread_ts and (parent := self.messages.get(message.thread_ts)):
            insort(parent.replies, message.ts)

    def remove(self, message: Message) -> None:
        if message.ephemeral_to:
            self.ephemerals.get(message.ephemeral_to, {}).pop(message.ts, None)
            return
        if self.messages.pop(message.ts, None):
            del self.order[bisect_left(self.order, message.ts)]
        if message.thread_ts and (parent := self.messages.get(message.thread_ts)):
            parent.replies = [ts for ts in parent.replies if ts != message.ts]

    def find(self, ts: str, user_id: str | None = None) -> Message | None:
        """The message with `ts`; one that only `user_id` sees is found for that person alone."""
        found = self.messages.get(ts)
        return found or self.ephemerals.get(user_id or "", {}).get(ts)


@dataclass(slots=True)
class Installation:
    app: "App"
    team_id: str
    bot_token: str
    bot_user_id: str
    bot_id: str
    scopes: list[str]
    generation: int = 0


@dataclass(slots=True)
class App:
    id: str
    name: str
    manifest: Json
    client_id: str
    client_secret: str
    signing_secret: str
    app_token: str
    verification_token: str
    delivery: Json
    installations: dict[str, Installation] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=dict)
    """How often each workspace's token was made anew."""
    bot_tokens: dict[str, str] = field(default_factory=dict)
    """Tokens that whoever registered the app has chosen, by workspace."""

    def features(self, name: str) -> list[Json]:
        found = (self.manifest.get("features") or {}).get(name) or []
        return list(found) if isinstance(found, list) else []

    @property
    def home(self) -> Json:
        return dict((self.manifest.get("features") or {}).get("app_home") or {})

    @property
    def scopes(self) -> list[str]:
        scopes = ((self.manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or []
        return [str(scope) for scope in scopes]

    @property
    def events(self) -> frozenset[str]:
        settings = self.manifest.get("settings") or {}
        return frozenset((settings.get("event_subscriptions") or {}).get("bot_events") or [])

    @property
    def can_be_written_to(self) -> bool:
        return bool(self.home.get("messages_tab_enabled")) and not self.home.get(
            "messages_tab_read_only_enabled", True
        )


@dataclass(slots=True)
class View:
    """A modal or a Home view; `body` is what the app gave, with ids filled in."""

    id: str
    app_id: str
    team_id: str
    user_id: str
    bot_id: str
    kind: Literal["modal", "home"]
    body: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Credential:
    """What a token stands for; one that no longer works keeps the error word that says why."""

    app: App
    kind: Literal["bot", "app"]
    team_id: str | None = None
    dead: str | None = None


class World:
    """Everything there is; each thing is found by its id, without a search."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.workspaces: dict[str, Workspace] = {}
        self.people: dict[str, Person] = {}
        self.conversations: dict[str, Conversation] = {}
        self.apps: dict[str, App] = {}
        self.client_ids: dict[str, App] = {}
        self.bots: dict[str, Installation] = {}
        self.tokens: dict[str, Credential] = {}
        self.views: dict[str, View] = {}
        self.external_ids: dict[tuple[str, str, str], View] = {}
        self.files: dict[str, File] = {}
        self._last_ts = 0

    def now(self) -> datetime:
        return self.clock.now()

    def seconds(self) -> int:
        return int(self.now().timestamp())

    def ts(self) -> str:
        """A message's timestamp: the present in microseconds, and never the same one twice."""
        moment = int(self.now().timestamp() * _MICROSECONDS)
        if abs(moment - self._last_ts) <= _MICROSECONDS:
            moment = max(moment, self._last_ts + 1)
        self._last_ts = moment
        return f"{moment // _MICROSECONDS}.{moment % _MICROSECONDS:06d}"

    def add_workspace(self, name: str, domain: str) -> Workspace:
        workspace = Workspace(names.derived("T", domain), name, domain, self.seconds())
        self.workspaces[workspace.id] = workspace
        workspace.general = self.add_channel(workspace, "general").id
        return workspace

    def add_channel(self, workspace: Workspace, name: str) -> Conversation:
        channel_id = names.derived("C", workspace.domain, name)
        channel = Conversation(channel_id, workspace.id, "channel", name, self.seconds())
        self.conversations[channel.id] = channel
        return channel

    def add_person(self, person: Person) -> Person:
        workspace = self.workspaces[person.team_id]
        self.people[person.id] = workspace.people[person.id] = person
        person.updated = self.seconds()
        if not person.flags & {"stranger", "bot"}:
            self.join(person, self.conversations[workspace.general])
        if not person.is_bot:
            self.meet_apps(person)
        self.touch(workspace.people)
        return person

    def meet_apps(self, person: Person) -> None:
        """Open the person's conversation with every app of the workspace, as its sidebar shows them."""
        for installation in self.workspaces[person.team_id].installations.values():
            self.im(person, self.people[installation.bot_user_id])

    def join(self, person: Person, conversation: Conversation) -> None:
        if person.id not in conversation.members:
            conversation.members[person.id] = None
            person.conversations.append(conversation.id)
            self.touch([person.id])

    def im(self, one: Person, other: Person) -> Conversation:
        """The direct conversation of two, opened when it is not there yet; its id depends on them alone."""
        im_id = names.derived("D", *sorted((one.id, other.id)))
        if im_id not in self.conversations:
            im = Conversation(im_id, one.team_id, "im", "directmessage", self.seconds())
            self.conversations[im_id] = im
            for person in (one, other):
                self.join(person, im)
        return self.conversations[im_id]

    def touch(self, user_ids: Iterable[str]) -> None:
        """Say that what these people see has changed."""
        for user_id in user_ids:
            person = self.people[user_id]
            person.revision += 1
            waiting, person.waiting = person.waiting, []
            for waiter in waiting:
                if not waiter.done():
                    waiter.set_result(None)

    def notify(self, person: Person, text: str, channel: str | None = None) -> None:
        person.notices.append(Notice(self.ts(), channel, text))
        del person.notices[:-_NOTICES_KEPT]
        self.touch([person.id])


async def change(person: Person, after: int) -> int:
    """Wait until the person's revision is past `after`."""
    while person.revision <= after:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        person.waiting.append(waiter)
        try:
            await waiter
        finally:
            if waiter in person.waiting:
                person.waiting.remove(waiter)
    return person.revision
