"""The hand: which nudges a worker has, and for how many more there is room."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from bot.domain.nudges import BATCH, Claim, Sight

# So many nudges are in hand at most.
CAPACITY = 4 * BATCH


class Hand:
    """The nudges that were claimed and of which it is not recorded yet what became."""

    def __init__(self) -> None:
        self._nudge_ids: set[str] = set()
        self._out_of_hand = asyncio.Event()

    def take(self, claims: Iterable[Claim]) -> None:
        self._nudge_ids.update(part.id for claim in claims for part in claim.parts)

    def let_go(self, claims: Iterable[Claim]) -> None:
        self._nudge_ids.difference_update([part.id for claim in claims for part in claim.parts])
        self._out_of_hand.set()

    def strange(self, sights: Iterable[Sight]) -> list[Sight]:
        """Those that somebody else has."""
        return [sight for sight in sights if sight.nudge_id not in self._nudge_ids]

    async def room(self) -> int:
        """For how many more there is room; waits a moment for some when there is none."""
        if len(self._nudge_ids) >= CAPACITY:
            self._out_of_hand.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._out_of_hand.wait(), 1)
        return max(CAPACITY - len(self._nudge_ids), 0)
