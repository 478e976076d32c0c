"""What can be clicked and submitted about settings and times away."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    OPEN = "members.open"
    SAVE = "members.save"
    SUITS = "members.suits"
    RESUME = "members.resume"
    AWAY_AS_BEFORE = "members.away_as_before"
