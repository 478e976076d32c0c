"""Events: told to the apps that subscribed to them, and told again where nobody took them."""

import asyncio
from collections.abc import Coroutine, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from bot.sandbox import names
from bot.sandbox.delivery import NOT_SENT, Answer, Parcel, Retry
from bot.sandbox.delivery.dispatch import Dispatch
from bot.sandbox.waits import Waits
from bot.sandbox.world import App, Conversation, Installation, Json, World

RETRY_AFTER = (timedelta(), timedelta(minutes=1), timedelta(minutes=5))
_SCOPES = {
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "user_change": "users:read",
}
_OF_KIND = {"im": "message.im", "channel": "message.channels", "group": "message.groups"}
_WITHOUT_AUTHORIZATION = frozenset({"app_uninstalled", "tokens_revoked"})

Sending = asyncio.Task[Answer]
Told = TypeVar("Told")


class Events:
    def __init__(self, world: World, dispatch: Dispatch, waits: Waits) -> None:
        self._world = world
        self._dispatch = dispatch
        self._waits = waits
        self._tasks: set[asyncio.Task[Any]] = set()

    def of_conversation(self, conversation: Conversation, event: Json) -> list[Sending]:
        """Tell the apps in a conversation of a message event."""
        installations = self._world.workspaces[conversation.team_id].installations.values()
        present = [each for each in installations if each.bot_user_id in conversation.members]
        return self.publish(present, event, _OF_KIND[conversation.kind])

    def of_workspace(self, team_id: str, event: Json) -> list[Sending]:
        return self.publish(self._world.workspaces[team_id].installations.values(), event)

    def publish(
        self, installations: Iterable[Installation], event: Json, subscription: str | None = None
    ) -> list[Sending]:
        """Start telling those who subscribed; each task ends with the first attempt."""
        name = subscription or str(event["type"])
        wanting = [each for each in installations if _wants(each, name)]
        return [self._start(self._tell(each.app, self._body(each, event))) for each in wanting]

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tell(self, app: App, body: Json) -> Answer:
        parcel = Parcel(app, body["team_id"], "events_api", body)
        answer = await self._dispatch.send(parcel)
        if not answer.answered and not answer.no_retry:
            self._start(self._tell_again(parcel, answer))
        return answer

    async def _tell_again(self, first: Parcel, answer: Answer) -> None:
        for attempt, span in enumerate(RETRY_AFTER, start=1):
            await self._waits.until(self._world.now() + span)
            retry = Retry(attempt, answer.reason or "timeout")
            answer = await self._dispatch.send(
                Parcel(first.app, first.team_id, first.kind, first.payload, retry)
            )
            if answer.answered or answer.no_retry:
                return

    def _start(self, work: Coroutine[Any, Any, Told]) -> asyncio.Task[Told]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _body(self, installation: Installation, event: Json) -> Json:
        app, ends = installation.app, event["type"] in _WITHOUT_AUTHORIZATION
        org = self._world.workspaces[installation.team_id].org
        # The end of what an org installed is told of the org.
        team_id = installation.holder_id if ends else installation.team_id
        body = {
            "token": app.verification_token,
            "team_id": team_id,
            **({"enterprise_id": org.id} if org else {}),
            "context_team_id": team_id,
            "context_enterprise_id": org.id if org else None,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": names.fresh("Ev"),
            "event_time": self._world.seconds(),
            "is_ext_shared_channel": False,
            "event_context": f"4-{names.unguessable()}",
        }
        return body if ends else body | {"authorizations": [_authorization(installation)]}


def _wants(installation: Installation, name: str) -> bool:
    scope = _SCOPES.get(name)
    return name in installation.app.events and (scope is None or scope in installation.scopes)


def _authorization(installation: Installation) -> Json:
    return {
        "enterprise_id": installation.org.id if installation.org else None,
        "team_id": installation.team_id,
        "user_id": installation.bot_user_id,
        "is_bot": True,
        "is_enterprise_install": installation.org is not None,
    }


async def outcome(sendings: Iterable[Sending]) -> Answer:
    """Of several apps' first attempts, the one that went worst; NOT_SENT where nobody was told."""
    answers = [await sending for sending in sendings]
    failed = [answer for answer in answers if not answer.answered]
    return (failed or answers or [NOT_SENT])[0]
