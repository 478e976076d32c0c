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

# More than so many of one day and kind are told by their number.
ALIKE = 3

# Slack takes 50 blocks in one message.
EACH = 40


def listed(prose: Prose, ahead: Ahead) -> kit.Message:
    """`/coach upcoming`."""
    groups = grouped(ahead.coming)
    left_out = sum(map(len, groups[LISTED:]))
    words = prose.words("nudges/ahead", zone=ahead.zone, left_out=left_out)
    rows: list[Block] = [kit.section(words.heading), *unanswered(prose, ahead), *away(prose, ahead)]
    for some in groups[:LISTED]:
        rows += coming(prose, some) if len(some) <= ALIKE else [_together(prose, some)]
    if not ahead.coming:
        rows.append(kit.section(words.nothing))
    if left_out:
        rows.append(kit.context(words.more))
    return kit.Message(words.text, [*rows, kit.context(words.zone)], title=words.title)


def one_by_one(prose: Prose, ahead: Ahead, day_and_kind: str) -> kit.Message:
    """Those of one day and kind (`<date>:<kind>`), each with its Change and Skip, as many as fit."""
    some = [row for row in ahead.coming if _sign(row) == day_and_kind]
    words = prose.words("nudges/ahead", zone=ahead.zone, left_out=len(some) - EACH)
    rows = coming(prose, some[:EACH]) or [kit.section(words.nothing)]
    rest = [kit.context(words.more)] if len(some) > EACH else []
    all_of_it = kit.actions(kit.button(words.all, Ids.SHOW))
    return kit.Message(words.text, [kit.section(words.heading), *rows, *rest, all_of_it], title=words.title)


def grouped(rows: Sequence[Coming]) -> list[list[Coming]]:
    """The rows in their order; more than a few of one day and kind stand together."""
    alike: dict[str, list[Coming]] = {}
    for row in rows:
        alike.setdefault(_sign(row), []).append(row)
    groups: list[list[Coming]] = []
    for some in alike.values():
        groups += [some] if len(some) > ALIKE else [[one] for one in some]
    return sorted(groups, key=lambda some: some[0].at)


def _together(prose: Prose, some: Sequence[Coming]) -> Block:
    words = prose.words("nudges/ahead", name=_name(prose, some[0]), row=some[0], count=len(some))
    return kit.section(words.together, accessory=kit.button(words.each, Ids.AHEAD_ALIKE, _sign(some[0])))


def _sign(row: Coming) -> str:
    return f"{row.at.date()}:{row.kind}"


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
