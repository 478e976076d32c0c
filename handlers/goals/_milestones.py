"""Milestones in Slack: the plan backwards from the deadline, the list with its menus, and moving one."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.domain import goals, members, nudges
from bot.domain.goals import Goal, Milestone
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import clicks, kit
from handlers.goals import _forms, _reading
from handlers.goals._ids import Ids
from handlers.kit import Block
from handlers.records import answering, opening, plain
from handlers.replies import Reply

# Without a deadline the plan reaches so far.
UNDATED = 3 * goals.STEP

# So many milestones are listed in one message.
SHOWN = 15
TITLE = 250
ROW_LENGTH = 600


async def _listed(session: MemberSession, prose: Prose, goal: Goal) -> kit.Message:
    steps = await goals.milestones(session, [goal.id])
    return listed(prose, goal, steps, members.today(session))


async def _mark(session: MemberSession, milestone_id: str | None, *, done: bool) -> Goal:
    milestone = await goals.mark_milestone(session, milestone_id, done=done)
    return await goals.kept_one(session, milestone.goal_id)


show = answering(goals.kept_one, _listed)
open_step = opening(goals.with_goal, plain(lambda prose, both: _forms.step_form(prose, *both)))

# What the menu beside a milestone does; the nudge asks whether one is done.
_DEEDS = {
    "done": answering(partial(_mark, done=True), _listed),
    "undone": answering(partial(_mark, done=False), _listed),
    "remove": answering(goals.remove_milestone, _listed),
    "change": open_step,
}


def register_milestones(app: AsyncApp) -> None:
    app.action(Ids.MILESTONES)(show)
    app.action(Ids.PLAN)(open_plan)
    app.view(Ids.SAVE_PLAN)(save_plan)
    app.action(Ids.STEP)(choose)
    app.action(Ids.STEP_DONE)(_DEEDS["done"])
    app.action(Ids.STEP_MOVE)(open_step)
    app.view(Ids.SAVE_STEP)(save_step)


async def open_plan(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Two to five dates, counted back from the deadline."""
    async with coach.session(who) as session:
        goal, today = await goals.kept_one(session, action.get("value")), members.today(session)
        days = nudges.hours(session.member).days
        on = goals.backward(today, goal.deadline or today + UNDATED, days) or [goal.deadline or today]
        view = _forms.plan_form(coach.prose, goal, on)
    return await reply.open(view)


async def save_plan(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    form = kit.carried(view)
    async with coach.session(who) as session:
        goal = await goals.kept_one(session, form.get("goal"))
        steps = _reading.steps(kit.texts(view), int(form.get("rows", 0)))
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        await goals.add_milestones(session, goal, steps)
        message = await _listed(session, coach.prose, goal)
    return await reply.say(message)


async def choose(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The menu beside a milestone: `<what>:<milestone id>`."""
    what, milestone_id = clicks.choice_about(action)
    return await _DEEDS.get(what, _DEEDS["undone"])({"value": milestone_id}, coach, who, reply)


async def save_step(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    form, typed = kit.carried(view), kit.texts(view)
    async with coach.session(who) as session:
        on = _reading.picked("on", typed)
        milestone = await goals.change_milestone(
            session, form.get("milestone"), typed.get("title") or "", on, typed.get("reason")
        )
        goal, _ = await goals.with_goal(session, milestone.id)
        message = await _listed(session, coach.prose, goal)
    return await reply.say(message)


def listed(prose: Prose, goal: Goal, steps: Sequence[Milestone], today: date) -> kit.Message:
    """The milestones of a goal; where there are many, the last ones that are done make room."""
    shown = sorted(steps, key=lambda one: one.done_on is not None)[:SHOWN]
    words = prose.words(
        "goals/milestones", statement=kit.clip(goal.statement, TITLE), left_out=len(steps) - len(shown)
    )
    rows = [_row(prose, one, today) for one in steps if one in shown]
    left_out = [kit.context(words.left_out)] if len(shown) < len(steps) else []
    buttons = [kit.button(words.more if steps else words.add, Ids.PLAN, goal.id)] if goal.is_open else []
    last = kit.actions(*buttons, kit.button(words.open, Ids.OPEN, goal.id))
    blocks: list[Block] = [kit.section(words.heading), *(rows or [kit.section(words.none)]), *left_out, last]
    return kit.Message(words.text, blocks, title=words.title)


def _row(prose: Prose, milestone: Milestone, today: date) -> Block:
    words = prose.words(
        "goals/milestones",
        milestone=milestone,
        title=milestone.title.replace("~", "-") if milestone.done_on else milestone.title,
        said=dates.said(milestone.done_on or milestone.due_on, today),
        late=milestone.done_on is None and milestone.due_on < today,
    )
    deeds = ("undone" if milestone.done_on else "done", "change", "remove")
    choices = [kit.option(words.block(what), f"{what}:{milestone.id}") for what in deeds]
    said = Phrase(kit.clip(words.row, ROW_LENGTH))
    return kit.section(said, accessory=kit.overflow(Ids.STEP, choices))
