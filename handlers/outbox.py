"""The Messenger for Slack: one client with a token per workspace, and what Slack's refusals mean."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.coach import Coach
from bot.core.clock import SystemClock
from bot.core.errors import Busy
from bot.domain import nudges, workspaces
from bot.domain.members import Profile
from bot.domain.workspaces import Installation
from bot.settings import Settings, SettingsError

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10

# A trigger lives three seconds, and a worker that waits keeps others waiting.
LONGEST_WAIT_SECONDS = 3

# Whoever comes for the first time waits for this answer, and Slack waits three seconds for theirs.
PROFILE_SECONDS = 1.5

# Other processes may have seen an uninstall or a new token, so what is known here grows old.
TOKEN_AGE = timedelta(minutes=1)


class ShortWaits(AsyncRateLimitErrorRetryHandler):
    """Waits on 429 where Slack says for how long and that is short; the rest is told to the caller at once."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if not await super()._can_retry_async(state=state, request=request, response=response, error=error):
            return False
        headers = {name.lower(): value for name, value in (response.headers if response else {}).items()}
        seconds = str((headers.get("retry-after") or ["?"])[0])
        return seconds.isdecimal() and int(seconds) <= LONGEST_WAIT_SECONDS


def client(coach: Coach, token: str | None = None) -> AsyncWebClient:
    """A client that retries on 429 only: anything else may have been carried out already."""
    return AsyncWebClient(
        token=token,
        base_url=coach.settings.slack_api_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[ShortWaits(max_retry_count=2)],
    )


def sender(coach: Coach, token: str, session: aiohttp.ClientSession, seconds: float) -> AsyncWebClient:
    """A client for nudges: it never posts anything twice, and leaves even a 429 to the pace of the workspace."""
    return AsyncWebClient(
        token=token,
        base_url=coach.settings.slack_api_url,
        # The SDK counts whole seconds; the session's own timeout is the exact one.
        timeout=max(int(seconds), 1),
        session=session,
        retry_handlers=[],
    )


def word_of(refused: SlackApiError) -> str:
    """Slack's word for its refusal; empty where the answer was no JSON, as in an outage."""
    data = getattr(refused.response, "data", refused.response)
    return str(data.get("error") or "") if isinstance(data, dict) else ""


async def profile_of(slack: AsyncWebClient, user_id: str) -> Profile:
    """What Slack knows about a person; any field may be missing. Busy when Slack does not say."""
    try:
        async with asyncio.timeout(PROFILE_SECONDS):
            user = (await slack.users_info(user=user_id)).get("user") or {}
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("profile.unknown", extra={"reason": type(error).__name__})
        raise Busy("slack_is_silent") from None
    return profile(user)


def profile(user: dict[str, object]) -> Profile:
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


@dataclass(frozen=True)
class _Known:
    installation: Installation | None
    at: datetime


class Tokens:
    """Finds the token of a workspace; remembers it for a minute."""

    def __init__(self, coach: Coach) -> None:
        self._coach = coach
        self._known: dict[str, _Known] = {}

    async def find(self, team_id: str) -> Installation | None:
        known, now = self._known.get(team_id), self._coach.clock.now()
        if known is None or abs(now - known.at) > TOKEN_AGE:
            async with self._coach.database.system() as session:
                found = await workspaces.installed(session, self._coach.vault, team_id)
            known = self._known[team_id] = _Known(found, now)
        return known.installation

    def is_old(self, team_id: str | None) -> bool:
        """Whether what is known of a workspace should be looked at again."""
        known = self._known.get(team_id or "")
        return known is not None and abs(self._coach.clock.now() - known.at) > TOKEN_AGE

    def forget(self, team_id: str) -> None:
        self._known.pop(team_id, None)

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Bolt's question: which token may answer this workspace? None where the app is not installed.

        A request shows that the app is installed, so what is known is good enough, however old: a database
        that is slow now must leave time for the answer.
        """
        known = self._known.get(team_id or "")
        found = known.installation if known else None
        if found is None and team_id:
            found = await self.find(team_id)
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.bot_token,
            bot_user_id=found.bot_user_id,
            bot_id=found.bot_id,
        )


async def install(coach: Coach, token: str) -> Installation:
    """Ask Slack whose token this is and keep it; SettingsError when Slack refuses it or does not answer."""
    who = await _auth_test(client(coach, token), coach.settings.slack_api_url)
    found = Installation(str(who["team_id"]), token, who.get("user_id"), who.get("bot_id"))
    async with coach.database.system() as session:
        before = await workspaces.installed(session, coach.vault, found.team_id)
        await workspaces.connect(session, coach.vault, found)
        if before is None or before.bot_token != token:
            # What could not be sent with the old token waits no longer.
            await nudges.release(session, found.team_id)
    return found


@dataclass(frozen=True)
class SlackFacts:
    """What Slack says about our token, and how far its clock is from ours."""

    team: str
    scopes: frozenset[str]
    clock_apart: timedelta


async def examine(settings: Settings) -> SlackFacts:
    """Look at the bot token without storing anything; SettingsError when it is refused."""
    token = settings.require_slack().get_secret_value()
    slack = AsyncWebClient(
        token=token, base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[]
    )
    answer = await _auth_test(slack, settings.slack_api_url)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    told = headers.get("date")
    there = parsedate_to_datetime(told) if told else SystemClock().now()
    scopes = frozenset(
        scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",") if scope.strip()
    )
    return SlackFacts(str(answer["team_id"]), scopes, SystemClock().now() - there)


async def _auth_test(slack: AsyncWebClient, url: str) -> AsyncSlackResponse:
    try:
        return await slack.auth_test()
    except SlackApiError as refused:
        raise SettingsError("token_refused", error=word_of(refused)) from None
    except (aiohttp.ClientError, TimeoutError, OSError):
        raise SettingsError("slack_unreachable", url=url) from None
