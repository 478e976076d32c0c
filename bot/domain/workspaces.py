"""Workspaces that installed the app, and their sealed tokens."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.storage.base import new_id
from bot.storage.database import SystemSession
from bot.storage.identity import Workspace
from bot.storage.vault import Vault


@dataclass(frozen=True)
class Installation:
    """What Slack gave for one workspace: the bot's token and who the bot is there."""

    team_id: str
    bot_token: str
    bot_user_id: str | None = None
    bot_id: str | None = None


async def connect(session: SystemSession, vault: Vault, installation: Installation) -> Workspace:
    """Keep a workspace's token, sealed; a workspace that comes back finds its data again."""
    known = await _find(session, installation.team_id)
    workspace = known or await _make(session, vault, installation.team_id)
    sealer = vault.sealer(workspace.wrapped_key, workspace.id)
    workspace.bot_token_sealed = sealer.seal(installation.bot_token, _place(workspace))
    workspace.bot_user_id = installation.bot_user_id
    workspace.bot_id = installation.bot_id
    workspace.uninstalled_at = None
    return workspace


async def installed(session: SystemSession, vault: Vault, team_id: str) -> Installation | None:
    """The installation of a workspace; None where the app is not, or no longer, installed."""
    workspace = await _find(session, team_id)
    if workspace is None or workspace.bot_token_sealed is None:
        return None
    token = vault.sealer(workspace.wrapped_key, workspace.id).open(
        workspace.bot_token_sealed, _place(workspace)
    )
    return Installation(team_id, token, workspace.bot_user_id, workspace.bot_id)


async def disconnect(session: SystemSession, team_id: str) -> None:
    """Forget a workspace's token at once; Slack may say so twice and in any order."""
    workspace = await _find(session, team_id)
    if workspace is not None and workspace.uninstalled_at is None:
        workspace.bot_token_sealed = None
        workspace.uninstalled_at = session.sync_session.info["now"]


async def _find(session: SystemSession, team_id: str) -> Workspace | None:
    found: Workspace | None = await session.scalar(select(Workspace).where(Workspace.team_id == team_id))
    return found


async def _make(session: SystemSession, vault: Vault, team_id: str) -> Workspace:
    workspace_id = new_id()
    made = Workspace(id=workspace_id, team_id=team_id, wrapped_key=vault.new_key(workspace_id))
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError:
        # Another process that started at the same moment was first.
        return (await session.scalars(select(Workspace).where(Workspace.team_id == team_id))).one()
    return made


def _place(workspace: Workspace) -> str:
    return f"workspaces.bot_token|{workspace.id}"
