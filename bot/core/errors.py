"""The errors a person may read; everything else is a fault of ours, logged and apologised for.

CoachError
├── Invalid      a field holds something that cannot be saved
├── NotFound     there is no such thing, or it is not yours
├── NotAllowed   this person may not do this here
└── Busy         the database did not answer in time, so nothing was saved

An error carries the name of a sentence in `templates/errors.j2` and the facts that sentence needs,
never the sentence itself: words live in templates.
"""


class CoachError(Exception):
    """A refusal that is told to the person. `words` names a block of `templates/errors.j2`."""

    def __init__(self, words: str, /, **facts: object) -> None:
        super().__init__(words)
        self.words = words
        self.facts = facts


class Invalid(CoachError):  # noqa: N818 - a refusal reads as what it is, see the tree above
    """A value that cannot be saved; `field` is the form field (block_id) it came from, `others` are told with it."""

    others: "tuple[Invalid, ...]" = ()

    def __init__(self, field: str, words: str, /, **facts: object) -> None:
        super().__init__(words, **facts)
        self.field = field

    @classmethod
    def together(cls, first: "Invalid", *others: "Invalid") -> "Invalid":
        """Several as one."""
        first.others = others
        return first


class NotFound(CoachError):  # noqa: N818 - see Invalid
    """There is no such row for this member; somebody else's row is not found either."""


class NotAllowed(CoachError):  # noqa: N818 - see Invalid
    """This person may not do this here."""


class Busy(CoachError):  # noqa: N818 - see Invalid
    """The database could not be reached or written in time; nothing was saved."""
