"""A draft that was sent, in Slack: to whom, which ask it is, when to follow up; and Undo."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core import dates
from bot.core.prose import Prose
from bot.domain import asks, members, pitches, sendings
from bot.domain.pitches import Pitch
from bot.domain.sendings import Sending
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import days, kit
from handlers.asks import Ids as Asks
from handlers.pitches._ids import Ids
from handlers.replies import Reply

# What the menu of asks says of one that is not there yet.
NEW = "new"


def register_sending(app: AsyncApp) -> None:
    app.action(Ids.SEND)(open_form)
    app.view(Ids.SAVE_SENT)(save)
    app.action(Ids.UNSEND)(take_back)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, action.get("value"))
        open_asks = await asks.to_choose_from(session)
        view = form(coach.prose, pitch, open_asks, await sendings.usual_follow_up(session))
    return await reply.open(view)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Mark a draft as sent; the same form sent again says what the first time did."""
    typed = kit.texts(view)
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, kit.carried(view).get("pitch"))
        if pitch.sent_on is None:
            await _record(session, pitch, typed)
        made = await sendings.of(session, pitch)
        message = sent(coach.prose, made, members.today(session))
    return await reply.say(message)


async def take_back(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, action.get("value"))
        words = coach.prose.words("pitches/sent", sent=False, had_ask=pitch.ask_id is not None)
        await sendings.take_back(session, pitch)
    opened = kit.actions(kit.button(words.open, Ids.OPEN, pitch.id))
    return await reply.say(
        kit.Message(words.text, [kit.section(words.taken_back), opened], title=words.title)
    )


def form(prose: Prose, pitch: Pitch, open_asks: Sequence[tuple[str, str]], follow_up: date) -> dict[str, Any]:
    """To whom, and what follows it up where the draft asks for something."""
    words = prose.words("pitches/sent", follow_up=follow_up)
    options = [kit.option(words.new_ask, NEW), *(kit.option(said, ask_id) for ask_id, said in open_asks)]
    name = kit.text_field("to", words.to, placeholder=words.to_example, optional=False, focus=True)
    on = kit.text_field(
        "follow_up", words.follow_up, initial=follow_up.isoformat(), hint=words.follow_up_hint
    )
    request = kit.text_field(
        "request", words.request, initial=pitch.ask, hint=words.request_hint, optional=False
    )
    which = kit.choice_field("ask", words.ask, options, chosen=NEW, optional=False)
    followed = [request, *([which] if open_asks else []), on] if pitch.row.asks else []
    return kit.modal(
        words.title,
        [kit.context(words.private), name, *followed],
        callback=Ids.SAVE_SENT,
        submit=words.submit,
        close=words.close,
        carried={"pitch": pitch.id},
    )


def sent(prose: Prose, made: Sending, today: date) -> kit.Message:
    """What came of it, with the ask to open and Undo."""
    pitch, ask = made.pitch, made.ask
    follow_up = asks.due_on(ask) if ask else None
    words = prose.words(
        "pitches/sent",
        sent=True,
        to=pitch.sent_to,
        request=kit.clip(ask.words, 600) if ask else None,
        said=dates.said(follow_up, today) if follow_up else None,
        goal=kit.clip(made.goal.statement, 300) if made.goal else None,
    )
    opened = [kit.button(words.open_ask, Asks.OPEN, ask.id)] if ask else []
    return kit.Message(
        words.text,
        [
            kit.section(words.sent),
            *([kit.context(words.follows)] if follow_up else []),
            *([kit.context(words.knows)] if made.goal else []),
            kit.actions(
                *opened,
                kit.button(words.open, Ids.OPEN, pitch.id),
                kit.button(words.undo, Ids.UNSEND, pitch.id),
            ),
        ],
        title=words.title,
    )


async def _record(session: MemberSession, pitch: Pitch, typed: dict[str, Any]) -> None:
    chosen = typed.get("ask")
    await sendings.record(
        session,
        pitch,
        to=typed.get("to") or "",
        request=typed.get("request") or "",
        follow_up_on=days.ahead("follow_up", typed.get("follow_up"), members.today(session)),
        ask_id=None if chosen in {None, NEW} else str(chosen),
    )
