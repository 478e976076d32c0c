"""Drafts about an ask, pure: what a person could send, made of nothing but what stands in the entry."""

import re
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from textwrap import shorten

from bot.core.errors import Invalid
from bot.core.prose import Prose
from bot.domain.asks._entries import name_of
from bot.domain.asks._ladder import Rung, rung
from bot.domain.asks._records import Ask, AskEvent, Condition, Status, What

# A message is read at a glance, and Slack's form for it holds 3,000 characters.
LONG, SHORT = 400, 150
DAYS = 10

# A draft that is pasted into Slack would call whoever is named by it, or everybody: "@here", "_@priya_", and "＠here" as
# Japanese keyboards write it. An address of mail stays one.
_AT = re.compile(r"(?<![^\W_])(?<![^\W_]_)[@＠﹫]+(?=\w)")


class Draft(StrEnum):
    """What a message is for; its words are the block of that name in templates/asks/drafts.j2."""

    POLITE = "polite"
    DIRECT = "direct"
    ESCALATE = "escalate"
    FALLBACK = "fallback"
    CLARITY = "clarity"
    CONDITIONS = "conditions"
    REASK = "reask"


def draft(
    prose: Prose,
    kind: Draft,
    ask: Ask,
    events: Sequence[AskEvent],
    conditions: Sequence[Condition],
    *,
    today: date,
) -> str:
    """The text of a message; every name, number and date in it stands in the entry.

    Days of the year of `today` are named without it, as people write to each other. Invalid for the fallback of an ask that has none.
    """
    if kind is Draft.FALLBACK and not ask.fallback:
        raise Invalid("fallback", "ask_without_fallback")
    said = ("to", "reason", "future_value", "fallback", "promised", "plan")
    words = prose.words(
        "asks/drafts",
        ask=ask,
        today=today,
        name=_sentence(name_of(ask.to)),
        request=_sentence(ask.words),
        days=promised_days(events)[-DAYS:],
        conditions=[(_sentence(one.text, SHORT), one.met_on) for one in conditions if one.met_on][:DAYS],
        **{name: _sentence(getattr(ask, name)) for name in said},
    )
    # What is not in the entry leaves no gap behind.
    return re.sub(r"\n{3,}", "\n\n", words.block(kind.value).plain.strip())


def fitting(ask: Ask) -> Draft | None:
    """The message that fits an ask as it stands; None where nothing is to be sent, or a choice comes first."""
    if ask.status == Status.NOT_NOW:
        return Draft.REASK
    after = rung(ask.misses)
    return Draft(after.value) if after in {Rung.POLITE, Rung.DIRECT} else None


def promised_days(events: Sequence[AskEvent]) -> list[date]:
    """Every day that was ever named for it, in the order in which they were named, each once."""
    naming = (What.PROMISED, What.MOVED, What.PARTLY_MET, What.VERDICT)
    return list(dict.fromkeys(one.to_on for one in events if one.what in naming and one.to_on))


def _sentence(text: str | None, most: int = LONG) -> str | None:
    """Words of an entry as they end a sentence of a draft; long ones end with a whole word, so that no number is cut."""
    return shorten(_AT.sub("", text), most, placeholder=" …").rstrip(".,;: ") if text else None
