"""What can be clicked and submitted in a draft's form, its preview and the list of drafts."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    NEW = "pitches.new"
    AUDIENCE = "pitches.audience"
    PERIOD = "pitches.period"
    DRAFT = "pitches.draft"
    OPEN = "pitches.open"
    VERSION = "pitches.version"
    COPY = "pitches.copy"
    COPIED = "pitches.copied"
    EDIT = "pitches.edit"
    REVISE = "pitches.revise"
    DELETE = "pitches.delete"
    RESTORE = "pitches.restore"
    SHOW = "pitches.show"
    OLDER = "pitches.older"
    NEWER = "pitches.newer"
