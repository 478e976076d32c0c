"""What waits for a member or was asked, at a glance; and the nudge about something new, of which none can be waiting yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, literal

from bot.domain.nudges import rules
from bot.domain.nudges.kinds import Kind
from bot.domain.nudges.nudge import Nudge, State
from bot.storage.session import Kept, MemberSession


@dataclass(frozen=True)
class Waiting:
    """What is known of a nudge that waits or is open, where no more is wanted."""

    kind: str
    subject: str
    local_on: date
    unanswered: int
    asked_at: datetime | None
    state: str

    def is_fresh(self, on: date) -> bool:
        """Whether it is planned for that date already, as if it had just been: not snoozed, nothing unanswered."""
        return not self.was_asked and self.local_on == on and not self.unanswered

    @property
    def was_asked(self) -> bool:
        """Whether it stands in a message already, be it snoozed since."""
        return self.state != State.WAITING or self.asked_at is not None


_WAITING = Kept(
    Nudge,
    (Nudge.kind, Nudge.subject, Nudge.local_on, Nudge.unanswered, Nudge.asked_at, Nudge.state),
    Nudge.state.in_([literal(state.value) for state in (State.WAITING, State.SENT, State.UNKNOWN)]),
    Nudge.kind.in_((bindparam("one"), bindparam("other"), bindparam("third"))),
)


async def of(session: MemberSession, one: Kind, other: Kind, third: Kind) -> Sequence[Waiting]:
    """What waits or is open of three kinds, in one look."""
    found = await session.look(_WAITING, one=one.name, other=other.name, third=third.name)
    return [Waiting(*row) for row in found]


def first(session: MemberSession, kind: Kind, on: date, subject: str) -> Nudge | None:
    """The nudge about something new, of which none can be waiting yet, to be put; None where none is wanted."""
    member = session.member
    if not rules.is_wanted(kind, member):
        return None
    turn = rules.on_date(member, on)
    due_at = turn.at + timedelta(seconds=member.offset_seconds)
    return Nudge(kind=kind.name, subject=subject, planned_at=turn.at, due_at=due_at, local_on=turn.on)
