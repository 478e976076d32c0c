"""A post office for tests: the Messenger port with a memory, and every way in which Slack can let us down."""

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.core.clock import Clock
from bot.domain.nudges import Claim, Uncertain, Unsent


class Crash(BaseException):
    """The worker's process ends here."""


@dataclass(frozen=True)
class Message:
    """One message as its reader has it."""

    user_id: str
    key: str
    nudge_ids: tuple[str, ...]
    at: datetime


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
    first: asyncio.Event = field(default_factory=asyncio.Event)

    def will(self, user_id: str, *faults: Fault) -> None:
        """What happens to this person's next messages, in order; afterwards all is well."""
        self.faults[user_id].extend(faults)

    def to(self, user_id: str) -> list[Message]:
        return [message for message in self.sent if message.user_id == user_id]

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        await asyncio.sleep(0)
        self.tries[claim.who.user_id] += 1
        if self.faults[claim.who.user_id]:
            self.faults[claim.who.user_id].popleft()(self, claim)
        return self.accept(claim)

    async def find(self, claim: Claim) -> tuple[str, str] | None:
        await asyncio.sleep(0)
        self.looks += 1
        if self.unreadable is not None:
            raise self.unreadable
        found = [number for number, message in enumerate(self.sent) if message.key == claim.key]
        return _place(claim, found[0]) if found else None

    def accept(self, claim: Claim) -> tuple[str, str]:
        self.sent.append(Message(claim.who.user_id, claim.key, claim.nudge_ids, self.clock.now()))
        self.first.set()
        return _place(claim, len(self.sent) - 1)


def _place(claim: Claim, number: int) -> tuple[str, str]:
    return f"D{claim.who.user_id}", f"1795.{number:06}"


# --- What can happen


def crash_before(_post: Post, _claim: Claim) -> None:
    raise Crash


def crash_after(post: Post, claim: Claim) -> None:
    post.accept(claim)
    raise Crash


def drop_before(_post: Post, _claim: Claim) -> None:
    raise Uncertain


def drop_after(post: Post, claim: Claim) -> None:
    post.accept(claim)
    raise Uncertain


def slow_down(after: timedelta) -> Fault:
    def refuse(_post: Post, _claim: Claim) -> None:
        raise Unsent("ratelimited", after=after)

    return refuse


def gone(_post: Post, _claim: Claim) -> None:
    raise Unsent("user_disabled", for_good=True)


def stumble(_post: Post, _claim: Claim) -> None:
    raise ZeroDivisionError
