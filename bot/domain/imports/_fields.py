"""From the words of a file to an entry: which part a heading names, and values as people write them."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from bot.core import lexicon
from bot.domain import wins
from bot.domain.imports import _days
from bot.domain.imports._contents import clean
from bot.domain.wins import Category, Entry, Status

LABEL_LENGTH = 30

_YES = frozenset(("yes", "true", "1", "y", "x", "shareable", "public"))
_STATUSES = {
    **dict.fromkeys(("done", "completed", "complete", "finished", "closed", "shipped"), Status.DONE),
    **dict.fromkeys(
        ("in progress", "in_progress", "ongoing", "doing", "started", "open"), Status.IN_PROGRESS
    ),
    **dict.fromkeys(("pending", "outcome pending", "waiting"), Status.PENDING),
}
_LINK = re.compile(r"https?://\S+")
_DAYS = ("occurred_on", "until_on")


@cache
def names() -> Mapping[str, str]:
    """The part of a win that each heading names."""
    found: dict[str, str] = {}
    for line in lexicon.phrases("imports/columns"):
        part, _, headings = line.partition(":")
        for heading in headings.split(","):
            found.setdefault(heading.strip(), part)
    return found


@cache
def parts() -> tuple[str, ...]:
    """The parts of a win that a file can hold, in the order in which they are asked for."""
    return tuple(dict.fromkeys(names().values()))


def part_called(heading: str) -> str | None:
    """The part that a heading names; None for words that name none."""
    said = " ".join(heading.casefold().split()).strip(" :*_#?")
    return names().get(said) or names().get(said.replace("_", " "))


def entry(said: Mapping[str, str], on: date, today: date, *, month_first: bool = False) -> Entry:
    """An entry of what a file says by part; Invalid names what cannot be kept.

    What fits into no choice is kept all the same: a category of the file's own as a tag, evidence that is no
    link among the details.
    """
    texts = {part: clean(value).strip() for part, value in said.items() if value and value.strip()}
    days = {
        part: _days.day(texts.pop(part), today, month_first=month_first) for part in _DAYS if part in texts
    }
    title, details = texts.pop("title", ""), texts.pop("details", "")
    category, own = _category(texts.pop("category", ""))
    links, rest = _links(texts.pop("evidence", ""))
    details = "\n".join(filter(None, (details, rest)))
    return wins.entry(
        title or details,
        days.get("occurred_on", on),
        until_on=days.get("until_on"),
        category=category,
        status=_status(texts.pop("status", "")),
        shareable=texts.pop("shareable", "").casefold() in _YES,
        tags=[*re.split(r"[,;\n]", texts.pop("tags", "")), *own],
        metric=texts.pop("metric", None),
        evidence=links,
        details=details if title else None,
        **texts,
    )


def _status(text: str) -> str | None:
    found = _STATUSES.get(text.casefold())
    return found.value if found else None


def _category(text: str) -> tuple[str | None, list[str]]:
    said = text.casefold().replace(" work", "").strip()
    if said in {one.value for one in Category}:
        return said, []
    return None, [text[: wins.TAG_LENGTH]] if text else []


def _links(text: str) -> tuple[str | None, str]:
    """The links in a text, one a line, and the text where there is more in it."""
    links = _LINK.findall(text)
    rest = "" if not _LINK.sub("", text).strip(" ,;\n") else text
    return "\n".join(link.rstrip(",;)") for link in links) or None, rest
