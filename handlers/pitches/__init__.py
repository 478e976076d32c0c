"""Pitches in Slack: `/pitch`, the form, the private preview, its versions, and the list of drafts."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.domain import members, pitches, proofs
from bot.domain.pitches import Audience, Pitch, PitchVersion
from bot.storage.base import new_id
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit
from handlers.pitches import _form, _pages
from handlers.pitches._ids import Ids as Ids
from handlers.pitches._pages import name as name
from handlers.replies import Reply

LONGEST_NUMBER = 7


def register(app: AsyncApp) -> None:
    app.command("/pitch")(answer_command)
    app.action(Ids.NEW)(start)
    app.action(Ids.AUDIENCE)(redraw)
    app.action(Ids.PERIOD)(redraw)
    app.view(Ids.DRAFT)(draft)
    app.action(Ids.OPEN)(show)
    app.action(Ids.VERSION)(show_version)
    app.action(Ids.COPY)(copy)
    app.view(Ids.COPIED)(close)
    app.action(Ids.EDIT)(edit)
    app.view(Ids.REVISE)(revise)
    app.action(Ids.DELETE)(delete)
    app.action(Ids.RESTORE)(restore)
    app.action(Ids.SHOW)(turn_page)
    app.action(Ids.OLDER)(turn_page)
    app.action(Ids.NEWER)(turn_page)


async def answer_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await obey(command.get("text") or "", coach, who, reply)


async def obey(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/pitch …`, `/coach pitch …` and `pitch …` in the DM."""
    said = " ".join(text.casefold().split())
    audience = pitches.audience_called(said) if said else pitches.MANAGER
    if audience is not None:
        return await open_form(audience, coach, who, reply)
    if said == "list":
        return await show_list(coach, who, reply)
    return await reply.say(_pages.usage(coach.prose, "" if said == "help" else kit.clip(text.strip(), 200)))


async def start(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """A button that begins a draft; it may name the audience."""
    audience = pitches.AUDIENCES.get(action.get("value") or "", pitches.MANAGER)
    return await open_form(audience, coach, who, reply)


async def open_form(audience: Audience, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        offer = await proofs.usual_offer(session)
        view = _form.form(coach.prose, audience, offer, new_id())
    if not offer.proofs:
        return await reply.say(_form.no_wins(coach.prose))
    return await reply.open(view, instead=_form.ready(coach.prose, audience))


async def redraw(body: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Another audience or period was chosen: offer its wins and keep what was typed."""
    view = body.get("view")
    if view is None:
        raise NotFound("old_button")
    typed = kit.values(view)
    audience = pitches.AUDIENCES.get(typed.get("audience") or "", pitches.MANAGER)
    async with coach.session(who) as session:
        offer = await proofs.offer(session, typed.get("period"))
        form = _form.form(coach.prose, audience, offer, str(kit.carried(view).get("form")), typed)
    return await reply.open(form)


async def draft(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Make the draft; the same form sent again shows the one that it made."""
    async with coach.session(who) as session:
        fresh = await session.once(f"view:{view['id']}:{kit.carried(view).get('form')}")
        pitch = await (_begin(session, coach.prose, kit.values(view)) if fresh else pitches.last(session))
        page = await _preview(session, coach.prose, pitch) if pitch else None
    return await (reply.open(page) if page else reply.nothing())


async def show(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        page = await _preview(session, coach.prose, *await _named(session, action.get("value")))
    return await reply.open(page)


async def show_version(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show({"value": clicks.choice(action)}, coach, who, reply)


async def copy(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        _, version = await _named(session, action.get("value"))
        view = _pages.text_to_copy(coach.prose, version)
    return await reply.push(view)


async def close(reply: Reply) -> BoltResponse:
    """The text was copied; what it lay upon shows again."""
    return await reply.nothing()


async def edit(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        pitch, version = await _named(session, action.get("value"))
        newest = await pitches.version(session, pitch)
        view = _pages.text_to_edit(coach.prose, pitch, version, newest.number)
    return await reply.open(view)


async def revise(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save the edited text as a new version; the same form sent again makes none."""
    form = kit.carried(view)
    async with coach.session(who) as session:
        pitch = await pitches.kept(session, form.get("pitch"))
        version = None
        if await session.once(f"view:{view['id']}:{form['number']}:{form['newest']}"):
            text = _pages.edited_text(kit.values(view), form["between"])
            version = await pitches.revise(session, pitch, form["number"], text)
        page = await _preview(session, coach.prose, pitch, version)
    return await reply.open(page)


async def delete(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        message = _pages.changed(coach.prose, await pitches.bin_(session, action.get("value")))
    return await reply.say(message)


async def restore(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        message = _pages.changed(coach.prose, await pitches.restore(session, action.get("value")))
    return await reply.say(message)


async def turn_page(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await show_list(coach, who, reply, offset=_number(action.get("value")) or 0)


async def show_list(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        some, total = await pitches.page(session, size=_pages.PAGE, offset=offset)
        today, zone = members.today(session), members.zone(session.member)
        message = _pages.listed(coach.prose, some, total, offset, today=today, zone=zone)
    return await reply.say(message)


async def _begin(session: MemberSession, prose: Prose, typed: dict[str, Any]) -> Pitch:
    today, window = members.today(session), typed.get("period")
    period = proofs.span(window, today)
    said = _form.period_words(prose, str(window), period)
    given = pitches.brief(typed.get("audience"), said, typed.get("ask"), typed)
    chosen = await proofs.chosen(session, typed.get("wins") or [])
    return await pitches.begin(session, prose, given, chosen, today)


async def _named(session: MemberSession, value: str | None) -> tuple[Pitch, PitchVersion]:
    """The draft and version that `<pitch id>:<number>` names; without a number the newest one."""
    pitch_id, _, number = (value or "").partition(":")
    pitch = await pitches.kept(session, pitch_id)
    return pitch, await pitches.version(session, pitch, _number(number))


def _number(value: str | None) -> int | None:
    """A number of our own; a longer one never was."""
    return int(value) if value and value.isdecimal() and len(value) < LONGEST_NUMBER else None


async def _preview(
    session: MemberSession, prose: Prose, pitch: Pitch, version: PitchVersion | None = None
) -> dict[str, Any]:
    versions = await pitches.versions(session, pitch)
    cited = await proofs.chosen(session, pitch.win_ids)
    zone = members.zone(session.member)
    return _pages.preview(prose, _pages.Shown(pitch, version or versions[0], cited, versions, zone))
