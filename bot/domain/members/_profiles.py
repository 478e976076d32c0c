"""Who may be a member: what Slack says about a person, and what becomes of them when that changes."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from bot.core.errors import NotAllowed, NotFound
from bot.storage.base import new_id
from bot.storage.database import SystemSession
from bot.storage.identity import Member, Principal, Workspace
from bot.storage.session import MemberSession
from bot.storage.vault import Vault


@dataclass(frozen=True)
class Profile:
    """What Slack says about a person (users.info); any of it may be missing there."""

    zone: str | None = None
    deleted: bool = False
    bot: bool = False
    guest: bool = False
    stranger: bool = False
    name: str | None = None

    @property
    def refusal(self) -> str | None:
        """The words that say why this person cannot use Sayso; None for everybody who can."""
        reasons = {
            "no_bots": self.bot or self.deleted,
            "no_strangers": self.stranger,
            "no_guests": self.guest,
        }
        return next((words for words, holds in reasons.items() if holds), None)


# Why somebody who is a member may not use Sayso any more, beside which there are Slack's words for who cannot be reached.
REFUSALS = frozenset({"no_bots", "no_strangers", "no_guests"})


async def admit(
    session: SystemSession,
    vault: Vault,
    who: Principal,
    profile: Profile,
    *,
    spread: timedelta = timedelta(),
    to_answer: bool = False,
) -> None:
    """Make a member of a person who may be one, with a key of their own; NotAllowed for others.

    Within `spread` the member gets a place of their own, so that a crowd is not due in the same second. A guest is
    only ever admitted `to_answer` a colleague.
    """
    if refusal := replace(profile, guest=profile.guest and not to_answer).refusal:
        raise NotAllowed(refusal)
    # Two first requests of one person take turns at the workspace, so that one of them makes the member.
    workspace = select(Workspace.id).where(Workspace.team_id == who.team_id).with_for_update()
    workspace_id = await session.scalar(workspace)
    if workspace_id is None:
        raise NotFound("no_workspace")
    member = await find(session, who)
    if member is not None:
        member.guest = member.guest and profile.guest
    else:
        member_id = new_id()
        session.add(
            Member(
                id=member_id,
                workspace_id=workspace_id,
                user_id=who.user_id,
                wrapped_key=vault.new_key(member_id),
                zone=profile.zone,
                guest=profile.guest,
                offset_seconds=secrets.randbelow(int(spread.total_seconds()) + 1),
            )
        )


async def find(session: SystemSession, who: Principal) -> Member | None:
    """The member a principal is; None for somebody who was never admitted."""
    found: Member | None = await session.scalar(
        select(Member)
        .join(Workspace, Workspace.id == Member.workspace_id)
        .where(Workspace.team_id == who.team_id, Member.user_id == who.user_id)
    )
    return found


def check(member: Member) -> None:
    """NotAllowed for a member whose account was deactivated or made a guest's since."""
    if member.unreachable in REFUSALS:
        raise NotAllowed(member.unreachable)


async def follow_profile(session: MemberSession, profile: Profile) -> None:
    """Take over from Slack a changed zone, unless the member chose one, and whether they may use Sayso.

    Of a deactivated account it is kept since when, as what it left is destroyed after a while.
    """
    session.member.guest = session.member.guest and profile.guest
    session.member.unreachable = replace(profile, guest=profile.guest and not session.member.guest).refusal
    session.member.left_at = (session.member.left_at or session.now) if profile.deleted else None
    if profile.zone and not session.member.zone_pinned:
        session.member.zone = profile.zone
