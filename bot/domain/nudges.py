"""Nudges: rows that say what is due and when, and the deliveries that carry them.

The contract: claim → commit → send with the delivery's random key in the message's metadata →
commit. A claim whose lease ran out is ambiguous, so the conversation is searched for the key before
anything is sent again; where that cannot be read, silence is preferred and Home shows the nudge.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    case,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.core import periods
from bot.core.errors import NotFound
from bot.storage.base import ID_LENGTH, Owned
from bot.storage.database import SystemSession
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.session import MemberSession

# How long a worker may take from its claim to its second commit.
LEASE = timedelta(seconds=60)


class Unsent(Exception):  # noqa: N818 - it is an outcome, not a fault
    """The message certainly did not go out: why, when to try again, or that it never will."""

    def __init__(
        self, reason: str, *, after: timedelta = timedelta(minutes=1), for_good: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
        self.for_good = for_good


class Uncertain(Exception):  # noqa: N818 - it is an outcome, not a fault
    """Nobody can tell whether the message went out."""


class TakenOver(Exception):  # noqa: N818 - it is an outcome, not a fault
    """The lease ran out and another worker has the delivery now."""


class State(StrEnum):
    """Where a nudge stands."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    DONE = "done"
    SKIPPED = "skipped"
    MISSED = "missed"
    UNKNOWN = "unknown"
    FAILED = "failed"


# A nudge that can still be answered: before it is asked again too, and before we know that it went out.
OPEN = (State.WAITING, State.CLAIMED, State.SENT, State.UNKNOWN)


@dataclass(frozen=True)
class Kind:
    """A kind of nudge as data: its words, and for how long after its time it is still useful."""

    name: str
    words: str
    useful_for: timedelta


CHECK_IN = Kind("check_in", "reviews/check_in", useful_for=timedelta(days=3))

KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in (CHECK_IN,)})


class Delivery(Owned):
    """One message to one member, with the random key that proves it was sent."""

    __tablename__ = "deliveries"

    key: Mapped[str] = mapped_column(String(32), unique=True)
    lease_until: Mapped[datetime | None] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(32))
    ts: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=1)
    error: Mapped[str | None] = mapped_column(String(64))


class Nudge(Owned):
    """Something to bring up with a member at a time; one per kind, subject and local date."""

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("member_id", "kind", "subject", "local_on"),
        Index("ix_nudges_state_due_at", "state", "due_at"),
    )

    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(ID_LENGTH), default="")
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    local_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(16), default=State.WAITING.value)
    delivery_id: Mapped[str | None] = mapped_column(
        String(ID_LENGTH), ForeignKey("deliveries.id", ondelete="SET NULL"), index=True
    )


@dataclass(frozen=True)
class Claim:
    """What one worker may now send: to whom, under which key, and the nudges in it."""

    delivery_id: str
    key: str
    who: Principal
    nudge_ids: tuple[str, ...]
    kinds: tuple[str, ...]
    channel: str | None
    attempt: int = 1

    @property
    def ambiguous(self) -> bool:
        """Whether an earlier worker may have sent it."""
        return self.attempt > 1


async def schedule(
    session: MemberSession, kind: Kind, *, at: datetime, on: date, subject: str = ""
) -> Nudge | None:
    """Plan a nudge, moving the one that waits; None when that local date has had its nudge already."""
    same_day = await session.scalar(_of(kind, subject).where(Nudge.local_on == on))
    if same_day is not None and (same_day.state != State.WAITING or same_day.asked_at is not None):
        return None
    nudge = same_day or await planned(session, kind, subject)
    if nudge is None:
        nudge = Nudge(member_id=session.member.id, kind=kind.name, subject=subject)
        session.add(nudge)
    nudge.due_at, nudge.local_on, nudge.state = at, on, State.WAITING.value
    await session.flush()
    return nudge


async def planned(session: MemberSession, kind: Kind, subject: str = "") -> Nudge | None:
    """The nudge that waits to be asked for the first time; a snoozed one keeps its own time."""
    first = _of(kind, subject).where(Nudge.state == State.WAITING, Nudge.asked_at.is_(None))
    found: Nudge | None = await session.scalar(first.order_by(Nudge.local_on).limit(1))
    return found


async def cancel(session: MemberSession, kind: Kind, subject: str = "") -> None:
    """Take back a nudge that waits."""
    waiting = await planned(session, kind, subject)
    if waiting is not None:
        await session.delete(waiting)
        await session.flush()


async def upcoming(session: MemberSession) -> Sequence[Nudge]:
    """What waits for the member, the soonest first."""
    waiting = select(Nudge).where(Nudge.state == State.WAITING)
    return (await session.scalars(waiting.order_by(Nudge.due_at))).all()


async def open_one(session: MemberSession, kind: Kind) -> Nudge | None:
    """The newest nudge of a kind that was sent, or may have been, and has had no answer."""
    asked = select(Nudge).where(Nudge.kind == kind.name, Nudge.state.in_((State.SENT, State.UNKNOWN)))
    found: Nudge | None = await session.scalar(asked.order_by(Nudge.due_at.desc()).limit(1))
    return found


async def last_on(session: MemberSession, kind: Kind) -> date | None:
    """The newest local date that had a nudge of a kind, or gets one again because it was snoozed."""
    snoozed = func.max(case((Nudge.state == State.WAITING, Nudge.due_at)))
    past = select(func.max(Nudge.local_on), func.max(Nudge.asked_at), snoozed).where(
        Nudge.kind == kind.name, or_(Nudge.state != State.WAITING, Nudge.asked_at.is_not(None))
    )
    on, *moments = (await session.execute(past)).one()
    zone = periods.zone(session.member.zone)
    dates = [on, *(periods.local_date(moment, zone) for moment in moments if moment)]
    return max((one for one in dates if one), default=None)


async def settle(session: MemberSession, nudge_id: str, state: State) -> Nudge:
    """Close a nudge, and what was asked with it in one message, as done or skipped; closed ones stay."""
    nudge = await session.mine(Nudge, nudge_id)
    for one in await _asked_with(session, nudge):
        if one.state in OPEN:
            one.state = state.value
    return nudge


async def still_open(session: MemberSession, nudge_id: str) -> Nudge:
    """The nudge, as long as it can be answered; NotFound once it was answered or skipped."""
    nudge = await session.mine(Nudge, nudge_id)
    if nudge.state not in OPEN:
        raise NotFound("nudge_is_closed")
    return nudge


async def snooze(session: MemberSession, nudge_id: str, until: datetime) -> Nudge:
    """Let a nudge come again later; NotFound once it was answered or skipped."""
    nudge = await still_open(session, nudge_id)
    nudge.state, nudge.due_at, nudge.delivery_id = State.WAITING.value, until, None
    # Whoever snoozes it has seen it, even if we could not tell.
    nudge.asked_at = nudge.asked_at or session.now
    await session.flush()
    return nudge


async def renew(session: MemberSession, claim: Claim) -> None:
    """Make sure that the claim is still ours before it is sent; TakenOver when it is not.

    A claim may have waited its turn for long; the rest of its lease must cover the sending.
    """
    delivery = await _held(session, claim)
    if delivery.lease_until is None or delivery.lease_until < session.now + LEASE / 2:
        delivery.lease_until = session.now + LEASE


async def delivered(session: MemberSession, claim: Claim, channel: str, ts: str) -> None:
    """The second commit: the message is out."""
    delivery = await session.mine(Delivery, claim.delivery_id)
    delivery.lease_until, delivery.sent_at = None, session.now
    delivery.channel, delivery.ts = channel, ts
    session.member.dm_channel = channel
    await _close(session, claim, State.SENT)


async def not_delivered(session: MemberSession, claim: Claim, state: State, error: str) -> None:
    """The message did not go out, or nobody can tell; `error` is Slack's word for it."""
    delivery = await _held(session, claim)
    delivery.lease_until, delivery.error = None, error[:64]
    await _close(session, claim, state)


async def retry_later(session: MemberSession, claim: Claim, at: datetime) -> None:
    """Give the claim back: it was not sent this time, and is due again at `at`.

    An earlier worker may have sent it all the same; then the key stays, to be looked for again.
    """
    delivery = await _held(session, claim)
    if claim.ambiguous:
        delivery.lease_until = at
        return
    for nudge in await _in(session, claim):
        if nudge.state == State.CLAIMED:
            nudge.state, nudge.due_at, nudge.delivery_id = State.WAITING.value, at, None
    await session.flush()
    await session.delete(delivery)


async def claim_due(session: SystemSession, *, limit: int) -> list[Claim]:
    """Claim what is due now, one delivery a member, safe against other workers doing the same."""
    now = session.sync_session.info["now"]
    due = (
        select(Nudge, Member, Workspace.team_id)
        .join(Member, Member.id == Nudge.member_id)
        .join(Workspace, Workspace.id == Member.workspace_id)
        .where(*_can_go_out(now))
        .order_by(Nudge.due_at)
        .limit(limit)
        .with_for_update(of=[Nudge, Member], skip_locked=True)
    )
    by_member: dict[str, tuple[Member, str, list[Nudge]]] = {}
    for nudge, member, team_id in await session.execute(due):
        by_member.setdefault(member.id, (member, team_id, []))[2].append(nudge)
    return [_claim(session, *group, now=now) for group in by_member.values()]


async def claim_expired(session: SystemSession, *, limit: int) -> list[Claim]:
    """Take over deliveries whose worker vanished between its two commits."""
    now = session.sync_session.info["now"]
    expired = (
        select(Delivery, Member, Workspace.team_id)
        .join(Member, Member.id == Delivery.member_id)
        .join(Workspace, Workspace.id == Member.workspace_id)
        .where(Delivery.lease_until <= now, Workspace.uninstalled_at.is_(None))
        .order_by(Delivery.lease_until)
        .limit(limit)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    claims = []
    for delivery, member, team_id in (await session.execute(expired)).all():
        inside = (await session.scalars(select(Nudge).where(Nudge.delivery_id == delivery.id))).all()
        delivery.lease_until = now + LEASE
        delivery.attempts += 1
        claims.append(_as_claim(delivery, member, team_id, inside))
    return claims


async def due_now(session: SystemSession) -> tuple[int, float]:
    """How many nudges are due and for how many seconds the oldest has been."""
    now = session.sync_session.info["now"]
    due = (
        select(func.count(), func.min(Nudge.due_at))
        .join(Member, Member.id == Nudge.member_id)
        .join(Workspace, Workspace.id == Member.workspace_id)
        .where(*_can_go_out(now))
    )
    count, oldest = (await session.execute(due)).one()
    return count, (now - oldest).total_seconds() if count else 0.0


async def is_stale(session: MemberSession, claim: Claim) -> bool:
    """Whether nothing in a claim is of use any more: it is too late, or it was answered meanwhile."""
    return not any(
        nudge.state == State.CLAIMED and _is_useful(session, nudge) for nudge in await _in(session, claim)
    )


def _is_useful(session: MemberSession, nudge: Nudge) -> bool:
    useful_for = KINDS[nudge.kind].useful_for
    if session.now - nudge.due_at > useful_for:
        return False
    # Every failed attempt moves the time, but what was never asked is as old as its date.
    today = periods.local_date(session.now, periods.zone(session.member.zone))
    return nudge.asked_at is not None or today - nudge.local_on <= useful_for


def _can_go_out(now: datetime) -> Sequence[ColumnElement[bool]]:
    return (
        Nudge.state == State.WAITING,
        Nudge.due_at <= now,
        Workspace.uninstalled_at.is_(None),
        Member.unreachable.is_(None),
    )


def _claim(
    session: SystemSession, member: Member, team_id: str, nudges: Sequence[Nudge], *, now: datetime
) -> Claim:
    delivery = Delivery(member_id=member.id, key=secrets.token_hex(16), lease_until=now + LEASE, attempts=1)
    session.add(delivery)
    for nudge in nudges:
        nudge.state, nudge.delivery_id = State.CLAIMED.value, delivery.id
    return _as_claim(delivery, member, team_id, nudges)


def _as_claim(delivery: Delivery, member: Member, team_id: str, nudges: Sequence[Nudge]) -> Claim:
    return Claim(
        delivery_id=delivery.id,
        key=delivery.key,
        who=Principal(team_id, member.user_id),
        nudge_ids=tuple(nudge.id for nudge in nudges),
        kinds=tuple(nudge.kind for nudge in nudges),
        channel=delivery.channel or member.dm_channel,
        attempt=delivery.attempts,
    )


def _of(kind: Kind, subject: str) -> Select[Nudge]:
    return select(Nudge).where(Nudge.kind == kind.name, Nudge.subject == subject)


async def _asked_with(session: MemberSession, nudge: Nudge) -> Sequence[Nudge]:
    if nudge.delivery_id is None:
        return [nudge]
    together = select(Nudge).where(Nudge.delivery_id == nudge.delivery_id, Nudge.kind == nudge.kind)
    return (await session.scalars(together)).all()


async def _held(session: MemberSession, claim: Claim) -> Delivery:
    """The claim's delivery, locked; TakenOver when it is another worker's, or was closed."""
    held = select(Delivery).where(Delivery.id == claim.delivery_id).with_for_update()
    delivery: Delivery | None = await session.scalar(held)
    if delivery is None or delivery.lease_until is None or delivery.attempts != claim.attempt:
        raise TakenOver
    return delivery


async def _in(session: MemberSession, claim: Claim) -> Sequence[Nudge]:
    return (await session.scalars(select(Nudge).where(Nudge.id.in_(claim.nudge_ids)))).all()


async def _close(session: MemberSession, claim: Claim, state: State) -> None:
    for nudge in await _in(session, claim):
        if nudge.state == State.CLAIMED:
            nudge.state = state.value
            nudge.asked_at = session.now if state is State.SENT else nudge.asked_at
