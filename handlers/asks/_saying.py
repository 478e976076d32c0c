"""Gathers what a view of an ask shows: one card with everything, or the short answer after a change."""

from bot.core.prose import Prose
from bot.domain import asks, goals, members
from bot.domain.asks import Ask, AskEvent
from bot.storage.session import MemberSession
from handlers import kit
from handlers.asks import _cards
from handlers.asks._cards import Whole


async def saved(session: MemberSession, prose: Prose, ask: Ask, *, changed: bool = False) -> kit.Message:
    """What is said after an ask was saved or edited, taken out or put back."""
    return _cards.saved(prose, await _whole(session, ask), changed=changed)


async def after(session: MemberSession, prose: Prose, event: AskEvent) -> kit.Message:
    """What is said after something happened with an ask."""
    ask = await asks.kept_one(session, event.ask_id)
    return _cards.after(prose, await _whole(session, ask), event)


async def card(session: MemberSession, prose: Prose, ask: Ask) -> kit.Message:
    """The whole ask; one that lies in the bin is offered back."""
    whole = await _whole(session, ask)
    return _cards.saved(prose, whole) if ask.deleted_at else _cards.card(prose, whole)


async def listed(
    session: MemberSession, prose: Prose, offset: int = 0, *, ended: bool = False
) -> kit.Message:
    """A page of the open asks, or of those that ended."""
    found = await (asks.ended if ended else asks.overview)(session, _cards.PAGE, offset)
    return _cards.listed(prose, found, members.today(session), offset, ended=ended)


async def _whole(session: MemberSession, ask: Ask) -> Whole:
    (told,) = await asks.told(session, [ask])
    of_it = await goals.chosen(session, [ask.goal_id]) if ask.goal_id else ()
    today = members.today(session)
    return Whole(
        told.standing,
        told.events,
        goal=kit.clip(of_it[0].statement, _cards.DETAIL_LENGTH) if of_it else None,
        coming=await asks.coming(session, ask),
        hazy=asks.is_hazy(told.events, today),
        today=today,
    )
