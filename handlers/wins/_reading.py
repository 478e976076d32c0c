"""Reads submitted forms as entries: whichever fields a form has, the rest stays as the win has it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain import wins
from bot.domain.wins import Entry, Metric, Win
from handlers import days

# What a ticked box gives.
YES = "yes"


def read_form(typed: Mapping[str, Any], today: date) -> Entry:
    """A submitted form as an entry; Invalid names the field."""
    shareable = YES in (typed.get("shareable") or ())
    typed = {name: text for name, text in typed.items() if isinstance(text, str)}
    until = (typed.get("until") or "").strip()
    return wins.entry(
        typed.get("title") or "",
        days.past("when", typed.get("when"), today),
        until_on=days.past("until", until, today) if until else None,
        metric=_metric(typed),
        status=typed.get("status"),
        shareable=shareable,
        tags=typed.get("tags") or "",
        category=typed.get("category"),
        **{name: typed.get(name) for name in wins.TEXTS},
    )


def as_typed(win: Win) -> dict[str, Any]:
    """A win as the forms would give it."""
    metric = win.metric or Metric()
    return {
        **{name: getattr(win, name) for name in (*wins.TEXTS, "category", "status", "title")},
        "when": win.occurred_on.isoformat(),
        "until": win.until_on.isoformat() if win.until_on else None,
        "metric": metric.name,
        **{name: getattr(metric, name) for name in ("before", "after", "unit", "certainty", "source")},
        "tags": ", ".join(win.tags),
        "shareable": [YES] if win.shareable else [],
    }


def _metric(typed: Mapping[str, Any]) -> Metric | None:
    """What was counted, in one line or in parts."""
    name, *parts = ((typed.get(part) or "").strip() for part in ("metric", "before", "after", "unit"))
    certainty, source = ((typed.get(part) or "").strip() for part in ("certainty", "source"))
    read = Metric(name, *parts) if any(parts) else Metric.read(name)
    if read is None:
        return None
    return Metric(read.name, read.before, read.after, read.unit, certainty or read.certainty, source)
