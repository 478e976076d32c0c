"""Socket Mode: what arrives is work in flight, and a stop takes nothing new before it lets go of the socket."""

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.coach import Coach
from bot.settings import SettingsError
from handlers import outbox

GRACE_SECONDS = 8.0


class Socket(AsyncSocketModeHandler):
    """Bolt's handler, counted and with a clean end."""

    def __init__(self, app: AsyncApp, app_token: str, coach: Coach) -> None:
        super().__init__(app, app_token, web_client=outbox.client(coach))
        self._in_flight = coach.in_flight
        self._stopping = False

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override] # as Bolt does
        # What is not acknowledged is sent again by Slack, to a process that stays.
        if self._stopping:
            return
        with self._in_flight:
            await super().handle(client, req)

    async def open(self) -> None:
        """Connect; SettingsError when Slack refuses the app token."""
        try:
            await self.client.connect()  # type: ignore[no-untyped-call] # the SDK leaves it untyped
        except SlackApiError as refused:
            raise SettingsError("app_token_refused", error=outbox.word_of(refused)) from None

    async def is_connected(self) -> bool:
        return bool(await self.client.is_connected())

    async def close(self) -> None:
        """Take nothing new, let what is in flight be answered over the socket, then close it."""
        self._stopping = True
        await self._in_flight.drained(GRACE_SECONDS)
        await self.client.close()  # type: ignore[no-untyped-call] # the SDK leaves it untyped
