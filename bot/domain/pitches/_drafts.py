"""Drafts, line by line: templates filled with entries, and for each line what it rests on."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from bot.core.prose import Prose
from bot.domain.pitches._briefs import Brief
from bot.domain.pitches._kinds import FUTURE, Field
from bot.domain.pitches._sentences import ASK, BETWEEN, FIELD, GOAL, WIN, Basis, Sentence, one_line


@dataclass(frozen=True)
class Quote:
    """What somebody said of a win and allowed to be quoted; without a name where that was the condition."""

    text: str
    name: str | None = None


@dataclass(frozen=True)
class Proof:
    """What a draft may say of one win, as it was entered."""

    win_id: str
    title: str
    on: date
    result: str | None = None
    metric: str | None = None
    benefited: str | None = None
    credit: str | None = None
    estimated: bool = False
    numbered: bool = False
    my_part: str | None = None
    team_part: str | None = None
    evidence: str | None = None
    quotes: tuple[Quote, ...] = ()
    goal_id: str | None = None
    category: str | None = None
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aim:
    """What a draft may say of a goal."""

    goal_id: str
    statement: str
    why: str | None = None
    measure: str | None = None
    deadline: date | None = None


@dataclass(frozen=True)
class Promise:
    """Something that was asked for and promised, and is open: what, and by when it was to be there."""

    ask_id: str
    request: str
    promised: str | None = None
    by: date | None = None


@dataclass(frozen=True)
class Facts:
    """What a draft may rest on beside the form. `today` decides which dates need their year."""

    today: date
    proofs: Sequence[Proof] = ()
    aim: Aim | None = None
    promises: Sequence[Promise] = ()


@dataclass(frozen=True)
class _Material:
    """What the parts of a draft are made from."""

    prose: Prose
    brief: Brief
    facts: Facts

    def line(self, block: str, *basis: Basis, **more: object) -> Sentence:
        """A line in the words of the kind, or else in those that all kinds share."""
        told = {"said": self.brief.said, "today": self.facts.today, **more}
        own = self.prose.words(self.brief.kind.words, **told)
        words = own if block in own.names else self.prose.words("pitches/lines", **told)
        return Sentence(one_line(words.block(block).plain), basis)


def draft(prose: Prose, brief: Brief, facts: Facts) -> tuple[Sentence, ...]:
    """The draft, line by line; the same for the same input."""
    material = _Material(prose, brief, facts)
    paragraphs = [
        [line for part in paragraph for line in _part(material, part) if line.text]
        for paragraph in brief.kind.parts
    ]
    lines = [line for paragraph in paragraphs if paragraph for line in (BETWEEN, *paragraph)]
    return tuple(lines[1:])


def _part(material: _Material, name: str) -> Iterable[Sentence]:
    if name in _SOURCES:
        return _SOURCES[name](material)
    field = material.brief.kind.field(name)
    return _field(material, field) if field else ()


def _field(material: _Material, field: Field) -> list[Sentence]:
    """What a field says; a blank where it is empty, or nothing where it may be silent."""
    text, basis = material.brief.said.get(field.name), Basis(FIELD, field.name)
    if text is None and field.silent:
        return []
    first, *rest = (text or "").split("\n")
    if not rest:
        return [material.line(field.name, basis, text=text)]
    items = (material.line("item", basis, text=line) for line in (first, *rest))
    return [material.line(field.name, text=""), *items]


def _wins(material: _Material) -> list[Sentence]:
    kind = material.brief.kind
    return [
        material.line(fact, Basis(WIN, proof.win_id), proof=proof, quote=quote)
        for proof in material.facts.proofs
        for fact in kind.tells
        for quote in (proof.quotes if fact == "quote" else (None,))
    ]


def _proofs(material: _Material) -> list[Sentence]:
    return [material.line("proofs"), *_wins(material)] if material.facts.proofs else []


def _future(material: _Material) -> list[Sentence]:
    if material.brief.looks_back_only:
        return []
    asked = [field for name in FUTURE if (field := material.brief.kind.field(name))]
    return [material.line("future"), *(line for field in asked for line in _field(material, field))]


def _aim(material: _Material) -> list[Sentence]:
    aim = material.facts.aim
    if aim is None:
        return []
    basis = Basis(GOAL, aim.goal_id)
    return [material.line(block, basis, aim=aim) for block in ("goal", "goal_why", "goal_measure", "goal_by")]


def _promised(material: _Material) -> list[Sentence]:
    told = [
        material.line("promise", Basis(ASK, promise.ask_id), promise=promise)
        for promise in material.facts.promises
    ]
    return [material.line("promised"), *told] if told else []


def _next_step(material: _Material) -> list[Sentence]:
    field = "next" if "next" in material.brief.said else "ask"
    return [material.line("next_step", Basis(FIELD, field))]


# What a part can be beside a field of the form. It says what it can, and is left out where it has nothing to say.
_SOURCES: Mapping[str, Callable[[_Material], list[Sentence]]] = MappingProxyType(
    {
        "proofs": _proofs,
        "wins": _wins,
        "future": _future,
        "goal": _aim,
        "promised": _promised,
        "next_step": _next_step,
    }
)
