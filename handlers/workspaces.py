"""Workspaces in Slack: what happens when the app is taken out of one, or an org lets it into others."""

import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.coach import Coach
from bot.domain import workspaces
from bot.domain.workspaces import Installation
from handlers import outbox
from handlers.outbox import Tokens

log = logging.getLogger(__name__)

# Slack tells events again for hours, and its clock is not ours. What it says of so long after an installation, or of
# before it, may be about the token before; then Slack is asked.
SOON_AFTER = timedelta(minutes=1)


def register(app: AsyncApp) -> None:
    app.event("app_uninstalled")(leave)
    app.event("tokens_revoked")(leave)
    app.event("team_access_granted")(let_in)
    app.event("team_access_revoked")(shut_out)


async def leave(body: dict[str, Any], context: AsyncBoltContext, coach: Coach, tokens: Tokens) -> None:
    """Stop at once and destroy the token; Slack sends both events, in any order, perhaps twice and late."""
    event = body["event"]
    if not _is_about_us(event):
        return
    holder = await _holder(event, context, coach)
    if holder is None or (_may_be_older(body, holder) and await outbox.still_works(coach, holder.bot_token)):
        return
    async with coach.database.system() as session:
        await workspaces.disconnect(session, holder.team_id)
    tokens.forget(holder.team_id)
    log.info("workspace.left")


async def let_in(event: dict[str, Any], context: AsyncBoltContext, coach: Coach, tokens: Tokens) -> None:
    """An org lets the app into some more of its workspaces."""
    for team_id in _teams(event):
        if context.enterprise_id and await outbox.join(coach, team_id, context.enterprise_id):
            tokens.forget(team_id)


async def shut_out(event: dict[str, Any], coach: Coach, tokens: Tokens) -> None:
    """An org takes the app out of some of its workspaces; what they keep waits for a return as after an uninstall."""
    for team_id in _teams(event):
        async with coach.database.system() as session:
            await workspaces.part(session, team_id)
        tokens.forget(team_id)


async def _holder(event: dict[str, Any], context: AsyncBoltContext, coach: Coach) -> Installation | None:
    """Whose token it is that has ended: the org's, where Slack names no workspace or the org's bot; else the workspace's."""
    org, team_id = context.enterprise_id, context.team_id
    async with coach.database.system() as session:
        for_all = await workspaces.installed(session, coach.vault, org) if org else None
        own = await workspaces.installed(session, coach.vault, team_id) if team_id else None
    if for_all is None or (own and own.bot_token != for_all.bot_token and not context.is_enterprise_install):
        return own
    revoked = (event.get("tokens") or {}).get("bot") or ()
    named = context.is_enterprise_install or team_id in (None, org) or for_all.bot_user_id in revoked
    return for_all if named else None


def _may_be_older(body: dict[str, Any], holder: Installation) -> bool:
    """Whether the event may be about a token that was replaced since."""
    if holder.installed_at is None or "event_time" not in body:
        return False
    return datetime.fromtimestamp(body["event_time"], UTC) < holder.installed_at + SOON_AFTER


def _is_about_us(event: dict[str, Any]) -> bool:
    """A person's own token may be revoked too; ours is the bot's."""
    return "tokens" not in event or bool(event["tokens"].get("bot"))


def _teams(event: dict[str, Any]) -> list[str]:
    """The workspaces that an event names; Slack's own example has them one level further down."""
    named = event.get("team_ids") or (event.get("event") or {}).get("team_ids") or []
    return [team_id for team_id in named if isinstance(team_id, str)]
