"""Orgs: workspaces that live on the token of their org join it, and part from it."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.domain.workspaces._installations import find, make
from bot.storage.database import SystemSession
from bot.storage.identity import Workspace
from bot.storage.vault import Vault


async def join(session: SystemSession, vault: Vault, team_id: str, enterprise_id: str) -> bool:
    """Let a workspace live on its org's token; whether it may. What it kept before it joined is still its own."""
    org = await find(session, enterprise_id, lock=True)
    if org is None or org.bot_token_sealed is None or team_id == enterprise_id:
        return False
    workspace = await find(session, team_id, lock=True) or await make(session, vault, team_id)
    workspace.enterprise_id, workspace.uninstalled_at = enterprise_id, None
    return True


async def part(session: SystemSession, team_id: str) -> None:
    """The org's token does not serve this workspace any more; one with a token of its own goes on."""
    workspace = await find(session, team_id, lock=True)
    if workspace is not None and workspace.bot_token_sealed is None and workspace.uninstalled_at is None:
        workspace.uninstalled_at = session.now


async def of_org(session: SystemSession, enterprise_id: str) -> Sequence[str]:
    """The workspaces (team ids) that belong to an org, its own row not among them."""
    found = select(Workspace.team_id).where(
        Workspace.enterprise_id == enterprise_id, Workspace.team_id != enterprise_id
    )
    return (await session.scalars(found.order_by(Workspace.team_id))).all()
