"""What the world is made of: workspaces, people, apps, conversations, messages, views and files."""

from asyncio import Future
from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Values = dict[str, dict[str, Json]]
"""state.values in Slack's shape: block_id → action_id → what stands there."""

Kind = Literal["im", "channel", "group"]
MICROSECONDS = 1_000_000


@dataclass(slots=True)
class Org:
    """An Enterprise org: workspaces that can be given an app together."""

    id: str
    name: str
    workspaces: list["Workspace"] = field(default_factory=list)


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
    org: Org | None = None


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
    waiting: list[Future[None]] = field(default_factory=list)

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
    # Whether events tell only its id, so that the app has to ask.
    check_info: bool = False
    # Whether a person gave it to an app in a form, which the app may read then.
    in_form: bool = False
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
        while message.ts in self.messages:
            # The clock was moved back to the very microsecond of another message.
            message.ts = next_stamp(message.ts)
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
    org: Org | None = None
    """The org that installed it for its workspaces, which share one token then."""

    @property
    def holder_id(self) -> str:
        """Whose token it is: the org's or the workspace's."""
        return self.org.id if self.org else self.team_id


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
    """How often each workspace's or org's token was made anew."""
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
    def is_org_ready(self) -> bool:
        """Whether an org may install it for all of its workspaces at once."""
        return bool((self.manifest.get("settings") or {}).get("org_deploy_enabled"))

    @property
    def rotates(self) -> bool:
        """Whether its tokens end after some hours and are renewed."""
        return bool((self.manifest.get("settings") or {}).get("token_rotation_enabled"))

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
    org: Org | None = None


def stamp(microseconds: int) -> str:
    """A moment as Slack writes a message's timestamp."""
    return f"{microseconds // MICROSECONDS}.{microseconds % MICROSECONDS:06d}"


def next_stamp(ts: str) -> str:
    return stamp(int(ts.replace(".", "")) + 1)
