"""The records: what became of claims, kept until it is written, together with what comes meanwhile."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence

from bot.coach import Coach
from bot.core.errors import CoachError
from bot.domain import nudges
from bot.domain.nudges import BATCH, Claim, Hold, Outcome, State
from bot.scheduler._counts import count
from bot.scheduler._hand import Hand

log = logging.getLogger(__name__)

# A database that is silent now is asked again; meanwhile what was sent is kept in hand.
RECORD_TRIES = 20
RECORD_PAUSE = 0.5

# How an outcome is counted, where the state's own name says something else.
_NAMES = {State.WAITING: "retried", State.MISSED: "late"}


class Records:
    """Writes outcomes and holds in batches, one after the other."""

    def __init__(self, coach: Coach, hand: Hand) -> None:
        self._coach = coach
        self._hand = hand
        self._outcomes: list[Outcome] = []
        self._holds: dict[str, Hold] = {}
        self._recorder: asyncio.Task[None] | None = None

    @property
    def running(self) -> list[asyncio.Task[None]]:
        """What writes now, if anything does."""
        return [self._recorder] if self._recorder else []

    def hold(self, workspace_id: str, hold: Hold) -> None:
        """A workspace is to be left alone, for every worker."""
        self._holds[workspace_id] = hold

    def put(self, claim: Claim, outcomes: Sequence[Outcome]) -> None:
        """Keep what became of a claim until it is written; without any it is looked at after a lease's time."""
        if not outcomes:
            self._hand.let_go([claim])
        self._outcomes += outcomes
        if (self._outcomes or self._holds) and self._recorder is None:
            self._recorder = asyncio.create_task(self._record_all())

    async def _record_all(self) -> None:
        """Write what became of things for as long as there is something; what comes meanwhile is written together."""
        with self._coach.in_flight:
            try:
                while self._outcomes or self._holds:
                    batch, self._outcomes = self._outcomes[:BATCH], self._outcomes[BATCH:]
                    holds, self._holds = self._holds, {}
                    await self._record_safely(batch, holds)
                    self._hand.let_go(outcome.claim for outcome in batch)
            finally:
                self._recorder = None

    async def _record_safely(self, batch: list[Outcome], holds: dict[str, Hold]) -> None:
        try:
            await self._record(batch, holds)
        except Exception:  # one that cannot be recorded must not take the others along
            log.exception("nudges.not_recorded")
            for outcome in batch if len(batch) > 1 else ():
                await self._record_safely([outcome], {})

    async def _record(self, batch: list[Outcome], holds: dict[str, Hold]) -> None:
        for tries_left in reversed(range(RECORD_TRIES)):
            try:
                async with self._coach.database.system() as session:
                    await nudges.record(session, batch, holds, ceiling=self._coach.settings.posts_per_second)
                break
            except CoachError as refused:
                log.warning("nudges.not_recorded", extra={"reason": refused.words, "count": len(batch)})
                if not tries_left:
                    # The leases run out, and whoever comes next looks before it sends.
                    return
            await asyncio.sleep(RECORD_PAUSE)
        self._tell(batch)

    def _tell(self, batch: list[Outcome]) -> None:
        kinds: defaultdict[State, list[str]] = defaultdict(list)
        for outcome in batch:
            parts = outcome.claim.parts
            kinds[outcome.state] += [part.kind for part in parts]
            if parts[0].home_opened_at:
                self._coach.changes.tell(outcome.claim.who)
        for state, counted in kinds.items():
            count(self._coach.metrics, counted, _NAMES.get(state, state.value))
        if batch:
            log.info("nudges.settled", extra={"count": len(batch)})
