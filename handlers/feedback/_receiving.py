"""The asker's listeners for what came back: the inbox, one answer, its themes, its action, its win; and praise."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import feedback, members, wins
from bot.domain.feedback import Praise, Received
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, days, kit, typed
from handlers.feedback import _inbox
from handlers.feedback._ids import Ids
from handlers.replies import Reply

Form = Callable[[MemberSession, Prose, Received], Awaitable[dict[str, Any]]]
Deed = Callable[[MemberSession, str], Awaitable[Received]]


def register_receiving(app: AsyncApp) -> None:
    for turn in (Ids.INBOX, Ids.NEWER, Ids.OLDER):
        app.action(turn)(turn_page)
    app.action(Ids.READ)(read)
    app.action(Ids.EDIT)(open_edit)
    app.view(Ids.CHANGE)(change)
    app.action(Ids.THEMES)(open_themes)
    app.view(Ids.SAVE_THEMES)(save_themes)
    app.action(Ids.ACT)(open_action)
    app.view(Ids.SAVE_ACT)(save_action)
    app.action(Ids.CHECK)(open_check)
    app.view(Ids.SAVE_CHECK)(save_check)
    app.action(Ids.LINK)(open_link)
    app.view(Ids.SAVE_LINK)(save_link)
    app.action(Ids.DELETE)(delete)
    app.action(Ids.RESTORE)(restore)


async def praise(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/feedback praise …`: kept at once, with the day it names."""
    async with coach.session(who) as session:
        praised = await feedback.log_praise(session, feedback.praise(text, members.today(session)))
        message = _inbox.saved(coach.prose, praised, members.today(session))
    return await reply.say(message)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_inbox(coach, who, reply, clicks.offset(action))


async def show_inbox(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        some, total = await feedback.inbox(session, size=_inbox.PAGE, offset=offset)
        message = _inbox.listed(coach.prose, some, total, offset, members.today(session))
    return await reply.say(message)


async def read(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Open one; its giver can see from now on that it was read."""
    received_id = clicks.value(action)
    async with coach.session(who) as session:
        asked = await feedback.asked_for(session, await session.mine(Received, received_id))
    giver = [Principal(who.team_id, asked.user_id)] if asked else []
    async with coach.session(who, beside=giver) as session:
        theirs = session.beside(giver[0]) if giver else None
        received = await feedback.read(session, theirs, received_id)
        message = _inbox.card(coach.prose, received, members.today(session))
    return await reply.say(message)


async def open_edit(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _open(_inbox.praise_form, action, coach, who, reply)


async def open_themes(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _open(_inbox.themes_form, action, coach, who, reply)


async def open_action(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _open(_inbox.action_form, action, coach, who, reply)


async def open_check(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _open(_inbox.check_form, action, coach, who, reply)


async def open_link(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _open(_inbox.link_form, action, coach, who, reply)


async def change(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    given = kit.texts(view)
    async with coach.session(who) as session:
        today = members.today(session)
        text = feedback.praise(typed.words(given.get("text")), today).text
        on = days.past("when", typed.words(given.get("when")), today, "heard_later")
        praised = await feedback.change_praise(
            session,
            kit.carried(view).get("received"),
            Praise(text, typed.words(given.get("who")).strip() or None, on),
            str(given.get("permission") or ""),
            await _own_win(session, given.get("win")),
        )
        message = _inbox.saved(coach.prose, praised, today, changed=True)
    return await reply.say(message)


async def save_themes(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    given = kit.values(view)
    ticked = [one for one in given.get("suggested") or [] if isinstance(one, str)]
    themes = feedback.themes_in(",".join([*ticked, typed.words(given.get("themes"))]))
    return await _save(
        lambda session, received_id: feedback.tag(session, received_id, themes), view, coach, who, reply
    )


async def save_action(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    given = kit.texts(view)

    async def act(session: MemberSession, received_id: str) -> Received:
        on = days.ahead("act_on", typed.words(given.get("act_on")), members.today(session))
        return await feedback.act(session, received_id, typed.words(given.get("action")), on)

    return await _save(act, view, coach, who, reply)


async def save_check(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    given = kit.texts(view)

    async def check(session: MemberSession, received_id: str) -> Received:
        outcome, changed = typed.words(given.get("outcome")), typed.words(given.get("changed"))
        return await feedback.check(session, received_id, outcome, changed)

    return await _save(check, view, coach, who, reply)


async def save_link(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    given = kit.texts(view)

    async def link(session: MemberSession, received_id: str) -> Received:
        return await feedback.link(session, received_id, await _own_win(session, given.get("win")))

    return await _save(link, view, coach, who, reply)


async def delete(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        await feedback.bin_(session, clicks.value(action))
        message = _inbox.taken_out(coach.prose, clicks.value(action))
    return await reply.say(message)


async def restore(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        received = await feedback.restore(session, clicks.value(action))
        message = _inbox.card(coach.prose, received, members.today(session))
    return await reply.say(message)


async def _open(
    form: Form, action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    async with coach.session(who) as session:
        received = await feedback.kept_one(session, clicks.value(action))
        view = await form(session, coach.prose, received)
    return await reply.open(view)


async def _save(deed: Deed, view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Change one and show it again."""
    async with coach.session(who) as session:
        received = await deed(session, kit.carried(view).get("received") or "")
        message = _inbox.card(coach.prose, received, members.today(session))
    return await reply.say(message)


async def _own_win(session: MemberSession, win_id: object) -> str | None:
    """The id of the member's own win; None for none, and for anything else."""
    found = await wins.chosen(session, [win_id]) if isinstance(win_id, str) else []
    return found[0].id if found else None
