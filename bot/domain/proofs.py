"""Proofs: what a draft can rest on, gathered from wins, goals, asks and feedback, and which of the wins say the most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.core import spans
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain import asks, feedback, goals, members, pitches, wins
from bot.domain.goals import Goal, Measure
from bot.domain.pitches import Aim, Facts, Kind, Pitch, PitchVersion, Promise, Proof, Quote, Wanted
from bot.domain.wins import Win
from bot.storage.session import MemberSession

# The spans of time a form offers, the narrowest first; "all" has no bounds.
WINDOWS = ("week", "month", "quarter", "year", "all")

# An agenda begins with so many promises, found among so many open asks.
PROMISES = 4
ASKS_LOOKED_AT = 50


@dataclass(frozen=True)
class Offer:
    """A window of time, the days it spans, the wins in it, newest first, what they are wanted for, goals to choose."""

    window: str
    period: Period
    proofs: Sequence[Proof]
    wanted: Wanted = field(default_factory=Wanted)
    goals: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Cited:
    """What the lines of a draft rest on and is still there: wins, goals and asks by their ids."""

    proofs: Mapping[str, Proof]
    named: Mapping[str, str]
    wanted: Wanted


def proof(win: Win) -> Proof:
    """What a draft may say of a win."""
    return Proof(
        win_id=win.id,
        title=win.title,
        on=win.occurred_on,
        result=win.result,
        metric=win.metric.line if win.metric else None,
        estimated=win.metric is not None and win.metric.is_estimate,
        numbered=not wins.lacks_number(wins.of(win)),
        benefited=win.benefited,
        credit=win.credit,
        my_part=win.my_part,
        team_part=win.team_part,
        evidence=win.evidence,
        goal_id=win.goal_id,
        category=win.category,
        topics=tuple(topic for topic in (win.competency, win.project, *win.tags) if topic),
    )


def aim(goal: Goal) -> Aim:
    """What a draft may say of a goal."""
    return Aim(goal.id, goal.statement, goal.why, _measured(goal.measure), goal.deadline)


def span(window: str | None, today: date) -> Period:
    """The days of a window around today; Invalid for an unknown one."""
    period = spans.named(window, today) if window in WINDOWS else None
    if period is None:
        raise Invalid("period", "no_such_period")
    return period


async def offer(
    session: MemberSession, kind: Kind, window: str | None, goal_id: str | None = None, words: str = ""
) -> Offer:
    """The wins of a window around the member's today, and what speaks for each; Invalid for an unknown window."""
    period = span(window, members.today(session))
    found = [proof(win) for win in await wins.between(session, period)]
    wanted = await _wanted(session, kind, goal_id, words)
    return Offer(window or kind.window, period, found, wanted, await goals.to_link(session))


async def usual_offer(session: MemberSession, kind: Kind) -> Offer:
    """The wins of the kind's usual window, or of the next longer one that has some."""
    for window in WINDOWS[WINDOWS.index(kind.window) :]:
        found = await offer(session, kind, window)
        if found.proofs:
            return found
    return found


async def chosen(session: MemberSession, win_ids: Sequence[str]) -> list[Proof]:
    """Proofs from the named wins, with what may be quoted of them; what is not the member's own, or in the bin, is left out."""
    found = await wins.chosen(session, list(dict.fromkeys(win_ids)))
    quoted = await feedback.quotes(session, [win.id for win in found])
    return [replace(proof(win), quotes=_quotes(quoted.get(win.id, ()))) for win in found]


async def facts(
    session: MemberSession, kind: Kind, win_ids: Sequence[str], goal_id: str | None = None
) -> Facts:
    """All that a draft of this kind may rest on beside its form: the named wins and goal, and open promises."""
    named = await goals.chosen(session, [goal_id]) if goal_id else []
    return Facts(
        today=members.today(session),
        proofs=await chosen(session, win_ids),
        aim=aim(named[0]) if named else None,
        promises=await _promises(session) if kind.begins_with_promises else (),
    )


async def cited(session: MemberSession, pitch: Pitch, version: PitchVersion) -> Cited:
    """What a version of a draft rests on, as it is now; what was deleted since is missing."""
    some = await chosen(session, version.ids(pitches.WIN))
    found = await goals.chosen(session, version.ids(pitches.GOAL))
    open_asks = await asks.called(session, version.ids(pitches.ASK))
    wanted = await _wanted(session, pitch.row, pitch.goal_id, pitch.ask or "")
    return Cited(
        {one.win_id: one for one in some},
        {goal.id: goal.statement for goal in found} | dict(open_asks),
        wanted,
    )


def _quotes(some: Sequence[feedback.Quote]) -> tuple[Quote, ...]:
    return tuple(Quote(one.text, one.name) for one in some)


async def _promises(session: MemberSession) -> list[Promise]:
    """What was promised and has not come, the most urgent first."""
    standing = (await asks.overview(session, ASKS_LOOKED_AT)).asks
    return [
        Promise(one.ask.id, one.ask.words, one.ask.promised, one.ask.promised_on)
        for one in standing
        if one.ask.promised or one.ask.promised_on
    ][:PROMISES]


async def _wanted(session: MemberSession, kind: Kind, goal_id: str | None, words: str) -> Wanted:
    newest = await wins.newest(session, 1)
    return Wanted(goal_id or None, kind.favours, words, newest[0].occurred_on if newest else None)


def _measured(measure: Measure | None) -> str | None:
    """A measure in one line, as it was typed: `build time: 12 → 4 minutes`."""
    if measure is None:
        return None
    change = " → ".join(part for part in (measure.baseline, measure.target) if part)
    amount = f"{change} {measure.unit}" if change and measure.unit else change
    return ": ".join(part for part in (measure.name, amount) if part) or None
