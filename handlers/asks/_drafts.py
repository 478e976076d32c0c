"""Messages about an ask in Slack: a text to copy and change, and "I sent it", which the person says."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import asks, members
from bot.domain.asks import Ask, Draft
from bot.storage.identity import Principal
from handlers import kit
from handlers.asks import _forms, _saying
from handlers.asks._ids import Ids
from handlers.replies import Reply

_KINDS: Mapping[Ids, Draft] = MappingProxyType(
    {
        Ids.DRAFT: Draft.POLITE,
        Ids.DIRECT: Draft.DIRECT,
        Ids.ESCALATE: Draft.ESCALATE,
        Ids.FALLBACK: Draft.FALLBACK,
        Ids.CLARITY: Draft.CLARITY,
        Ids.CONFIRM: Draft.CONDITIONS,
    }
)


def register_drafts(app: AsyncApp) -> None:
    for action in _KINDS:
        app.action(action)(show)
    app.view(Ids.SENT)(save)


async def show(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The message; for the fallback of an ask that has none, the form in which to name one."""
    kind = _KINDS[Ids(action["action_id"])]
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, action.get("value"))
        kind = Draft.REASK if ask.status == asks.Status.NOT_NOW else kind
        (told,) = await asks.told(session, [ask])
        if kind is Draft.FALLBACK and not ask.fallback:
            view = _forms.edit_form(coach.prose, ask, for_fallback=True)
        else:
            today, conditions = members.today(session), told.standing.conditions
            text = asks.draft(coach.prose, kind, ask, told.events, conditions, today=today)
            view = _forms.draft_form(coach.prose, ask, text, kind.value)
    return await reply.open(view)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """It was sent, as it stands in the form; the answer is asked for again some days later."""
    form, text = kit.carried(view), kit.texts(view).get("draft") or ""
    async with coach.session(who) as session:
        ask: Ask = await asks.kept_one(session, form.get("ask"))
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        event = await asks.sent(session, ask.id, text, fallback=form.get("kind") == Draft.FALLBACK)
        message = await _saying.after(session, coach.prose, event)
    return await reply.say(message)
