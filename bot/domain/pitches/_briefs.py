"""What the form of a pitch says, checked: the gate stands here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.errors import Invalid
from bot.domain.pitches import _lint
from bot.domain.pitches._kinds import FUTURE, KINDS, Field, Kind
from bot.domain.pitches._sentences import one_line


@dataclass(frozen=True)
class Brief:
    """What the form says: `said` holds what stands in its fields, by name, where something does."""

    kind: Kind
    period: str
    said: Mapping[str, str] = field(default_factory=dict)
    window: str | None = None

    @property
    def looks_back_only(self) -> bool:
        """Whether it has a place for what comes next, and nothing stands there."""
        return self.kind.looks_ahead and not any(name in self.said for name in FUTURE)


def brief(kind: str | None, period: str, typed: Mapping[str, str | None], window: str | None = None) -> Brief:
    """Check and tidy what the form says; Invalid names the field and says what to do."""
    chosen = KINDS.get(kind or "")
    if chosen is None:
        raise Invalid("kind", "no_such_pitch")
    given = {one.name: _tidied(one, typed.get(one.name)) for one in chosen.fields}
    said = {name: text for name, text in given.items() if text}
    for one in chosen.fields:
        _check(one, said.get(one.name))
    if chosen.gated:
        _check_ask(said["ask"])
    return Brief(chosen, period, said, window)


def _tidied(one: Field, text: str | None) -> str:
    text = text if isinstance(text, str) else ""
    if not one.lines:
        return one_line(text)
    return "\n".join(line for typed in text.splitlines() if (line := one_line(typed)))


def _check(one: Field, text: str | None) -> None:
    if text is None:
        if one.required:
            raise Invalid(one.name, "ask_is_missing" if one.name == "ask" else "pitch_needs_this")
        return
    if len(text) > one.limit:
        raise Invalid(one.name, "too_long", limit=one.limit)
    if one.name == "ask" and not re.search(r"\w", text):
        raise Invalid("ask", "ask_of_signs_only")


def _check_ask(ask: str) -> None:
    """The gate: whoever is asked must know from one sentence what exactly is wanted."""
    if hint := _lint.hint_in(ask):
        raise Invalid("ask", "ask_only_hints", said=hint)
    if not _lint.names_something(ask):
        raise Invalid("ask", "ask_names_nothing")
