"""Sheets: begun with a title, filled in parts, changed, put into the bin and taken out."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from bot.core.errors import Invalid, NotFound
from bot.domain.negotiations import _facts
from bot.domain.negotiations._records import Negotiation
from bot.storage.bins import Bin
from bot.storage.session import MemberSession

TITLE_LENGTH = 300
FIELD_LENGTH = 3000
OBJECTIONS = 5

# The parts that are filled in by themselves, each with its fields.
PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "aims": ("target", "anchor", "anchor_reason"),
        "limits": ("reservation", "alternative"),
        "interests": ("mine", "theirs", "beyond_pay"),
    }
)

Pairs = Sequence[tuple[str, str]]

BIN = Bin(Negotiation, lambda sheet: sheet.title)
kept_one, bin_, restore = BIN.kept_one, BIN.put_in, BIN.restore


async def begin(session: MemberSession, title: str | None, ask_id: str | None = None) -> Negotiation:
    """Save a new sheet, which may prepare an ask."""
    sheet = Negotiation(member_id=session.member.id, ask_id=ask_id)
    session.add(sheet)
    sheet.title = _titled(title)
    await session.flush()
    return sheet


async def rename(
    session: MemberSession, sheet_id: str | None, title: str | None, ask_id: str | None = None
) -> Negotiation:
    """Give a sheet another name, and let it prepare an ask or none; whose ask that is was looked up before."""
    sheet = await kept_one(session, sheet_id)
    sheet.title, sheet.ask_id = _titled(title), ask_id
    await session.flush()
    return sheet


async def fill(
    session: MemberSession, sheet_id: str | None, part: str, typed: Mapping[str, str | None]
) -> Negotiation:
    """Replace what one part says; an empty field takes away what stood there."""
    sheet = await kept_one(session, sheet_id)
    if part not in PARTS:
        raise NotFound("old_button")
    tidy = {name: _tidy(name, typed.get(name)) for name in PARTS[part]}
    for name, text in tidy.items():
        setattr(sheet, name, items_in(text) if name == "beyond_pay" else text)
    await session.flush()
    return sheet


async def object_(session: MemberSession, sheet_id: str | None, pairs: Pairs) -> Negotiation:
    """Replace the objections with their replies; a reply needs the objection that it answers."""
    sheet = await kept_one(session, sheet_id)
    tidy = [
        (_tidy(f"objection_{place}", objection), _tidy(f"reply_{place}", reply))
        for place, (objection, reply) in enumerate(pairs[:OBJECTIONS])
    ]
    for place, (objection, reply) in enumerate(tidy):
        if reply and not objection:
            raise Invalid(f"objection_{place}", "reply_without_objection")
    sheet.objections = [[objection, reply or ""] for objection, reply in tidy if objection]
    await session.flush()
    return sheet


async def page(session: MemberSession, *, size: int, offset: int = 0) -> tuple[Sequence[Negotiation], bool]:
    """A page of the sheets, the newest first, and whether there are older ones."""
    newest = select(Negotiation).where(Negotiation.deleted_at.is_(None))
    newest = newest.order_by(Negotiation.created_at.desc(), Negotiation.id).limit(size + 1).offset(offset)
    found = (await session.scalars(newest)).all()
    return found[:size], len(found) > size


async def of_ask(session: MemberSession, ask_id: str) -> Negotiation | None:
    """The newest sheet that prepares an ask."""
    kept = select(Negotiation).where(Negotiation.ask_id == ask_id, Negotiation.deleted_at.is_(None))
    found: Negotiation | None = await session.scalar(kept.order_by(Negotiation.created_at.desc()).limit(1))
    return found


def pairs_of(sheet: Negotiation) -> list[tuple[str, str]]:
    """The objections of a sheet, each with its reply, which may be empty."""
    return [(objection, reply) for objection, reply in sheet.objections or []]


def items_in(text: str | None) -> list[str]:
    """Things that are typed into one field, one a line."""
    lines = (line.strip(" •-–\t") for line in (text or "").splitlines())
    return [line for line in lines if line]


async def told(session: MemberSession, sheet: Negotiation) -> dict[str, Any]:
    """Everything a sheet says, as `tell` takes it: what an undo goes back to."""
    texts = {name: getattr(sheet, name) for names in PARTS.values() for name in names}
    facts = await _facts.facts(session, sheet)
    about = {"title": sheet.title, "ask_id": sheet.ask_id}
    return {**about, **texts, "objections": sheet.objections, "facts": _facts.told(facts)}


async def tell(session: MemberSession, sheet: Negotiation, before: Mapping[str, Any]) -> None:
    """Let a sheet say what it said before."""
    for name in before.keys() - {"facts"}:
        setattr(sheet, name, before[name])
    await _facts.tell(session, sheet, before["facts"])
    await session.flush()


def _titled(title: str | None) -> str:
    title = " ".join((title or "").split())
    if not title:
        raise Invalid("title", "negotiation_without_title")
    if len(title) > TITLE_LENGTH:
        raise Invalid("title", "too_long", limit=TITLE_LENGTH)
    return title


def _tidy(field: str, text: str | None) -> str | None:
    tidy = (text or "").strip() or None
    if tidy and len(tidy) > FIELD_LENGTH:
        raise Invalid(field, "too_long", limit=FIELD_LENGTH)
    return tidy
