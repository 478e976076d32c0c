"""A metric: the number that shows what a win brought, as typed parts and as one line."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from bot.core.errors import Invalid

PART_LENGTH = 200
NAME_LENGTH = 3000


class Certainty(StrEnum):
    """How a number is known; the words for each stand in templates/wins/certainties.j2."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Metric:
    """What was counted, from where to where, and how it is known; texts as typed, so that no digit changes."""

    name: str = ""
    before: str = ""
    after: str = ""
    unit: str = ""
    certainty: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        for field, value in vars(self).items():
            limit = NAME_LENGTH if field == "name" else PART_LENGTH
            if len(value) > limit:
                raise Invalid("metric" if field == "name" else field, "too_long", limit=limit)
        if self.certainty and self.certainty not in {one.value for one in Certainty}:
            raise Invalid("certainty", "no_such_certainty")

    @classmethod
    def read(cls, text: str) -> Self | None:
        """One typed line: `Search time from 2.1 s to 0.3 s` has its parts; anything else is a name. None when empty."""
        text = text.strip()
        if not text:
            return None
        about = _ESTIMATE.search(text)
        certainty = Certainty.ESTIMATED.value if about else ""
        found = _CHANGE.fullmatch(text)
        if found is None or (found["unit"] and found["last"] and found["unit"] != found["last"]):
            return cls(name=text, certainty=certainty)
        unit = found["last"] or found["unit"] or ""
        return cls(found["name"].rstrip(" :"), found["before"], found["after"], unit, certainty)

    @classmethod
    def stored(cls, value: Any) -> Self | None:
        """A metric from its sealed column; a plain text is one of before there were parts."""
        if isinstance(value, str):
            return cls(name=value)
        return cls(**value) if value else None

    @property
    def line(self) -> str:
        """The metric in one line; equal to what was typed where it was typed as one line without parts."""
        unit = "" if not self.unit else self.unit if self.unit in _CLOSE else f" {self.unit}"
        before, after = (f"{value}{unit}" if value else "" for value in (self.before, self.after))
        change = f"{before} → {after}" if before and after else before or after
        return f"{self.name}: {change}" if self.name and change else self.name or change

    @property
    def has_number(self) -> bool:
        """Whether it says a number at all."""
        return any(sign.isdigit() for sign in self.line)

    @property
    def is_estimate(self) -> bool:
        return self.certainty == Certainty.ESTIMATED

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said of what was counted; how it is known says nothing alone."""
        return not self.line


# Units that are written close to their number.
_CLOSE = frozenset("%°€$£")
_NUMBER = r"[-+]?[€$£]?\d[\d.,\u202f' ]*(?<=\d)[kKmMbB]?"
_UNIT = r"(?:%|°|€|\$|£|[^\W\d][\w/%]{0,20})"
_CHANGE = re.compile(
    rf"(?P<name>[^\d\n]{{2,200}}?)[\s:]+(?:from\s+)?(?P<before>{_NUMBER})\s*(?P<unit>{_UNIT})?"
    rf"\s*(?:to|→|->)\s*(?P<after>{_NUMBER})\s*(?P<last>{_UNIT})?",
    re.IGNORECASE,
)
_ESTIMATE = re.compile(
    r"(?<!\w)(?:about|around|roughly|approx(?:imately|\.)?|some|~|≈)\s*[€$£]?\d|\bestimated?\b|\best\.",
    re.IGNORECASE,
)
