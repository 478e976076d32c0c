"""Messages that were sent, drawn anew from what is stored, so that every part shows where it stands."""

import logging
from collections.abc import Collection
from datetime import date
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.coach import Coach
from bot.core import dates
from bot.core.prose import Phrase, Prose
from bot.domain import asks, feedback, members, nudges, reviews, subjects
from bot.domain.asks import AskEvent
from bot.domain.feedback import Standing
from bot.domain.nudges import (
    CHECK_IN,
    FEEDBACK_REQUEST,
    FOLLOW_UP,
    PROMISE,
    REASK,
    STALE_NEED,
    Nudge,
    State,
)
from bot.domain.reviews import Outcome
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from handlers import kit, outbox
from handlers.errands import Errands
from handlers.feedback import Ids as Feedback
from handlers.kit import Element
from handlers.nudges import _parts
from handlers.nudges._ids import Ids
from handlers.nudges._parts import Drawn
from handlers.outbox import Tokens
from handlers.reviews import Ids as Reviews

log = logging.getLogger(__name__)

_ABOUT_ASKS = frozenset(kind.name for kind in (PROMISE, FOLLOW_UP, REASK, STALE_NEED))
_OPEN = (State.SENT, State.UNKNOWN, State.CLAIMED)


class Redrawing:
    """Draws the messages in which something changed, whatever changed it, as Home is drawn."""

    def __init__(self, coach: Coach, tokens: Tokens, errands: Errands) -> None:
        self._coach = coach
        self._tokens = tokens
        self._errands = errands

    def __call__(self, who: Principal, places: Collection[str]) -> None:
        self._errands.start(self._redraw(who, sorted(places)))

    async def _redraw(self, who: Principal, places: Collection[str]) -> None:
        found = await self._tokens.find(who.team_id)
        async with self._coach.session(who, present=False) as session:
            channel = session.member.dm_channel
            drawn = [(ts, await redrawn(session, self._coach.prose, ts)) for ts in places]
        if found is None or channel is None:
            return
        client = outbox.client(self._coach, found.bot_token)
        for ts, message in drawn:
            try:
                if message:
                    await client.chat_update(channel=channel, ts=ts, **message.as_arguments())
            except SlackApiError as refused:
                log.warning("nudge.not_redrawn", extra={"error": outbox.word_of(refused)})


async def clicked(
    session: MemberSession, prose: Prose, body: dict[str, Any], nudge: Nudge, *, undo: bool = False
) -> kit.Message | None:
    """The message that was clicked in, drawn anew; None where the click came from elsewhere.

    With `undo`, the nudge shows how to take back what was just done to it.
    """
    place = body.get("container") or {}
    ts = place.get("message_ts")
    if not ts or place.get("is_ephemeral"):
        return None
    await nudges.arrived(session, nudge, ts)
    await session.flush()
    message = await redrawn(session, prose, ts, undo=nudge.id if undo else None)
    if message:
        nudges.closed_in(session).discard(ts)
    return message


async def redrawn(
    session: MemberSession, prose: Prose, ts: str, *, undo: str | None = None
) -> kit.Message | None:
    """The message at `ts` as it is to look now; None when nothing of it is left there."""
    rows = nudges.in_order(await nudges.sent_in(session, ts))
    first_open = next((row.id for row in rows if row.state in _OPEN), None)
    still_open = [row for row in rows if row.state in _OPEN]
    naming = await subjects.naming(session, still_open, named=session.member.details_in_dms)
    today = members.today(session)
    drawn = [
        _parts.open_part(prose, row, main=row.id == first_open, about=_parts.about(prose, row, naming, today))
        if row.state in _OPEN
        else await _closed_part(session, prose, row, undo=row.id == undo)
        for row in rows
    ]
    turn = f".{session.now:%H%M%S%f}"
    return _parts.whole(prose, drawn, turn) if drawn else None


async def _closed_part(session: MemberSession, prose: Prose, row: Nudge, *, undo: bool) -> Drawn:
    sentence = await _closed(session, prose, row)
    if undo:
        words = prose.words("nudges/common")
        return _parts.closed_part(row.id, sentence, kit.button(words.undo, Ids.REOPEN, row.id))
    return _parts.closed_part(row.id, sentence, await _what_next(session, prose, row))


async def _closed(session: MemberSession, prose: Prose, row: Nudge) -> Phrase:
    until = members.local(session, row.planned_at)
    said = _parts.words_for(prose, row, until=until)
    if row.kind == FEEDBACK_REQUEST.name:
        waits = row.state == State.WAITING
        return (
            said.put_off if waits else said.block(f"closed_{await feedback.standing(session, row.subject)}")
        )
    if row.state == State.DONE and row.kind in _ABOUT_ASKS:
        answer = await asks.answer_since(session, row.subject, row.asked_at)
        if answer:
            return _told(prose, said.name, answer, members.today(session))
    words = prose.words("nudges/closed", name=said.name, until=until)
    if row.state == State.DONE and row.kind == CHECK_IN.name:
        return words.block(await reviews.outcome_of(session, row.id) or "done")
    return words.block(row.state)


def _told(prose: Prose, name: Phrase, answer: AskEvent, today: date) -> Phrase:
    """What was answered about an ask: its days may be said, and none of its words."""
    before, then = (dates.said(on, today) if on else None for on in (answer.from_on, answer.to_on))
    return prose.words("nudges/closed_ask", name=name, before=before, then=then).block(answer.what)


async def closed(session: MemberSession, prose: Prose, nudge_id: str) -> kit.Message:
    """What became of one that was put off before it was asked, where no message shows it."""
    said = await _closed(session, prose, await session.mine(Nudge, nudge_id))
    words = prose.words("nudges/date")
    return kit.Message(said, [kit.section(said)], title=words.another_day)


async def _what_next(session: MemberSession, prose: Prose, row: Nudge) -> Element | None:
    """What can still be done about a part that is closed."""
    if row.kind == CHECK_IN.name:
        words = _parts.words_of(prose, row.kind)
        answered = row.state == State.DONE and await reviews.outcome_of(session, row.id) == Outcome.ANSWERED
        return kit.button(words.change_answer if answered else words.answer_anyway, Reviews.ANSWER, row.id)
    if row.kind == FEEDBACK_REQUEST.name:
        return await _to_the_letter(session, prose, row)
    return None if row.state == State.DONE else _parts.main_button(prose, row)


async def _to_the_letter(session: MemberSession, prose: Prose, row: Nudge) -> Element | None:
    """What was written stays in reach; what was declined can still be answered."""
    standing, words = await feedback.standing(session, row.subject), _parts.words_for(prose, row)
    if standing == Standing.UNWANTED:
        return kit.button(words.ask_me, Feedback.ASK_ME)
    if standing in (Standing.OPEN, Standing.DECLINED):
        return kit.button(words.answer, Feedback.ANSWER, row.subject)
    return kit.button(words.see, Feedback.LETTER, row.subject) if standing == Standing.SENT else None
