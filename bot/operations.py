"""What `sayso nudges …` does: shows an operator the nudges, explains one, and stops and starts them."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bot.coach import Coach
from bot.core import logs
from bot.core.errors import NotFound
from bot.core.prose import Prose, plural
from bot.domain.nudges import NEVER, PATIENCE, State, operations, rules
from bot.domain.nudges.operations import Overview, Space, Story
from bot.storage.identity import Stop

# How often what is in hand is counted, while somebody waits for it.
LOOK_SECONDS = 0.5

# Claims were decided in transactions that may not have ended at the first look.
LOOKS = 2

Say = Callable[[str], None]


class Desk:
    """Where an operator stands: what is said goes to `say`, and what is refused or still goes on to `warn`."""

    def __init__(self, coach: Coach, say: Say, warn: Say, *, look_seconds: float = LOOK_SECONDS) -> None:
        self._coach = coach
        self._say = say
        self._warn = warn
        self._look_seconds = look_seconds
        self._prose = Prose()
        self._prose.filter("utc", utc)
        self._prose.filter("span", span)
        self._ceiling = coach.settings.posts_per_second
        self._name = partial(logs.hashed, coach.vault.hash_key())

    async def show(
        self, *, teams: Sequence[str], states: Sequence[str], late: bool, limit: int, as_json: bool
    ) -> int:
        """List nudges and say how all of them stand."""
        strange = [state for state in states if state not in set(State)]
        if strange:
            return self._refuse("no_state", state=strange[0], states=[state.value for state in State])
        try:
            async with self._coach.database.system() as session:
                rows = await operations.listed(
                    session, teams=teams, states=states, late=late, limit=limit + 1
                )
                seen = await operations.overview(session, ceiling=self._ceiling)
        except NotFound as unknown:
            return self._refuse(unknown.words, **unknown.facts)
        if as_json:
            told = {"nudges": [self._facts(row) for row in rows[:limit]], "summary": _summary(seen)}
            self._say(json.dumps(told, indent=2))
            return 0
        for line in self._table(rows[:limit]):
            self._say(line)
        if len(rows) > limit:
            self._tell("more", count=limit)
        self._sum_up(seen)
        return 0

    async def explain(self, nudge_id: str) -> int:
        """Tell the life of one nudge."""
        try:
            async with self._coach.database.system() as session:
                story = await operations.story(session, nudge_id, ceiling=self._ceiling)
        except NotFound as unknown:
            return self._refuse(unknown.words, nudge_id=nudge_id)
        nudge = story.nudge
        facts = {
            "nudge": nudge,
            "space": story.space,
            "together": story.together,
            "next_at": story.next_at,
            "member": self._name(nudge.user_id),
            "zone": rules.zone(nudge).key,
            "local": nudge.planned_at.astimezone(rules.zone(nudge)),
            "after": (nudge.asked_at or story.at) - nudge.planned_at,
            "useful": operations.useful_for(nudge.kind),
            "wanted": operations.is_wanted(nudge),
            "rate": f"{story.space.per_second:g}",
            "since": story.stopped_at,
            "patience": PATIENCE,
            "lease": f"{self._coach.settings.lease_seconds:g}",
        }
        for block in _life(story, timedelta(seconds=self._coach.settings.lease_seconds)):
            self._tell(block, **facts)
        return 0

    async def drain(self, team_id: str, *, seconds: float) -> int:
        """Let nothing more go out in a workspace, and wait for what is in hand."""
        try:
            async with self._coach.database.system() as session:
                await operations.stop(session, team_id)
                space = await operations.space(session, team_id, ceiling=self._ceiling)
        except NotFound as unknown:
            return self._refuse(unknown.words, **unknown.facts)
        if space.uninstalled_at:
            self._tell("drained_uninstalled", team=team_id, at=space.uninstalled_at)
            return 0
        return await self._settle_down(team_id, seconds, "drained", team=team_id)

    async def resume(self, team_id: str) -> int:
        """Let a workspace's nudges go out again."""
        try:
            async with self._coach.database.system() as session:
                was_drained = await operations.start(session, team_id)
                space = await operations.space(session, team_id, ceiling=self._ceiling)
                _, due = await operations.waiting(session, team_id)
                seen = await operations.overview(session, ceiling=self._ceiling)
        except NotFound as unknown:
            return self._refuse(unknown.words, **unknown.facts)
        if space.uninstalled_at:
            self._tell("resumed_uninstalled", team=team_id, at=space.uninstalled_at)
        else:
            self._tell("resumed" if was_drained else "not_drained", team=team_id, due=due)
        if seen.stopped_at:
            self._tell("still_stopped")
        return 0

    async def stop(self, *, seconds: float) -> int:
        """Let nothing more go out to anybody, and wait for what is in hand."""
        async with self._coach.database.system() as session:
            await operations.stop(session, Stop.EVERYWHERE)
        return await self._settle_down(Stop.EVERYWHERE, seconds, "stopped")

    async def start(self) -> int:
        """Let nudges go out again, but for what is drained."""
        async with self._coach.database.system() as session:
            was_stopped = await operations.start(session, Stop.EVERYWHERE)
            seen = await operations.overview(session, ceiling=self._ceiling)
        self._tell("started" if was_stopped else "not_stopped", due=seen.due)
        if seen.drained:
            self._tell("still_drained", teams=[space.team_id for space in seen.drained])
        return 0

    async def _settle_down(self, scope: str, seconds: float, words: str, **facts: object) -> int:
        left = await self._until_idle(scope, seconds)
        if left:
            lease = f"{self._coach.settings.lease_seconds:g}"
            return self._refuse("gave_up", seconds=f"{seconds:g}", count=left, lease=lease)
        async with self._coach.database.system() as session:
            everything, due = await operations.waiting(session, scope)
        self._tell(words, all=everything, due=due, **facts)
        return 0

    async def _until_idle(self, scope: str, seconds: float) -> int:
        """How many are still in hand when none is, or the time is over."""
        began, looks, told = time.monotonic(), 0, -1
        while True:
            async with self._coach.database.system() as session:
                left = await operations.in_hand(session, scope)
            looks = 0 if left else looks + 1
            waited = time.monotonic() - began
            if looks == LOOKS or waited >= seconds:
                return left
            if left and left != told and waited >= 1:
                self._warn(self._words("still_in_hand", count=left))
                told = left
            await asyncio.sleep(self._look_seconds)

    # --- Words

    def _words(self, block: str, **facts: object) -> str:
        return self._prose.words("operations", **facts).block(block).plain

    def _tell(self, block: str, **facts: object) -> None:
        self._say(self._words(block, **facts))

    def _refuse(self, block: str, **facts: object) -> int:
        self._warn(self._words(block, **facts))
        return 1

    def _sum_up(self, seen: Overview) -> None:
        oldest = seen.at - (seen.oldest_due_at or seen.at)
        longest = seen.at - (seen.oldest_in_hand_at or seen.at)
        self._tell("summary", seen=seen, oldest=oldest, longest=longest)
        if seen.stopped_at:
            self._tell("summary_stopped", since=seen.stopped_at)

    # --- Rows

    def _facts(self, row: Any) -> dict[str, Any]:
        """One nudge as it may be shown: the member as the name that logs use, and nothing that was typed."""
        return {
            "id": row.id,
            "team": row.team_id,
            "member": self._name(row.user_id),
            "kind": row.kind,
            "state": row.state,
            "planned": _iso(row.planned_at),
            "due": _iso(row.due_at),
            "attempts": row.attempts,
            "error": row.error,
        }

    def _table(self, rows: Sequence[Any]) -> Iterator[str]:
        if not rows:
            yield self._words("none_listed")
            return
        columns = list(self._facts(rows[0]))
        never = self._words("never")
        lines = [[self._words(name) for name in columns]]
        for row in rows:
            facts = self._facts(row)
            facts |= {"planned": _short(row.planned_at), "due": _short(row.due_at) or never}
            lines.append(["" if facts[name] is None else str(facts[name]) for name in columns])
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def _life(story: Story, lease: timedelta) -> Iterator[str]:
    """The sentences about a nudge, as blocks of templates/operations.j2, in their order."""
    nudge, state = story.nudge, State(story.nudge.state)
    yield "made"
    yield "meant"
    if nudge.unanswered:
        yield "unanswered"
    match state:
        case State.WAITING:
            yield from ["snoozed"] if nudge.asked_at else []
            yield f"waits_{operations.why(story)}"
        case State.CLAIMED:
            yield "in_hand"
            if story.space.uninstalled_at:
                yield "in_hand_uninstalled"
            elif nudge.claimed_at and story.at - nudge.claimed_at > lease:
                yield "in_hand_long"
        case State.MISSED | State.UNKNOWN:
            yield state.value
        case State.SENT | State.DONE | State.SKIPPED:
            yield "went_out" if nudge.asked_at else "not_asked"
            yield "open" if state is State.SENT else state.value
    if state in (State.WAITING, State.CLAIMED):
        yield from _blocks(story)
    yield "next" if story.next_at else "no_next"


def _blocks(story: Story) -> Iterator[str]:
    """What keeps it from going out, whatever else is said."""
    if story.stopped_at:
        yield "blocked_stopped"
    if story.space.drained_at:
        yield "blocked_drained"
    if story.space.uninstalled_at:
        yield "blocked_uninstalled"
        return
    if story.space.held_until:
        yield "blocked_held"
    if story.space.is_slowed:
        yield "blocked_slowed"


def _summary(seen: Overview) -> dict[str, Any]:
    def teams(spaces: Sequence[Space]) -> list[str]:
        return [space.team_id for space in spaces]

    return {
        "due": seen.due,
        "oldest_due": _iso(seen.oldest_due_at),
        "in_hand": seen.in_hand,
        "oldest_in_hand": _iso(seen.oldest_in_hand_at),
        "stopped": _iso(seen.stopped_at),
        "drained": teams(seen.drained),
        "held": teams(seen.held),
        "slowed": teams(seen.slowed),
    }


def _iso(at: datetime | None) -> str | None:
    """A moment for programs; none for one that never comes."""
    return None if at is None or at >= NEVER else at.astimezone(UTC).isoformat(timespec="seconds")


def _short(at: datetime) -> str:
    return "" if at >= NEVER else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def utc(at: datetime) -> str:
    """A moment as an operator compares it: 2026-11-20 14:00:00 UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def span(length: timedelta) -> str:
    """A length of time in its largest whole unit: 3 days, 5 hours, 40 seconds."""
    seconds = max(int(length.total_seconds()), 0)
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size or seconds == size:
            return plural(seconds // size, unit)
    return plural(seconds, "second")
