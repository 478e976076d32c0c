"""The demo: Sayso and the local Slack in one process, with a key and a database of their own."""

import asyncio
import logging
import os
import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from pydantic import SecretStr

from bot.core.clock import MovableClock
from bot.running import Parts, run
from bot.sandbox import Sandbox
from bot.settings import Settings, has_desktop
from bot.storage.vault import new_master_key
from bot.web import server

log = logging.getLogger(__name__)

FOLDER = Path(".sayso")
MANIFEST = Path(__file__).resolve().parents[1] / "manifest.yml"


def key_beside(folder: Path) -> str:
    """The demo's own master key, made the first time and readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "demo.key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new_master_key())
    return path.read_text().strip()


def manifest() -> dict[str, Any]:
    """Our own manifest, as the sandbox takes it."""
    return dict(yaml.safe_load(MANIFEST.read_text()))


async def play(
    host: str, port: int, stop: asyncio.Event, *, announce: Callable[[str], None], folder: Path = FOLDER
) -> None:
    """Serve the local Slack and run the bot in it until `stop` is set; `announce` is told the address."""
    clock = MovableClock()
    sock = server.listener(host, port)
    address = address_of(sock)
    sandbox = Sandbox(clock, base_url=address)
    bot_left = asyncio.Event()
    slack = asyncio.create_task(serve(sandbox, sock, bot_left))
    app = sandbox.register_app(
        manifest(), install=list(sandbox.world.workspaces), delivery={"mode": "socket"}
    )
    tokens = [installation.bot_token for installation in app.installations.values()]

    def started() -> None:
        announce(address)
        if has_desktop():
            webbrowser.open(address)

    try:
        await run(
            _settings(address, app, folder),
            Parts(worker=True, socket=True),
            stop,
            clock=clock,
            migrate_first=True,
            tokens=tokens,
            started=started,
        )
    finally:
        bot_left.set()
        await slack


async def serve(sandbox: Sandbox, sock: socket.socket, stop: asyncio.Event) -> None:
    """Serve the local Slack until `stop` is set; its streams and sockets end before the server does."""
    closed = asyncio.Event()

    async def close_first() -> None:
        await stop.wait()
        await sandbox.close()
        closed.set()

    await asyncio.gather(
        close_first(), server.serve(sandbox.app, "", 0, stop=closed, sock=sock, grace_seconds=1)
    )


def address_of(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _settings(address: str, app: Any, folder: Path) -> Settings:
    installation = next(iter(app.installations.values()))
    return Settings.load(
        _env_file=None,
        slack_bot_token=SecretStr(installation.bot_token),
        slack_app_token=SecretStr(app.app_token),
        slack_signing_secret=SecretStr(app.signing_secret),
        slack_api_url=f"{address}/api/",
        database_url=SecretStr(f"sqlite:///{folder}/demo.db"),
        master_keys=SecretStr(key_beside(folder)),
        worker_tick_seconds=0.5,
    )
