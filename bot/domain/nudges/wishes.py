"""Wishes: how often a kind comes, and what a change of days, hours, zone or absences means for what waits."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, select, update

from bot.core import periods
from bot.core.errors import Invalid
from bot.domain.nudges import rules
from bot.domain.nudges.kinds import KINDS, Kind
from bot.domain.nudges.nudge import NEVER, Nudge, State
from bot.domain.nudges.plans import begin_anew, plan, planned
from bot.storage.session import MemberSession

CADENCES = ("week", "two_weeks", "month", "never")

# As often as a kind comes by itself.
USUAL = "usual"


def rarer(kind: Kind, than: str | None = None) -> Sequence[str]:
    """The ways to have a kind less often than `than`, or than it comes by itself."""
    if not kind.every:
        return () if than == "never" else ("never",)
    return CADENCES[CADENCES.index(than or kind.every) + 1 :]


async def slowed(session: MemberSession) -> Collection[str]:
    """The names of the kinds that come once a month because they had no answer, and not as often as is wished."""
    unanswered = and_(Nudge.asked_at.is_(None), Nudge.unanswered >= rules.PATIENCE)
    found = await session.scalars(select(Nudge.kind).where(Nudge.state == State.WAITING, unanswered))
    return {name for name in found if _has_a_pace(session, name)}


def _has_a_pace(session: MemberSession, name: str) -> bool:
    """Whether a kind would come more often than once a month."""
    return name in KINDS and rules.cadence(KINDS[name], session.member) not in (None, "month")


async def choose_cadence(session: MemberSession, kind: Kind, cadence: str) -> None:
    """How often a kind comes from now on: USUAL, or what is rarer. Invalid for anything else.

    Whoever chooses has said something, so nothing counts as unanswered any more.
    """
    member = session.member
    # A new mapping, so that the change is seen.
    chosen = dict(member.cadences or {})
    if cadence == USUAL:
        chosen.pop(kind.name, None)
    elif cadence in (kind.every, *rarer(kind)):
        chosen[kind.name] = cadence
    else:
        raise Invalid("cadence", "no_such_cadence")
    member.cadences = chosen or None
    waiting = update(Nudge).where(Nudge.kind == kind.name, Nudge.state == State.WAITING)
    if cadence == "never":
        # Held rather than deleted, so that this can be taken back.
        await session.execute(waiting.values(due_at=NEVER, paced=False))
        return
    if kind.every:
        # The turn that passed meanwhile is not made up for.
        passed = delete(Nudge).where(Nudge.kind == kind.name, Nudge.due_at == NEVER)
        await session.execute(passed.where(Nudge.state == State.WAITING, Nudge.planned_at <= session.now))
    await _release(session, [kind.name])
    await begin_anew(session, kind)
    if kind.every:
        await plan(session, kind)


async def refit(session: MemberSession, *, left: ZoneInfo | None = None) -> None:
    """Fit what waits to the days, hours, zone and absences, which have changed; a date stays where it can.

    Whoever has `left` a zone is not asked again on a date which had its question there.
    """
    member = session.member
    if left is not None:
        await _leave_out(session, left)
    waiting = select(Nudge).where(Nudge.state == State.WAITING, Nudge.asked_at.is_(None))
    for nudge in (await session.scalars(waiting)).all():
        if nudge.kind in KINDS and not KINDS[nudge.kind].at_check_in:
            nudge.planned_at = rules.on_date(member, nudge.local_on).at
            # What is held stays so, and knows by whom.
            if nudge.due_at != NEVER:
                nudge.due_at = nudge.planned_at + timedelta(seconds=member.offset_seconds)
                nudge.paced = False
    await session.flush()
    for kind in KINDS.values():
        # Whoever only answers a colleague has not begun with Sayso, and is asked nothing by itself.
        if kind.at_check_in and (member.welcomed_at or await planned(session, kind)):
            await plan(session, kind)


async def _leave_out(session: MemberSession, left: ZoneInfo) -> None:
    """Where a date begins once more behind the date line, what came on it before is not asked again."""
    here = rules.zone(session.member)
    repeating = Nudge.kind.in_([kind.name for kind in KINDS.values() if kind.every])
    asked = select(Nudge).where(repeating, Nudge.subject == "", Nudge.asked_at <= session.now)
    for last in {one.kind: one for one in await session.scalars(asked.order_by(Nudge.asked_at))}.values():
        on = periods.local_date(at := last.asked_at or session.now, left)
        if on <= periods.local_date(at, here):
            continue
        of_date = select(Nudge).where(Nudge.kind == last.kind, Nudge.subject == "", Nudge.local_on == on)
        nudge = await session.scalar(of_date)
        if nudge is None:
            nudge = Nudge(member_id=session.member.id, kind=last.kind, subject="", local_on=on)
            nudge.planned_at, nudge.due_at, nudge.state = at, at, State.WAITING.value
            session.add(nudge)
        if nudge.state == State.WAITING and nudge.asked_at is None:
            nudge.state = State.SKIPPED.value
    await session.flush()


async def wake(session: MemberSession) -> None:
    """The member can be written to again: what waited for that is looked at anew."""
    wanted = [kind.name for kind in KINDS.values() if rules.is_wanted(kind, session.member)]
    await _release(session, wanted)


async def _release(session: MemberSession, kinds: Collection[str]) -> None:
    """Let what is held come at its time; in a crowd each first one at the member's own place."""
    of_kinds = and_(Nudge.state == State.WAITING, Nudge.kind.in_(kinds))
    for nudge in (await session.scalars(select(Nudge).where(of_kinds, Nudge.due_at == NEVER))).all():
        spread = session.member.offset_seconds if nudge.asked_at is None else 0
        nudge.due_at, nudge.paced = nudge.planned_at + timedelta(seconds=spread), False
    await session.flush()
