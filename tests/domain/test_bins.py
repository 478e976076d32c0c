"""The bin holds what was taken out of every feature, gives it back for 30 days, and then lets it go."""

from datetime import date, timedelta

import pytest

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import NotFound
from bot.domain import asks, bins, feedback, goals, negotiations, setbacks, wins
from bot.domain.pitches import Pitch
from bot.domain.wins import Source, entry
from bot.storage.base import Binned
from bot.storage.handled import Handled
from bot.storage.identity import Principal

TODAY = date(2026, 11, 18)


def test_whatever_can_be_taken_out_can_be_found_in_the_bin() -> None:
    assert {kind.record for kind in bins.KINDS.values()} == set(Binned.__subclasses__())


async def fill(coach: Coach, who: Principal) -> dict[str, str]:
    """One thing of each kind, taken out; their ids by kind."""
    async with coach.session(who) as session:
        pitch = Pitch(member_id=session.member.id, kind="manager", period="month")
        session.add(pitch)
        pitch.ask, pitch.future, pitch.win_ids = "A raise", {}, []
        await session.flush()
        rows = {
            "win": await wins.log(session, entry("Shipped it", TODAY), Source.COMMAND),
            "goal": await goals.begin(session, goals.read("Lead the migration", TODAY)),
            "ask": await asks.begin(session, asks.read("A budget", TODAY)),
            "pitch": pitch,
            "negotiation": await negotiations.begin(session, "The talk in May"),
            "setback": await setbacks.note(session, "The promotion", None),
            "feedback": await feedback.log_praise(session, feedback.praise("Well led", TODAY)),
        }
        for kind, row in rows.items():
            await bins.KINDS[kind].put_in(session, row.id)
        return {kind: row.id for kind, row in rows.items()}


async def lying(coach: Coach, who: Principal) -> dict[str, str | None]:
    async with coach.session(who) as session:
        some, total = await bins.page(session, size=10)
        assert total == len(some)
        return {one.kind: one.said for one in some}


async def test_each_kind_can_be_put_back(coach: Coach, who: Principal) -> None:
    ids = await fill(coach, who)
    assert await lying(coach, who) == {
        "win": "Shipped it",
        "goal": "Lead the migration",
        "ask": "A budget",
        "pitch": "A raise",
        "negotiation": "The talk in May",
        "setback": "The promotion",
        "feedback": "Well led",
    }
    for kind, row_id in ids.items():
        async with coach.session(who) as session:
            await bins.restore(session, kind, row_id)
    assert await lying(coach, who) == {}


async def test_what_lies_in_the_bin_is_not_among_what_is_kept(coach: Coach, who: Principal) -> None:
    for kind, row_id in (await fill(coach, who)).items():
        async with coach.session(who) as session:
            with pytest.raises(NotFound) as refused:
                await bins.KINDS[kind].kept_one(session, row_id)
            assert refused.value.words == f"no_{bins.KINDS[kind].record.__name__.lower()}"
            await bins.KINDS[kind].restore(session, row_id)
            assert (await bins.KINDS[kind].kept_one(session, row_id)).id == row_id


async def test_putting_it_in_again_does_not_keep_it_longer(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    ids = await fill(coach, who)
    clock.move_by(timedelta(days=20))
    for kind, row_id in ids.items():
        async with coach.session(who) as session:
            await bins.KINDS[kind].put_in(session, row_id)
    clock.move_by(timedelta(days=11))
    assert await lying(coach, who) == {}


async def test_nobody_sees_or_empties_anothers_bin(coach: Coach, who: Principal, other: Principal) -> None:
    ids = await fill(coach, who)
    assert await lying(coach, other) == {}
    for kind in (*ids, "member"):
        with pytest.raises(NotFound):
            async with coach.session(other) as session:
                await bins.restore(session, kind, ids["win"])


async def test_after_thirty_days_it_is_gone_and_not_a_day_before(
    coach: Coach, who: Principal, clock: StoppedClock
) -> None:
    ids = await fill(coach, who)
    async with coach.session(who) as session:
        await session.once("something done long ago")
        await wins.log(session, entry("Kept", TODAY), Source.COMMAND)
    clock.move_by(timedelta(days=30))
    assert await emptied(coach) == 0
    assert len(await lying(coach, who)) == 0
    clock.move_by(timedelta(seconds=1))
    assert await emptied(coach) == len(ids)
    assert await emptied(coach) == 0
    async with coach.session(who) as session:
        some, _ = await wins.page(session, size=10)
        assert [win.title for win in some] == ["Kept"]
        assert await session.get(Handled, "something done long ago") is not None
    clock.move_by(timedelta(days=40))
    assert await emptied(coach) == 1


async def emptied(coach: Coach) -> int:
    async with coach.database.system() as session:
        return await bins.empty(session)


async def test_the_bin_has_pages(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        for number in range(5):
            win = await wins.log(session, entry(f"Win {number}", TODAY), Source.COMMAND)
            await wins.bin_(session, win.id)
    async with coach.session(who) as session:
        some, total = await bins.page(session, size=2, offset=4)
        assert (len(some), total) == (1, 5)
