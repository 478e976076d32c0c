"""Installations: a workspace's or an org's token, sealed with a key of its own; found, renewed and forgotten.

An org that installed the app for all of its workspaces has a row like a workspace's, under the org's own id.
Its workspaces have rows without a token, which name the org: one token, and everybody's words where they belong.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.exc import IntegrityError

from bot.storage.base import new_id
from bot.storage.database import SystemSession
from bot.storage.identity import Workspace
from bot.storage.vault import Vault


@dataclass(frozen=True)
class Installation:
    """What Slack gave for one workspace, or for an org (then `team_id` is the org's id too).

    `scopes` are what was granted; none are known for a token that was kept before they were.
    """

    team_id: str
    bot_token: str
    bot_user_id: str | None = None
    bot_id: str | None = None
    enterprise_id: str | None = None
    scopes: frozenset[str] = frozenset()
    installed_at: datetime | None = field(default=None, compare=False)


async def connect(session: SystemSession, vault: Vault, installation: Installation) -> Workspace:
    """Keep a workspace's or an org's token, sealed; who comes back finds the data again."""
    known = await find(session, installation.team_id, lock=True)
    workspace = known or await make(session, vault, installation.team_id)
    sealer = vault.sealer(workspace.wrapped_key, workspace.id)
    workspace.bot_token_sealed = sealer.seal(installation.bot_token, _place(workspace))
    workspace.bot_user_id = installation.bot_user_id
    workspace.bot_id = installation.bot_id
    workspace.enterprise_id = installation.enterprise_id
    workspace.scopes = ",".join(sorted(installation.scopes)) or None
    workspace.installed_at = session.now
    workspace.uninstalled_at = None
    if is_org(workspace):
        await session.flush()
        await session.execute(without_their_own(workspace).values(uninstalled_at=None))
    return workspace


async def installed(session: SystemSession, vault: Vault, team_id: str) -> Installation | None:
    """The installation that serves a workspace, its own or its org's; None where there is none any more."""
    workspace = await find(session, team_id)
    if workspace is None or workspace.uninstalled_at is not None:
        return None
    holder = workspace if workspace.bot_token_sealed else await org_of(session, workspace)
    if holder is None or holder.bot_token_sealed is None:
        return None
    token = vault.sealer(holder.wrapped_key, holder.id).open(holder.bot_token_sealed, _place(holder))
    return Installation(
        team_id,
        token,
        holder.bot_user_id,
        holder.bot_id,
        holder.enterprise_id,
        _scopes(holder.scopes),
        holder.installed_at,
    )


async def disconnect(session: SystemSession, team_id: str) -> None:
    """Destroy the token of a workspace or an org at once; Slack may say so twice and in any order.

    A workspace that its org's token serves goes on with that one.
    """
    workspace = await find(session, team_id, lock=True)
    if workspace is None or workspace.bot_token_sealed is None:
        return
    workspace.bot_token_sealed = None
    org = await org_of(session, workspace)
    if org is not None and org.bot_token_sealed is not None:
        return
    workspace.uninstalled_at = session.now
    if is_org(workspace):
        served = without_their_own(workspace).where(Workspace.uninstalled_at.is_(None))
        await session.execute(served.values(uninstalled_at=session.now))


async def lacking(session: SystemSession, wanted: Collection[str]) -> dict[str, list[str]]:
    """Which of the wanted scopes the kept tokens lack, by workspace or org; those of which none are known are left out."""
    rows = await session.execute(select(Workspace.team_id, Workspace.scopes).where(*_HAS_TOKEN))
    missing = {team_id: sorted(set(wanted) - _scopes(scopes)) for team_id, scopes in rows if scopes}
    return {team_id: names for team_id, names in sorted(missing.items()) if names}


async def tokens_kept(session: SystemSession) -> Sequence[str]:
    """The workspaces and orgs that have a token now."""
    found = select(Workspace.team_id).where(*_HAS_TOKEN).order_by(Workspace.team_id)
    return (await session.scalars(found)).all()


_HAS_TOKEN = (Workspace.bot_token_sealed.is_not(None), Workspace.uninstalled_at.is_(None))


async def find(session: SystemSession, team_id: str, *, lock: bool = False) -> Workspace | None:
    """The row of a workspace or an org; to change it, locked, as it may be destroyed at the same moment."""
    rows = select(Workspace).where(Workspace.team_id == team_id)
    found: Workspace | None = await session.scalar(rows.with_for_update() if lock else rows)
    return found


async def make(session: SystemSession, vault: Vault, team_id: str) -> Workspace:
    """A new row with a key of its own; the one that another process made at the same moment, if it was first."""
    workspace_id = new_id()
    made = Workspace(id=workspace_id, team_id=team_id, wrapped_key=vault.new_key(workspace_id))
    try:
        async with session.begin_nested():
            session.add(made)
    except IntegrityError:
        return (await session.scalars(select(Workspace).where(Workspace.team_id == team_id))).one()
    return made


def is_org(workspace: Workspace) -> bool:
    return workspace.enterprise_id == workspace.team_id


async def org_of(session: SystemSession, workspace: Workspace) -> Workspace | None:
    """The org that a workspace belongs to, where the org installed the app."""
    if workspace.enterprise_id is None or is_org(workspace):
        return None
    return await find(session, workspace.enterprise_id)


def without_their_own(org: Workspace) -> Update:
    """A change of the org's workspaces that live on its token."""
    return update(Workspace).where(
        Workspace.enterprise_id == org.team_id,
        Workspace.team_id != org.team_id,
        Workspace.bot_token_sealed.is_(None),
    )


def _scopes(kept: str | None) -> frozenset[str]:
    return frozenset(kept.split(",")) if kept else frozenset()


def _place(workspace: Workspace) -> str:
    return f"workspaces.bot_token|{workspace.id}"
