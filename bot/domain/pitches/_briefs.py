"""Who a draft can be for, and what its form says: audiences as data, and a brief that was checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from bot.core.errors import Invalid

ASK_LENGTH = 500
FIELD_LENGTH = 1000

# The future value: the company's aim, what I will do next and by when, the effect and how it is measured.
FUTURE = ("aim", "plan", "effect")


@dataclass(frozen=True)
class Audience:
    """Who a draft is for, as data: its words, how much it says, and in which order.

    `called` are the names people type. `proofs` is the most wins a draft holds and `length` the
    characters that such a reader takes in at once; a longer draft is kept, and said to be long.
    `tells` are the facts of a win this reader is told, `parts` what the draft is made of.
    """

    name: str
    words: str
    called: tuple[str, ...]
    proofs: int
    length: int
    tells: tuple[str, ...]
    parts: tuple[str, ...]


MANAGER = Audience(
    "manager",
    words="pitches/manager",
    called=("manager", "my manager"),
    proofs=4,
    length=1800,
    tells=("claim", "result", "metric", "benefited", "credit"),
    parts=("ask", "proofs", "future", "next_step"),
)
SKIP = Audience(
    "skip",
    words="pitches/skip",
    called=("skip", "skip level", "skip-level"),
    proofs=2,
    length=900,
    tells=("claim", "result", "metric", "credit"),
    parts=("ask", "proofs", "future", "next_step"),
)

AUDIENCES: Mapping[str, Audience] = MappingProxyType({one.name: one for one in (MANAGER, SKIP)})


@dataclass(frozen=True)
class Brief:
    """What the form says, checked; `future` holds those of FUTURE that were given."""

    audience: Audience
    period: str
    ask: str | None = None
    future: Mapping[str, str] = field(default_factory=dict)


def audience_called(name: str) -> Audience | None:
    """The audience that goes by this name; None for an unknown one."""
    return next((one for one in AUDIENCES.values() if name in one.called), None)


def brief(audience: str | None, period: str, ask: str | None, future: Mapping[str, str | None]) -> Brief:
    """Check and tidy what the form says; Invalid names the field and says what to do."""
    chosen = AUDIENCES.get(audience or "")
    if chosen is None:
        raise Invalid("audience", "no_such_audience")
    said = {name: one_line(future.get(name)) for name in FUTURE}
    given = Brief(chosen, period, one_line(ask) or None, {name: text for name, text in said.items() if text})
    _check(given)
    return given


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _check(given: Brief) -> None:
    if given.ask and len(given.ask) > ASK_LENGTH:
        raise Invalid("ask", "too_long", limit=ASK_LENGTH)
    if given.ask and not re.search(r"\w", given.ask):
        raise Invalid("ask", "ask_of_signs_only")
    for name, text in given.future.items():
        if len(text) > FIELD_LENGTH:
            raise Invalid(name, "too_long", limit=FIELD_LENGTH)
