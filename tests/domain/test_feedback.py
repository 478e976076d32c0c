"""Feedback between members: what may be asked, what crosses and when, and that nothing else does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Busy, Invalid, NotFound
from bot.domain import feedback, members, nudges, wins, workspaces
from bot.domain.feedback import Asked, Colleague, Entry, Letter, Received, Request, Standing, Status, entry
from bot.domain.members import Profile
from bot.domain.nudges import FEEDBACK_ANSWER, FEEDBACK_REQUEST, FEEDBACK_SILENT, Kind, Nudge
from bot.domain.wins import Source
from bot.domain.workspaces import Installation
from bot.storage import canary
from bot.storage.identity import Member, Principal
from bot.storage.session import MemberSession
from tests.conftest import NOW, TEAM

TODAY = date(2026, 11, 18)
ABOUT = entry("The launch", ["What helped?", "What next?"])


@pytest.fixture
async def third(admit: Callable[..., object]) -> Principal:
    made: Principal = await admit("U0PRIYA", zone="Asia/Kolkata")  # type: ignore[misc]
    return made


@asynccontextmanager
async def between(
    coach: Coach, who: Principal, *others: Principal
) -> AsyncIterator[tuple[MemberSession, list[MemberSession]]]:
    """A session of one, and those of the others in the same transaction."""
    async with coach.session(who, beside=others) as session:
        found = [session.beside(other) for other in others]
        yield session, [one for one in found if one is not None]


async def ask(coach: Coach, who: Principal, *others: Principal, about: Entry = ABOUT) -> list[str]:
    """Ask colleagues; the ids of their letters, in the order they are named."""
    async with between(coach, who, *others) as (session, theirs):
        people = [Colleague(one, f"Name of {one.member.user_id}") for one in theirs]
        request = await feedback.ask(session, people, about)
        return [one.letter_id for one in await feedback.asked_in(session, request)]


async def send(
    coach: Coach, giver: Principal, asker: Principal, letter_id: str, *texts: str, permission: str = "yes"
) -> None:
    async with between(coach, giver, asker) as (session, (theirs,)):
        await feedback.send(session, theirs, letter_id, texts, permission)


async def statuses(coach: Coach, who: Principal) -> list[str]:
    async with coach.session(who) as session:
        return list(await session.scalars(select(Asked.status).order_by(Asked.created_at)))


async def standing(coach: Coach, who: Principal, letter_id: str) -> str:
    async with coach.session(who) as session:
        return await feedback.standing(session, letter_id)


async def received(coach: Coach, who: Principal) -> list[list[str]]:
    async with coach.session(who) as session:
        found, _ = await feedback.inbox(session, size=20)
        return [one.answers for one in found]


async def read_all(coach: Coach, who: Principal, giver: Principal) -> None:
    async with between(coach, who, giver) as (session, (theirs,)):
        for one in (await feedback.inbox(session, size=20))[0]:
            await feedback.read(session, theirs, one.id)


async def coming(coach: Coach, who: Principal, kind: Kind) -> list[date]:
    """The local dates on which a kind is planned."""
    async with coach.session(who) as session:
        waiting = select(Nudge.local_on).where(Nudge.kind == kind.name, Nudge.state == "waiting")
        return list(await session.scalars(waiting))


# --- Asking


async def test_a_request_reaches_each_colleague_under_a_key_of_their_own(
    coach: Coach, who: Principal, other: Principal, third: Principal
) -> None:
    letters = await ask(coach, who, other, third)
    for giver, letter_id in zip((other, third), letters, strict=True):
        async with coach.session(giver) as session:
            letter = await session.mine(Letter, letter_id)
            assert (letter.topic, letter.questions) == ("The launch", ["What helped?", "What next?"])
            assert (letter.asker_id, letter.status) == (who.user_id, Standing.OPEN)
            nudge = await nudges.planned(session, FEEDBACK_REQUEST, letter_id)
            assert nudge is not None
            assert nudge.asked_by == who.user_id
    assert await statuses(coach, who) == [Status.OPEN, Status.OPEN]


async def test_the_dates_of_reminder_and_offer_follow_the_colleagues_week(
    coach: Coach, who: Principal, other: Principal
) -> None:
    async with coach.session(other) as session:
        await members.away(session, "23 November", "30 November")
    await ask(coach, who, other)
    async with coach.session(who) as session:
        asked = await session.scalar(select(Asked))
        assert asked is not None
        # Thursday, Friday, then a week away, then Monday to Wednesday.
        assert asked.remind_on == date(2026, 12, 2)
    assert await coming(coach, who, FEEDBACK_SILENT) == [date(2026, 12, 9)]
    assert await coming(coach, other, FEEDBACK_REQUEST) == [TODAY]


async def test_it_comes_in_the_colleagues_hours(
    coach: Coach, who: Principal, third: Principal, clock: StoppedClock
) -> None:
    clock.move_to(
        datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
    )  # Friday, half past eleven in the evening in Kolkata
    (letter_id,) = await ask(coach, who, third)
    async with coach.session(third) as session:
        nudge = await nudges.planned(session, FEEDBACK_REQUEST, letter_id)
        assert nudge is not None
        assert members.local(session, nudge.planned_at) == datetime(
            2026, 11, 23, 8, 0, tzinfo=members.zone(session.member)
        )


async def test_three_requests_a_month_reach_one_person_whoever_asks(
    coach: Coach, who: Principal, other: Principal, third: Principal, clock: StoppedClock
) -> None:
    await ask(coach, who, other)
    await ask(coach, third, other)
    await ask(coach, third, other)
    with pytest.raises(Invalid) as refused:
        await ask(coach, who, other, third)
    assert refused.value.facts == {"people": {"Name of U0DANIEL": "has_enough"}}
    assert len(await statuses(coach, who)) == 1, "all or none: the third was not asked either"
    clock.move_by(timedelta(days=31))
    await ask(coach, who, other)


async def test_three_may_be_open_between_two_people(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    for _ in range(3):
        await ask(coach, who, other)
        clock.move_by(timedelta(days=31))
    with pytest.raises(Invalid) as refused:
        await ask(coach, who, other)
    assert refused.value.facts == {"people": {"Name of U0DANIEL": "open_between_you"}}


async def test_one_that_takes_the_place_of_another_is_not_one_too_many(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    for _ in range(3):
        await ask(coach, who, other)
        clock.move_by(timedelta(days=31))
    async with coach.session(who, beside=[other]) as session:
        (newest, *_), _ = await feedback.sent(session, size=1)
        await feedback.allow(session, {other: "Daniel"}, follows=newest.asked)
        with pytest.raises(Invalid) as refused:
            await feedback.allow(session, {other: "Daniel"}, follows=None)
    assert refused.value.facts == {"people": {"Daniel": "open_between_you"}}


async def test_who_is_no_member_yet_may_be_asked(coach: Coach, who: Principal) -> None:
    stranger = Principal(who.team_id, "U0NOBODYYET")
    async with coach.session(who, beside=[stranger]) as session:
        await feedback.allow(session, {stranger: "Nobody yet"}, follows=None)


async def test_ten_a_day_and_no_more(coach: Coach, who: Principal, admit: Callable[..., object]) -> None:
    people: list[Principal] = [await admit(f"U0P{number}") for number in range(11)]  # type: ignore[misc]
    await ask(coach, who, *people[:5])
    with pytest.raises(Invalid) as refused:
        await ask(coach, who, *people[5:11])
    assert refused.value.words == "asked_enough_today"
    await ask(coach, who, *people[5:10])


@pytest.fixture
async def anywhere(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Coach]:
    """Five members on either database."""
    made = make_coach(database_url, clock)
    await canary.settle(made.database, made.vault)
    async with made.database.system() as session:
        await workspaces.connect(session, made.vault, Installation(TEAM, "xoxb-test", "U0SAYSO", "B0SAYSO"))
    for number in range(5):
        async with made.database.system() as session:
            await members.admit(session, made.vault, Principal(TEAM, f"U{number}"), Profile())
    yield made
    await made.database.close()


async def test_the_limits_hold_when_everybody_asks_everybody_at_once(anywhere: Coach) -> None:
    people = [Principal(TEAM, f"U{number}") for number in range(5)]
    counts = {"refused": 0}

    async def ask_the_rest(who: Principal, others: Sequence[Principal]) -> None:
        # A crowd that waits for one row may be told to try again, as a person would.
        while True:
            try:
                await ask(anywhere, who, *others)
            except Busy:
                continue
            except Invalid:
                counts["refused"] += 1
            return

    await asyncio.gather(
        *(ask_the_rest(who, [one]) for who in people for one in people if one != who),
    )
    for who in people:
        async with anywhere.session(who) as session:
            assert await session.scalar(select(func.count()).select_from(Letter)) == 3
    assert counts["refused"] == 20 - 15


# --- Answering


async def test_an_answer_is_the_askers_copy_and_the_givers_own(
    coach: Coach, who: Principal, other: Principal
) -> None:
    (letter_id,) = await ask(coach, who, other)
    await send(coach, other, who, letter_id, "You explained it.", "")
    assert await received(coach, who) == [["You explained it.", ""]]
    assert await statuses(coach, who) == [Status.ANSWERED]
    assert await coming(coach, who, FEEDBACK_SILENT) == []
    assert await coming(coach, other, FEEDBACK_REQUEST) == []
    assert len(await coming(coach, who, FEEDBACK_ANSWER)) == 1
    async with coach.session(other) as session:
        assert (await session.mine(Letter, letter_id)).answers == ["You explained it.", ""]
    async with coach.database.system() as system:
        blobs = [
            *await system.scalars(select(Letter.answers.column)),
            *await system.scalars(select(Received.answers.column)),
        ]
    assert len(blobs) == 2
    assert all(b"explained" not in blob for blob in blobs)


async def test_a_draft_is_kept_and_told_to_nobody(coach: Coach, who: Principal, other: Principal) -> None:
    (letter_id,) = await ask(coach, who, other)
    async with coach.session(other) as session:
        await feedback.keep_draft(session, letter_id, ["You were", None])
    async with coach.session(other) as session:
        assert (await session.mine(Letter, letter_id)).draft == ["You were", ""]
    assert await received(coach, who) == []
    assert await statuses(coach, who) == [Status.OPEN]


async def test_an_answer_can_be_changed_or_taken_back_until_it_is_read(
    coach: Coach, who: Principal, other: Principal
) -> None:
    (letter_id,) = await ask(coach, who, other)
    await send(coach, other, who, letter_id, "First words")
    await send(coach, other, who, letter_id, "Better words", permission="no")
    assert await received(coach, who) == [["Better words"]]
    async with between(coach, other, who) as (session, (theirs,)):
        await feedback.withdraw(session, theirs, letter_id)
    assert await received(coach, who) == []
    assert await statuses(coach, who) == [Status.OPEN]
    assert await coming(coach, who, FEEDBACK_ANSWER) == []
    async with coach.session(other) as session:
        assert (await session.mine(Letter, letter_id)).draft == ["Better words"]
    await send(coach, other, who, letter_id, "Last words")
    await read_all(coach, who, other)
    for step in (feedback.send, feedback.withdraw):
        more = (["Later"], "yes") if step is feedback.send else ()
        with pytest.raises(NotFound) as refused:
            async with between(coach, other, who) as (session, (theirs,)):
                await step(session, theirs, letter_id, *more)
        assert refused.value.words == "answer_was_read"
    assert await received(coach, who) == [["Last words"]]


@pytest.mark.parametrize(
    ("texts", "permission", "field"),
    [
        (["", "  "], "yes", "answer_0"),
        (["…"], "yes", "answer_0"),
        (["Good", "w" * 3001], "yes", "answer_1"),
        (["Good"], None, "permission"),
        (["Good"], "maybe", "permission"),
    ],
)
async def test_an_answer_that_cannot_be_sent_names_the_field(
    coach: Coach, who: Principal, other: Principal, texts: list[str], permission: str | None, field: str
) -> None:
    (letter_id,) = await ask(coach, who, other)
    with pytest.raises(Invalid) as refused:
        async with between(coach, other, who) as (session, (theirs,)):
            await feedback.send(session, theirs, letter_id, texts, permission)
    assert refused.value.field == field
    assert await received(coach, who) == []


async def test_declined_is_all_that_the_asker_sees_and_it_can_still_be_answered(
    coach: Coach, who: Principal, other: Principal
) -> None:
    (letter_id,) = await ask(coach, who, other)
    async with between(coach, other, who) as (session, (theirs,)):
        await feedback.decline(session, theirs, letter_id)
    assert await statuses(coach, who) == [Status.DECLINED]
    assert await coming(coach, who, FEEDBACK_SILENT) == await coming(coach, other, FEEDBACK_REQUEST) == []
    await send(coach, other, who, letter_id, "After all")
    assert await statuses(coach, who) == [Status.ANSWERED]
    with pytest.raises(NotFound) as refused:
        async with between(coach, other, who) as (session, (theirs,)):
            await feedback.decline(session, theirs, letter_id)
    assert refused.value.words == "answer_was_sent"


# --- Never


async def everything_about(coach: Coach, who: Principal) -> list[object]:
    """What the asker could see, or somebody who looks at all of the asker's rows, but for ids and moments."""
    async with coach.session(who) as session:
        asked = await session.scalars(select(Asked).order_by(Asked.created_at))
        waits = await session.execute(select(Nudge.kind, Nudge.local_on, Nudge.state).order_by(Nudge.kind))
        return [
            *((one.asked_on, one.remind_on, one.status) for one in asked),
            *map(tuple, waits),
            (await feedback.waiting(session)),
            *((one.asked.status, one.reminded_on) for one in (await feedback.sent(session, size=9))[0]),
        ]


async def test_never_ask_me_looks_to_the_asker_like_silence(
    coach: Coach, who: Principal, other: Principal, third: Principal, clock: StoppedClock
) -> None:
    async with coach.session(other) as session:
        await feedback.never(session)
    seen = []
    for days in (0, 8, 20):
        clock.move_to(NOW)
        views = []
        for giver in (other, third):
            # Two people with the same week; the asker's rows about each are taken alone.
            async with coach.session(giver) as session:
                session.member.zone = "Europe/Berlin"
            async with coach.session(who) as session:
                await session.execute(delete(Request))
                await session.execute(delete(Nudge))
            async with coach.session(giver) as session:
                await session.execute(delete(Letter))
            await ask(coach, who, giver)
            clock.move_by(timedelta(days=days))
            views.append(await everything_about(coach, who))
            clock.move_to(NOW)
        seen.append(views)
    assert all(silent == never for never, silent in seen)


async def test_never_holds_for_everybody_keeps_no_words_and_counts_all_the_same(
    coach: Coach, who: Principal, other: Principal, third: Principal
) -> None:
    async with coach.session(other) as session:
        await feedback.never(session)
    letters = [
        *await ask(coach, who, other),
        *await ask(coach, third, other),
        *await ask(coach, third, other),
    ]
    assert await coming(coach, other, FEEDBACK_REQUEST) == []
    async with coach.session(other) as session:
        kept = [await session.mine(Letter, one) for one in letters]
        assert {(one.status, one.topic, tuple(one.questions)) for one in kept} == {("unwanted", None, ())}
        assert (await feedback.letters(session, size=9))[1] == 0
    with pytest.raises(Invalid) as refused:
        await ask(coach, who, other)
    assert refused.value.facts == {"people": {"Name of U0DANIEL": "has_enough"}}


async def test_never_can_be_undone_and_the_request_answered(
    coach: Coach, who: Principal, other: Principal
) -> None:
    (letter_id,) = await ask(coach, who, other)
    async with coach.session(other) as session:
        await feedback.never(session, letter_id)
    assert await standing(coach, other, letter_id) == Standing.UNWANTED
    assert await statuses(coach, who) == [Status.OPEN]
    with pytest.raises(NotFound):
        await send(coach, other, who, letter_id, "Words")
    async with coach.session(other) as session:
        await feedback.again(session)
    await send(coach, other, who, letter_id, "Words")
    assert await received(coach, who) == [["Words"]]


# --- Closing, and what is left of the other side


async def test_a_closed_request_is_not_answered_any_more(
    coach: Coach, who: Principal, other: Principal
) -> None:
    (letter_id,) = await ask(coach, who, other)
    async with coach.session(other) as session:
        await feedback.keep_draft(session, letter_id, ["My words"])
    async with between(coach, who, other) as (session, (theirs,)):
        asked = (await feedback.sent(session, size=1))[0][0].asked
        await feedback.close(session, theirs, asked.id)
        with pytest.raises(NotFound):
            await feedback.close(session, theirs, asked.id)
    assert await coming(coach, other, FEEDBACK_REQUEST) == await coming(coach, who, FEEDBACK_SILENT) == []
    with pytest.raises(NotFound) as refused:
        await send(coach, other, who, letter_id, "Too late")
    assert refused.value.words == "request_is_closed"
    async with coach.session(other) as session:
        (kept,), _ = await feedback.letters(session, size=9)
        assert kept.draft == ["My words"], "the draft stays its writer's"


async def erase(coach: Coach, who: Principal) -> None:
    async with coach.database.system() as session:
        await session.execute(delete(Member).where(Member.user_id == who.user_id))


async def test_what_was_received_stays_when_its_giver_is_erased(
    coach: Coach, who: Principal, other: Principal
) -> None:
    letters = [*await ask(coach, who, other), *await ask(coach, who, other)]
    await send(coach, other, who, letters[0], "My words")
    await erase(coach, other)
    assert await received(coach, who) == [["My words"]]
    async with coach.session(who, beside=[other]) as session:
        assert session.beside(other) is None
        page, _ = await feedback.sent(session, size=9)
        (waiting,) = (one.asked for one in page if one.asked.status == Status.OPEN)
        assert (await feedback.close(session, None, waiting.id)).status == Status.CLOSED
        (one,), _ = await feedback.inbox(session, size=9)
        assert (await feedback.read(session, None, one.id)).read_at is not None


async def test_what_was_given_stays_the_givers_when_the_asker_is_erased(
    coach: Coach, who: Principal, other: Principal
) -> None:
    letters = [*await ask(coach, who, other), *await ask(coach, who, other)]
    await send(coach, other, who, letters[0], "My words")
    await erase(coach, who)
    async with coach.session(other, beside=[who]) as session:
        assert (await session.mine(Letter, letters[0])).answers == ["My words"]
        with pytest.raises(NotFound) as refused:
            await feedback.send(session, session.beside(who), letters[1], ["More"], "yes")
        assert refused.value.words == "request_is_closed"
        await feedback.withdraw(session, session.beside(who), letters[0])
        await feedback.decline(session, session.beside(who), letters[1])


async def test_what_the_asker_bins_the_giver_still_has(
    coach: Coach, who: Principal, other: Principal
) -> None:
    (letter_id,) = await ask(coach, who, other)
    await send(coach, other, who, letter_id, "My words")
    await read_all(coach, who, other)
    async with coach.session(who) as session:
        (one,), _ = await feedback.inbox(session, size=9)
        await feedback.bin_(session, one.id)
        assert (await feedback.inbox(session, size=9))[1] == 0
    async with coach.session(other) as session:
        letter = await session.mine(Letter, letter_id)
        assert (letter.answers, letter.status) == (["My words"], Standing.SENT)


async def test_the_other_sides_ids_open_nothing(
    coach: Coach, who: Principal, other: Principal, third: Principal
) -> None:
    (letter_id,) = await ask(coach, who, other)
    await send(coach, other, who, letter_id, "My words")
    async with coach.session(who) as session:
        ids = [str(await session.scalar(select(kind.id))) for kind in (Request, Asked, Received)]
    verbs = (feedback.kept_one, feedback.sent_one, feedback.still_open, feedback.bin_, feedback.restore)
    for stranger in (other, third):
        async with coach.session(stranger) as session:
            for verb in verbs:
                for row_id in ids:
                    with pytest.raises(NotFound):
                        await verb(session, row_id)
    for stranger in (who, third):
        async with between(coach, stranger, other) as (session, (theirs,)):
            with pytest.raises(NotFound):
                await feedback.letter(session, letter_id)
            with pytest.raises(NotFound):
                await feedback.send(session, theirs, letter_id, ["Forged"], "yes")
            with pytest.raises(NotFound):
                await feedback.withdraw(session, theirs, letter_id)


async def test_what_fails_on_the_way_across_leaves_both_sides_as_they_were(
    coach: Coach, who: Principal, other: Principal
) -> None:
    (letter_id,) = await ask(coach, who, other)
    with suppress(ZeroDivisionError):
        async with between(coach, other, who) as (session, (theirs,)):
            await feedback.send(session, theirs, letter_id, ["My words"], "yes")
            await theirs.flush()
            await session.flush()
            raise ZeroDivisionError
    assert await received(coach, who) == []
    assert await statuses(coach, who) == [Status.OPEN]
    assert await standing(coach, other, letter_id) == Standing.OPEN


async def test_an_answer_and_a_reading_at_once_agree(coach: Coach, who: Principal, other: Principal) -> None:
    """Either the change came first and is what was read, or it was refused."""
    (letter_id,) = await ask(coach, who, other)
    await send(coach, other, who, letter_id, "First")

    async def change() -> bool:
        try:
            await send(coach, other, who, letter_id, "Second")
        except NotFound:
            return False
        return True

    changed, _ = await asyncio.gather(change(), read_all(coach, who, other))
    assert await received(coach, who) == [["Second" if changed else "First"]]


# --- Wins


async def test_a_win_that_becomes_done_is_asked_about_once(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        begun = await wins.log(session, wins.entry("Move it", TODAY, status="in_progress"), Source.FORM)
        await wins.log(session, wins.entry("Moved it", TODAY), Source.FORM)
    assert await coming(coach, who, nudges.FRESH_FEEDBACK) == [], (
        "what is logged as done is asked about by nobody"
    )
    async with coach.session(who) as session:
        await wins.edit(session, begun.id, wins.entry("Move it", TODAY, status="done"))
    assert await coming(coach, who, nudges.FRESH_FEEDBACK) == [TODAY + timedelta(days=1)]
    async with coach.session(who) as session:
        await wins.edit(session, begun.id, wins.entry("Move it", TODAY, status="pending"))
    assert await coming(coach, who, nudges.FRESH_FEEDBACK) == []


async def test_new_answers_are_told_once_a_day(coach: Coach, who: Principal, other: Principal) -> None:
    first, second = [*await ask(coach, who, other), *await ask(coach, who, other)]
    await send(coach, other, who, first, "One")
    async with coach.session(who) as session:
        told = await nudges.planned(session, FEEDBACK_ANSWER)
        assert told is not None
        assert (told.local_on, told.planned_at) == (TODAY, session.now), "at once, in her hours"
        told.state, told.asked_at = "sent", session.now
    await send(coach, other, who, second, "Two")
    assert await coming(coach, who, FEEDBACK_ANSWER) == [TODAY + timedelta(days=1)]
