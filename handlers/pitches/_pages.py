"""The other views of drafts: the text to copy or to edit, the list, and what is said after a change."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot.core import dates, periods
from bot.core.prose import Prose
from bot.domain import pitches
from bot.domain.pitches import Pitch, PitchVersion
from handlers import kit
from handlers.kit import Block
from handlers.pitches._ids import Ids
from handlers.pitches._preview import name

PAGE = 8

# A box to edit in leaves room for words that are added.
EDIT_LENGTH = 2500


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
    lines = [block for pitch in some for block in _line(prose, pitch, today, zone)]
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
    kinds = [
        (pitches.names_of(kind)[0], prose.words(kind.words).choice.plain) for kind in pitches.KINDS.values()
    ]
    words = prose.words("pitches/help", said=said, kinds=kinds)
    unknown = [kit.section(words.unknown)] if said else []
    buttons = kit.actions(kit.button(words.new, Ids.NEW), kit.button(words.list, Ids.SHOW))
    return kit.Message(words.text, [*unknown, kit.section(words.usage), buttons], title=words.title)


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


def _line(prose: Prose, pitch: Pitch, today: date, zone: ZoneInfo) -> list[Block]:
    words = prose.words(
        "pitches/list",
        pitch=pitch,
        name=name(prose, pitch).plain,
        said=dates.said(periods.local_date(pitch.created_at, zone), today),
        sent=dates.said(pitch.sent_on, today) if pitch.sent_on else None,
        total=1,
    )
    buttons = kit.actions(
        kit.button(words.open, Ids.OPEN, pitch.id), kit.button(words.delete, Ids.DELETE, pitch.id)
    )
    return [kit.section(words.line), buttons]
