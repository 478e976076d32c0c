"""Wins in Slack: `/win`, the form, the list, and the buttons under a saved win."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core import dates
from bot.core.errors import Invalid
from bot.core.prose import Phrase, Prose
from bot.domain import captures, members, wins
from bot.domain.wins import Category, Entry, Source, Win
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit, permalinks
from handlers.replies import Reply

PAGE = 8


class Ids(StrEnum):
    """What can be clicked and submitted."""

    LOG = "wins.log"
    SAVE = "wins.save"
    EDIT = "wins.edit"
    CHANGE = "wins.change"
    ADD_IMPACT = "wins.add_impact"
    SAVE_IMPACT = "wins.save_impact"
    CHANGE_DATE = "wins.change_date"
    SAVE_DATE = "wins.save_date"
    UNDO = "wins.undo"
    RESTORE = "wins.restore"
    SAME = "wins.same"
    ANOTHER = "wins.another"
    MORE = "wins.more"
    SHOW = "wins.show"
    OLDER = "wins.older"
    NEWER = "wins.newer"
    LOG_SHORTCUT = "wins.log_shortcut"
    SAVE_MESSAGE = "wins.save_message"


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
            return await reply.open(form(coach.prose), instead=usage(coach.prose))
        case "help":
            return await reply.say(usage(coach.prose))
        case "list":
            return await show_list(coach, who, reply)
        case _:
            return await log_text(text, coach, who, reply, source)


async def log_text(text: str, coach: Coach, who: Principal, reply: Reply, source: Source) -> BoltResponse:
    """Log one typed line, with the day it names."""
    async with coach.session(who) as session:
        message = await log_or_ask(session, coach.prose, read(text, members.today(session)), source)
    return await reply.say(message)


async def log_or_ask(session: MemberSession, prose: Prose, given: Entry, source: Source) -> kit.Message:
    """Save a win, or ask whether it is the one that was saved a moment ago."""
    twin = await wins.twin(session, given)
    if twin is None:
        return saved(prose, await wins.log(session, given, source), members.today(session))
    kept = await captures.keep(session, json.dumps(asdict(given), default=str), source.value)
    return same_one(prose, twin, kept.id)


async def open_form(coach: Coach, reply: Reply) -> BoltResponse:
    return await reply.open(form(coach.prose))


async def open_form_for_message(
    shortcut: dict[str, Any], coach: Coach, who: Principal, reply: Reply, client: AsyncWebClient
) -> BoltResponse:
    """Keep the person's own words and a link to the message, never a colleague's words."""
    own = shortcut["message"].get("user") == who.user_id
    words = shortcut["message"].get("text") if own else None
    link = await permalinks.of(client, shortcut)
    return await reply.open(form(coach.prose, {"title": words, "evidence": link}, source=Source.SHORTCUT))


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    source = Source(kit.carried(view).get("source", Source.FORM))
    async with coach.session(who) as session:
        given = read_form(kit.values(view), members.today(session))
        if not await session.once(f"view:{view['id']}"):
            return await reply.nothing()
        message = await log_or_ask(session, coach.prose, given, source)
    return await reply.say(message)


async def open_edit(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        view = edit_form(coach.prose, await session.mine(Win, action.get("value")))
    return await reply.open(view)


async def change(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        win = await session.mine(Win, kit.carried(view).get("win"))
        typed = kit.values(view)
        given = read_form(
            {"details": win.details, **typed} if "details" not in typed else typed, members.today(session)
        )
        message = saved(
            coach.prose, await wins.edit(session, win.id, given), members.today(session), changed=True
        )
    return await reply.say(message)


async def open_impact(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        view = impact_form(coach.prose, await session.mine(Win, action.get("value")))
    return await reply.open(view)


async def save_impact(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        win = await session.mine(Win, kit.carried(view).get("win"))
        given = read_form({**as_typed(win), **kit.values(view)}, members.today(session))
        message = saved(
            coach.prose, await wins.edit(session, win.id, given), members.today(session), changed=True
        )
    return await reply.say(message)


async def open_date(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        view = date_form(coach.prose, await session.mine(Win, action.get("value")))
    return await reply.open(view)


async def save_date(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        today = members.today(session)
        on = read_day(kit.values(view).get("when"), today)
        win = await wins.move(session, str(kit.carried(view).get("win")), on)
        message = saved(coach.prose, win, today, changed=True)
    return await reply.say(message)


async def undo(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        message = saved(
            coach.prose, await wins.bin_(session, action.get("value", "")), members.today(session)
        )
    return await reply.say(message)


async def restore(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        message = saved(
            coach.prose, await wins.restore(session, action.get("value", "")), members.today(session)
        )
    return await reply.say(message)


async def keep_one(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        win = await session.mine(Win, action.get("value"))
        message = saved(coach.prose, win, members.today(session))
    return await reply.say(message)


async def log_another(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept = json.loads(await captures.take(session, action.get("value", "")))
        given = Entry(**{**kept, "occurred_on": date.fromisoformat(kept["occurred_on"])})
        message = saved(coach.prose, await wins.log(session, given, Source.COMMAND), members.today(session))
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
    return await show_list(coach, who, reply, offset=int(offset) if offset.isdecimal() else 0)


async def show_list(coach: Coach, who: Principal, reply: Reply, offset: int = 0) -> BoltResponse:
    async with coach.session(who) as session:
        some, total = await wins.page(session, size=PAGE, offset=offset)
        message = listed(coach.prose, some, total, offset, members.today(session))
    return await reply.say(message)


def read(text: str, today: date) -> Entry:
    """A typed line as an entry; a day named at its end or beginning is the day it happened."""
    text = text.strip()
    found = dates.found_in(text, today, prefer="past")
    if found is None or found.on > today:
        return wins.entry(text, today)
    without = (text[: found.start] + text[found.end :]).strip(" ,;:.–-")
    return wins.entry(without if any(sign.isalnum() for sign in without) else text, found.on)


def read_form(typed: Mapping[str, Any], today: date) -> Entry:
    """A submitted form as an entry; Invalid names the field."""
    parts = {name: typed.get(name) for name in (*wins.TEXTS, "category")}
    return wins.entry(typed.get("title") or "", read_day(typed.get("when"), today), **parts)


def read_day(text: str | None, today: date) -> date:
    """A day in words that has come already; empty means today."""
    if not (text or "").strip():
        return today
    on = dates.understand(str(text), today, prefer="past")
    if on is None:
        raise Invalid("when", "unclear_date", text=kit.clip(str(text), 60))
    if on > today:
        raise Invalid("when", "not_happened_yet", on=on)
    return on


def as_typed(win: Win) -> dict[str, Any]:
    """A win as the form would give it."""
    typed = {name: getattr(win, name) for name in (*wins.TEXTS, "category", "title")}
    return {**typed, "when": win.occurred_on.isoformat()}


def usage(prose: Prose) -> kit.Message:
    words = prose.words("wins/help")
    return kit.Message(
        words.text, [kit.section(words.usage), kit.actions(kit.button(words.log, Ids.LOG))], title=words.title
    )


def saved(prose: Prose, win: Win, today: date, *, changed: bool = False) -> kit.Message:
    """A win that was saved, changed or undone, with what can be done next."""
    words = prose.words(
        "wins/logged",
        win=win,
        said=dates.said(win.occurred_on, today),
        changed=changed,
        shortened=bool(win.details and win.title.endswith("…")),
        category=category_name(prose, win.category),
    )
    if win.deleted_at:
        blocks: list[Block] = [
            kit.section(words.undone),
            kit.actions(kit.button(words.restore, Ids.RESTORE, win.id)),
        ]
        return kit.Message(words.text, blocks, title=words.title)
    parts = [kit.section(words.parts)] if words.parts else []
    return kit.Message(
        words.text,
        [kit.section(words.saved), *parts, kit.context(words.when), _next_steps(words, win)],
        title=words.title,
    )


def same_one(prose: Prose, twin: Win, capture_id: str) -> kit.Message:
    words = prose.words("wins/twin", win=twin)
    choices = kit.actions(
        kit.button(words.same, Ids.SAME, twin.id), kit.button(words.another, Ids.ANOTHER, capture_id)
    )
    return kit.Message(words.text, [kit.section(words.question), choices], title=words.title)


def listed(prose: Prose, some: Any, total: int, offset: int, today: date) -> kit.Message:
    """A page of the list, each win with a menu."""
    words = prose.words("wins/list", total=total)
    if not total:
        blocks: list[Block] = [kit.section(words.empty), kit.actions(kit.button(words.log, Ids.LOG))]
        return kit.Message(words.text, blocks, title=words.title)
    turns = [kit.button(words.back, Ids.NEWER, str(max(0, offset - PAGE)))] if offset else []
    if offset + PAGE < total:
        turns.append(kit.button(words.more, Ids.OLDER, str(offset + PAGE)))
    lines = [line(prose, win, today) for win in some]
    pages = [kit.actions(*turns)] if turns else []
    return kit.Message(words.text, [kit.section(words.heading), *lines, *pages], title=words.title)


def line(prose: Prose, win: Win, today: date) -> Block:
    """One win in a list."""
    words = prose.words("wins/list", win=win, said=dates.said(win.occurred_on, today), total=1)
    menu = kit.overflow(
        Ids.MORE,
        [
            kit.option(words.edit, f"edit:{win.id}"),
            kit.option(words.date, f"date:{win.id}"),
            kit.option(words.delete, f"delete:{win.id}"),
        ],
    )
    return kit.section(words.line, accessory=menu)


def category_name(prose: Prose, category: str | None) -> Phrase | None:
    return prose.words("wins/categories").block(category) if category else None


def form(
    prose: Prose, typed: Mapping[str, str | None] | None = None, *, source: Source = Source.FORM
) -> dict[str, Any]:
    """The empty form, or one with what is known already."""
    words = prose.words("wins/form")
    return kit.modal(
        words.title,
        [kit.context(words.private), *_fields(prose, typed or {})],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"source": source.value},
    )


def edit_form(prose: Prose, win: Win) -> dict[str, Any]:
    words = prose.words("wins/form")
    return kit.modal(
        words.edit_title,
        _fields(prose, as_typed(win)),
        callback=Ids.CHANGE,
        submit=words.submit,
        close=words.close,
        carried={"win": win.id},
    )


def impact_form(prose: Prose, win: Win) -> dict[str, Any]:
    words = prose.words("wins/form")
    return kit.modal(
        words.impact_title,
        [kit.section(win.title), *_impact_fields(prose, as_typed(win))],
        callback=Ids.SAVE_IMPACT,
        submit=words.submit,
        close=words.close,
        carried={"win": win.id},
    )


def date_form(prose: Prose, win: Win) -> dict[str, Any]:
    words = prose.words("wins/form")
    when = kit.text_field(
        "when", words.when, initial=win.occurred_on.isoformat(), hint=words.when_hint, focus=True
    )
    return kit.modal(
        words.date_title,
        [kit.section(win.title), when],
        callback=Ids.SAVE_DATE,
        submit=words.submit,
        close=words.close,
        carried={"win": win.id},
    )


def _next_steps(words: Any, win: Win) -> Block:
    return kit.actions(
        kit.button(words.impact, Ids.ADD_IMPACT, win.id),
        kit.button(words.edit, Ids.EDIT, win.id),
        kit.button(words.date, Ids.CHANGE_DATE, win.id),
        kit.button(words.undo, Ids.UNDO, win.id),
    )


def _fields(prose: Prose, typed: Mapping[str, Any]) -> list[Block]:
    words = prose.words("wins/form")
    return [
        kit.text_field(
            "title",
            words.what,
            initial=typed.get("title"),
            placeholder=words.what_example,
            optional=False,
            focus=True,
        ),
        kit.text_field("when", words.when, initial=typed.get("when"), hint=words.when_hint),
        *_impact_fields(prose, typed),
        kit.text_field("credit", words.credit, initial=typed.get("credit")),
        kit.text_field("evidence", words.evidence, initial=typed.get("evidence"), hint=words.evidence_hint),
        _category_field(prose, typed.get("category")),
        _details_field(words, typed.get("details") or ""),
    ]


def _impact_fields(prose: Prose, typed: Mapping[str, Any]) -> list[Block]:
    words = prose.words("wins/form")
    return [
        kit.text_field(
            "result",
            words.result,
            initial=typed.get("result"),
            placeholder=words.result_example,
            multiline=True,
        ),
        kit.text_field(
            "metric",
            words.metric,
            initial=typed.get("metric"),
            placeholder=words.metric_example,
            hint=words.metric_hint,
        ),
        kit.text_field("benefited", words.benefited, initial=typed.get("benefited")),
    ]


def _category_field(prose: Prose, chosen: str | None) -> Block:
    words, names = prose.words("wins/form"), prose.words("wins/categories")
    options = [kit.option(names.block(category), category.value) for category in Category]
    return kit.choice_field(
        "category", words.category, options, chosen=chosen, placeholder=words.category_choose
    )


def _details_field(words: Any, details: str) -> Block:
    # A text that does not fit into Slack's field would be cut by saving it back, so it is not offered.
    if len(details) > kit.INPUT_LENGTH:
        return kit.context(words.details_too_long)
    return kit.text_field("details", words.details, initial=details, hint=words.details_hint, multiline=True)
