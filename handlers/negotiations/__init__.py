"""Negotiations in Slack: `/coach negotiate`, the forms of a sheet, its card, and the list."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.domain import asks, negotiations
from bot.domain.negotiations import Negotiation
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit, slips
from handlers.negotiations import _cards, _facts, _forms, _saying
from handlers.negotiations._cards import Done
from handlers.negotiations._facts import register_facts
from handlers.negotiations._ids import Ids as Ids
from handlers.negotiations._notes import register_notes
from handlers.negotiations._practice import register_practice
from handlers.negotiations._taking import register_taking
from handlers.records import Kind, answering
from handlers.replies import Reply

BUTTONS = {Ids.AIMS: "aims", Ids.LIMITS: "limits", Ids.INTERESTS: "interests", Ids.OBJECTIONS: "objections"}


def register(app: AsyncApp) -> None:
    app.action(Ids.NEW)(open_form)
    app.view(Ids.SAVE)(save)
    LINE.register(app)
    app.action(Ids.PREPARE)(prepare)
    Kind(negotiations.BIN, _saying.card, _saying.card).register(
        app, show=Ids.OPEN, delete=Ids.DELETE, restore=Ids.RESTORE
    )
    app.action(Ids.SHOW_LIMITS)(answering(negotiations.kept_one, partial(_saying.card, limits=True)))
    app.action(Ids.RENAME)(open_rename)
    app.view(Ids.SAVE_NAME)(save_name)
    for button in BUTTONS:
        app.action(button)(open_part)
    app.action(Ids.NEXT)(answer_next)
    app.view(Ids.SAVE_PART)(save_part)
    app.view(Ids.SAVE_OBJECTIONS)(save_objections)
    app.action(Ids.REVERT)(answering(_saying.UNDO.revert, partial(_saying.card, done=Done("undone"))))
    for turn in (Ids.SHOW, Ids.OLDER, Ids.NEWER):
        app.action(turn)(turn_page)
    register_facts(app)
    register_practice(app)
    register_taking(app)
    register_notes(app)


async def obey(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach negotiate …` and `/ask negotiate …`."""
    match text.strip().casefold():
        case "":
            return await begin(coach, who, reply)
        case "help":
            return await reply.say(_cards.usage(coach.prose))
        case "list":
            return await show_list(coach, who, reply)
    return await LINE.read(text, coach, who, reply)


async def _save_line(session: MemberSession, prose: Prose, text: str) -> kit.Message:
    return await _begun(session, prose, text, None)


LINE = slips.Line("negotiation", ("list", "help"), Ids.SAVE_WORDS, _cards.usage, _save_line)


async def begin(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The sheets that there are; the form for the first one."""
    async with coach.session(who) as session:
        some, more = await negotiations.page(session, size=_cards.PAGE)
        message = _cards.listed(coach.prose, some, 0, more=more)
        view = _forms.form(coach.prose, await asks.to_choose_from(session))
    return await (reply.say(message) if some else reply.open(view, instead=_cards.usage(coach.prose)))


async def open_form(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        view = _forms.form(coach.prose, await asks.to_choose_from(session))
    return await reply.open(view)


async def prepare(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The sheet for an ask: the one that is there, or the form with the words of the ask in it."""
    async with coach.session(who) as session:
        ask = await asks.kept_one(session, action.get("value"))
        sheet = await negotiations.of_ask(session, ask.id)
        if sheet is None:
            some = {ask.id: ask.words, **dict(await asks.to_choose_from(session))}
            return await reply.open(_forms.form(coach.prose, list(some.items()), ask.words, ask.id))
        message = await _saying.card(session, coach.prose, sheet)
    return await reply.say(message)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save a new sheet; the same form sent again saves none."""
    async with coach.session(who) as session:
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        typed = kit.texts(view)
        message = await _begun(session, coach.prose, typed.get("title"), await _chosen_ask(session, typed))
    return await reply.say(message)


async def open_rename(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, action.get("value"))
        view = _forms.rename_form(coach.prose, sheet, await _to_choose_from(session, sheet))
    return await reply.open(view)


async def save_name(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        sheet, before = await _before(session, view)
        typed = kit.texts(view)
        await negotiations.rename(session, sheet.id, typed.get("title"), await _chosen_ask(session, typed))
        message = await _saying.changed(session, coach.prose, sheet, before)
    return await reply.say(message)


async def open_part(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    part = BUTTONS[Ids(action["action_id"])]
    return await _open(part, action.get("value"), coach, who, reply)


async def answer_next(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The one question that comes next; the value is `<part>:<sheet id>`."""
    part, _, sheet_id = (action.get("value") or "").partition(":")
    return await _open(part, sheet_id, coach, who, reply)


async def _open(part: str, sheet_id: str | None, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    if part == "facts":
        return await _facts.show({"value": sheet_id}, coach, who, reply)
    if part not in BUTTONS.values():
        raise NotFound("old_button")
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, sheet_id)
        view = (
            _forms.part_form(coach.prose, sheet, part)
            if part in negotiations.PARTS
            else _forms.objections_form(coach.prose, sheet, _saying.common(coach.prose))
        )
    return await reply.open(view)


async def save_part(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        sheet, before = await _before(session, view)
        await negotiations.fill(session, sheet.id, str(kit.carried(view).get("part")), kit.texts(view))
        message = await _saying.changed(session, coach.prose, sheet, before)
    return await reply.say(message)


async def save_objections(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    typed = kit.texts(view)
    pairs = [
        (typed.get(f"objection_{place}") or "", typed.get(f"reply_{place}") or "")
        for place in range(negotiations.OBJECTIONS)
    ]
    async with coach.session(who) as session:
        sheet, before = await _before(session, view)
        await negotiations.object_(session, sheet.id, pairs)
        message = await _saying.changed(session, coach.prose, sheet, before)
    return await reply.say(message)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_list(coach, who, reply, clicks.offset(action))


async def show_list(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        some, more = await negotiations.page(session, size=_cards.PAGE, offset=offset)
        message = _cards.listed(coach.prose, some, offset, more=more)
    return await reply.say(message)


async def _to_choose_from(session: MemberSession, sheet: Negotiation) -> list[tuple[str, str]]:
    """The asks that a sheet could prepare; the one that it does prepare stays among them when that has ended."""
    ask = await _saying.ask_of(session, sheet)
    first = {ask.id: ask.words} if ask else {}
    return list({**first, **dict(await asks.to_choose_from(session))}.items())


async def _chosen_ask(session: MemberSession, typed: Mapping[str, Any]) -> str | None:
    """The id of the ask that was chosen, if it is one of the member's own."""
    ask_id = typed.get("ask")
    return (await asks.kept_one(session, ask_id)).id if ask_id and ask_id != _forms.NO_ASK else None


async def _begun(session: MemberSession, prose: Prose, title: str | None, ask_id: str | None) -> kit.Message:
    sheet = await negotiations.begin(session, title, ask_id)
    return await _saying.card(session, prose, sheet, Done("saved"))


async def _before(session: MemberSession, view: dict[str, Any]) -> tuple[Negotiation, dict[str, Any]]:
    """The sheet that a form is about, and everything it says now."""
    sheet = await negotiations.kept_one(session, kit.carried(view).get("negotiation"))
    return sheet, await negotiations.told(session, sheet)
