"""The world in memory: everything there is, each thing found by its id without a search."""

import asyncio
from collections.abc import Iterable
from datetime import datetime

from bot.core.clock import Clock
from bot.sandbox import names
from bot.sandbox.records import (
    MICROSECONDS,
    App,
    Conversation,
    Credential,
    File,
    Installation,
    Json,
    Message,
    Notice,
    Org,
    Person,
    Values,
    View,
    Workspace,
    stamp,
)

__all__ = [
    "App", "Conversation", "Credential", "File", "Installation", "Json", "Message", "Notice", "Org", "Person", "Values",
    "View", "Workspace", "World", "change",
]  # fmt: skip

_NOTICES_KEPT = 50


class World:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.orgs: dict[str, Org] = {}
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
        moment = int(self.now().timestamp() * MICROSECONDS)
        if abs(moment - self._last_ts) <= MICROSECONDS:
            moment = max(moment, self._last_ts + 1)
        self._last_ts = moment
        return stamp(moment)

    def add_workspace(self, name: str, domain: str) -> Workspace:
        workspace = Workspace(names.derived("T", domain), name, domain, self.seconds())
        self.workspaces[workspace.id] = workspace
        workspace.general = self.add_channel(workspace, "general").id
        return workspace

    def add_org(self, name: str, workspaces: list[Workspace]) -> Org:
        org = Org(names.derived("E", name), name, workspaces)
        self.orgs[org.id] = org
        for workspace in workspaces:
            workspace.org = org
            self.touch(workspace.people)
        return org

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
