"""Wins: what a person achieved, kept with its date, result and proof."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, Select, String, bindparam, func, select
from sqlalchemy.orm import Mapped, mapped_column

from bot.core import dates
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain import members, nudges
from bot.domain.nudges import LOG_WIN, MISSING_RESULT, ONBOARDING, Nudge, waits
from bot.storage.base import ID_LENGTH, Owned
from bot.storage.session import Kept, MemberSession
from bot.storage.types import UtcDateTime, sealed_maybe, sealed_text

TITLE_LENGTH = 250
FIELD_LENGTH = 3000
TEXT_LENGTH = 20_000

# So long without a win is a quiet time; and so long after a win its result should have shown.
QUIET_AFTER = timedelta(days=10)
RESULT_AFTER = timedelta(days=14)

# The same words within this time are more likely a second try than a second win.
TWIN_WINDOW = timedelta(minutes=2)


class Category(StrEnum):
    """What kind of work it was; the words for each stand in templates/wins/categories.j2."""

    DELIVERY = "delivery"
    QUALITY = "quality"
    COLLABORATION = "collaboration"
    MENTORING = "mentoring"
    LEADERSHIP = "leadership"
    LEARNING = "learning"
    GLUE = "glue"
    RECOGNITION = "recognition"


class Source(StrEnum):
    """How a win came in."""

    COMMAND = "command"
    FORM = "form"
    MESSAGE = "message"
    SHORTCUT = "shortcut"
    CHECK_IN = "check_in"


class Win(Owned):
    """One accomplishment. Only the title is required; everything typed is sealed."""

    __tablename__ = "wins"
    __table_args__ = (Index("ix_wins_twins", "member_id", "twin_mark"),)

    # The index for twins finds a member's wins as well; one index less is one write less.
    member_id: Mapped[str] = mapped_column(
        String(ID_LENGTH), ForeignKey("members.id", ondelete="CASCADE"), sort_order=-2
    )
    occurred_on: Mapped[date] = mapped_column(index=True)
    category: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    deleted_at: Mapped[datetime | None]
    changed_at: Mapped[datetime | None]
    twin_mark: Mapped[bytes | None] = mapped_column(LargeBinary)
    goal_id: Mapped[str | None] = mapped_column(
        String(ID_LENGTH), ForeignKey("goals.id", ondelete="SET NULL"), index=True
    )

    title = sealed_text()
    details = sealed_maybe()
    result = sealed_maybe()
    metric = sealed_maybe()
    benefited = sealed_maybe()
    credit = sealed_maybe()
    evidence = sealed_maybe()


_TWINS = Kept(
    Win,
    (Win.id,),
    Win.twin_mark.in_((bindparam("this"), bindparam("last"))),
    Win.created_at >= bindparam("since", type_=UtcDateTime),
    Win.deleted_at.is_(None),
)


@dataclass(frozen=True)
class Entry:
    """What a person gives for a win, as typed; `details` holds the whole of a text too long for a title."""

    title: str
    occurred_on: date
    details: str | None = None
    result: str | None = None
    metric: str | None = None
    benefited: str | None = None
    credit: str | None = None
    evidence: str | None = None
    category: str | None = None


TEXTS = ("details", "result", "metric", "benefited", "credit", "evidence")


def entry(text: str, occurred_on: date, **parts: str | None) -> Entry:
    """Check and tidy what was typed; Invalid names the field and says what to do.

    A text longer than a title is kept whole as details, and its beginning becomes the title.
    """
    text = text.strip()
    _check_words(text)
    tidy = {name: (value or "").strip() or None for name, value in parts.items()}
    _check_parts(tidy)
    title = title_of(text)
    if title != text:
        tidy["details"] = "\n\n".join(part for part in (text, tidy.get("details")) if part)
    return Entry(title=title, occurred_on=occurred_on, **tidy)


def read(text: str, today: date) -> Entry:
    """A typed line as an entry; a day named at its end or beginning is the day it happened."""
    text = text.strip()
    found = dates.found_in(text, today, prefer="past")
    if found is None or found.on > today:
        return entry(text, today)
    without = (text[: found.start] + text[found.end :]).strip(" ,;:.–-")
    return entry(without if any(sign.isalnum() for sign in without) else text, found.on)


def title_of(text: str) -> str:
    """The first line, cut at a word where it is longer than a title may be."""
    first = text.split("\n", 1)[0].strip()
    if len(first) <= TITLE_LENGTH:
        return first
    return first[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


async def log(session: MemberSession, given: Entry, source: Source) -> Win:
    """Save a win."""
    win = Win(member_id=session.member.id, source=source.value, occurred_on=given.occurred_on)
    _write(win, given)
    win.twin_mark = session.mark(_sign(given, _stretch(session.now)))
    await session.put(win, *_asking_for_result(session, win))
    await _plan_nudges(session)
    return win


async def twin(session: MemberSession, given: Entry) -> Win | None:
    """A win with the same words, logged within the last two minutes."""
    now = _stretch(session.now)
    this, last = (session.mark(_sign(given, stretch)) for stretch in (now, now - 1))
    found = await session.look(_TWINS, this=this, last=last, since=session.now - TWIN_WINDOW)
    return await session.mine(Win, found[0].id) if found else None


async def edit(session: MemberSession, win_id: str, given: Entry) -> Win:
    """Replace what a win says."""
    win = await session.mine(Win, win_id)
    win.occurred_on = given.occurred_on
    win.changed_at = session.now
    _write(win, given)
    win.twin_mark = session.mark(_sign(given, _stretch(win.created_at)))
    await _ask_for_result(session, win)
    return win


async def move(session: MemberSession, win_id: str, on: date) -> Win:
    """Change the day of a win."""
    win = await session.mine(Win, win_id)
    win.occurred_on = on
    win.changed_at = session.now
    return win


async def bin_(session: MemberSession, win_id: str) -> Win:
    """Put a win into the bin, where it stays for 30 days."""
    win = await session.mine(Win, win_id)
    win.deleted_at = win.deleted_at or session.now
    await nudges.forget(session, MISSING_RESULT, win.id)
    return win


async def restore(session: MemberSession, win_id: str) -> Win:
    """Take a win out of the bin."""
    win = await session.mine(Win, win_id)
    win.deleted_at = None
    await _ask_for_result(session, win)
    return win


async def waive_result(session: MemberSession, win_id: str) -> Win:
    """The result of a win does not matter any more; it is not asked for again."""
    win = await session.mine(Win, win_id)
    await nudges.forget(session, MISSING_RESULT, win.id)
    return win


async def between(session: MemberSession, period: Period) -> Sequence[Win]:
    """The wins of a period, newest first."""
    kept = select(Win).where(Win.deleted_at.is_(None), Win.occurred_on.between(period.first, period.last))
    return (await session.scalars(_newest_first(kept))).all()


async def page(session: MemberSession, *, size: int, offset: int = 0) -> tuple[Sequence[Win], int]:
    """A page of all wins, newest first, and how many there are in all."""
    kept = select(Win).where(Win.deleted_at.is_(None))
    total = await session.scalar(select(func.count()).select_from(kept.subquery()))
    return (await session.scalars(_newest_first(kept).limit(size).offset(offset))).all(), total or 0


async def chosen(session: MemberSession, win_ids: Sequence[str]) -> Sequence[Win]:
    """The named wins that are the member's own and kept, in the order of their names."""
    found = await session.scalars(select(Win).where(Win.id.in_(win_ids), Win.deleted_at.is_(None)))
    by_id: Mapping[str, Win] = {win.id: win for win in found}
    return [by_id[win_id] for win_id in win_ids if win_id in by_id]


async def _plan_nudges(session: MemberSession) -> None:
    """A win begins the quiet time anew and ends the first lesson."""
    quiet_on = members.today(session) + QUIET_AFTER
    known = await waits.of(session, LOG_WIN, ONBOARDING)
    quiet = [one for one in known if one.kind == LOG_WIN.name]
    if not quiet or not all(one.is_fresh(quiet_on) for one in quiet):
        await nudges.ask_on(session, LOG_WIN, quiet_on)
        await nudges.done(session, LOG_WIN)
    if any(one.kind == ONBOARDING.name and one.subject == "win" for one in known):
        await nudges.forget(session, ONBOARDING, "win")


def _asking_for_result(session: MemberSession, win: Win) -> Sequence[Nudge]:
    """A new win is asked for its result where it has none."""
    if win.result or win.metric:
        return ()
    nudge = waits.first(session, MISSING_RESULT, _result_on(session, win), win.id)
    return (nudge,) if nudge else ()


def _result_on(session: MemberSession, win: Win) -> date:
    return max(win.occurred_on, members.today(session)) + RESULT_AFTER


async def _ask_for_result(session: MemberSession, win: Win) -> None:
    if win.result or win.metric:
        await nudges.forget(session, MISSING_RESULT, win.id)
    elif await nudges.planned(session, MISSING_RESULT, win.id) is None:
        await nudges.ask_on(session, MISSING_RESULT, _result_on(session, win), win.id)


def _newest_first(query: Select[Win]) -> Select[Win]:
    return query.order_by(Win.occurred_on.desc(), Win.created_at.desc(), Win.id)


def _write(win: Win, given: Entry) -> None:
    win.title = given.title
    win.category = given.category
    for name in TEXTS:
        setattr(win, name, getattr(given, name))


def _sign(given: Entry, stretch: int) -> str:
    """What two wins with the same words, logged in the same stretch of time, have in common."""
    return f"{stretch} {_folded(given.title, given.details)}"


def _stretch(moment: datetime) -> int:
    # Marks of different stretches differ, so that not even equal words can be told from the table later.
    return int(moment.timestamp() // TWIN_WINDOW.total_seconds())


def _folded(title: str, details: str | None) -> str:
    return " ".join((details or title).casefold().split())


def _check_words(text: str) -> None:
    if not text:
        raise Invalid("title", "win_without_words")
    if len(text) > TEXT_LENGTH:
        raise Invalid("title", "too_long", limit=TEXT_LENGTH)
    if not re.search(r"\w", text):
        raise Invalid("title", "win_of_signs_only", text=text)


def _check_parts(parts: Mapping[str, str | None]) -> None:
    for name, value in parts.items():
        limit = TEXT_LENGTH if name == "details" else FIELD_LENGTH
        if value and len(value) > limit:
            raise Invalid(name, "too_long", limit=limit)
    category = parts.get("category")
    if category and category not in {one.value for one in Category}:
        raise Invalid("category", "no_such_category")
    evidence = parts.get("evidence")
    if evidence and not re.match(r"https?://\S+$", evidence):
        raise Invalid("evidence", "not_a_link")
