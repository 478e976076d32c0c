"""The asker's listeners: ask, ask again, close, take back, and the list of what was sent."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.domain import captures, feedback, members
from bot.domain.feedback import Asked, Colleague, Request, Status
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit
from handlers.feedback import _people, _request, _sent
from handlers.feedback._ids import Ids
from handlers.feedback._line import SOURCE
from handlers.feedback._request import Draft
from handlers.replies import Reply


def register_asking(app: AsyncApp) -> None:
    app.action(Ids.NEW)(open_form)
    app.view(Ids.ASK)(ask)
    app.action(Ids.ASK_WORDS)(ask_words)
    app.action(Ids.AGAIN)(ask_again)
    app.action(Ids.CLOSE)(close)
    app.action(Ids.UNDO)(take_back)
    app.action(Ids.SENT_MORE)(choose_from_list)
    for turn in (Ids.SENT, Ids.SENT_NEWER, Ids.SENT_OLDER):
        app.action(turn)(turn_page)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The value is what it is about, `win:<id>`, where the button knows."""
    return await open_draft(Draft(link=action.get("value") or ""), coach, who, reply)


async def open_draft(
    draft: Draft, coach: Coach, who: Principal, reply: Reply, instead: kit.Message | None = None
) -> BoltResponse:
    async with coach.session(who) as session:
        view = await _request.form(session, coach.prose, draft)
    return await reply.open(view, instead=instead)


async def ask_words(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The line was a topic after all."""
    async with coach.session(who) as session:
        text = await captures.take(session, clicks.value(action), SOURCE)
        view = await _request.form(session, coach.prose, Draft(topic=feedback.topic_of(text)))
    return await reply.open(view)


async def ask(
    view: dict[str, Any], coach: Coach, who: Principal, reply: Reply, client: AsyncWebClient
) -> BoltResponse:
    """Send a request; the same form sent again sends none."""
    typed, carried = kit.values(view), kit.carried(view)
    async with coach.session(who) as session:
        given = await _request.read(session, coach.prose, typed, members.today(session))
        before = await _before(session, carried.get("follows"))
    people = _people.chosen(typed.get("people"), who)
    guests = _request.GUESTS in (typed.get("guests") or [])
    found = await _people.examined(client, who.team_id, people, guests=guests)
    others = {Principal(who.team_id, one): profile.name or one for one, profile in found.items()}
    form = f"view:{view['id']}:{carried.get('form')}"
    async with coach.session(who, beside=others) as session:
        if await session.was(form):
            return await reply.nothing()
        await feedback.allow(session, others, follows=before)
    await _people.admit(coach, who.team_id, found)
    earlier = [Principal(who.team_id, before.user_id)] if before else []
    async with coach.session(who, beside=[*others, *earlier]) as session:
        if not await session.once(form):
            return await reply.nothing()
        if before:
            await feedback.close(session, session.beside(earlier[0]), before.id)
        colleagues = [
            Colleague(theirs, name) for one, name in others.items() if (theirs := session.beside(one))
        ]
        request = await feedback.ask(session, colleagues, given)
        message = _sent.asked(coach.prose, request, [one.name for one in colleagues])
    return await reply.say(message)


async def ask_again(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The same request to the same colleague, to change and send; the earlier one is closed by that."""
    async with coach.session(who) as session:
        sent = await feedback.sent_one(session, clicks.value(action))
        follows = sent.asked.id if sent.asked.status == Status.OPEN else None
        draft = _request.draft_of(sent.request, [sent.asked.user_id], follows)
        view = await _request.form(session, coach.prose, draft)
    return await reply.open(view)


async def close(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    asked_id = clicks.value(action)
    async with coach.session(who) as session:
        asked = await feedback.still_open(session, asked_id)
    other = Principal(who.team_id, asked.user_id)
    async with coach.session(who, beside=[other]) as session:
        closed = await feedback.close(session, session.beside(other), asked_id)
        message = _sent.closed(coach.prose, [closed])
    return await reply.say(message)


async def take_back(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Close a request to everybody who has not answered yet."""
    request_id = clicks.value(action)
    async with coach.session(who) as session:
        open_ = await _open_ones(session, request_id)
    others = {one.user_id: Principal(who.team_id, one.user_id) for one in open_}
    async with coach.session(who, beside=list(others.values())) as session:
        closed = [
            await feedback.close(session, session.beside(others[one.user_id]), one.id)
            for one in await _open_ones(session, request_id)
            if one.user_id in others
        ]
        message = _sent.closed(coach.prose, closed)
    return await reply.say(message)


async def choose_from_list(
    action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The menu beside a request: `<what>:<id>`."""
    what, asked_id = clicks.choice_about(action)
    return await (close if what == "close" else ask_again)({"value": asked_id}, coach, who, reply)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_sent(coach, who, reply, clicks.offset(action))


async def show_sent(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        sent, total = await feedback.sent(session, size=_sent.PAGE, offset=offset)
        message = _sent.listed(coach.prose, sent, total, offset, members.today(session))
    return await reply.say(message)


async def _open_ones(session: MemberSession, request_id: str) -> Sequence[Asked]:
    asked = await feedback.asked_in(session, await session.mine(Request, request_id))
    return [one for one in asked if one.status == Status.OPEN]


async def _before(session: MemberSession, asked_id: object) -> Asked | None:
    """The earlier request that this one takes the place of, as long as it is open."""
    if not asked_id:
        return None
    asked = await session.mine(Asked, asked_id)
    return asked if asked.status == Status.OPEN else None
