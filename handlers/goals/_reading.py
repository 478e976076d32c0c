"""Reads submitted forms about goals."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.core.errors import Invalid
from bot.domain import goals
from bot.domain.goals import Entry, Goal, Measure, Step
from handlers import days


def read_form(typed: Mapping[str, Any], today: date, goal: Goal | None = None) -> Entry:
    """A submitted form as an entry; Invalid names the field. Dates that were there already may have passed."""
    return goals.entry(
        typed.get("statement") or "",
        days.ahead("deadline", typed.get("deadline"), today, goal.deadline if goal else None),
        kind=typed.get("kind"),
        measure=goals.measure(typed.get("measure"), typed.get("baseline"), typed.get("target")),
        in_control=typed.get("in_control"),
        confidence=number(typed.get("confidence")),
        next_on=days.ahead("next_on", typed.get("next_on"), today, goal.next_on if goal else None),
        knows=goals.names_in(typed.get("knows")),
        **{name: typed.get(name) for name in goals.TEXTS},
    )


def steps(typed: Mapping[str, Any], number: int) -> list[Step]:
    """The rows of the plan that were named; Invalid where none was."""
    named = [place for place in range(number) if (typed.get(f"title_{place}") or "").strip()]
    if not named:
        raise Invalid("title_0", "no_milestones")
    return [Step(place, str(typed[f"title_{place}"]), picked(f"on_{place}", typed)) for place in named]


def picked(field: str, typed: Mapping[str, Any]) -> date:
    """The date that was picked."""
    try:
        return date.fromisoformat(typed.get(field) or "")
    except ValueError:
        raise Invalid(field, "milestone_without_day") from None


def number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) == 1 else None


def as_typed(goal: Goal) -> dict[str, Any]:
    """A goal as the form would give it."""
    measure = goal.measure or Measure()
    target = f"{measure.target} {measure.unit}" if measure.target and measure.unit else measure.target
    return {
        **{name: getattr(goal, name) for name in (*goals.TEXTS, "statement", "kind", "in_control")},
        "deadline": goal.deadline.isoformat() if goal.deadline else None,
        "next_on": goal.next_on.isoformat() if goal.next_on else None,
        "confidence": str(goal.confidence) if goal.confidence else None,
        "knows": ", ".join(goal.knows),
        "measure": measure.name,
        "baseline": measure.baseline,
        "target": target,
    }
