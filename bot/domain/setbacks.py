"""Setbacks: what was tried and what happened, a day's rest, then what was learned and what comes next; counted nowhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.core.errors import Invalid, NotAllowed
from bot.domain import members, nudges
from bot.domain.nudges import SETBACK, rules
from bot.storage.base import ID_LENGTH, Binned
from bot.storage.bins import Bin
from bot.storage.session import MemberSession
from bot.storage.types import sealed_maybe

FIELD_LENGTH = 3000

# What is written down at once, and what is asked after the rest.
FACTS = ("tried", "happened")
DEBRIEF = ("in_control", "learned", "next_attempt")


class Setback(Binned):
    """Something that did not come off. `ask_id` names the ask it came from; options are offered from `look_on` on."""

    __tablename__ = "setbacks"

    ask_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))
    look_on: Mapped[date]
    let_go_on: Mapped[date | None]

    tried = sealed_maybe()
    happened = sealed_maybe()
    in_control = sealed_maybe()
    learned = sealed_maybe()
    next_attempt = sealed_maybe()

    @property
    def said(self) -> str | None:
        """What it is called where it stands in a list."""
        return self.tried or self.happened

    def rests(self, today: date) -> bool:
        """Whether it is too early for options and questions."""
        return today < self.look_on


async def note(
    session: MemberSession, tried: str | None, happened: str | None, ask_id: str | None = None
) -> Setback:
    """Write a setback down; one that was left for tomorrow takes the words."""
    written = _checked({"tried": tried, "happened": happened})
    if not any(written.values()):
        raise Invalid("happened", "setback_without_words")
    setback = await leave(session, ask_id)
    _write(setback, written)
    await session.flush()
    return setback


async def leave(session: MemberSession, ask_id: str | None) -> Setback:
    """Keep a setback without words until tomorrow; the same one however often it is asked for."""
    if ask_id and (waiting := await _without_words(session, ask_id)):
        return waiting
    look_on = await members.working_day(session, members.today(session))
    setback = Setback(member_id=session.member.id, ask_id=ask_id, look_on=look_on)
    session.add(setback)
    await session.flush()
    await _follow(session, setback)
    return setback


async def edit(session: MemberSession, setback_id: str | None, **texts: str | None) -> Setback:
    """Replace what a setback says, in the fields that are given; what belongs to the debrief only after the rest."""
    wakes = any(texts.get(name) for name in DEBRIEF)
    setback = await (rested_one if wakes else kept_one)(session, setback_id)
    _write(setback, _checked(texts))
    await session.flush()
    return setback


async def look_at(session: MemberSession, setback: Setback) -> None:
    """The person looked at it after the rest, so there is nothing to remind of."""
    if not setback.rests(members.today(session)):
        await nudges.forget(session, SETBACK, setback.id)


async def let_go(session: MemberSession, setback_id: str | None) -> Setback:
    """Nothing more is to be done about it."""
    setback = await kept_one(session, setback_id)
    setback.let_go_on = setback.let_go_on or members.today(session)
    await _follow(session, setback)
    return setback


async def take_up(session: MemberSession, setback_id: str | None) -> Setback:
    """Undo that it was let go."""
    setback = await kept_one(session, setback_id)
    setback.let_go_on = None
    await _follow(session, setback)
    return setback


async def page(session: MemberSession, *, size: int, offset: int = 0) -> tuple[Sequence[Setback], bool]:
    """A page of them, the newest first, and whether there are older ones; how many there are is nobody's business."""
    newest = select(Setback).where(Setback.deleted_at.is_(None))
    newest = newest.order_by(Setback.created_at.desc(), Setback.id).limit(size + 1).offset(offset)
    found = (await session.scalars(newest)).all()
    return found[:size], len(found) > size


async def rested_one(session: MemberSession, setback_id: str | None) -> Setback:
    """The member's setback after its rest; NotAllowed before."""
    setback = await kept_one(session, setback_id)
    if setback.rests(members.today(session)):
        raise NotAllowed("setback_rests", on=setback.look_on)
    return setback


def told(setback: Setback) -> dict[str, Any]:
    """Everything it says, as `edit` takes it."""
    return {name: getattr(setback, name) for name in (*FACTS, *DEBRIEF)}


async def _without_words(session: MemberSession, ask_id: str) -> Setback | None:
    of_ask = select(Setback).where(
        Setback.ask_id == ask_id, Setback.deleted_at.is_(None), Setback.let_go_on.is_(None)
    )
    found = await session.scalars(of_ask.order_by(Setback.created_at.desc()))
    return next((one for one in found if not any(told(one).values())), None)


async def _follow(session: MemberSession, setback: Setback) -> None:
    """It is brought up once, in the morning after the rest, as long as it is kept and not let go."""
    await session.flush()
    if setback.deleted_at or setback.let_go_on:
        await nudges.forget(session, SETBACK, setback.id)
    elif rules.on_date(session.member, setback.look_on).at > session.now:
        await nudges.ask_on(session, SETBACK, setback.look_on, setback.id)


def _checked(texts: dict[str, str | None]) -> dict[str, str | None]:
    tidy = {name: (text or "").strip() or None for name, text in texts.items()}
    for name, text in tidy.items():
        if text and len(text) > FIELD_LENGTH:
            raise Invalid(name, "too_long", limit=FIELD_LENGTH)
    return tidy


def _write(setback: Setback, texts: dict[str, str | None]) -> None:
    for name, text in texts.items():
        setattr(setback, name, text)


BIN = Bin(Setback, lambda setback: setback.said, _follow)
kept_one, bin_, restore = BIN.kept_one, BIN.put_in, BIN.restore
