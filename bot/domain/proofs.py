"""Proofs: which wins a draft can rest on, and which of them say the most."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.core import spans
from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain import members, wins
from bot.domain.pitches import Proof
from bot.domain.wins import Win
from bot.storage.session import MemberSession

# How many wins a form can offer; Slack's selects hold as many.
OFFERED = 100

# The spans of time a form offers, the narrowest first; "all" has no bounds.
WINDOWS = ("week", "month", "quarter", "year", "all")
USUAL = "month"


@dataclass(frozen=True)
class Offer:
    """A window of time, the days it spans, and the wins in it, newest first."""

    window: str
    period: Period
    proofs: Sequence[Proof]


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
    )


def pick(some: Iterable[Proof], count: int) -> list[Proof]:
    """The `count` that say the most: first those with a number, then those with a result, then the newest."""
    newest_first = sorted(some, key=lambda one: (one.on, one.win_id), reverse=True)
    return sorted(newest_first, key=lambda one: (not one.metric, not one.result))[:count]


def offered(some: Sequence[Proof], picked: Sequence[Proof]) -> list[Proof]:
    """As many as a form can show, in the order given, with all that were picked among them."""
    room = max(0, OFFERED - len(picked))
    ids = {one.win_id for one in picked}
    rest = [one.win_id for one in some if one.win_id not in ids][:room]
    return [one for one in some if one.win_id in ids.union(rest)]


def span(window: str | None, today: date) -> Period:
    """The days of a window around today; Invalid for an unknown one."""
    period = spans.named(window, today) if window in WINDOWS else None
    if period is None:
        raise Invalid("period", "no_such_period")
    return period


async def offer(session: MemberSession, window: str | None) -> Offer:
    """The wins of a window around the member's today; Invalid for an unknown one."""
    period = span(window, members.today(session))
    found = await wins.between(session, period)
    return Offer(window or USUAL, period, [proof(win) for win in found])


async def usual_offer(session: MemberSession) -> Offer:
    """The wins of this month, or of the next longer window that has some."""
    for window in WINDOWS[WINDOWS.index(USUAL) :]:
        found = await offer(session, window)
        if found.proofs:
            return found
    return found


async def chosen(session: MemberSession, win_ids: Sequence[str]) -> list[Proof]:
    """Proofs from the named wins; what is not the member's own, or in the bin, is left out."""
    return [proof(win) for win in await wins.chosen(session, list(dict.fromkeys(win_ids)))]
