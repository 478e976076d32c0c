"""Verbs: the words a person can say after `/coach` or straight to the bot, and what each one does."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date

from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.domain.pitches import names as pitch_names
from bot.domain.wins import Source
from bot.storage.identity import Principal
from handlers import (
    asks,
    bins,
    feedback,
    goals,
    imports,
    members,
    negotiations,
    nudges,
    pitches,
    privacy,
    reviews,
    setbacks,
    wins,
)
from handlers.replies import Reply

Obey = Callable[[str, Coach, Principal, Reply], Awaitable[BoltResponse]]


async def _win(text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
    return await _about_wins(text, coach, who, reply, Source.COMMAND)


async def _about_wins(text: str, coach: Coach, who: Principal, reply: Reply, source: Source) -> BoltResponse:
    if imports.is_asked(text):
        return await imports.explain(coach, reply)
    return await wins.obey(text, coach, who, reply, source)


VERBS: dict[str, Obey] = {
    "help": members.help_,
    "win": _win,
    "pitch": pitches.obey,
    "bin": bins.show,
    "settings": members.settings,
    "upcoming": nudges.upcoming,
    "why": nudges.why,
    "check-in": reviews.check_in,
    "pause": members.pause,
    "away": members.away,
    "resume": members.resume,
    "privacy": privacy.obey,
    "export": privacy.export,
    "erase": privacy.erase_form,
    "goal": goals.obey,
    "ask": asks.obey,
    "negotiate": negotiations.obey,
    "negotiations": negotiations.obey,
    "setback": setbacks.obey,
    "setbacks": setbacks.list_,
    "feedback": feedback.obey,
}

_COMMAND = re.compile(r"^(/?coach\s+|/)", re.IGNORECASE)

# Said to the bot without a slash or `coach`, a verb with words behind it is the beginning of a
# sentence as often as not ("Feedback from Priya was kind"), so only these take words, and only these words.
PLAIN = {
    "win": re.compile(r".+", re.DOTALL),
    "goal": re.compile(r".+", re.DOTALL),
    "ask": re.compile(
        r"(?:list|year(?: \d{4})?|help|(?:(?:my|our|the)\s.+|@\S+)\s(?:for|to|about|if|whether)\s.+)",
        re.DOTALL,
    ),
    "pitch": re.compile("|".join((r"\w+", *map(re.escape, pitch_names())))),
    "feedback": re.compile(r"list|inbox|given|help|asks me (on|off)"),
    "pause": re.compile(r"(until|for) .+"),
    "away": re.compile(r"(until|for|from\s.+\s(to|until))\s.+|tomorrow|next\sweek"),
}


@dataclass(frozen=True)
class Spoken:
    """A verb and what was said after it."""

    verb: str
    text: str

    def logs(self, today: date) -> bool:
        """Whether these are words to keep as a win."""
        about = not self.text or imports.is_asked(self.text) or wins.asked(self.text, today) is not None
        return self.verb == "win" and not about

    async def obey(self, coach: Coach, who: Principal, reply: Reply, source: Source) -> BoltResponse:
        if self.verb == "win":
            return await _about_wins(self.text, coach, who, reply, source)
        return await VERBS[self.verb](self.text, coach, who, reply)


def parse(text: str) -> Spoken | None:
    """The verb a line begins with, with or without a slash or `coach`; None when it is something else."""
    words = _COMMAND.sub("", text.strip())
    first, _, rest = words.partition(" ")
    verb, rest = first.casefold().rstrip(":"), rest.strip()
    if verb not in VERBS:
        return None
    commanded = words != text.strip() or not rest
    if not commanded and not (verb in PLAIN and PLAIN[verb].fullmatch(rest.casefold())):
        return None
    return Spoken(verb, rest)
