"""Asks and goals in Slack: which goal an ask serves."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import asks, goals
from bot.storage.identity import Principal
from handlers import kit
from handlers.asks import _forms, _saying
from handlers.asks._ids import Ids
from handlers.replies import Reply


def register_goals(app: AsyncApp) -> None:
    app.action(Ids.LINK)(open_form)
    app.view(Ids.SAVE_LINK)(save)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, action.get("value"))
        view = _forms.link_form(coach.prose, ask, await goals.to_link(session))
    return await reply.open(view)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    chosen = kit.texts(view).get("goal")
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, kit.carried(view).get("ask"))
        goal = None if chosen == _forms.NONE else await goals.kept_one(session, chosen)
        event = await asks.link(session, ask.id, goal.id if goal else None)
        message = await _saying.after(session, coach.prose, event)
    return await reply.say(message)
