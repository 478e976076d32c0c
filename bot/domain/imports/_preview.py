"""What reading a file gives: its lines, each an entry or a problem, and what is wrong with the file itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.core.errors import CoachError
from bot.domain.portable import Json
from bot.domain.wins import Entry

MOST_BYTES = 5_000_000
MOST_LINES = 10_000

# So much of what cannot be read is shown back.
QUOTED = 60


class Kind(StrEnum):
    """What a file turned out to be; the words for each stand in templates/imports/kinds.j2."""

    MARKDOWN = "markdown"
    CSV = "csv"
    SAYSO = "sayso"
    BRAGDOC = "bragdoc"
    BRAGFILE = "bragfile"
    LIST = "list"


@dataclass(frozen=True)
class Problem:
    """Why a line or a file is not taken: a sentence of templates/imports/problems.j2, and its facts."""

    words: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @classmethod
    def of(cls, error: CoachError) -> "Problem":
        return cls(error.words, error.facts)


class UnreadableError(Exception):
    """The whole file cannot be read."""

    def __init__(self, words: str, **facts: object) -> None:
        super().__init__(words)
        self.problem = Problem(words, facts)


@dataclass(frozen=True)
class Line:
    """What begins at a line of the file (the number of an element, in JSON): a win, or why there is none.

    `undated` says that the file named no day, so that it was given the day of the import.
    """

    number: int
    entry: Entry | None = None
    problem: Problem | None = None
    undated: bool = False
    goal: int | None = None


@dataclass(frozen=True)
class Columns:
    """The columns of a table: their headings, a sample of each, and which of them each field was taken from.

    `unclear` is a day such as 02/09/2026 where every day of the table can be read in two ways; then `month_first` is
    how it was read.
    """

    headings: Sequence[str]
    samples: Sequence[str]
    chosen: Mapping[str, int]
    unclear: str | None = None
    month_first: bool = False


@dataclass(frozen=True)
class Preview:
    """What a file holds. `left_out` counts what was understood and is no win, by sentence."""

    kind: Kind | None = None
    lines: Sequence[Line] = ()
    problem: Problem | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    columns: Columns | None = None
    goals: Sequence[Json] = ()

    @property
    def entries(self) -> Sequence[Entry]:
        return [line.entry for line in self.lines if line.entry]

    @property
    def broken(self) -> Sequence[Line]:
        return [line for line in self.lines if line.problem]
