"""An account of wins as JSON, and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from bot.core.errors import Invalid
from bot.domain import wins
from bot.domain.wins import Entry, Metric

FORMAT = "sayso"
VERSION = 1

Json = dict[str, Any]

# Details may be longer than what can be typed at once: merging joins them.
DETAILS_LENGTH = 200_000


@dataclass(frozen=True)
class Account:
    """What was exported: wins, the place in `goals` that each of them serves, and goals by field."""

    exported_on: date
    wins: Sequence[Entry] = ()
    goal_of: Sequence[int | None] = ()
    goals: Sequence[Json] = ()


def write(
    entries: Sequence[Entry],
    *,
    exported_on: date,
    goals: Sequence[Json] = (),
    goal_of: Sequence[int | None] = (),
) -> str:
    """An account as JSON. `goal_of` has the place in `goals` for each entry, or None; it may be left out."""
    served = goal_of or [None] * len(entries)
    told = [{**wins.packed(one), "goal": goal} for one, goal in zip(entries, served, strict=True)]
    account = {
        "format": FORMAT,
        "version": VERSION,
        "exported_on": exported_on.isoformat(),
        "wins": told,
        "goals": list(goals),
    }
    return json.dumps(account, ensure_ascii=False, indent=2) + "\n"


def read(text: str) -> Account:
    """An account out of its JSON; Invalid where it is none, or where a win in it cannot be kept."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Invalid("file", "not_in_shape") from None
    if not is_account(found):
        raise Invalid("file", "not_in_shape")
    listed = found["wins"]
    return Account(
        exported_on=_day(found.get("exported_on"), "file"),
        wins=tuple(entry(one) for one in listed),
        goal_of=tuple(goal_of(one) for one in listed),
        goals=goals_in(found),
    )


def goals_in(account: Json) -> tuple[Json, ...]:
    """The goals of an account, each as it stands there; whether they can be kept shows when they are added."""
    listed = account.get("goals")
    return tuple(one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()


def is_account(found: object) -> bool:
    """Whether this is an account of the version that is written here, or of one before it."""
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return False
    version = found.get("version")
    return isinstance(version, int) and 1 <= version <= VERSION and isinstance(found.get("wins"), list)


def entry(found: object) -> Entry:
    """An entry out of its JSON; Invalid names the field that cannot be kept."""
    if not isinstance(found, dict):
        raise Invalid("title", "not_in_shape")
    details = _text(found, "details")
    texts: dict[str, Any] = {
        name: _text(found, name) for name in (*wins.TEXTS, "category") if name != "details"
    }
    if details and len(details) > DETAILS_LENGTH:
        raise Invalid("details", "too_long", limit=DETAILS_LENGTH)
    checked = wins.entry(
        _text(found, "title") or "",
        _day(found.get("occurred_on"), "occurred_on"),
        until_on=_day(found["until_on"], "until_on") if found.get("until_on") else None,
        metric=_metric(found.get("metric")),
        status=_text(found, "status"),
        shareable=found.get("shareable") is True,
        **texts,
    )
    # What was tidied once stays as it is.
    kept = "\n\n".join(filter(None, (checked.details, details))) or None
    return replace(checked, details=kept, tags=_tags(found.get("tags")))


def goal_of(found: object) -> int | None:
    """The place among the goals that a win in JSON names."""
    place = found.get("goal") if isinstance(found, dict) else None
    return place if isinstance(place, int) and not isinstance(place, bool) else None


def _text(found: Mapping[str, Any], name: str) -> str | None:
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise Invalid(name, "not_in_shape")
    return value


def _day(value: object, name: str) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Invalid(name, "not_in_shape") from None


def _metric(value: object) -> Metric | None:
    if value is None:
        return None
    if isinstance(value, str):
        return Metric.read(value)
    names = {one.name for one in fields(Metric)}
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise Invalid("metric", "not_in_shape")
    return Metric(**{name: text for name, text in value.items() if name in names})


def _tags(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(tag, str) for tag in value):
        raise Invalid("tags", "not_in_shape")
    wins.tags_of(value)
    return tuple(value)
