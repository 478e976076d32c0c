"""The brag document's facts: which wins it tells, to whom, and what they add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.errors import Invalid
from bot.core.periods import Period
from bot.domain import goals, members, wins
from bot.domain.brag import _sums
from bot.domain.brag._audiences import AUDIENCES as AUDIENCES
from bot.domain.brag._audiences import MANAGER as MANAGER
from bot.domain.brag._audiences import ME as ME
from bot.domain.brag._audiences import REVIEW as REVIEW
from bot.domain.brag._audiences import SKIP as SKIP
from bot.domain.brag._audiences import Audience as Audience
from bot.domain.brag._audiences import audience as audience
from bot.domain.brag._everything import everything as everything
from bot.domain.brag._facts import CATEGORY as CATEGORY
from bot.domain.brag._facts import GOAL as GOAL
from bot.domain.brag._facts import GROUPINGS as GROUPINGS
from bot.domain.brag._facts import MONTH as MONTH
from bot.domain.brag._facts import Bucket as Bucket
from bot.domain.brag._facts import Facts as Facts
from bot.domain.brag._facts import Figures as Figures
from bot.domain.brag._facts import Group as Group
from bot.domain.brag._facts import Request as Request
from bot.domain.brag._facts import Series as Series
from bot.domain.brag._facts import Told as Told
from bot.domain.brag._periods import ALL as ALL
from bot.domain.brag._periods import DATES as DATES
from bot.domain.brag._periods import EVER as EVER
from bot.domain.brag._periods import USUAL as USUAL
from bot.domain.brag._periods import WINDOWS as WINDOWS
from bot.domain.brag._periods import span as span
from bot.domain.goals import Goal
from bot.domain.wins import Win
from bot.storage.session import MemberSession


@dataclass(frozen=True)
class Offer:
    """What a form can say before anything is made: the days, how many wins they hold, how many are private."""

    window: str
    period: Period
    wins: int
    private: int


async def offer(session: MemberSession, window: str, period: Period) -> Offer:
    """How many wins a period holds."""
    found = await wins.between(session, period)
    return Offer(window, period, len(found), sum(not win.shareable for win in found))


async def usual_offer(session: MemberSession) -> Offer:
    """This quarter, or the next longer time that holds a win."""
    for window in USUAL:
        found = await offer(session, window, span(window, members.today(session)))
        if found.wins:
            break
    return found


async def gather(session: MemberSession, request: Request) -> Facts:
    """The facts of a document; Invalid where it would tell nothing, with what to do about it."""
    if request.by not in GROUPINGS:
        raise Invalid("by", "no_such_choice")
    known = {goal.id: goal for goal in await goals.kept(session)}
    asked = await wins.between(session, request.period)
    fitting = [win for win in asked if _fits(win, request)]
    open_ = [win for win in fitting if win.shareable or request.takes_private]
    _check(asked, fitting, open_)
    return facts(
        request,
        [told(win, known.get(win.goal_id or ""), request.audience) for win in open_],
        today=members.today(session),
        reached=[goal for goal in known.values() if _reached(goal, request)],
        left_out=len(fitting) - len(open_),
    )


def facts(
    request: Request, some: Sequence[Told], *, today: date, reached: Sequence[Goal] = (), left_out: int = 0
) -> Facts:
    """What these wins, the newest first, add up to."""
    period = _sums.bounded(request.period, some, today)
    return Facts(
        request=request,
        today=today,
        period=period,
        wins=some,
        groups=_sums.grouped(_sums.strongest(some, request.audience.longest), request.by),
        figures=_sums.figures(some, len(reached)),
        series=_sums.series(some, period),
        people=_sums.people(some),
        private_left_out=left_out,
    )


def told(win: Win, goal: Goal | None, reader: Audience) -> Told:
    """What a document may say of a win; a goal that is none of the reader's business is not named."""
    named = goal if goal and goal.kind not in reader.withholds else None
    given = wins.of(win)
    same = {name: getattr(given, name) for name in _SAME}
    return Told(
        win_id=win.id,
        on=given.occurred_on,
        goal_id=named.id if named else None,
        goal=named.statement if named else None,
        credit=tuple(wins.names_in(given.credit)),
        evidence=tuple(wins.links_in(given.evidence)),
        **same,
    )


_SAME = (
    *(
        "title",
        "until_on",
        "category",
        "status",
        "shareable",
        "project",
        "competency",
        "details",
        "situation",
    ),
    *("task", "action", "result", "metric", "benefited", "my_part", "team_part", "tags"),
)


def _fits(win: Win, request: Request) -> bool:
    wanted = ((request.goal_id, win.goal_id), (request.category, win.category))
    project = (request.project or "").casefold()
    return all(value in {None, has} for value, has in wanted) and (
        not project or (win.project or "").casefold() == project
    )


def _reached(goal: Goal, request: Request) -> bool:
    """Whether a goal was reached in the period and may be counted for this reader."""
    on = goal.closed_on
    return (
        goal.status == goals.Status.REACHED
        and on is not None
        and on in request.period
        and goal.kind not in request.audience.withholds
        and request.goal_id in {None, goal.id}
    )


def _check(asked: Sequence[Win], fitting: Sequence[Win], open_: Sequence[Win]) -> None:
    if open_:
        return
    if not asked:
        raise Invalid("period", "nothing_in_period")
    if not fitting:
        raise Invalid("period", "nothing_fits", count=len(asked))
    raise Invalid("private", "all_private", count=len(fitting))
