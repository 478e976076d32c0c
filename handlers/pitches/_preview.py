"""The private preview of a draft: its text with marks, what could be stronger, what each mark stands for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.core import dates, periods
from bot.core.prose import Phrase, Prose, Words
from bot.domain import pitches
from bot.domain.pitches import Basis, Finding, Pitch, PitchVersion
from bot.domain.proofs import Cited
from handlers import kit
from handlers.asks import Ids as Asks
from handlers.kit import Block
from handlers.pitches._form import asked, because
from handlers.pitches._ids import Ids

# Slack's selects hold as many.
OPTIONS = 100

# More suggestions than these at once are a lecture.
FINDINGS = 6
QUOTE_LENGTH = 120
LINE_LENGTH = 600


@dataclass(frozen=True)
class Shown:
    """What a preview shows: one version of a draft, what it rests on, and all versions, newest first."""

    pitch: Pitch
    version: PitchVersion
    cited: Cited
    versions: Sequence[PitchVersion]
    zone: ZoneInfo
    today: date

    @property
    def value(self) -> str:
        """What a button about this version carries."""
        return f"{self.pitch.id}:{self.version.number}"


def name(prose: Prose, pitch: Pitch) -> Phrase:
    """Who a draft is for and its period, in words; nothing of what it says."""
    return prose.words(pitch.row.words, period=pitch.period).heading


def preview(prose: Prose, shown: Shown) -> dict[str, Any]:
    """The draft with a mark behind each line, what could be stronger, and below what each mark stands for."""
    marks = _marks(shown.version)
    words = _words(prose, shown)
    return kit.modal(
        words.title,
        [
            kit.context(words.private),
            kit.section(words.heading),
            *_sent(prose, shown),
            *_warnings(words, shown),
            *(
                kit.literal(piece)
                for piece, _ in kit.pieces(_marked(shown.version, marks), kit.SECTION_LENGTH)
            ),
            _buttons(words, shown),
            kit.divider(),
            *_findings(prose, shown),
            kit.divider(),
            kit.section(words.rests_on),
            *_sources(prose, shown, marks),
            _more(prose, words, shown),
        ],
        close=words.close,
    )


def changes(prose: Prose, version: PitchVersion, before: PitchVersion) -> dict[str, Any]:
    """What a version says otherwise than the one before, line by line."""
    words = prose.words("pitches/changes", number=version.number)
    differing = pitches.changes(before.text, version.text)
    lines = [
        prose.words("pitches/changes", text=one.text).block("added" if one.added else "removed").plain
        for one in differing
    ]
    told = [kit.literal(piece) for piece, _ in kit.pieces("\n".join(lines), kit.SECTION_LENGTH)]
    return kit.modal(
        words.title,
        [kit.context(words.heading), *(told if lines else [kit.section(words.nothing)])],
        close=words.back,
    )


def _words(prose: Prose, shown: Shown) -> Words:
    return prose.words(
        "pitches/preview",
        name=name(prose, shown.pitch).plain,
        version=shown.version,
        kind=shown.pitch.row,
        given=len(shown.version.text),
    )


def _sent(prose: Prose, shown: Shown) -> list[Block]:
    """To whom it was sent and when, with its ask and Undo."""
    pitch = shown.pitch
    if pitch.sent_on is None:
        return []
    words = prose.words("pitches/sent", to=pitch.sent_to, said=dates.said(pitch.sent_on, shown.today))
    opened = [kit.button(words.open_ask, Asks.OPEN, pitch.ask_id)] if pitch.ask_id else []
    undo = kit.button(words.undo, Ids.UNSEND, pitch.id)
    return [kit.section(words.was_sent), kit.actions(*opened, undo)]


def _warnings(words: Words, shown: Shown) -> list[Block]:
    drafted = shown.version.made_by in {pitches.DRAFTED, pitches.REPICKED}
    backward = [kit.context(words.looks_back_only)] if drafted and shown.pitch.looks_back_only else []
    long = [kit.context(words.long)] if len(shown.version.text) > shown.pitch.row.length else []
    return [*backward, *long]


def _findings(prose: Prose, shown: Shown) -> list[Block]:
    """What the lint found, each with the words and another way to say them, to be taken at a click."""
    found = pitches.check(shown.version.sentences, shown.pitch.row)
    words = prose.words("pitches/lint", total=len(found), shown=min(len(found), FINDINGS))
    if not found:
        return [kit.context(words.clean)]
    told = [_finding(prose, shown, place, one) for place, one in enumerate(found[:FINDINGS])]
    return [kit.section(words.heading), *told]


def _finding(prose: Prose, shown: Shown, place: int, one: Finding) -> Block:
    instead = pitches.rewritten(prose, shown.version.text.split("\n"), one)
    words = prose.words(
        "pitches/lint",
        why=prose.words("pitches/lint").block(one.rule).plain,
        quote=kit.clip(one.quote, QUOTE_LENGTH),
        about=kit.clip(_about(shown.version, one) or "", QUOTE_LENGTH),
        instead=kit.clip(instead or "", LINE_LENGTH),
    )
    take = kit.button(words.take, Ids.TAKE, f"{shown.value}:{place}") if instead is not None else None
    return kit.section(words.finding, accessory=take)


def _about(version: PitchVersion, one: Finding) -> str | None:
    """The line that says which win a blank belongs to, where it stands under another one."""
    if one.line is None or one.instead is not None:
        return None
    basis = version.sentences[one.line].basis
    first = next((number for number, line in enumerate(version.sentences) if line.basis == basis), one.line)
    return version.sentences[first].text.lstrip("• ") if basis and first != one.line else None


def _marks(version: PitchVersion) -> dict[Basis, int]:
    """A number for each thing that the draft rests on, in the order in which it comes up."""
    every = dict.fromkeys(basis for sentence in version.sentences for basis in sentence.basis)
    return {basis: mark for mark, basis in enumerate(every, start=1)}


def _marked(version: PitchVersion, marks: Mapping[Basis, int]) -> str:
    lines = (
        " ".join([sentence.text, *(f"[{marks[basis]}]" for basis in sentence.basis)])
        for sentence in version.sentences
    )
    return "\n".join(lines)


def _sources(prose: Prose, shown: Shown, marks: Mapping[Basis, int]) -> list[Block]:
    lines = [_source(prose, shown, basis, mark) for basis, mark in marks.items()]
    return [kit.context(Phrase(piece)) for piece, _ in kit.pieces("\n".join(lines), kit.SECTION_LENGTH)]


def _source(prose: Prose, shown: Shown, basis: Basis, mark: int) -> Phrase:
    win = shown.cited.proofs.get(basis.name) if basis.kind == pitches.WIN else None
    said = shown.pitch.said if basis.kind == pitches.FIELD else shown.cited.named
    label = asked(prose, shown.pitch.row, "label", basis.name) if basis.kind == pitches.FIELD else None
    words = prose.words(
        "pitches/preview",
        mark=mark,
        win=win,
        because=because(prose, win, shown.cited.wanted) if win else (),
        said=said.get(basis.name),
        label=label.plain if label else "",
    )
    return words.block(_source_block(basis, there=win is not None or basis.name in said))


def _source_block(basis: Basis, *, there: bool) -> str:
    if basis.kind in {pitches.FIELD, pitches.OWN}:
        return basis.kind
    if not there:
        return "gone"
    return "open_ask" if basis.kind == pitches.ASK else basis.kind


def _buttons(words: Words, shown: Shown) -> Block:
    wins = [kit.button(words.change_wins, Ids.WINS, shown.pitch.id)] if shown.pitch.row.proofs else []
    changed = [kit.button(words.changes, Ids.CHANGES, shown.value)] if shown.version.number > 1 else []
    send = [] if shown.pitch.sent_on else [kit.button(words.send, Ids.SEND, shown.pitch.id)]
    return kit.actions(
        kit.button(words.copy, Ids.COPY, shown.value, style="primary"),
        kit.button(words.edit, Ids.EDIT, shown.value),
        *wins,
        *send,
        *changed,
    )


def _more(prose: Prose, words: Words, shown: Shown) -> Block:
    others = [one for one in shown.versions if one.number != shown.version.number][:OPTIONS]
    options = [_version_option(prose, shown, one) for one in others]
    select = [kit.select(Ids.VERSION, options, placeholder=words.versions)] if options else []
    return kit.actions(
        *select,
        kit.button(words.delete, Ids.DELETE, shown.pitch.id),
        kit.button(words.list, Ids.SHOW),
    )


def _version_option(prose: Prose, shown: Shown, version: PitchVersion) -> Any:
    on = periods.local_date(version.created_at, shown.zone)
    words = prose.words("pitches/preview", version=version, on=on)
    return kit.option(words.version_in_list, f"{shown.pitch.id}:{version.number}", words.version_made_by)
