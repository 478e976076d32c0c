"""Which wins a draft rests on, pure: what speaks for each, and those that say the most first."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.pitches._drafts import Proof

# How many wins a form can offer; Slack's selects hold as many.
OFFERED = 100

# What can speak for a win, the strongest first; the words for each stand in templates/pitches/reasons.j2.
REASONS = ("goal", "topic", "category", "number", "result", "newest")


@dataclass(frozen=True)
class Wanted:
    """What wins are wanted for: a goal, categories that say most to the reader, the words of what is asked for."""

    goal_id: str | None = None
    favours: Collection[str] = ()
    words: str = ""
    newest_on: date | None = None


def reasons(proof: Proof, wanted: Wanted) -> tuple[str, ...]:
    """What speaks for a win, the strongest first; none where only the person's own choice does."""
    speaks = {
        "goal": proof.goal_id is not None and proof.goal_id == wanted.goal_id,
        "topic": any(_names(wanted.words, topic) for topic in proof.topics),
        "category": proof.category is not None and proof.category in wanted.favours,
        "number": proof.metric is not None and any(sign.isdigit() for sign in proof.metric),
        "result": bool(proof.result),
        "newest": proof.on == wanted.newest_on,
    }
    return tuple(reason for reason in REASONS if speaks[reason])


def pick(some: Iterable[Proof], count: int, wanted: Wanted | None = None) -> list[Proof]:
    """The `count` that say the most: by the first reason that one has and another has not, then the newest."""
    wanted = wanted or Wanted()
    newest_first = sorted(some, key=lambda one: (one.on, one.win_id), reverse=True)
    return sorted(newest_first, key=lambda one: _rank(one, wanted))[:count]


def offered(some: Sequence[Proof], picked: Sequence[Proof]) -> list[Proof]:
    """As many as a form can show, in the order given, with all that were picked among them."""
    room = max(0, OFFERED - len(picked))
    ids = {one.win_id for one in picked}
    rest = [one.win_id for one in some if one.win_id not in ids][:room]
    return [one for one in some if one.win_id in ids.union(rest)]


def _rank(proof: Proof, wanted: Wanted) -> tuple[bool, ...]:
    found = reasons(proof, wanted)
    # A number without a digit is one that is missing still, and yet says more than none.
    return (*(name not in found for name in REASONS[:4]), not proof.metric, "result" not in found)


def _names(words: str, topic: str) -> bool:
    return (
        bool(topic.strip())
        and re.search(rf"(?<!\w){re.escape(topic.strip())}(?!\w)", words, re.IGNORECASE) is not None
    )
