"""Whose token it is: asked of Slack, kept for its workspace or org, and looked at without being kept."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.coach import Coach
from bot.core.clock import SystemClock
from bot.core.errors import Busy
from bot.domain import nudges, workspaces
from bot.domain.workspaces import Installation
from bot.settings import Settings, SettingsError
from handlers.outbox._clients import PROFILE_SECONDS, TIMEOUT_SECONDS, client, word_of

# Slack's words for a token that is none any more.
ENDED = frozenset({"account_inactive", "invalid_auth", "token_expired", "token_revoked"})


@dataclass(frozen=True)
class SlackFacts:
    """What Slack says about our token, and how far its clock is from ours."""

    team: str
    scopes: frozenset[str]
    clock_apart: timedelta


def configured_tokens(settings: Settings) -> Sequence[str]:
    """The bot token that an operator has set, if any."""
    return [settings.slack_bot_token.get_secret_value()] if settings.slack_bot_token else []


async def install(coach: Coach, token: str) -> Installation:
    """Ask Slack whose token this is and keep it; SettingsError when Slack refuses it or does not answer."""
    found = await whose(coach, token)
    await keep(coach, found)
    return found


async def whose(coach: Coach, token: str) -> Installation:
    """The installation that a token belongs to, as Slack says; SettingsError when it refuses or is silent."""
    who = await _auth_test(client(coach, token), coach.settings.slack_api_url)
    found = Installation(
        str(who["team_id"]),
        token,
        who.get("user_id"),
        who.get("bot_id"),
        who.get("enterprise_id"),
        _scopes_of(who),
    )
    for_all = who.get("is_enterprise_install") and found.enterprise_id
    return replace(found, team_id=for_all) if for_all else found


async def keep(coach: Coach, installation: Installation) -> None:
    """Keep what Slack gave; what could not be sent with an older token waits no longer."""
    async with coach.database.system() as session:
        before = await workspaces.installed(session, coach.vault, installation.team_id)
        await workspaces.connect(session, coach.vault, installation)
        if before is None or before.bot_token != installation.bot_token:
            for team_id in (
                installation.team_id,
                *await workspaces.of_org(session, installation.team_id),
            ):
                await nudges.release(session, team_id)


async def join(coach: Coach, team_id: str, enterprise_id: str) -> bool:
    """Let a workspace live on its org's token, and what waits there go out; whether it may."""
    async with coach.database.system() as session:
        joined = await workspaces.join(session, coach.vault, team_id, enterprise_id)
        if joined:
            await session.flush()
            await nudges.release(session, team_id)
    return joined


async def still_works(coach: Coach, token: str) -> bool:
    """Whether Slack still takes a token; Busy when it does not say."""
    try:
        async with asyncio.timeout(PROFILE_SECONDS):
            await client(coach, token).auth_test()
    except SlackApiError as refused:
        if word_of(refused) in ENDED:
            return False
        raise Busy("slack_is_silent") from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise Busy("slack_is_silent") from None
    return True


async def examine(settings: Settings) -> SlackFacts:
    """Look at the bot token without storing anything; SettingsError when it is refused."""
    token = next(iter(configured_tokens(settings)), "")
    slack = AsyncWebClient(
        token=token, base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[]
    )
    answer = await _auth_test(slack, settings.slack_api_url)
    told = _headers(answer).get("date")
    there = parsedate_to_datetime(told) if told else SystemClock().now()
    return SlackFacts(str(answer["team_id"]), _scopes_of(answer), SystemClock().now() - there)


def _headers(answer: AsyncSlackResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def _scopes_of(answer: AsyncSlackResponse) -> frozenset[str]:
    return scopes(_headers(answer).get("x-oauth-scopes", ""))


def scopes(told: str) -> frozenset[str]:
    """Scopes as Slack lists them, with commas."""
    return frozenset(scope.strip() for scope in told.split(",") if scope.strip())


async def _auth_test(slack: AsyncWebClient, url: str) -> AsyncSlackResponse:
    try:
        return await slack.auth_test()
    except SlackApiError as refused:
        raise SettingsError("token_refused", error=word_of(refused)) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise SettingsError("slack_unreachable", url=url) from None
