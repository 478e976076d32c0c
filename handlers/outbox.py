"""The Messenger for Slack: one client with a token per workspace, and what Slack's refusals mean."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

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
from bot.storage.identity import Principal

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 10

# A trigger lives three seconds, and a worker that waits keeps others waiting.
LONGEST_WAIT_SECONDS = 3

# Whoever comes for the first time waits for this answer, and Slack waits three seconds for theirs.
PROFILE_SECONDS = 1.5

# Other processes may have seen an uninstall or a new token, so what is known here grows old.
TOKEN_AGE = timedelta(minutes=1)

# Nobody who is written to has asked for it just now, so a worker looks more often whether it still may.
SENDING_AGE = timedelta(seconds=1)

# How often the configured token is tried for a workspace that has none, while people there ask.
TRY_AGAIN_AFTER = timedelta(seconds=5)


# Slack's words for a token that is none any more.
ENDED = frozenset({"account_inactive", "invalid_auth", "token_expired", "token_revoked"})


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


async def profile_of(slack: AsyncWebClient, who: Principal, enterprise_id: str | None = None) -> Profile:
    """What Slack knows about a person; any field may be missing. Busy when Slack does not say."""
    try:
        async with asyncio.timeout(PROFILE_SECONDS):
            user = (await slack.users_info(user=who.user_id)).get("user") or {}
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError) as error:
        log.warning("profile.unknown", extra={"reason": type(error).__name__})
        raise Busy("slack_is_silent") from None
    found = profile(user)
    return found if _is_at_home(user, who.team_id, enterprise_id) else replace(found, stranger=True)


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


def _is_at_home(user: dict[str, Any], team_id: str, enterprise_id: str | None) -> bool:
    """Whether a person is of this workspace or its org.

    `is_stranger` alone does not say: it is left out for people of other workspaces who share a channel with the app.
    """
    home, within = user.get("team_id"), user.get("enterprise_user") or {}
    if not home or home == team_id or team_id in (within.get("teams") or ()):
        return True
    return enterprise_id is not None and enterprise_id in (home, within.get("enterprise_id"))


@dataclass(frozen=True)
class _Known:
    installation: Installation
    at: datetime


class Tokens:
    """Finds the token of a workspace, its own or its org's; remembers it for a minute.

    `configured` gives the tokens that an operator has set, as they are now.
    """

    def __init__(self, coach: Coach, configured: Callable[[], Sequence[str]] | None = None) -> None:
        self._coach = coach
        self._configured = configured or partial(configured_tokens, coach.settings)
        self._known: dict[str, _Known] = {}
        self._forgotten = 0
        self._tried: dict[str, datetime] = {}

    async def find(self, team_id: str, *, age: timedelta = TOKEN_AGE) -> Installation | None:
        """The installation that serves a workspace now; None where there is none, which is not remembered."""
        known, now = self._known.get(team_id), self._coach.clock.now()
        if known is not None and abs(now - known.at) <= age:
            return known.installation
        forgotten = self._forgotten
        async with self._coach.database.system() as session:
            found = await workspaces.installed(session, self._coach.vault, team_id)
        if found is None:
            self._known.pop(team_id, None)
        elif forgotten == self._forgotten:
            # Had the workspace left meanwhile, this would be what was read before.
            self._known[team_id] = _Known(found, now)
        return found

    def is_old(self, team_id: str | None) -> bool:
        """Whether what is known of a workspace should be looked at again."""
        known = self._known.get(team_id or "")
        return known is not None and abs(self._coach.clock.now() - known.at) > TOKEN_AGE

    def forget(self, holder_id: str) -> None:
        """A workspace or an org (its id) has a new token, or none: that and whatever lives on it is looked up anew."""
        self._forgotten += 1
        for team_id, known in list(self._known.items()):
            if holder_id in (team_id, known.installation.enterprise_id):
                del self._known[team_id]

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Bolt's question: which token may answer this workspace? None where the app is not installed.

        A request shows that the app is installed, so what is known is good enough, however old: a database
        that is slow now must leave time for the answer.
        """
        if not team_id:
            return None
        known = self._known.get(team_id)
        found = known.installation if known else await self.find(team_id)
        if found is None and await self._comes_back(enterprise_id, team_id):
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

    async def _comes_back(self, enterprise_id: str | None, team_id: str) -> bool:
        """Whether a workspace without a token has one all the same: its org's, or the one an operator has set."""
        if enterprise_id and await join(self._coach, team_id, enterprise_id):
            return True
        now = self._coach.clock.now()
        if abs(now - self._tried.get(team_id, now - TRY_AGAIN_AFTER)) < TRY_AGAIN_AFTER:
            return False
        self._tried[team_id] = now
        for token in self._configured():
            with suppress(SettingsError, TimeoutError):
                async with asyncio.timeout(PROFILE_SECONDS):
                    found = await _whose(self._coach, token)
                if found.team_id == team_id:
                    await keep(self._coach, found)
                    return True
        return False


def configured_tokens(settings: Settings) -> Sequence[str]:
    """The bot token that an operator has set, if any."""
    return [settings.slack_bot_token.get_secret_value()] if settings.slack_bot_token else []


async def install(coach: Coach, token: str) -> Installation:
    """Ask Slack whose token this is and keep it; SettingsError when Slack refuses it or does not answer."""
    found = await _whose(coach, token)
    await keep(coach, found)
    return found


async def _whose(coach: Coach, token: str) -> Installation:
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


@dataclass(frozen=True)
class SlackFacts:
    """What Slack says about our token, and how far its clock is from ours."""

    team: str
    scopes: frozenset[str]
    clock_apart: timedelta


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
