"""Listeners that change a win that is there: its forms, its goal, Undo and Put it back."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.domain import goals, members, wins
from bot.domain.wins import Entry, Gap, Win
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit
from handlers.replies import Reply
from handlers.wins import _forms, _reading, _undoing
from handlers.wins._ids import Ids
from handlers.wins._views import Shown, card

View = dict[str, Any]
Opened = Callable[[MemberSession, Prose, Win], Awaitable[View]]


def register(app: AsyncApp) -> None:
    for action, listener in _BUTTONS.items():
        app.action(action)(listener)
    app.view(Ids.CHANGE)(change)
    app.view(Ids.LINK)(link)
    app.action(Ids.MORE)(choose_from_menu)


async def shown(session: MemberSession, prose: Prose, win: Win, **how: Any) -> kit.Message:
    """The card of a win, with the goal it serves."""
    of_it = await goals.chosen(session, [win.goal_id]) if win.goal_id else ()
    goal = of_it[0].statement if of_it else None
    return card(prose, win, Shown(members.today(session), goal=goal, **how))


async def changed(session: MemberSession, prose: Prose, win: Win, given: Entry) -> kit.Message:
    """Save a change; what the win said before is kept, so that Undo brings it back."""
    before = wins.of(win)
    edited = await wins.edit(session, win.id, given)
    return await shown(
        session, prose, edited, changed=True, before=await _undoing.keep(session, before, edited)
    )


async def change(view: View, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Any form about a win: whichever fields it has are changed."""
    async with coach.session(who) as session:
        win = await session.mine(Win, kit.carried(view).get("win"))
        typed = {**_reading.as_typed(win), **kit.values(view)}
        given = _reading.read_form(typed, members.today(session))
        message = await changed(session, coach.prose, win, given)
    return await reply.say(message)


async def link(view: View, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    chosen = kit.values(view).get("goal")
    async with coach.session(who) as session:
        win = await session.mine(Win, kit.carried(view).get("win"))
        goal = None if chosen == "none" else await goals.kept_one(session, chosen)
        await wins.link(session, [win.id], goal.id if goal else None)
        message = await shown(session, coach.prose, win, changed=True)
    return await reply.say(message)


async def revert(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Undo a change: the win says again what it said before."""
    win_id, _, before_id = (action.get("value") or "").partition(":")
    async with coach.session(who) as session:
        win = await _undoing.bring_back(session, win_id, before_id)
        message = await shown(session, coach.prose, win, changed=True)
    return await reply.say(message)


async def undo(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _after(wins.bin_, action, coach, who, reply)


async def restore(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _after(wins.restore, action, coach, who, reply)


async def keep_one(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The same words twice were the same win."""

    async def found(session: MemberSession, win_id: str) -> Win:
        return await session.mine(Win, win_id)

    return await _after(found, action, coach, who, reply)


async def fill_gap(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The button beside the one thing that is missing: `<gap>:<win id>`."""
    name, _, win_id = (action.get("value") or "").partition(":")
    if name not in set(Gap):
        raise NotFound("old_button")
    return await _open(
        _plain(lambda prose, win: _forms.gap_form(prose, win, Gap(name))), win_id, coach, who, reply
    )


async def choose_from_menu(
    action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The menu beside a win: `<what>:<win id>`."""
    what, win_id = clicks.choice_about(action)
    if what not in _MENU:
        raise NotFound("old_button")
    return await _MENU[what]({"value": win_id}, coach, who, reply)


async def open_win(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        win = await session.mine(Win, action.get("value"))
        message = await shown(session, coach.prose, win, opened=True)
    return await reply.say(message)


def _plain(form: _forms.Form) -> Opened:
    """A form that needs nothing but the win."""

    async def opened(_session: MemberSession, prose: Prose, win: Win) -> View:
        return form(prose, win)

    return opened


async def _goal_form(session: MemberSession, prose: Prose, win: Win) -> View:
    return _forms.goal_form(prose, win, await goals.to_link(session))


def _opening(form: Opened) -> Callable[..., Awaitable[BoltResponse]]:
    async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
        return await _open(form, action.get("value"), coach, who, reply)

    return open_form


async def _open(form: Opened, win_id: str | None, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """A form for a win; one that lies in the bin is offered back first."""
    async with coach.session(who) as session:
        win = await session.mine(Win, win_id)
        if win.deleted_at is None:
            view = await form(session, coach.prose, win)
        else:
            message = await shown(session, coach.prose, win)
    return await (reply.open(view) if win.deleted_at is None else reply.say(message))


async def _after(
    deed: Callable[[MemberSession, str], Awaitable[Win]],
    action: dict[str, Any],
    coach: Coach,
    who: Principal,
    reply: Reply,
) -> BoltResponse:
    async with coach.session(who) as session:
        message = await shown(session, coach.prose, await deed(session, action.get("value") or ""))
    return await reply.say(message)


_BUTTONS = {
    Ids.EDIT: _opening(_plain(_forms.edit_form)),
    Ids.ADD_IMPACT: _opening(_plain(_forms.impact_form)),
    Ids.CHANGE_DATE: _opening(_plain(_forms.date_form)),
    Ids.LINK_GOAL: _opening(_goal_form),
    Ids.FILL_GAP: fill_gap,
    Ids.UNDO: undo,
    Ids.REVERT: revert,
    Ids.RESTORE: restore,
    Ids.SAME: keep_one,
}
_MENU = {
    "open": open_win,
    "edit": _BUTTONS[Ids.EDIT],
    "impact": _BUTTONS[Ids.ADD_IMPACT],
    "goal": _BUTTONS[Ids.LINK_GOAL],
    "date": _BUTTONS[Ids.CHANGE_DATE],
    "story": _opening(_plain(_forms.story_form)),
    "delete": undo,
}
