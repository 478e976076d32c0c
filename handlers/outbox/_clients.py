"""The clients that call Slack, and Slack's word for a refusal."""

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import HttpRequest, HttpResponse, RetryState
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach

TIMEOUT_SECONDS = 10

# A trigger lives three seconds, and a worker that waits keeps others waiting.
LONGEST_WAIT_SECONDS = 3

# Whoever comes for the first time waits for this answer, and Slack waits three seconds for theirs.
PROFILE_SECONDS = 1.5


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
