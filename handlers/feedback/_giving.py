"""The giver's listeners: answer, keep a draft, change, take back, not now, decline, never; and what was given."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import captures, feedback, members, nudges
from bot.domain.feedback import Letter
from bot.domain.nudges import FEEDBACK_REQUEST
from bot.domain.wins import Source
from bot.storage.identity import Principal
from handlers import clicks, kit
from handlers.feedback import _letters
from handlers.feedback._ids import Ids
from handlers.replies import Reply


def register_giving(app: AsyncApp) -> None:
    app.action(Ids.ANSWER)(open_answer)
    app.action(Ids.TYPED)(take_typed)
    app.action(Ids.KEEP)(keep_draft)
    app.view(Ids.SEND)(send)
    app.action(Ids.WITHDRAW)(withdraw)
    app.action(Ids.NOT_NOW)(put_off)
    app.action(Ids.DECLINE)(decline)
    app.action(Ids.NEVER)(never)
    app.action(Ids.ASK_ME)(ask_me)
    app.action(Ids.EXPLAIN)(explain)
    app.action(Ids.LETTER)(show)
    for turn in (Ids.GIVEN, Ids.GIVEN_NEWER, Ids.GIVEN_OLDER):
        app.action(turn)(turn_page)


async def open_answer(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The form, with what was kept or sent in it; one that cannot be answered any more is shown as it is."""
    async with coach.session(who) as session:
        letter = await session.mine(Letter, clicks.value(action))
        if letter.can_change:
            view = _letters.form(coach.prose, letter)
        else:
            message = _letters.shown(coach.prose, letter, members.today(session))
    return await (reply.open(view) if letter.can_change else reply.say(message))


async def take_typed(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Words that were typed into the conversation are an answer: `<letter>:<capture>`; kept, and shown in the form."""
    letter_id, _, capture_id = clicks.value(action).partition(":")
    async with coach.session(who) as session:
        text = await captures.take(session, capture_id, Source.MESSAGE.value)
        view = _letters.form(coach.prose, await feedback.add_to_draft(session, letter_id, text))
    return await reply.open(view)


async def keep_draft(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    typed = kit.texts(body.get("view") or {})
    async with coach.session(who) as session:
        letter = await feedback.keep_draft(session, clicks.value(action), _letters.texts(typed))
        message = _letters.kept(coach.prose, letter)
    return await reply.say(message)


async def send(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Hand the answer over. The same form sent again says the same thing."""
    letter_id, typed = kit.carried(view).get("letter"), kit.texts(view)
    asker = await _asker(coach, who, letter_id)
    async with coach.session(who, beside=[asker]) as session:
        letter = await feedback.send(
            session, session.beside(asker), str(letter_id), _letters.texts(typed), typed.get("permission")
        )
        message = _letters.sent(coach.prose, letter, members.today(session))
    return await reply.say(message)


async def withdraw(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    letter_id = clicks.value(action)
    asker = await _asker(coach, who, letter_id)
    async with coach.session(who, beside=[asker]) as session:
        letter = await feedback.withdraw(session, session.beside(asker), letter_id)
        await nudges.note_change(session, FEEDBACK_REQUEST, letter.id)
        message = _letters.withdrawn(coach.prose, letter)
    return await reply.say(message)


async def decline(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    letter_id = clicks.value(action)
    asker = await _asker(coach, who, letter_id)
    async with coach.session(who, beside=[asker]) as session:
        letter = await feedback.decline(session, session.beside(asker), letter_id)
        message = _letters.declined(coach.prose, letter)
    return await reply.say(message)


async def put_off(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        until = await feedback.put_off(session, clicks.value(action))
        message = _letters.put_off(coach.prose, members.local(session, until))
    return await reply.say(message)


async def never(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Under a request, or without one in the list of what was given."""
    return await choose(coach, who, reply, wanted=False, letter_id=action.get("value") or None)


async def ask_me(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await choose(coach, who, reply, wanted=True)


async def choose(
    coach: Coach, who: Principal, reply: Reply, *, wanted: bool, letter_id: str | None = None
) -> BoltResponse:
    """Whether colleagues' requests reach the member."""
    async with coach.session(who) as session:
        await (feedback.again(session) if wanted else feedback.never(session, letter_id))
        message = _letters.chosen(coach.prose, wanted=wanted)
    return await reply.say(message)


async def explain(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        letter = await session.mine(Letter, clicks.value(action))
        message = _letters.explained(coach.prose, letter)
    return await reply.say(message)


async def show(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        letter = await session.mine(Letter, clicks.value(action))
        message = _letters.shown(coach.prose, letter, members.today(session))
    return await reply.say(message)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_given(coach, who, reply, clicks.offset(action))


async def show_given(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        letters, total = await feedback.letters(session, size=_letters.PAGE, offset=offset)
        wanted = nudges.is_wanted(FEEDBACK_REQUEST, session.member)
        now = members.local(session, session.now)
        message = _letters.listed(coach.prose, letters, total, offset, now=now, wanted=wanted)
    return await reply.say(message)


async def _asker(coach: Coach, who: Principal, letter_id: object) -> Principal:
    """Whose request a letter is; read before, so that both members can be locked in one order."""
    async with coach.session(who) as session:
        letter = await session.mine(Letter, letter_id)
        return Principal(who.team_id, letter.asker_id)
