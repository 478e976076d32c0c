"""The views of drafts: the private preview, the text to copy or to edit, and the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.core import dates, periods
from bot.core.prose import Phrase, Prose, Words
from bot.domain import pitches
from bot.domain.pitches import Basis, Pitch, PitchVersion, Proof
from handlers import kit
from handlers.kit import Block
from handlers.pitches._ids import Ids

PAGE = 8

# Slack's selects hold as many.
OPTIONS = 100

# A box to edit in leaves room for words that are added.
EDIT_LENGTH = 2500


@dataclass(frozen=True)
class Shown:
    """What a preview shows: one version of a draft, the wins it cites, and all versions, newest first."""

    pitch: Pitch
    version: PitchVersion
    proofs: Sequence[Proof]
    versions: Sequence[PitchVersion]
    zone: ZoneInfo

    @property
    def value(self) -> str:
        """What a button about this version carries."""
        return f"{self.pitch.id}:{self.version.number}"


def name(prose: Prose, pitch: Pitch) -> Phrase:
    """Who a draft is for and its period, in words; nothing of what it says."""
    audience = pitches.AUDIENCES.get(pitch.audience, pitches.MANAGER)
    return prose.words(audience.words, period=pitch.period).heading


def preview(prose: Prose, shown: Shown) -> dict[str, Any]:
    """The draft with a mark behind each line, and below what each mark stands for."""
    marks = _marks(shown.version)
    words = _preview_words(prose, shown)
    return kit.modal(
        words.title,
        [
            kit.context(words.private),
            kit.section(words.heading),
            *_warnings(words, shown),
            *(
                kit.literal(piece)
                for piece, _ in kit.pieces(_marked(shown.version, marks), kit.SECTION_LENGTH)
            ),
            kit.divider(),
            kit.section(words.rests_on),
            *_sources(prose, shown, marks),
            _buttons(words, shown),
            *_other_versions(prose, words, shown),
        ],
        close=words.close,
    )


def text_to_copy(prose: Prose, version: PitchVersion) -> dict[str, Any]:
    """The plain text, ready to be selected."""
    words = prose.words("pitches/text")
    boxes, _ = _boxes(prose, version.text, kit.INPUT_LENGTH, optional=False)
    return kit.modal(
        words.copy_title,
        [kit.context(words.copy), *boxes],
        callback=Ids.COPIED,
        submit=words.copied,
        close=words.back,
    )


def text_to_edit(prose: Prose, pitch: Pitch, version: PitchVersion, newest: int) -> dict[str, Any]:
    """The whole draft to change; what stood between the boxes is carried along."""
    words = prose.words("pitches/text")
    boxes, between = _boxes(prose, version.text, EDIT_LENGTH)
    return kit.modal(
        words.edit_title,
        [kit.context(words.edit), *boxes],
        callback=Ids.REVISE,
        submit=words.save,
        close=words.cancel,
        carried={"pitch": pitch.id, "number": version.number, "newest": newest, "between": between},
    )


def edited_text(typed: Mapping[str, Any], between: Sequence[str]) -> str:
    """The text boxes put together again."""
    boxes = (typed.get(f"text_{part}") or "" for part in range(1, len(between) + 1))
    return "".join(box + gap for box, gap in zip(boxes, between, strict=True))


def listed(
    prose: Prose, some: Sequence[Pitch], total: int, offset: int, *, today: date, zone: ZoneInfo
) -> kit.Message:
    """A page of the list, each draft with its buttons."""
    words = prose.words("pitches/list", total=total)
    new = kit.button(words.new, Ids.NEW)
    if not total:
        return kit.Message(words.text, [kit.section(words.empty), kit.actions(new)], title=words.title)
    turns = [kit.button(words.back, Ids.NEWER, str(max(0, offset - PAGE)))] if offset else []
    if offset + PAGE < total:
        turns.append(kit.button(words.more, Ids.OLDER, str(offset + PAGE)))
    lines = [block for pitch in some for block in _line(prose, pitch, _made(pitch, today, zone))]
    return kit.Message(
        words.text, [kit.section(words.heading), *lines, kit.actions(new, *turns)], title=words.title
    )


def changed(prose: Prose, pitch: Pitch) -> kit.Message:
    """A draft that was deleted or put back."""
    words = prose.words("pitches/changed", pitch=pitch, name=name(prose, pitch).plain)
    first = (
        kit.button(words.undo, Ids.RESTORE, pitch.id)
        if pitch.deleted_at
        else kit.button(words.open, Ids.OPEN, pitch.id)
    )
    sentence = words.deleted if pitch.deleted_at else words.restored
    buttons = kit.actions(first, kit.button(words.list, Ids.SHOW))
    return kit.Message(words.text, [kit.section(sentence), buttons], title=words.title)


def usage(prose: Prose, said: str = "") -> kit.Message:
    """What `/pitch` can do; after words that it does not know, these too."""
    words = prose.words("pitches/help", said=said)
    unknown = [kit.section(words.unknown)] if said else []
    buttons = kit.actions(kit.button(words.new, Ids.NEW), kit.button(words.list, Ids.SHOW))
    return kit.Message(words.text, [*unknown, kit.section(words.usage), buttons], title=words.title)


def _preview_words(prose: Prose, shown: Shown) -> Words:
    return prose.words(
        "pitches/preview",
        name=name(prose, shown.pitch).plain,
        version=shown.version,
        audience=pitches.AUDIENCES.get(shown.pitch.audience, pitches.MANAGER),
        given=len(shown.version.text),
    )


def _warnings(words: Words, shown: Shown) -> list[Block]:
    audience = pitches.AUDIENCES.get(shown.pitch.audience, pitches.MANAGER)
    drafted = shown.version.made_by == pitches.DRAFTED
    backward = [kit.context(words.looks_back_only)] if drafted and shown.pitch.looks_back_only else []
    long = [kit.context(words.long)] if len(shown.version.text) > audience.length else []
    return [*backward, *long]


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
    wins = {proof.win_id: proof for proof in shown.proofs}
    given = {"ask": shown.pitch.ask, **(shown.pitch.future or {})}
    lines = []
    for basis, mark in marks.items():
        win = wins.get(basis.name)
        words = prose.words("pitches/preview", mark=mark, win=win, given=given.get(basis.name))
        lines.append(words.block(_source_block(basis, win)))
    return [kit.context(Phrase(piece)) for piece, _ in kit.pieces("\n".join(lines), kit.SECTION_LENGTH)]


def _source_block(basis: Basis, win: Proof | None) -> str:
    if basis.kind == pitches.WIN:
        return "win" if win else "gone"
    return basis.name if basis.kind == pitches.FIELD else pitches.OWN


def _buttons(words: Words, shown: Shown) -> Block:
    return kit.actions(
        kit.button(words.copy, Ids.COPY, shown.value, style="primary"),
        kit.button(words.edit, Ids.EDIT, shown.value),
        kit.button(words.delete, Ids.DELETE, shown.pitch.id),
        kit.button(words.list, Ids.SHOW),
    )


def _other_versions(prose: Prose, words: Words, shown: Shown) -> list[Block]:
    others = [one for one in shown.versions if one.number != shown.version.number][:OPTIONS]
    if not others:
        return []
    options = [_version_option(prose, shown, one) for one in others]
    return [kit.actions(kit.select(Ids.VERSION, options, placeholder=words.versions))]


def _version_option(prose: Prose, shown: Shown, version: PitchVersion) -> Any:
    on = periods.local_date(version.created_at, shown.zone)
    words = prose.words("pitches/preview", version=version, on=on)
    return kit.option(words.version_in_list, f"{shown.pitch.id}:{version.number}", words.version_made_by)


def _boxes(prose: Prose, text: str, limit: int, *, optional: bool = True) -> tuple[list[Block], list[str]]:
    cut = kit.pieces(text, limit)
    boxes: list[Block] = []
    for part, (piece, _) in enumerate(cut, start=1):
        words = prose.words("pitches/text", part=part, parts=len(cut))
        label = words.part if len(cut) > 1 else words.text
        boxes.append(
            kit.text_field(
                f"text_{part}", label, initial=piece, optional=optional, multiline=True, focus=part == 1
            )
        )
    return boxes, [gap for _, gap in cut]


def _made(pitch: Pitch, today: date, zone: ZoneInfo) -> str:
    return dates.said(periods.local_date(pitch.created_at, zone), today)


def _line(prose: Prose, pitch: Pitch, said: str) -> list[Block]:
    words = prose.words("pitches/list", pitch=pitch, name=name(prose, pitch).plain, said=said, total=1)
    buttons = kit.actions(
        kit.button(words.open, Ids.OPEN, pitch.id), kit.button(words.delete, Ids.DELETE, pitch.id)
    )
    return [kit.section(words.line), buttons]
