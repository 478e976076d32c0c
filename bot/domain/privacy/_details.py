"""Whether messages name what they are about."""

from sqlalchemy import select

from bot.domain import nudges
from bot.domain.nudges import Nudge, State
from bot.storage.session import MemberSession


async def choose_details(session: MemberSession, *, wanted: bool) -> None:
    """Name in messages what they are about, or not; what was sent and is open is drawn anew, so that it holds at once."""
    if session.member.details_in_dms == wanted:
        return
    session.member.details_in_dms = wanted
    await session.flush()
    still_open = select(Nudge.ts).where(Nudge.ts.is_not(None), Nudge.state.in_((State.SENT, State.UNKNOWN)))
    nudges.closed_in(session).update(ts for ts in await session.scalars(still_open) if ts)
