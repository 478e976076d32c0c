"""A post office for tests: the Messenger port with a memory, and every way in which Slack can let us down."""

import asyncio
import inspect
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.core.clock import Clock
from bot.domain.nudges import Claim, Refused, Uncertain, Unsent


@dataclass(frozen=True)
class Message:
    """One message as its reader has it."""

    user_id: str
    key: str
    nudge_ids: tuple[str, ...]
    kinds: tuple[str, ...]
    at: datetime


# What happens instead of a delivery; it may be something to wait for.
Fault = Callable[["Post", Claim], Any]


@dataclass
class Post:
    """Delivers at once, remembers by key, and fails as it was told to, for each person in turn."""

    clock: Clock
    sent: list[Message] = field(default_factory=list)
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    tries: Counter[str] = field(default_factory=Counter)
    looks: int = 0
    unreadable: Exception | None = None
    crashed: asyncio.Event = field(default_factory=asyncio.Event)
    first: asyncio.Event = field(default_factory=asyncio.Event)
    # Calls that run now in each workspace, and the most that ever did.
    running: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)

    def will(self, user_id: str, *faults: Fault) -> None:
        """What happens to this person's next messages, in order; afterwards all is well."""
        self.faults[user_id].extend(faults)

    def to(self, user_id: str) -> list[Message]:
        return [message for message in self.sent if message.user_id == user_id]

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        team = claim.who.team_id
        self.running[team] += 1
        self.most[team] = max(self.most[team], self.running[team])
        try:
            await asyncio.sleep(0)
            self.tries[claim.who.user_id] += 1
            if self.faults[claim.who.user_id]:
                happened = self.faults[claim.who.user_id].popleft()(self, claim)
                if inspect.isawaitable(happened):
                    await happened
            return self.accept(claim)
        finally:
            self.running[team] -= 1

    async def find(self, claim: Claim) -> tuple[str, str] | None:
        await asyncio.sleep(0)
        self.looks += 1
        if self.unreadable is not None:
            raise self.unreadable
        found = [number for number, message in enumerate(self.sent) if is_of(message, claim)]
        return _place(claim, found[0]) if found else None

    def accept(self, claim: Claim) -> tuple[str, str]:
        message = Message(claim.who.user_id, claim.key, claim.nudge_ids, claim.kinds, self.clock.now())
        self.sent.append(message)
        self.first.set()
        return _place(claim, len(self.sent) - 1)


def is_of(message: Message, claim: Claim) -> bool:
    """Whether a message in this person's conversation has the claim's key."""
    return (message.user_id, message.key) == (claim.who.user_id, claim.key)


def _place(claim: Claim, number: int) -> tuple[str, str]:
    return f"D{claim.who.user_id}", f"1795.{number:06}"


# --- What can happen


async def crash_before(post: Post, _claim: Claim) -> None:
    """The worker's process ends here."""
    post.crashed.set()
    await asyncio.Event().wait()


async def crash_after(post: Post, claim: Claim) -> None:
    post.accept(claim)
    await crash_before(post, claim)


def drop_before(_post: Post, _claim: Claim) -> None:
    raise Uncertain


def drop_after(post: Post, claim: Claim) -> None:
    post.accept(claim)
    raise Uncertain


def hang_until(over: asyncio.Event) -> Fault:
    async def hang(_post: Post, _claim: Claim) -> None:
        await over.wait()

    return hang


def slow_down(after: timedelta) -> Fault:
    """429: the workspace as a whole has to wait."""

    def refuse(_post: Post, _claim: Claim) -> None:
        raise Unsent("ratelimited", after=after, whom="workspace", slower=True)

    return refuse


def be_refused(after: timedelta, reason: str = "msg_blocks_too_long") -> Fault:
    """Only this message is refused, for a reason that may pass."""

    def refuse(_post: Post, _claim: Claim) -> None:
        raise Unsent(reason, after=after)

    return refuse


def dislike(*kinds: str) -> Fault:
    """What holds one of these kinds is refused for what it says."""

    def refuse(_post: Post, claim: Claim) -> None:
        if set(kinds) & set(claim.kinds):
            raise Refused("invalid_blocks", after=timedelta(hours=1))

    return refuse


def lose_the_token(_post: Post, _claim: Claim) -> None:
    raise Unsent("invalid_auth", after=timedelta(hours=1), whom="workspace")


def be_silent(_post: Post, _claim: Claim) -> None:
    """Nobody is there to take it."""
    raise Unsent("ClientConnectorError", after=timedelta(seconds=5), whom="workspace")


def gone(_post: Post, _claim: Claim) -> None:
    raise Unsent("user_disabled", whom="member")


def stumble(_post: Post, _claim: Claim) -> None:
    raise ZeroDivisionError
