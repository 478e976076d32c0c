"""What Slack says about a person."""

import asyncio
import logging
from dataclasses import replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.errors import Busy
from bot.domain.members import Profile
from bot.storage.identity import Principal
from handlers.outbox._clients import PROFILE_SECONDS

log = logging.getLogger(__name__)


async def profile_of(slack: AsyncWebClient, who: Principal, enterprise_id: str | None = None) -> Profile:
    """What Slack knows about a person; any field may be missing. Busy when Slack does not say."""
    try:
        async with asyncio.timeout(PROFILE_SECONDS):
            user = (await slack.users_info(user=who.user_id)).get("user") or {}
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("profile.unknown", extra={"reason": type(error).__name__})
        raise Busy("slack_is_silent") from None
    found = profile(user)
    return found if is_at_home(user, who.team_id, enterprise_id) else replace(found, stranger=True)


def profile(user: dict[str, Any]) -> Profile:
    """A profile from Slack's user object (https://docs.slack.dev/reference/objects/user-object)."""
    zone, name = user.get("tz"), user.get("real_name") or user.get("name")
    return Profile(
        name=name if isinstance(name, str) else None,
        zone=zone if isinstance(zone, str) and zone else None,
        deleted=bool(user.get("deleted")),
        bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        stranger=bool(user.get("is_stranger")),
    )


def is_at_home(user: dict[str, Any], team_id: str, enterprise_id: str | None) -> bool:
    """Whether a person is of this workspace or its org.

    `is_stranger` alone does not say: it is left out for people of other workspaces who share a channel with the app.
    """
    home, within = user.get("team_id"), user.get("enterprise_user") or {}
    if not home or home == team_id or team_id in (within.get("teams") or ()):
        return True
    return enterprise_id is not None and enterprise_id in (home, within.get("enterprise_id"))
