"""The worker: looks for what is due, takes over what others left, and keeps house."""

import asyncio
import logging
from collections.abc import Callable
from itertools import groupby

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.coach import Coach
from bot.core.clock import SystemClock, steady_seconds
from bot.core.errors import CoachError
from bot.domain import bins, nudges, workspaces
from bot.domain.nudges import BATCH
from bot.scheduler._carrier import Carrier
from bot.scheduler._counts import count
from bot.scheduler._hand import CAPACITY, Hand
from bot.scheduler._lanes import Lanes
from bot.scheduler._messenger import Messenger
from bot.scheduler._records import Records
from bot.scheduler._watch import Watch
from bot.storage import forgetting

log = logging.getLogger(__name__)

# How often the counts are taken, and the plans of some members more are looked at.
COUNT_SECONDS = 15.0
MEND_SECONDS = 10.0

# How often what has lain in a bin for long is let go.
BINS_SECONDS = 600.0

# How often a batch of what was left for long, by workspaces and members, is destroyed.
LEFT_SECONDS = 10.0

# How often what could not be forgotten at once is tried again.
FORGET_SECONDS = 300.0


class Worker:
    """Claims what is due and delivers it; any number of workers may run beside each other.

    Each workspace has a lane of its own: one call at a time, so that what Slack says to the first is known
    before the second, and a workspace in trouble keeps nobody else waiting. `monotonic` gives seconds.
    """

    def __init__(
        self, coach: Coach, messenger: Messenger, monotonic: Callable[[], float] = steady_seconds
    ) -> None:
        self._coach = coach
        self._monotonic = monotonic
        self._lease = coach.settings.lease_seconds
        self._looking = asyncio.Lock()
        self._hand = Hand()
        self._records = Records(coach, self._hand)
        self._carrier = Carrier(coach, messenger, self._records)
        self._lanes = Lanes(coach, self._carrier, self._records, self._hand, monotonic)
        self._watch = Watch(self._lease)
        self._mended = ""
        self._turns: dict[str, float] = {}
        self._scheduler = AsyncIOScheduler()
        self._stopping = False

    def start(self) -> None:
        # A look that takes longer than the interval makes the next one wait; that is no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.add_job(
            self._look_around,
            "interval",
            seconds=self._coach.settings.worker_tick_seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            # What is due is not kept waiting for the first interval to end; this is the machine's time, never moved.
            next_run_time=SystemClock().now(),
        )
        self._scheduler.start()
        log.info("worker.started")

    async def stop(self) -> None:
        """Claim nothing more; what was claimed is finished by the in-flight count's owner."""
        self._stopping = True
        self._carrier.stop()
        if self._scheduler.running:
            # A look in progress comes to its end; to cancel it would be told as a fault.
            self._scheduler.pause()
            async with self._looking:
                self._scheduler.shutdown(wait=False)

    async def tick(self) -> int:
        """Deliver everything that is due now, and wait for all of it; how many nudges were dealt with."""
        found = await self._look_around()
        await self.idle()
        return found

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        while running := self._running():
            await asyncio.wait(running)

    def _running(self) -> list[asyncio.Task[None]]:
        return [*self._lanes.running, *self._records.running]

    async def _look_around(self) -> int:
        """Look until nothing more is due; slow calls are not waited for."""
        found = 0
        async with self._looking:
            with self._coach.in_flight:
                try:
                    await self._take_over()
                    while not self._stopping and (looked := await self._look()):
                        found += looked
                    await self._keep_house()
                except CoachError as refused:
                    log.warning("tick.refused", extra={"reason": refused.words})
                except Exception:  # the next tick is due all the same
                    log.exception("tick.failed")
        return found

    async def _look(self) -> int:
        room = await self._hand.room()
        if not room:
            return 0
        # From before the claim can be seen: whoever watches it counts from later than we do.
        taken_at = self._monotonic()
        async with self._coach.database.system() as session:
            look = await nudges.claim_due(
                session,
                ceiling=self._coach.settings.posts_per_second,
                limit=min(BATCH, room),
                busy=self._lanes.full,
            )
            now = session.now
        count(self._coach.metrics, look.late, "late")
        for planned_at, claims in groupby(look.claims, key=lambda claim: claim.parts[0].planned_at):
            self._coach.metrics.late(now - planned_at, sum(1 for _ in claims))
        self._lanes.take(look.claims, taken_at)
        return look.found

    async def _take_over(self) -> None:
        if not self._is_time("watch", self._lease / 4):
            return
        async with self._coach.database.system() as session:
            sights = await nudges.claimed(session, limit=CAPACITY)
        gone = self._watch.unchanged(self._hand.strange(sights), self._monotonic())
        if gone:
            taken_at = self._monotonic()
            async with self._coach.database.system() as session:
                claims = await nudges.take_over(session, gone)
            log.info("nudges.taken_over", extra={"count": len(claims)})
            self._lanes.take(claims, taken_at)

    async def _keep_house(self) -> None:
        if self._is_time("count", COUNT_SECONDS):
            async with self._coach.database.system() as session:
                due, oldest = await nudges.backlog(session)
            self._coach.metrics.nudges_due.set(due)
            self._coach.metrics.oldest_due_seconds.set(oldest)
        if self._is_time("mend", MEND_SECONDS) and not self._stopping:
            async with self._coach.database.system() as session:
                self._mended = await nudges.mend(session, self._mended) or ""
        if self._is_time("empty the bins", BINS_SECONDS) and not self._stopping:
            async with self._coach.database.system() as session:
                await bins.empty(session)
        if self._is_time("destroy what was left", LEFT_SECONDS) and not self._stopping:
            async with self._coach.database.system() as session:
                await workspaces.destroy(session)
        if self._is_time("forget what was deleted", FORGET_SECONDS) and not self._stopping:
            await forgetting.fulfil(self._coach.database)

    def _is_time(self, what: str, every: float) -> bool:
        """Whether something that is done every so many seconds is to be done now."""
        now = self._monotonic()
        if now - self._turns.get(what, -every) < every:
            return False
        self._turns[what] = now
        return True
