"""Feedback in Slack: `/feedback`, the form that asks colleagues, what they see, and what comes of it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain import captures, feedback
from bot.storage.identity import Principal
from handlers import kit, slips
from handlers.feedback import _asking, _giving, _receiving, _sent
from handlers.feedback._asking import register_asking
from handlers.feedback._door import only_answers as only_answers
from handlers.feedback._giving import register_giving
from handlers.feedback._home import home_lines as home_lines
from handlers.feedback._ids import Ids as Ids
from handlers.feedback._letters import offered as offered
from handlers.feedback._line import ASKS_ME, GIVEN, OF_SENTENCES, SOURCE, SUBCOMMANDS
from handlers.feedback._receiving import register_receiving
from handlers.feedback._request import Draft
from handlers.replies import Reply


def register(app: AsyncApp) -> None:
    app.command("/feedback")(answer_command)
    register_asking(app)
    register_giving(app)
    register_receiving(app)


async def answer_command(command: dict[str, Any], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """Slack names the people in a command by their ids (`should_escape` in manifest.yml)."""
    return await _answer(command.get("text") or "", command.get("mentioned") or [], coach, who, reply)


async def obey(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """`/coach feedback …` and `feedback` in the DM."""
    return await _answer(text, [], coach, who, reply)


async def _answer(text: str, people: list[str], coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    said = " ".join(text.casefold().split())
    first, _, rest = text.strip().partition(" ")
    if said in _SHOWN:
        return await _SHOWN[said](coach, who, reply)
    if said in ASKS_ME:
        return await _giving.choose(coach, who, reply, wanted=ASKS_ME[said])
    if first.casefold() == "praise":
        return await _receiving.praise(rest, coach, who, reply)
    # One word alone ("themes", "off") is no topic that a colleague could answer.
    today = coach.clock.now().date()
    if not people and slips.is_slip(said, SUBCOMMANDS, today, of_sentences=OF_SENTENCES, fewest=2):
        return await _ask_back(text, coach, who, reply)
    draft = Draft(people=people[: feedback.PEOPLE], topic=feedback.topic_of(text))
    return await _asking.open_draft(draft, coach, who, reply, instead=_sent.usage(coach.prose))


async def _help(coach: Coach, _who: Principal, reply: Reply) -> BoltResponse:
    return await reply.say(_sent.usage(coach.prose))


_SHOWN: Mapping[str, Callable[[Coach, Principal, Reply], Awaitable[BoltResponse]]] = {
    "help": _help,
    "list": _asking.show_sent,
    "inbox": _receiving.show_inbox,
    GIVEN: _giving.show_given,
}


async def _ask_back(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    """A line that looks like a slip; its words are kept until it is said what they are."""
    async with coach.session(who) as session:
        kept = await captures.keep(session, text.strip(), SOURCE)
    usage = _sent.usage(coach.prose)
    message: kit.Message = slips.asked(coach.prose, text, "feedback", Ids.ASK_WORDS, kept.id, usage)
    return await reply.say(message)
