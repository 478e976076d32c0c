"""Goals in Slack: `/goal`, the form, the list, one goal's card, and the buttons under a saved goal."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import goals, members
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, days, kit, slips
from handlers.goals import (
    _cards,
    _endings,
    _forms,
    _mapping,
    _milestones,
    _progress,
    _reading,
    _saying,
)
from handlers.goals._answers import register_answers
from handlers.goals._cards import home_lines as home_lines
from handlers.goals._endings import register_endings
from handlers.goals._ids import Ids as Ids
from handlers.goals._mapping import register_mapping
from handlers.goals._milestones import register_milestones
from handlers.goals._progress import register_progress
from handlers.goals._wins import register_wins
from handlers.records import Kind, plain
from handlers.replies import Reply


def register(app: AsyncApp) -> None:
    app.command("/goal")(answer_command)
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
    register_milestones(app)
    register_progress(app)
    register_endings(app)
    register_mapping(app)
    register_wins(app)
    LINE.register(app)


async def answer_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await obey(command.get("text") or "", coach, who, reply)


async def obey(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/goal …`, `/coach goal …` and `goal …` in the DM."""
    match text.strip().casefold():
        case "":
            return await reply.open(_forms.form(coach.prose), instead=_cards.usage(coach.prose))
        case "help":
            return await reply.say(_cards.usage(coach.prose))
        case "list":
            return await show_list(coach, who, reply)
        case "map":
            return await _mapping.send(coach, who, reply)
        case _:
            return await LINE.read(text, coach, who, reply)


async def _save_line(session: MemberSession, prose: Prose, text: str) -> kit.Message:
    """Save one typed line, with the deadline it names."""
    goal = await goals.begin(session, goals.read(text, members.today(session)))
    return await _saying.saved(session, prose, goal)


LINE = slips.Line("goal", ("list", "map", "help"), Ids.SAVE_WORDS, _cards.usage, _save_line)

KIND = Kind(goals.BIN, _saying.card, _saying.saved)

open_edit = KIND.editing(plain(_forms.edit_form))
open_date = KIND.editing(plain(_forms.date_form))


async def open_form(coach: Coach, reply: Reply) -> BoltResponse:
    return await reply.open(_forms.form(coach.prose))


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save a new goal; the same form sent again saves none."""
    async with coach.session(who) as session:
        given = _reading.read_form(kit.texts(view), members.today(session))
        form = kit.carried(view)
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        goal = await goals.begin(session, given, follows=form.get("follows"))
        message = await _saying.saved(session, coach.prose, goal)
    return await reply.say(message)


async def change(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        goal = await goals.kept_one(session, kit.carried(view).get("goal"))
        given = _reading.read_form(kit.texts(view), members.today(session), goal)
        message = await _saying.saved(
            session, coach.prose, await goals.edit(session, goal.id, given), changed=True
        )
    return await reply.say(message)


async def save_date(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    typed = kit.texts(view)
    async with coach.session(who) as session:
        goal = await goals.kept_one(session, kit.carried(view).get("goal"))
        on = days.ahead("deadline", typed.get("deadline"), members.today(session), goal.deadline)
        goal = await goals.move(session, goal.id, on, typed.get("reason"))
        message = await _saying.saved(session, coach.prose, goal, changed=True)
    return await reply.say(message)


async def choose_from_list(
    action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The menu beside a goal: `<what>:<goal id>`."""
    what, goal_id = clicks.choice_about(action)
    deeds = {
        "progress": _progress.open_form,
        "milestones": _milestones.show,
        "edit": open_edit,
        "end": _endings.open_form,
        "reopen": _endings.reopen,
    }
    return await deeds.get(what, KIND.show)({"value": goal_id}, coach, who, reply)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    offset, ended = clicks.offset_in_part(action, Ids.ENDED)
    return await show_list(coach, who, reply, offset, ended=ended)


async def show_list(
    coach: Coach, who: Principal, reply: Reply, offset: int = 0, *, ended: bool = False
) -> BoltResponse:
    async with coach.session(who) as session:
        message = await _saying.listed(session, coach.prose, offset, ended=ended)
    return await reply.say(message)
