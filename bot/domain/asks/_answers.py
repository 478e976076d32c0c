"""What becomes of an ask: asked, promised, moved, missed, met, put off, declined, withdrawn; each one event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.errors import Invalid, NotFound
from bot.domain import members
from bot.domain.asks._entries import FIELD_LENGTH, Wish, check_wishes
from bot.domain.asks._events import begin_event, end_event, newest
from bot.domain.asks._following import BIN, conditions_of
from bot.domain.asks._ladder import NOT_NOW_FOR, PATIENCE
from bot.domain.asks._records import ENDED, Ask, AskEvent, Condition, Status, Verdict, What
from bot.domain.asks._statuses import WAITS, become, reopened
from bot.storage.session import MemberSession

# Whoever says so again within this has clicked twice.
TWICE_WITHIN = timedelta(seconds=20)


@dataclass(frozen=True)
class Talk:
    """What came out of a talk, as typed: the verdict, their words, a promise with its day, conditions."""

    verdict: str
    on: date | None = None
    their_words: str | None = None
    promised: str | None = None
    promised_on: date | None = None
    conditions: Sequence[Wish] = ()


async def asked(
    session: MemberSession,
    ask_id: str | None,
    on: date | None = None,
    their_words: str | None = None,
    follow_up_on: date | None = None,
) -> AskEvent:
    """It was asked, today or on a day that was named; an answer is waited for until `follow_up_on`."""
    ask = await BIN.kept_one(session, ask_id)
    event = await begin_event(
        session, ask, What.ASKED, _behind(session, "on", on), text=_said("their_words", their_words)
    )
    become(ask, Status.ASKED)
    ask.asked_on, ask.closed_on, ask.reask_on = event.on, None, None
    ask.their_words = event.text or ask.their_words
    ask.promised_on, ask.promised, ask.misses = None, None, 0
    ask.follow_up_on = follow_up_on or await members.working_day(session, members.today(session), PATIENCE)
    return await end_event(session, ask, event)


async def promised(
    session: MemberSession,
    ask_id: str | None,
    on: date | None,
    what: str | None = None,
    their_words: str | None = None,
) -> AskEvent:
    """They promised something, by a day where one was named; without one, the day is asked for later."""
    ask = await BIN.kept_one(session, ask_id)
    event = await begin_event(session, ask, What.PROMISED, text=_said("promised", what), to_on=on)
    become(ask, Status.PROMISED)
    ask.their_words = _said("their_words", their_words) or ask.their_words
    await _promise(session, ask, event.text, on)
    return await end_event(session, ask, event)


async def moved(session: MemberSession, ask_id: str | None, on: date | None) -> AskEvent:
    """What was promised comes on another day; the old one stays visible."""
    ask = await BIN.kept_one(session, ask_id)
    if on is None:
        raise Invalid("on", "ask_without_day")
    event = await begin_event(session, ask, What.MOVED, from_on=ask.promised_on, to_on=on)
    if ask.status != Status.PARTLY_MET:
        become(ask, Status.PROMISED)
    await _promise(session, ask, ask.promised, on)
    return await end_event(session, ask, event)


async def missed(session: MemberSession, ask_id: str | None) -> AskEvent:
    """It did not happen, or no answer came; what follows is one step more direct. Two clicks at once say it once."""
    ask = await BIN.kept_one(session, ask_id)
    if ask.status not in WAITS:
        raise NotFound("ask_moved_on")
    last = await newest(session, ask.id)
    if last and last.what == What.MISSED and session.now - last.created_at < TWICE_WITHIN:
        return last
    event = await begin_event(session, ask, What.MISSED, from_on=ask.promised_on)
    ask.misses += 1
    ask.follow_up_on = await members.working_day(session, members.today(session), PATIENCE)
    return await end_event(session, ask, event)


async def sent(session: MemberSession, ask_id: str | None, text: str, *, fallback: bool = False) -> AskEvent:
    """The person sent a message about it; the answer is asked for again some working days later.

    With the `fallback` something else is asked for, so that nothing of it was missed yet.
    """
    ask = await BIN.kept_one(session, ask_id)
    event = await begin_event(session, ask, What.SENT, text=_said("draft", text))
    if ask.status not in WAITS or fallback:
        become(ask, Status.ASKED)
        ask.reask_on, ask.closed_on = None, None
    if fallback:
        ask.promised_on, ask.promised, ask.misses = None, None, 0
    ask.asked_on = ask.asked_on or event.on
    ask.follow_up_on = await members.working_day(session, members.today(session), PATIENCE)
    return await end_event(session, ask, event)


async def partly_met(
    session: MemberSession, ask_id: str | None, missing: str | None = None, on: date | None = None
) -> AskEvent:
    """A part of it came; the rest is expected on a day where one was named."""
    ask = await BIN.kept_one(session, ask_id)
    event = await begin_event(session, ask, What.PARTLY_MET, text=_said("missing", missing), to_on=on)
    become(ask, Status.PARTLY_MET)
    await _promise(session, ask, event.text or ask.promised, on)
    return await end_event(session, ask, event)


async def met(session: MemberSession, ask_id: str | None) -> AskEvent:
    """It came true."""
    return await _end(session, ask_id, Status.MET, What.MET)


async def declined(session: MemberSession, ask_id: str | None, their_words: str | None = None) -> AskEvent:
    """They said no."""
    return await _end(session, ask_id, Status.DECLINED, What.DECLINED, _said("their_words", their_words))


async def withdraw(session: MemberSession, ask_id: str | None) -> AskEvent:
    """The person does not want it any more, or lets it go."""
    return await _end(session, ask_id, Status.WITHDRAWN, What.WITHDRAWN)


async def not_now(
    session: MemberSession, ask_id: str | None, plan: str | None = None, reask_on: date | None = None
) -> AskEvent:
    """It is put off: until when, and what is done until then. Without a day it is brought up in three months."""
    ask = await BIN.kept_one(session, ask_id)
    reask_on = reask_on or members.today(session) + NOT_NOW_FOR
    event = await begin_event(session, ask, What.NOT_NOW, text=_said("plan", plan), to_on=reask_on)
    become(ask, Status.NOT_NOW)
    ask.plan, ask.reask_on, ask.follow_up_on = event.text or ask.plan, reask_on, None
    ask.asked_on = ask.asked_on or event.on
    return await end_event(session, ask, event)


async def reopen(session: MemberSession, ask_id: str | None) -> AskEvent:
    """Work on an ask that ended again."""
    ask = await BIN.kept_one(session, ask_id)
    if ask.status not in ENDED:
        raise NotFound("ask_moved_on")
    event = await begin_event(session, ask, What.REOPENED)
    become(ask, reopened(ask))
    ask.closed_on = None
    if ask.status == Status.ASKED:
        ask.follow_up_on = await members.working_day(session, event.on, PATIENCE)
    return await end_event(session, ask, event)


async def verdict(session: MemberSession, ask_id: str | None, talk: Talk) -> AskEvent:
    """What came out of a talk: yes with a day, a yes with conditions, no, or nothing clear."""
    if talk.verdict not in set(Verdict):
        raise Invalid("verdict", "no_such_choice")
    ask, said = await BIN.kept_one(session, ask_id), Verdict(talk.verdict)
    if said is Verdict.CONDITIONAL:
        check_wishes(talk.conditions)
    words = _said("their_words", talk.their_words)
    on = _behind(session, "on", talk.on)
    to_on = talk.promised_on if said is Verdict.YES else None
    event = await begin_event(session, ask, What.VERDICT, on, text=words, verdict=said.value, to_on=to_on)
    ask.asked_on, ask.their_words = ask.asked_on or event.on, words or ask.their_words
    await _VERDICTS[said](session, ask, event, talk)
    return await end_event(session, ask, event)


async def note(session: MemberSession, ask_id: str | None, text: str) -> AskEvent:
    """Keep words about an ask in its ledger, such as notes after a talk."""
    ask = await BIN.kept_one(session, ask_id)
    if not text.strip():
        raise Invalid("note", "note_without_words")
    return await end_event(session, ask, await begin_event(session, ask, What.NOTE, text=_said("note", text)))


async def condition_met(session: MemberSession, condition_id: str | None, *, met: bool = True) -> AskEvent:
    """A condition is met today, or not met after all; when all are, it is time to ask for the yes."""
    condition = await session.mine(Condition, condition_id)
    ask = await BIN.kept_one(session, condition.ask_id)
    if bool(condition.met_on) is met:
        raise NotFound("condition_is_so")
    what = What.CONDITION_MET if met else What.CONDITION_OPEN
    event = await begin_event(
        session, ask, what, text=condition.text, condition_id=condition.id, from_on=condition.met_on
    )
    condition.met_on = event.on if met else None
    if met and ask.status in WAITS and all(one.met_on for one in await conditions_of(session, [ask.id])):
        # Nothing stands in the way any more, so an answer is due sooner than the last date.
        soon = await members.working_day(session, members.today(session), PATIENCE)
        ask.follow_up_on = min(ask.follow_up_on or soon, soon)
    return await end_event(session, ask, event)


async def _yes(session: MemberSession, ask: Ask, event: AskEvent, talk: Talk) -> None:
    become(ask, Status.PROMISED)
    await _promise(session, ask, _said("promised", talk.promised) or ask.promised, event.to_on)


async def _on_conditions(session: MemberSession, ask: Ask, event: AskEvent, talk: Talk) -> None:
    await _unclear(session, ask, event, talk)
    await session.flush()
    for wish in talk.conditions:
        condition = Condition(ask_id=ask.id, event_id=event.id, due_on=wish.due_on)
        session.add(condition)
        condition.text = wish.text
    if days := [wish.due_on for wish in talk.conditions if wish.due_on]:
        # Until then there is nothing to ask them.
        ask.follow_up_on = await members.working_day(session, max(days))


async def _no(_session: MemberSession, ask: Ask, event: AskEvent, _talk: Talk) -> None:
    become(ask, Status.DECLINED)
    ask.closed_on, ask.follow_up_on = event.on, None


async def _unclear(session: MemberSession, ask: Ask, _event: AskEvent, _talk: Talk) -> None:
    if ask.status not in WAITS:
        become(ask, Status.ASKED)
        ask.reask_on = None
    ask.follow_up_on = await members.working_day(session, members.today(session), PATIENCE)


_VERDICTS = {
    Verdict.YES: _yes,
    Verdict.CONDITIONAL: _on_conditions,
    Verdict.NO: _no,
    Verdict.UNCLEAR: _unclear,
}


async def _promise(session: MemberSession, ask: Ask, what: str | None, on: date | None) -> None:
    """What is promised now; where no day was named, an answer is waited for as after asking.

    When it was asked for stays as it was noted, for drafts name that day.
    """
    ask.promised, ask.promised_on, ask.reask_on = what, on, None
    ask.follow_up_on = None if on else await members.working_day(session, members.today(session), PATIENCE)


async def _end(
    session: MemberSession, ask_id: str | None, then: Status, what: What, text: str | None = None
) -> AskEvent:
    ask = await BIN.kept_one(session, ask_id)
    event = await begin_event(session, ask, what, text=text)
    become(ask, then)
    ask.closed_on, ask.follow_up_on, ask.reask_on = event.on, None, None
    ask.their_words = text or ask.their_words
    return await end_event(session, ask, event)


def _behind(session: MemberSession, field: str, on: date | None) -> date | None:
    """A day that has come; Invalid for one that has not."""
    if on and on > members.today(session):
        raise Invalid(field, "ask_not_happened_yet", on=on)
    return on


def _said(field: str, text: str | None) -> str | None:
    text = (text or "").strip() or None
    if text and len(text) > FIELD_LENGTH:
        raise Invalid(field, "too_long", limit=FIELD_LENGTH)
    return text
