"""Delivery: payloads to an app over its sockets or signed HTTP, each answered within three seconds or not."""

import asyncio
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.sandbox.world import App, Json

SECONDS = 3.0
Kind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Retry:
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """One payload on its way to an app."""

    app: App
    team_id: str
    kind: Kind
    payload: Json
    retry: Retry | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `error` is Slack's word for what went wrong, `reason` the one for a redelivery."""

    answered: bool
    error: str | None = None
    reason: str | None = None
    body: object = None
    took_ms: int = 0
    no_retry: bool = False

    @property
    def shape(self) -> Json:
        return {"answered": self.answered, "error": self.error, "took_ms": self.took_ms}


NOT_SENT = Answer(answered=False)
"""Nobody was to be told."""


class Carrier(Protocol):
    async def carry(self, parcel: Parcel) -> Answer: ...


def elapsed(since: float) -> int:
    """Milliseconds since a moment of the loop's time."""
    return round((asyncio.get_running_loop().time() - since) * 1000)
