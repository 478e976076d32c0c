"""What is asked about asks: whether a promise came true, an answer came, a condition is met, the day has come to ask again."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from bot.domain import members, nudges
from bot.domain.asks._ladder import Question, next_question
from bot.domain.asks._records import Ask, Condition
from bot.domain.nudges import CONDITION, FOLLOW_UP, PROMISE, REASK, STALE_NEED, Kind, Nudge, State, rules
from bot.storage.bins import Bin
from bot.storage.session import MemberSession

_OF_AN_ASK = (PROMISE, FOLLOW_UP, STALE_NEED, REASK)


async def follow(session: MemberSession, ask: Ask) -> None:
    """Fit what is asked about an ask to how it stands now, after anything the person did about it."""
    question = await _question(session, ask)
    for kind in _OF_AN_ASK:
        if question is None or question.kind is not kind:
            await nudges.forget(session, kind, ask.id)
    if question:
        await _ask(session, question.kind, question.on, ask.id)
    for condition in await conditions_of(session, [ask.id]):
        await follow_condition(session, ask, condition)


async def coming(session: MemberSession, ask: Ask) -> Question | None:
    """What is asked about an ask next, and when; None where nothing is, or where it was asked already."""
    question = await _question(session, ask)
    nudge = await nudges.planned(session, question.kind, ask.id) if question else None
    return Question(question.kind, nudge.local_on) if question and nudge else None


async def follow_condition(session: MemberSession, ask: Ask, condition: Condition) -> None:
    """A condition is asked about in the morning of its date, as long as it and its ask are open."""
    if not ask.is_open or condition.met_on or condition.due_on is None:
        await nudges.forget(session, CONDITION, condition.id)
        return
    await _ask(session, CONDITION, condition.due_on, condition.id)


async def conditions_of(session: MemberSession, ask_ids: Sequence[str]) -> Sequence[Condition]:
    """The conditions of these asks, the first due first."""
    of_them = select(Condition).where(Condition.ask_id.in_(ask_ids))
    in_order = of_them.order_by(Condition.due_on.is_(None), Condition.due_on, Condition.created_at)
    return (await session.scalars(in_order)).all()


async def _question(session: MemberSession, ask: Ask) -> Question | None:
    changed_on = members.local(session, ask.changed_at or session.now).date()
    return next_question(ask, members.week(session.member), await members.absences(session), changed_on)


async def _ask(session: MemberSession, kind: Kind, on: date, subject: str) -> None:
    """Ask on a date, or on the next working day where that has passed; what was asked about it since stays open."""
    asked = await _asked(session, kind, subject)
    if asked and asked.local_on >= on:
        return
    if asked:
        await nudges.done(session, kind, subject)
    today = members.today(session)
    if on < today or rules.on_date(session.member, on).at <= session.now:
        on = await members.working_day(session, today)
    await nudges.ask_on(session, kind, on, subject)


async def _asked(session: MemberSession, kind: Kind, subject: str) -> Nudge | None:
    """What was asked about it last and has had no answer, snoozed or not."""
    asked = select(Nudge).where(
        Nudge.kind == kind.name,
        Nudge.subject == subject,
        Nudge.asked_at.is_not(None),
        Nudge.state.in_((State.SENT, State.UNKNOWN, State.WAITING, State.CLAIMED)),
    )
    found: Nudge | None = await session.scalar(asked.order_by(Nudge.local_on.desc()).limit(1))
    return found


BIN = Bin(Ask, lambda ask: ask.words, follow)
