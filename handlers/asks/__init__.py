"""Asks in Slack: `/ask`, the form, the list, one ask's card, and the buttons under a saved ask."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import asks, members
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, days, kit, negotiations, setbacks, slips
from handlers.asks import _answers, _cards, _forms, _reading, _saying, _twins, _year
from handlers.asks._answers import register_answers
from handlers.asks._cards import home_lines as home_lines
from handlers.asks._drafts import register_drafts
from handlers.asks._goals import register_goals
from handlers.asks._ids import Ids as Ids
from handlers.asks._setbacks import register_setbacks
from handlers.asks._twins import register_twins
from handlers.asks._year import register_year
from handlers.records import Kind, plain
from handlers.replies import Reply


def register(app: AsyncApp) -> None:
    app.command("/ask")(answer_command)
    app.action(Ids.NEW)(open_form)
    app.view(Ids.SAVE)(save)
    KIND.register(app, show=Ids.OPEN, delete=Ids.UNDO, restore=Ids.RESTORE)
    app.action(Ids.EDIT)(open_edit)
    app.view(Ids.CHANGE)(change)
    app.action(Ids.CHANGE_DATE)(open_date)
    app.view(Ids.SAVE_DATE)(save_date)
    app.action(Ids.MORE)(choose_from_list)
    for turn in (Ids.SHOW, Ids.ENDED, Ids.OLDER, Ids.NEWER):
        app.action(turn)(turn_page)
    register_answers(app)
    register_drafts(app)
    register_goals(app)
    register_year(app)
    register_twins(app)
    LINE.register(app)
    register_setbacks(app)


async def answer_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await obey(command.get("text") or "", coach, who, reply)


async def obey(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/ask …`, `/coach ask …` and `ask …` in the DM."""
    said = " ".join(text.casefold().split())
    if not said:
        return await reply.open(_forms.form(coach.prose), instead=_cards.usage(coach.prose))
    if said == "help":
        return await reply.say(_cards.usage(coach.prose))
    if said == "list":
        return await show_list(coach, who, reply)
    if (year := _year.meant(said)) is not None:
        return await _year.send(coach, who, reply, year)
    if said.partition(" ")[0] == "negotiate":
        return await negotiations.obey(" ".join(text.split()[1:]), coach, who, reply)
    return await LINE.read(text, coach, who, reply)


async def _save_line(session: MemberSession, prose: Prose, text: str) -> kit.Message:
    """Save one typed line: whom it asks, for what, by when."""
    return await _twins.begin_or_ask(session, prose, asks.read(text, members.today(session)))


# One word names neither whom nor what exactly, so it is asked about.
SUBCOMMANDS = ("list", "year", "negotiate", "help")
LINE = slips.Line("ask", SUBCOMMANDS, Ids.SAVE_WORDS, _cards.usage, _save_line, fewest=2)

KIND = Kind(asks.BIN, _saying.card, _saying.saved)

open_edit = KIND.editing(plain(_forms.edit_form))
open_date = KIND.editing(plain(_forms.date_form))


async def open_form(coach: Coach, reply: Reply) -> BoltResponse:
    return await reply.open(_forms.form(coach.prose))


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save a new ask; the same form sent again saves none."""
    async with coach.session(who) as session:
        given = _reading.read_form(kit.texts(view), members.today(session))
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        message = await _twins.begin_or_ask(session, coach.prose, given)
    return await reply.say(message)


async def change(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, kit.carried(view).get("ask"))
        given = _reading.read_form(kit.texts(view), members.today(session))
        await asks.edit(session, ask.id, given)
        message = await _saying.saved(session, coach.prose, ask, changed=True)
    return await reply.say(message)


async def save_date(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, kit.carried(view).get("ask"))
        on = days.said("wanted_on", kit.texts(view).get("wanted_on"), members.today(session))
        await asks.want(session, ask.id, on)
        message = await _saying.saved(session, coach.prose, ask, changed=True)
    return await reply.say(message)


async def choose_from_list(
    action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The menu beside an ask: `<what>:<ask id>`."""
    what, ask_id = clicks.choice_about(action)
    if what == "setback":
        return await setbacks.open_form({"value": ask_id}, coach, who, reply)
    if what in _answers.BY_NAME:
        return await _answers.do(what, ask_id, coach, who, reply)
    return await (open_edit if what in {"edit", "turn"} else KIND.show)({"value": ask_id}, coach, who, reply)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    offset, ended = clicks.offset_in_part(action, Ids.ENDED)
    return await show_list(coach, who, reply, offset, ended=ended)


async def show_list(
    coach: Coach, who: Principal, reply: Reply, offset: int = 0, *, ended: bool = False
) -> BoltResponse:
    async with coach.session(who) as session:
        message = await _saying.listed(session, coach.prose, offset, ended=ended)
    return await reply.say(message)
