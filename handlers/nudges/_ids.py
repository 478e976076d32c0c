"""What can be clicked and submitted about nudges, whatever their kind."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    NOTHING = "nudges.nothing"
    SKIP = "nudges.skip"
    SNOOZE = "nudges.snooze"
    PUT_OFF = "nudges.put_off"
    MORE = "nudges.more"
    LESS = "nudges.less"
    TWO_WEEKS = "nudges.two_weeks"
    MONTH = "nudges.month"
    NEVER = "nudges.never"
    BEFORE = "nudges.before"
    WAIVE = "nudges.waive"
    REOPEN = "nudges.reopen"
    SHOW = "nudges.show"
    AHEAD = "nudges.ahead"
    AHEAD_ALIKE = "nudges.ahead_alike"
    LEAVE_OUT = "nudges.leave_out"
