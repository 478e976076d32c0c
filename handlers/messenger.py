"""The Messenger for Slack: sends a claimed nudge to its member's DM, and finds one that may have been sent."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.coach import Coach
from bot.core.errors import Busy, NotFound
from bot.domain import subjects
from bot.domain.nudges import Claim, Refused, Uncertain, Unsent, wants_details
from bot.domain.subjects import Naming
from handlers import deadlines, kit, nudges, outbox
from handlers.outbox import Tokens

EVENT_TYPE = "sayso_delivery"

# What Slack's refusals mean (https://docs.slack.dev/reference/methods/chat.postMessage#errors); the table
# stands in docs/nudges.md. One member cannot be written to, until they come back:
MEMBER = frozenset(
    {
        "user_not_found",
        "users_not_found",
        "user_disabled",
        "user_not_visible",
        "cannot_dm_bot",
        "cannot_dm_user",
        "channel_not_found",
        "is_archived",
        "messages_tab_disabled",
        "not_in_channel",
        "restricted_action",
    }
)
# The workspace lets nobody be written to: its token or its rights are gone.
WORKSPACE = frozenset(
    {
        "access_denied",
        "account_inactive",
        "accesslimited",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "org_login_required",
        "team_access_not_granted",
        "team_added_to_org",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
# Slack broke off in the middle and may have posted it.
BROKEN_OFF = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})

REFUSED_AGAIN_AFTER = timedelta(hours=1)
SILENT_AGAIN_AFTER = timedelta(seconds=5)
RETRY_AFTER = timedelta(seconds=30)

# A message may lie under what the member wrote since: so many a page, so many pages, and back to so long
# before the claim, since our clock and Slack's need not agree.
HISTORY = 100
PAGES = 10
BEFORE_THE_CLAIM = timedelta(days=2)

_NETWORK = (SlackRequestError, aiohttp.ClientError, TimeoutError, OSError)


class SlackMessenger:
    """Carries deliveries with the right workspace's token, all over one pool of connections.

    A call is given up well before the claim's lease could be thought to have run out.
    """

    def __init__(self, coach: Coach, tokens: Tokens) -> None:
        self._coach = coach
        self._tokens = tokens
        self._http: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        message = await self._message(claim)
        client = await self._client(claim)
        arguments = {
            "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": claim.key}},
            "unfurl_links": False,
            "unfurl_media": False,
            **message.as_arguments(),
        }
        try:
            return await self._post(client, claim, await self._conversation(client, claim), arguments)
        except _ChannelGoneError:
            # The conversation that was known is not there any more; what was refused was not posted.
            return await self._post(client, claim, await self._open(client, claim), arguments)

    async def _message(self, claim: Claim) -> kit.Message:
        """The message in its words, with the names of what it is about for those who want them; Unsent for nobody."""
        try:
            async with self._coach.database.system() as session:
                named = await wants_details(session, claim)
            naming = await self._naming(claim, named=named)
        except NotFound:
            raise Unsent("erased") from None
        except Busy:
            raise Unsent("busy", after=SILENT_AGAIN_AFTER) from None
        return nudges.message(self._coach.prose, claim, self._coach.clock.now(), naming)

    async def _naming(self, claim: Claim, *, named: bool) -> Naming:
        if not named and not subjects.can_be_placed(claim.parts):
            return subjects.UNKNOWN
        async with self._coach.session(claim.who, present=False) as session:
            return await subjects.naming(session, claim.parts, named=named)

    async def find(self, claim: Claim) -> tuple[str, str] | None:
        client = await self._client(claim)
        channel = claim.opened = await self._conversation(client, claim)
        earliest = (claim.claimed_at or self._coach.clock.now()) - BEFORE_THE_CLAIM
        cursor: str | None = None
        for _ in range(PAGES):
            page = await self._history(client, channel, cursor)
            messages: list[dict[str, Any]] = page.get("messages") or []
            found = next((str(one["ts"]) for one in messages if _key_of(one) == claim.key), None)
            if found is not None:
                return channel, found
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None or any(float(one["ts"]) < earliest.timestamp() for one in messages):
                return None
        # So much was written since that nobody can tell.
        raise Uncertain

    async def _history(self, client: AsyncWebClient, channel: str, cursor: str | None) -> AsyncSlackResponse:
        try:
            return await client.conversations_history(
                channel=channel, include_all_metadata=True, limit=HISTORY, cursor=cursor
            )
        except SlackApiError as refused:
            meaning = _meaning(refused)
            if isinstance(meaning, Unsent) and meaning.whom == "workspace":
                raise meaning from None
            if isinstance(meaning, Uncertain):
                raise _silent("history") from None
            raise Uncertain from None
        except _NETWORK as fault:
            raise _silent(type(fault).__name__) from None

    async def _conversation(self, client: AsyncWebClient, claim: Claim) -> str:
        return claim.channel or claim.opened or await self._open(client, claim)

    async def _post(
        self, client: AsyncWebClient, claim: Claim, channel: str, arguments: dict[str, Any]
    ) -> tuple[str, str]:
        try:
            # By the time of Slack's answer another worker could have looked for it, and sent it again.
            with deadlines.only_in_time(claim.in_time):
                sent = await client.chat_postMessage(channel=channel, **arguments)
        except deadlines.TooLateError:
            raise Unsent("slow", after=SILENT_AGAIN_AFTER) from None
        except SlackApiError as refused:
            if outbox.word_of(refused) == "channel_not_found":
                raise _ChannelGoneError from None
            raise _of_content(_meaning(refused)) from None
        except aiohttp.ClientConnectorError as fault:
            # Nobody was there to take it.
            raise _silent(type(fault).__name__) from None
        except _NETWORK:
            raise Uncertain from None
        return str(sent["channel"]), str(sent["ts"])

    async def _client(self, claim: Claim) -> AsyncWebClient:
        found = await self._tokens.find(claim.who.team_id, age=outbox.SENDING_AGE)
        if found is None:
            raise Unsent("no_token", after=REFUSED_AGAIN_AFTER, whom="workspace")
        seconds = min(outbox.TIMEOUT_SECONDS, self._coach.settings.lease_seconds / 3)
        if self._http is None:
            # The SDK would open one for each call otherwise, which costs more than the call.
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(total=seconds),
                request_class=deadlines.TimedRequest,
            )
        return outbox.sender(self._coach, found.bot_token, self._http, seconds)

    async def _open(self, client: AsyncWebClient, claim: Claim) -> str:
        """The member's DM channel; opening it twice is harmless."""
        try:
            opened = await client.conversations_open(users=claim.who.user_id)
        except SlackApiError as refused:
            meaning = _meaning(refused)
            raise (meaning if isinstance(meaning, Unsent) else _silent("open")) from None
        except _NETWORK as fault:
            raise _silent(type(fault).__name__) from None
        return str(opened["channel"]["id"])


class _ChannelGoneError(Unsent):
    """The member's DM is not where it was; once it was opened anew, that is an answer."""

    def __init__(self) -> None:
        super().__init__("channel_not_found", after=REFUSED_AGAIN_AFTER, whom="member")


def _silent(reason: str) -> Unsent:
    return Unsent(reason, after=SILENT_AGAIN_AFTER, whom="workspace")


def _key_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    key = (metadata.get("event_payload") or {}).get("key")
    return str(key) if metadata.get("event_type") == EVENT_TYPE and key else None


def _meaning(refused: SlackApiError) -> Unsent | Uncertain:
    """What Slack's refusal says about the message: whom it concerns, or that nobody can tell."""
    error = outbox.word_of(refused)
    status = getattr(refused.response, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
    if status == HTTPStatus.TOO_MANY_REQUESTS or error in ("ratelimited", "rate_limited"):
        return Unsent("ratelimited", after=_retry_after(refused), whom="workspace", slower=True)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or not error or error in BROKEN_OFF:
        return Uncertain()
    if error in WORKSPACE:
        return Unsent(error, after=REFUSED_AGAIN_AFTER, whom="workspace")
    return Unsent(error, after=REFUSED_AGAIN_AFTER, whom="member" if error in MEMBER else "nudge")


def _of_content(meaning: Unsent | Uncertain) -> Unsent | Uncertain:
    """What concerns neither the member nor the workspace is in what was to be posted."""
    if isinstance(meaning, Unsent) and meaning.whom == "nudge":
        return Refused(meaning.reason, after=meaning.after)
    return meaning


def _retry_after(refused: SlackApiError) -> timedelta:
    told = {name.lower(): value for name, value in (refused.response.headers or {}).items()}.get(
        "retry-after"
    )
    seconds = str(told[0] if isinstance(told, list) else told)
    return timedelta(seconds=int(seconds)) if seconds.isdecimal() else RETRY_AFTER
