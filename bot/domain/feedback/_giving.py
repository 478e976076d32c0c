"""The giver's side: a letter with its draft is answered, changed, taken back, declined, or none is wanted any more."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from bot.core.errors import Invalid, NotFound
from bot.domain import members, nudges
from bot.domain.feedback import _rules
from bot.domain.feedback._receiving import forget_unread
from bot.domain.feedback._records import Asked, Letter, Permission, Received, Request, Standing, Status
from bot.domain.nudges import FEEDBACK_ANSWER, FEEDBACK_REQUEST, FEEDBACK_SILENT, USUAL
from bot.storage.session import MemberSession

# Whoever says "not now" is asked again so many days later, or on the next of their days.
LATER = timedelta(days=2)

# So many letters are offered for words that somebody typed; nobody has more from one person in a month.
OFFERED = 3


async def letter(session: MemberSession, letter_id: str) -> Letter:
    """A letter that can still be answered, or its answer changed; NotFound says why it cannot."""
    found = await session.mine(Letter, letter_id)
    if found.read_at is not None:
        raise NotFound("answer_was_read")
    if not found.can_change:
        raise NotFound("request_is_closed")
    return found


async def letters(session: MemberSession, *, size: int, offset: int = 0) -> tuple[Sequence[Letter], int]:
    """A page of the letters that reached the member or hold words of theirs, the newest first, and how many there are."""
    known = or_(Letter.status.in_((Standing.OPEN, Standing.SENT, Standing.DECLINED)), Letter.draft.is_given)
    total = await session.scalar(select(func.count()).select_from(Letter).where(known))
    newest = select(Letter).where(known).order_by(Letter.created_at.desc(), Letter.id)
    return (await session.scalars(newest.limit(size).offset(offset))).all(), total or 0


async def to_answer(session: MemberSession) -> Sequence[Letter]:
    """The letters that wait for an answer, the newest first, as many as are offered at once."""
    waiting = select(Letter).where(Letter.status == Standing.OPEN, Letter.topic.is_given)
    newest = waiting.order_by(Letter.created_at.desc(), Letter.id).limit(OFFERED)
    return (await session.scalars(newest)).all()


async def standing(session: MemberSession, letter_id: str) -> str:
    """Where a letter stands; closed where it is gone."""
    found = await session.get(Letter, letter_id)
    return found.status if found else Standing.CLOSED.value


async def keep_draft(session: MemberSession, letter_id: str, texts: Sequence[str | None]) -> Letter:
    """Keep what is written so far; nobody is told."""
    kept = await letter(session, letter_id)
    kept.draft = [(text or "").strip() for text in texts][: len(kept.questions)]
    return kept


async def add_to_draft(session: MemberSession, letter_id: str, text: str) -> Letter:
    """Keep words that were typed elsewhere as the beginning of an answer, or behind what is written so far.

    Invalid where a form cannot hold both.
    """
    kept = await letter(session, letter_id)
    written = kept.draft or kept.answers
    first = "\n".join(filter(None, [*written[:1], text.strip()]))
    if len(first) > _rules.TEXT_LENGTH:
        # The form would show its beginning, and sending it would lose the rest.
        raise Invalid("answer_0", "too_long", limit=_rules.TEXT_LENGTH)
    return await keep_draft(session, kept.id, [first, *written[1:]])


async def send(
    session: MemberSession,
    theirs: MemberSession | None,
    letter_id: str,
    texts: Sequence[str | None],
    permission: str | None,
) -> Letter:
    """Give the asker an answer, or the changed one: a copy under their own key. Invalid names the field."""
    sent = await letter(session, letter_id)
    answers = _rules.answers_of(texts, sent.questions)
    if permission not in {one.value for one in Permission}:
        raise Invalid("permission", "no_such_choice")
    asked = await _asked(theirs, sent)
    if theirs is None or asked is None or asked.status == Status.CLOSED:
        raise NotFound("request_is_closed")
    await _deliver(theirs, asked, answers, permission)
    sent.answers, sent.draft, sent.permission = answers, [], permission
    sent.status, sent.sent_at = Standing.SENT.value, session.now
    await nudges.forget(session, FEEDBACK_REQUEST, sent.id)
    return sent


async def withdraw(session: MemberSession, theirs: MemberSession | None, letter_id: str) -> Letter:
    """Take an answer back that was not read yet; it stays as a draft. To the asker it is as if there had been none."""
    mine = await letter(session, letter_id)
    if mine.status != Standing.SENT:
        raise NotFound("request_is_closed")
    mine.draft, mine.answers = mine.answers, []
    mine.status, mine.sent_at = Standing.OPEN.value, None
    asked = await _asked(theirs, mine)
    if theirs and asked and asked.status == Status.ANSWERED:
        asked.status = Status.OPEN.value
        await theirs.delete(await _copy(theirs, asked))
        await theirs.flush()
        await forget_unread(theirs)
        await nudges.ask_on(theirs, FEEDBACK_SILENT, members.today(theirs) + LATER, asked.id)
    return mine


async def decline(session: MemberSession, theirs: MemberSession | None, letter_id: str) -> Letter:
    """Say no, without a reason; it can still be answered later."""
    declined = await letter(session, letter_id)
    if declined.status == Standing.SENT:
        raise NotFound("answer_was_sent")
    declined.status = Standing.DECLINED.value
    await nudges.forget(session, FEEDBACK_REQUEST, declined.id)
    asked = await _asked(theirs, declined)
    if theirs and asked and asked.status == Status.OPEN:
        asked.status = Status.DECLINED.value
        await nudges.forget(theirs, FEEDBACK_SILENT, asked.id)
    return declined


async def put_off(session: MemberSession, letter_id: str) -> datetime:
    """Not now: ask again in some days, inside the member's hours; that moment. NotFound where nothing was asked."""
    asked = await nudges.last_asked(session, FEEDBACK_REQUEST, (await letter(session, letter_id)).id)
    if asked is None:
        raise NotFound("no_nudge")
    # The reminder is counted from the day on which it is asked again, or the two could come together.
    await nudges.cancel_planned(session, FEEDBACK_REQUEST, asked.subject)
    return await nudges.put_off_to(session, asked.id, members.today(session) + LATER)


async def never(session: MemberSession, letter_id: str | None = None) -> None:
    """Nobody's request reaches the member any more. Nobody is told: to each asker it looks like silence."""
    await nudges.choose_cadence(session, FEEDBACK_REQUEST, "never")
    if letter_id is not None and (unwanted := await session.mine(Letter, letter_id)).status == Standing.OPEN:
        unwanted.status = Standing.UNWANTED.value
        await nudges.forget(session, FEEDBACK_REQUEST, unwanted.id)


async def again(session: MemberSession) -> None:
    """Requests reach the member again; what was unwanted and is not closed by its asker can be answered."""
    await nudges.choose_cadence(session, FEEDBACK_REQUEST, USUAL)
    unwanted = select(Letter).where(Letter.status == Standing.UNWANTED, Letter.topic.is_given)
    for one in await session.scalars(unwanted):
        one.status = Standing.OPEN.value
        await nudges.note_change(session, FEEDBACK_REQUEST, one.id)


async def _asked(theirs: MemberSession | None, of: Letter) -> Asked | None:
    return await theirs.get(Asked, of.asked_id) if theirs else None


async def _deliver(theirs: MemberSession, asked: Asked, answers: Sequence[str], permission: str) -> None:
    received = await theirs.scalar(select(Received).where(Received.asked_id == asked.id))
    if received is None:
        received = await _new_copy(theirs, asked)
    received.answers, received.permission = list(answers), permission
    asked.status = Status.ANSWERED.value
    await nudges.forget(theirs, FEEDBACK_SILENT, asked.id)
    await nudges.ask_soon(theirs, FEEDBACK_ANSWER)


async def _new_copy(theirs: MemberSession, asked: Asked) -> Received:
    request = await theirs.mine(Request, asked.request_id)
    received = Received(
        member_id=theirs.member.id,
        asked_id=asked.id,
        win_id=request.win_id,
        received_on=members.today(theirs),
    )
    theirs.add(received)
    received.name, received.topic, received.questions = asked.name, request.topic, request.questions
    return received


async def _copy(theirs: MemberSession, asked: Asked) -> Received:
    found: Received | None = await theirs.scalar(select(Received).where(Received.asked_id == asked.id))
    if found is None:
        raise NotFound("no_received")
    return found
