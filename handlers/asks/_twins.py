"""The same ask once more: nothing is saved before it is said whether it is another one."""

import json
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import asks, captures
from bot.domain.asks import Ask, Entry
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit
from handlers.asks import _saying
from handlers.asks._ids import Ids
from handlers.replies import Reply

# What is kept until somebody has said whether it is an ask of its own.
ANOTHER = "asks.another"

SHOWN = 300


def register_twins(app: AsyncApp) -> None:
    app.action(Ids.ANOTHER)(save_another)


async def begin_or_ask(session: MemberSession, prose: Prose, given: Entry) -> kit.Message:
    """Save an ask, or ask whether it is the one that is open already."""
    twin = await asks.twin(session, given)
    if twin is None:
        return await _saying.saved(session, prose, await asks.begin(session, given))
    kept = await captures.keep(session, json.dumps(asks.packed(given)), ANOTHER)
    return _same_one(prose, twin, kept.id)


async def save_another(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        given = asks.unpacked(json.loads(await captures.take(session, clicks.value(action), ANOTHER)))
        message = await _saying.saved(session, coach.prose, await asks.begin(session, given))
    return await reply.say(message)


def _same_one(prose: Prose, twin: Ask, capture_id: str) -> kit.Message:
    words = prose.words(
        "asks/twin",
        request=kit.clip(twin.words, SHOWN),
        to=kit.clip(twin.to or "", SHOWN),
    )
    choices = kit.actions(
        kit.button(words.same, Ids.OPEN, twin.id), kit.button(words.another, Ids.ANOTHER, capture_id)
    )
    return kit.Message(words.text, [kit.section(words.question), choices], title=words.title)
