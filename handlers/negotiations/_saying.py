"""Gathers what a view of a sheet shows, and keeps what a change replaced."""

from typing import Any

from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.domain import asks, members, negotiations
from bot.domain.asks import Ask
from bot.domain.negotiations import Negotiation
from bot.storage.session import MemberSession
from handlers import kit
from handlers.negotiations import _cards
from handlers.negotiations._cards import Done, Whole
from handlers.negotiations._ids import Ids
from handlers.reverting import Undo

UNDO = Undo("negotiations.before", negotiations.kept_one, negotiations.told, negotiations.tell)

# Objections that are heard often, by the names of their sentences.
COMMON = ("budget", "timing", "fairness", "level", "proof")


async def card(
    session: MemberSession,
    prose: Prose,
    sheet: Negotiation,
    done: Done | None = None,
    *,
    limits: bool = False,
) -> kit.Message:
    """The whole sheet; one that lies in the bin is offered back."""
    if sheet.deleted_at:
        return _cards.taken_out(prose, sheet)
    return _cards.card(prose, await gathered(session, sheet), done, limits=limits)


async def changed(
    session: MemberSession, prose: Prose, sheet: Negotiation, before: dict[str, Any]
) -> kit.Message:
    """The sheet after a change, with what takes the change back."""
    return await card(session, prose, sheet, Done("changed", await _undo(session, prose, sheet, before)))


async def facts(
    session: MemberSession, prose: Prose, sheet: Negotiation, before: dict[str, Any] | None = None
) -> kit.Message:
    """The facts of the sheet; after a change with what takes it back."""
    undo = await _undo(session, prose, sheet, before) if before else None
    return _cards.facts(prose, await gathered(session, sheet), Done("changed", undo))


async def gathered(session: MemberSession, sheet: Negotiation) -> Whole:
    return Whole(
        sheet,
        facts=await negotiations.facts(session, sheet),
        notes=await negotiations.notes(session, sheet),
        ask=ask.words if (ask := await ask_of(session, sheet)) else None,
        today=members.today(session),
    )


async def ask_of(session: MemberSession, sheet: Negotiation) -> Ask | None:
    """The ask that a sheet prepares; None once that lies in the bin or is gone."""
    try:
        return await asks.kept_one(session, sheet.ask_id)
    except NotFound:
        return None


def common(prose: Prose) -> list[str]:
    """Objections that are heard often, in words."""
    words = prose.words("negotiations/objections")
    return [words.block(name).plain for name in COMMON]


async def _undo(session: MemberSession, prose: Prose, sheet: Negotiation, before: dict[str, Any]) -> Any:
    return _cards.undo(prose, Ids.REVERT, await UNDO.keep(session, sheet, before))
