"""The scheduler: APScheduler only ticks; rows decide what is due, and a Messenger carries it out."""

import asyncio
import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.coach import Coach
from bot.core.clock import SystemClock
from bot.core.errors import CoachError
from bot.domain import nudges
from bot.domain.nudges import BATCH, NEVER, Claim, Hold, Outcome, Sight, State, Uncertain, Unsent

log = logging.getLogger(__name__)

# Calls to Slack at one moment, over all workspaces; in one workspace there is one.
AT_ONCE = 64

# How long a lane may keep its place before another one has a turn.
SLICE_SECONDS = 0.1

# So many nudges are in hand at most, and so many of one workspace.
CAPACITY = 4 * BATCH
LANE = BATCH

# Even when Slack says "at once": a tick must come to an end.
SOONEST_RETRY = timedelta(seconds=1)

# While Slack is silent for a workspace it is tried again after this, twice that, and so on.
FIRST_HOLD = timedelta(seconds=5)
LONGEST_HOLD = timedelta(minutes=5)

# A database that is silent now is asked again; meanwhile what was sent is kept in hand.
RECORD_TRIES = 20
RECORD_PAUSE = 0.5

# How often the counts are taken, and the plans of some members more are looked at.
COUNT_SECONDS = 15.0
MEND_SECONDS = 10.0


class Messenger(Protocol):
    """Carries a claimed delivery to its member."""

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        """Send and give the channel and ts; raises Unsent or Uncertain."""
        ...

    async def find(self, claim: Claim) -> tuple[str, str] | None:
        """Look for a message with the claim's key; None when it is not there.

        Raises Unsent when the conversation cannot be read now, and Uncertain when it never can.
        """
        ...


class Worker:
    """Claims what is due and delivers it; any number of workers may run beside each other.

    Each workspace has a lane of its own: one call at a time, so that what Slack says to the first is known
    before the second, and a workspace in trouble keeps nobody else waiting. `monotonic` gives seconds.
    """

    def __init__(
        self, coach: Coach, messenger: Messenger, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._coach = coach
        self._messenger = messenger
        self._monotonic = monotonic
        self._lease = coach.settings.lease_seconds
        self._lanes: dict[str, deque[Claim]] = {}
        self._looking = asyncio.Lock()
        self._at_once = asyncio.Semaphore(AT_ONCE)
        self._in_hand: set[str] = set()
        self._out_of_hand = asyncio.Event()
        self._outcomes: list[Outcome] = []
        self._holds: dict[str, Hold] = {}
        self._held: dict[str, tuple[datetime, timedelta]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._recorder: asyncio.Task[None] | None = None
        self._watch = _Watch(self._lease)
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
        return [*self._tasks, *([self._recorder] if self._recorder else [])]

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
        room = await self._room()
        if not room:
            return 0
        busy = [workspace_id for workspace_id, lane in self._lanes.items() if len(lane) >= LANE]
        # From before the claim can be seen: whoever watches it counts from later than we do.
        taken_at = self._monotonic()
        async with self._coach.database.system() as session:
            look = await nudges.claim_due(
                session, ceiling=self._coach.settings.posts_per_second, limit=min(BATCH, room), busy=busy
            )
            now = session.now
        self._count(look.late, "late")
        for planned_at, claims in groupby(look.claims, key=lambda claim: claim.parts[0].planned_at):
            self._coach.metrics.late(now - planned_at, sum(1 for _ in claims))
        self._take(look.claims, taken_at)
        return look.found

    async def _room(self) -> int:
        """For how many more there is room; waits a moment for some when there is none."""
        if len(self._in_hand) >= CAPACITY:
            self._out_of_hand.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._out_of_hand.wait(), 1)
        return max(CAPACITY - len(self._in_hand), 0)

    def _let_go(self, claim: Claim) -> None:
        self._in_hand.difference_update(claim.nudge_ids)
        self._out_of_hand.set()

    # --- Leases

    async def _take_over(self) -> None:
        if not self._is_time("watch", self._lease / 4):
            return
        async with self._coach.database.system() as session:
            sights = await nudges.claimed(session, limit=CAPACITY)
        strange = [sight for sight in sights if sight.nudge_id not in self._in_hand]
        gone = self._watch.unchanged(strange, self._monotonic())
        if gone:
            taken_at = self._monotonic()
            async with self._coach.database.system() as session:
                claims = await nudges.take_over(session, gone)
            log.info("nudges.taken_over", extra={"count": len(claims)})
            self._take(claims, taken_at)

    # --- Lanes

    def _take(self, claims: Iterable[Claim], taken_at: float) -> None:
        for claim in claims:
            # A call takes a third of a lease at most, so what is posted in time is answered within it.
            claim.in_time = partial(self._is_younger, taken_at, self._lease * 0.6)
            claim.is_fresh = partial(self._is_younger, taken_at, self._lease / 3)
            self._in_hand.update(claim.nudge_ids)
            lane = self._lanes.get(claim.workspace_id)
            if lane is None:
                lane = self._lanes[claim.workspace_id] = deque()
                self._start(self._run(claim.workspace_id, lane))
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
                            self._put(claim, await self._carry_safely(claim))
            finally:
                del self._lanes[workspace_id]

    async def _carry_safely(self, claim: Claim) -> Outcome | None:
        try:
            return await self._carry(claim)
        except Exception:  # one member's trouble must not end the lane
            log.exception("nudge.failed")
            self._count(claim.kinds, "fault")
            return None

    async def _carry(self, claim: Claim) -> Outcome | None:
        """What became of it; None when that is unknown yet, and is looked at after a lease's time."""
        now = self._coach.clock.now()
        held = self._held_until(claim, now)
        # What waited too long could be taken over before it is posted, so it is given back unsent.
        if held is not None or not claim.is_fresh() or self._stopping:
            return None if claim.ambiguous else Outcome(claim, State.WAITING, "held", at=held or now)
        try:
            found = await self._find(claim) if claim.ambiguous else None
            if found is None and not claim.is_useful(now):
                return Outcome(claim, State.MISSED, "late")
            if found is None:
                began = time.perf_counter()
                try:
                    found = await self._messenger.deliver(claim)
                finally:
                    self._coach.metrics.send_seconds.observe(time.perf_counter() - began)
            channel, ts = found
        except _UnreadableError as unreadable:
            # Silence is better than twice.
            return Outcome(claim, State.UNKNOWN, unreadable.reason)
        except Uncertain:
            self._uncertain(claim, now)
            return None
        except Unsent as unsent:
            return self._unsent(claim, unsent, now)
        self._held.pop(claim.workspace_id, None)
        return Outcome(claim, State.SENT, channel=channel, ts=ts)

    async def _find(self, claim: Claim) -> tuple[str, str] | None:
        try:
            return await self._messenger.find(claim)
        except Uncertain:
            self._coach.metrics.send_errors.labels(error="uncertain").inc()
            raise _UnreadableError("uncertain") from None
        except Unsent as unsent:
            if unsent.whom != "member":
                raise
            raise _UnreadableError(unsent.reason) from None

    def _uncertain(self, claim: Claim, now: datetime) -> None:
        """Its key stays, so that it is looked for, however often that happens."""
        self._coach.metrics.send_errors.labels(error="uncertain").inc()
        self._hold(claim, now, FIRST_HOLD)
        self._count(claim.kinds, "ambiguous")

    def _unsent(self, claim: Claim, unsent: Unsent, now: datetime) -> Outcome | None:
        self._coach.metrics.send_errors.labels(error=unsent.reason).inc()
        at = now + max(unsent.after, SOONEST_RETRY)
        if unsent.whom == "workspace":
            at = self._hold(claim, now, max(unsent.after, SOONEST_RETRY), slower=unsent.slower)
        if claim.ambiguous and unsent.whom != "member":
            # An earlier worker may have sent it all the same, so its key stays to be looked for.
            return None if claim.is_useful(now) else Outcome(claim, State.UNKNOWN, unsent.reason)
        if unsent.whom == "member":
            log.warning("member.unreachable", extra={"reason": unsent.reason})
            return Outcome(claim, State.WAITING, unsent.reason, at=NEVER, unreachable=True)
        return Outcome(claim, State.WAITING, unsent.reason, at=at)

    def _hold(self, claim: Claim, now: datetime, span: timedelta, *, slower: bool = False) -> datetime:
        """Nothing more for this workspace for a while; what Slack asked for, or longer each time it is silent."""
        if not slower:
            _, before = self._held.get(claim.workspace_id, (now, timedelta()))
            span = max(span, min(before * 2, LONGEST_HOLD))
        until = now + span
        self._held[claim.workspace_id] = (until, span)
        self._holds[claim.workspace_id] = Hold(until, slower)
        return until

    def _held_until(self, claim: Claim, now: datetime) -> datetime | None:
        until, span = self._held.get(claim.workspace_id, (now, timedelta()))
        # Further ahead than the span was is a clock that stepped back.
        return until if now < until <= now + span else None

    # --- Outcomes

    def _put(self, claim: Claim, outcome: Outcome | None) -> None:
        if outcome is None:
            self._let_go(claim)
        else:
            self._outcomes.append(outcome)
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
                    for outcome in batch:
                        self._let_go(outcome.claim)
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
        kinds: dict[State, list[str]] = {}
        for outcome in batch:
            kinds.setdefault(outcome.state, []).extend(outcome.claim.kinds)
            if outcome.claim.parts[0].home_opened_at:
                self._coach.changes.tell(outcome.claim.who)
        for state, counted in kinds.items():
            self._count(counted, _NAMES.get(state, state.value))
        if batch:
            log.info("nudges.settled", extra={"count": len(batch)})

    # --- House-keeping

    async def _keep_house(self) -> None:
        if self._is_time("count", COUNT_SECONDS):
            async with self._coach.database.system() as session:
                due, oldest = await nudges.backlog(session)
            self._coach.metrics.nudges_due.set(due)
            self._coach.metrics.oldest_due_seconds.set(oldest)
        if self._is_time("mend", MEND_SECONDS) and not self._stopping:
            async with self._coach.database.system() as session:
                self._mended = await nudges.mend(session, self._mended) or ""

    def _is_time(self, what: str, every: float) -> bool:
        """Whether something that is done every so many seconds is to be done now."""
        now = self._monotonic()
        if now - self._turns.get(what, -every) < every:
            return False
        self._turns[what] = now
        return True

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _count(self, kinds: Iterable[str], outcome: str) -> None:
        for kind, number in Counter(kinds).items():
            self._coach.metrics.nudges.labels(kind=kind, outcome=outcome).inc(number)


class _UnreadableError(Exception):
    """A message that may have gone out cannot be looked for, now or later."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# How an outcome is counted, where the state's own name says something else.
_NAMES = {State.WAITING: "retried", State.MISSED: "late"}


class _Watch:
    """Tells which claims nobody has touched for a lease's time, by the watcher's own clock only.

    Wall clocks can be wrong and stepped; a claim is taken over only by whoever has itself seen it unchanged
    for that long.
    """

    def __init__(self, lease: float) -> None:
        self._lease = lease
        self._since: dict[Sight, float] = {}

    def unchanged(self, sights: Iterable[Sight], now: float) -> list[Sight]:
        self._since = {sight: self._since.get(sight, now) for sight in sights}
        gone = [sight for sight, since in self._since.items() if now - since >= self._lease]
        for sight in gone:
            del self._since[sight]
        return gone
