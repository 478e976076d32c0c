"""What can be clicked and submitted about wins."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    LOG = "wins.log"
    SAVE = "wins.save"
    EDIT = "wins.edit"
    CHANGE = "wins.change"
    ADD_IMPACT = "wins.add_impact"
    SAVE_IMPACT = "wins.save_impact"
    CHANGE_DATE = "wins.change_date"
    SAVE_DATE = "wins.save_date"
    UNDO = "wins.undo"
    RESTORE = "wins.restore"
    SAME = "wins.same"
    ANOTHER = "wins.another"
    MORE = "wins.more"
    SHOW = "wins.show"
    OLDER = "wins.older"
    NEWER = "wins.newer"
    LOG_SHORTCUT = "wins.log_shortcut"
    SAVE_MESSAGE = "wins.save_message"
