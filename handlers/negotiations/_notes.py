"""Notes after the talk: kept on the sheet, and in the history of the ask that it prepares."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import asks, negotiations
from bot.storage.identity import Principal
from handlers import kit
from handlers.negotiations import _cards, _forms, _saying
from handlers.negotiations._cards import Done
from handlers.negotiations._ids import Ids
from handlers.records import opening, plain
from handlers.replies import Reply


def register_notes(app: AsyncApp) -> None:
    app.action(Ids.AFTER)(opening(negotiations.kept_one, plain(_forms.note_form)))
    app.view(Ids.SAVE_NOTE)(save)
    app.action(Ids.UNDO_NOTE)(take_back)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Keep a note; the same form sent again keeps none."""
    form = kit.carried(view)
    async with coach.session(who) as session:
        sheet = await negotiations.kept_one(session, form.get("negotiation"))
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        note = await negotiations.note(session, sheet, kit.texts(view).get("text"))
        if ask := await _saying.ask_of(session, sheet):
            note.event_id = (await asks.note(session, ask.id, note.text)).id
        undo = _cards.undo(coach.prose, Ids.UNDO_NOTE, note.id)
        message = await _saying.card(session, coach.prose, sheet, Done("noted", undo))
    return await reply.say(message)


async def take_back(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """On the sheet and in the ledger, or in neither where something came after it there."""
    async with coach.session(who) as session:
        sheet_id, event_id = await negotiations.take_back_note(session, action.get("value"))
        if event_id:
            await asks.take_back(session, event_id)
        sheet = await negotiations.kept_one(session, sheet_id)
        message = await _saying.card(session, coach.prose, sheet, Done("undone"))
    return await reply.say(message)
