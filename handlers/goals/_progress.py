"""Progress in Slack: the form for a number, a sentence and a confidence, and taking it back."""

from dataclasses import replace
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import goals
from bot.domain.goals import Goal, Progress
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.goals import _cards, _forms, _reading
from handlers.goals._ids import Ids
from handlers.records import answering, opening, plain
from handlers.replies import Reply

open_form = opening(goals.kept_one, plain(_forms.progress_form))


def register_progress(app: AsyncApp) -> None:
    app.action(Ids.PROGRESS)(open_form)
    app.view(Ids.SAVE_PROGRESS)(save)
    app.action(Ids.UNDO_PROGRESS)(answering(goals.take_back_progress, plain(_undone)))


async def save(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Note the progress; the same form sent again notes none."""
    form, typed = kit.carried(view), kit.texts(view)
    async with coach.session(who) as session:
        goal = await goals.kept_one(session, form.get("goal"))
        given = (typed.get("value"), typed.get("note"), _reading.number(typed.get("confidence")))
        if not await session.once(kit.sending(view)):
            return await reply.nothing()
        step = (typed.get("next_action") or "").strip() or None
        if step != goal.next_action:
            goal = await goals.edit(session, goal.id, replace(goals.entry_of(goal), next_action=step))
        noted = await goals.note_progress(session, goal, *given)
        message = await _saved(session, coach.prose, goal, noted)
    return await reply.say(message)


def _undone(prose: Prose, goal: Goal) -> kit.Message:
    words = prose.words("goals/progress", statement=kit.clip(goal.statement, _cards.LINE_LENGTH))
    open_it = kit.actions(kit.button(words.open, Ids.OPEN, goal.id))
    return kit.Message(words.undone_text, [kit.section(words.undone), open_it], title=words.title)


async def _saved(session: MemberSession, prose: Prose, goal: Goal, noted: Progress) -> kit.Message:
    (standing,) = await goals.standings(session, [goal])
    statement = kit.clip(goal.statement, _cards.LINE_LENGTH)
    bar = _cards.progress_bar(standing.fraction)
    words = prose.words("goals/progress", statement=statement, **bar)
    choices = kit.actions(
        kit.button(words.open, Ids.OPEN, goal.id), kit.button(words.undo, Ids.UNDO_PROGRESS, noted.id)
    )
    return kit.Message(words.text, [kit.section(words.saved), choices], title=words.title)
