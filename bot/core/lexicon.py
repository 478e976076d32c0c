"""Word lists that rules read: `templates/<name>.txt`, one word or phrase a line, so that a translator can change them."""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from bot.core.prose import TEMPLATES

_ARROW = "=>"


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The phrases of a list, folded; lines that begin with # explain."""
    return tuple(line.casefold() for line in _lines(name))


@cache
def pairs(name: str) -> Mapping[str, str]:
    """The phrases of a list whose lines say `words => instead`, folded, with the words as they stand behind the arrow."""
    parted = (line.partition(_ARROW) for line in _lines(name))
    return {phrase.strip().casefold(): instead.strip() for phrase, _, instead in parted}


@cache
def pattern(name: str) -> re.Pattern[str]:
    """What finds any phrase of a list as whole words, whatever its capitals; the longest where several begin."""
    longest_first = sorted(phrases(name), key=len, reverse=True)
    words = (r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def any_of(some: Iterable[str]) -> re.Pattern[str]:
    """What finds any of these phrases, as `pattern` does; commas between their words and curly apostrophes are no matter."""
    longest_first = sorted(some, key=len, reverse=True)
    words = (r"[,;]?\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    either = "|".join(words).replace("'", "['’]")
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _lines(name: str) -> list[str]:
    lines = (line.strip() for line in TEMPLATES.joinpath(f"{name}.txt").read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]
