"""Operations: what an operator may see of nudges and change, without a name, a subject or a word that was typed."""

from bot.domain.nudges.operations._counts import LATE, MOST_COUNTED, Overview, in_hand, overview, waiting
from bot.domain.nudges.operations._spaces import Space, space
from bot.domain.nudges.operations._stopping import start, stop
from bot.domain.nudges.operations._stories import (
    SOON,
    Reason,
    Story,
    is_wanted,
    listed,
    story,
    useful_for,
    why,
)

__all__ = [
    "LATE",
    "MOST_COUNTED",
    "SOON",
    "Overview",
    "Reason",
    "Space",
    "Story",
    "in_hand",
    "is_wanted",
    "listed",
    "overview",
    "space",
    "start",
    "stop",
    "story",
    "useful_for",
    "waiting",
    "why",
]
