"""The lint of a draft, pure: words that weaken it, what it lacks, and how each could be said; it blocks nothing.

The rules look for the phrases of `templates/pitches/*.txt`; a line of theirs may say what stands better there.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from bot.core import lexicon
from bot.core.prose import Prose
from bot.domain.pitches._kinds import Kind
from bot.domain.pitches._sentences import FIELD, OWN, WIN, Basis, Sentence

_BLANK = re.compile(r"\[[^\[\]]*\?\]")
_BLANK_END = re.compile(r":\s*(\[[^\[\]]*\?\])$")
_NUMBER_BLANK = "[number?]"
_LEFT_OVER = re.compile(r"[,;:]?\s*")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

# "• ", "– Number: " and "What I am asking for: " in front of what was entered.
_LABEL = re.compile(r"•\s+|(?:–\s+)?[^\W\d_][^:.?!]{2,60}:\s")


@dataclass(frozen=True)
class Finding:
    """What a rule found: the words as they stand, their line and place in it, and what stands better there.

    `line` is None for what the whole text lacks; what could be said then, and the whole line, `rewritten` knows.
    """

    rule: str
    quote: str = ""
    line: int | None = None
    start: int = 0
    end: int = 0
    instead: str | None = None


def check(sentences: Sequence[Sentence], kind: Kind) -> tuple[Finding, ...]:
    """All that could be stronger, line by line, and after that what is missing."""
    found = [
        finding
        for number, sentence in enumerate(sentences)
        for finding in _in_line(number, sentence, sentences)
    ]
    return (*found, *(one for rule in kind.expects for one in _MISSES[rule](sentences)))


def in_sentence(text: str) -> tuple[Finding, ...]:
    """What weakens one line of a person's own words."""
    return tuple(_in_line(0, Sentence(text), ()))


def hint_in(text: str) -> str | None:
    """The words of a sentence that hint or excuse where they could ask; None where it asks."""
    for rule in ("hint", "apology"):
        if found := next(_phrases(rule, text), None):
            return found.quote
    return None


def names_something(ask: str) -> bool:
    """Whether a sentence names what is wanted: a word is left without those that could stand in any wish."""
    nothing = set(lexicon.phrases("pitches/nothing"))
    words = (word.casefold().replace("’", "'") for word in _WORD.findall(ask))
    return any(word not in nothing for word in words)


def rewritten(prose: Prose, lines: Sequence[str], finding: Finding) -> str | None:
    """The line with the finding's words said otherwise, or the one to add; None where only the person knows."""
    if finding.line is None:
        return None if finding.quote else prose.words("pitches/lint").block(f"instead_{finding.rule}").plain
    line = lines[finding.line]
    if finding.rule in _ADDS:
        words = prose.words("pitches/lint", said=line.rstrip().rstrip(".!;,"))
        return words.block(f"instead_{finding.rule}").plain
    if finding.instead is None:
        return None
    return _joined(line[: finding.start], finding.instead, line[finding.end :])


def taken(prose: Prose, text: str, finding: Finding) -> str:
    """The text with a finding's rewrite in it; as it is where there is none. A line of which nothing is left goes."""
    lines = text.split("\n")
    instead = rewritten(prose, lines, finding)
    if instead is None:
        return text
    if finding.line is None:
        return "\n".join((*lines, "", instead))
    lines[finding.line : finding.line + 1] = [instead] if instead else []
    return "\n".join(lines)


def _in_line(number: int, sentence: Sentence, around: Sequence[Sentence]) -> Iterator[Finding]:
    """Findings of a line; what a template put before what was entered is not looked at."""
    entered = any(basis.kind != OWN for basis in sentence.basis)
    label = _LABEL.match(sentence.text) if entered else None
    start = label.end() if label else 0
    body, told = sentence.text[start:], _told_with(sentence, around)
    for rule, look in _RULES.items():
        for one in look(body, told):
            yield Finding(rule, one.quote, number, one.start + start, one.end + start, one.instead)


def _told_with(sentence: Sentence, around: Sequence[Sentence]) -> str:
    """The line with all that is told of the same win, so that its number or my part may stand in another line."""
    wins = [basis for basis in sentence.basis if basis.kind == WIN]
    if not wins:
        return sentence.text
    return " ".join(one.text for one in around if set(wins) & set(one.basis))


@dataclass(frozen=True)
class _Place:
    quote: str
    start: int
    end: int
    instead: str | None = None


def _phrases(rule: str, body: str) -> Iterator[_Place]:
    """The phrases of a rule's list in a text."""
    instead_of, pattern = _list(_LISTS[rule])
    for found in pattern.finditer(body):
        instead = instead_of[_folded(found[0])]
        # Whoever lets "sorry, but" go lets the comma go that stood behind it.
        rest = "" if instead else _LEFT_OVER.match(body, found.end())[0]  # type: ignore[index]  # matches anything
        yield _Place(found[0], found.start(), found.end() + len(rest), instead)


def _phrase_rule(rule: str) -> Callable[[str, str], Iterator[_Place]]:
    return lambda body, _told: _phrases(rule, body)


def _passive(body: str, _told: str) -> Iterator[_Place]:
    """Credit that nobody takes: "The search was rebuilt"; and words that hide what one did."""
    yield from _phrases("weak", body)
    deeds, _ = _list("pitches/deeds")
    for found in _passive_pattern().finditer(body):
        thing = found["thing"] or found["bare"]
        past = deeds[_folded(found["deed"])] or found["deed"]
        instead = f"I {past} {_lower(thing)}"
        yield _Place(found[0], found.start(), found.end(), instead)


def _we(body: str, told: str) -> Iterator[_Place]:
    found = _we_pattern().search(body)
    if found and not lexicon.pattern("wins/i").search(told) and "?" not in body:
        yield _Place(found[0], found.start(), found.end())


def _number(body: str, told: str) -> Iterator[_Place]:
    if _NUMBER_BLANK in body:
        start = body.index(_NUMBER_BLANK)
        yield _Place(_NUMBER_BLANK, start, start + len(_NUMBER_BLANK))
    elif not any(sign.isdigit() for sign in told) and not lexicon.pattern("pitches/counts").search(body):
        yield from _phrases("number", body)


_LISTS = MappingProxyType(
    {
        "hint": "pitches/hints",
        "apology": "pitches/apologies",
        "weak": "pitches/weak",
        "number": "pitches/quantities",
    }
)

# Each rule finds places in what was entered; `told` is that with what stands in other lines about the same win.
_RULES = MappingProxyType[str, Callable[[str, str], Iterator[_Place]]](
    {
        "hint": _phrase_rule("hint"),
        "apology": _phrase_rule("apology"),
        "passive": _passive,
        "we": _we,
        "number": _number,
    }
)

# These say what is missing behind the whole line.
_ADDS = frozenset({"we", "amount"})


def _unsaid(rule: str, name: str, sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """A text in which no line says it; where a line has its place for it, the blank there is quoted."""
    lines = [one.text for one in sentences if lexicon.pattern(name).search(one.text)]
    blank = next((found[1] for line in lines if (found := _BLANK_END.search(line))), None)
    if blank or not lines:
        yield Finding(rule, blank or "")


def _no_amount(sentences: Sequence[Sentence]) -> Iterator[Finding]:
    """The line that asks names no figure; where no line is the form's own any more, it is not looked for."""
    for number, one in enumerate(sentences):
        if Basis(FIELD, "ask") in one.basis:
            if not any(sign.isdigit() for sign in one.text) and not _BLANK.search(one.text):
                label = _LABEL.match(one.text)
                yield Finding("amount", one.text[label.end() if label else 0 :], number)
            return


_MISSES = MappingProxyType[str, Callable[[Sequence[Sentence]], Iterator[Finding]]](
    {
        "ask": lambda some: _unsaid("ask", "pitches/asks", some),
        "next_step": lambda some: _unsaid("next_step", "pitches/steps", some),
        "amount": _no_amount,
    }
)


@cache
def _list(name: str) -> tuple[dict[str, str], re.Pattern[str]]:
    """The phrases of a list with what stands better there, and the pattern that finds them."""
    pairs = lexicon.pairs(name)
    return {_folded(phrase): instead for phrase, instead in pairs.items()}, lexicon.any_of(pairs)


@cache
def _passive_pattern() -> re.Pattern[str]:
    """Finds "the search was rebuilt": a thing of a few words, a form of "was", a deed, and nobody who did it."""
    small, nobody = _either("pitches/articles"), _either("pitches/subjects")
    thing = rf"(?P<thing>{small}\s+[\w'’-]+(?:\s+[\w'’-]+){{0,4}}?)"
    bare = rf"(?:^|(?<=[.!?]\s))(?P<bare>(?!{nobody})[\w'’-]+(?:\s+(?!{small})[\w'’-]+){{0,3}}?)"
    was = rf"\s+{_either('pitches/auxiliaries')}\s+(?:{_either('pitches/adverbs')}\s+)?"
    return re.compile(rf"(?:{thing}|{bare}){was}(?P<deed>{_deeds()})(?!\s+by\b)", re.IGNORECASE)


@cache
def _we_pattern() -> re.Pattern[str]:
    """Finds "we shipped" and "our team has built"; what "we need" or "we can" is no deed."""
    pasts = "|".join(re.escape(past) for past in lexicon.pairs("pitches/deeds").values() if past)
    deed = rf"(?:{_deeds()}|(?:{pasts})\b|\w+[^\We]ed\b)"
    we = r"\b(?:we(?:['’]ve)?|(?:our|my|the)\s+(?:whole\s+)?team(?:\s+has)?)"
    return re.compile(rf"{we}\s+(?:{_either('pitches/adverbs')}\s+)*{deed}", re.IGNORECASE)


def _deeds() -> str:
    return lexicon.any_of(lexicon.pairs("pitches/deeds")).pattern


def _either(name: str) -> str:
    return lexicon.any_of(lexicon.phrases(name)).pattern


def _folded(phrase: str) -> str:
    return " ".join(re.sub(r"[,;]", " ", phrase.casefold().replace("’", "'")).split())


def _lower(thing: str) -> str:
    """A thing inside a sentence: only an article or another small word loses its capital."""
    first, _, rest = thing.partition(" ")
    return (
        f"{first.lower()} {rest}"
        if rest and first.casefold() in lexicon.phrases("pitches/articles")
        else thing
    )


def _joined(before: str, instead: str, after: str) -> str:
    """The three as one line, without what was left over around words that went."""
    if not instead and not after.strip(" .?!"):
        before = before.rstrip(" ,")
    middle = instead + after if instead else after.lstrip()
    if not before.strip() or before.rstrip().endswith((".", "!", "?", ":", "•", "–")):
        middle = middle[:1].upper() + middle[1:]
    line = re.sub(r"(?<=\S) {2,}", " ", before + middle)
    return re.sub(r"\s+([.,;:?!])", r"\1", line).rstrip()
