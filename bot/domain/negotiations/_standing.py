"""What a sheet still lacks, the most important first; pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from bot.domain.negotiations._facts import is_stale
from bot.domain.negotiations._records import MarketFact, Negotiation
from bot.domain.negotiations._sheets import pairs_of

# What is asked, in the order in which a talk is best prepared, and the part in which it is answered.
QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "target": "aims",
        "alternative": "limits",
        "reservation": "limits",
        "anchor": "aims",
        "anchor_reason": "aims",
        "theirs": "interests",
        "mine": "interests",
        "beyond_pay": "interests",
        "facts": "facts",
        "stale": "facts",
        "objections": "objections",
        "replies": "objections",
    }
)


def missing(sheet: Negotiation, facts: Sequence[MarketFact], today: date) -> list[str]:
    """What is still to be thought of, the most important first; one of QUESTIONS each."""
    pairs = pairs_of(sheet)
    there = {
        "facts": bool(facts),
        "stale": not any(is_stale(fact, today) for fact in facts),
        "objections": bool(pairs),
        "replies": all(reply for _, reply in pairs),
    }
    return [name for name in QUESTIONS if not there.get(name, bool(getattr(sheet, name, None)))]
