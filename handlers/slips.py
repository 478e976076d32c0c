"""Words after a command that look like a slip of what it knows: asked about, and kept at a click."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz

from bot.core import dates, lexicon
from bot.core.prose import Prose
from handlers import kit

# Two words that share so many of a hundred parts are taken for the same one with a slip.
ALIKE = 70


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
