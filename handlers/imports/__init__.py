"""Imports in Slack: a file dropped into the DM is read, shown, and saved at a click."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.errors import CoachError, Invalid
from bot.domain import imports, members
from bot.domain import privacy as accounts
from bot.domain.imports import Kept, Packed, Preview, Problem
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit, privacy
from handlers.imports import _download, _views
from handlers.imports._ids import Ids as Ids
from handlers.replies import Reply

# What is said after `/win` to learn how.
WORD = "import"


def register(app: AsyncApp) -> None:
    app.command("/win", matchers=[_asks_how])(answer_command)
    app.action(Ids.SAVE)(save)
    app.action(Ids.UNDO)(undo)
    app.action(Ids.RESTORE)(restore)
    app.action(Ids.LEAVE)(leave)
    app.action(Ids.COLUMNS)(open_columns)
    app.view(Ids.CHOOSE)(choose)
    app.action(Ids.ORDER)(choose_order)
    app.action(Ids.ALIKE)(open_alike)
    app.view(Ids.TICK)(tick)
    app.action(Ids.BROKEN)(show_broken)
    app.action(Ids.EARLIER)(turn_page)
    app.action(Ids.LATER)(turn_page)
    app.action(Ids.BACK)(show)


def is_asked(text: str) -> bool:
    """Whether these words after `/win` ask how an import goes."""
    return text.strip().casefold() == WORD


async def _asks_how(command: dict[str, Any]) -> bool:
    return is_asked(command.get("text") or "")


async def answer_command(coach: Coach, reply: Reply) -> BoltResponse:
    return await explain(coach, reply)


async def explain(coach: Coach, reply: Reply) -> BoltResponse:
    """`/win import`, `/coach win import` and `win import` in the DM."""
    return await reply.say(_views.help_(coach.prose))


async def take(
    event: dict[str, Any], key: str, coach: Coach, who: Principal, reply: Reply, client: AsyncWebClient
) -> None:
    """Read the files that were dropped into the DM, once; each is answered for itself."""
    async with coach.session(who) as session:
        # The file stays in the DM, so one that was being read when Sayso stopped can be dropped again.
        fresh = await session.once(key)
    for file in event["files"] if fresh else ():
        if isinstance(file, dict):
            work = _taken(file, coach, who, client)
            await reply.say_when_done(_said(coach, work), _views.working(coach.prose))


async def save(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _in_parts(imports.save_next, ("open",), action, coach, who, reply)


async def undo(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _in_parts(imports.undo_next, ("to_undone",), action, coach, who, reply)


async def restore(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _in_parts(imports.restore_next, ("to_saved",), action, coach, who, reply)


async def leave(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        await imports.let_go(session, action.get("value"))
    return await reply.say(_views.left(coach.prose))


async def show(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept = await imports.shown(session, action.get("value"))
        message = _views.preview(coach.prose, kept, members.today(session))
    return await reply.say(message)


async def open_columns(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept = await imports.shown(session, action.get("value"))
    return await reply.open(_views.columns(coach.prose, kept))


async def choose(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Read the table anew with the columns that were chosen."""
    typed = kit.values(view)
    import_id = kit.carried(view).get("import")
    places = {part: clicks.number(typed.get(part)) for part in imports.parts()}
    columns = {part: place for part, place in places.items() if place is not None}
    return await _read_anew(import_id, columns, coach, who, reply)


async def choose_order(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Read the table anew with the month or the day first: `<month or day>:<import>`."""
    order, _, import_id = clicks.value(action).partition(":")
    async with coach.session(who) as session:
        kept = await imports.shown(session, import_id)
    columns = (kept.columns or {}).get("chosen")
    return await _read_anew(import_id, columns, coach, who, reply, month_first=order == "month")


async def _read_anew(
    import_id: str | None,
    columns: Mapping[str, str | int] | None,
    coach: Coach,
    who: Principal,
    reply: Reply,
    *,
    month_first: bool = False,
) -> BoltResponse:
    async with coach.session(who) as session:
        before, text = await imports.table_of(session, import_id)
        today = members.today(session)
    read = partial(imports.read, month_first=month_first)
    found = await asyncio.to_thread(read, text.encode(), before.name, today, columns)
    if found.problem:
        return await reply.say(_views.explained(coach.prose, before.name, found.problem))
    packed = await _packed(before.name, found, text.encode(), coach, who)
    async with coach.session(who) as session:
        kept = await imports.shown(session, before.id)
        # Of one that is being saved, only the columns of the rest could still be chosen.
        if kept.state == "open" and not kept.saved:
            kept = await imports.keep(session, packed)
            await imports.let_go(session, before.id)
        message = _views.preview(coach.prose, kept, today)
    return await reply.say(message)


async def open_alike(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept = await imports.shown(session, action.get("value"))
        view = await _alike(session, coach, kept, 0)
    return await reply.open(view)


async def tick(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Take what was ticked although it seems to be there."""
    async with coach.session(who) as session:
        kept = await _ticked(session, view)
        message = _views.preview(coach.prose, kept, members.today(session))
    return await reply.say(message)


async def show_broken(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept, offset = await _page(session, action)
        message = _views.broken(coach.prose, kept, await imports.broken_in(session, kept.id), offset)
    return await reply.say(message)


async def turn_page(
    action: dict[str, Any], body: dict[str, Any], coach: Coach, who: Principal, reply: Reply
) -> BoltResponse:
    """Another page: of the boxes, which keeps those that are ticked on this one, else of the broken lines."""
    view = body.get("view") or {}
    if view.get("callback_id") != Ids.TICK:
        return await show_broken(action, coach, who, reply)
    async with coach.session(who) as session:
        await _ticked(session, view)
        kept, offset = await _page(session, action)
        form = await _alike(session, coach, kept, offset)
    return await reply.open(form)


async def _taken(file: dict[str, Any], coach: Coach, who: Principal, client: AsyncWebClient) -> kit.Message:
    """Fetch and read a file; what it holds is kept until the person has said what becomes of it."""
    name = str(file.get("name") or file.get("id") or "")
    try:
        file = await _download.described(client, file)
        name = str(file.get("name") or name)
        content = await _download.fetch(client, file)
    except _download.NotFetchedError as fault:
        return _views.explained(coach.prose, name, fault.problem)
    try:
        whole = await asyncio.to_thread(accounts.found_in, content)
    except Invalid as fault:
        return _views.explained(coach.prose, name, Problem.of(fault))
    if whole is not None:
        return await privacy.taken(whole, coach, who)
    async with coach.session(who) as session:
        today = members.today(session)
    found = await asyncio.to_thread(imports.read, content, name, today)
    if found.problem:
        return _views.explained(coach.prose, name, found.problem)
    packed = await _packed(name, found, content, coach, who)
    async with coach.session(who) as session:
        kept = await imports.keep(session, packed)
        return _views.preview(coach.prose, kept, today)


async def _packed(name: str, found: Preview, content: bytes, coach: Coach, who: Principal) -> Packed:
    """What is kept of a file: of a table its text, too, which may be read anew with other columns."""
    async with coach.session(who) as session:
        known = await imports.known(session, found.lines)
    marked = await asyncio.to_thread(imports.marks, found.lines, known)
    text = imports.text_of(content) if found.columns else None
    return await asyncio.to_thread(imports.pack, name, found, marked, text)


async def _in_parts(
    step: Callable[[MemberSession, str | None], Awaitable[Kept]],
    going_on: tuple[str, ...],
    action: dict[str, Any],
    coach: Coach,
    who: Principal,
    reply: Reply,
) -> BoltResponse:
    """Do something with all of an import, one part in a transaction; whoever clicks twice does it once."""

    async def work() -> kit.Message:
        while True:
            async with coach.session(who) as session:
                kept = await step(session, action.get("value"))
            if kept.state not in going_on:
                return _views.done(coach.prose, kept)

    return await reply.say_when_done(_said(coach, work()), _views.working(coach.prose))


async def _said(coach: Coach, work: Awaitable[kit.Message]) -> kit.Message:
    """What comes of a piece of work; a refusal is said in its place, as nobody else is there to say it."""
    try:
        return await work
    except CoachError as refused:
        sentence = _views.reason(coach.prose, Problem.of(refused))
        return kit.Message(sentence, [kit.section(sentence)])


async def _ticked(session: MemberSession, view: dict[str, Any]) -> Kept:
    """What is ticked on the page that stands open, kept."""
    carried = kit.carried(view)
    offset = carried.get("offset")
    lines = await imports.alike_in(session, carried.get("import"))
    offered = lines[offset : offset + _views.FORM_PAGE] if isinstance(offset, int) and offset >= 0 else []
    typed = kit.values(view)
    ticked = {value for name, chosen in typed.items() if name.startswith("places_") for value in chosen or ()}
    places = [one.place for one in offered]
    return await imports.tick(session, carried["import"], places, [at for at in places if str(at) in ticked])


async def _alike(session: MemberSession, coach: Coach, kept: Kept, offset: int) -> dict[str, Any]:
    lines = await imports.alike_in(session, kept.id)
    return _views.alike(coach.prose, kept, lines, offset, members.today(session))


async def _page(session: MemberSession, action: dict[str, Any]) -> tuple[Kept, int]:
    """The import and the offset that `<id>:<offset>` names; without an offset the beginning."""
    import_id, _, offset = (action.get("value") or "").partition(":")
    return await imports.shown(session, import_id), clicks.number(offset) or 0
