"""A model of Slack's limit on posts, on a simulated clock, and two common ways to send against it.

Slack publishes one post a second in each channel and speaks of a limit of each workspace without a figure
(https://docs.slack.dev/apis/web-api/rate-limits). The model holds a workspace to one post a second, allows a short
burst, and refuses the rest with whole seconds to wait, as Retry-After has them. A call takes no time.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import ceil

SMALL = 20  # members


@dataclass(frozen=True, order=True)
class Due:
    """One message: the second at which it is due, and its workspace."""

    at: float
    team: str


@dataclass
class Limits:
    """A bucket of posts for each workspace."""

    per_second: float = 1.0
    burst: float = 3.0
    refused: int = 0
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def post(self, team: str, now: float) -> int:
        """0 when the post went through, else the seconds of Retry-After."""
        left, since = self._buckets.get(team, (self.burst, now))
        left = min(self.burst, left + (now - since) * self.per_second)
        passed = left >= 1 - 1e-9  # a float's error is no reason to refuse
        self._buckets[team] = (left - passed, now)
        if passed:
            return 0
        self.refused += 1
        return ceil((1 - left) / self.per_second)


@dataclass
class Outcome:
    """What one way of sending has led to: how late each message was (seconds, by workspace), and refused calls."""

    name: str
    refused: int
    delays: dict[str, list[float]]

    def of(self, teams: Sequence[str]) -> list[float]:
        """The delays in these workspaces, the shortest first."""
        return sorted(delay for team in teams for delay in self.delays[team])


def zipf(members: int, workspaces: int) -> list[int]:
    """Sizes that fall with the rank (Zipf, exponent 1), the largest first, at least one member each."""
    weights = [1 / rank for rank in range(1, workspaces + 1)]
    shares = [max(1, int((members - workspaces) * weight / sum(weights)) + 1) for weight in weights]
    shares[0] += members - sum(shares)
    return shares


def first_in_first_out(messages: Sequence[Due], limits: Limits) -> Outcome:
    """One queue for everybody: a refusal is waited out before anything else is sent."""
    delays: dict[str, list[float]] = {each.team: [] for each in messages}
    now = 0.0
    for message in sorted(messages):
        now = max(now, message.at)
        while wait := limits.post(message.team, now):
            now += wait
        delays[message.team].append(now - message.at)
    return Outcome("first in, first out", limits.refused, delays)


def retry_when_refused(messages: Sequence[Due], limits: Limits) -> Outcome:
    """Each message by itself: sent when it is due, and again after each refusal's Retry-After.

    What is refused at one moment stays together. Once one of them is refused the others of the same workspace and
    moment would be too, so that they are counted without a call of the model.
    """
    delays: dict[str, list[float]] = {each.team: [] for each in messages}
    coming = [(at, team, [one.at for one in same]) for (at, team), same in groupby(sorted(messages), _moment)]
    heapq.heapify(coming)
    while coming:
        now, team, waiting = heapq.heappop(coming)
        while coming and coming[0][:2] == (now, team):
            waiting += heapq.heappop(coming)[2]
        wait = 0
        while waiting and not (wait := limits.post(team, now)):
            delays[team].append(now - waiting.pop(0))
        if waiting:
            limits.refused += len(waiting) - 1
            heapq.heappush(coming, (now + wait, team, waiting))
    return Outcome("retry when refused", limits.refused, delays)


def _moment(message: Due) -> tuple[float, str]:
    return message.at, message.team
