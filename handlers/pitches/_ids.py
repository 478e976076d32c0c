"""What can be clicked and submitted in a draft's form, its preview, the list of drafts, and what follows a sent one."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    NEW = "pitches.new"
    KIND = "pitches.kind"
    GOAL = "pitches.goal"
    PERIOD = "pitches.period"
    DRAFT = "pitches.draft"
    OPEN = "pitches.open"
    VERSION = "pitches.version"
    CHANGES = "pitches.changes"
    COPY = "pitches.copy"
    COPIED = "pitches.copied"
    EDIT = "pitches.edit"
    REVISE = "pitches.revise"
    TAKE = "pitches.take"
    WINS = "pitches.wins"
    WINS_PERIOD = "pitches.wins_period"
    REPICK = "pitches.repick"
    SEND = "pitches.send"
    SAVE_SENT = "pitches.save_sent"
    UNSEND = "pitches.unsend"
    DELETE = "pitches.delete"
    RESTORE = "pitches.restore"
    SHOW = "pitches.show"
    OLDER = "pitches.older"
    NEWER = "pitches.newer"
