"""Market facts in Slack: the list, one more, looked at again, changed and removed."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.domain import members, negotiations
from bot.domain.negotiations import MarketFact, Negotiation
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, days, kit
from handlers.negotiations import _forms, _saying
from handlers.negotiations._ids import Ids
from handlers.records import answering
from handlers.replies import Reply

show = answering(negotiations.kept_one, _saying.facts)


def register_facts(app: AsyncApp) -> None:
    app.action(Ids.FACTS)(show)
    app.action(Ids.ADD_FACT)(open_form)
    app.action(Ids.FACT)(choose)
    app.action(Ids.LOOK_AGAIN)(look_again)
    app.view(Ids.SAVE_FACT)(save)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, action.get("value"))
        view = _forms.fact_form(coach.prose, sheet, members.today(session))
    return await reply.open(view)


async def choose(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The menu beside a fact: `<what>:<fact id>`."""
    what, fact_id = clicks.choice_about(action)
    if what == "remove":
        return await _remove(fact_id, coach, who, reply)
    return await _open(fact_id, coach, who, reply, again=what == "again")


async def look_again(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """A stale fact, with today as its day."""
    return await _open(action.get("value"), coach, who, reply, again=True)


async def _open(
    fact_id: str | None, coach: Coach, who: Principal, reply: Reply, *, again: bool
) -> BoltResponse:
    async with coach.session(who) as session:
        sheet, fact = await _known(session, fact_id)
        on = members.today(session) if again else fact.found_on
        view = _forms.fact_form(coach.prose, sheet, on, fact, again=again)
    return await reply.open(view)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save a fact; a form for a new one that is sent again saves no second one."""
    form, typed = kit.carried(view), kit.texts(view)
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, form.get("negotiation"))
        before = await negotiations.told(session, sheet)
        today = members.today(session)
        on = days.said("on", typed.get("on"), today, "past") or today
        told = (typed.get("fact"), typed.get("source"), on)
        if form.get("fact"):
            _, fact = await _known(session, form["fact"])
            await negotiations.change_fact(session, fact, *told)
        elif await session.once(kit.sending(view)):
            await negotiations.add_fact(session, sheet, *told)
        message = await _saying.facts(session, coach.prose, sheet, before)
    return await reply.say(message)


async def _remove(fact_id: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        sheet, fact = await _known(session, fact_id)
        before = await negotiations.told(session, sheet)
        await negotiations.remove_fact(session, fact)
        message = await _saying.facts(session, coach.prose, sheet, before)
    return await reply.say(message)


async def _known(session: MemberSession, fact_id: object) -> tuple[Negotiation, MarketFact]:
    """A fact of the member's and its sheet; NotFound where the sheet lies in the bin."""
    fact = await session.mine(MarketFact, fact_id)
    try:
        return await negotiations.kept_one(session, fact.negotiation_id), fact
    except NotFound:
        raise NotFound("no_marketfact") from None
