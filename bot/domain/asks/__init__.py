"""Asks: what a person asks for, what they were told and promised, and the way to an answer."""

from dataclasses import replace
from datetime import date

from bot.domain import members
from bot.domain.asks._answers import Talk as Talk
from bot.domain.asks._answers import asked as asked
from bot.domain.asks._answers import condition_met as condition_met
from bot.domain.asks._answers import declined as declined
from bot.domain.asks._answers import met as met
from bot.domain.asks._answers import missed as missed
from bot.domain.asks._answers import moved as moved
from bot.domain.asks._answers import not_now as not_now
from bot.domain.asks._answers import note as note
from bot.domain.asks._answers import partly_met as partly_met
from bot.domain.asks._answers import promised as promised
from bot.domain.asks._answers import reopen as reopen
from bot.domain.asks._answers import sent as sent
from bot.domain.asks._answers import verdict as verdict
from bot.domain.asks._answers import withdraw as withdraw
from bot.domain.asks._drafts import Draft as Draft
from bot.domain.asks._drafts import draft as draft
from bot.domain.asks._drafts import fitting as fitting
from bot.domain.asks._drafts import promised_days as promised_days
from bot.domain.asks._entries import FIELD_LENGTH as FIELD_LENGTH
from bot.domain.asks._entries import TEXTS as TEXTS
from bot.domain.asks._entries import Entry as Entry
from bot.domain.asks._entries import Wish as Wish
from bot.domain.asks._entries import conditions_in as conditions_in
from bot.domain.asks._entries import entry as entry
from bot.domain.asks._entries import entry_of as entry_of
from bot.domain.asks._entries import name_of as name_of
from bot.domain.asks._entries import packed as packed
from bot.domain.asks._entries import read as read
from bot.domain.asks._entries import unpacked as unpacked
from bot.domain.asks._entries import write
from bot.domain.asks._events import answer_since as answer_since
from bot.domain.asks._events import begin_event, end_event
from bot.domain.asks._events import correct_day as correct_day
from bot.domain.asks._events import history as history
from bot.domain.asks._events import names_day as names_day
from bot.domain.asks._events import take_back as take_back
from bot.domain.asks._following import BIN as BIN
from bot.domain.asks._following import coming as coming
from bot.domain.asks._following import conditions_of as conditions_of
from bot.domain.asks._ladder import PATIENCE
from bot.domain.asks._ladder import Question as Question
from bot.domain.asks._ladder import Rung as Rung
from bot.domain.asks._ladder import is_hazy as is_hazy
from bot.domain.asks._ladder import next_question as next_question
from bot.domain.asks._ladder import rung as rung
from bot.domain.asks._records import ENDED as ENDED
from bot.domain.asks._records import Ask as Ask
from bot.domain.asks._records import AskEvent as AskEvent
from bot.domain.asks._records import Condition as Condition
from bot.domain.asks._records import Status as Status
from bot.domain.asks._records import Verdict as Verdict
from bot.domain.asks._records import What as What
from bot.domain.asks._standing import Overview as Overview
from bot.domain.asks._standing import Place as Place
from bot.domain.asks._standing import Standing as Standing
from bot.domain.asks._standing import Told as Told
from bot.domain.asks._standing import called as called
from bot.domain.asks._standing import due_on as due_on
from bot.domain.asks._standing import ended as ended
from bot.domain.asks._standing import in_period as in_period
from bot.domain.asks._standing import of_goal as of_goal
from bot.domain.asks._standing import overview as overview
from bot.domain.asks._standing import places as places
from bot.domain.asks._standing import standings as standings
from bot.domain.asks._standing import to_choose_from as to_choose_from
from bot.domain.asks._standing import told as told
from bot.domain.asks._standing import twin as twin
from bot.domain.asks._statuses import FOLLOWS as FOLLOWS
from bot.domain.asks._statuses import WAITS as WAITS
from bot.domain.asks._statuses import become
from bot.domain.asks._statuses import can_become as can_become
from bot.storage.session import MemberSession

kept_one, bin_, restore = BIN.kept_one, BIN.put_in, BIN.restore


async def begin(
    session: MemberSession, given: Entry, *, goal_id: str | None = None, pitch_id: str | None = None
) -> Ask:
    """Save a new ask: planned once its request is there, a draft as long as it is a need only."""
    ask = Ask(member_id=session.member.id, goal_id=goal_id, pitch_id=pitch_id, status=Status.DRAFT.value)
    session.add(ask)
    write(ask, given)
    await session.flush()
    event = await begin_event(session, ask, What.CREATED)
    event.text = ask.words
    await end_event(session, ask, event)
    return ask


async def edit(session: MemberSession, ask_id: str | None, given: Entry) -> AskEvent:
    """Replace what an ask says; its ledger keeps what it said before."""
    ask = await kept_one(session, ask_id)
    event = await begin_event(session, ask, What.EDITED, from_on=ask.wanted_on, to_on=given.wanted_on)
    write(ask, given)
    event.text = ask.words
    return await end_event(session, ask, event)


async def want(session: MemberSession, ask_id: str | None, on: date | None) -> AskEvent:
    """Change by when an ask should be there."""
    ask = await kept_one(session, ask_id)
    return await edit(session, ask.id, replace(entry_of(ask), wanted_on=on))


async def link(session: MemberSession, ask_id: str | None, goal_id: str | None) -> AskEvent:
    """Let an ask serve a goal, or none; whose goal it is was looked up by whoever asks this."""
    ask = await kept_one(session, ask_id)
    event = await begin_event(session, ask, What.LINKED)
    ask.goal_id = goal_id
    return await end_event(session, ask, event)


async def record_sent(
    session: MemberSession,
    *,
    request: str,
    to: str,
    pitch_id: str,
    follow_up_on: date | None,
    ask_id: str | None = None,
) -> Ask:
    """A pitch was sent: a new ask, or the given one, stands as asked today, with an event that names the pitch."""
    ask = await kept_one(session, ask_id) if ask_id else await begin(session, entry(request, to))
    event = await begin_event(session, ask, What.PITCHED, text=request, pitch_id=pitch_id)
    if ask.status not in WAITS:
        become(ask, Status.ASKED)
    ask.request, ask.to = ask.request or request.strip(), ask.to or to.strip()
    ask.asked_on, ask.pitch_id = ask.asked_on or event.on, pitch_id
    ask.closed_on, ask.reask_on = None, None
    ask.follow_up_on = follow_up_on or await members.working_day(session, members.today(session), PATIENCE)
    await end_event(session, ask, event)
    return ask


async def of_condition(session: MemberSession, condition_id: str | None) -> Ask:
    """The ask that a condition belongs to."""
    condition = await session.mine(Condition, condition_id)
    return await kept_one(session, condition.ask_id)
