"""Setbacks rest for a working day, are brought up once, and are counted nowhere."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotAllowed, NotFound
from bot.domain import home, members, nudges, reviews, setbacks
from bot.domain.nudges import SETBACK, Nudge, State
from bot.domain.setbacks import Setback
from bot.storage.identity import Principal

WEDNESDAY = date(2026, 11, 18)
THURSDAY, MONDAY = date(2026, 11, 19), date(2026, 11, 23)
FRIDAY_NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)


async def noted(coach: Coach, who: Principal, happened: str = "Not this round") -> str:
    async with coach.session(who) as session:
        return (await setbacks.note(session, "Asked for the role", happened)).id


async def waiting(coach: Coach, who: Principal) -> list[date]:
    async with coach.session(who) as session:
        rows = await session.scalars(
            select(Nudge).where(Nudge.kind == SETBACK.name, Nudge.state == State.WAITING)
        )
        return [row.local_on for row in rows]


async def test_it_keeps_what_was_tried_and_what_happened(coach: Coach, who: Principal) -> None:
    setback_id = await noted(coach, who)
    async with coach.session(who) as session:
        kept = await setbacks.kept_one(session, setback_id)
        assert (kept.tried, kept.happened, kept.learned) == ("Asked for the role", "Not this round", None)
        assert kept.look_on == THURSDAY


@pytest.mark.parametrize(
    ("tried", "happened", "field", "words"),
    [
        ("", "  ", "happened", "setback_without_words"),
        (None, None, "happened", "setback_without_words"),
        ("x" * 3001, "no", "tried", "too_long"),
        ("asked", "x" * 3001, "happened", "too_long"),
    ],
)
async def test_what_cannot_be_kept_is_explained_beside_its_field(
    coach: Coach, who: Principal, tried: str | None, happened: str | None, field: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        async with coach.session(who) as session:
            await setbacks.note(session, tried, happened)
    assert (refused.value.field, refused.value.words) == (field, words)


async def test_it_rests_for_one_of_the_persons_working_days(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    clock.move_to(FRIDAY_NOON)
    await noted(coach, who)
    assert await waiting(coach, who) == [MONDAY]


async def test_nobody_is_reminded_while_away(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await members.be_away(session, THURSDAY, date(2026, 12, 2))
    setback_id = await noted(coach, who)
    assert await waiting(coach, who) == [date(2026, 12, 2)]
    async with coach.session(who) as session:
        assert (await setbacks.kept_one(session, setback_id)).look_on == date(2026, 12, 2)


async def test_the_debrief_waits_for_the_rest(coach: Coach, who: Principal, clock: StoppedClock) -> None:
    setback_id = await noted(coach, who)
    with pytest.raises(NotAllowed):
        async with coach.session(who) as session:
            await setbacks.edit(session, setback_id, learned="Ask in September")
    async with coach.session(who) as session:
        await setbacks.edit(session, setback_id, happened="Not this round, the budget is closed")
    clock.move_by(timedelta(days=1))
    async with coach.session(who) as session:
        await setbacks.edit(session, setback_id, learned="Ask in September", in_control=" ")
    async with coach.session(who) as session:
        told = setbacks.told(await setbacks.kept_one(session, setback_id))
        assert told == {
            "tried": "Asked for the role",
            "happened": "Not this round, the budget is closed",
            "in_control": None,
            "learned": "Ask in September",
            "next_attempt": None,
        }


async def test_what_was_left_for_tomorrow_takes_the_words_later(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        left = (await setbacks.leave(session, "ask-1")).id
        assert (await setbacks.leave(session, "ask-1")).id == left
        assert (await setbacks.leave(session, "ask-2")).id != left
    async with coach.session(who) as session:
        assert (await setbacks.note(session, None, "No", "ask-1")).id == left
        assert (await setbacks.note(session, None, "No again", "ask-1")).id != left


async def test_letting_go_and_the_bin_take_the_question_back(coach: Coach, who: Principal) -> None:
    setback_id = await noted(coach, who)
    for away, back in ((setbacks.let_go, setbacks.take_up), (setbacks.bin_, setbacks.restore)):
        async with coach.session(who) as session:
            await away(session, setback_id)
        assert await waiting(coach, who) == []
        async with coach.session(who) as session:
            await back(session, setback_id)
        assert await waiting(coach, who) == [THURSDAY]


async def test_looking_at_it_after_the_rest_answers_the_question(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    setback_id = await noted(coach, who)
    async with coach.session(who) as session:
        await setbacks.look_at(session, await setbacks.kept_one(session, setback_id))
    assert await waiting(coach, who) == [THURSDAY]
    clock.move_by(timedelta(days=1))
    async with coach.session(who) as session:
        await setbacks.look_at(session, await setbacks.kept_one(session, setback_id))
    assert await waiting(coach, who) == []
    async with coach.session(who) as session:
        await setbacks.take_up(session, setback_id)
    assert await waiting(coach, who) == []


async def test_a_page_says_whether_there_are_older_ones_and_never_how_many(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        for number in range(5):
            await setbacks.note(session, None, f"No {number}")
        some, more = await setbacks.page(session, size=2)
        assert ([one.happened for one in some], more) == (["No 4", "No 3"], True)
        some, more = await setbacks.page(session, size=2, offset=4)
        assert ([one.happened for one in some], more) == (["No 0"], False)


async def test_they_are_counted_nowhere(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        before = home_facts(await home.gather(session, 0)), await reviews.in_a_row(session)
    for number in range(3):
        await noted(coach, who, f"No {number}")
    async with coach.session(who) as session:
        assert (home_facts(await home.gather(session, 0)), await reviews.in_a_row(session)) == before
        assert SETBACK.name in {row.kind for row in (await home.ahead(session, 0)).coming}


def home_facts(today: home.Today) -> tuple[object, ...]:
    ahead = [(row.kind, row.about) for row in today.ahead.coming]
    return today.this_week, today.total, today.goals.total, today.in_a_row, ahead, list(today.ahead.open)


async def test_one_that_may_be_lost_is_not_on_home_either(coach: Coach, who: Principal) -> None:
    setback_id = await noted(coach, who)
    async with coach.session(who) as session:
        nudge = await nudges.planned(session, SETBACK, setback_id)
        assert nudge
        nudge.state, nudge.asked_at = State.UNKNOWN.value, session.now
    async with coach.session(who) as session:
        assert [row.kind for row in (await home.ahead(session, 0)).open] == [SETBACK.name]
        assert (await home.gather(session, 0)).ahead.open == []


async def test_anothers_setback_is_not_found(coach: Coach, who: Principal, other: Principal) -> None:
    setback_id = await noted(coach, who)
    for deed in (setbacks.kept_one, setbacks.let_go, setbacks.take_up, setbacks.bin_, setbacks.restore):
        with pytest.raises(NotFound):
            async with coach.session(other) as session:
                await deed(session, setback_id)
    with pytest.raises(NotFound):
        async with coach.session(other) as session:
            await setbacks.edit(session, setback_id, happened="Mine now")
    async with coach.session(other) as session:
        assert await setbacks.page(session, size=9) == ([], False)


async def test_everything_typed_is_sealed(coach: Coach, who: Principal) -> None:
    await noted(coach, who, "zebra quartz")
    async with coach.database.system() as system:
        (row,) = (await system.execute(select(Setback.__table__))).all()
    assert b"zebra" not in b"".join(value for value in row if isinstance(value, bytes))
    assert "zebra" not in str(row)
