"""Plans: what features say in a member's own transaction: ask this then, not any more, later, less often."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, and_, case, func, or_, select

from bot.core import periods
from bot.core.errors import NotFound
from bot.domain.nudges import rules, shown
from bot.domain.nudges.kinds import KINDS, Kind
from bot.domain.nudges.nudge import NEVER, OPEN, Nudge, State
from bot.storage.session import MemberSession

# So many dates in a row may have been asked already.
TAKEN_AT_MOST = 60


async def schedule(
    session: MemberSession,
    kind: Kind,
    *,
    at: datetime,
    on: date,
    subject: str = "",
    unanswered: int = 0,
    asked_by: str | None = None,
) -> Nudge | None:
    """Plan a nudge, moving the one that waits; None when that local date has had its nudge, or none is wanted.

    `asked_by` is the Slack id of the colleague who asks, where it is not Sayso by itself.
    """
    if not rules.is_wanted(kind, session.member):
        await cancel(session, kind, subject)
        return None
    first_time = and_(Nudge.state == State.WAITING, Nudge.asked_at.is_(None))
    found = await session.scalars(_of(kind, subject).where(or_(Nudge.local_on == on, first_time)))
    nudge = None
    for one in found:
        if one.state != State.WAITING or one.asked_at is not None:
            return None
        # Should both be there, the one of the day stays, for there is one of each date.
        nudge = one if nudge is None or one.local_on == on else nudge
    if nudge is None:
        nudge = Nudge(member_id=session.member.id, kind=kind.name, subject=subject, asked_by=asked_by)
        session.add(nudge)
    nudge.planned_at, nudge.due_at = at, at + timedelta(seconds=session.member.offset_seconds)
    nudge.local_on, nudge.state, nudge.paced, nudge.unanswered = on, State.WAITING.value, False, unanswered
    await session.flush()
    return nudge


async def plan(session: MemberSession, kind: Kind) -> Nudge | None:
    """Plan the next turn of a kind that comes back; called whenever the day, the zone, a pause or the wish changes."""
    member = session.member
    last, waiting = await last_on(session, kind), await planned(session, kind)
    unanswered = waiting.unanswered if waiting is not None else 0
    turn = rules.next_turn(kind, member, last_on=last, now=session.now, unanswered=unanswered)
    if turn is None:
        await cancel(session, kind)
        return None
    if waiting is not None and last is None and not kind.at_check_in:
        # Its feature chose the date, and nothing has come since that a rhythm could be counted from.
        turn = rules.on_date(member, waiting.local_on)
    elif waiting is not None and waiting.local_on <= periods.local_date(session.now, rules.zone(member)):
        # Its date has come, but it did not go out yet: it is still asked for, if the settings still say so.
        day_begins = periods.at_local(waiting.local_on, time(), rules.zone(member)) - timedelta(seconds=1)
        again = rules.next_turn(kind, member, last_on=last, now=day_begins, unanswered=unanswered)
        turn = again if again is not None and again.on == waiting.local_on else turn
    for _ in range(TAKEN_AT_MOST):
        if (
            nudge := await schedule(session, kind, at=turn.at, on=turn.on, unanswered=unanswered)
        ) is not None:
            return nudge
        # That date was asked already, by a clock that was ahead.
        after = rules.next_turn(kind, member, last_on=turn.on, now=session.now, unanswered=unanswered)
        turn = after or turn
    return None


async def ask_on(session: MemberSession, kind: Kind, on: date, subject: str = "") -> Nudge | None:
    """Plan a nudge for the morning of a local date, moving the one that waits: the cadence begins anew there.

    Whoever chose how often a kind comes does not get it sooner than that after the last one.
    """
    member = session.member
    if kind.name in (member.cadences or {}) and (last := await last_on(session, kind)):
        turn = rules.next_turn(kind, member, last_on=last, now=session.now)
        on = max(on, turn.on) if turn else on
    turn = rules.on_date(member, on)
    return await schedule(session, kind, at=turn.at, on=turn.on, subject=subject)


async def ask_soon(
    session: MemberSession, kind: Kind, subject: str = "", *, asked_by: str | None = None
) -> Nudge | None:
    """Plan a nudge for now, or as soon as the member's hours allow; for the next morning where it came today already."""
    member = session.member
    at = rules.good_time(member, session.now)
    on = periods.local_date(at, rules.zone(member))
    soon = await schedule(session, kind, at=at, on=on, subject=subject, asked_by=asked_by)
    if soon is not None or not rules.is_wanted(kind, member):
        return soon
    turn = rules.on_date(member, on + timedelta(days=1))
    return await schedule(session, kind, at=turn.at, on=turn.on, subject=subject, asked_by=asked_by)


async def planned(session: MemberSession, kind: Kind, subject: str = "") -> Nudge | None:
    """The nudge that waits to be asked for the first time; a snoozed one keeps its own time."""
    first = _of(kind, subject).where(Nudge.state == State.WAITING, Nudge.asked_at.is_(None))
    found: Nudge | None = await session.scalar(first)
    return found


async def last_asked(session: MemberSession, kind: Kind, subject: str) -> Nudge | None:
    """The newest nudge about a subject that was asked and can still be answered, be it snoozed since."""
    asked = _of(kind, subject).where(Nudge.asked_at.is_not(None), Nudge.state.in_(OPEN))
    found: Nudge | None = await session.scalar(asked.order_by(Nudge.asked_at.desc()).limit(1))
    return found


async def note_change(session: MemberSession, kind: Kind, subject: str) -> None:
    """What a subject's messages show is out of date, though nothing became of the nudges in them."""
    for nudge in await session.scalars(_of(kind, subject)):
        shown.note(session, nudge)


async def cancel(session: MemberSession, kind: Kind, subject: str = "") -> None:
    """Take back a nudge that waits, a snoozed one too: what it asked about is done, or gone."""
    waiting = _of(kind, subject).where(Nudge.state == State.WAITING)
    for nudge in await session.scalars(waiting):
        await session.delete(nudge)
    await session.flush()


async def cancel_planned(session: MemberSession, kind: Kind, subject: str) -> None:
    """Take back the one that waits to be asked for the first time; what was snoozed stays."""
    if waiting := await planned(session, kind, subject):
        await session.delete(waiting)
        await session.flush()


async def last_on(session: MemberSession, kind: Kind) -> date | None:
    """The newest local date that had a nudge of a kind, or gets one again because it was snoozed."""
    zone = rules.zone(session.member)
    tomorrow = periods.local_date(session.now, zone) + timedelta(days=1)
    # One that is held keeps the moment which was wished for.
    back = case((Nudge.due_at == NEVER, Nudge.planned_at), else_=Nudge.due_at)
    snoozed = func.max(case((Nudge.state == State.WAITING, back)))
    past = select(func.max(Nudge.local_on), func.max(Nudge.asked_at), snoozed).where(
        Nudge.kind == kind.name,
        # A date further ahead was asked by a wrong clock, and is not waited for, or left out before it came.
        or_(Nudge.local_on <= tomorrow, and_(Nudge.state == State.SKIPPED, Nudge.asked_at.is_(None))),
        or_(Nudge.state != State.WAITING, Nudge.asked_at.is_not(None)),
    )
    on, asked_at, back_at = (await session.execute(past)).one()
    asked = periods.local_date(asked_at, zone) if asked_at else None
    # A flight may have moved it to where it is night, or past it: it comes on the day on which it can.
    back_at = back_at and rules.good_time(session.member, max(back_at, session.now))
    back_on = periods.local_date(back_at, zone) if back_at else None
    # So is a moment at which a wrong clock asked.
    dates = [on, asked if asked and asked <= tomorrow else None, back_on]
    return max((one for one in dates if one), default=None)


async def settle(session: MemberSession, nudge_id: str, state: State) -> Nudge:
    """Close a nudge as done or skipped; what comes of its kind next comes at its usual pace again."""
    nudge = await session.mine(Nudge, nudge_id)
    for one in await _asked_with(session, nudge):
        if one.state in OPEN:
            one.state = state.value
            shown.note(session, one)
    await begin_anew(session, KINDS[nudge.kind], nudge.subject)
    return nudge


async def done(session: MemberSession, kind: Kind, subject: str = "") -> None:
    """The member did it of their own accord: what was asked about it, and may be snoozed, is answered."""
    snoozed = and_(Nudge.state == State.WAITING, Nudge.asked_at.is_not(None))
    asked = or_(Nudge.state.in_((State.SENT, State.UNKNOWN)), snoozed)
    for nudge in await session.scalars(_of(kind, subject).where(asked)):
        nudge.state = State.DONE.value
        shown.note(session, nudge)
    await begin_anew(session, kind, subject)


async def forget(session: MemberSession, kind: Kind, subject: str) -> None:
    """There is nothing to ask about any more: what waits never comes, and what was asked is answered."""
    await done(session, kind, subject)
    await cancel(session, kind, subject)


async def reopen(session: MemberSession, nudge_id: str) -> Nudge:
    """Take back that a nudge was closed: it can be answered again, and comes once more where it would have."""
    nudge = await session.mine(Nudge, nudge_id)
    kind = KINDS[nudge.kind]
    if nudge.asked_at is not None and nudge.state in (State.DONE, State.SKIPPED):
        nudge.state = State.SENT.value
        shown.note(session, nudge)
        again = nudge.unanswered + 1
        if kind.then and (
            turn := rules.next_turn(
                kind, session.member, last_on=nudge.local_on, now=session.now, unanswered=again
            )
        ):
            await schedule(
                session,
                kind,
                at=turn.at,
                on=turn.on,
                subject=nudge.subject,
                unanswered=again,
                asked_by=nudge.asked_by,
            )
    return nudge


async def begin_anew(session: MemberSession, kind: Kind, subject: str = "") -> None:
    """The member did something about it: nothing counts as unanswered any more."""
    waiting = await planned(session, kind, subject)
    if waiting is None or not waiting.unanswered:
        return
    slowed = waiting.unanswered >= rules.PATIENCE
    if kind.every:
        waiting.unanswered = 0
    if slowed and kind.every:
        await plan(session, kind)


async def still_open(session: MemberSession, nudge_id: str) -> Nudge:
    """The nudge, as long as it can be answered; NotFound once it was answered or skipped."""
    nudge = await session.mine(Nudge, nudge_id)
    if nudge.state not in OPEN:
        raise NotFound("nudge_is_closed")
    return nudge


async def skip(session: MemberSession, nudge_id: str) -> Nudge:
    """Leave one out, before it comes or after; the next one comes as planned. NotFound when it was answered."""
    nudge = await still_open(session, nudge_id)
    kind = KINDS[nudge.kind]
    never_asked = nudge.state == State.WAITING and nudge.asked_at is None
    await settle(session, nudge_id, State.SKIPPED)
    await session.flush()
    if never_asked and kind.every:
        await plan(session, kind)
    return nudge


def _of(kind: Kind, subject: str) -> Select[Nudge]:
    return select(Nudge).where(Nudge.kind == kind.name, Nudge.subject == subject)


async def _asked_with(session: MemberSession, nudge: Nudge) -> Sequence[Nudge]:
    if nudge.key is None:
        return [nudge]
    together = select(Nudge).where(
        Nudge.key == nudge.key, Nudge.kind == nudge.kind, Nudge.subject == nudge.subject
    )
    return (await session.scalars(together)).all()
