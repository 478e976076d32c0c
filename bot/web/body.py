"""The body of a request as it comes in: read within limits, dropped, or handed on."""

import asyncio

from starlette.types import Message, Receive


class TooLarge(Exception):  # noqa: N818 - a finding, answered by the guard
    """The body has more bytes than allowed."""


class TooSlow(Exception):  # noqa: N818 - a finding, answered by the guard
    """The body was not complete in time."""


class Gone(Exception):  # noqa: N818 - the caller left; there is nobody to answer
    """The caller closed the connection before the body was complete."""


class Incoming:
    """One request's body, of which each byte can be taken once."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._complete = False

    async def read(self, limit: int, seconds: float) -> bytes:
        """All of it; TooLarge, TooSlow or Gone when that is not to be had."""
        body = bytearray()
        try:
            async with asyncio.timeout(seconds):
                while not self._complete:
                    body += await self._piece()
                    if len(body) > limit:
                        raise TooLarge
        except TimeoutError:
            # Nobody is waited for twice.
            self._complete = True
            raise TooSlow from None
        return bytes(body)

    async def drop(self, limit: int, seconds: float) -> None:
        """Take what is left without keeping it, so that a caller who is still sending can read an answer."""
        try:
            async with asyncio.timeout(seconds):
                while limit > 0 and not self._complete:
                    limit -= len(await self._piece())
        except TimeoutError:
            return

    def again(self, body: bytes) -> Receive:
        """A `receive` that gives this body, then whatever comes."""
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            return pending.pop() if pending else await self._receive()

        return receive

    async def _piece(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Gone
        self._complete = not message.get("more_body", False)
        return bytes(message.get("body", b""))
