"""Reads typed lines and submitted forms as entries."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.core import dates
from bot.core.errors import Invalid
from bot.domain import wins
from bot.domain.wins import Entry, Win
from handlers import kit


def read_form(typed: Mapping[str, Any], today: date) -> Entry:
    """A submitted form as an entry; Invalid names the field."""
    parts = {name: typed.get(name) for name in (*wins.TEXTS, "category")}
    return wins.entry(typed.get("title") or "", read_day(typed.get("when"), today), **parts)


def read_day(text: str | None, today: date) -> date:
    """A day in words that has come already; empty means today."""
    if not (text or "").strip():
        return today
    on = dates.understand(str(text), today, prefer="past")
    if on is None:
        raise Invalid("when", "unclear_date", text=kit.clip(str(text), 60))
    if on > today:
        raise Invalid("when", "not_happened_yet", on=on)
    return on


def as_typed(win: Win) -> dict[str, Any]:
    """A win as the form would give it."""
    typed = {name: getattr(win, name) for name in (*wins.TEXTS, "category", "title")}
    return {**typed, "when": win.occurred_on.isoformat()}
