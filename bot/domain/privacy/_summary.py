"""What is stored about a member: counts by kind, and everybody who got something of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from bot.domain import members
from bot.domain.feedback import Asked, Letter
from bot.domain.privacy._records import kinds
from bot.storage.session import MemberSession


@dataclass(frozen=True)
class Grant:
    """Something that another person has of the member's, or the member of theirs: what it is, who, since when.

    `what` is a block of templates/privacy/grants.j2, `who` their id in Slack.
    """

    what: str
    who: str
    on: date


@dataclass(frozen=True)
class Summary:
    """What is stored: how many records by table, the settings that matter here, and all grants."""

    counts: Mapping[str, int]
    grants: Sequence[Grant]
    since: date
    zone: str
    details_in_dms: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())


async def _feedback(session: MemberSession) -> list[Grant]:
    """Whom the member asked, and who asked them; what was sent lies with the other."""
    asked = (await session.scalars(select(Asked).order_by(Asked.asked_on))).all()
    letters = (await session.scalars(select(Letter).order_by(Letter.created_at))).all()
    return [
        *(Grant("asked", one.user_id, one.asked_on) for one in asked),
        *(
            Grant(
                "sent" if one.sent_at else "got",
                one.asker_id,
                members.local(session, one.sent_at or one.created_at).date(),
            )
            for one in letters
        ),
    ]


# A feature that shares something with others has a function here that tells a member's grants.
_GRANTS: Sequence[Callable[[MemberSession], Awaitable[Sequence[Grant]]]] = (_feedback,)


async def summary(session: MemberSession) -> Summary:
    """What is stored about the session's member now."""
    counts = {
        kind.__tablename__: await session.scalar(select(func.count()).select_from(kind)) or 0
        for kind in kinds()
    }
    return Summary(
        counts={table: count for table, count in counts.items() if count},
        grants=[grant for tell in _GRANTS for grant in await tell(session)],
        since=members.local(session, session.member.created_at).date(),
        zone=members.zone(session.member).key,
        details_in_dms=session.member.details_in_dms,
    )
