"""How goals end in Slack: closed with what was learned, opened again, kept as a win, looked through once a quarter."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import goals, members
from bot.domain.goals import Goal, Status
from bot.storage.identity import Principal
from handlers import kit
from handlers.goals import _cards, _forms, _reading, _saying
from handlers.goals._ids import Ids
from handlers.kit import Block
from handlers.records import answering, opening, plain
from handlers.replies import Reply

# Slack's boxes to tick come ten at a time.
TICKS = 10

open_form = opening(goals.kept_one, plain(_forms.close_form))
reopen = answering(goals.reopen, _saying.card)


def register_endings(app: AsyncApp) -> None:
    app.action(Ids.CLOSE)(open_form)
    app.view(Ids.SAVE_CLOSE)(save)
    app.action(Ids.REOPEN)(reopen)
    app.action(Ids.REASSESS)(look_through)
    app.view(Ids.SAVE_REASSESS)(save_look)


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Close a goal; one that changed opens the form of the goal that takes its place, with its words."""
    form, typed = kit.carried(view), kit.texts(view)
    async with coach.session(who) as session:
        reason, learned = typed.get("reason"), typed.get("learned")
        goal = await goals.close(session, form.get("goal"), typed.get("status") or "", reason, learned)
        if goal.status == Status.CHANGED:
            ahead = goal.deadline and goal.deadline >= members.today(session)
            words = {**_reading.as_typed(goal), **({} if ahead else {"deadline": None}), "next_on": None}
            return await reply.open(_forms.form(coach.prose, words, follows=goal.id))
        message = closed(coach.prose, goal)
    return await reply.say(message)


async def look_through(coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Once a quarter: the active goals as boxes to tick."""
    async with coach.session(who) as session:
        some = await goals.active(session)
        view = ticks(coach.prose, some)
    return await reply.open(view)


async def save_look(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """What was ticked is offered to be closed; nothing is closed by ticking."""
    typed = kit.values(view)
    ticked = [goal_id for name in typed if name.startswith("goals_") for goal_id in typed[name] or []]
    async with coach.session(who) as session:
        await goals.looked_through(session)
        message = looked(coach.prose, await goals.chosen(session, ticked))
    return await reply.say(message)


def closed(prose: Prose, goal: Goal) -> kit.Message:
    names = prose.words("goals/names")
    statement = kit.clip(goal.statement, kit.SECTION_LENGTH - 200)
    words = prose.words("goals/close", statement=statement, status=names.block(goal.status))
    reached = goal.status == Status.REACHED
    win = [kit.button(words.win, Ids.WIN, goal.id, style="primary")] if reached else []
    reopen_ = kit.button(words.reopen, Ids.REOPEN, goal.id)
    buttons = kit.actions(*win, reopen_, kit.button(words.all, Ids.SHOW))
    next_ = words.reached_next if reached else words.dropped_next
    blocks: list[Block] = [kit.section(words.closed), kit.context(next_), buttons]
    return kit.Message(words.closed_text, blocks, title=words.closed_title)


def ticks(prose: Prose, some: Sequence[Goal]) -> dict[str, Any]:
    """The active goals, in as many groups of boxes as it takes."""
    words = prose.words("goals/reassess")
    options = [kit.option(goal.statement, goal.id) for goal in some[: TICKS * TICKS]]
    groups = [options[start : start + TICKS] for start in range(0, len(options), TICKS)]
    fields = [kit.ticks_field(f"goals_{number}", words.goals, group) for number, group in enumerate(groups)]
    return kit.modal(
        words.title,
        [kit.section(words.intro if fields else words.none), *fields],
        callback=Ids.SAVE_REASSESS,
        submit=words.submit if fields else None,
        close=words.close,
    )


def looked(prose: Prose, ticked: Sequence[Goal]) -> kit.Message:
    words = prose.words("goals/reassess")
    if not ticked:
        return kit.Message(words.kept_text, [kit.section(words.kept)], title=words.title)
    rows = [_row(prose, goal) for goal in ticked]
    return kit.Message(words.kept_text, [kit.section(words.ticked), *rows], title=words.title)


def _row(prose: Prose, goal: Goal) -> Block:
    words = prose.words("goals/reassess", statement=kit.clip(goal.statement, _cards.LINE_LENGTH))
    return kit.section(words.row, accessory=kit.button(words.close_one, Ids.CLOSE, goal.id))
