"""What can be done with wins: log, edit, link, merge, put into the bin and take out of it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from bot.core.errors import Invalid
from bot.domain import members, nudges
from bot.domain.nudges import FEEDBACK, FRESH_FEEDBACK, LOG_WIN, MISSING_RESULT, ONBOARDING, Nudge, waits
from bot.domain.wins._entries import Entry, of, with_all_of
from bot.domain.wins._win import Source, Status, Win
from bot.storage.bins import Bin
from bot.storage.session import Kept, MemberSession
from bot.storage.types import UtcDateTime

# So long without a win is a quiet time; and so long after a win its result should have shown.
QUIET_AFTER = timedelta(days=10)
RESULT_AFTER = timedelta(days=14)

# The day after something became done it is fresh in everybody's mind.
FRESH_AFTER = timedelta(days=1)

# So long after the first win Sayso brings up for the first time that others can be asked about it.
FIRST_FEEDBACK = timedelta(days=21)

# The same words within this time are more likely a second try than a second win.
TWIN_WINDOW = timedelta(minutes=2)

_TWINS = Kept(
    Win,
    (Win.id,),
    Win.twin_mark.in_((bindparam("this"), bindparam("last"))),
    Win.created_at >= bindparam("since", type_=UtcDateTime),
    Win.deleted_at.is_(None),
)


async def log(session: MemberSession, given: Entry, source: Source, *, goal_id: str | None = None) -> Win:
    """Save a win; the caller has made sure that the goal it serves is theirs."""
    win = _new(session, given, source, goal_id=goal_id)
    await session.put(win, *_asking_for_result(session, win))
    await _plan_nudges(session)
    return win


async def log_all(session: MemberSession, given: Sequence[Entry], source: Source) -> Sequence[Win]:
    """Save many wins of earlier times at once; none of them is asked about."""
    logged = [_new(session, one, source) for one in given]
    await session.put(*logged)
    if logged:
        await _plan_nudges(session)
    return logged


async def twin(session: MemberSession, given: Entry) -> Win | None:
    """A win with the same words, logged within the last two minutes."""
    now = _stretch(session.now)
    this, last = (session.mark(_sign(given, stretch)) for stretch in (now, now - 1))
    found = await session.look(_TWINS, this=this, last=last, since=session.now - TWIN_WINDOW)
    return await session.mine(Win, found[0].id) if found else None


async def edit(session: MemberSession, win_id: str, given: Entry) -> Win:
    """Replace what a win says."""
    win = await session.mine(Win, win_id)
    win.changed_at = session.now
    was_done = win.status == Status.DONE
    _write(win, given)
    win.twin_mark = session.mark(_sign(given, _stretch(win.created_at)))
    await _ask_for_result(session, win)
    await _ask_while_fresh(session, win, was_done=was_done)
    return win


async def link(session: MemberSession, win_ids: Sequence[str], goal_id: str | None) -> Sequence[Win]:
    """Say which goal these wins serve; None takes them from any. The caller has made sure that the goal is theirs."""
    linked = (await session.scalars(select(Win).where(Win.id.in_(win_ids)))).all()
    for win in linked:
        win.goal_id = goal_id
    return linked


async def merge(session: MemberSession, kept_id: str, other_id: str) -> Win:
    """Make one win of two about the same thing; the other goes into the bin as it was."""
    if kept_id == other_id:
        raise Invalid("other", "same_win")
    kept, other = await BIN.kept_one(session, kept_id), await BIN.kept_one(session, other_id)
    if not kept.goal_id:
        kept.goal_id = other.goal_id
    merged = await edit(session, kept.id, with_all_of(of(kept), of(other)))
    await bin_(session, other.id)
    return merged


async def keep_apart(session: MemberSession, newer_id: str, older_id: str) -> None:
    """Two wins look alike and are not the same; they are not shown as a pair again."""
    newer, older = await session.mine(Win, newer_id), await session.mine(Win, older_id)
    newer.apart = sorted({*newer.apart, older.id})


async def waive_result(session: MemberSession, win_id: str) -> Win:
    """The result of a win does not matter any more; it is not asked for again."""
    win = await session.mine(Win, win_id)
    await nudges.forget(session, MISSING_RESULT, win.id)
    return win


async def _plan_nudges(session: MemberSession) -> None:
    """A win begins the quiet time anew and ends the first lesson; the first one can be asked about."""
    quiet_on = members.today(session) + QUIET_AFTER
    known = await waits.of(session, LOG_WIN, ONBOARDING, FEEDBACK)
    quiet = [one for one in known if one.kind == LOG_WIN.name]
    if not quiet or not all(one.is_fresh(quiet_on) for one in quiet):
        await nudges.ask_on(session, LOG_WIN, quiet_on)
        await nudges.done(session, LOG_WIN)
    if any(one.kind == ONBOARDING.name and one.subject == "win" for one in known):
        await nudges.forget(session, ONBOARDING, "win")
    if nudges.is_wanted(FEEDBACK, session.member) and all(one.kind != FEEDBACK.name for one in known):
        await nudges.ask_on(session, FEEDBACK, members.today(session) + FIRST_FEEDBACK)


def _asking_for_result(session: MemberSession, win: Win) -> Sequence[Nudge]:
    """A new win is asked for its result where it has none."""
    if win.result or win.metric:
        return ()
    nudge = waits.first(session, MISSING_RESULT, _result_on(session, win), win.id)
    return (nudge,) if nudge else ()


def _result_on(session: MemberSession, win: Win) -> date:
    return max(win.last_on, members.today(session)) + RESULT_AFTER


async def _follow(session: MemberSession, win: Win) -> None:
    await _ask_for_result(session, win)
    if win.deleted_at:
        await nudges.forget(session, FRESH_FEEDBACK, win.id)


async def _ask_for_result(session: MemberSession, win: Win) -> None:
    if win.result or win.metric or win.deleted_at:
        await nudges.forget(session, MISSING_RESULT, win.id)
    elif await nudges.planned(session, MISSING_RESULT, win.id) is None:
        await nudges.ask_on(session, MISSING_RESULT, _result_on(session, win), win.id)


async def _ask_while_fresh(session: MemberSession, win: Win, *, was_done: bool) -> None:
    """Whoever worked along is asked for feedback while it is fresh, when something becomes done."""
    if win.status != Status.DONE:
        await nudges.forget(session, FRESH_FEEDBACK, win.id)
    elif not was_done and not win.deleted_at:
        await nudges.ask_on(session, FRESH_FEEDBACK, members.today(session) + FRESH_AFTER, win.id)


def _new(session: MemberSession, given: Entry, source: Source, **more: Any) -> Win:
    """A win to be put; what was not given is not written."""
    said = {name: value for name, value in _said(given) if value is not None}
    mark = session.mark(_sign(given, _stretch(session.now)))
    return Win(member_id=session.member.id, source=source.value, twin_mark=mark, **said, **more)


def _write(win: Win, given: Entry) -> None:
    for name, value in _said(given):
        setattr(win, name, value)


def _said(given: Entry) -> Iterable[tuple[str, Any]]:
    """What an entry gives, as a record holds it; an empty list is nothing."""
    for name, value in vars(given).items():
        yield name, (list(value) or None) if isinstance(value, tuple) else value


def _sign(given: Entry, stretch: int) -> str:
    """What two wins with the same words, logged in the same stretch of time, have in common."""
    return f"{stretch} {_folded(given.title, given.details)}"


def _stretch(moment: datetime) -> int:
    # Marks of different stretches differ, so that not even equal words can be told from the table later.
    return int(moment.timestamp() // TWIN_WINDOW.total_seconds())


def _folded(title: str, details: str | None) -> str:
    return " ".join((details or title).casefold().split())


BIN = Bin(Win, lambda win: win.title, _follow)
bin_, restore = BIN.put_in, BIN.restore
