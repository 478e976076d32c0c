"""Words after a command that look like a slip of what it knows: asked about, and kept at a click."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from rapidfuzz import fuzz
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.coach import Coach
from bot.core import dates, lexicon
from bot.core.prose import Prose
from bot.domain import captures
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit
from handlers.replies import Reply

# Two words that share so many of a hundred parts are taken for the same one with a slip.
ALIKE = 70


@dataclass(frozen=True)
class Line:
    """Words after a command that are saved as they are, and asked about before that where they look like a slip.

    `known` are the words that ask for something, `what` the name of that which is saved. Lines of less than `fewest`
    words say too little to be saved unasked.
    """

    what: str
    known: Collection[str]
    save: StrEnum
    usage: Callable[[Prose], kit.Message]
    keep: Callable[[MemberSession, Prose, str], Awaitable[kit.Message]]
    fewest: int = 1

    def register(self, app: AsyncApp) -> None:
        app.action(self.save)(self.save_after_all)

    async def read(self, text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
        """Save the words; or keep them aside, and ask."""
        today = coach.clock.now().date()
        slip = is_slip(text, self.known, today, of_sentences=self.known, fewest=self.fewest)
        async with coach.session(who) as session:
            if slip:
                aside = await captures.keep(session, text.strip(), self._source)
                usage = self.usage(coach.prose)
                message = asked(coach.prose, text, self.what, self.save, aside.id, usage)
            else:
                message = await self.keep(session, coach.prose, text)
        return await reply.say(message)

    async def save_after_all(
        self, action: dict[str, Any], coach: Coach, who: Principal, reply: Reply
    ) -> BoltResponse:
        """They were words to save; they are used once."""
        async with coach.session(who) as session:
            text = await captures.take(session, action.get("value") or "", self._source)
            message = await self.keep(session, coach.prose, text)
        return await reply.say(message)

    @property
    def _source(self) -> str:
        return f"{self.what}_line"


def is_slip(
    said: str, known: Collection[str], today: date, *, of_sentences: Collection[str], fewest: int = 1
) -> bool:
    """Whether words seem to ask for something: a known word or phrase, or one like it, alone or with more behind it.

    Those `of_sentences` are first words of what people save as well ("Map the customer journey", "Help the team
    ship"), so behind them only a time or a part ("list closed") is asked for. Less than the `fewest` words say
    too little to be taken for a sentence.
    """
    words = said.casefold().split()
    first, rest = (words or [""])[0], " ".join(words[1:])
    if len(words) < fewest:
        return any(sign.isalnum() for sign in said)
    if not rest:
        return _is_like(first, known)
    if first in known:
        return first not in of_sentences or " " not in rest or _narrows(rest, today)
    phrases = [phrase for phrase in known if " " in phrase]
    # One word behind a word that is only like a known one ("Helped Maya") is as likely a sentence.
    return _is_like(" ".join(words), phrases) or (_is_like(first, known) and _narrows(rest, today))


def asked(
    prose: Prose, text: str, what: str, save: StrEnum, capture_id: str, usage: kit.Message
) -> kit.Message:
    """The words as they were typed, a button that keeps them (`save_<what>`), and what the command can do."""
    words = prose.words("slips/offer")
    keep = kit.actions(kit.button(words.block(f"save_{what}"), save, capture_id))
    blocks = [kit.section(words.question), *kit.verbatim(text), keep, *usage.blocks]
    return kit.Message(words.text, blocks, title=words.title)


def _is_like(said: str, known: Collection[str]) -> bool:
    return any(fuzz.ratio(said, one) >= ALIKE for one in known)


def _narrows(rest: str, today: date) -> bool:
    return rest in lexicon.phrases("slips/narrowings") or any(
        dates.understand(said, today, prefer="future") for said in (rest, f"in {rest}")
    )
