"""What can be clicked and submitted about what is kept."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    SHOW = "privacy.show"
    EXPORT = "privacy.export"
    ASK_TO_ERASE = "privacy.ask_to_erase"
    ERASE = "privacy.erase"
    DETAILS = "privacy.details"
    BRING = "privacy.bring"
    UNDO = "privacy.undo"
    LEAVE = "privacy.leave"
