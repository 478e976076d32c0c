"""Setbacks in Slack: `/coach setback`, the offer after a no, one of them with its options, and the list."""

from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.domain import asks, members, setbacks
from bot.domain.asks import Ask
from bot.domain.setbacks import Setback
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit, slips
from handlers.records import Kind, answering, opening, plain
from handlers.replies import Reply
from handlers.reverting import Undo
from handlers.setbacks import _views
from handlers.setbacks._ids import Ids as Ids
from handlers.setbacks._views import offer as offer


def register(app: AsyncApp) -> None:
    app.action(Ids.NEW)(open_form)
    app.action(Ids.LATER)(leave)
    app.view(Ids.SAVE)(save)
    LINE.register(app)
    Kind(setbacks.BIN, _looked_at, _card).register(app, show=Ids.OPEN, delete=Ids.DELETE, restore=Ids.RESTORE)
    app.action(Ids.EDIT)(opening(setbacks.kept_one, plain(_views.edit_form)))
    app.action(Ids.DEBRIEF)(opening(setbacks.rested_one, plain(_views.debrief_form)))
    app.view(Ids.CHANGE)(change)
    app.view(Ids.SAVE_DEBRIEF)(change)
    app.action(Ids.REVERT)(answering(UNDO.revert, partial(_card, begun="undone")))
    app.action(Ids.LET_GO)(answering(setbacks.let_go, _card))
    app.action(Ids.TAKE_UP)(answering(setbacks.take_up, _card))
    for turn in (Ids.SHOW, Ids.OLDER, Ids.NEWER):
        app.action(turn)(turn_page)


async def obey(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach setback …`."""
    match text.strip().casefold():
        case "":
            return await reply.open(_views.form(coach.prose), instead=_views.usage(coach.prose))
        case "help":
            return await reply.say(_views.usage(coach.prose))
        case "list":
            return await show_list(coach, who, reply)
    return await LINE.read(text, coach, who, reply)


async def _save_line(session: MemberSession, prose: Prose, text: str) -> kit.Message:
    return await _noted(session, prose, await setbacks.note(session, None, text))


async def _told(_session: MemberSession, setback: Setback) -> dict[str, str | None]:
    return setbacks.told(setback)


async def _tell(session: MemberSession, setback: Setback, before: dict[str, str | None]) -> Setback:
    return await setbacks.edit(session, setback.id, **before)


UNDO = Undo("setbacks.before", setbacks.kept_one, _told, _tell)
LINE = slips.Line("setback", ("list", "help"), Ids.SAVE_WORDS, _views.usage, _save_line)


async def list_(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach setbacks`."""
    return await show_list(coach, who, reply)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The form; after a declined ask with that in it."""
    async with coach.session(who) as session:
        ask = await _ask(session, action.get("value"))
        view = _views.form(coach.prose, ask.words if ask else None, ask.id if ask else None)
    return await reply.open(view)


async def leave(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Write nothing down today."""
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, action.get("value"))
        setback = await setbacks.leave(session, ask.id)
        message = await _noted(session, coach.prose, setback)
    return await reply.add(message)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save a new one; the same form sent again saves none."""
    form, typed = kit.carried(view), kit.texts(view)
    async with coach.session(who) as session:
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        ask = await _ask(session, form.get("ask"))
        setback = await setbacks.note(
            session, typed.get("tried"), typed.get("happened"), ask.id if ask else None
        )
        message = await _noted(session, coach.prose, setback)
    return await reply.say(message)


async def change(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The fields of either form; what they replace is kept for Undo."""
    typed = {
        name: text for name, text in kit.texts(view).items() if name in (*setbacks.FACTS, *setbacks.DEBRIEF)
    }
    async with coach.session(who) as session:
        setback = await setbacks.kept_one(session, kit.carried(view).get("setback"))
        before = setbacks.told(setback)
        await setbacks.edit(session, setback.id, **typed)
        undo = await UNDO.keep(session, setback, before)
        message = await _card(session, coach.prose, setback, begun="changed", undo=undo)
    return await reply.say(message)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_list(coach, who, reply, clicks.offset(action))


async def show_list(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        some, more = await setbacks.page(session, size=_views.PAGE, offset=offset)
        days = [members.local(session, one.created_at).date() for one in some]
        lines = _views.lines(coach.prose, some, days, members.today(session))
    message = _views.listed(coach.prose, lines, offset, more=more)
    return await reply.say(message)


async def _ask(session: MemberSession, ask_id: str | None) -> Ask | None:
    """The ask that a setback comes from, where it comes from one."""
    return await asks.kept_one(session, ask_id) if ask_id else None


async def ask_of(session: MemberSession, setback: Setback) -> Ask | None:
    """The ask that a setback came from; None once that lies in the bin or is gone."""
    try:
        return await _ask(session, setback.ask_id)
    except NotFound:
        return None


async def _card(
    session: MemberSession,
    prose: Prose,
    setback: Setback,
    *,
    begun: str | None = None,
    undo: str | None = None,
) -> kit.Message:
    ask, today = await ask_of(session, setback), members.today(session)
    return _views.card(prose, setback, today, ask, begun=begun, undo=undo)


async def _looked_at(session: MemberSession, prose: Prose, setback: Setback) -> kit.Message:
    await setbacks.look_at(session, setback)
    return await _card(session, prose, setback)


async def _noted(session: MemberSession, prose: Prose, setback: Setback) -> kit.Message:
    return await _card(session, prose, setback, begun="saved")
