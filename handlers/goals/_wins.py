"""Goals and wins in Slack: a goal that is reached as the beginning of a win, and the wins that served a goal."""

from collections.abc import Collection, Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain import goals, wins
from bot.domain.goals import Goal, Measure
from bot.domain.wins import Metric, Win
from bot.storage.identity import Principal
from handlers import kit
from handlers import wins as win_listeners
from handlers.goals import _saying
from handlers.goals._ids import Ids
from handlers.replies import Reply

# So many wins can be chosen from; Slack's selects hold a hundred.
OFFERED = 100
NEWEST = 60

# A win takes no longer parts of a number.
PART_LENGTH = 200


def register_wins(app: AsyncApp) -> None:
    app.action(Ids.WIN)(draft)
    app.action(Ids.LINK)(open_form)
    app.view(Ids.SAVE_LINK)(link)


async def draft(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The form for a win with the goal's words in it; what is saved there serves the goal."""
    async with coach.session(who) as session:
        goal = await goals.kept_one(session, action.get("value"))
        noted = await goals.progress_of(session, [goal.id])
        value = next((one.value for one in reversed(noted) if one.value), None)
        typed = {"title": goal.statement, "metric": metric(goal.measure, value)}
        view = win_listeners.form(coach.prose, typed, goal_id=goal.id)
    return await reply.open(view)


async def open_form(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        goal = await goals.kept_one(session, action.get("value"))
        linked = await wins.of_goal(session, goal.id)
        newest = await wins.newest(session, NEWEST)
        view = form(coach.prose, goal, newest, linked)
    return await reply.open(view)


async def link(view: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """The chosen wins serve the goal; those that were chosen before and are not any more serve none."""
    carried, chosen = kit.carried(view), kit.values(view).get("wins") or []
    async with coach.session(who) as session:
        goal = await goals.kept_one(session, carried.get("goal"))
        before = [win.id for win in (await wins.of_goal(session, goal.id))[:OFFERED]]
        await wins.link(session, [win_id for win_id in before if win_id not in chosen], None)
        await wins.link(session, chosen, goal.id)
        await session.flush()
        message = await _saying.card(session, coach.prose, goal)
    return await reply.say(message)


def metric(planned: Measure | None, value: str | None) -> str | None:
    """From where a goal began to where it was noted last, as the number of a win; None where either is missing."""
    if planned is None or not planned.baseline or len(planned.baseline) > PART_LENGTH:
        return None
    if (came := goals.measure(planned.name, planned.baseline, value)) is None or not came.target:
        return None
    unit = came.unit or planned.unit or ""
    return Metric(
        came.name or "", came.baseline or "", came.target, unit if len(unit) <= PART_LENGTH else ""
    ).line


def form(prose: Prose, goal: Goal, newest: Sequence[Win], linked: Collection[Win]) -> dict[str, Any]:
    """The newest wins and those that are linked already, which stand chosen."""
    words = prose.words("goals/link")
    offered = {win.id: win.title for win in (*linked, *newest)}
    options = [kit.option(title, win_id) for win_id, title in offered.items()][:OFFERED]
    field = kit.many_field(
        "wins", words.wins, options, chosen=[win.id for win in linked], hint=words.wins_hint
    )
    above = kit.section(kit.clip(goal.statement, kit.SECTION_LENGTH))
    return kit.modal(
        words.title,
        [above, field] if options else [above, kit.section(words.none)],
        callback=Ids.SAVE_LINK if options else None,
        submit=words.submit if options else None,
        close=words.close,
        carried={"goal": goal.id},
    )
