"""The weekly check-in in Slack: its form, and what is said after it."""

from enum import StrEnum
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import reviews
from bot.domain.nudges import Nudge
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.replies import Reply
from handlers.wins import Ids as Wins

WINS_SHOWN = 10


class Ids(StrEnum):
    """What can be clicked and submitted."""

    ANSWER = "reviews.answer"
    SAVE = "reviews.save"


def register(app: AsyncApp) -> None:
    app.action(Ids.ANSWER)(open_form)
    app.view(Ids.SAVE)(save)


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
    return await reply.open(view, instead=asking(coach.prose))


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    typed, came_from = kit.texts(view), kit.carried(view)
    async with coach.session(who) as session:
        if not await session.once(f"view:{view['id']}"):
            return await reply.nothing()
        given = read_form(typed)
        logged = await reviews.answer(session, came_from.get("nudge"), given)
        message = answered(coach.prose, logged, given.next_action, await reviews.in_a_row(session))
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


def asking(prose: Prose) -> kit.Message:
    """The question where no form can be opened: with a button that opens it."""
    words = prose.words("reviews/check_in")
    return kit.Message(
        words.text,
        [kit.section(words.question), kit.actions(kit.button(words.answer, Ids.ANSWER))],
        title=words.title,
    )


def answered(prose: Prose, logged: list[Any], next_action: str | None, in_a_row: int) -> kit.Message:
    """What was saved; and how many in a row that makes, where it makes a row."""
    words = prose.words("reviews/answered", wins=logged, next_action=next_action, in_a_row=in_a_row)
    action = [kit.section(words.next)] if next_action else []
    row = [kit.context(words.row)] if in_a_row > 1 else []
    return kit.Message(
        words.text,
        [kit.section(words.summary), *action, *row, kit.actions(kit.button(words.list, Wins.SHOW))],
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
