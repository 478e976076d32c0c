"""How answers and praise look: the list, one with all that is known of it, and the forms about it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.core import dates
from bot.core.prose import Phrase, Prose, Words
from bot.domain import feedback, members, wins
from bot.domain.feedback import Outcome, Permission, Received
from bot.storage.session import MemberSession
from handlers import kit
from handlers.feedback._ids import Ids
from handlers.kit import Block, Element

PAGE = 8
LINE_LENGTH = 300
RECENT = 50


def listed(prose: Prose, some: Sequence[Received], total: int, offset: int, today: date) -> kit.Message:
    """A page of what was received; what was not read yet says nothing of its words."""
    words = prose.words("feedback/inbox", total=total)
    turns = [kit.button(words.newer, Ids.NEWER, str(max(0, offset - PAGE)))] if offset else []
    if offset + PAGE < total:
        turns.append(kit.button(words.older, Ids.OLDER, str(offset + PAGE)))
    rows = [_line(prose, one, today) for one in some]
    buttons = kit.actions(*turns, kit.button(words.ask, Ids.NEW), kit.button(words.sent, Ids.SENT))
    heading = words.heading if total else words.empty
    return kit.Message(words.text, [kit.section(heading), *rows, buttons], title=words.title)


def card(prose: Prose, received: Received, today: date) -> kit.Message:
    """One with its questions and answers, and everything the person made of it."""
    words = _words(prose, received, today)
    blocks: list[Block] = [kit.section(words.card)]
    for number, answer in enumerate(received.answers):
        if answer and number < len(received.questions):
            blocks.append(kit.section(_question(prose, received.questions[number])))
        blocks += kit.verbatim(answer) if answer else []
    blocks.append(kit.context(words.may))
    if words.made:
        blocks.append(kit.section(words.made))
    return kit.Message(words.text, [*blocks, kit.actions(*_deeds(words, received))], title=words.card_title)


def saved(prose: Prose, praised: Received, today: date, *, changed: bool = False) -> kit.Message:
    """Praise that was kept or changed."""
    words = _words(prose, praised, today)
    buttons = [
        kit.button(words.edit, Ids.EDIT, praised.id),
        kit.button(words.undo, Ids.DELETE, praised.id),
        kit.button(words.open, Ids.READ, praised.id),
    ]
    heading = words.changed_praise if changed else words.saved_praise
    return kit.Message(
        words.saved_text,
        [kit.section(heading), *kit.verbatim(praised.said), kit.context(words.heard), kit.actions(*buttons)],
        title=words.card_title,
    )


def taken_out(prose: Prose, received_id: str) -> kit.Message:
    words = prose.words("feedback/inbox")
    back = kit.actions(kit.button(words.restore, Ids.RESTORE, received_id))
    return kit.Message(words.taken_out, [kit.section(words.taken_out), back], title=words.card_title)


async def praise_form(session: MemberSession, prose: Prose, praised: Received) -> dict[str, Any]:
    words, names = prose.words("feedback/about"), prose.words("feedback/names")
    options = [kit.option(names.block(f"may_{one.value}"), one.value) for one in Permission]
    fields = [
        kit.text_field("text", words.said, initial=praised.said, multiline=True, optional=False, focus=True),
        kit.text_field("who", words.who, initial=praised.name),
        kit.text_field("when", words.when, initial=praised.received_on.isoformat(), hint=words.when_hint),
        kit.choice_field(
            "permission",
            words.permission,
            options,
            chosen=praised.permission,
            optional=False,
            hint=words.permission_hint,
        ),
        *await _win_field(session, words, praised),
    ]
    return _form(words, words.praise_title, Ids.CHANGE, praised, fields)


async def themes_form(_session: MemberSession, prose: Prose, received: Received) -> dict[str, Any]:
    """What the words themselves suggest can be ticked; what the person calls it can be typed."""
    words, names = prose.words("feedback/about"), prose.words("feedback/themes")
    found = [names.block(theme) for theme in feedback.suggested(received.said)]
    new = [name for name in found if name not in received.themes]
    ticks = [kit.option(name, name) for name in new]
    fields = [
        *([kit.ticks_field("suggested", words.suggested, ticks)] if ticks else []),
        kit.text_field("themes", words.themes, initial=", ".join(received.themes), hint=words.themes_hint),
    ]
    return _form(words, words.themes_title, Ids.SAVE_THEMES, received, fields)


async def action_form(_session: MemberSession, prose: Prose, received: Received) -> dict[str, Any]:
    words = prose.words("feedback/about")
    on = received.act_on.isoformat() if received.act_on else None
    fields = [
        kit.text_field("action", words.action, initial=received.action, hint=words.action_hint, focus=True),
        kit.text_field("act_on", words.act_on, initial=on, hint=words.act_on_hint),
    ]
    return _form(words, words.action_title, Ids.SAVE_ACT, received, fields)


async def check_form(session: MemberSession, prose: Prose, received: Received) -> dict[str, Any]:
    names = prose.words("feedback/names")
    said = dates.said(received.act_on, members.today(session)) if received.act_on else None
    words = prose.words("feedback/about", action=kit.clip(received.action or "", LINE_LENGTH), on=said)
    options = [kit.option(names.block(f"changed_{one.value}"), one.value) for one in Outcome]
    fields = [
        kit.section(words.planned),
        kit.choice_field(
            "outcome",
            words.outcome,
            options,
            chosen=received.outcome,
            placeholder=words.choose,
            optional=False,
        ),
        kit.text_field("changed", words.changed, initial=received.changed, multiline=True),
    ]
    return _form(words, words.check_title, Ids.SAVE_CHECK, received, fields)


async def link_form(session: MemberSession, prose: Prose, received: Received) -> dict[str, Any]:
    words = prose.words("feedback/about")
    fields = await _win_field(session, words, received) or [kit.section(words.no_wins)]
    return _form(words, words.link_title, Ids.SAVE_LINK, received, fields)


async def _win_field(session: MemberSession, words: Words, received: Received) -> list[Block]:
    recent, _ = await wins.page(session, size=RECENT)
    if received.win_id and received.win_id not in {win.id for win in recent}:
        recent = [*recent, *await wins.chosen(session, [received.win_id])]
    options = [kit.option(win.title, win.id) for win in recent]
    if not options:
        return []
    return [
        kit.choice_field(
            "win",
            words.win,
            options,
            chosen=received.win_id,
            placeholder=words.win_choose,
            hint=words.win_hint,
        )
    ]


def _form(
    words: Words, title: Phrase, callback: Ids, received: Received, fields: Sequence[Block]
) -> dict[str, Any]:
    return kit.modal(
        title,
        fields,
        callback=callback,
        submit=words.submit,
        close=words.close,
        carried={"received": received.id},
    )


def _line(prose: Prose, received: Received, today: date) -> Block:
    words = _words(prose, received, today)
    if received.read_at is None:
        return kit.section(
            words.unread, accessory=kit.button(words.read, Ids.READ, received.id, style="primary")
        )
    return kit.section(words.line, accessory=kit.button(words.open, Ids.READ, received.id))


def _deeds(words: Words, received: Received) -> list[Element]:
    act = kit.button(words.change_action if received.action else words.act, Ids.ACT, received.id)
    check = [kit.button(words.check, Ids.CHECK, received.id)] if received.action else []
    edit = [] if received.asked_id else [kit.button(words.edit, Ids.EDIT, received.id)]
    return [
        kit.button(words.themes, Ids.THEMES, received.id),
        act,
        *check,
        *edit,
        kit.button(words.link, Ids.LINK, received.id),
        kit.button(words.delete, Ids.DELETE, received.id),
    ]


def _question(prose: Prose, question: str) -> Phrase:
    return prose.words("feedback/letter", question=kit.clip(question, kit.COLUMN_LENGTH)).asked


def _words(prose: Prose, received: Received, today: date) -> Words:
    names = prose.words("feedback/names")
    return prose.words(
        "feedback/inbox",
        received=received,
        topic=kit.clip(" ".join((received.topic or "").split()), LINE_LENGTH),
        said=kit.clip(" ".join(received.said.split()), LINE_LENGTH),
        on=dates.said(received.received_on, today),
        action=kit.clip(received.action or "", kit.COLUMN_LENGTH),
        changed=kit.clip(received.changed or "", LINE_LENGTH),
        act_on=dates.said(received.act_on, today) if received.act_on else None,
        may_quote=names.block(f"quote_{received.permission}"),
        outcome=names.block(f"changed_{received.outcome}") if received.outcome else None,
    )
