"""Reads submitted forms about asks."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain import asks
from bot.domain.asks import Ask, Entry, Talk
from handlers import days

SHOWN = 60


def read_form(typed: Mapping[str, Any], today: date) -> Entry:
    """A submitted form as an entry; Invalid names the field."""
    texts = {name: typed.get(name) for name in asks.TEXTS}
    return asks.entry(**texts, wanted_on=days.said("wanted_on", typed.get("wanted_on"), today))


def talk(typed: Mapping[str, Any], today: date) -> Talk:
    """What came out of a talk."""
    return Talk(
        verdict=typed.get("verdict") or "",
        on=days.said("on", typed.get("on"), today, "past"),
        their_words=typed.get("their_words"),
        promised=typed.get("promised"),
        promised_on=days.said("promised_on", typed.get("promised_on"), today),
        conditions=asks.conditions_in(typed.get("conditions"), today),
    )


def as_typed(ask: Ask) -> dict[str, str | None]:
    """An ask as the form would give it."""
    texts = {name: getattr(ask, name) for name in asks.TEXTS}
    return {**texts, "wanted_on": ask.wanted_on.isoformat() if ask.wanted_on else None}
