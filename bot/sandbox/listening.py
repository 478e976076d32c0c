"""A listening socket on this machine, so that a sandbox knows its address before it is served."""

import socket


def listen(port: int = 0, host: str = "127.0.0.1") -> socket.socket:
    """Give it to uvicorn's `Server.serve(sockets=[…])`; port 0 takes a free one.

    The protocol is named because asyncio switches Nagle's delay off only where it knows that it is TCP; with the
    delay every answer takes 40 ms.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    # Whoever connects before the server has started waits a moment instead of being refused.
    listening.listen(2048)
    return listening


def address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://{host}:{port}"
