"""Reply: one way to answer, wherever the request came from.

| it came from    | say                              | open                            |
|-----------------|----------------------------------|---------------------------------|
| a slash command | in the acknowledgement, private  | a modal                         |
| a message click | in place of the message          | a modal                         |
| a lasting one   | beside it, private               | a modal                         |
| a modal click   | in the modal                     | in the modal                    |
| a Home click    | a modal                          | a modal                         |
| a submission    | in the modal                     | in the modal                    |
| a shortcut      | a modal                          | a modal                         |
| a DM            | visible to the person only       | a button that opens the modal   |
| a visit to Home | on Home                          |                                 |

An acknowledgement never waits for a call to Slack: calls are errands.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.prose import Phrase, Prose
from bot.storage.identity import Principal
from handlers import files, kit, outbox
from handlers.errands import Errands
from handlers.files import File

log = logging.getLogger(__name__)


# An ephemeral message that came twice is a smaller harm than silence.
AGAIN_AFTER_SECONDS = (0.3, 1.2)

# Whoever waits longer than this is told that something is being done.
WORKING_AFTER_SECONDS = 1.0


class Reply:
    """Answers one request."""

    def __init__(
        self,
        body: Mapping[str, Any],
        *,
        ack: AsyncAck,
        respond: AsyncRespond | None,
        client: AsyncWebClient,
        errands: Errands,
        prose: Prose,
    ) -> None:
        self._body = body
        self._ack = ack
        # Bolt gives every request one; where there is no response_url it is never asked.
        self._respond = respond or AsyncRespond(response_url=None)
        self._client = client
        self._errands = errands
        self._prose = prose
        self._words = prose.words("replies")
        # Slack sends an event again that was not acknowledged, unless its effect is done already.
        self.comes_again = "event" in body
        self._event: Mapping[str, Any] = body.get("event") or {}

    async def say(self, message: kit.Message) -> BoltResponse:
        """Answer with a message, in the place the request came from."""
        if "command" in self._body:
            return await self._ack(**message.as_arguments())
        if self._event:
            return await self._tell(message)
        if self._body.get("type") == "view_submission":
            return await self._ack(response_action="update", view=self._as_modal(message))
        if self._is_lasting:
            return await self.add(message)
        if self._is_message:
            return await self.replace(message)
        return await self.open(self._as_modal(message))

    async def replace(self, message: kit.Message) -> BoltResponse:
        """Answer with the clicked message, drawn anew."""
        self.draw(message)
        return await self._ack()

    def draw(self, message: kit.Message) -> None:
        """Draw the clicked message anew, beside the answer."""
        self._later(self._respond(replace_original=True, unfurl_links=False, **message.as_arguments()))

    async def add(self, message: kit.Message) -> BoltResponse:
        """Answer beside the message that was clicked, visible to the person only."""
        if self._is_message:
            self._later(
                self._respond(replace_original=False, response_type="ephemeral", **message.as_arguments())
            )
            return await self._ack()
        return await self.say(message)

    async def open(self, view: dict[str, Any], *, instead: kit.Message | None = None) -> BoltResponse:
        """Open a modal, or turn the open one into it; where none can be opened, say `instead`."""
        if self._event and instead is not None:
            return await self._tell(instead)
        if self._body.get("type") == "view_submission":
            return await self._ack(response_action="update", view=view)
        if self._modal_id:
            self._show(self._client.views_update(view_id=self._modal_id, view=view))
        else:
            self._show(self._client.views_open(trigger_id=self._body.get("trigger_id"), view=view))
        return await self._ack()

    async def push(self, view: dict[str, Any]) -> BoltResponse:
        """Put a modal on top of the open one."""
        if self._body.get("type") == "view_submission":
            return await self._ack(response_action="push", view=view)
        if not self._modal_id:
            return await self.open(view)
        self._show(self._client.views_push(trigger_id=self._body.get("trigger_id"), view=view))
        return await self._ack()

    def deliver(self, who: Principal, make: Callable[[], Sequence[File]], comment: Phrase) -> None:
        """Make files, in a thread of their own, and put them into the member's DM; nobody's answer waits for it."""
        self._errands.start(self._deliver(who, make, comment))

    async def _deliver(self, who: Principal, make: Callable[[], Sequence[File]], comment: Phrase) -> None:
        try:
            made = await asyncio.to_thread(make)
        except Exception:
            await self._tell_plainly(self._prose.words("errors").fault)
            raise
        await files.deliver(self._client, who, made, comment=comment, prose=self._prose)

    async def nothing(self) -> BoltResponse:
        """Acknowledge only; a submitted form closes."""
        return await self._ack()

    async def say_when_done(
        self, work: Coroutine[Any, Any, kit.Message], working: kit.Message
    ) -> BoltResponse:
        """Acknowledge at once and answer with what `work` gives; with `working` first where that takes longer."""
        self._later(self._say_when_done(work, working))
        return await self.nothing()

    async def refuse(
        self, message: kit.Message, sentence: Phrase, by_field: Mapping[str, Phrase]
    ) -> BoltResponse:
        """Say what stands in the way: beside the form's fields, or as an answer that replaces nothing."""
        fields = _fields(self._body)
        if self._body.get("type") == "view_submission" and fields:
            beside = {field: kit.plain(said) for field, said in by_field.items() if field in fields}
            errors = beside or {fields[0]: kit.plain(sentence)}
            return await self._ack(response_action="errors", errors=errors)
        return await self.add(message)

    async def lose(self) -> BoltResponse:
        """Not acknowledge, so that Slack sends the event again."""
        return BoltResponse(status=503)

    @property
    def _is_message(self) -> bool:
        return "response_url" in self._body and self._body.get("type") == "block_actions"

    @property
    def _is_lasting(self) -> bool:
        """Whether the clicked message is not to be replaced, because it holds more than what was clicked."""
        clicked = (self._body.get("actions") or [{}])[0]
        return self._is_message and str(clicked.get("block_id")).startswith(kit.LASTING)

    @property
    def _modal_id(self) -> str | None:
        view = self._body.get("view") or {}
        return view.get("id") if view.get("type") == "modal" else None

    def _as_modal(self, message: kit.Message) -> dict[str, Any]:
        return kit.modal(message.title or self._words.title, message.blocks, close=self._words.close)

    async def _say_when_done(self, work: Coroutine[Any, Any, kit.Message], working: kit.Message) -> None:
        doing = asyncio.create_task(work)
        done, _ = await asyncio.wait({doing}, timeout=WORKING_AFTER_SECONDS)
        if not done:
            await self._show_message(working)
        try:
            message = await doing
        except Exception:
            # It is logged as any fault of ours, and whoever waits is told so in the place of the answer.
            fault = self._prose.words("errors").fault
            await self._show_message(kit.Message(fault, [kit.section(fault)]))
            raise
        await self._show_message(message)

    async def _show_message(self, message: kit.Message) -> None:
        """Show a message where the request came from, after it was acknowledged."""
        channel, user = self._event.get("channel"), self._event.get("user")
        if channel and user:
            await self._post_privately(channel, user, message)
        elif self._modal_id:
            await self._client.views_update(view_id=self._modal_id, view=self._as_modal(message))
        else:
            await self._respond(replace_original=True, unfurl_links=False, **message.as_arguments())

    async def _tell(self, message: kit.Message) -> BoltResponse:
        channel, user = self._event.get("channel"), self._event.get("user")
        if channel and user and self._event.get("type") == "message":
            self._later(self._post_privately(channel, user, message))
        elif user and self._event.get("type") == "app_home_opened":
            self._later(self._client.views_publish(user_id=user, view=kit.home(message.blocks)))
        return BoltResponse(status=200)

    async def _post_privately(self, channel: str, user: str, message: kit.Message) -> None:
        """A DM has no other way to be answered, so a passing fault of Slack is tried again."""
        for wait in (*AGAIN_AFTER_SECONDS, None):
            try:
                await self._client.chat_postEphemeral(channel=channel, user=user, **message.as_arguments())
            except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError):
                if wait is None:
                    raise
                await asyncio.sleep(wait)
            else:
                return

    def _show(self, call: Any) -> None:
        self._errands.start(self._carry_out(call, self._words.did_not_open))

    def _later(self, call: Any) -> None:
        self._errands.start(self._carry_out(call, self._words.did_not_arrive))

    async def _carry_out(self, call: Any, otherwise: Phrase) -> None:
        try:
            await call
        except SlackApiError as refused:
            log.warning("reply.refused", extra={"error": outbox.word_of(refused)})
            await self._tell_plainly(otherwise)
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            log.warning("reply.lost", extra={"type": type(fault).__name__})
            await self._tell_plainly(otherwise)

    async def _tell_plainly(self, text: Phrase) -> None:
        """One sentence to the person, by whatever way is left; it holds nothing private."""
        if "response_url" in self._body:
            await self._respond(text=text, response_type="ephemeral", replace_original=False)
        elif user := self._user:
            opened = await self._client.conversations_open(users=user)
            channel = opened["channel"]["id"]
            await self._client.chat_postEphemeral(channel=channel, user=user, text=text)

    @property
    def _user(self) -> str | None:
        """Whoever the request came from, as an event or an interaction names them."""
        user = self._body.get("user")
        return user.get("id") if isinstance(user, dict) else self._event.get("user")


def _fields(body: Mapping[str, Any]) -> list[str]:
    blocks = (body.get("view") or {}).get("blocks") or []
    return [block["block_id"] for block in blocks if block.get("type") == "input"]
