"""What an operator sees of nudges and does about them, on both databases: list, explain, drain, stop, doctor."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from bot import doctor
from bot.coach import Coach
from bot.core import logs
from bot.core.clock import StoppedClock
from bot.core.metrics import Metrics
from bot.domain import members, nudges, reviews, workspaces
from bot.domain.members import Profile
from bot.domain.nudges import Claim, Nudge, Unsent, operations
from bot.domain.workspaces import Installation
from bot.operations import Desk, span
from bot.running import _on_time
from bot.scheduler import Worker
from bot.storage import canary
from bot.storage.identity import Member, Principal, Workspace
from tests.conftest import TEAM

pytestmark = pytest.mark.thorough

OTHER = "T0HARBOR"
DUE = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MAYA, DANIEL, IRIS = Principal(TEAM, "U0MAYA"), Principal(TEAM, "U0DANIEL"), Principal(OTHER, "U0IRIS")
WEEK, MINUTE = timedelta(days=7), timedelta(minutes=1)


@dataclass
class Post:
    """Delivers at once, or as slowly and badly as it was told to."""

    to: list[str] = field(default_factory=list)
    fault: Exception | None = None
    seconds: float = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.open.set()

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        self.asked.set()
        await self.open.wait()
        await asyncio.sleep(self.seconds)
        if self.fault:
            raise self.fault
        self.to.append(claim.who.user_id)
        return f"D{claim.who.user_id}", f"1795.{len(self.to):06}"

    async def find(self, claim: Claim) -> tuple[str, str] | None:
        return None


@dataclass
class Operator:
    """Somebody at the command line, and what they read."""

    coach: Coach
    said: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return Desk(self.coach, self.said.append, self.warned.append, look_seconds=0.05)

    async def reads(self, **asked: Any) -> str:
        self.said.clear()
        asked = {"teams": (), "states": (), "late": False, "limit": 50, "as_json": False, **asked}
        assert await self.desk.show(**asked) == 0, self.warned
        return "\n".join(self.said)

    async def hears_about(self, who: Principal) -> str:
        self.said.clear()
        assert await self.desk.explain(await newest(self.coach, who)) == 0
        return "\n".join(self.said)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
async def operator(
    database_url: str, clock: StoppedClock, make_coach: Callable[..., Coach]
) -> AsyncIterator[Operator]:
    """Two workspaces on both databases: Maya and Daniel in one, Iris in the other; check-ins on Friday at 15:00."""
    coach = make_coach(database_url, clock)
    await canary.settle(coach.database, coach.vault)
    for who in (MAYA, DANIEL, IRIS):
        async with coach.database.system() as session:
            await workspaces.connect(session, coach.vault, Installation(who.team_id, "xoxb-test"))
            await members.admit(session, coach.vault, who, Profile(zone="Europe/Berlin"))
        async with coach.session(who) as session:
            await reviews.settle_in(session)
            # A check-in alone is what comes.
            session.member.cadences = dict.fromkeys((nudges.LOG_WIN.name, nudges.FEEDBACK.name), "never")
            await session.execute(delete(Nudge).where(Nudge.kind != nudges.CHECK_IN.name))
    yield Operator(coach)
    await coach.database.close()


async def newest(coach: Coach, who: Principal) -> str:
    async with coach.session(who, present=False) as session:
        found = await session.scalar(select(Nudge.id).order_by(Nudge.planned_at).limit(1))
        assert found
        return found


async def states(coach: Coach, who: Principal) -> list[str]:
    async with coach.session(who, present=False) as session:
        return list(await session.scalars(select(Nudge.state).order_by(Nudge.planned_at)))


async def change_member(coach: Coach, who: Principal, **values: object) -> None:
    async with coach.database.system() as session:
        await session.execute(update(Member).where(Member.user_id == who.user_id).values(values))


async def change_workspace(coach: Coach, team_id: str, **values: object) -> None:
    async with coach.database.system() as session:
        await session.execute(update(Workspace).where(Workspace.team_id == team_id).values(values))


async def change_nudges(coach: Coach, **values: object) -> None:
    async with coach.database.system() as session:
        await session.execute(update(Nudge).values(values))


# --- The list


async def test_the_list_tells_what_waits_and_names_nobody(operator: Operator, clock: StoppedClock) -> None:
    clock.move_to(DUE + 5 * MINUTE)
    said = await operator.reads()
    lines = said.splitlines()
    assert lines[0].split("  ")[0] == "id"
    assert [
        name in lines[0] for name in ("team", "kind", "state", "planned (UTC)", "due (UTC)", "last error")
    ]
    assert len([line for line in lines if "check_in" in line and "2026-11-20 14:00:00" in line]) == 3
    assert said.count(TEAM) == 2
    assert lines[-1].startswith("3 due (the oldest for 5 minutes), 0 in hand. Drained: none. Held: none.")
    hashed = logs.hashed(operator.coach.vault.hash_key(), MAYA.user_id)
    assert hashed in said
    assert not [who for who in (MAYA, DANIEL, IRIS) if who.user_id in said]


async def test_the_list_is_narrowed_by_team_state_lateness_and_number(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    assert "No such nudges." in await operator.reads(late=True)
    assert (await operator.reads(teams=[OTHER])).count("check_in") == 1
    assert (await operator.reads(teams=[OTHER, TEAM])).count("check_in") == 3
    shown = await operator.reads(limit=2)
    assert shown.count("check_in") == 2
    assert "These are the first 2; --limit shows more." in shown
    await Worker(operator.coach, post).tick()
    assert (await operator.reads(states=["sent"])).count("check_in") == 3
    clock.move_to(DUE + WEEK + 3 * MINUTE)
    assert (await operator.reads(late=True)).count("check_in") == 3


async def test_the_list_as_json_is_for_programs(operator: Operator, clock: StoppedClock) -> None:
    clock.move_to(DUE)
    await operator.desk.drain(OTHER, seconds=5)
    await Worker(operator.coach, Post()).tick()
    told = json.loads(await operator.reads(teams=[OTHER], as_json=True))
    (one,) = told["nudges"]
    assert (one["kind"], one["state"], one["due"]) == ("check_in", "waiting", None)
    assert one["planned"] == "2026-11-20T14:00:00+00:00"
    assert set(one) == {
        *("id", "team", "member", "kind", "state"),
        *("planned", "due", "attempts", "error"),
    }
    assert (told["summary"]["drained"], told["summary"]["due"]) == ([OTHER], 0)


async def test_a_team_and_a_state_that_nobody_knows_are_refused_with_what_is_known(
    operator: Operator,
) -> None:
    asked: dict[str, Any] = {"late": False, "limit": 9, "as_json": False}
    assert await operator.desk.show(teams=["T0NOBODY"], states=(), **asked) == 1
    assert await operator.desk.drain("T0NOBODY", seconds=1) == 1
    assert await operator.desk.resume("T0NOBODY") == 1
    assert operator.warned == [f"No workspace T0NOBODY is known. Known are {OTHER} and {TEAM}."] * 3
    assert await operator.desk.show(teams=(), states=["asleep"], **asked) == 1
    assert operator.warned[-1].startswith("asleep is no state of a nudge: use waiting, claimed, sent")


# --- One nudge


async def test_the_life_of_a_nudge_is_told_from_its_plan_to_its_answer(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    coach = operator.coach
    said = await operator.hears_about(MAYA)
    assert "is a check_in for member" in said
    assert (
        "It is planned for Friday 20 November 2026 15:00 in Europe/Berlin (2026-11-20 14:00:00 UTC)." in said
    )
    assert "It waits for that moment." in said
    assert MAYA.user_id not in said
    clock.move_to(DUE + MINUTE)
    assert "It is due: a worker that runs takes it within seconds." in await operator.hears_about(MAYA)
    await Worker(coach, post).tick()
    said = await operator.hears_about(MAYA)
    assert "It went out 2026-11-20 14:01:00 UTC, 1 minute after its time, at try 1." in said
    assert "The member has not answered." in said
    assert "The next one of its kind is planned for 2026-11-27 14:00:00 UTC." in said
    nudge_id = await newest(coach, MAYA)
    for state, words in (("done", "The member answered it."), ("skipped", "The member skipped it.")):
        await change_nudges(coach, state=nudges.State.SENT.value)
        async with coach.session(MAYA) as session:
            await nudges.settle(session, nudge_id, nudges.State(state))
        assert words in await operator.hears_about(MAYA)


async def test_what_moved_a_nudge_is_told_with_the_moment_it_waits_for(
    operator: Operator, clock: StoppedClock
) -> None:
    coach = operator.coach
    later = DUE + timedelta(hours=3)
    at = "It waits until 2026-11-20 17:00:00 UTC"
    await change_nudges(coach, due_at=later, paced=True)
    await change_workspace(coach, TEAM, per_second=1.0, slowed_at=clock.now())
    said = await operator.hears_about(MAYA)
    assert f"{at}: that is its slot in the pace of its workspace, 1 a second now." in said
    assert "gets 1 messages a second now, because Slack said that it was too many." in said
    await change_workspace(coach, TEAM, held_until=clock.now() + timedelta(hours=1))
    said = await operator.hears_about(MAYA)
    assert f"{at}: its workspace is held." in said
    assert f"Workspace {TEAM} is held until 2026-11-18 10:00:00 UTC" in said
    await change_workspace(coach, TEAM, held_until=None, per_second=None)
    await change_nudges(coach, paced=False, error="ratelimited")
    said = await operator.hears_about(MAYA)
    assert f"{at} and is tried again then. The last try ended with ratelimited." in said
    await change_nudges(coach, error="held")
    assert "The last try ended before Slack was asked" in await operator.hears_about(MAYA)
    await change_nudges(coach, error=None)
    assert f"{at}: before that the member gets enough else (one message a day, 2 in seven" in (
        await operator.hears_about(MAYA)
    )
    await change_member(coach, MAYA, offset_seconds=3 * 3600)
    assert f"{at}: a crowd that is due at the same minute is spread" in await operator.hears_about(MAYA)
    await change_member(coach, MAYA, offset_seconds=0, hours_start=time(18))
    assert f"{at}: its time lies outside the member's hours (18:00 to 21:00) or days." in (
        await operator.hears_about(MAYA)
    )
    await change_member(coach, MAYA, paused_until=date(2026, 11, 23))
    assert f"{at}: the member pauses until Monday 23 November 2026." in await operator.hears_about(MAYA)


async def test_why_nothing_comes_is_told_with_what_ends_it(operator: Operator, clock: StoppedClock) -> None:
    coach = operator.coach
    clock.move_to(DUE)
    await operator.desk.stop(seconds=5)
    said = await operator.hears_about(MAYA)
    assert "It is due, and waits because everything is stopped." in said
    assert "Everything is stopped since 2026-11-20 14:00:00 UTC: `sayso nudges start`" in said
    await operator.desk.start()
    await operator.desk.drain(TEAM, seconds=5)
    await Worker(coach, Post()).tick()
    said = await operator.hears_about(MAYA)
    assert "Nothing comes: it waits until its workspace is resumed." in said
    assert f"Workspace {TEAM} is drained since 2026-11-20 14:00:00 UTC: `sayso nudges resume {TEAM}`" in said
    async with coach.database.system() as session:
        await workspaces.disconnect(session, TEAM)
    said = await operator.hears_about(MAYA)
    assert "Nothing comes: it waits until Sayso is installed in its workspace again." in said
    assert f"Workspace {TEAM} uninstalled Sayso 2026-11-20 14:00:00 UTC." in said


async def test_a_member_who_cannot_be_written_to_is_told_with_slacks_reason(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    post.fault = Unsent("user_disabled", whom="member")
    await Worker(operator.coach, post).tick()
    said = await operator.hears_about(MAYA)
    assert "Nothing comes: Slack says that the member cannot be written to (user_disabled)." in said


async def test_a_kind_that_a_member_has_given_up_is_told(operator: Operator) -> None:
    async with operator.coach.session(MAYA) as session:
        await nudges.choose_cadence(session, nudges.CHECK_IN, "never")
    said = await operator.hears_about(MAYA)
    assert "Nothing comes: the member wants none of this kind." in said
    await change_nudges(operator.coach, state="missed", error="late")
    assert "It did not go out: the member wants none of this kind." in await operator.hears_about(MAYA)


async def test_what_came_too_late_or_may_have_gone_out_is_told(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    await change_nudges(operator.coach, state="unknown", error="uncertain")
    said = await operator.hears_about(MAYA)
    assert "Nobody can tell whether it went out (uncertain), so it is not sent again" in said
    await change_nudges(operator.coach, state="waiting", error=None)
    clock.move_to(DUE + timedelta(days=4))
    await Worker(operator.coach, post).tick()
    said = await operator.hears_about(MAYA)
    assert "It did not go out: a check_in is of no use more than 3 days after its time" in said
    assert "The next one of its kind is planned for 2026-11-27" in said


async def test_what_a_worker_has_in_hand_is_told_and_when_that_is_too_long(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    post.open.clear()
    worker = Worker(operator.coach, post)
    ticking = asyncio.create_task(worker.tick())
    await post.asked.wait()
    said = await operator.hears_about(MAYA)
    assert "A worker has it in hand since 2026-11-20 14:00:00 UTC (try 1)." in said
    assert "That is long" not in said
    clock.move_by(2 * MINUTE)
    assert "That is long: its worker vanished" in await operator.hears_about(MAYA)
    assert "in hand (the oldest for 2 minutes)" in await operator.reads(states=["claimed"], late=True)
    post.open.set()
    await ticking


async def test_a_nudge_that_is_not_there_is_refused(operator: Operator) -> None:
    assert await operator.desk.explain("-xyzh") == 1
    assert operator.warned[-1].startswith("There is no nudge -xyzh: `sayso nudges list` shows the ids.")


# --- Drain and resume


async def test_nothing_goes_out_in_a_drained_workspace_and_resuming_brings_it_back(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    coach = operator.coach
    assert await operator.desk.drain(TEAM, seconds=5) == 0
    assert (
        f"{TEAM} is drained: nothing goes out there. 2 nudges wait, 0 of them due by now."
        in (operator.said[-1])
    )
    clock.move_to(DUE)
    await Worker(coach, post).tick()
    assert post.to == ["U0IRIS"]
    assert (await states(coach, MAYA), await states(coach, DANIEL)) == (["waiting"], ["waiting"])
    assert await operator.desk.drain(TEAM, seconds=5) == 0
    assert "2 nudges wait, 2 of them due by now." in operator.said[-1]
    assert await operator.desk.resume(TEAM) == 0
    assert operator.said[-1] == f"{TEAM} is resumed: 2 nudges that waited for it go out at its pace."
    await Worker(coach, post).tick()
    assert sorted(post.to) == ["U0DANIEL", "U0IRIS", "U0MAYA"]
    assert await states(coach, MAYA) == ["sent", "waiting"]
    assert await operator.desk.resume(TEAM) == 0
    assert operator.said[-1] == f"{TEAM} was not drained. What Slack held up there is tried at once."


async def test_what_was_drained_until_it_was_of_no_use_is_not_sent_and_the_next_is_planned(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    await operator.desk.drain(TEAM, seconds=5)
    clock.move_to(DUE)
    await Worker(operator.coach, Post()).tick()
    clock.move_to(DUE + timedelta(days=5))
    await operator.desk.resume(TEAM)
    await Worker(operator.coach, post).tick()
    assert post.to == []
    assert await states(operator.coach, MAYA) == ["missed", "waiting"]
    clock.move_to(DUE + WEEK)
    await Worker(operator.coach, post).tick()
    assert sorted(post.to) == ["U0DANIEL", "U0IRIS", "U0MAYA"]


async def test_a_drain_waits_until_nothing_is_in_hand_and_says_what_it_waits_for(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    post.open.clear()
    ticking = asyncio.create_task(Worker(operator.coach, post).tick())
    await post.asked.wait()
    assert await operator.desk.drain(TEAM, seconds=0) == 1
    assert operator.warned[-1].startswith("After 0 s 2 nudges are still in hand; nothing new is taken.")
    draining = asyncio.create_task(operator.desk.drain(TEAM, seconds=30))
    await asyncio.wait([draining], timeout=2)
    assert not draining.done()
    assert operator.warned[1:] == ["2 nudges are still in hand…"]
    post.open.set()
    assert await draining == 0
    await ticking
    assert sorted(post.to) == ["U0DANIEL", "U0IRIS", "U0MAYA"]
    assert f"{TEAM} is drained" in operator.said[-1]


async def test_a_workspace_that_uninstalled_says_so_and_is_not_waited_for(
    operator: Operator, clock: StoppedClock
) -> None:
    await change_nudges(operator.coach, state="claimed", claimed_at=DUE, key="k", attempts=1)
    async with operator.coach.database.system() as session:
        await workspaces.disconnect(session, TEAM)
    assert await operator.desk.drain(TEAM, seconds=5) == 0
    assert f"{TEAM} uninstalled Sayso 2026-11-18 09:00:00 UTC" in operator.said[-1]
    assert "nobody looks for it until it is installed again." in await operator.hears_about(MAYA)
    assert await operator.desk.resume(TEAM) == 0
    assert f"{TEAM} is no longer drained, but uninstalled Sayso" in operator.said[-1]


async def test_after_a_drain_nothing_goes_out_however_many_workers_are_at_it(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    coach = operator.coach
    crowd = [Principal(TEAM, f"U0CROWD{number:02}") for number in range(40)]
    for who in crowd:
        async with coach.database.system() as session:
            await members.admit(session, coach.vault, who, Profile(zone="Europe/Berlin"))
        async with coach.session(who) as session:
            await reviews.plan(session)
    clock.move_to(DUE)
    post.seconds = 0.05
    workers = [Worker(coach, post) for _ in range(3)]
    ticking = [asyncio.create_task(worker.tick()) for worker in workers]
    await post.asked.wait()
    assert await operator.desk.drain(TEAM, seconds=30) == 0
    sent = len(post.to)
    assert await operator.desk.drain(TEAM, seconds=30) == 0
    clock.move_by(MINUTE)
    for worker in workers:
        await worker.tick()
    assert len(post.to) == sent
    await asyncio.gather(*ticking)
    # All goes on where it ended: nobody is left out, and nobody gets it twice.
    await operator.desk.resume(TEAM)
    for _ in range(20):
        await workers[0].tick()
        clock.move_by(MINUTE)
    assert sorted(post.to) == sorted(who.user_id for who in (*crowd, MAYA, DANIEL, IRIS))


# --- Stop and start


async def test_everything_can_be_stopped_and_started_again(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    coach = operator.coach
    await operator.desk.drain(OTHER, seconds=5)
    clock.move_to(DUE)
    for _ in range(2):
        assert await operator.desk.stop(seconds=5) == 0
        assert "Everything is stopped: nothing goes out to anybody. 3 nudges wait, 3 of" in operator.said[-1]
    await Worker(coach, post).tick()
    assert post.to == []
    assert "Everything is stopped since 2026-11-20 14:00:00 UTC" in await operator.reads()
    await operator.desk.resume(OTHER)
    assert operator.said[-1].startswith("Everything is stopped, though")
    await operator.desk.drain(OTHER, seconds=5)
    assert await operator.desk.start() == 0
    assert operator.said[-2:] == ["Nudges go out again: 3 are due.", f"Still drained: {OTHER}."]
    await Worker(coach, post).tick()
    assert sorted(post.to) == ["U0DANIEL", "U0MAYA"]
    assert await operator.desk.start() == 0
    assert operator.said[-2] == "Nothing was stopped."


async def test_two_operators_may_stop_the_same_at_once(operator: Operator) -> None:
    drained = await asyncio.gather(*(operator.desk.drain(TEAM, seconds=10) for _ in range(4)))
    assert drained == [0, 0, 0, 0]
    async with operator.coach.database.system() as session:
        assert (await operations.overview(session, ceiling=5)).drained[0].team_id == TEAM


async def test_a_drain_waits_for_whoever_is_claiming_at_that_moment(
    operator: Operator, clock: StoppedClock
) -> None:
    """A worker decided before the stop was written and commits after it: its claims are still waited for."""
    coach = operator.coach
    clock.move_to(DUE)
    decided, go_on = asyncio.Event(), asyncio.Event()

    async def claim() -> None:
        async with coach.database.system() as session:
            look = await nudges.claim_due(session, ceiling=5)
            assert len(look.claims) == 3
            decided.set()
            await go_on.wait()

    claiming = asyncio.create_task(claim())
    await decided.wait()
    draining = asyncio.create_task(operator.desk.drain(TEAM, seconds=1.5))
    await asyncio.sleep(0.2)
    go_on.set()
    await claiming
    assert await draining == 1
    assert "2 nudges are still in hand" in operator.warned[-1]


# --- Readiness


async def test_a_worker_is_not_ready_while_nobody_takes_what_is_due(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    coach = operator.coach
    assert await _on_time(coach)
    clock.move_to(DUE + 2 * MINUTE - timedelta(seconds=1))
    assert await _on_time(coach)
    clock.move_to(DUE + timedelta(days=3) - MINUTE)
    assert not await _on_time(coach)
    await operator.desk.stop(seconds=5)
    assert await _on_time(coach)
    await operator.desk.start()
    assert not await _on_time(coach)
    await operator.desk.drain(TEAM, seconds=5)
    await Worker(coach, post).tick()
    assert (await _on_time(coach), post.to) == (True, ["U0IRIS"])


async def test_what_slack_holds_up_does_not_make_a_worker_unready(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    clock.move_to(DUE)
    post.fault = Unsent("ratelimited", after=timedelta(minutes=30), whom="workspace", slower=True)
    await Worker(operator.coach, post).tick()
    clock.move_by(29 * MINUTE)
    await Worker(operator.coach, post).tick()
    assert await _on_time(operator.coach)


# --- The doctor


async def examined(coach: Coach) -> list[tuple[str, str]]:
    """What the doctor says about nudges: its mark and the name of its sentence."""
    findings = doctor.nudges_of(coach.database, coach.settings)
    return [(finding.mark, finding.words) async for finding in findings]


async def test_the_doctor_tells_a_stop_a_drain_and_lateness(operator: Operator, clock: StoppedClock) -> None:
    coach = operator.coach
    assert await examined(coach) == [("good", "nudges_on_time")]
    clock.move_to(DUE + 10 * MINUTE)
    assert await examined(coach) == [("bad", "nudges_late")]
    await operator.desk.stop(seconds=5)
    assert await examined(coach) == [("note", "nudges_stopped")]
    await operator.desk.start()
    await operator.desk.drain(TEAM, seconds=5)
    await Worker(coach, Post()).tick()
    assert await examined(coach) == [("note", "nudges_drained"), ("good", "nudges_on_time")]


async def test_the_doctor_tells_what_slack_holds_up_and_what_is_in_hand_for_too_long(
    operator: Operator, post: Post, clock: StoppedClock
) -> None:
    coach = operator.coach
    clock.move_to(DUE)
    post.fault = Unsent("ratelimited", after=timedelta(minutes=30), whom="workspace", slower=True)
    await Worker(coach, post).tick()
    clock.move_by(MINUTE)
    assert await examined(coach) == [
        ("note", "nudges_held"),
        ("note", "nudges_slowed"),
        ("good", "nudges_on_time"),
    ]
    clock.move_by(timedelta(hours=2))
    await change_nudges(coach, state="claimed", claimed_at=clock.now() - 10 * MINUTE)
    assert await examined(coach) == [("bad", "claims_old")]


# --- Figures


def test_a_span_is_told_in_its_largest_unit_that_says_enough() -> None:
    told = {seconds: span(timedelta(seconds=seconds)) for seconds in (-1, 0, 1, 90, 120, 5400, 7200, 86_400)}
    assert list(told.values()) == [
        *("0 seconds", "0 seconds", "1 second", "90 seconds", "2 minutes"),
        *("90 minutes", "2 hours", "1 day"),
    ]


def test_counts_hold_no_id() -> None:
    metrics = Metrics()
    metrics.send_errors.labels(error="U0123ABCDEF").inc()
    assert b"U0123ABCDEF" not in metrics.render()
