"""How a nudge looks in the DM: each kind's question with its buttons, alone or as one part of a digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.core import dates
from bot.core.prose import Phrase, Prose, Words
from bot.domain import nudges
from bot.domain.nudges import KINDS, ONBOARDING, Claim, Part
from bot.domain.nudges.rules import Habits
from bot.domain.subjects import Naming
from handlers import kit
from handlers.kit import Block, Element
from handlers.nudges import _buttons
from handlers.nudges._buttons import Asked
from handlers.nudges._ids import Ids

# What comes this much after its time says that it is late.
LATE = timedelta(hours=1)

# So much of a title shows what is meant.
TITLE_LENGTH = 150

# Up to so many days back a weekday says which day it was.
A_WEEK = timedelta(days=6)


class Said(Asked, Protocol):
    """What its words need to know beside that."""

    @property
    def asked_by(self) -> str | None: ...
    @property
    def unanswered(self) -> int: ...


@dataclass(frozen=True)
class Drawn:
    """One part: what a push says of it, and its blocks."""

    nudge_id: str
    text: Phrase
    blocks: Sequence[Block]


def message(prose: Prose, claim: Claim, now: datetime, naming: Naming) -> kit.Message:
    """The message for a claim: it says nothing of what the person wrote but what the `naming` holds."""
    zone = claim.zone
    today = now.astimezone(zone).date()
    drawn: list[Drawn] = []
    for part in nudges.in_order(claim.parts):
        late = part.planned_at.astimezone(zone) if now - part.planned_at > LATE else None
        small = _small_print(prose, part, claim.member, late, now, again=part.asked_at is not None)
        said = about(prose, part, naming, today)
        drawn.append(open_part(prose, part, small, main=not drawn, about=said))
    return whole(prose, drawn)


def whole(prose: Prose, drawn: Sequence[Drawn], turn: str = "") -> kit.Message:
    """A message of one part or several; its blocks' ids name the nudge, and the `turn` of its drawing."""
    if len(drawn) == 1:
        return kit.Message(drawn[0].text, _named(drawn[0], turn))
    words = prose.words("nudges/digest", count=len(drawn))
    blocks: list[Block] = [kit.section(words.heading)]
    for part in drawn:
        blocks += [kit.divider(), *_named(part, turn)]
    return kit.Message(words.text, blocks)


def open_part(
    prose: Prose, part: Said, small: Phrase | None = None, *, main: bool = True, about: Phrase | None = None
) -> Drawn:
    """A part that waits for an answer; the `main` one of a message has the coloured button.

    Which one it is `about` is said in the message; a push never has it.
    """
    words, common = words_for(prose, part), prose.still("nudges/common")
    buttons = _buttons.of(words, part, main=main)
    if part.kind in _buttons.SAY_EVERYTHING:
        # Whoever gets it may never have met Sayso, so its buttons say everything themselves.
        blocks: list[Block] = [kit.section(words.question), kit.actions(*buttons)]
        return Drawn(part.id, words.text, [*blocks, kit.context(small)] if small else blocks)
    snoozes = [*(option.name for option in nudges.SNOOZES), "date"]
    blocks = [
        kit.section(words.question, accessory=_menu(common, part.id)),
        *([kit.section(about)] if about else []),
        kit.actions(
            *buttons,
            kit.select(
                Ids.SNOOZE,
                [kit.option(common.block(name), f"{name}:{part.id}") for name in snoozes],
                placeholder=common.snooze,
            ),
            kit.button(common.skip, Ids.SKIP, part.id),
        ),
    ]
    return Drawn(part.id, words.text, [*blocks, kit.context(small)] if small else blocks)


def about(prose: Prose, part: Asked, naming: Naming, today: date) -> Phrase | None:
    """Which one a part is about: its title for those who want it there, else where it stands in the list."""
    if title := naming.titles.get(part.subject):
        return prose.words("nudges/about", title=kit.clip(title, TITLE_LENGTH)).about
    place = naming.places.get(part.subject)
    return prose.words("nudges/about", place=place, said=dates.said(place.on, today)).place if place else None


def closed_part(nudge_id: str, sentence: Phrase, button: Element | None) -> Drawn:
    """A part that is answered, skipped or put off: one line, and what can still be done."""
    return Drawn(nudge_id, sentence, [kit.section(sentence, accessory=button)])


def words_for(prose: Prose, part: Said, **more: object) -> Words:
    """The words of one nudge; where a colleague asks, they name who it is."""
    if not part.asked_by:
        return words_of(prose, part.kind, part.subject)
    return prose.words(KINDS[part.kind].words, asked_by=part.asked_by, reminder=part.unanswered > 0, **more)


def words_of(prose: Prose, kind: str, subject: str = "") -> Words:
    """The words of a kind, the same for everybody; the first week's two things have each their own."""
    if kind in _buttons.SAY_EVERYTHING:
        return prose.still(KINDS[kind].words, asked_by="", reminder="")
    return prose.still(KINDS[kind].words, subject=subject if kind == ONBOARDING.name else "")


def main_button(prose: Prose, part: Asked) -> Element:
    """What a part is about, as a button."""
    return _buttons.of(words_of(prose, part.kind, part.subject), part)[0]


def _small_print(
    prose: Prose, part: Part, member: Habits, late: datetime | None, now: datetime, *, again: bool
) -> Phrase:
    """That it comes late, that it comes less often now, and why it comes: each only where it is so."""
    kind = KINDS[part.kind]
    said: list[Phrase] = []
    if part.kind in _buttons.SAY_EVERYTHING:
        return words_for(prose, part).why
    if late:
        near = now - part.planned_at < A_WEEK
        words = prose.words(
            "nudges/common", at=late, weekday=dates.WEEKDAYS[late.weekday()] if near else None
        )
        said.append(words.late)
    if again:
        said.append(prose.still("nudges/common").again)
    elif part.unanswered >= nudges.PATIENCE and nudges.cadence(kind, member) not in (None, "month"):
        said.append(prose.still("nudges/common").slowed)
    else:
        day = dates.WEEKDAYS[member.checkin_weekday]
        said.append(prose.still(kind.words, weekday=day, at=f"{member.checkin_time:%H:%M}", subject="").why)
    return Phrase(" ".join(said))


def _menu(common: Words, nudge_id: str) -> Element:
    return kit.overflow(
        Ids.MORE,
        [kit.option(common.why_this, f"why:{nudge_id}"), kit.option(common.less, f"less:{nudge_id}")],
    )


def _named(part: Drawn, turn: str) -> list[Block]:
    # Slack asks for new ids whenever a message is drawn anew, so that a menu forgets what was chosen.
    return [
        {**block, "block_id": f"{kit.LASTING}{part.nudge_id}.{number}{turn}"}
        for number, block in enumerate(part.blocks)
    ]
