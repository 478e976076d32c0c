"""The last look at the time: a request that is not written any more once nobody may rely on its not being there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection

_IN_TIME: ContextVar[Callable[[], bool] | None] = ContextVar("in_time", default=None)


class TooLateError(aiohttp.ClientError):
    """Nothing was written."""


class TimedRequest(ClientRequest):
    """Asks whether it is still in time when it has its connection, right before its bytes are written.

    To open a connection takes a while, in which others have their turn on the loop and a process can be stopped.
    Its headers are kept until its body goes out, so that nothing at all is written when it is too late.
    """

    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: Connection, content_length: int | None = None
    ) -> None:
        in_time = _IN_TIME.get()
        if in_time is None or in_time():
            await super().write_bytes(writer, conn, content_length)
        elif conn.protocol is not None:
            # Whoever waits for the answer is told, and closes the connection.
            conn.protocol.set_exception(TooLateError())


@contextmanager
def only_in_time(in_time: Callable[[], bool]) -> Iterator[None]:
    """Let the requests of this block be written only as long as it is in time; TooLateError for others."""
    before = _IN_TIME.set(in_time)
    try:
        yield
    finally:
        _IN_TIME.reset(before)
