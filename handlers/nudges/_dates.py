"""The form that asks for a date: until when something is put off, or on which other day it is to come."""

from datetime import date, timedelta
from typing import Any

from bot.core.errors import Invalid
from bot.core.prose import Phrase, Prose, Words
from bot.domain import members, nudges
from bot.domain.nudges import Nudge
from bot.storage.session import MemberSession
from handlers import kit
from handlers.kit import Block
from handlers.members import Ids as Settings
from handlers.nudges import _parts
from handlers.nudges._ids import Ids


def form(session: MemberSession, prose: Prose, nudge: Nudge) -> dict[str, Any]:
    """Until when a nudge that was asked is put off."""
    words = prose.words("nudges/date")
    tomorrow = members.today(session) + timedelta(days=1)
    return _form(words, words.title, words.submit, [], tomorrow, nudge=nudge.id)


def form_for_another_day(session: MemberSession, prose: Prose, nudge: Nudge, *, told: bool) -> dict[str, Any]:
    """Another day for one that will come, with the settings, which are about all of its kind, one click away.

    Where the change is not `told` by the place that was clicked in, the answer is to tell it.
    """
    name = _parts.words_of(prose, nudge.kind, nudge.subject).name
    coming = members.local(session, nudges.good_time(session.member, nudge.planned_at))
    words = prose.words("nudges/date", name=name, coming=coming)
    settings = kit.button(words.settings, Settings.OPEN)
    blocks = [kit.section(words.planned, accessory=settings)]
    on = max(coming.date(), members.today(session) + timedelta(days=1))
    return _form(words, words.another_day, words.save, blocks, on, nudge=nudge.id, told=told)


def chosen(view: dict[str, Any]) -> date:
    """The date that was chosen; Invalid for none."""
    text = kit.texts(view).get("until")
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise Invalid("until", "unclear_date", text=text or "") from None


def _form(
    words: Words, title: Phrase, submit: Phrase, blocks: list[Block], on: date, **carried: Any
) -> dict[str, Any]:
    asked = kit.date_field("until", words.until, chosen=on.isoformat(), hint=words.hint)
    return kit.modal(
        title, [*blocks, asked], callback=Ids.PUT_OFF, submit=submit, close=words.close, carried=carried
    )
