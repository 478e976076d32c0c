"""A draft's lines, each with what it rests on: kept through edits, and compared from version to version."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class Basis:
    """What a line rests on: a win, a goal or an ask by its id, a field of the form, or the person's own edit."""

    kind: str
    name: str = ""


WIN, GOAL, ASK, FIELD, OWN = "win", "goal", "ask", "field", "own"


@dataclass(frozen=True)
class Sentence:
    """One line of a draft. Headings and the lines between paragraphs claim nothing, so they rest on nothing."""

    text: str
    basis: tuple[Basis, ...] = ()


BETWEEN = Sentence("")


@dataclass(frozen=True)
class Change:
    """A line that a version has and the one before has not (`added`), or the other way round."""

    added: bool
    text: str


def text_of(sentences: Sequence[Sentence]) -> str:
    return "\n".join(sentence.text for sentence in sentences)


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def retraced(text: str, earlier: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """An edited text, line by line: what was left as it was keeps its basis, the rest is the person's own."""
    lines = text.split("\n")
    basis: list[tuple[Basis, ...]] = [(Basis(OWN),) if line.strip() else () for line in lines]
    for run in SequenceMatcher(None, [one.text for one in earlier], lines).get_matching_blocks():
        basis[run.b : run.b + run.size] = [one.basis for one in earlier[run.a : run.a + run.size]]
    return tuple(Sentence(line, rests) for line, rests in zip(lines, basis, strict=True))


def changes(before: str, after: str) -> tuple[Change, ...]:
    """What one version says otherwise than the one before, in the order of the text; empty lines say nothing."""
    old, new = before.split("\n"), after.split("\n")
    return tuple(one for one in _differing(old, new) if one.text.strip())


def _differing(old: list[str], new: list[str]) -> Iterator[Change]:
    # Draft lines that come up often ("Number: [number?]") must not be passed over as junk.
    for same, a, end_a, b, end_b in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if same != "equal":
            yield from (Change(added=False, text=line) for line in old[a:end_a])
            yield from (Change(added=True, text=line) for line in new[b:end_b])


def tidy(text: str) -> str:
    """An edited text without white space that says nothing; long runs of it could not be cut into text boxes."""
    text = re.sub(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", text)
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]+(?=\n)", "", text))
    return re.sub(r"[^\S\n]{9,}", " " * 8, text).strip()
