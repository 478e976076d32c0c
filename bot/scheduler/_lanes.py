"""The lanes: one for each workspace, with one call to Slack at a time in it."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from bot.coach import Coach
from bot.domain.nudges import BATCH, Claim
from bot.scheduler._carrier import Carrier
from bot.scheduler._hand import Hand
from bot.scheduler._records import Records

# Calls to Slack at one moment, over all workspaces; in one workspace there is one.
AT_ONCE = 64

# How long a lane may keep its place before another one has a turn.
SLICE_SECONDS = 0.1

# So many nudges of one workspace are in hand at most.
LANE = BATCH


class Lanes:
    """What Slack says to the first of a workspace is known before the second; one in trouble keeps nobody waiting."""

    def __init__(
        self, coach: Coach, carrier: Carrier, records: Records, hand: Hand, monotonic: Callable[[], float]
    ) -> None:
        self._coach = coach
        self._carrier = carrier
        self._records = records
        self._hand = hand
        self._monotonic = monotonic
        self._lease = coach.settings.lease_seconds
        self._lanes: dict[str, deque[Claim]] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def running(self) -> list[asyncio.Task[None]]:
        return list(self._tasks)

    @property
    def full(self) -> list[str]:
        """The workspaces that get no more of them now."""
        return [workspace_id for workspace_id, lane in self._lanes.items() if len(lane) >= LANE]

    def take(self, claims: Sequence[Claim], taken_at: float) -> None:
        """Put claims into their lanes; `taken_at` is from before anybody could see that they are claimed."""
        # A call takes a third of a lease at most, so what is posted in time is answered within it.
        in_time = partial(self._is_younger, taken_at, self._lease * 0.6)
        is_fresh = partial(self._is_younger, taken_at, self._lease / 3)
        self._hand.take(claims)
        for claim in claims:
            claim.in_time, claim.is_fresh = in_time, is_fresh
            lane = self._lanes.get(claim.workspace_id)
            if lane is None:
                lane = self._lanes[claim.workspace_id] = deque()
                task = asyncio.create_task(self._run(claim.workspace_id, lane))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            lane.append(claim)

    def _is_younger(self, taken_at: float, age: float) -> bool:
        return self._monotonic() - taken_at <= age

    async def _run(self, workspace_id: str, lane: deque[Claim]) -> None:
        with self._coach.in_flight:
            try:
                while lane:
                    # A lane keeps its place for a moment, then lets another one have it.
                    async with self._at_once:
                        until = self._monotonic() + SLICE_SECONDS
                        while lane and self._monotonic() <= until:
                            claim = lane.popleft()
                            self._records.put(claim, await self._carrier.carry(claim))
            finally:
                del self._lanes[workspace_id]
