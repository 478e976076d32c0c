"""What a person is shown of their nudges: what comes, what was sent, and in which messages something changed."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import select

from bot.domain.nudges.claim import Part
from bot.domain.nudges.kinds import KINDS, Kind
from bot.domain.nudges.nudge import NEVER, Nudge, State
from bot.storage.session import MemberSession

P = TypeVar("P", Part, Nudge)

# Where a session keeps the places of the messages in which something was answered, skipped or put off.
_CLOSED = "closed_in_messages"


async def upcoming(session: MemberSession) -> Sequence[Nudge]:
    """What waits for the member, the soonest first."""
    waiting = select(Nudge).where(Nudge.state == State.WAITING, Nudge.due_at < NEVER)
    return (await session.scalars(waiting.order_by(Nudge.planned_at))).all()


async def open_one(session: MemberSession, kind: Kind) -> Nudge | None:
    """The newest nudge of a kind that was sent, or may have been, and has had no answer."""
    asked = select(Nudge).where(Nudge.kind == kind.name, Nudge.state.in_((State.SENT, State.UNKNOWN)))
    found: Nudge | None = await session.scalar(asked.order_by(Nudge.planned_at.desc()).limit(1))
    return found


async def newest(session: MemberSession) -> Sequence[Nudge]:
    """The nudges of the newest message, in its order, whatever became of them; none before there was one."""
    sent = select(Nudge).where(Nudge.asked_at.is_not(None), Nudge.key.is_not(None))
    last: Nudge | None = await session.scalar(sent.order_by(Nudge.asked_at.desc(), Nudge.id).limit(1))
    if last is None:
        return []
    return in_order(await session.scalars(sent.where(Nudge.key == last.key)))


async def sent_in(session: MemberSession, ts: str) -> Sequence[Nudge]:
    """The nudges whose newest message is the one at `ts`; what came again since stands in a newer one."""
    return (await session.scalars(select(Nudge).where(Nudge.ts == ts))).all()


async def arrived(session: MemberSession, nudge: Nudge, ts: str) -> None:
    """The member clicked in the message at `ts`, so it is there, even where nobody could tell."""
    if nudge.ts is None and nudge.key is not None:
        for one in await session.scalars(select(Nudge).where(Nudge.key == nudge.key, Nudge.ts.is_(None))):
            one.ts = ts
            if one.state == State.UNKNOWN:
                one.state, one.asked_at = State.SENT.value, one.asked_at or session.now


def in_order(parts: Iterable[P]) -> list[P]:
    """Parts in the order in which they stand in a message, however often it is drawn."""
    return sorted(parts, key=lambda part: (KINDS[part.kind].priority, part.local_on, part.id))


async def unread(session: MemberSession) -> Sequence[Nudge]:
    """What may not have reached the member, and so is shown on Home."""
    return (await session.scalars(select(Nudge).where(Nudge.state == State.UNKNOWN))).all()


def closed_in(session: MemberSession) -> set[str]:
    """The places (ts) of the messages in which something was answered, skipped or put off in this session."""
    closed: set[str] = session.info.setdefault(_CLOSED, set())
    return closed


def note(session: MemberSession, nudge: Nudge) -> None:
    """The message in which this nudge stands is to be drawn anew."""
    if nudge.ts:
        closed_in(session).add(nudge.ts)
