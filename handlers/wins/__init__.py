"""Wins in Slack: `/win`, the form, the list, and the buttons under a saved win."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import captures, members, wins
from bot.domain.wins import Entry, Source, Win
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit, permalinks
from handlers.replies import Reply
from handlers.wins import _reading, _views
from handlers.wins._ids import Ids as Ids
from handlers.wins._views import line as line

# A page's offset is a number of our own, so a longer one is none.
LONGEST_OFFSET = 7

# What can be said after `/win` instead of a win.
WORDS = frozenset({"", "help", "list"})


def register(app: AsyncApp) -> None:
    app.command("/win")(answer_command)
    app.action(Ids.LOG)(open_form)
    app.shortcut(Ids.LOG_SHORTCUT)(open_form)
    app.shortcut(Ids.SAVE_MESSAGE)(open_form_for_message)
    app.view(Ids.SAVE)(save)
    app.action(Ids.EDIT)(open_edit)
    app.view(Ids.CHANGE)(change)
    app.action(Ids.ADD_IMPACT)(open_impact)
    app.view(Ids.SAVE_IMPACT)(save_impact)
    app.action(Ids.CHANGE_DATE)(open_date)
    app.view(Ids.SAVE_DATE)(save_date)
    app.action(Ids.UNDO)(undo)
    app.action(Ids.RESTORE)(restore)
    app.action(Ids.SAME)(keep_one)
    app.action(Ids.ANOTHER)(log_another)
    app.action(Ids.MORE)(choose_from_list)
    app.action(Ids.SHOW)(turn_page)
    app.action(Ids.OLDER)(turn_page)
    app.action(Ids.NEWER)(turn_page)


async def answer_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await obey(command.get("text") or "", coach, who, reply, Source.COMMAND)


async def obey(
    text: str, coach: Coach, who: Principal, reply: Reply, source: Source = Source.COMMAND
) -> BoltResponse:
    """`/win …`, `/coach win …` and `win …` in the DM."""
    match text.strip().casefold():
        case "":
            return await reply.open(_views.form(coach.prose), instead=_views.usage(coach.prose))
        case "help":
            return await reply.say(_views.usage(coach.prose))
        case "list":
            return await show_list(coach, who, reply)
        case _:
            return await log_text(text, coach, who, reply, source)


async def log_text(
    text: str, coach: Coach, who: Principal, reply: Reply, source: Source, key: str | None = None
) -> BoltResponse:
    """Log one typed line, with the day it names; once, where what asked for it has a `key`."""
    async with coach.session(who) as session:
        if key and not await session.once(key):
            return await reply.nothing()
        message = await log_or_ask(session, coach.prose, wins.read(text, members.today(session)), source)
    return await reply.say(message)


async def log_or_ask(session: MemberSession, prose: Prose, given: Entry, source: Source) -> kit.Message:
    """Save a win, or ask whether it is the one that was saved a moment ago."""
    twin = await wins.twin(session, given)
    if twin is None:
        return _views.saved(prose, await wins.log(session, given, source), members.today(session))
    kept = await captures.keep(session, json.dumps(asdict(given), default=str), source.value)
    return _views.same_one(prose, twin, kept.id)


async def open_form(coach: Coach, reply: Reply) -> BoltResponse:
    return await reply.open(_views.form(coach.prose))


async def open_form_for_message(
    shortcut: dict[str, Any], coach: Coach, who: Principal, reply: Reply, client: AsyncWebClient
) -> BoltResponse:
    """Keep the person's own words and a link to the message, never a colleague's words."""
    own = shortcut["message"].get("user") == who.user_id
    words = shortcut["message"].get("text") if own else None
    link = await permalinks.of(client, shortcut)
    return await reply.open(
        _views.form(coach.prose, {"title": words, "evidence": link}, source=Source.SHORTCUT)
    )


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    source = Source(kit.carried(view).get("source", Source.FORM))
    async with coach.session(who) as session:
        given = _reading.read_form(kit.values(view), members.today(session))
        if not await session.once(f"view:{view['id']}"):
            return await _say_again(session, coach.prose, given, reply)
        message = await log_or_ask(session, coach.prose, given, source)
    return await reply.say(message)


async def _say_again(session: MemberSession, prose: Prose, given: Entry, reply: Reply) -> BoltResponse:
    """A form that was sent twice is answered with what the first time saved."""
    win = await wins.twin(session, given)
    return await (reply.say(_views.saved(prose, win, members.today(session))) if win else reply.nothing())


async def _open(
    form: Callable[[Prose, Win], dict[str, Any]],
    action: dict[str, Any],
    coach: Coach,
    who: Principal,
    reply: Reply,
) -> BoltResponse:
    """A form for a win; one that lies in the bin is offered back first."""
    async with coach.session(who) as session:
        win = await session.mine(Win, action.get("value"))
        if win.deleted_at is None:
            view = form(coach.prose, win)
        else:
            message = _views.saved(coach.prose, win, members.today(session))
    return await (reply.open(view) if win.deleted_at is None else reply.say(message))


async def open_edit(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _open(_views.edit_form, action, coach, who, reply)


async def change(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        win = await session.mine(Win, kit.carried(view).get("win"))
        typed = kit.values(view)
        given = _reading.read_form(
            {"details": win.details, **typed} if "details" not in typed else typed, members.today(session)
        )
        message = _views.saved(
            coach.prose, await wins.edit(session, win.id, given), members.today(session), changed=True
        )
    return await reply.say(message)


async def open_impact(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _open(_views.impact_form, action, coach, who, reply)


async def save_impact(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        win = await session.mine(Win, kit.carried(view).get("win"))
        given = _reading.read_form({**_reading.as_typed(win), **kit.values(view)}, members.today(session))
        message = _views.saved(
            coach.prose, await wins.edit(session, win.id, given), members.today(session), changed=True
        )
    return await reply.say(message)


async def open_date(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _open(_views.date_form, action, coach, who, reply)


async def save_date(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        today = members.today(session)
        on = _reading.read_day(kit.values(view).get("when"), today)
        win = await wins.move(session, str(kit.carried(view).get("win")), on)
        message = _views.saved(coach.prose, win, today, changed=True)
    return await reply.say(message)


async def undo(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        message = _views.saved(
            coach.prose, await wins.bin_(session, action.get("value", "")), members.today(session)
        )
    return await reply.say(message)


async def restore(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        message = _views.saved(
            coach.prose, await wins.restore(session, action.get("value", "")), members.today(session)
        )
    return await reply.say(message)


async def keep_one(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        win = await session.mine(Win, action.get("value"))
        message = _views.saved(coach.prose, win, members.today(session))
    return await reply.say(message)


async def log_another(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept = json.loads(await captures.take(session, action.get("value", "")))
        given = Entry(**{**kept, "occurred_on": date.fromisoformat(kept["occurred_on"])})
        message = _views.saved(
            coach.prose, await wins.log(session, given, Source.COMMAND), members.today(session)
        )
    return await reply.say(message)


async def choose_from_list(
    action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """The menu beside a win in the list: `<what>:<win id>`."""
    what, _, win_id = action["selected_option"]["value"].partition(":")
    chosen = {"edit": open_edit, "date": open_date, "delete": undo}.get(what, open_edit)
    return await chosen({"value": win_id}, coach, who, reply)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    offset = action.get("value") or ""
    known = offset.isdecimal() and len(offset) < LONGEST_OFFSET
    return await show_list(coach, who, reply, offset=int(offset) if known else 0)


async def show_list(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        some, total = await wins.page(session, size=_views.PAGE, offset=offset)
        message = _views.listed(coach.prose, some, total, offset, members.today(session))
    return await reply.say(message)
