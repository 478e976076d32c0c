"""`/coach bin`: what a member took out, each with a button that puts it back."""

from dataclasses import replace
from enum import StrEnum
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Phrase, Prose
from bot.domain import bins, members
from bot.domain.bins import Lying
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit
from handlers.replies import Reply

PAGE = 8
SAID_LENGTH = 300


class Ids(StrEnum):
    """What can be clicked in the bin."""

    SHOW = "bins.show"
    NEWER = "bins.newer"
    OLDER = "bins.older"
    RESTORE = "bins.restore"


def register(app: AsyncApp) -> None:
    for action in (Ids.SHOW, Ids.NEWER, Ids.OLDER):
        app.action(action)(turn_page)
    app.action(Ids.RESTORE)(restore)


async def show(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _show(coach, who, reply)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _show(coach, who, reply, clicks.offset(action))


async def restore(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    kind, _, row_id = (action.get("value") or "").partition(":")
    async with coach.session(who) as session:
        said = await bins.restore(session, kind, row_id)
        await session.flush()
        rest = await _page(session, coach.prose, 0)
    words = coach.prose.words("bins/list", said=kit.clip(said or "", SAID_LENGTH))
    return await reply.say(
        replace(rest, text=words.restored_text, blocks=[kit.section(words.restored), *rest.blocks])
    )


async def _show(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        message = await _page(session, coach.prose, offset)
    return await reply.say(message)


async def _page(session: MemberSession, prose: Prose, offset: int) -> kit.Message:
    some, total = await bins.page(session, size=PAGE, offset=offset)
    words = prose.words("bins/list", total=total)
    if not total:
        return kit.Message(words.text, [kit.section(words.empty)], title=words.title)
    turns = [kit.button(words.back, Ids.NEWER, str(max(0, offset - PAGE)))] if offset else []
    if offset + PAGE < total:
        turns.append(kit.button(words.more, Ids.OLDER, str(offset + PAGE)))
    lines = [_line(session, prose, one) for one in some]
    pages = [kit.actions(*turns)] if turns else []
    return kit.Message(words.text, [kit.section(words.heading), *lines, *pages], title=words.title)


def _line(session: MemberSession, prose: Prose, one: Lying) -> kit.Block:
    said = kit.clip(one.said or "", SAID_LENGTH)
    words = prose.words("bins/list", said=said, until=members.local(session, one.until).date(), total=1)
    back = kit.button(words.restore, Ids.RESTORE, f"{one.kind}:{one.id}")
    return kit.section(Phrase(words.block(one.kind)), accessory=back)
