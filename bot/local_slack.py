"""Serves the sandbox on this machine, for the demo and by itself."""

import asyncio
import socket

from bot.sandbox import Sandbox
from bot.web import server


async def serve(sandbox: Sandbox, sock: socket.socket, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; the sandbox's streams and sockets end before the server does."""
    closed = asyncio.Event()

    async def close_first() -> None:
        await stop.wait()
        await sandbox.close()
        closed.set()

    await asyncio.gather(
        close_first(), server.serve(sandbox.app, "", 0, stop=closed, sock=sock, grace_seconds=1)
    )


def address_of(sock: socket.socket) -> str:
    """The http address of a listening socket."""
    host, port = sock.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
