"""What can be clicked and submitted about setbacks."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    NEW = "setbacks.new"
    LATER = "setbacks.later"
    SAVE = "setbacks.save"
    SAVE_WORDS = "setbacks.save_words"
    OPEN = "setbacks.open"
    EDIT = "setbacks.edit"
    CHANGE = "setbacks.change"
    DEBRIEF = "setbacks.debrief"
    SAVE_DEBRIEF = "setbacks.save_debrief"
    AGAIN = "setbacks.again"
    FALLBACK = "setbacks.fallback"
    LET_GO = "setbacks.let_go"
    TAKE_UP = "setbacks.take_up"
    REVERT = "setbacks.revert"
    DELETE = "setbacks.delete"
    RESTORE = "setbacks.restore"
    SHOW = "setbacks.show"
    OLDER = "setbacks.older"
    NEWER = "setbacks.newer"
