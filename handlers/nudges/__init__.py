"""Nudges in Slack: the message of each delivery, the same kindness on every one, and what will come."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import home, nudges, reviews, wins
from bot.domain.nudges import Nudge
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit
from handlers.nudges import _ahead, _dates, _redrawing, _why
from handlers.nudges._ahead import away as away
from handlers.nudges._ahead import coming as coming
from handlers.nudges._ahead import unanswered as unanswered
from handlers.nudges._ids import Ids as Ids
from handlers.nudges._parts import message as message
from handlers.nudges._redrawing import Redrawing as Redrawing
from handlers.replies import Reply

Deed = Callable[[MemberSession, str], Awaitable[object]]


def register(app: AsyncApp) -> None:
    app.action(Ids.NOTHING)(nothing)
    app.action(Ids.SKIP)(skip)
    app.action(Ids.SNOOZE)(snooze)
    app.view(Ids.PUT_OFF)(put_off)
    app.action(Ids.WAIVE)(waive)
    app.action(Ids.REOPEN)(reopen)
    app.action(Ids.MORE)(choose_from_menu)
    app.action(Ids.LESS)(show_less)
    for often in _why.LESS.values():
        app.action(often)(choose_cadence)
    app.action(Ids.BEFORE)(back_to_before)
    app.action(Ids.SHOW)(show_upcoming)
    app.action(Ids.AHEAD)(choose_ahead)
    app.action(Ids.AHEAD_ALIKE)(show_each)
    app.action(Ids.LEAVE_OUT)(leave_out)


# --- In the message itself


async def nothing(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """A check-in of a week without anything to log."""
    return await _answer(clicks.value(action), reviews.nothing, body, coach, who, reply)


async def skip(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    return await _answer(clicks.value(action), nudges.skip, body, coach, who, reply)


async def snooze(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The menu's value is `<how long>:<nudge id>`; a date is chosen in a form."""
    name, nudge_id = clicks.choice_about(action)
    if name != "date":
        return await _answer(
            nudge_id, lambda session, one: nudges.snooze(session, one, name), body, coach, who, reply
        )
    async with coach.session(who) as session:
        nudge = await nudges.still_open(session, nudge_id)
        view = _dates.form(session, coach.prose, nudge)
        message = await _redrawing.clicked(session, coach.prose, body, nudge)
    if message:
        # The menu forgets what was chosen, so that it can be chosen again after Cancel.
        reply.draw(message)
    return await reply.open(view)


async def put_off(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """A date was chosen; where the message shows it by itself the form only closes."""
    carried = kit.carried(view)
    async with coach.session(who) as session:
        await nudges.put_off_to(session, str(carried.get("nudge")), _dates.chosen(view))
        answer = await _redrawing.closed(session, coach.prose, str(carried.get("nudge")))
    return await (reply.say(answer) if carried.get("told") is False else reply.nothing())


async def waive(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The result of a win does not matter any more."""
    return await _answer(clicks.value(action), _waive_result, body, coach, who, reply, undo=True)


async def reopen(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    return await _answer(clicks.value(action), nudges.reopen, body, coach, who, reply)


async def _waive_result(session: MemberSession, nudge_id: str) -> None:
    nudge = await nudges.still_open(session, nudge_id)
    await wins.waive_result(session, nudge.subject)


async def _answer(
    nudge_id: str | None,
    deed: Deed,
    body: dict[str, Any],
    coach: Coach,
    who: Principal,
    reply: Reply,
    *,
    undo: bool = False,
) -> BoltResponse:
    """Do something to one part; the message keeps the others as they are."""
    async with coach.session(who) as session:
        nudge = await session.mine(Nudge, nudge_id)
        await deed(session, nudge.id)
        await session.flush()
        await session.refresh(nudge)
        message = await _redrawing.clicked(session, coach.prose, body, nudge, undo=undo)
    return await (reply.replace(message) if message else reply.nothing())


# --- Why, and less of it


async def choose_from_menu(
    action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The small menu of a nudge: `<what>:<nudge id>`."""
    what, nudge_id = clicks.choice_about(action)
    async with coach.session(who) as session:
        nudge = await session.mine(Nudge, nudge_id)
        answer = await (
            _why.fewer(session, coach.prose, nudge)
            if what == "less"
            else _why.explained(session, coach.prose, [nudge])
        )
    return await reply.add(answer)


async def show_less(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        answer = await _why.fewer(session, coach.prose, await session.mine(Nudge, clicks.value(action)))
    return await reply.say(answer)


async def choose_cadence(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    often = next(often for often, button in _why.LESS.items() if button == action["action_id"])
    async with coach.session(who) as session:
        answer = await _why.chosen(session, coach.prose, clicks.value(action), often)
    return await reply.say(answer)


async def back_to_before(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        answer = await _why.before(session, coach.prose, clicks.value(action))
    return await reply.say(answer)


async def why(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach why`: about every part of the newest message."""
    async with coach.session(who) as session:
        sent = await nudges.newest(session)
        answer = await _why.explained(session, coach.prose, sent) if sent else _why.nothing_yet(coach.prose)
    return await reply.say(answer)


# --- What will come


async def upcoming(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach upcoming`."""
    async with coach.session(who) as session:
        answer = _ahead.listed(coach.prose, await home.ahead(session, coach.settings.spread_minutes))
    return await reply.say(answer)


async def show_upcoming(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await upcoming("", coach, who, reply)


async def show_each(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Those of one day and kind that stand together in the list."""
    async with coach.session(who) as session:
        ahead = await home.ahead(session, coach.settings.spread_minutes)
        answer = _ahead.one_by_one(coach.prose, ahead, clicks.value(action))
    return await reply.say(answer)


async def choose_ahead(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The menu beside something that will come: `<what>:<nudge id>`."""
    what, nudge_id = clicks.choice_about(action)
    if what == "change":
        async with coach.session(who) as session:
            nudge = await nudges.still_open(session, nudge_id)
            view = _dates.form_for_another_day(session, coach.prose, nudge, told=_is_on_home(body))
        return await reply.open(view)
    return await leave_out({"value": nudge_id}, body, coach, who, reply)


async def leave_out(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """Skip one from the list; Home draws itself anew."""
    async with coach.session(who) as session:
        await nudges.skip(session, clicks.value(action))
    return await (reply.nothing() if _is_on_home(body) else upcoming("", coach, who, reply))


def _is_on_home(body: dict[str, Any]) -> bool:
    """Whether a click came from Home, which draws itself anew."""
    return (body.get("view") or {}).get("type") == "home"
