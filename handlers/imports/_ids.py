"""What can be clicked and submitted about an import."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    SAVE = "imports.save"
    COLUMNS = "imports.columns"
    ORDER = "imports.order"
    CHOOSE = "imports.choose"
    ALIKE = "imports.alike"
    TICK = "imports.tick"
    BROKEN = "imports.broken"
    EARLIER = "imports.earlier"
    LATER = "imports.later"
    BACK = "imports.back"
    LEAVE = "imports.leave"
    UNDO = "imports.undo"
    RESTORE = "imports.restore"
