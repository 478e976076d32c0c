"""What can be clicked and submitted in the form of a document."""

from enum import StrEnum


class Ids(StrEnum):
    """What can be clicked and submitted."""

    START = "brag.start"
    PERIOD = "brag.period"
    AUDIENCE = "brag.audience"
    MAKE = "brag.make"
