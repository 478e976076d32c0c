"""Three people, two of them in one workspace, in any order of deeds: nobody ever reads or changes what is another's."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from bot.coach import Coach
from bot.core.clock import StoppedClock
from bot.core.errors import CoachError, NotFound
from bot.domain import asks, feedback, goals, members, setbacks, wins, workspaces
from bot.domain.feedback import Colleague
from bot.domain.members import Profile
from bot.domain.wins import Source
from bot.domain.workspaces import Installation
from bot.storage import canary
from bot.storage.identity import Principal
from bot.storage.session import MemberSession
from tests import accounts
from tests.conftest import NOW
from tests.examples import examples

MAYA, DANIEL, SAM = (
    Principal("T0JUNIPER", "U0MAYA"),
    Principal("T0JUNIPER", "U0DANIEL"),
    Principal("T0HARBOR", "U0SAM"),
)
PEOPLE = (MAYA, DANIEL, SAM)
TODAY = date(2026, 11, 18)

Deed = Callable[[MemberSession, str], Awaitable[Any]]


@dataclass(frozen=True)
class Kind:
    """How something of a kind is made with a text, changed to another, taken out, put back, and listed."""

    make: Deed
    change: Callable[[MemberSession, str, str], Awaitable[Any]]
    bin_: Deed
    restore: Deed
    listed: Callable[[MemberSession], Awaitable[set[str]]]


async def _wins(session: MemberSession) -> set[str]:
    return {win.title for win in (await wins.page(session, size=1000))[0]}


async def _goals(session: MemberSession) -> set[str]:
    return {goal.statement for goal in await goals.kept(session)}


async def _asks(session: MemberSession) -> set[str]:
    return {standing.ask.words for standing in (await asks.overview(session, 1000)).asks}


async def _setbacks(session: MemberSession) -> set[str]:
    return {one.happened or "" for one in (await setbacks.page(session, size=1000))[0]}


KINDS: Mapping[str, Kind] = {
    "win": Kind(
        lambda session, text: wins.log(session, wins.entry(text, TODAY), Source.FORM),
        lambda session, row_id, text: wins.edit(session, row_id, wins.entry(text, TODAY)),
        wins.bin_,
        wins.restore,
        _wins,
    ),
    "goal": Kind(
        lambda session, text: goals.begin(session, goals.entry(text)),
        lambda session, row_id, text: goals.edit(session, row_id, goals.entry(text)),
        goals.bin_,
        goals.restore,
        _goals,
    ),
    "ask": Kind(
        lambda session, text: asks.begin(session, asks.entry(text)),
        lambda session, row_id, text: asks.edit(session, row_id, asks.entry(text)),
        asks.bin_,
        asks.restore,
        _asks,
    ),
    "setback": Kind(
        lambda session, text: setbacks.note(session, None, text),
        lambda session, row_id, text: setbacks.edit(session, row_id, happened=text),
        setbacks.bin_,
        setbacks.restore,
        _setbacks,
    ),
}


@dataclass
class Thing:
    """Something that somebody keeps, as it should be."""

    owner: Principal
    kind: str
    id: str
    text: str
    binned: bool = False


class Principals(RuleBasedStateMachine):
    """What each of the three should have, beside what the database gives them."""

    migrated: Path
    make_coach: Callable[..., Coach]
    things = Bundle("things")

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp())
        shutil.copy(self.migrated, self._folder / "sayso.db")
        self._runner = asyncio.Runner()
        self._coach = type(self).make_coach(f"sqlite:///{self._folder}/sayso.db", StoppedClock(NOW))
        self._kept: list[Thing] = []
        self._told: dict[Principal, set[str]] = {who: set() for who in PEOPLE}
        self._number = 0
        self._run(self._admit())

    def _run(self, work: Awaitable[Any]) -> Any:
        async def awaited() -> Any:
            return await work

        return self._runner.run(awaited())

    async def _admit(self) -> None:
        await canary.settle(self._coach.database, self._coach.vault)
        for who in PEOPLE:
            async with self._coach.database.system() as session:
                await workspaces.connect(session, self._coach.vault, Installation(who.team_id, "xoxb-test"))
                await members.admit(session, self._coach.vault, who, Profile(zone="Europe/Berlin"))

    def _words(self, who: Principal) -> str:
        self._number += 1
        return f"Words {self._number} of {who.user_id}"

    @rule(target=things, who=st.sampled_from(PEOPLE), kind=st.sampled_from(sorted(KINDS)))
    def keep(self, who: Principal, kind: str) -> Thing:
        async def work(text: str) -> str:
            async with self._coach.session(who) as session:
                made = await KINDS[kind].make(session, text)
                return str(made.id)

        text = self._words(who)
        thing = Thing(who, kind, self._run(work(text)), text)
        self._kept.append(thing)
        return thing

    @rule(who=st.sampled_from(PEOPLE), thing=things)
    def change(self, who: Principal, thing: Thing) -> None:
        text = self._words(who)
        if self._does(who, thing, lambda session: KINDS[thing.kind].change(session, thing.id, text)):
            thing.text = text

    @rule(who=st.sampled_from(PEOPLE), thing=things)
    def take_out(self, who: Principal, thing: Thing) -> None:
        if self._does(who, thing, lambda session: KINDS[thing.kind].bin_(session, thing.id)):
            thing.binned = True

    @rule(who=st.sampled_from(PEOPLE), thing=things)
    def put_back(self, who: Principal, thing: Thing) -> None:
        if self._does(who, thing, lambda session: KINDS[thing.kind].restore(session, thing.id)):
            thing.binned = False

    @rule(who=st.sampled_from(PEOPLE), win=things, goal=things)
    def link(self, who: Principal, win: Thing, goal: Thing) -> None:
        """A win serves a goal: of whoever links them, or neither changes."""

        async def work(session: MemberSession) -> None:
            await wins.link(session, [win.id], (await goals.kept_one(session, goal.id)).id)

        if (win.kind, goal.kind) == ("win", "goal"):
            self._does(who, goal, work)

    @rule(who=st.sampled_from(PEOPLE[:2]))
    def ask_the_colleague(self, who: Principal) -> None:
        """Ask the other one of the workspace for feedback: that, and nothing else, is told to them."""
        other, topic = (DANIEL if who == MAYA else MAYA), self._words(who)

        async def work() -> None:
            async with self._coach.session(who, beside=[other]) as session:
                theirs = session.beside(other)
                assert theirs is not None
                await feedback.ask(
                    session, [Colleague(theirs, "A colleague")], feedback.entry(topic, ["How was it?"])
                )

        try:
            self._run(work())
        except CoachError:
            return
        self._told[who].add(topic)
        self._told[other].add(topic)

    def _does(self, who: Principal, thing: Thing, deed: Callable[[MemberSession], Awaitable[Any]]) -> bool:
        """Whether somebody can do it; whoever does not own it finds nothing there."""

        async def work() -> None:
            async with self._coach.session(who) as session:
                await deed(session)

        if who != thing.owner:
            with pytest.raises(NotFound):
                self._run(work())
            return False
        try:
            self._run(work())
        except NotFound:
            assert thing.binned, "only what lies in the bin is not found by its owner"
            return False
        return True

    @invariant()
    def everybody_sees_their_own(self) -> None:
        async def work(who: Principal) -> dict[str, set[str]]:
            async with self._coach.session(who) as session:
                return {name: await kind.listed(session) for name, kind in KINDS.items()}

        for who in PEOPLE:
            mine = [one for one in self._kept if one.owner == who and not one.binned]
            expected = {kind: {one.text for one in mine if one.kind == kind} for kind in KINDS}
            assert self._run(work(who)) == expected

    def teardown(self) -> None:
        for who in PEOPLE:
            told = self._run(accounts.told(self._coach, who)).as_json()
            for other in PEOPLE:
                foreign = f"of {other.user_id}"
                if other != who and foreign in told:
                    left = told
                    for topic in self._told[who]:
                        left = left.replace(topic, "")
                    assert foreign not in left
        self._run(self._coach.database.close())
        self._runner.close()
        shutil.rmtree(self._folder)


def test_nobody_ever_reads_or_changes_what_is_anothers(
    migrated_file: Path, make_coach: Callable[..., Coach]
) -> None:
    Principals.migrated, Principals.make_coach = migrated_file, staticmethod(make_coach)
    how = examples(8, stateful_step_count=20, phases=[Phase.generate])
    run_state_machine_as_test(Principals, settings=how)
