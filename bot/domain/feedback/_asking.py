"""The asker's side of a request: send it to colleagues, see where each stands, close it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from bot.core.errors import Invalid, NotFound
from bot.domain import members, nudges
from bot.domain.feedback import _rules
from bot.domain.feedback._records import Asked, Letter, Request, Standing, Status
from bot.domain.feedback._rules import Entry
from bot.domain.nudges import FEEDBACK, FEEDBACK_REQUEST, FEEDBACK_SILENT, FRESH_FEEDBACK, WorkingDays
from bot.storage.identity import Principal
from bot.storage.session import MemberSession

# After the reminder a colleague has as long again before the asker is offered to close.
PATIENCE = WorkingDays(5)


@dataclass(frozen=True)
class Colleague:
    """Somebody who is asked: their own session in this transaction, and what they are called in Slack."""

    session: MemberSession
    name: str

    @property
    def user_id(self) -> str:
        return self.session.member.user_id


@dataclass(frozen=True)
class Sent:
    """A request to one colleague; `reminded_on` is when they were reminded, if they were by now."""

    asked: Asked
    request: Request
    reminded_on: date | None


async def ask(session: MemberSession, colleagues: Sequence[Colleague], given: Entry) -> Request:
    """Ask colleagues, all of them or none; Invalid says of each who cannot be asked now why not."""
    await _check(session, [(one.name, one.user_id, one.session) for one in colleagues])
    request = Request(
        member_id=session.member.id, due_on=given.due_on, win_id=given.win_id, goal_id=given.goal_id
    )
    session.add(request)
    request.topic, request.questions = given.topic, list(given.questions)
    await session.flush()
    for colleague in colleagues:
        await _ask_one(session, colleague, request)
    await nudges.done(session, FEEDBACK)
    if given.win_id:
        await nudges.forget(session, FRESH_FEEDBACK, given.win_id)
    return request


async def allow(session: MemberSession, people: Mapping[Principal, str], *, follows: Asked | None) -> None:
    """Say whether colleagues (with their names) may be asked, before any of them becomes a member by that.

    Invalid as in `ask`; what `follows` waits for will have been closed by then.
    """
    found = [(name, one.user_id, session.beside(one)) for one, name in people.items()]
    await _check(session, found, but=follows)


async def close(session: MemberSession, theirs: MemberSession | None, asked_id: str) -> Asked:
    """Wait for no answer any more; the colleague is not asked again. NotFound for one that has ended."""
    asked = await still_open(session, asked_id)
    asked.status = Status.CLOSED.value
    await nudges.forget(session, FEEDBACK_SILENT, asked.id)
    letter = await theirs.get(Letter, asked.letter_id) if theirs else None
    if theirs and letter:
        letter.status = Standing.CLOSED.value
        await nudges.forget(theirs, FEEDBACK_REQUEST, letter.id)
    return asked


async def still_open(session: MemberSession, asked_id: str) -> Asked:
    """A request that waits for an answer; NotFound once it has ended."""
    asked = await session.mine(Asked, asked_id)
    if asked.status != Status.OPEN:
        raise NotFound("request_has_ended")
    return asked


async def sent(session: MemberSession, *, size: int, offset: int = 0) -> tuple[Sequence[Sent], int]:
    """A page of those who were asked, the newest first, and how many there are in all."""
    total = await session.scalar(select(func.count()).select_from(Asked)) or 0
    newest = select(Asked).order_by(Asked.created_at.desc(), Asked.id).limit(size).offset(offset)
    return [await sent_one(session, one.id) for one in (await session.scalars(newest)).all()], total


async def sent_one(session: MemberSession, asked_id: str) -> Sent:
    """One of those who were asked, with the request."""
    asked = await session.mine(Asked, asked_id)
    was_reminded = asked.status == Status.OPEN and asked.remind_on <= members.today(session)
    request = await session.mine(Request, asked.request_id)
    return Sent(asked, request, asked.remind_on if was_reminded else None)


async def asked_in(session: MemberSession, request: Request) -> Sequence[Asked]:
    """Everybody a request went to, in the order they were named."""
    of_it = select(Asked).where(Asked.request_id == request.id).order_by(Asked.created_at, Asked.id)
    return (await session.scalars(of_it)).all()


async def _check(
    session: MemberSession,
    people: Sequence[tuple[str, str, MemberSession | None]],
    *,
    but: Asked | None = None,
) -> None:
    """`people` are names, ids and sessions, which those who are no members yet do not have."""
    today = await session.scalar(
        select(func.count()).select_from(Asked).where(Asked.asked_on == members.today(session))
    )
    if (today or 0) + len(people) > _rules.A_DAY:
        raise Invalid("people", "asked_enough_today", most=_rules.A_DAY)
    why: Mapping[str, str | None] = {
        name: _rules.too_much(
            of_giver=await _reached(theirs) if theirs else 0,
            of_pair=await _open(session, user_id, but),
        )
        for name, user_id, theirs in people
    }
    if refused := {name: reason for name, reason in why.items() if reason}:
        raise Invalid("people", "cannot_be_asked", people=refused)


async def _reached(theirs: MemberSession) -> int:
    """How many requests a colleague had in a month, whoever sent them."""
    lately = select(func.count()).select_from(Letter).where(Letter.created_at > theirs.now - _rules.MONTH)
    return await theirs.scalar(lately) or 0


async def _open(session: MemberSession, user_id: str, but: Asked | None) -> int:
    waiting = select(func.count()).select_from(Asked)
    waiting = waiting.where(Asked.user_id == user_id, Asked.status == Status.OPEN)
    return await session.scalar(waiting.where(Asked.id != but.id) if but else waiting) or 0


async def _ask_one(session: MemberSession, colleague: Colleague, request: Request) -> None:
    theirs, today = colleague.session, members.today(session)
    on = members.local(theirs, nudges.good_time(theirs.member, theirs.now)).date()
    remind_on = nudges.after(theirs.member, on, FEEDBACK_REQUEST.then[0])
    asked = Asked(
        member_id=session.member.id,
        request_id=request.id,
        user_id=colleague.user_id,
        letter_id="",
        asked_on=today,
        remind_on=remind_on,
    )
    session.add(asked)
    asked.name = colleague.name
    letter = await _write(theirs, session.member.user_id, asked.id, request)
    asked.letter_id = letter.id
    if letter.status == Standing.OPEN:
        await nudges.ask_soon(theirs, FEEDBACK_REQUEST, letter.id, asked_by=letter.asker_id)
    # The same for everybody, so that it tells nothing of who asked to be left alone.
    await nudges.ask_on(session, FEEDBACK_SILENT, nudges.after(theirs.member, remind_on, PATIENCE), asked.id)


async def _write(theirs: MemberSession, asker_id: str, asked_id: str, request: Request) -> Letter:
    letter = Letter(member_id=theirs.member.id, asker_id=asker_id, asked_id=asked_id, due_on=request.due_on)
    theirs.add(letter)
    if nudges.is_wanted(FEEDBACK_REQUEST, theirs.member):
        letter.topic, letter.questions = request.topic, request.questions
    else:
        # It counts for the month as any other, and holds nothing.
        letter.status = Standing.UNWANTED.value
    await theirs.flush()
    return letter
