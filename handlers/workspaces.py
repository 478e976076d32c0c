"""Workspaces in Slack: what happens when the app is taken out of one."""

import logging
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from bot.coach import Coach
from bot.domain import workspaces
from handlers.outbox import Tokens

log = logging.getLogger(__name__)


def register(app: AsyncApp) -> None:
    app.event("app_uninstalled")(leave)
    app.event("tokens_revoked")(leave)


async def leave(body: dict[str, Any], coach: Coach, tokens: Tokens) -> None:
    """Stop at once and forget the token; Slack sends both events, in any order, perhaps twice."""
    if not _is_about_us(body["event"]):
        return
    team_id = body["team_id"]
    async with coach.database.system() as session:
        await workspaces.disconnect(session, team_id)
    tokens.forget(team_id)
    log.info("workspace.left")


def _is_about_us(event: dict[str, Any]) -> bool:
    """A person's own token may be revoked too; ours is the bot's."""
    return "tokens" not in event or bool(event["tokens"].get("bot"))
