"""An export that is dropped into the DM: shown, added at a click part by part, and taken away again."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import CoachError
from bot.domain import privacy
from bot.domain.privacy import Found, Kept
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.privacy import _views
from handlers.replies import Reply


async def taken(found: Found, coach: Coach, who: Principal) -> kit.Message:
    """Keep what a file holds until the person has said what becomes of it."""
    async with coach.session(who) as session:
        known = await privacy.known(session, found)
    packed = await asyncio.to_thread(privacy.pack, found, known)
    async with coach.session(who) as session:
        return _views.preview(coach.prose, await privacy.keep(session, packed))


async def bring(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _in_parts(privacy.save_next, "open", action, coach, who, reply)


async def undo(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _in_parts(privacy.undo_next, "to_undone", action, coach, who, reply)


async def leave(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        await privacy.let_go(session, action.get("value"))
    return await reply.say(_views.left(coach.prose))


async def _in_parts(
    step: Callable[[MemberSession, str | None], Awaitable[Kept]],
    going_on: str,
    action: dict[str, Any],
    coach: Coach,
    who: Principal,
    reply: Reply,
) -> BoltResponse:
    """One part in a transaction; whoever clicks twice does it once."""

    async def work() -> kit.Message:
        try:
            while True:
                async with coach.session(who) as session:
                    kept = await step(session, action.get("value"))
                if kept.state != going_on:
                    return _views.done(coach.prose, kept)
        except CoachError as refused:
            sentence = coach.prose.words("errors", **refused.facts).block(refused.words)
            return kit.Message(sentence, [kit.section(sentence)])

    return await reply.say_when_done(work(), _views.working(coach.prose))
