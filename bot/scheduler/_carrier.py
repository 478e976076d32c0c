"""The carrier: sends a claim, or finds out that it was sent, and says what became of it."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations

from bot.coach import Coach
from bot.domain.nudges import NEVER, Claim, Hold, Outcome, Part, Refused, State, Uncertain, Unsent
from bot.scheduler._counts import count
from bot.scheduler._messenger import Messenger
from bot.scheduler._records import Records

log = logging.getLogger(__name__)

# Even when Slack says "at once": a tick must come to an end.
SOONEST_RETRY = timedelta(seconds=1)

# While Slack is silent for a workspace it is tried again after this, twice that, and so on.
FIRST_HOLD = timedelta(seconds=5)
LONGEST_HOLD = timedelta(minutes=5)

# By then a hold is in the database, which says from then on whether it still holds: a new token ends it early.
HOLD_RECORDED_AFTER = timedelta(seconds=15)


class Carrier:
    """Carries claims by a messenger; what Slack says of a workspace holds for what comes after it."""

    def __init__(self, coach: Coach, messenger: Messenger, records: Records) -> None:
        self._coach = coach
        self._messenger = messenger
        self._records = records
        self._held: dict[str, tuple[datetime, timedelta]] = {}
        self._stopping = False

    def stop(self) -> None:
        """Send nothing more; what was claimed is given back."""
        self._stopping = True

    async def carry(self, claim: Claim) -> Sequence[Outcome]:
        """What became of it; nothing when that is unknown yet, and is looked at after a lease's time."""
        try:
            return await self._carry(claim, self._coach.clock.now())
        except Exception:  # one member's trouble must not end the lane
            log.exception("nudge.failed")
            count(self._coach.metrics, claim.kinds, "fault")
            return ()

    async def _carry(self, claim: Claim, now: datetime) -> Sequence[Outcome]:
        held = self._held_until(claim, now) if self._held else None
        # What waited too long could be taken over before it is posted, so it is given back unsent.
        if held is not None or not claim.is_fresh() or self._stopping:
            return () if claim.ambiguous else [Outcome(claim, State.WAITING, "held", at=held or now)]
        try:
            found = await self._find(claim) if claim.ambiguous else None
            if found is None and (kept_back := _kept_back(claim, now)):
                return [kept_back]
            outcomes = [_sent(claim, found)] if found else await self._send(claim, now)
        except _UnreadableError as unreadable:
            # Silence is better than twice.
            return [Outcome(claim, State.UNKNOWN, unreadable.reason)]
        except Uncertain:
            self._uncertain(claim, now)
            return ()
        except Unsent as unsent:
            return self._unsent(claim, unsent, now)
        self._held.pop(claim.workspace_id, None)
        return outcomes

    async def _send(self, claim: Claim, now: datetime) -> list[Outcome]:
        """Send it, or as much of it as Slack takes; what it refuses is put off by itself."""
        try:
            return [_sent(claim, await self._deliver(claim))]
        except Refused as refused:
            for parts in _fewer(claim.parts):
                some = replace(claim, parts=parts)
                with suppress(Refused):
                    place = await self._deliver(some)
                    rest = replace(claim, parts=tuple(part for part in claim.parts if part not in parts))
                    return [_sent(some, place), *self._unsent(rest, refused, now)]
            raise

    async def _deliver(self, claim: Claim) -> tuple[str, str]:
        began = time.perf_counter()
        try:
            return await self._messenger.deliver(claim)
        finally:
            self._coach.metrics.send_seconds.observe(time.perf_counter() - began)

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
        count(self._coach.metrics, claim.kinds, "ambiguous")

    def _unsent(self, claim: Claim, unsent: Unsent, now: datetime) -> Sequence[Outcome]:
        self._coach.metrics.send_errors.labels(error=unsent.reason).inc()
        at = now + max(unsent.after, SOONEST_RETRY)
        if unsent.whom == "workspace":
            at = self._hold(claim, now, max(unsent.after, SOONEST_RETRY), slower=unsent.slower)
        if claim.ambiguous and unsent.whom != "member":
            # An earlier worker may have sent it all the same, so its key stays to be looked for.
            return () if claim.is_useful(now) else [Outcome(claim, State.UNKNOWN, unsent.reason)]
        if unsent.whom == "member":
            log.warning("member.unreachable", extra={"reason": unsent.reason})
            return [Outcome(claim, State.WAITING, unsent.reason, at=NEVER, unreachable=True)]
        return [Outcome(claim, State.WAITING, unsent.reason, at=at)]

    def _hold(self, claim: Claim, now: datetime, span: timedelta, *, slower: bool = False) -> datetime:
        """Nothing more for this workspace for a while; what Slack asked for, or longer each time it is silent."""
        if not slower:
            _, before = self._held.get(claim.workspace_id, (now, timedelta()))
            span = max(span, min(before * 2, LONGEST_HOLD))
        until = now + span
        self._held[claim.workspace_id] = (until, span)
        self._records.hold(claim.workspace_id, Hold(until, slower))
        return until

    def _held_until(self, claim: Claim, now: datetime) -> datetime | None:
        until, span = self._held.get(claim.workspace_id, (now, timedelta()))
        if not claim.ambiguous and now >= until - span + HOLD_RECORDED_AFTER:
            return None
        # Further ahead than the span was is a clock that stepped back.
        return until if now < until <= now + span else None


class _UnreadableError(Exception):
    """A message that may have gone out cannot be looked for, now or later."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _kept_back(claim: Claim, now: datetime) -> Outcome | None:
    """What becomes of one that did not go out when it is too late for it; or night, which it was not when claimed."""
    if not claim.is_useful(now):
        return Outcome(claim, State.MISSED, "late")
    at = claim.good_time(now) if claim.ambiguous else now
    return Outcome(claim, State.WAITING, "held", at=at) if at > now else None


def _sent(claim: Claim, place: tuple[str, str]) -> Outcome:
    channel, ts = place
    return Outcome(claim, State.SENT, channel=channel, ts=ts)


def _fewer(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """All but one of them, for each; then each alone."""
    for size in dict.fromkeys((len(parts) - 1, 1)):
        yield from combinations(parts, size) if len(parts) > 1 else ()
