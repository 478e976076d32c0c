"""Reads `/win export …` and the submitted form."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bot.core.errors import Invalid
from bot.documents import formats
from bot.documents.formats import Format
from bot.domain import brag, members, wins
from bot.domain.brag import Request
from bot.storage.session import MemberSession

# All wins and goals, whatever else is chosen: it is made from what is kept, and not from a document's facts.
EVERYTHING = "json"

_UNITS = ("week", "month", "quarter", "year")
_WINDOWS = "|".join(rf"{which}\s{unit}" for which in ("this", "last") for unit in _UNITS)
_SAID = re.compile(
    r"export"
    rf"(?:\s(?:of\s|for\s|from\s)?(?:(?P<window>{_WINDOWS}|all)|from\s(?P<since>.+?)\s(?:to|until)\s(?P<until>.+?)))?"
    r"(?:\s(?:for\s|to\s)?(?:my\s)?(?P<audience>me|myself|manager|skip|review))?"
    r"(?:\s(?:as\s|in\s)?(?:an?\s)?(?P<format>pdf|docx|word|html|web\spage|markdown|csv|json))?",
    re.IGNORECASE,
)
_ALSO = MappingProxyType({"myself": "me", "word": "docx", "web page": "html"})


@dataclass(frozen=True)
class Asked:
    """What was said behind `export`; what was not said is left to the form."""

    window: str | None = None
    since: str | None = None
    until: str | None = None
    audience: str | None = None
    format: str | None = None

    @property
    def typed(self) -> dict[str, Any]:
        """As the form would give it."""
        window = brag.DATES if self.since else self.window
        formats = [self.format] if self.format else None
        given = {"period": window, "since": self.since, "until": self.until, "audience": self.audience}
        return {name: value for name, value in {**given, "formats": formats}.items() if value}


def asked(text: str) -> Asked | None:
    """What `export …` asks for; None for anything else, such as a win that begins with the word."""
    found = _SAID.fullmatch(" ".join(text.split()))
    if found is None:
        return None
    said = {name: value.casefold() for name, value in found.groupdict().items() if value}
    known = {name: _ALSO.get(value, value) for name, value in said.items()}
    if "window" in known:
        known["window"] = known["window"].replace(" ", "_")
    return Asked(**known)


async def request(session: MemberSession, typed: Mapping[str, Any]) -> Request:
    """What a submitted form asks for; Invalid names the field."""
    window = typed.get("period")
    period = brag.span(window, members.today(session), typed.get("since"), typed.get("until"))
    return Request(
        period,
        str(window),
        brag.audience(typed.get("audience")),
        str(typed.get("by")),
        private=bool(typed.get("private")),
        goal_id=typed.get("goal"),
        category=typed.get("category"),
        project=named(typed.get("project"), await wins.projects(session)),
    )


def formats_of(typed: Mapping[str, Any]) -> list[Format]:
    """The formats that a submitted form asks for; Invalid where it asks for none, or for one that cannot be made."""
    chosen: Sequence[str] = typed.get("formats") or ()
    if not chosen:
        raise Invalid("formats", "no_format")
    return [formats.format_(name) for name in chosen if name != EVERYTHING]


def wants_everything(typed: Mapping[str, Any]) -> bool:
    return EVERYTHING in (typed.get("formats") or ())


def mark(project: str) -> str:
    """A project in few characters: a choice in a form holds less than a name may have."""
    return hashlib.sha256(project.casefold().encode()).hexdigest()[:32]


def named(marked: str | None, projects: Iterable[str]) -> str | None:
    """The project that a choice stands for; Invalid where there is none any more."""
    if not marked:
        return None
    found = next((project for project in projects if mark(project) == marked), None)
    if found is None:
        raise Invalid("project", "no_such_choice")
    return found
