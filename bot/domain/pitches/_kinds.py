"""The kinds of pitches, as rows: what each asks for, says, and in which order; a new kind is a row and a template."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from bot.core import lexicon

ASK_LENGTH = 500
FIELD_LENGTH = 1000

# The future value: the company's aim, what I will do next, the effect, how it is measured, and by when.
FUTURE = ("aim", "plan", "effect", "measured", "when")


@dataclass(frozen=True)
class Field:
    """Something the form asks for.

    A `required` one is said to be missing beside it. Left empty, it stays a visible blank in the draft, unless it is
    `silent`. One of many `lines` keeps them; any other becomes one line.
    """

    name: str
    required: bool = False
    silent: bool = False
    lines: bool = False

    @property
    def limit(self) -> int:
        return ASK_LENGTH if self.name == "ask" else FIELD_LENGTH


@dataclass(frozen=True)
class Kind:
    """What a pitch is for, as data.

    `words` names its template. `parts` are its paragraphs, each a tuple of what stands in it, in order: fields by
    name, `future`, or one of the sources that `_drafts` knows. `tells` are the facts of a win that its reader is
    told. `proofs` is the most wins a draft holds, `least` the fewest, `favours` the categories that say most here.
    `window` is the span of time that wins are taken from at first, `length` the characters that such a reader takes
    in at once; a longer draft is kept, and said to be long. A `gated` kind is drafted only from a plain sentence that
    says what is wanted. `expects` is what the lint misses where it is not said.
    """

    name: str
    words: str
    fields: tuple[Field, ...]
    parts: tuple[tuple[str, ...], ...]
    tells: tuple[str, ...]
    proofs: int
    length: int
    window: str
    least: int = 1
    favours: tuple[str, ...] = ()
    gated: bool = False
    needs_goal: bool = False
    expects: tuple[str, ...] = ("ask", "next_step")

    @property
    def looks_ahead(self) -> bool:
        """Whether it has a place for the future value."""
        return any("future" in part for part in self.parts)

    @property
    def asks(self) -> bool:
        """Whether it asks somebody for something."""
        return self.field("ask") is not None

    @property
    def begins_with_promises(self) -> bool:
        """Whether it says what was promised and is open."""
        return any("promised" in part for part in self.parts)

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)


_ASK, _NEXT = Field("ask"), Field("next", silent=True)
_SAID = Field("ask", required=True)
_FUTURE = tuple(Field(name) for name in FUTURE)
_ALL_OF_IT = ("claim", "result", "metric", "my_part", "benefited", "credit", "quote")

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind(
                "manager",
                "pitches/manager",
                fields=(_ASK, *_FUTURE),
                parts=(("ask",), ("proofs",), ("future",), ("next_step",)),
                tells=("claim", "result", "metric", "benefited", "credit"),
                proofs=4,
                length=1800,
                window="month",
            ),
            Kind(
                "agenda",
                "pitches/agenda",
                fields=(_ASK, Field("question")),
                parts=(("promised",), ("ask",), ("proofs",), ("question",), ("next_step",)),
                tells=("claim", "metric"),
                proofs=1,
                length=900,
                window="week",
                least=0,
            ),
            Kind(
                "promotion",
                "pitches/promotion",
                fields=(_SAID, *_FUTURE, _NEXT),
                parts=(("ask",), ("proofs",), ("future",), ("next_step",)),
                tells=_ALL_OF_IT,
                proofs=4,
                length=2500,
                window="year",
                favours=("leadership", "mentoring", "delivery"),
                gated=True,
            ),
            Kind(
                "raise",
                "pitches/raise",
                fields=(_SAID, *_FUTURE, _NEXT),
                parts=(("ask",), ("proofs",), ("future",), ("next_step",)),
                tells=("claim", "result", "metric", "my_part", "benefited", "quote"),
                proofs=4,
                length=1800,
                window="year",
                favours=("delivery", "quality", "leadership"),
                gated=True,
                expects=("ask", "next_step", "amount"),
            ),
            Kind(
                "responsibility",
                "pitches/responsibility",
                fields=(_ASK, Field("support"), *_FUTURE, _NEXT),
                parts=(("ask",), ("proofs",), ("future",), ("support",), ("next_step",)),
                tells=("claim", "result", "metric", "my_part", "quote"),
                proofs=3,
                length=1500,
                window="quarter",
                favours=("leadership", "collaboration", "glue"),
            ),
            Kind(
                "training",
                "pitches/training",
                fields=(_ASK, Field("price"), Field("use"), Field("aim"), Field("effect"), Field("when")),
                parts=(("ask", "price"), ("use",), ("future",), ("proofs",), ("next_step",)),
                tells=("claim", "result", "metric"),
                proofs=2,
                length=1200,
                window="quarter",
                least=0,
                favours=("learning", "quality"),
            ),
            Kind(
                "idea",
                "pitches/idea",
                fields=(
                    Field("problem"),
                    Field("cost"),
                    Field("options", lines=True),
                    Field("proposal", required=True),
                    Field("effort"),
                    Field("first_step"),
                    _ASK,
                ),
                parts=(
                    ("problem", "cost"),
                    ("options",),
                    ("proposal", "effort"),
                    ("proofs",),
                    ("first_step",),
                    ("ask",),
                ),
                tells=("claim", "result", "metric"),
                proofs=2,
                length=2000,
                window="quarter",
                least=0,
                favours=("delivery", "quality"),
            ),
            Kind(
                "recognition",
                "pitches/recognition",
                fields=(Field("people", silent=True), _ASK),
                parts=(("proofs",), ("people",), ("ask",)),
                tells=("claim", "credit", "team_part", "result", "metric", "benefited", "my_part"),
                proofs=4,
                length=1500,
                window="month",
                favours=("collaboration", "recognition", "glue"),
                expects=("ask",),
            ),
            Kind(
                "goal",
                "pitches/goal",
                fields=(_ASK, *_FUTURE),
                parts=(("goal",), ("proofs",), ("future",), ("ask",), ("next_step",)),
                tells=("claim", "result", "metric"),
                proofs=3,
                length=1500,
                window="quarter",
                least=0,
                needs_goal=True,
            ),
            Kind(
                "thanks",
                "pitches/thanks",
                fields=(Field("heard", required=True), Field("did"), Field("plan", silent=True)),
                parts=(("heard",), ("did",), ("proofs",), ("plan",)),
                tells=("claim", "result"),
                proofs=1,
                length=700,
                window="month",
                least=0,
                favours=("learning",),
                expects=(),
            ),
            Kind(
                "skip",
                "pitches/skip",
                fields=(_ASK, *_FUTURE),
                parts=(("ask",), ("proofs",), ("future",), ("next_step",)),
                tells=("claim", "result", "metric", "credit"),
                proofs=2,
                length=900,
                window="month",
            ),
            Kind(
                "sponsor",
                "pitches/sponsor",
                fields=(_ASK, Field("plan")),
                parts=(("ask", "wins", "plan", "next_step"),),
                tells=("brief",),
                proofs=2,
                length=600,
                window="year",
                favours=("leadership", "delivery"),
            ),
            Kind(
                "hr",
                "pitches/hr",
                fields=(Field("facts", lines=True), _ASK),
                parts=(("facts",), ("proofs",), ("ask",), ("next_step",)),
                tells=("claim", "result", "metric", "evidence"),
                proofs=4,
                length=2000,
                window="year",
                least=0,
            ),
        )
    }
)

MANAGER = KINDS["manager"]


def kind_called(said: str) -> Kind | None:
    """The kind that goes by this name, as people type it; None for an unknown one."""
    return _by_name().get(_folded(said))


def names_of(kind: Kind) -> tuple[str, ...]:
    """The names that people type for a kind, the usual one first."""
    return tuple(name for name, found in _by_name().items() if found is kind)


def names() -> tuple[str, ...]:
    """All names that people type for a kind."""
    return tuple(_by_name())


@cache
def _by_name() -> Mapping[str, Kind]:
    lines = (line.partition(":")[::2] for line in lexicon.phrases("pitches/names"))
    return {_folded(name): KINDS[kind.strip()] for kind, names in lines for name in names.split(",")}


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("-", " ").split())
