"""The weekly check-in in Slack: the question in the DM, its buttons, its form, and what comes next."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.domain import home, members, nudges, reviews
from bot.domain.nudges import Nudge, Part
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.errands import Errands
from handlers.kit import Block
from handlers.members import Ids as Settings
from handlers.replies import Reply
from handlers.wins import Ids as Wins

WINS_SHOWN = 10


class Ids(StrEnum):
    """What can be clicked and submitted."""

    ANSWER = "reviews.answer"
    SAVE = "reviews.save"
    NOTHING = "reviews.nothing"
    SKIP = "reviews.skip"
    SNOOZE = "reviews.snooze"


def register(app: AsyncApp) -> None:
    app.action(Ids.ANSWER)(open_form)
    app.view(Ids.SAVE)(save)
    app.action(Ids.NOTHING)(nothing)
    app.action(Ids.SKIP)(skip)
    app.action(Ids.SNOOZE)(snooze)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        asked = await session.mine(Nudge, action["value"]) if action.get("value") else None
        view = await form(session, coach.prose, asked.id if asked else None)
    return await reply.open(view)


async def check_in(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach check-in`: answer now, whether or not it was asked."""
    async with coach.session(who) as session:
        asked = await reviews.open_check_in(session)
        view = await form(session, coach.prose, asked.id if asked else None)
    return await reply.open(view, instead=asking(coach.prose, None))


async def save(
    view: dict[str, Any], coach: Coach, who: Principal, reply: Reply, errands: Errands, client: Any
) -> BoltResponse:
    typed, came_from = kit.values(view), kit.carried(view)
    async with coach.session(who) as session:
        if not await session.once(f"view:{view['id']}"):
            return await reply.nothing()
        given = read_form(typed)
        logged = await reviews.answer(session, came_from.get("nudge"), given)
        message = answered(coach.prose, logged, given.next_action)
        question_answered = await answered_question(session, coach.prose, came_from.get("nudge"))
    if question_answered:
        errands.start(client.chat_update(**question_answered))
    return await reply.say(message)


async def nothing(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        await reviews.nothing(session, action.get("value", ""))
        message = _closed(
            coach.prose, coach.prose.words("reviews/check_in").nothing_done, action.get("value")
        )
    return await reply.say(message)


async def skip(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        await reviews.skip(session, action.get("value", ""))
        message = _closed(coach.prose, coach.prose.words("reviews/check_in").skipped, action.get("value"))
    return await reply.say(message)


async def snooze(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The menu's value is `<how long>:<nudge id>`."""
    name, _, nudge_id = action["selected_option"]["value"].partition(":")
    async with coach.session(who) as session:
        until = members.local(session, await nudges.snooze(session, nudge_id, name))
        words = coach.prose.words("reviews/check_in", until=until)
        message = _closed(coach.prose, words.snoozed, nudge_id)
    return await reply.say(message)


async def upcoming(_text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach upcoming`."""
    async with coach.session(who) as session:
        message = await coming_up(session, coach.prose)
    return await reply.say(message)


def read_form(typed: dict[str, Any]) -> reviews.Answer:
    energy = typed.get("energy")
    return reviews.Answer(
        more=typed.get("more") or "",
        benefited=typed.get("benefited"),
        stuck=typed.get("stuck"),
        next_action=typed.get("next_action"),
        energy=int(energy) if energy and energy.isdecimal() else None,
    )


async def answered_question(
    session: MemberSession, prose: Prose, nudge_id: str | None
) -> dict[str, Any] | None:
    """What chat.update needs to show the message that asked as answered; None where none is known."""
    asked = await session.mine(Nudge, nudge_id) if nudge_id else None
    channel = session.member.dm_channel
    if asked is None or not (channel and asked.ts):
        return None
    message = _closed(prose, prose.words("reviews/check_in").answered, None)
    return {"channel": channel, "ts": asked.ts, **message.as_arguments()}


async def coming_up(session: MemberSession, prose: Prose) -> kit.Message:
    at, asked = await home.next_check_in(session), await reviews.open_check_in(session)
    paused = session.member.paused_until
    words = prose.words("reviews/upcoming", at=at, until=paused, zone=members.zone(session.member).key)
    rows: list[Block] = [kit.section(words.heading)]
    if asked:
        rows.append(kit.section(words.open, accessory=kit.button(words.answer, Ids.ANSWER, asked.id)))
    if paused and paused > members.today(session):
        rows.append(kit.section(words.paused, accessory=kit.button(words.resume, Settings.RESUME)))
    if at:
        rows.append(kit.section(words.check_in, accessory=kit.button(words.change, Settings.OPEN)))
    if len(rows) == 1:
        rows.append(kit.section(words.nothing))
    return kit.Message(words.text, rows, title=words.title)


def question(prose: Prose, part: Part, at: datetime, *, late: bool) -> kit.Message:
    """The DM for a due check-in, planned for the local moment `at`; says so when it comes late."""
    return asking(prose, part.id, at, late=late, snoozed=part.asked_at is not None)


def asking(
    prose: Prose,
    nudge_id: str | None,
    at: datetime | None = None,
    *,
    late: bool = False,
    snoozed: bool = False,
) -> kit.Message:
    weekday = dates.WEEKDAYS[at.weekday()] if at else None
    words = prose.words("reviews/check_in", weekday=weekday, at=f"{at:%H:%M}" if at else None)
    rows: list[Block] = [kit.section(words.question), _choices(words, nudge_id)]
    if late:
        rows.append(kit.context(words.late))
    if at:
        rows.append(kit.context(words.why_again if snoozed else words.why))
    return kit.Message(words.text, rows, title=words.title)


def answered(prose: Prose, logged: list[Any], next_action: str | None) -> kit.Message:
    words = prose.words("reviews/answered", wins=logged, next_action=next_action)
    action = [kit.section(words.next)] if next_action else []
    return kit.Message(
        words.text,
        [kit.section(words.summary), *action, kit.actions(kit.button(words.list, Wins.SHOW))],
        title=words.title,
    )


async def form(session: MemberSession, prose: Prose, nudge_id: str | None) -> dict[str, Any]:
    """The form, with what is logged this week already."""
    week = await reviews.this_week(session)
    shown = week.wins[:WINS_SHOWN]
    words = prose.words("reviews/form", wins=shown, left_out=len(week.wins) - len(shown))
    energy = [kit.option(words.block(f"energy_{level}"), str(level)) for level in reviews.ENERGY]
    return kit.modal(
        words.title,
        [
            kit.section(words.logged if shown else words.none_logged),
            kit.text_field(
                "more",
                words.more,
                hint=words.more_hint,
                placeholder=words.more_example,
                multiline=True,
                focus=True,
            ),
            kit.text_field("benefited", words.benefited),
            kit.text_field("stuck", words.stuck, multiline=True),
            kit.text_field("next_action", words.next_action),
            kit.choice_field("energy", words.energy, energy, placeholder=words.energy_choose),
        ],
        callback=Ids.SAVE,
        submit=words.submit,
        close=words.close,
        carried={"nudge": nudge_id},
    )


def _choices(words: Any, nudge_id: str | None) -> Block:
    if nudge_id is None:
        return kit.actions(kit.button(words.answer, Ids.ANSWER))
    snoozes = [kit.option(words.block(option.name), f"{option.name}:{nudge_id}") for option in nudges.SNOOZES]
    return kit.actions(
        kit.button(words.answer, Ids.ANSWER, nudge_id, style="primary"),
        kit.button(words.nothing, Ids.NOTHING, nudge_id),
        kit.select(Ids.SNOOZE, snoozes, placeholder=words.snooze),
        kit.button(words.skip, Ids.SKIP, nudge_id),
    )


def _closed(prose: Prose, sentence: Phrase, nudge_id: str | None) -> kit.Message:
    words = prose.words("reviews/check_in")
    label = words.answer_anyway if nudge_id else words.change_answer
    return kit.Message(
        sentence, [kit.section(sentence), kit.actions(kit.button(label, Ids.ANSWER, nudge_id))]
    )
