"""Pitches in Slack: `/pitch`, the private preview of a draft, its versions, and the list of drafts."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.domain import members, pitches
from bot.storage.identity import Principal
from handlers import clicks, kit
from handlers.pitches import _drafting, _pages, _preview, _reading
from handlers.pitches._drafting import register_drafting
from handlers.pitches._ids import Ids as Ids
from handlers.pitches._preview import name as name
from handlers.pitches._sending import register_sending
from handlers.records import answering, plain
from handlers.replies import Reply


def register(app: AsyncApp) -> None:
    app.command("/pitch")(answer_command)
    register_drafting(app)
    register_sending(app)
    app.action(Ids.OPEN)(show)
    app.action(Ids.VERSION)(show_version)
    app.action(Ids.CHANGES)(show_changes)
    app.action(Ids.COPY)(copy)
    app.view(Ids.COPIED)(close)
    app.action(Ids.EDIT)(edit)
    app.view(Ids.REVISE)(revise)
    app.action(Ids.TAKE)(take)
    app.action(Ids.DELETE)(answering(pitches.bin_, plain(_pages.changed)))
    app.action(Ids.RESTORE)(answering(pitches.restore, plain(_pages.changed)))
    for turn in (Ids.SHOW, Ids.OLDER, Ids.NEWER):
        app.action(turn)(turn_page)


async def answer_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await obey(command.get("text") or "", coach, who, reply)


async def obey(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/pitch …`, `/coach pitch …` and `pitch …` in the DM."""
    said = " ".join(text.casefold().split())
    kind = pitches.kind_called(said) if said else pitches.MANAGER
    if kind is not None:
        return await _drafting.open_form(kind, coach, who, reply)
    if said == "list":
        return await show_list(coach, who, reply)
    if begun := _reading.begun_with(text):
        return await _drafting.open_form(begun[0], coach, who, reply, said=begun[1])
    return await reply.say(_pages.usage(coach.prose, "" if said == "help" else kit.clip(text.strip(), 200)))


async def show(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        found = await _reading.named(session, action.get("value"))
        page = await _reading.preview(session, coach.prose, *found)
    return await reply.open(page)


async def show_version(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show({"value": clicks.choice(action)}, coach, who, reply)


async def show_changes(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """What a version says otherwise than the one before."""
    async with coach.session(who) as session:
        pitch, version = await _reading.named(session, action.get("value"))
        before = await pitches.version(session, pitch, version.number - 1)
        view = _preview.changes(coach.prose, version, before)
    return await reply.push(view)


async def copy(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        _, version = await _reading.named(session, action.get("value"))
        view = _pages.text_to_copy(coach.prose, version)
    return await reply.push(view)


async def close(reply: Reply) -> BoltResponse:
    """The text was copied; what it lay upon shows again."""
    return await reply.nothing()


async def edit(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        pitch, version = await _reading.named(session, action.get("value"))
        newest = await pitches.version(session, pitch)
        view = _pages.text_to_edit(coach.prose, pitch, version, newest.number)
    return await reply.open(view)


async def revise(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save the edited text as a new version; the same form sent again makes none."""
    form = kit.carried(view)
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, form.get("pitch"))
        version = None
        if await session.once(f"view:{view['id']}:{form['number']}:{form['newest']}"):
            text = _pages.edited_text(kit.values(view), form["between"])
            version = await pitches.revise(session, pitch, form["number"], text)
        page = await _reading.preview(session, coach.prose, pitch, version)
    return await reply.open(page)


async def take(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Take what the lint offers, `<pitch id>:<number>:<place>`; clicked twice it makes one version."""
    value = clicks.value(action)
    async with coach.session(who) as session:
        pitch, version = await _reading.named(session, value)
        place = clicks.number(value.rpartition(":")[2])
        if place is None:
            raise NotFound("old_button")
        if await session.once(f"take:{value}"):
            version = await pitches.mend(session, coach.prose, pitch, version.number, place)
        else:
            version = await pitches.version(session, pitch)
        page = await _reading.preview(session, coach.prose, pitch, version)
    return await reply.open(page)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_list(coach, who, reply, offset=clicks.offset(action))


async def show_list(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        some, total = await pitches.page(session, size=_pages.PAGE, offset=offset)
        today, zone = members.today(session), members.zone(session.member)
        message = _pages.listed(coach.prose, some, total, offset, today=today, zone=zone)
    return await reply.say(message)
