"""Sendings: a draft that was sent opens or renews an ask, tells the goal's list, and all of it can be taken back."""

from datetime import date

import pytest

from bot.coach import Coach
from bot.core.errors import Invalid, NotFound
from bot.core.prose import Prose
from bot.domain import asks, goals, members, pitches, sendings
from bot.domain.asks import Ask, Status
from bot.domain.goals import Goal
from bot.domain.pitches import Aim, Facts, Pitch, Proof
from bot.domain.sendings import Sending
from bot.storage.identity import Principal
from bot.storage.session import MemberSession

TODAY = date(2026, 11, 18)
TEN_WORKING_DAYS_ON = date(2026, 12, 2)
REQUEST = "I want to become a staff engineer"
SEARCH = Proof("win-search", "Shipped the new search", TODAY, metric="From 2.1 s to 0.3 s")


async def begun(session: MemberSession, kind: str = "promotion", goal: Goal | None = None) -> Pitch:
    given = pitches.brief(kind, "2026", {"ask": REQUEST, "heard": "You listen"})
    aim = Aim(goal.id, goal.statement) if goal else None
    return await pitches.begin(session, Prose(), given, Facts(TODAY, [SEARCH], aim))


async def sent(session: MemberSession, pitch: Pitch, **given: str) -> Sending:
    return await sendings.record(session, pitch, **{"to": "Priya", "request": REQUEST, **given})  # type: ignore[arg-type]


async def test_a_sent_draft_opens_an_ask_that_is_followed_up_after_ten_working_days(
    coach: Coach, who: Principal
) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        ask = (await sent(session, pitch)).ask
        assert ask is not None
        assert (ask.request, ask.to, ask.status, ask.pitch_id) == (REQUEST, "Priya", Status.ASKED, pitch.id)
        assert (ask.asked_on, ask.follow_up_on) == (TODAY, TEN_WORKING_DAYS_ON)
        assert (pitch.sent_to, pitch.sent_on, pitch.ask_id) == ("Priya", TODAY, ask.id)


async def test_days_away_are_no_days_to_answer(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        await members.be_away(session, date(2026, 11, 23), date(2026, 11, 30))
        assert await sendings.usual_follow_up(session) == date(2026, 12, 9)


async def test_another_day_can_be_chosen(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        on = date(2026, 11, 27)
        made = await sendings.record(
            session, await begun(session), to="Priya", request=REQUEST, follow_up_on=on
        )
        assert made.ask is not None
        assert made.ask.follow_up_on == on


async def test_an_ask_that_is_there_already_is_renewed(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        ask = await asks.begin(session, asks.entry("The staff role", "Priya"))
        made = await sent(session, await begun(session), ask_id=ask.id)
        assert made.ask is ask
        assert (ask.request, ask.status) == ("The staff role", Status.ASKED)


async def test_thanks_ask_for_nothing_and_open_no_ask(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        made = await sendings.record(session, await begun(session, "thanks"), to="Ana")
        assert made.ask is None
        assert made.pitch.sent_to == "Ana"
        assert (await asks.overview(session, 9)).total == 0


async def test_whoever_reads_it_knows_the_goal_since(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        goal = await goals.begin(session, goals.entry("Become staff", knows=["Ben"]))
        made = await sent(session, await begun(session, goal=goal))
        assert made.goal is goal
        assert goal.knows == ["Ben", "Priya"]
        assert made.ask is not None
        assert made.ask.goal_id == goal.id


async def test_undo_takes_back_just_what_it_did(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        goal = await goals.begin(session, goals.entry("Become staff", knows=["Ben"]))
        pitch = await begun(session, goal=goal)
        ask = (await sent(session, pitch)).ask
        await sendings.take_back(session, pitch)
        assert goal.knows == ["Ben"]
        assert ask is not None
        assert ask.deleted_at is not None
        assert (pitch.sent_to, pitch.sent_on, pitch.ask_id) == (None, None, None)


async def test_undo_leaves_a_name_that_stood_there_before(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        goal = await goals.begin(session, goals.entry("Become staff", knows=["priya"]))
        pitch = await begun(session, goal=goal)
        await sent(session, pitch)
        assert goal.knows == ["priya"]
        await sendings.take_back(session, pitch)
        assert goal.knows == ["priya"]


async def test_undo_lets_an_older_ask_stand_as_it_did(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        ask = await asks.begin(session, asks.entry("The staff role", "Priya"))
        pitch = await begun(session)
        await sent(session, pitch, ask_id=ask.id)
        await sendings.take_back(session, pitch)
        assert (ask.status, ask.deleted_at, ask.pitch_id) == (Status.PLANNED, None, None)


async def test_an_ask_that_went_on_is_not_taken_back(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        await sent(session, pitch)
        await asks.promised(session, pitch.ask_id, TODAY, "In spring")
        with pytest.raises(NotFound, match="ask_changed_since"):
            await sendings.take_back(session, pitch)


async def test_a_deleted_ask_or_goal_stands_in_no_way(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        goal = await goals.begin(session, goals.entry("Become staff"))
        pitch = await begun(session, goal=goal)
        await sent(session, pitch)
        await asks.bin_(session, pitch.ask_id)
        await goals.bin_(session, goal.id)
        assert await sendings.of(session, pitch) == Sending(pitch, None, None)
        await sendings.take_back(session, pitch)
        assert pitch.sent_on is None


async def test_a_draft_is_sent_once(coach: Coach, who: Principal) -> None:
    async with coach.session(who) as session:
        pitch = await begun(session)
        await sent(session, pitch)
        with pytest.raises(NotFound, match="pitch_is_sent"):
            await sent(session, pitch)


@pytest.mark.parametrize(
    ("to", "request_", "field"),
    [(" ", REQUEST, "to"), ("🎉", REQUEST, "to"), ("x" * 201, REQUEST, "to"), ("Priya", "", "request")],
)
async def test_what_cannot_be_marked_is_said_beside_its_field(
    coach: Coach, who: Principal, to: str, request_: str, field: str
) -> None:
    async with coach.session(who) as session:
        with pytest.raises(Invalid) as refused:
            await sendings.record(session, await begun(session), to=to, request=request_)
    assert refused.value.field == field


async def test_somebody_elses_ask_is_not_found(coach: Coach, who: Principal, other: Principal) -> None:
    async with coach.session(other) as session:
        foreign = (await asks.begin(session, asks.entry("A desk", "Sam"))).id
    async with coach.session(who) as session:
        pitch = await begun(session)
        with pytest.raises(NotFound, match="no_ask"):
            await sent(session, pitch, ask_id=foreign)
    async with coach.session(other) as session:
        assert (await session.mine(Ask, foreign)).status == Status.PLANNED
