"""Word lists that rules read: `templates/<name>.txt`, one word or phrase a line, so that a translator can change them."""

import re
from functools import cache

from bot.core.prose import TEMPLATES


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The phrases of a list, folded; lines that begin with # explain."""
    lines = (line.strip().casefold() for line in TEMPLATES.joinpath(f"{name}.txt").read_text().splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def pattern(name: str) -> re.Pattern[str]:
    """What finds any phrase of a list as whole words, whatever its capitals; the longest where several begin."""
    longest_first = sorted(phrases(name), key=len, reverse=True)
    words = (r"\s+".join(map(re.escape, phrase.split())) for phrase in longest_first)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)
