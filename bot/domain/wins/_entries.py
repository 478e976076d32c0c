"""An entry: what a person gives for a win, read from a line or a form, tidied and checked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.core import dates
from bot.core.errors import Invalid
from bot.domain.wins._metric import Metric
from bot.domain.wins._win import Category, Status, Win

TITLE_LENGTH = 250
FIELD_LENGTH = 3000
TEXT_LENGTH = 20_000
TAG_LENGTH = 40
TAGS_AT_MOST = 20

TEXTS = (
    *("details", "situation", "task", "action", "result", "benefited"),
    *("my_part", "team_part", "credit", "evidence", "competency", "project"),
)
_CHOICES: Mapping[str, type[StrEnum]] = {"category": Category, "status": Status}
_DAYS = ("occurred_on", "until_on")
_LINK = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class Entry:
    """What a person gives for a win, as typed; `details` holds the whole of a text too long for a title."""

    title: str
    occurred_on: date
    until_on: date | None = None
    details: str | None = None
    situation: str | None = None
    task: str | None = None
    action: str | None = None
    result: str | None = None
    metric: Metric | None = None
    benefited: str | None = None
    my_part: str | None = None
    team_part: str | None = None
    credit: str | None = None
    evidence: str | None = None
    competency: str | None = None
    project: str | None = None
    category: str | None = None
    status: str = Status.DONE.value
    shareable: bool = False
    tags: tuple[str, ...] = ()

    @property
    def last_on(self) -> date:
        """The last day of it."""
        return self.until_on or self.occurred_on


# What an entry has beside its title, in the order of its fields.
PARTS = tuple(field for field in Entry.__dataclass_fields__ if field != "title")


def entry(text: str, occurred_on: date, **parts: Any) -> Entry:
    """Check and tidy what was typed, by the names of Entry's fields; Invalid names the field and says what to do.

    A text longer than a title is kept whole as details, and its beginning becomes the title. A metric may be given
    as one line, tags as one text with commas.
    """
    text = text.strip()
    _check_words(text)
    tidy: dict[str, Any] = {name: (parts.pop(name, None) or "").strip() or None for name in TEXTS}
    choices: dict[str, Any] = {
        "category": parts.pop("category", None) or None,
        "status": parts.pop("status", None) or Status.DONE.value,
    }
    _check_parts({**tidy, **choices})
    title = title_of(text)
    if title != text:
        tidy["details"] = "\n\n".join(part for part in (text, tidy.get("details")) if part)
    metric = parts.pop("metric", None)
    counted = Metric.read(metric) if isinstance(metric, str) else metric
    return Entry(
        title=title,
        occurred_on=occurred_on,
        until_on=_until(occurred_on, parts.pop("until_on", None)),
        metric=counted if counted and not counted.is_empty else None,
        tags=tags_of(parts.pop("tags", ())),
        **tidy,
        **choices,
        **parts,
    )


def read(text: str, today: date) -> Entry:
    """A typed line as an entry; a day named at its end or beginning is the day it happened."""
    text = text.strip()
    found = dates.found_in(text, today, prefer="past")
    if found is None or found.on > today:
        return entry(text, today)
    without = (text[: found.start] + text[found.end :]).strip(" ,;:.–-")
    return entry(without if any(sign.isalnum() for sign in without) else text, found.on)


def title_of(text: str) -> str:
    """The first line, cut at a word where it is longer than a title may be."""
    first = text.split("\n", 1)[0].strip()
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def tags_of(typed: Sequence[str] | str) -> tuple[str, ...]:
    """Tags as typed with commas or as a list, without the sign in front, each once; Invalid for too many."""
    given = typed.split(",") if isinstance(typed, str) else typed
    tidy = [" ".join(tag.split()).lstrip("#").strip() for tag in given]
    once = once_each(tag for tag in tidy if tag)
    if len(once) > TAGS_AT_MOST or any(len(tag) > TAG_LENGTH for tag in once):
        raise Invalid("tags", "too_many_tags", limit=TAGS_AT_MOST, length=TAG_LENGTH)
    return once


def once_each(names: Iterable[str]) -> tuple[str, ...]:
    """Names in their order, each once whatever its capitals, as it was first written."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(name.casefold(), name)
    return tuple(seen.values())


def names_in(credit: str | None) -> list[str]:
    """The people to credit, one by one: `Priya, Ben and Ana`."""
    return [name for part in re.split(r"[,;\n]|\s(?:and|&)\s", credit or "") if (name := part.strip(" .@"))]


def links_in(evidence: str | None) -> list[str]:
    """The links to evidence, one a line."""
    return (evidence or "").split()


def of(win: Win) -> Entry:
    """What a win says, as an entry: equal to the one that was written."""
    parts = {name: getattr(win, name) for name in PARTS}
    return Entry(title=win.title, **{**parts, "tags": tuple(win.tags)})


def packed(given: Entry) -> dict[str, Any]:
    """An entry as JSON can hold it."""
    days = {name: on.isoformat() for name in _DAYS if (on := getattr(given, name))}
    return {**asdict(given), "tags": list(given.tags), **days}


def unpacked(kept: Mapping[str, Any]) -> Entry:
    """The entry that was packed."""
    days = {name: date.fromisoformat(kept[name]) for name in _DAYS if kept.get(name)}
    parts = {
        **kept,
        **days,
        "metric": Metric.stored(kept.get("metric")),
        "tags": tuple(kept.get("tags") or ()),
    }
    return Entry(**parts)


def with_all_of(first: Entry, second: Entry) -> Entry:
    """One entry of two about the same thing: nothing that either says is lost.

    What the first leaves blank the second fills; where both say something different, the second's words are
    kept under details.
    """
    filled: dict[str, Any] = {}
    beside: list[str] = [] if second.title == first.title else [second.title]
    for name in (*TEXTS, "metric", "category"):
        mine, theirs = getattr(first, name), getattr(second, name)
        if theirs and not mine:
            filled[name] = theirs
        elif theirs and theirs != mine and name != "category":
            beside.append(theirs.line if isinstance(theirs, Metric) else theirs)
    tags = once_each([*first.tags, *second.tags])
    if len(tags) > TAGS_AT_MOST:
        beside.append(", ".join(tags[TAGS_AT_MOST:]))
    details = "\n\n".join([*filter(None, [filled.pop("details", first.details)]), *beside]) or None
    return replace(
        first,
        **filled,
        details=details,
        tags=tags[:TAGS_AT_MOST],
        occurred_on=min(first.occurred_on, second.occurred_on),
        until_on=max(first.last_on, second.last_on) if first.until_on or second.until_on else None,
        shareable=first.shareable and second.shareable,
    )


def _until(occurred_on: date, until_on: date | None) -> date | None:
    if until_on is not None and until_on < occurred_on:
        raise Invalid("until", "ends_before_it_begins", on=until_on)
    return until_on if until_on != occurred_on else None


def _check_words(text: str) -> None:
    if not text:
        raise Invalid("title", "win_without_words")
    if len(text) > TEXT_LENGTH:
        raise Invalid("title", "too_long", limit=TEXT_LENGTH)
    if not re.search(r"\w", text):
        raise Invalid("title", "win_of_signs_only", text=text)


def _check_parts(parts: Mapping[str, str | None]) -> None:
    for name, value in parts.items():
        limit = TEXT_LENGTH if name == "details" else FIELD_LENGTH
        if value and len(value) > limit:
            raise Invalid(name, "too_long", limit=limit)
    for name, choices in _CHOICES.items():
        chosen = parts.get(name)
        if chosen and chosen not in {one.value for one in choices}:
            raise Invalid(name, f"no_such_{name}")
    if not all(_LINK.fullmatch(link) for link in links_in(parts.get("evidence"))):
        raise Invalid("evidence", "not_a_link")
