"""Who a document is for: what each is told, how much of it, and what is kept from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.core.errors import Invalid
from bot.domain.goals import Kind


@dataclass(frozen=True)
class Audience:
    """A reader. `tells` are the fields of a win that are shown, in their order; a title and a day always are.

    `longest` is how many wins are shown, None for all; `private` whether private ones are taken in unasked;
    `withholds` the kinds of goals that are none of this reader's business; `sources` whether the table says
    where a number comes from.
    """

    name: str
    tells: tuple[str, ...]
    longest: int | None = None
    private: bool = False
    withholds: frozenset[str] = frozenset({Kind.PAY.value, Kind.BALANCE.value})
    sources: bool = True


_EVERYTHING = (
    *("details", "situation", "task", "action", "result", "metric", "benefited", "my_part", "team_part"),
    *("credit", "goal", "project", "competency", "tags", "evidence"),
)

ME = Audience("me", _EVERYTHING, private=True, withholds=frozenset())
MANAGER = Audience("manager", ("action", "result", "metric", "benefited", "my_part", "credit", "evidence"))
SKIP = Audience("skip", ("result", "metric", "benefited"), longest=10, sources=False)
REVIEW = Audience(
    "review",
    (
        *("situation", "task", "action", "result", "metric", "benefited", "my_part", "team_part", "credit"),
        *("goal", "project", "competency", "evidence"),
    ),
)

AUDIENCES: Mapping[str, Audience] = MappingProxyType({one.name: one for one in (ME, MANAGER, SKIP, REVIEW)})


def audience(name: str | None) -> Audience:
    """The audience of that name; Invalid for an unknown one."""
    if name is None or name not in AUDIENCES:
        raise Invalid("audience", "no_such_audience")
    return AUDIENCES[name]
