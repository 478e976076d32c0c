"""How privacy looks: what is stored, what erasing takes and leaves, and an account that comes back."""

from collections.abc import Mapping
from typing import Any

from bot.core.prose import Phrase, Prose
from bot.domain import privacy
from bot.domain.privacy import Kept, Summary
from handlers import kit
from handlers.kit import Block
from handlers.privacy._ids import Ids

# More would be a list that nobody reads; the export holds all of them.
GRANTS_SHOWN = 20

ON, OFF = "on", "off"


def page(prose: Prose, found: Summary) -> kit.Message:
    """`/coach privacy`: what is stored, who else has something, where copies may lie, and what can be done."""
    words = prose.words("privacy/page", found=found)
    kinds = [kit.section(_counted(prose, found.counts))] if found.total else []
    details = kit.button(
        words.hide if found.details_in_dms else words.details,
        Ids.DETAILS,
        OFF if found.details_in_dms else ON,
    )
    buttons = kit.actions(
        kit.button(words.export, Ids.EXPORT),
        details,
        kit.button(words.erase, Ids.ASK_TO_ERASE, style="danger"),
    )
    return kit.Message(
        words.text,
        [
            kit.section(words.stored if found.total else words.nothing),
            *kinds,
            kit.section(words.member),
            *_grants(prose, found),
            kit.section(words.elsewhere),
            kit.section(words.in_dms_on if found.details_in_dms else words.in_dms_off),
            buttons,
            kit.context(words.operator),
        ],
        title=words.title,
    )


def exporting(prose: Prose) -> kit.Message:
    words = prose.words("privacy/export")
    return kit.Message(
        words.text, [kit.section(words.working), kit.context(words.readers)], title=words.title
    )


def erasing(prose: Prose, found: Summary) -> dict[str, Any]:
    """The form: what goes, what stays, and the words that have to be typed."""
    words = prose.words("privacy/erase", found=found, typed=privacy.WORDS)
    return kit.modal(
        words.title,
        [
            kit.section(words.goes),
            *([kit.section(_counted(prose, found.counts))] if found.total else []),
            kit.section(words.stays),
            kit.section(words.before),
            kit.text_field("words", words.field, hint=words.hint, optional=False),
        ],
        callback=Ids.ERASE,
        submit=words.submit,
        close=words.close,
    )


def open_form(prose: Prose) -> kit.Message:
    """Where no form can be opened at once: a button that opens it."""
    words = prose.words("privacy/erase")
    button = kit.button(words.open, Ids.ASK_TO_ERASE, style="danger")
    return kit.Message(words.text, [kit.section(words.ready), kit.actions(button)], title=words.title)


def erased(prose: Prose) -> kit.Message:
    words = prose.words("privacy/erase")
    return kit.Message(words.gone_text, [kit.section(words.gone)], title=words.gone_title)


def empty_home(prose: Prose) -> dict[str, Any]:
    """Home of somebody of whom nothing is kept."""
    words = prose.words("privacy/erase")
    return kit.home([kit.section(words.home)])


def preview(prose: Prose, kept: Kept) -> kit.Message:
    """An account in a file, before anything of it is added."""
    words = prose.words("privacy/bring", kept=kept)
    counts = [kit.section(_counted(prose, kept.new))] if kept.total else []
    notes = [words.block(name) for name in ("there", "left_out", "settings") if words.block(name)]
    told = [kit.context(Phrase("\n".join(notes)))] if notes else []
    leave = kit.button(words.leave, Ids.LEAVE, kept.id)
    bring = [kit.button(words.bring, Ids.BRING, kept.id, style="primary")] if kept.total else []
    return kit.Message(
        words.text,
        [
            kit.section(words.found if kept.total else words.nothing_new),
            *counts,
            *told,
            kit.actions(*bring, leave),
        ],
        title=words.title,
    )


def done(prose: Prose, kept: Kept) -> kit.Message:
    """What was added, or taken away again."""
    words = prose.words("privacy/bring", kept=kept)
    if kept.state != "saved":
        return kit.Message(words.done_text, [kit.section(words.undone)], title=words.title)
    undo = kit.actions(kit.button(words.undo, Ids.UNDO, kept.id))
    return kit.Message(words.done_text, [kit.section(words.saved), undo], title=words.title)


def left(prose: Prose) -> kit.Message:
    words = prose.words("privacy/bring")
    return kit.Message(words.left, [kit.section(words.left)], title=words.title)


def working(prose: Prose) -> kit.Message:
    words = prose.words("imports/working")
    return kit.Message(words.text, [kit.section(words.text)], title=words.title)


def _counted(prose: Prose, counts: Mapping[str, int]) -> Phrase:
    kinds = prose.words("privacy/kinds")
    lines = [
        prose.words("privacy/page", kind=kinds.block(name), count=count).line
        for name, count in counts.items()
    ]
    return Phrase("\n".join(lines))


def _grants(prose: Prose, found: Summary) -> list[Block]:
    words = prose.words("privacy/page", left_out=len(found.grants) - GRANTS_SHOWN)
    if not found.grants:
        return [kit.section(words.no_grants)]
    lines = [
        prose.words("privacy/grants", who=grant.who, on=grant.on).block(grant.what)
        for grant in found.grants[-GRANTS_SHOWN:]
    ]
    more = [kit.context(words.more_grants)] if len(found.grants) > GRANTS_SHOWN else []
    return [kit.section(Phrase("\n".join([words.grants, *lines]))), *more]
