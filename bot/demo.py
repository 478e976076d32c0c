"""The demo: Sayso and the local Slack in one process, with a key and a database of their own."""

import asyncio
import os
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot import local_slack, manifest
from bot.core.clock import MovableClock, SystemClock
from bot.running import Parts, run
from bot.sandbox import Sandbox
from bot.sandbox.world import App
from bot.settings import Settings, SettingsError, has_desktop
from bot.storage.vault import new_master_key
from bot.web import server

FOLDER = Path(".sayso")

# A moved clock shows its effect at once.
TICK_SECONDS = 0.5


def key_beside(folder: Path) -> str:
    """The demo's own master key, made the first time and readable by its owner only."""
    path = folder / "demo.key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(new_master_key())
        return path.read_text().strip()
    except OSError:
        raise SettingsError("demo_folder", folder=folder.absolute()) from None


def clock_beside(folder: Path) -> MovableClock:
    """A clock as far ahead as the last demo left it: what was asked and planned then is not yet to come again."""
    clock = MovableClock()
    with suppress(OSError, ValueError, OverflowError):
        clock.move_by(timedelta(seconds=int((folder / "demo.clock").read_text())))
    return clock


def keep_clock(folder: Path, clock: MovableClock) -> None:
    moved = clock.now() - SystemClock().now()
    with suppress(OSError):
        (folder / "demo.clock").write_text(str(round(moved.total_seconds())))


async def play(
    host: str, port: int, stop: asyncio.Event, *, announce: Callable[[str], None], folder: Path = FOLDER
) -> None:
    """Serve the local Slack and run the bot in it until `stop` is set; `announce` is told the address."""
    clock = clock_beside(folder)
    sock = server.listener(host, port)
    address = local_slack.address_of(sock)
    sandbox = Sandbox(clock, base_url=address)
    bot_left = asyncio.Event()
    slack = asyncio.create_task(local_slack.serve(sandbox, sock, bot_left))
    app = sandbox.register_app(manifest.load(), list(sandbox.world.workspaces), {"mode": "socket"})

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
            tokens=[installed.bot_token for installed in app.installations.values()],
            started=started,
        )
    finally:
        keep_clock(folder, clock)
        bot_left.set()
        await slack


def _settings(address: str, app: App, folder: Path) -> Settings:
    installed = next(iter(app.installations.values()))
    return Settings.load(
        _env_file=None,
        slack_bot_token=SecretStr(installed.bot_token),
        slack_app_token=SecretStr(app.app_token),
        slack_signing_secret=SecretStr(app.signing_secret),
        slack_api_url=f"{address}/api/",
        database_url=SecretStr(f"sqlite:///{folder}/demo.db"),
        master_keys=SecretStr(key_beside(folder)),
        worker_tick_seconds=TICK_SECONDS,
        # One person is no crowd, and whoever sets the clock to three expects the question at three.
        spread_minutes=0,
    )
