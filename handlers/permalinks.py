"""Links to messages, for keeping beside a win."""

import asyncio
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

# A form must open within three seconds of the click, so the link may take half of that.
PATIENCE_SECONDS = 1.5


async def of(client: AsyncWebClient, shortcut: dict[str, Any]) -> str:
    """The permalink of the message a shortcut was used on.

    Slack tells it only for conversations the bot is in, so elsewhere it is put together in the form
    that https://docs.slack.dev/reference/methods/chat.getPermalink shows.
    """
    channel, ts = shortcut["channel"]["id"], shortcut["message"]["ts"]
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            found = await client.chat_getPermalink(channel=channel, message_ts=ts)
    except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
        return f"https://{shortcut['team']['domain']}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    return str(found["permalink"])
