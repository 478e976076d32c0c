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

    `known` are the words that ask for something, `what` the name of that which is saved.
    """

    what: str
    known: Collection[str]
    save: StrEnum
    usage: Callable[[Prose], kit.Message]
    keep: Callable[[MemberSession, Prose, str], Awaitable[kit.Message]]

    def register(self, app: AsyncApp) -> None:
        app.action(self.save)(self.save_after_all)

    async def read(self, text: str, coach: Coach, who: Principal, reply: Reply) -> BoltResponse:
        """Save the words; or keep them aside, and ask."""
        slip = is_slip(text, self.known, coach.clock.now().date(), of_sentences=self.known)
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


def is_slip(said: str, known: Collection[str], today: date, *, of_sentences: Collection[str]) -> bool:
    """Whether words seem to ask for something: one word like a known one, or a known one with more behind it.

    Those `of_sentences` are first words of what people save as well ("Map the customer journey", "Help the team
    ship"), so behind them only a time or a part ("list closed") is asked for.
    """
    first, _, rest = " ".join(said.casefold().split()).partition(" ")
    if not rest:
        return any(fuzz.ratio(first, word) >= ALIKE for word in known)
    return first in known and (first not in of_sentences or _narrows(rest, today))


def asked(
    prose: Prose, text: str, what: str, save: StrEnum, capture_id: str, usage: kit.Message
) -> kit.Message:
    """The words as they were typed, a button that keeps them (`save_<what>`), and what the command can do."""
    words = prose.words("slips/offer")
    keep = kit.actions(kit.button(words.block(f"save_{what}"), save, capture_id))
    blocks = [kit.section(words.question), *kit.verbatim(text), keep, *usage.blocks]
    return kit.Message(words.text, blocks, title=words.title)


def _narrows(rest: str, today: date) -> bool:
    return (
        " " not in rest
        or rest in lexicon.phrases("slips/narrowings")
        or any(dates.understand(said, today, prefer="future") for said in (rest, f"in {rest}"))
    )
