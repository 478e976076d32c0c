"""The Messenger for Slack: sends a claimed nudge to its member's DM, and finds one that may have been sent."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.web.async_client import AsyncWebClient

from bot.coach import Coach
from bot.core.prose import Prose
from bot.domain.nudges import CHECK_IN, Claim, Uncertain, Unsent
from bot.storage.session import MemberSession
from handlers import kit, outbox, reviews
from handlers.outbox import Tokens

EVENT_TYPE = "sayso_delivery"

# https://docs.slack.dev/reference/methods/chat.postMessage#errors: nobody will ever get this message.
UNREACHABLE = frozenset(
    {
        "user_not_found",
        "user_disabled",
        "users_not_found",
        "account_inactive",
        "channel_not_found",
        "is_archived",
        "cannot_dm_bot",
        "user_not_visible",
        "messages_tab_disabled",
        "restricted_action",
    }
)
TOKEN_GONE = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})

Compose = Callable[[MemberSession, Prose, tuple[str, ...]], Awaitable[kit.Message]]

# A kind of nudge and who words it.
COMPOSERS: dict[str, Compose] = {CHECK_IN.name: reviews.question}


class SlackMessenger:
    """Carries deliveries with the right workspace's token."""

    def __init__(self, coach: Coach, tokens: Tokens) -> None:
        self._coach = coach
        self._tokens = tokens

    async def deliver(self, claim: Claim) -> tuple[str, str]:
        client = await self._client(claim)
        message = await self._compose(claim)
        channel = claim.channel or await self._open(client, claim)
        metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": claim.key}}
        try:
            sent = await client.chat_postMessage(
                channel=channel,
                metadata=metadata,
                unfurl_links=False,
                unfurl_media=False,
                **message.as_arguments(),
            )
        except SlackApiError as refused:
            raise _meaning(refused) from None
        except (SlackRequestError, aiohttp.ClientError, TimeoutError, OSError):
            raise Uncertain from None
        return str(sent["channel"]), str(sent["ts"])

    async def find(self, claim: Claim) -> tuple[str, str] | None:
        client = await self._client(claim)
        channel = claim.channel or await self._open(client, claim)
        try:
            history = await client.conversations_history(channel=channel, include_all_metadata=True, limit=15)
        except (SlackApiError, SlackRequestError, aiohttp.ClientError, TimeoutError, OSError):
            raise Uncertain from None
        messages: list[dict[str, Any]] = history.get("messages") or []
        return next(((channel, str(one["ts"])) for one in messages if _key_of(one) == claim.key), None)

    async def _client(self, claim: Claim) -> AsyncWebClient:
        found = await self._tokens.find(claim.who.team_id)
        if found is None:
            raise Unsent("no_token", after=timedelta(hours=1))
        return outbox.client(self._coach, found.bot_token)

    async def _compose(self, claim: Claim) -> kit.Message:
        async with self._coach.session(claim.who) as session:
            return await COMPOSERS[claim.kinds[0]](session, self._coach.prose, claim.nudge_ids)

    async def _open(self, client: AsyncWebClient, claim: Claim) -> str:
        """The member's DM channel; opening it twice is harmless."""
        try:
            opened = await client.conversations_open(users=claim.who.user_id)
        except SlackApiError as refused:
            raise _meaning(refused) from None
        except (SlackRequestError, aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise Unsent(type(fault).__name__) from None
        return str(opened["channel"]["id"])


def _key_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    key = (metadata.get("event_payload") or {}).get("key")
    return str(key) if metadata.get("event_type") == EVENT_TYPE and key else None


def _meaning(refused: SlackApiError) -> Unsent | Uncertain:
    """What Slack's refusal says about the message: not sent, never to be sent, or unknown."""
    error = outbox.word_of(refused)
    status = getattr(refused.response, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR)
    if status == HTTPStatus.TOO_MANY_REQUESTS or error == "ratelimited":
        return Unsent("ratelimited", after=_retry_after(refused))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or not error:
        return Uncertain()
    if error in TOKEN_GONE:
        return Unsent(error, after=timedelta(hours=1))
    return Unsent(error, after=timedelta(minutes=5), for_good=error in UNREACHABLE)


def _retry_after(refused: SlackApiError) -> timedelta:
    told = {name.lower(): value for name, value in (refused.response.headers or {}).items()}.get(
        "retry-after"
    )
    seconds = str(told[0] if isinstance(told, list) else told)
    return timedelta(seconds=int(seconds) if seconds.isdecimal() else 30)
