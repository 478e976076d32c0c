"""Answers to the SMART check: asked in a form of one field, kept, and offered as a rewrite of the line."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose
from bot.domain import captures, goals, members
from bot.domain.goals import Goal
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import days, kit
from handlers.goals import _forms, _saying, _smart
from handlers.goals._ids import Ids
from handlers.records import answering
from handlers.replies import Reply

# What a line with an answer in it is kept as, until it is taken.
REWRITE = "goal.rewrite"


def register_answers(app: AsyncApp) -> None:
    app.action(Ids.ANSWER)(ask)
    app.view(Ids.SAVE_ANSWER)(answer)
    app.action(Ids.TAKE)(take)
    # The line stays as it was; the answer is kept all the same.
    app.action(Ids.KEEP)(answering(goals.kept_one, partial(_saying.saved, changed=True)))


async def ask(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The button's value is `<letter>:<goal id>`."""
    letter, _, goal_id = (action.get("value") or "").partition(":")
    if letter not in goals.LETTERS:
        raise NotFound("old_button")
    async with coach.session(who) as session:
        view = _forms.answer_form(coach.prose, await goals.kept_one(session, goal_id), letter)
    return await reply.open(view)


async def answer(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Keep the answer, and show the line as it was beside the line with the answer in it."""
    form, said = kit.carried(view), (kit.texts(view).get("answer") or "").strip()
    letter = str(form.get("letter"))
    if not said.strip(".,;: "):
        raise Invalid("answer", "smart_without_answer")
    async with coach.session(who) as session:
        goal = await goals.kept_one(session, form.get("goal"))
        on = days.ahead("answer", said, members.today(session)) if letter == "T" else None
        goal = await goals.edit(session, goal.id, goals.answered(goals.entry_of(goal), letter, said, on))
        if said.strip(".,;: ").casefold() in goal.statement.casefold():
            # The button of an older message was clicked again: the line says it already.
            message = await _saying.saved(session, coach.prose, goal, changed=True)
        else:
            message = await _offered(session, coach.prose, goal, letter, said)
    return await reply.say(message)


async def _offered(session: MemberSession, prose: Prose, goal: Goal, letter: str, said: str) -> kit.Message:
    """The line with the answer in it, kept until it is taken."""
    rewrite = goals.rewritten(prose, letter, goal.statement, said)
    kept = await captures.keep(session, json.dumps({"goal": goal.id, "statement": rewrite}), REWRITE)
    return _smart.difference(prose, goal, rewrite, kept.id, kept=letter != "S")


async def take(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The new line is what the goal says from now on."""
    async with coach.session(who) as session:
        kept = json.loads(await captures.take(session, action.get("value") or "", REWRITE))
        goal = await goals.kept_one(session, kept["goal"])
        given = replace(goals.entry_of(goal), statement=goals.entry(kept["statement"]).statement)
        message = await _saying.saved(
            session, coach.prose, await goals.edit(session, goal.id, given), changed=True
        )
    return await reply.say(message)
