"""Fuzzy search over a person's own texts, which can only be looked at once they are opened."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from rapidfuzz import fuzz, process

T = TypeVar("T")

# A word so alike to one that is looked for counts as it: a letter missing, doubled or swapped.
ALIKE = 78
_WORD = re.compile(r"\w+")


def best_first(things: Iterable[T], query: str, said: Callable[[T], str]) -> list[T]:
    """The things in which every word of the query stands, or one alike; those that hold the words themselves first.

    Among equals the given order stays. An empty query finds everything.
    """
    kept = list(things)
    wanted = list(dict.fromkeys(_words(query)))
    if not wanted:
        return [] if query.strip() else kept
    holds = [frozenset(_words(said(thing))) for thing in kept]
    vocabulary = frozenset().union(*holds)
    meant = [_meant(word, vocabulary) for word in wanted]
    scored = [
        (sum(max(one[word] for word in words & one.keys()) for one in meant), place)
        for place, words in enumerate(holds)
        if all(words & one.keys() for one in meant)
    ]
    return [kept[place] for _, place in sorted(scored, key=lambda found: (-found[0], found[1]))]


def _meant(word: str, vocabulary: frozenset[str]) -> dict[str, float]:
    """The words that may be meant, each with how alike it is, 0 to 100."""
    alike = process.extract(word, vocabulary, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
    begun = {known: 95.0 for known in vocabulary if known.startswith(word)}
    return {
        **{known: score for known, score, _ in alike},
        **begun,
        **({word: 100.0} if word in vocabulary else {}),
    }


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
