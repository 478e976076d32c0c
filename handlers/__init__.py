"""Sayso talks Slack here: FEATURES is the table of contents of what the bot can do."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from starlette.types import ASGIApp, Receive, Scope, Send

from bot import manifest
from bot.coach import Coach
from bot.settings import OAuth
from handlers import (
    asks,
    bins,
    brag,
    captures,
    feedback,
    goals,
    home,
    imports,
    members,
    negotiations,
    nudges,
    outbox,
    pitches,
    privacy,
    reviews,
    setbacks,
    wins,
    workspaces,
)
from handlers import (
    coach as coach_commands,
)
from handlers.context import Doorkeeper
from handlers.dispatch import App
from handlers.errands import Errands
from handlers.errors import Teller
from handlers.messenger import SlackMessenger
from handlers.oauth import Installer
from handlers.outbox import Tokens
from handlers.socket import Socket

# What listens to a word of a command stands before what listens to the whole of it.
FEATURES = (
    imports,
    wins,
    brag,
    goals,
    negotiations,
    setbacks,
    asks,
    bins,
    pitches,
    feedback,
    reviews,
    nudges,
    members,
    privacy,
    captures,
    home,
    workspaces,
    coach_commands,
)


@dataclass(frozen=True)
class Slack:
    """The Slack side of one process."""

    app: AsyncApp
    coach: Coach
    tokens: Tokens
    errands: Errands
    messenger: SlackMessenger

    async def close(self) -> None:
        """Close what is open towards Slack, after everything in flight has ended."""
        await self.messenger.close()

    def endpoint(self) -> ASGIApp:
        """What answers Slack over HTTP, behind the guard."""

        async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
            # The guard has read the body; Bolt takes fields that were read as those of its own socket.
            answered = await self.app.async_dispatch(
                AsyncBoltRequest(body=scope["slack"], mode="socket_mode")
            )
            body = answered.body.encode()
            headers = {**answered.first_headers(), "content-length": str(len(body))}
            told = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
            await send({"type": "http.response.start", "status": answered.status, "headers": told})
            await send({"type": "http.response.body", "body": body})

        return answer

    def installer(self, oauth: OAuth) -> Installer:
        """What lets workspaces install the app by themselves, with the scopes of our manifest."""
        scopes = manifest.load()["oauth_config"]["scopes"]["bot"]
        return Installer(self.coach, self.tokens, oauth, scopes)

    async def open_socket(self, coach: Coach, app_token: str) -> Socket:
        """Answer Slack over Socket Mode; SettingsError when the socket cannot be opened."""
        socket = Socket(self.app, app_token, coach)
        await socket.open()
        return socket


def connect(coach: Coach, configured: Callable[[], Sequence[str]] | None = None) -> Slack:
    """Build the Bolt app with every feature's listeners.

    `configured` gives the bot tokens that an operator has set, as they are when it is asked.
    """
    tokens, errands = Tokens(coach, configured), Errands(coach.in_flight)

    async def authorize(enterprise_id: str | None, team_id: str | None) -> Any:
        # Bolt takes a function here, and would ask a method for its `self`.
        return await tokens.authorize(enterprise_id, team_id)

    app = App(
        name="sayso",
        logger=logging.getLogger("slack_bolt"),
        client=outbox.client(coach),
        authorize=authorize,
        # The guard has verified the raw bytes already; Bolt would parse them first.
        request_verification_enabled=False,
        user_facing_authorize_error_message=str(coach.prose.words("errors").not_connected),
        ssl_check_enabled=False,
        # An answer is sent when the work is committed; calls to Slack are errands beside it.
        process_before_response=True,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    app.use(Doorkeeper(coach, errands, tokens))
    app.error(Teller(coach, app))
    for feature in FEATURES:
        feature.register(app)
    coach_commands.register_last(app)
    app.use_table()
    coach.changes.on(home.Redrawing(coach, tokens, errands))
    coach.changes.on_closed(nudges.Redrawing(coach, tokens, errands))
    return Slack(app, coach, tokens, errands, SlackMessenger(coach, tokens))
