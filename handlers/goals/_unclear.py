"""A line after `/goal` that looks like a slip of a subcommand: asked about, and saved as a goal at a click."""

from datetime import date
from typing import Any

from rapidfuzz import fuzz
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core import dates, lexicon
from bot.core.prose import Prose
from bot.domain import captures, goals, members
from bot.storage.identity import Principal
from handlers import kit
from handlers.goals import _cards, _saying
from handlers.goals._ids import Ids
from handlers.replies import Reply

SUBCOMMANDS = ("list", "map", "help")

# Two words that share so many of a hundred parts are taken for the same one with a slip.
ALIKE = 70

# Where such a line waits; a rewritten line waits under another name.
SOURCE = "goal_line"


def register_unclear(app: AsyncApp) -> None:
    app.action(Ids.SAVE_WORDS)(save)


def is_meant(text: str, today: date) -> bool:
    """Whether a line seems to ask for something: one word like a subcommand, or one narrowed to a time or a state.

    "Map the customer journey" and "Help the team ship" are goals all the same.
    """
    first, _, rest = " ".join(text.casefold().split()).partition(" ")
    if not rest:
        return any(fuzz.ratio(first, one) >= ALIKE for one in SUBCOMMANDS)
    return first in SUBCOMMANDS and (
        rest in lexicon.phrases("goals/narrowings")
        or any(dates.understand(said, today, prefer="future") for said in (rest, f"in {rest}"))
    )


async def ask(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    async with coach.session(who) as session:
        kept = await captures.keep(session, text.strip(), SOURCE)
        message = asked(coach.prose, text, kept.id)
    return await reply.say(message)


async def save(action: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """It was a goal after all; the words are used once."""
    async with coach.session(who) as session:
        text = await captures.take(session, action.get("value") or "", SOURCE)
        goal = await goals.begin(session, goals.read(text, members.today(session)))
        message = await _saying.saved(session, coach.prose, goal)
    return await reply.say(message)


def asked(prose: Prose, text: str, capture_id: str) -> kit.Message:
    """What `/goal` can do, below the words that were typed."""
    words, usage = prose.words("goals/help"), _cards.usage(prose)
    save_it = kit.actions(kit.button(words.save, Ids.SAVE_WORDS, capture_id))
    above = [kit.section(words.unclear), *kit.verbatim(text), save_it]
    return kit.Message(words.unclear, [*above, *usage.blocks], title=usage.title)
