"""Listeners of the list of wins: turn a page, narrow it, find words, look back, and merge look-alikes."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import goals, members, wins
from bot.domain.wins import Wanted, Win
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.replies import Reply
from handlers.wins import _pages
from handlers.wins._ids import Ids
from handlers.wins._pages import Choices, Place
from handlers.wins._undoing import UNDO
from handlers.wins._views import PAGE


def register(app: AsyncApp) -> None:
    for action in (Ids.SHOW, Ids.OLDER, Ids.NEWER, *_pages.SPANS.values()):
        app.action(action)(turn_page)
    app.action(Ids.FILTER)(open_filter)
    app.view(Ids.NARROW)(narrow)
    app.action(Ids.LOOK_BACK)(look_back)
    app.action(Ids.PAIRS)(show_pairs)
    app.action(Ids.MERGE)(merge)
    app.action(Ids.SPLIT)(split)
    app.action(Ids.APART)(keep_apart)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_list(coach, who, reply, Place.unpacked(action.get("value")))


async def show_list(coach: Coach, who: Principal, reply: Reply, place: Place | None = None) -> BoltResponse:
    async with coach.session(who) as session:
        message = await _listed(session, coach.prose, place or Place())
    return await reply.say(message)


async def find(words: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/win find …`."""
    return await show_list(coach, who, reply, Place(Wanted(words=words[: _pages.WORDS_LENGTH])))


async def open_filter(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        view = _pages.filter_form(coach.prose, Place.unpacked(action.get("value")), await _choices(session))
    return await reply.open(view)


async def narrow(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_list(coach, who, reply, _pages.narrowed(kit.texts(view)))


async def look_back(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    turn = action.get("value") or ""
    return await replay(
        coach, who, reply, int(turn) if turn.isdecimal() and len(turn) < len("1000000") else 0
    )


async def replay(coach: Coach, who: Principal, reply: Reply, turn: int = 0) -> BoltResponse:
    """`/win replay`: three wins to remember."""
    async with coach.session(who) as session:
        some = await wins.look_back(session, turn)
        message = _pages.looked_back(coach.prose, some, turn, members.today(session))
    return await reply.say(message)


async def show_pairs(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/win duplicates`: the first two that look alike."""
    async with coach.session(who) as session:
        message = _pages.pair(coach.prose, await wins.look_alikes(session), members.today(session))
    return await reply.say(message)


async def merge(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    newer_id, _, older_id = (action.get("value") or "").partition(":")
    async with coach.session(who) as session:
        kept = await session.mine(Win, older_id)
        before = await UNDO.told(session, kept)
        win = await wins.merge(session, kept.id, newer_id)
        undo = await UNDO.keep(session, win, before)
        more = len(await wins.look_alikes(session))
        message = _pages.merged(coach.prose, win, f"{undo}:{newer_id}", more)
    return await reply.say(message)


async def split(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Take a merge back: the one is what it was, the other is out of the bin."""
    undo, _, other_id = (action.get("value") or "").rpartition(":")
    async with coach.session(who) as session:
        await UNDO.revert(session, undo)
        await wins.restore(session, other_id)
        await session.flush()
        message = _pages.pair(coach.prose, await wins.look_alikes(session), members.today(session))
    return await reply.say(message)


async def keep_apart(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    newer_id, _, older_id = (action.get("value") or "").partition(":")
    async with coach.session(who) as session:
        await wins.keep_apart(session, newer_id, older_id)
        await session.flush()
        message = _pages.pair(coach.prose, await wins.look_alikes(session), members.today(session))
    return await reply.say(message)


async def _listed(session: MemberSession, prose: Prose, place: Place) -> kit.Message:
    some, total = await wins.page(session, size=PAGE, offset=place.offset, wanted=place.wanted)
    choices = await _choices(session) if place.wanted.narrows else Choices()
    return _pages.listed(prose, some, total, place, choices, members.today(session))


async def _choices(session: MemberSession) -> Choices:
    return Choices(await goals.to_link(session), await wins.projects(session), await wins.tags(session))
