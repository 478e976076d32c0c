"""What will come, what may not have arrived and when nothing comes at all: for `/coach upcoming` and for Home."""

from collections.abc import Sequence

from bot.core.prose import Phrase, Prose
from bot.domain.home import Ahead, Coming, Unanswered
from handlers import kit
from handlers.kit import Block
from handlers.members import Ids as Settings
from handlers.nudges import _parts
from handlers.nudges._ids import Ids

# So many rows are shown in one list; more would be a list that nobody reads.
LISTED = 12


def listed(prose: Prose, ahead: Ahead) -> kit.Message:
    """`/coach upcoming`."""
    words = prose.words("nudges/ahead", zone=ahead.zone, left_out=len(ahead.coming) - LISTED)
    rows: list[Block] = [kit.section(words.heading), *unanswered(prose, ahead), *away(prose, ahead)]
    rows += coming(prose, ahead.coming[:LISTED])
    if not ahead.coming:
        rows.append(kit.section(words.nothing))
    if len(ahead.coming) > LISTED:
        rows.append(kit.context(words.more))
    return kit.Message(words.text, [*rows, kit.context(words.zone)], title=words.title)


def coming(prose: Prose, rows: Sequence[Coming]) -> list[Block]:
    """One row for each thing that will come, with Change and Skip."""
    words = prose.words("nudges/ahead")
    return [
        kit.section(
            _said(prose, row),
            accessory=kit.overflow(
                Ids.AHEAD,
                [kit.option(words.change, f"change:{row.id}"), kit.option(words.skip, f"skip:{row.id}")],
            ),
        )
        for row in rows
    ]


def unanswered(prose: Prose, ahead: Ahead) -> list[Block]:
    """What was asked and is open, or may not have arrived, with its buttons."""
    blocks: list[Block] = []
    for row in ahead.open:
        words = prose.words("nudges/ahead", name=_name(prose, row), at=row.at)
        said = words.unread if row.may_be_lost else words.open
        skip = kit.button(words.skip, Ids.LEAVE_OUT, row.id)
        blocks += [kit.section(said), kit.actions(_parts.main_button(prose, row), skip)]
    return blocks


def away(prose: Prose, ahead: Ahead) -> list[Block]:
    """A pause, or a time away that is planned, and how to end it."""
    if ahead.paused_until is None:
        return []
    words = prose.words("nudges/ahead", start=ahead.paused_from, until=ahead.paused_until)
    said, end = (words.away, words.cancel) if ahead.paused_from else (words.paused, words.resume)
    return [kit.section(said, accessory=kit.button(end, Settings.RESUME))]


def _said(prose: Prose, row: Coming) -> Phrase:
    return prose.words("nudges/ahead", name=_name(prose, row), row=row).row


def _name(prose: Prose, row: Coming | Unanswered) -> Phrase:
    return _parts.words_of(prose, row.kind, row.subject).name
