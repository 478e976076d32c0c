"""The scheduler: APScheduler only ticks; rows decide what is due, and a Messenger carries it out."""

import asyncio
import logging
from datetime import timedelta
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.coach import Coach
from bot.core.errors import Busy, CoachError
from bot.domain import nudges, reviews
from bot.domain.nudges import Claim, State, TakenOver, Uncertain, Unsent

log = logging.getLogger(__name__)

BATCH = 50
AT_ONCE = 8
COMMIT_TRIES = 3

# Even when Slack says "at once": a tick must come to an end.
SOONEST_RETRY = timedelta(seconds=1)


class Messenger(Protocol):
    """Carries a claimed delivery to its member."""

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        """Send and give the channel and ts; raises Unsent or Uncertain."""
        ...

    async def find(self, claim: Claim) -> tuple[str, str] | None:
        """Look for a message with the claim's key; None when it is not there, Uncertain when it cannot be read."""
        ...


class Worker:
    """Claims what is due and delivers it; any number of workers may run beside each other."""

    def __init__(self, coach: Coach, messenger: Messenger) -> None:
        self._coach = coach
        self._messenger = messenger
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._scheduler = AsyncIOScheduler()

    def start(self) -> None:
        # A tick that takes longer than the interval makes the next one wait; that is no news.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.add_job(
            self.tick,
            "interval",
            seconds=self._coach.settings.worker_tick_seconds,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        self._scheduler.start()
        log.info("worker.started")

    async def stop(self) -> None:
        """Claim nothing more; what was claimed is finished by the in-flight count's owner."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> int:
        """Deliver everything that is due now; the number of deliveries that were taken on."""
        taken = 0
        with self._coach.in_flight:
            try:
                while claims := await self._claim():
                    taken += len(claims)
                    await asyncio.gather(*(self._carry(claim) for claim in claims))
                await self._count_due()
            except CoachError as refused:
                log.warning("tick.refused", extra={"reason": refused.words})
        return taken

    async def _claim(self) -> list[Claim]:
        async with self._coach.database.system() as session:
            expired = await nudges.claim_expired(session, limit=BATCH)
            return expired or await nudges.claim_due(session, limit=BATCH)

    async def _carry(self, claim: Claim) -> None:
        async with self._at_once:
            try:
                await self._deliver(claim)
            except TakenOver:
                log.info("nudge.taken_over")
            except CoachError as refused:
                # The lease runs out, and the next worker looks before it sends.
                log.warning("nudge.left", extra={"reason": refused.words})
            except Exception:  # one member's trouble must not end the batch
                log.exception("nudge.failed")

    async def _deliver(self, claim: Claim) -> None:
        try:
            sent = await self._messenger.find(claim) if claim.ambiguous else None
            sent = sent or await self._send_if_timely(claim)
        except Uncertain:
            return await self._uncertain(claim)
        except Unsent as unsent:
            return await self._unsent(claim, unsent)
        if sent is None:
            return await self._close(claim, State.MISSED, "late")
        return await self._delivered(claim, *sent)

    async def _send_if_timely(self, claim: Claim) -> tuple[str, str] | None:
        """Send now; None when it is too late to be of use, Unsent until a better hour."""
        async with self._coach.session(claim.who) as session:
            await nudges.renew(session, claim)
            if await nudges.is_stale(session, claim):
                return None
            better = reviews.better_time(session)
            now = session.now
        if better is not None:
            raise Unsent("outside_hours", after=better - now)
        return await self._messenger.deliver(claim)

    async def _delivered(self, claim: Claim, channel: str, ts: str) -> None:
        """The second commit: worth trying again, for without it the message has to be looked for."""
        for tries_left in reversed(range(COMMIT_TRIES)):
            try:
                async with self._coach.session(claim.who) as session:
                    await nudges.delivered(session, claim, channel, ts)
                    await reviews.plan(session)
                break
            except Busy:
                if not tries_left:
                    raise
        self._count(claim, "sent")

    async def _uncertain(self, claim: Claim) -> None:
        # A first doubt is settled by looking, once the lease has run out; a second one by silence.
        if claim.ambiguous:
            await self._close(claim, State.UNKNOWN, "uncertain")
        else:
            self._count(claim, "ambiguous")

    async def _unsent(self, claim: Claim, unsent: Unsent) -> None:
        if unsent.for_good:
            return await self._close(claim, State.FAILED, unsent.reason, unreachable=True)
        async with self._coach.session(claim.who) as session:
            at = session.now + max(unsent.after, SOONEST_RETRY)
            await nudges.retry_later(session, claim, at)
        self._count(claim, "retried")
        return None

    async def _close(self, claim: Claim, state: State, reason: str, *, unreachable: bool = False) -> None:
        async with self._coach.session(claim.who) as session:
            await nudges.not_delivered(session, claim, state, reason)
            if unreachable:
                session.member.unreachable = reason
            else:
                await reviews.plan(session)
        self._count(claim, state.value)

    async def _count_due(self) -> None:
        async with self._coach.database.system() as session:
            due, oldest = await nudges.due_now(session)
        self._coach.metrics.nudges_due.set(due)
        self._coach.metrics.oldest_due_seconds.set(oldest)

    def _count(self, claim: Claim, outcome: str) -> None:
        for kind in claim.kinds:
            self._coach.metrics.nudges.labels(kind=kind, outcome=outcome).inc()
        log.info("nudge.settled", extra={"outcome": outcome, "count": len(claim.kinds)})
