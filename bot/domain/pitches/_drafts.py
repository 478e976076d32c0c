"""Drafts, line by line: templates filled with entries, and for each line what it rests on."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from types import MappingProxyType

from bot.core.prose import Phrase, Prose
from bot.domain.pitches._briefs import FUTURE, Brief, one_line


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


@dataclass(frozen=True)
class Basis:
    """What a line rests on: the id of a win, the name of a field of the form, or the person's own edit."""

    kind: str
    name: str = ""


WIN, FIELD, OWN = "win", "field", "own"


@dataclass(frozen=True)
class Sentence:
    """One line of a draft. Headings and the lines between paragraphs claim nothing, so they rest on nothing."""

    text: str
    basis: tuple[Basis, ...] = ()


BETWEEN = Sentence("")


@dataclass(frozen=True)
class _Material:
    """What the parts of a draft are made from."""

    prose: Prose
    brief: Brief
    proofs: Sequence[Proof]
    today: date

    def line(self, block: str, *basis: Basis, **facts: object) -> Sentence:
        words = self.prose.words(self.brief.audience.words, brief=self.brief, today=self.today, **facts)
        return _said(words.block(block), *basis)


def draft(prose: Prose, brief: Brief, proofs: Sequence[Proof], today: date) -> tuple[Sentence, ...]:
    """The draft, line by line; the same for the same input. `today` decides which dates need their year."""
    material = _Material(prose, brief, proofs, today)
    paragraphs = [_PARTS[part](material) for part in brief.audience.parts]
    lines = [line for paragraph in paragraphs if paragraph for line in (BETWEEN, *paragraph)]
    return tuple(lines[1:])


def text_of(sentences: Sequence[Sentence]) -> str:
    return "\n".join(sentence.text for sentence in sentences)


def retraced(text: str, earlier: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """An edited text, line by line: what was left as it was keeps its basis, the rest is the person's own."""
    lines = text.split("\n")
    basis: list[tuple[Basis, ...]] = [(Basis(OWN),) if line.strip() else () for line in lines]
    for run in SequenceMatcher(None, [one.text for one in earlier], lines).get_matching_blocks():
        basis[run.b : run.b + run.size] = [one.basis for one in earlier[run.a : run.a + run.size]]
    return tuple(Sentence(line, rests) for line, rests in zip(lines, basis, strict=True))


def tidy(text: str) -> str:
    """An edited text without white space that says nothing; long runs of it could not be cut into text boxes."""
    text = re.sub(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+(?=\n)", "", text))
    return re.sub(r"[^\S\n]{9,}", " " * 8, text).strip()


def _ask(material: _Material) -> list[Sentence]:
    return [material.line("ask", Basis(FIELD, "ask"))]


def _proofs(material: _Material) -> list[Sentence]:
    tells = material.brief.audience.tells
    told = [
        material.line(fact, Basis(WIN, proof.win_id), proof=proof)
        for proof in material.proofs
        for fact in tells
    ]
    return [material.line("proofs"), *(line for line in told if line.text)]


def _future(material: _Material) -> list[Sentence]:
    if not material.brief.future:
        return []
    return [material.line("future"), *(material.line(name, Basis(FIELD, name)) for name in FUTURE)]


def _next_step(material: _Material) -> list[Sentence]:
    return [material.line("next_step", Basis(FIELD, "ask"))]


# A part says what it can, and is left out where it has nothing to say.
_PARTS: Mapping[str, Callable[[_Material], list[Sentence]]] = MappingProxyType(
    {"ask": _ask, "proofs": _proofs, "future": _future, "next_step": _next_step}
)


def _said(phrase: Phrase, *basis: Basis) -> Sentence:
    return Sentence(one_line(phrase.plain), basis)
