"""What was received: inbox, themes, one action and its check, praise, the bin, and proof with permission only."""

from datetime import date, timedelta

import pytest

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import Invalid, NotFound
from bot.domain import bins, feedback, wins
from bot.domain.feedback import Praise, Quote, entry
from bot.domain.nudges import ACTION_CHECK
from bot.domain.wins import Source
from bot.storage.identity import Principal
from tests.domain.test_feedback import ask, between, coming, read_all, send

TODAY = date(2026, 11, 18)


async def log_win(coach: Coach, who: Principal) -> str:
    async with coach.session(who) as session:
        return (await wins.log(session, wins.entry("Shipped it", TODAY), Source.FORM)).id


async def answered(
    coach: Coach, who: Principal, giver: Principal, permission: str, *, win_id: str | None = None
) -> str:
    """A letter about a win that was answered."""
    about = entry("The launch", ["What helped?"], win_id=win_id)
    (letter_id,) = await ask(coach, who, giver, about=about)
    await send(coach, giver, who, letter_id, f"Words, {permission}", permission=permission)
    return letter_id


async def quoted(coach: Coach, who: Principal, win_id: str) -> list[Quote]:
    async with coach.session(who) as session:
        return list((await feedback.quotes(session, [win_id])).get(win_id, []))


async def test_only_what_may_be_quoted_is_proof_and_without_a_name_where_that_was_the_condition(
    coach: Coach, who: Principal, other: Principal
) -> None:
    win_id = await log_win(coach, who)
    for permission in ("yes", "unnamed", "no"):
        await answered(coach, who, other, permission, win_id=win_id)
    assert await quoted(coach, who, win_id) == [], "what was not read yet proves nothing"
    await read_all(coach, who, other)
    assert set(await quoted(coach, who, win_id)) == {
        Quote("Words, yes", "Name of U0DANIEL"),
        Quote("Words, unnamed", None),
    }
    assert await quoted(coach, other, win_id) == [], "nor is it anybody else's"


async def test_what_was_taken_back_or_out_is_no_proof(coach: Coach, who: Principal, other: Principal) -> None:
    win_id = await log_win(coach, who)
    letter_id = await answered(coach, who, other, "yes", win_id=win_id)
    async with between(coach, other, who) as (session, (theirs,)):
        await feedback.withdraw(session, theirs, letter_id)
    assert await quoted(coach, who, win_id) == []
    await send(coach, other, who, letter_id, "Again")
    await read_all(coach, who, other)
    async with coach.session(who) as session:
        (one,), _ = await feedback.inbox(session, size=9)
        await feedback.bin_(session, one.id)
    assert await quoted(coach, who, win_id) == []
    async with coach.session(who) as session:
        assert await bins.restore(session, "feedback", one.id) == "Again"
    assert await quoted(coach, who, win_id) == [Quote("Again", "Name of U0DANIEL")]


async def test_praise_proves_something_only_after_somebody_allowed_it(coach: Coach, who: Principal) -> None:
    win_id = await log_win(coach, who)
    async with coach.session(who) as session:
        praised = await feedback.log_praise(session, Praise("Great talk", "Priya", TODAY))
        await feedback.link(session, praised.id, win_id)
    assert await quoted(coach, who, win_id) == []
    async with coach.session(who) as session:
        await feedback.change_praise(session, praised.id, Praise("Great talk", "Priya", TODAY), "yes", win_id)
    assert await quoted(coach, who, win_id) == [Quote("Great talk", "Priya")]
    with pytest.raises(Invalid):
        async with coach.session(who) as session:
            await feedback.change_praise(session, praised.id, Praise("x", None, TODAY), "sure", None)


async def test_an_answer_is_not_edited_as_praise(coach: Coach, who: Principal, other: Principal) -> None:
    await answered(coach, who, other, "no")
    async with coach.session(who) as session:
        (one,), _ = await feedback.inbox(session, size=9)
        with pytest.raises(NotFound):
            await feedback.change_praise(session, one.id, Praise("I said so", None, TODAY), "yes", None)


async def test_the_unread_come_first(
    coach: Coach, who: Principal, other: Principal, clock: StoppedClock
) -> None:
    await answered(coach, who, other, "no")
    clock.move_by(timedelta(days=1))
    async with coach.session(who) as session:
        await feedback.log_praise(session, Praise("Great talk", None, TODAY + timedelta(days=1)))
        some, total = await feedback.inbox(session, size=1)
        assert (some[0].answers, total) == (["Words, no"], 2)
        assert (await feedback.waiting(session)).unread == 1
    await read_all(coach, who, other)
    async with coach.session(who) as session:
        some, _ = await feedback.inbox(session, size=1)
        assert some[0].answers == ["Great talk"]
        assert (await feedback.waiting(session)).unread == 0


async def test_themes_are_kept_as_the_person_calls_them(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        praised = await feedback.log_praise(session, Praise("Great talk", None, TODAY))
        assert (await feedback.tag(session, praised.id, ["Focus"])).themes == ["Focus"]


async def test_an_action_is_checked_30_days_after_its_day(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        praised = await feedback.log_praise(session, Praise("Talk slower", None, TODAY))
        await feedback.act(session, praised.id, "Pause after each slide", date(2026, 12, 1))
    assert await coming(coach, who, ACTION_CHECK) == [date(2026, 12, 31)]
    async with coach.session(who) as session:
        await feedback.act(session, praised.id, "Pause after each slide", None)
    assert await coming(coach, who, ACTION_CHECK) == [TODAY + timedelta(days=30)]
    async with coach.session(who) as session:
        await feedback.bin_(session, praised.id)
    assert await coming(coach, who, ACTION_CHECK) == []
    async with coach.session(who) as session:
        await feedback.restore(session, praised.id)
    assert await coming(coach, who, ACTION_CHECK) == [TODAY + timedelta(days=30)]
    async with coach.session(who) as session:
        kept = await feedback.check(session, praised.id, "partly", " Some ")
        assert (kept.outcome, kept.changed) == ("partly", "Some")
    assert await coming(coach, who, ACTION_CHECK) == []


async def test_an_action_without_words_is_none(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        praised = await feedback.log_praise(session, Praise("Talk slower", None, TODAY))
        await feedback.act(session, praised.id, "Pause", None)
        await feedback.act(session, praised.id, "  ", TODAY)
        assert (praised.action, praised.act_on) == (None, None)
    assert await coming(coach, who, ACTION_CHECK) == []


@pytest.mark.parametrize(
    ("outcome", "changed", "field"), [("maybe", "", "outcome"), ("yes", "w" * 3001, "changed")]
)
async def test_a_check_that_cannot_be_kept_names_the_field(
    coach: Coach, who: Principal, outcome: str, changed: str, field: str
) -> None:
    async with coach.session(who) as session:
        praised = await feedback.log_praise(session, Praise("Talk slower", None, TODAY))
        with pytest.raises(Invalid) as refused:
            await feedback.check(session, praised.id, outcome, changed)
        with pytest.raises(Invalid):
            await feedback.act(session, praised.id, "w" * 3001, None)
    assert refused.value.field == field
