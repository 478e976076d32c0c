"""Market facts, which grow stale after six months, and what is noted after the talk."""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bot.core.errors import Invalid
from bot.domain import members
from bot.domain.negotiations._records import AfterNote, MarketFact, Negotiation
from bot.storage.session import MemberSession

FACT_LENGTH = 1000
NOTE_LENGTH = 3000
# A talk holds no more of them.
FACTS_AT_MOST = 12
FRESH_FOR_MONTHS = 6


def is_stale(fact: MarketFact, today: date) -> bool:
    """Whether a fact was found more than six months ago."""
    return today > fresh_until(fact.found_on)


def fresh_until(on: date) -> date:
    """The same day six months later, or the last of that month."""
    years, month = divmod(on.month - 1 + FRESH_FOR_MONTHS, 12)
    year = on.year + years
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


async def add_fact(
    session: MemberSession, sheet: Negotiation, fact: str | None, source: str | None, on: date
) -> MarketFact:
    """Keep a fact with its source and the day on which it was found."""
    if len(await facts(session, sheet)) >= FACTS_AT_MOST:
        raise Invalid("fact", "too_many_facts", limit=FACTS_AT_MOST)
    new = MarketFact(negotiation_id=sheet.id)
    _write(session, new, fact, source, on)
    session.add(new)
    await session.flush()
    return new


async def change_fact(
    session: MemberSession, fact: MarketFact, said: str | None, source: str | None, on: date
) -> MarketFact:
    """Say a fact anew; looked at again, it has another day."""
    _write(session, fact, said, source, on)
    await session.flush()
    return fact


async def remove_fact(session: MemberSession, fact: MarketFact) -> None:
    await session.delete(fact)
    await session.flush()


async def facts(session: MemberSession, sheet: Negotiation) -> Sequence[MarketFact]:
    """The facts of a sheet, in the order in which they were written down."""
    of_sheet = select(MarketFact).where(MarketFact.negotiation_id == sheet.id)
    return (await session.scalars(of_sheet.order_by(MarketFact.created_at, MarketFact.id))).all()


async def note(session: MemberSession, sheet: Negotiation, text: str | None) -> AfterNote:
    """Note how the talk went."""
    tidy = (text or "").strip()
    if not tidy:
        raise Invalid("text", "note_without_words")
    if len(tidy) > NOTE_LENGTH:
        raise Invalid("text", "too_long", limit=NOTE_LENGTH)
    new = AfterNote(negotiation_id=sheet.id, on=members.today(session))
    session.add(new)
    new.text = tidy
    await session.flush()
    return new


async def notes(session: MemberSession, sheet: Negotiation) -> Sequence[AfterNote]:
    """What was noted after talks, the newest first."""
    of_sheet = select(AfterNote).where(AfterNote.negotiation_id == sheet.id)
    return (await session.scalars(of_sheet.order_by(AfterNote.created_at.desc(), AfterNote.id))).all()


async def take_back_note(session: MemberSession, note_id: str | None) -> tuple[str, str | None]:
    """Undo a note; the id of its sheet, and of its event in the ledger of an ask."""
    taken = await session.mine(AfterNote, note_id)
    await session.delete(taken)
    await session.flush()
    return taken.negotiation_id, taken.event_id


def told(some: Iterable[MarketFact]) -> list[dict[str, Any]]:
    """Facts as `tell` takes them."""
    return [
        {
            "id": one.id,
            "made": one.created_at.isoformat(),
            "fact": one.fact,
            "source": one.source,
            "on": one.found_on.isoformat(),
        }
        for one in some
    ]


async def tell(session: MemberSession, sheet: Negotiation, before: Sequence[Mapping[str, Any]]) -> None:
    """Let the facts of a sheet be those that stood there before."""
    now = {one.id: one for one in await facts(session, sheet)}
    for gone in now.keys() - {one["id"] for one in before}:
        await session.delete(now[gone])
    for one in before:
        fact = now.get(one["id"]) or MarketFact(id=one["id"], negotiation_id=sheet.id)
        fact.created_at = datetime.fromisoformat(one["made"])
        fact.found_on = date.fromisoformat(one["on"])
        fact.fact, fact.source = one["fact"], one["source"]
        session.add(fact)
    await session.flush()


def _write(session: MemberSession, fact: MarketFact, said: str | None, source: str | None, on: date) -> None:
    tidy, source = (said or "").strip(), (source or "").strip() or None
    if not tidy:
        raise Invalid("fact", "fact_without_words")
    for name, text in (("fact", tidy), ("source", source)):
        if text and len(text) > FACT_LENGTH:
            raise Invalid(name, "too_long", limit=FACT_LENGTH)
    if on > members.today(session):
        raise Invalid("on", "fact_not_found_yet", on=on)
    fact.fact, fact.source, fact.found_on = tidy, source, on
