"""What was received: answers and praise are read, given themes and one action, kept as proof where that is allowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, func, select

from bot.core.errors import Invalid, NotFound
from bot.domain import members, nudges
from bot.domain.feedback import _rules
from bot.domain.feedback._records import Asked, Letter, Outcome, Permission, Received, Standing, Status
from bot.domain.feedback._rules import Praise
from bot.domain.nudges import ACTION_CHECK, FEEDBACK_ANSWER
from bot.storage.bins import Bin
from bot.storage.session import MemberSession

# So long after an action it is asked whether it changed something.
CHECKED_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Quote:
    """Words that may be quoted, and whose they are where that may be said."""

    text: str
    name: str | None


@dataclass(frozen=True)
class Waiting:
    """How much there is to do: answers to read, requests without an answer, colleagues' requests to answer."""

    unread: int
    open: int
    to_answer: int


async def inbox(session: MemberSession, *, size: int, offset: int = 0) -> tuple[Sequence[Received], int]:
    """A page of what was received, the unread first, then the newest, and how much there is in all."""
    total = await session.scalar(select(func.count()).select_from(_kept().subquery())) or 0
    ordered = _kept().order_by(
        Received.read_at.is_not(None), Received.received_on.desc(), Received.created_at.desc(), Received.id
    )
    return (await session.scalars(ordered.limit(size).offset(offset))).all(), total


async def kept_one(session: MemberSession, received_id: str | None) -> Received:
    """What the member received and has opened; NotFound for anything else, and for one in the bin."""
    return await BIN.kept_one(session, (await _opened(session, received_id)).id)


async def read(session: MemberSession, theirs: MemberSession | None, received_id: str) -> Received:
    """Open one; from now on its giver cannot change or take it back, and can see so."""
    received = await session.mine(Received, received_id)
    if received.read_at is None:
        received.read_at = session.now
        asked = await asked_for(session, received)
        letter = await theirs.get(Letter, asked.letter_id) if theirs and asked else None
        if letter:
            letter.read_at = session.now
        await session.flush()
        await forget_unread(session)
    return await kept_one(session, received_id)


async def asked_for(session: MemberSession, received: Received) -> Asked | None:
    """The colleague who was asked for it; None for praise."""
    return await session.mine(Asked, received.asked_id) if received.asked_id else None


async def forget_unread(session: MemberSession) -> None:
    """Nothing more is said of new answers where there are none to read."""
    if not await _count_unread(session):
        await nudges.forget(session, FEEDBACK_ANSWER, "")


async def log_praise(session: MemberSession, given: Praise) -> Received:
    """Keep praise that was heard elsewhere; it is nobody's answer, so it may not be quoted until that is said."""
    praised = Received(
        member_id=session.member.id, received_on=given.on, read_at=session.now, permission=Permission.NO.value
    )
    session.add(praised)
    praised.answers, praised.name = [given.text], given.who
    await session.flush()
    return praised


async def change_praise(
    session: MemberSession, received_id: str | None, given: Praise, permission: str, win_id: str | None
) -> Received:
    """Replace what was heard; the caller has made sure that the win is theirs."""
    praised = await kept_one(session, received_id)
    if praised.asked_id:
        raise NotFound("no_received")
    if permission not in {one.value for one in Permission}:
        raise Invalid("permission", "no_such_choice")
    praised.answers, praised.name, praised.received_on = [given.text], given.who, given.on
    praised.permission, praised.win_id = permission, win_id
    return praised


async def tag(session: MemberSession, received_id: str | None, themes: Sequence[str]) -> Received:
    """Say which themes it is about."""
    received = await kept_one(session, received_id)
    received.themes = list(themes)
    return received


async def link(session: MemberSession, received_id: str | None, win_id: str | None) -> Received:
    """Say which win it supports; the caller has made sure that the win is theirs."""
    received = await kept_one(session, received_id)
    received.win_id = win_id
    return received


async def act(
    session: MemberSession, received_id: str | None, action: str | None, on: date | None
) -> Received:
    """The one thing to do about it, and by when; without words there is none."""
    received = await kept_one(session, received_id)
    text = (action or "").strip()
    if len(text) > _rules.TEXT_LENGTH:
        raise Invalid("action", "too_long", limit=_rules.TEXT_LENGTH)
    received.action = text or None
    received.act_on = (on or members.today(session)) if text else None
    received.outcome = received.changed = None
    await _follow(session, received)
    return received


async def check(
    session: MemberSession, received_id: str | None, outcome: str | None, changed: str | None
) -> Received:
    """Whether what was done changed something, in the person's own words too."""
    received = await kept_one(session, received_id)
    if outcome not in {one.value for one in Outcome}:
        raise Invalid("outcome", "no_such_choice")
    if len(changed or "") > _rules.TEXT_LENGTH:
        raise Invalid("changed", "too_long", limit=_rules.TEXT_LENGTH)
    received.outcome, received.changed = outcome, (changed or "").strip() or None
    await nudges.forget(session, ACTION_CHECK, received.id)
    return received


async def bin_(session: MemberSession, received_id: str | None) -> Received:
    """Put one into the bin, where it stays for 30 days."""
    received = await BIN.put_in(session, (await _opened(session, received_id)).id)
    await forget_unread(session)
    return received


async def quotes(session: MemberSession, win_ids: Sequence[str]) -> Mapping[str, Sequence[Quote]]:
    """What may be quoted about these wins, by win; read, with permission, and without a name where that was the condition."""
    allowed = (Permission.YES, Permission.UNNAMED)
    found = await session.scalars(
        _kept()
        .where(Received.win_id.in_(win_ids), Received.permission.in_(allowed), Received.read_at.is_not(None))
        .order_by(Received.received_on, Received.created_at, Received.id)
    )
    by_win: dict[str, list[Quote]] = {}
    for one in found:
        name = one.name if one.permission == Permission.YES else None
        by_win.setdefault(str(one.win_id), []).extend(Quote(text, name) for text in one.answers if text)
    return by_win


async def waiting(session: MemberSession) -> Waiting:
    """How much there is to do, for Home."""
    open_ = select(func.count()).select_from(Asked).where(Asked.status == Status.OPEN)
    letters = select(func.count()).select_from(Letter).where(Letter.status == Standing.OPEN)
    return Waiting(
        await _count_unread(session), await session.scalar(open_) or 0, await session.scalar(letters) or 0
    )


async def _opened(session: MemberSession, received_id: str | None) -> Received:
    """One that was read: until then its giver may change it, so nothing else leads to its words."""
    found = await session.mine(Received, received_id)
    if found.read_at is None:
        raise NotFound("no_received")
    return found


async def _count_unread(session: MemberSession) -> int:
    unread = _kept().where(Received.read_at.is_(None)).subquery()
    return await session.scalar(select(func.count()).select_from(unread)) or 0


async def _follow(session: MemberSession, received: Received) -> None:
    """Fit what is asked about an action to how it stands now."""
    if received.act_on and not received.outcome and not received.deleted_at:
        await nudges.ask_on(session, ACTION_CHECK, received.act_on + CHECKED_AFTER, received.id)
    else:
        await nudges.forget(session, ACTION_CHECK, received.id)


def _kept() -> Select[Received]:
    return select(Received).where(Received.deleted_at.is_(None))


BIN = Bin(Received, lambda received: received.said, _follow)
restore = BIN.restore
