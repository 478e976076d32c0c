"""The claim: what a worker may send now, and what can become of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from bot.domain.nudges import rules
from bot.domain.nudges.kinds import KINDS
from bot.domain.nudges.nudge import REASON_LENGTH, State
from bot.domain.nudges.rules import Habits
from bot.storage.identity import Principal


class Part(Protocol):
    """One nudge of a message, as it was claimed, with what the rules ask about its member."""

    @property
    def member(self) -> Habits: ...

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def local_on(self) -> date: ...
    @property
    def planned_at(self) -> datetime: ...
    @property
    def asked_at(self) -> datetime | None: ...
    @property
    def unanswered(self) -> int: ...
    @property
    def attempts(self) -> int: ...
    @property
    def asked_by(self) -> str | None: ...
    @property
    def offset_seconds(self) -> int: ...
    @property
    def home_opened_at(self) -> datetime | None: ...


def always() -> bool:
    """What is asked of a claim that nobody can take over."""
    return True


# Not frozen: that would double what the making of each costs.
@dataclass(slots=True)
class Claim:
    """What one worker may now send: to whom, under which key, and the nudges in it, the first one first.

    An `ambiguous` one was claimed before by a worker that vanished, which may have sent it.
    """

    key: str
    who: Principal
    member_id: str
    workspace_id: str
    member: Habits
    channel: str | None
    parts: tuple[Part, ...]
    ambiguous: bool = False
    claimed_at: datetime | None = None
    # Asked before it is begun, and right before anything is posted: whether nobody can take it over meanwhile.
    is_fresh: Callable[[], bool] = always
    in_time: Callable[[], bool] = always
    # Where a look for it has found the member's conversation, which was not known.
    opened: str | None = None

    @property
    def nudge_ids(self) -> tuple[str, ...]:
        return tuple(part.id for part in self.parts)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(part.kind for part in self.parts)

    def is_useful(self, now: datetime) -> bool:
        """Whether any of it is still worth sending."""
        for part in self.parts:
            kind = KINDS.get(part.kind)
            if kind is not None and now - part.planned_at <= kind.useful_for:
                return True
        return False

    def good_time(self, moment: datetime) -> datetime:
        """`moment` itself where the member may be written to then, else the next one at which they may."""
        return rules.good_time(self.member, moment)

    @property
    def zone(self) -> ZoneInfo:
        return rules.zone(self.member)


class Unsent(Exception):  # noqa: N818 - it is an outcome, not a fault
    """The message certainly did not go out: why, whom that concerns, and when to try again.

    A nudge is tried again by itself; a member is not written to until they come back; a workspace is held as
    a whole, and is `slower` from then on where Slack said that it was too much.
    """

    def __init__(
        self,
        reason: str,
        *,
        after: timedelta = timedelta(minutes=1),
        whom: Literal["nudge", "member", "workspace"] = "nudge",
        slower: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
        self.whom = whom
        self.slower = slower


class Refused(Unsent):
    """What the message says was refused, so a part of it may be why."""


class Uncertain(Exception):  # noqa: N818 - it is an outcome, not a fault
    """Nobody can tell whether the message went out."""


@dataclass(slots=True)
class Outcome:
    """What became of a claim: sent to a place, to be tried again at a moment, or closed for a reason.

    With `unreachable` the member is not written to until they come back, for that reason.
    """

    claim: Claim
    state: State
    reason: str | None = None
    channel: str | None = None
    ts: str | None = None
    at: datetime | None = None
    unreachable: bool = False

    @property
    def error(self) -> str | None:
        """The reason, as it is kept."""
        return self.reason and self.reason[:REASON_LENGTH]


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing more for a workspace until a moment; `slower` after Slack said that it was too much."""

    until: datetime
    slower: bool = False


@dataclass(frozen=True)
class Look:
    """What one look found: how many due nudges it dealt with, what is to be sent, and how many came too late."""

    found: int = 0
    claims: Sequence[Claim] = ()
    late: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sight:
    """A claimed nudge as it was seen; unchanged for a lease's time, its worker is gone."""

    nudge_id: str
    key: str
    attempts: int
