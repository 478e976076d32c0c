"""After a setback: the next attempt, or the fallback, as a new ask in the form, with its words in it."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import setbacks
from bot.storage.identity import Principal
from handlers.asks import _forms, _reading
from handlers.replies import Reply
from handlers.setbacks import Ids as Setbacks
from handlers.setbacks import ask_of


def register_setbacks(app: AsyncApp) -> None:
    app.action(Setbacks.AGAIN)(draft_next)
    app.action(Setbacks.FALLBACK)(draft_fallback)


async def draft_next(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The next attempt where one is noted, else what was asked for before."""
    async with coach.session(who) as session:
        setback = await setbacks.rested_one(session, action.get("value"))
        ask = await ask_of(session, setback)
        before = _reading.as_typed(ask) if ask else {}
        request = setback.next_attempt or before.get("request")
        view = _forms.form(coach.prose, {**before, "request": request, "wanted_on": None})
    return await reply.open(view)


async def draft_fallback(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        setback = await setbacks.rested_one(session, action.get("value"))
        ask = await ask_of(session, setback)
        before = _reading.as_typed(ask) if ask else {}
        typed = {**before, "request": before.get("fallback"), "fallback": None, "wanted_on": None}
        view = _forms.form(coach.prose, typed)
    return await reply.open(view)
