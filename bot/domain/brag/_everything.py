"""All wins and goals of a member as JSON, private ones too: what `/win import` reads again."""

from bot.domain import goals, members, portable, wins
from bot.domain.brag._periods import EVER
from bot.storage.session import MemberSession


async def everything(session: MemberSession) -> str:
    """Whatever is kept outside the bin; the newest win first."""
    kept = await goals.kept(session)
    places = {goal.id: place for place, goal in enumerate(kept)}
    found = await wins.between(session, EVER)
    return portable.write(
        [wins.of(win) for win in found],
        exported_on=members.today(session),
        goals=await portable.goals_as_json(session, kept),
        goal_of=[places.get(win.goal_id or "") for win in found],
    )
