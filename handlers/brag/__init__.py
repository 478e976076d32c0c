"""The brag document in Slack: `/win export`, its form, and the file that comes into the DM."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.domain import brag, goals, members, wins
from bot.domain.brag import Offer
from bot.storage.base import new_id
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.brag import _form, _making, _reading
from handlers.brag._ids import Ids as Ids
from handlers.brag._making import Order
from handlers.brag._reading import Asked as Asked
from handlers.brag._reading import asked as asked
from handlers.errands import Errands
from handlers.replies import Reply


def register(app: AsyncApp) -> None:
    app.action(Ids.START)(start)
    app.action(Ids.PERIOD)(redraw)
    app.action(Ids.AUDIENCE)(redraw)
    app.view(Ids.MAKE)(make)


async def start(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The button that opens the form."""
    return await start_for(Asked(), coach, who, reply)


async def start_for(wanted: Asked, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/win export …`: the form, with what was said filled in."""
    async with coach.session(who) as session:
        some = await wins.count(session)
        view = await _drawn(session, coach, new_id(), wanted.typed)
    if not some:
        return await reply.say(_form.no_wins(coach.prose))
    return await reply.open(view, instead=_form.ready(coach.prose))


async def redraw(body: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Another period or reader was chosen: say what that holds, and keep what was typed."""
    view = body.get("view")
    if view is None:
        raise NotFound("old_button")
    async with coach.session(who) as session:
        drawn = await _drawn(session, coach, str(kit.carried(view).get("form")), kit.values(view))
    return await reply.open(drawn)


async def make(
    view: dict[str, Any], coach: Coach, who: Principal, reply: Reply, client: AsyncWebClient, errands: Errands
) -> BoltResponse:
    """Take the facts now and make the files beside the answer; the same form sent again makes no second one."""
    typed = kit.values(view)
    async with coach.session(who) as session:
        order = await _ordered(session, typed)
        fresh = await session.once(kit.sending(view))
    if fresh:
        errands.start(_making.carry_out(order, coach, who, client, str(view["id"])))
    return await reply.open(_form.told(coach.prose, "working"))


async def _drawn(session: MemberSession, coach: Coach, key: str, typed: Mapping[str, Any]) -> dict[str, Any]:
    choices = _form.Choices(await goals.to_link(session), await wins.projects(session))
    return _form.form(coach.prose, await _offer(session, typed), choices, key, typed)


async def _offer(session: MemberSession, typed: Mapping[str, Any]) -> Offer:
    window = typed.get("period")
    if window is None:
        return await brag.usual_offer(session)
    if window == brag.DATES:
        # The days are still being typed, so nothing is counted yet.
        return Offer(brag.DATES, brag.EVER, await wins.count(session), 0)
    return await brag.offer(session, window, brag.span(window, members.today(session)))


async def _ordered(session: MemberSession, typed: Mapping[str, Any]) -> Order:
    formats = _reading.formats_of(typed)
    facts = await brag.gather(session, await _reading.request(session, typed)) if formats else None
    everything = await brag.everything(session) if _reading.wants_everything(typed) else None
    return Order(facts, formats, everything, members.today(session))
