"""Reads submitted forms about asks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.core import dates
from bot.core.dates import Side
from bot.core.errors import Invalid
from bot.domain import asks
from bot.domain.asks import Ask, Entry, Talk
from handlers import kit

SHOWN = 60


def read_form(typed: Mapping[str, Any], today: date) -> Entry:
    """A submitted form as an entry; Invalid names the field."""
    texts = {name: typed.get(name) for name in asks.TEXTS}
    return asks.entry(**texts, wanted_on=day("wanted_on", typed.get("wanted_on"), today))


def day(field: str, text: str | None, today: date, side: Side = "future") -> date | None:
    """A day in words; None where the field is empty."""
    if not (text or "").strip():
        return None
    on = dates.understand(str(text), today, prefer=side)
    if on is None:
        unclear = "unclear_day_ahead" if side == "future" else "unclear_date"
        raise Invalid(field, unclear, text=kit.clip(str(text), SHOWN))
    return on


def day_ahead(field: str, text: str | None, today: date) -> date | None:
    """A day in words that has not passed; None where the field is empty."""
    on = day(field, text, today)
    if on and on < today:
        raise Invalid(field, "not_ahead", on=on)
    return on


def talk(typed: Mapping[str, Any], today: date) -> Talk:
    """What came out of a talk."""
    return Talk(
        verdict=typed.get("verdict") or "",
        on=day("on", typed.get("on"), today, "past"),
        their_words=typed.get("their_words"),
        promised=typed.get("promised"),
        promised_on=day("promised_on", typed.get("promised_on"), today),
        conditions=asks.conditions_in(typed.get("conditions"), today),
    )


def as_typed(ask: Ask) -> dict[str, str | None]:
    """An ask as the form would give it."""
    texts = {name: getattr(ask, name) for name in asks.TEXTS}
    return {**texts, "wanted_on": ask.wanted_on.isoformat() if ask.wanted_on else None}
