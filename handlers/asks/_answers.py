"""What happened with an ask: told by a button at once, or in a short form; and each of it taken back."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.domain import asks, members
from bot.domain.asks import Ask, AskEvent, What
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import days, kit
from handlers.asks import _forms, _reading, _saying
from handlers.asks._ids import Ids
from handlers.records import Deed, Listener, answering
from handlers.replies import Reply

Typed = Mapping[str, Any]

# What a button does at once.
_AT_ONCE: Mapping[Ids, Deed[AskEvent]] = MappingProxyType(
    {
        Ids.MET: asks.met,
        Ids.MISSED: asks.missed,
        Ids.WITHDRAW: asks.withdraw,
        Ids.REOPEN: asks.reopen,
        Ids.CONDITION_MET: asks.condition_met,
        Ids.CONDITION_OPEN: partial(asks.condition_met, met=False),
    }
)
DEEDS: Mapping[Ids, Listener] = MappingProxyType(
    {action: answering(deed, _saying.after) for action, deed in _AT_ONCE.items()}
)

# What a button asks for in a form first.
OPENS: Mapping[Ids, str] = MappingProxyType(
    {
        Ids.ASKED: "asked",
        Ids.PROMISED: "promised",
        Ids.VERDICT: "verdict",
        Ids.MOVED: "moved",
        Ids.PARTLY: "partly",
        Ids.NOT_NOW: "not_now",
        Ids.DECLINED: "declined",
        Ids.NOTE: "note",
    }
)

# What the menu of a list calls them.
BY_NAME: Mapping[str, Ids] = MappingProxyType(
    {
        **{name: action for action, name in OPENS.items()},
        "met": Ids.MET,
        "missed": Ids.MISSED,
        "nothing_yet": Ids.MISSED,
        "reopen": Ids.REOPEN,
    }
)


def register_answers(app: AsyncApp) -> None:
    for action, do_at_once in DEEDS.items():
        app.action(action)(do_at_once)
    for action in OPENS:
        app.action(action)(open_form)
    app.view(Ids.SAVE_EVENT)(save)
    app.action(Ids.CHANGE_DAY)(open_day)
    app.view(Ids.SAVE_DAY)(save_day)
    app.action(Ids.TAKE_BACK)(answering(asks.take_back, _saying.card))
    app.action(Ids.OPEN_CONDITION)(answering(asks.of_condition, _saying.card))


async def do(name: str, ask_id: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Whatever the menu of a list calls by this name."""
    action = {"action_id": BY_NAME[name].value, "value": ask_id}
    return await DEEDS.get(BY_NAME[name], open_form)(action, coach, who, reply)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    what = OPENS[Ids(action["action_id"])]
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, action.get("value"))
        view = _forms.event_form(coach.prose, ask, what, members.today(session))
    return await reply.open(view)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save what happened; the same form sent again saves nothing."""
    form, typed = kit.carried(view), kit.texts(view)
    write = _WRITES.get(str(form.get("what")))
    if write is None:
        raise NotFound("old_button")
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, form.get("ask"))
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        event = await write(session, ask, typed, members.today(session))
        message = await _saying.after(session, coach.prose, event)
    return await reply.say(message)


async def open_day(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The day of the newest change, to be said in other words."""
    async with coach.session(who) as session:
        event = await session.mine(AskEvent, action.get("value"))
        ask = await asks.kept_one(session, event.ask_id)
        view = _forms.day_form(coach.prose, ask, event)
    return await reply.open(view)


async def save_day(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        event = await session.mine(AskEvent, kit.carried(view).get("event"))
        today, text = members.today(session), kit.texts(view).get("on")
        on = days.past("on", text, today) if event.what == What.ASKED else days.said("on", text, today)
        message = await _saying.after(session, coach.prose, await asks.correct_day(session, event.id, on))
    return await reply.say(message)


async def _asked(session: MemberSession, ask: Ask, typed: Typed, today: date) -> AskEvent:
    on = days.said("on", typed.get("on"), today, "past")
    return await asks.asked(session, ask.id, on, typed.get("their_words"))


async def _promised(session: MemberSession, ask: Ask, typed: Typed, today: date) -> AskEvent:
    on = days.said("on", typed.get("on"), today)
    return await asks.promised(session, ask.id, on, typed.get("promised"), typed.get("their_words"))


async def _verdict(session: MemberSession, ask: Ask, typed: Typed, today: date) -> AskEvent:
    return await asks.verdict(session, ask.id, _reading.talk(typed, today))


async def _moved(session: MemberSession, ask: Ask, typed: Typed, today: date) -> AskEvent:
    return await asks.moved(session, ask.id, days.ahead("on", typed.get("on"), today))


async def _partly(session: MemberSession, ask: Ask, typed: Typed, today: date) -> AskEvent:
    on = days.ahead("on", typed.get("on"), today)
    return await asks.partly_met(session, ask.id, typed.get("missing"), on)


async def _not_now(session: MemberSession, ask: Ask, typed: Typed, today: date) -> AskEvent:
    on = days.ahead("on", typed.get("on"), today)
    return await asks.not_now(session, ask.id, typed.get("plan"), on)


async def _declined(session: MemberSession, ask: Ask, typed: Typed, _today: date) -> AskEvent:
    return await asks.declined(session, ask.id, typed.get("their_words"))


async def _note(session: MemberSession, ask: Ask, typed: Typed, _today: date) -> AskEvent:
    return await asks.note(session, ask.id, typed.get("note") or "")


_WRITES: Mapping[str, Callable[[MemberSession, Ask, Typed, date], Awaitable[AskEvent]]] = MappingProxyType(
    {
        "asked": _asked,
        "promised": _promised,
        "verdict": _verdict,
        "moved": _moved,
        "partly": _partly,
        "not_now": _not_now,
        "declined": _declined,
        "note": _note,
    }
)
