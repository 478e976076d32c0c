"""The pace of one workspace: slots reserved ahead, slower after a refusal, and back again; pure.

Slack allows one message a second in a channel and a number a minute in a workspace that it does not publish
(https://docs.slack.dev/apis/web-api/rate-limits). So each workspace has a rate of its own, which is halved
when Slack says 429 and recovers with time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.nudges.nudge import NEVER

# What comes due within this is one small burst, rather than a row moved by less than a tick.
BURST = timedelta(seconds=1)

# One message in ten seconds: whatever Slack says, a workspace never comes to a stop by being slowed down.
SLOWEST = 0.1

# Further ahead than this lies only what a wrong clock has left behind.
FURTHEST = timedelta(hours=12)

# A slowed workspace is half as fast again after so long without a refusal.
RECOVERY = timedelta(minutes=5)
RECOVERS_BY = 1.5


class Paced(Protocol):
    """The columns of a workspace that hold its pace."""

    @property
    def next_slot_at(self) -> datetime | None: ...
    @property
    def per_second(self) -> float | None: ...
    @property
    def slowed_at(self) -> datetime | None: ...
    @property
    def held_until(self) -> datetime | None: ...


@dataclass(frozen=True)
class Slower:
    """A workspace after a refusal: its rate from then on, and since when."""

    per_second: float
    slowed_at: datetime


def rate(workspace: Paced, ceiling: float, now: datetime) -> float:
    """Messages a second that the workspace may have now, never more than `ceiling`."""
    if workspace.per_second is None or workspace.slowed_at is None:
        return ceiling
    turns = max(now - workspace.slowed_at, timedelta()) // RECOVERY
    # Beyond that many it is back at any ceiling; the power stays small.
    return min(ceiling, workspace.per_second * RECOVERS_BY ** min(turns, 40))


def slower(workspace: Paced, ceiling: float, now: datetime) -> Slower:
    """Half the present rate, from now on."""
    return Slower(max(rate(workspace, ceiling, now) / 2, SLOWEST), now)


class Slots:
    """Hands out the moments at which one workspace's messages may go out, in order."""

    def __init__(self, workspace: Paced, ceiling: float, now: datetime, *, held: bool = False) -> None:
        self._now = now
        self._apart = timedelta(seconds=1 / rate(workspace, ceiling, now))
        self.held_until = NEVER if held else ahead(workspace.held_until, now)
        self.free_at = max(ahead(workspace.next_slot_at, now) or now, self.held_until or now)
        self.was_free_at = workspace.next_slot_at

    def reserve(self) -> datetime:
        """The next free slot; it may lie in the future."""
        if self.held_until == NEVER:
            return NEVER
        slot, self.free_at = self.free_at, self.free_at + self._apart
        return slot

    def is_now(self, slot: datetime) -> bool:
        return slot < self._now + BURST and self.held_until is None

    @property
    def changed(self) -> bool:
        return self.held_until != NEVER and self.free_at != self.was_free_at


def ahead(moment: datetime | None, now: datetime) -> datetime | None:
    """The moment where it lies ahead and can be believed."""
    return moment if moment is not None and now < moment < now + FURTHEST else None
