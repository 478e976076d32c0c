"""Drafting in Slack: the form opens, is drawn anew as its choices change, and becomes a draft."""

import json
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import NotFound
from bot.core.prose import Prose
from bot.domain import captures, members, pitches, proofs
from bot.domain.pitches import Kind, Pitch
from bot.storage.base import new_id
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.pitches import _form, _reading
from handlers.pitches._ids import Ids
from handlers.replies import Reply

# Where texts of fields come from that another kind of pitch does not ask for.
SOURCE = "pitch"


def register_drafting(app: AsyncApp) -> None:
    app.action(Ids.NEW)(start)
    for choice in (Ids.KIND, Ids.GOAL, Ids.PERIOD):
        app.action(choice)(redraw)
    app.view(Ids.DRAFT)(draft)
    app.action(Ids.WINS)(open_wins)
    app.action(Ids.WINS_PERIOD)(redraw_wins)
    app.view(Ids.REPICK)(repick)


async def start(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """A button that begins a draft; it may name the kind."""
    return await open_form(kind_named(action.get("value")), coach, who, reply)


async def open_form(
    kind: Kind, coach: Coach, who: Principal, reply: Reply, *, said: str = ""
) -> BoltResponse:
    """The form; what was `said` with the command stands in its first field."""
    async with coach.session(who) as session:
        offer = await proofs.usual_offer(session, kind)
        typed = {kind.fields[0].name: said} if said else None
        view = _form.form(coach.prose, kind, offer, new_id(), typed)
    if kind.least and not offer.proofs:
        return await reply.say(_form.no_wins(coach.prose, said))
    return await reply.open(view, instead=_form.ready(coach.prose, kind))


async def redraw(body: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Another kind, goal or period was chosen: offer its wins and keep what was typed."""
    view = _modal(body)
    typed, carried = kit.values(view), kit.carried(view)
    kind = kind_named(typed.get("kind"))
    async with coach.session(who) as session:
        every = {**await _earlier(session, carried.get("capture")), **typed}
        window = kind.window if clicked(body) == Ids.KIND else typed.get("period")
        offer = await proofs.offer(
            session, kind, str(window), _text(every.get("goal")), _text(every.get("ask")) or ""
        )
        capture_id = await _keep_unseen(session, kind, every)
        form = _form.form(coach.prose, kind, offer, str(carried.get("form")), every, capture_id)
    return await reply.open(form)


async def draft(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Make the draft; the same form sent again shows the one that it made."""
    async with coach.session(who) as session:
        fresh = await session.once(kit.sending(view))
        pitch = await (_begin(session, coach.prose, kit.values(view)) if fresh else pitches.last(session))
        page = await _reading.preview(session, coach.prose, pitch) if pitch else None
    return await (reply.open(page) if page else reply.nothing())


async def open_wins(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The wins of a draft, to be changed."""
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, action.get("value"))
        view = await _wins_form(session, coach.prose, pitch, pitch.window or "all", pitch.win_ids)
    return await reply.open(view)


async def redraw_wins(body: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Wins of another time, the best of them chosen."""
    view = _modal(body)
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, kit.carried(view).get("pitch"))
        form = await _wins_form(session, coach.prose, pitch, _text(kit.values(view).get("period")))
    return await reply.open(form)


async def repick(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Draft again with the chosen wins, as a new version; the same form sent again makes none."""
    form, typed = kit.carried(view), kit.values(view)
    async with coach.session(who) as session:
        pitch = await pitches.kept_one(session, form.get("pitch"))
        facts = await proofs.facts(session, pitch.row, typed.get("wins") or [], pitch.goal_id)
        if await session.once(f"view:{view['id']}:{form.get('newest')}"):
            await pitches.repick(session, coach.prose, pitch, facts)
        page = await _reading.preview(session, coach.prose, pitch)
    return await reply.open(page)


def kind_named(name: object) -> Kind:
    """The kind of this name; that of a message to the manager for anything else."""
    return pitches.KINDS.get(name if isinstance(name, str) else "", pitches.MANAGER)


def clicked(body: Mapping[str, Any]) -> str:
    return str((body.get("actions") or [{}])[0].get("action_id"))


async def _begin(session: MemberSession, prose: Prose, typed: dict[str, Any]) -> Pitch:
    window = _text(typed.get("period"))
    period = proofs.span(window, members.today(session))
    said = _form.period_words(prose, str(window), period)
    given = pitches.brief(_text(typed.get("kind")), said, typed, window)
    goal_id = _text(typed.get("goal"))
    facts = await proofs.facts(session, given.kind, typed.get("wins") or [], goal_id)
    return await pitches.begin(session, prose, given, facts)


async def _wins_form(
    session: MemberSession, prose: Prose, pitch: Pitch, window: str | None, chosen: list[str] | None = None
) -> dict[str, Any]:
    offer = await proofs.offer(session, pitch.row, window, pitch.goal_id, pitch.ask or "")
    return _form.wins_form(prose, pitch, await pitches.version(session, pitch), offer, chosen)


async def _earlier(session: MemberSession, capture_id: object) -> dict[str, Any]:
    """What was typed into fields that were not in the form when it was drawn last."""
    text = await captures.look(session, _text(capture_id), SOURCE)
    return json.loads(text) if text else {}


async def _keep_unseen(session: MemberSession, kind: Kind, typed: Mapping[str, Any]) -> str | None:
    """Keep what stands in none of a kind's own fields, so that it is there when its kind is chosen again."""
    asked = {field.name for one in pitches.KINDS.values() for field in one.fields}
    unseen = {name: typed[name] for name in asked if typed.get(name) and kind.field(name) is None}
    return (await captures.keep(session, json.dumps(unseen), SOURCE)).id if unseen else None


def _modal(body: Mapping[str, Any]) -> Mapping[str, Any]:
    view = body.get("view")
    if not isinstance(view, dict):
        raise NotFound("old_button")
    return view


def _text(given: object) -> str | None:
    return given if isinstance(given, str) and given else None
