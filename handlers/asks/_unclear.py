"""A line after `/ask` that looks like a slip of a subcommand: asked about, and saved as an ask at a click."""

from datetime import date
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import asks, captures, members
from bot.storage.identity import Principal
from handlers import slips
from handlers.asks import _cards, _saying
from handlers.asks._ids import Ids
from handlers.replies import Reply

SUBCOMMANDS = ("list", "year", "negotiate", "help")

# Where such a line waits.
SOURCE = "ask_line"


def register_unclear(app: AsyncApp) -> None:
    app.action(Ids.SAVE_WORDS)(save)


def is_meant(text: str, today: date) -> bool:
    """Whether a line seems to ask for something; "help with the budget" is an ask all the same."""
    return slips.is_slip(text, SUBCOMMANDS, today, of_sentences=SUBCOMMANDS)


async def ask(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept = await captures.keep(session, text.strip(), SOURCE)
    usage = _cards.usage(coach.prose)
    return await reply.say(slips.asked(coach.prose, text, "ask", Ids.SAVE_WORDS, kept.id, usage))


async def save(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """It was an ask after all; the words are used once."""
    async with coach.session(who) as session:
        text = await captures.take(session, action.get("value") or "", SOURCE)
        begun = await asks.begin(session, asks.read(text, members.today(session)))
        message = await _saying.saved(session, coach.prose, begun)
    return await reply.say(message)
