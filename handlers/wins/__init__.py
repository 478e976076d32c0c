"""Wins in Slack: `/win`, the form, the list, and the buttons under a saved win."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import captures, goals, members, wins
from bot.domain.wins import Entry, Source
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import bins, brag, kit, permalinks, slips
from handlers.replies import Reply
from handlers.wins import _changes, _forms, _lists, _reading, _views
from handlers.wins._forms import form as form
from handlers.wins._ids import Ids as Ids
from handlers.wins._pages import Place
from handlers.wins._views import line as line

Deed = Callable[[Coach, Principal, Reply], Awaitable[BoltResponse]]

# What is kept until somebody has said whether it is a win of its own.
ANOTHER = "wins.another"

# Commands that can be the first word of what somebody got done: “Export pipeline rewritten”.
OF_WORK = frozenset({"export", "find", "help"})

# What may stand between `list` and a span of time.
_BETWEEN = frozenset({"of", "for", "from", "this", "the", "last"})
_FIND = re.compile(r"find\s+(.+)", re.IGNORECASE | re.DOTALL)


def register(app: AsyncApp) -> None:
    app.command("/win")(answer_command)
    app.action(Ids.LOG)(open_form)
    app.shortcut(Ids.LOG_SHORTCUT)(open_form)
    app.shortcut(Ids.SAVE_MESSAGE)(open_form_for_message)
    app.view(Ids.SAVE)(save)
    app.action(Ids.ANOTHER)(log_another)
    _changes.register(app)
    _lists.register(app)


async def answer_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await obey(command.get("text") or "", coach, who, reply, Source.COMMAND)


async def obey(
    text: str, coach: Coach, who: Principal, reply: Reply, source: Source = Source.COMMAND
) -> BoltResponse:
    """`/win …`, `/coach win …` and `win …` in the DM."""
    if not text.strip():
        return await reply.open(form(coach.prose), instead=_views.usage(coach.prose))
    deed = asked(text, coach.clock.now().date())
    return await (deed(coach, who, reply) if deed else log_text(text, coach, who, reply, source))


def asked(text: str, today: date) -> Deed | None:
    """What the words after `/win` ask for; None where they are a win to log."""
    said = " ".join(text.split())
    if said.casefold() in _SAID:
        return _SAID[said.casefold()]
    if span := _span_in(said):
        return partial(_lists.show_list, place=Place(wins.Wanted(span=span)))
    if words := _FIND.fullmatch(said):
        return partial(_lists.find, words[1])
    if document := brag.asked(said):
        return partial(brag.start_for, document)
    slip = slips.is_slip(said, _SAID.keys(), today, of_sentences=OF_WORK)
    return partial(ask_what, text) if slip else None


async def ask_what(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Save nothing, and ask whether it is a win."""
    async with coach.session(who) as session:
        given = wins.read(text, members.today(session))
        kept = await captures.keep(session, json.dumps([wins.packed(given), None]), ANOTHER)
    usage = _views.usage(coach.prose)
    return await reply.say(slips.asked(coach.prose, text, "win", Ids.ANOTHER, kept.id, usage))


def _span_in(said: str) -> str | None:
    """The span of `list this month` and `list last week`; None for anything else."""
    first, *words = said.casefold().split() or [""]
    *between, last = words or [""]
    name = f"last_{last}" if between[-1:] == ["last"] else last
    is_list = first == "list" and name in wins.SPANS and _BETWEEN.issuperset(between)
    return name if is_list else None


async def explain(coach: Coach, _who: Principal, reply: Reply) -> BoltResponse:
    return await reply.say(_views.usage(coach.prose))


async def export(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await brag.start(coach, who, reply)


async def show_bin(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await bins.show("", coach, who, reply)


async def log_text(
    text: str, coach: Coach, who: Principal, reply: Reply, source: Source, key: str | None = None
) -> BoltResponse:
    """Log one typed line, with the day it names; once, where what asked for it has a `key`."""
    async with coach.session(who) as session:
        if key and not await session.once(key):
            return await reply.nothing()
        message = await log_or_ask(session, coach.prose, wins.read(text, members.today(session)), source)
    return await reply.say(message)


async def log_or_ask(
    session: MemberSession, prose: Prose, given: Entry, source: Source, goal_id: str | None = None
) -> kit.Message:
    """Save a win, or ask whether it is the one that was saved a moment ago."""
    twin = await wins.twin(session, given)
    if twin is None:
        return await _logged(session, prose, given, source, goal_id)
    kept = await captures.keep(session, json.dumps([wins.packed(given), goal_id]), ANOTHER)
    return _views.same_one(prose, twin, kept.id)


async def _logged(
    session: MemberSession, prose: Prose, given: Entry, source: Source, goal_id: str | None
) -> kit.Message:
    goal = await goals.kept_one(session, goal_id) if goal_id else None
    win = await wins.log(session, given, source, goal_id=goal.id if goal else None)
    return await _changes.shown(session, prose, win, given=given)


async def open_form(coach: Coach, reply: Reply) -> BoltResponse:
    return await reply.open(form(coach.prose))


async def open_form_for_message(
    shortcut: dict[str, Any], coach: Coach, who: Principal, reply: Reply, client: AsyncWebClient
) -> BoltResponse:
    """Keep the person's own words and a link to the message, never a colleague's words."""
    own = shortcut["message"].get("user") == who.user_id
    words = shortcut["message"].get("text") if own else None
    link = await permalinks.of(client, shortcut)
    typed = {"title": words, "evidence": link}
    return await reply.open(_forms.form(coach.prose, typed, source=Source.SHORTCUT))


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    carried = kit.carried(view)
    said = carried.get("source")
    source = next((one for one in Source if one == said), Source.FORM)
    async with coach.session(who) as session:
        given = _reading.read_form(kit.values(view), members.today(session))
        if not await session.once(f"view:{view['id']}"):
            return await _say_again(session, coach.prose, given, reply)
        message = await log_or_ask(session, coach.prose, given, source, carried.get("goal"))
    return await reply.say(message)


async def _say_again(session: MemberSession, prose: Prose, given: Entry, reply: Reply) -> BoltResponse:
    """A form that was sent twice is answered with what the first time saved."""
    win = await wins.twin(session, given)
    return await (reply.say(await _changes.shown(session, prose, win)) if win else reply.nothing())


async def log_another(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept, goal_id = json.loads(await captures.take(session, action.get("value", ""), ANOTHER))
        message = await _logged(session, coach.prose, wins.unpacked(kept), Source.COMMAND, goal_id)
    return await reply.say(message)


_SAID: Mapping[str, Deed] = {
    "help": explain,
    "find": explain,
    "list": _lists.show_list,
    "replay": _lists.replay,
    "duplicates": _lists.show_pairs,
    "export": export,
    "bin": show_bin,
}
