"""Listeners that change a win that is there: its forms, its goal, Undo and Put it back."""

from functools import partial
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
from handlers.records import Kind, answering, plain
from handlers.replies import Reply
from handlers.wins import _forms, _reading
from handlers.wins._ids import Ids
from handlers.wins._undoing import UNDO
from handlers.wins._views import Shown, card

View = dict[str, Any]


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
    before = await UNDO.told(session, win)
    edited = await wins.edit(session, win.id, given)
    return await shown(session, prose, edited, changed=True, undo=await UNDO.keep(session, edited, before))


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
        before = await UNDO.told(session, win)
        await wins.link(session, [win.id], goal.id if goal else None)
        message = await shown(
            session, coach.prose, win, changed=True, undo=await UNDO.keep(session, win, before)
        )
    return await reply.say(message)


async def fill_gap(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The button beside the one thing that is missing: `<gap>:<win id>`."""
    name, _, win_id = (action.get("value") or "").partition(":")
    if name not in set(Gap):
        raise NotFound("old_button")
    form = _KIND.editing(plain(lambda prose, win: _forms.gap_form(prose, win, Gap(name))))
    return await form({"value": win_id}, coach, who, reply)


async def choose_from_menu(
    action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The menu beside a win: `<what>:<win id>`."""
    what, win_id = clicks.choice_about(action)
    if what not in _MENU:
        raise NotFound("old_button")
    return await _MENU[what]({"value": win_id}, coach, who, reply)


async def _goal_form(session: MemberSession, prose: Prose, win: Win) -> View:
    return _forms.goal_form(prose, win, await goals.to_link(session))


_KIND = Kind(wins.BIN, partial(shown, opened=True), shown)

_BUTTONS = {
    Ids.EDIT: _KIND.editing(plain(_forms.edit_form)),
    Ids.ADD_IMPACT: _KIND.editing(plain(_forms.impact_form)),
    Ids.CHANGE_DATE: _KIND.editing(plain(_forms.date_form)),
    Ids.LINK_GOAL: _KIND.editing(_goal_form),
    Ids.FILL_GAP: fill_gap,
    Ids.UNDO: _KIND.delete,
    Ids.REVERT: answering(UNDO.revert, partial(shown, changed=True)),
    Ids.RESTORE: _KIND.restore,
    # The same words twice were the same win.
    Ids.SAME: answering(wins.BIN.mine, shown),
}
_MENU = {
    "open": _KIND.show,
    "edit": _BUTTONS[Ids.EDIT],
    "impact": _BUTTONS[Ids.ADD_IMPACT],
    "goal": _BUTTONS[Ids.LINK_GOAL],
    "date": _BUTTONS[Ids.CHANGE_DATE],
    "story": _KIND.editing(plain(_forms.story_form)),
    "delete": _KIND.delete,
}
