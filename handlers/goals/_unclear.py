"""A line after `/goal` that looks like a slip of a subcommand: asked about, and saved as a goal at a click."""

from datetime import date
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import captures, goals, members
from bot.storage.identity import Principal
from handlers import slips
from handlers.goals import _cards, _saying
from handlers.goals._ids import Ids
from handlers.replies import Reply

SUBCOMMANDS = ("list", "map", "help")

# Where such a line waits; a rewritten line waits under another name.
SOURCE = "goal_line"


def register_unclear(app: AsyncApp) -> None:
    app.action(Ids.SAVE_WORDS)(save)


def is_meant(text: str, today: date) -> bool:
    """Whether a line seems to ask for something; all that it can ask for are words that goals begin with too."""
    return slips.is_slip(text, SUBCOMMANDS, today, of_sentences=SUBCOMMANDS)


async def ask(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept = await captures.keep(session, text.strip(), SOURCE)
    usage = _cards.usage(coach.prose)
    return await reply.say(slips.asked(coach.prose, text, "goal", Ids.SAVE_WORDS, kept.id, usage))


async def save(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """It was a goal after all; the words are used once."""
    async with coach.session(who) as session:
        text = await captures.take(session, action.get("value") or "", SOURCE)
        goal = await goals.begin(session, goals.read(text, members.today(session)))
        message = await _saying.saved(session, coach.prose, goal)
    return await reply.say(message)
