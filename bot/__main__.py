"""The command line: `sayso`, or `python -m bot`."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from bot.core import logs
from bot.core.clock import MovableClock, SystemClock
from bot.core.prose import Prose
from bot.settings import Settings, SettingsError

if TYPE_CHECKING:
    from bot.running import Parts

P = ParamSpec("P")

HOST = "127.0.0.1"
PORT = 3939

words = Prose().words


@click.group(help=words("cli").sayso, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    pass


def command(
    group: click.Group, name: str
) -> Callable[[Callable[P, Coroutine[Any, Any, int | None]]], click.Command]:
    """An async command whose help stands in templates/cli.j2; a wrong setting is one sentence, exit code 2."""

    def decorate(work: Callable[P, Coroutine[Any, Any, int | None]]) -> click.Command:
        @wraps(work)
        def start(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                sys.exit(asyncio.run(work(*args, **kwargs)) or 0)
            except SettingsError as wrong:
                click.echo(str(wrong), err=True)
                sys.exit(2)

        block = f"{group.name}_{name}" if group is not main else name
        return group.command(name, help=words("cli").block(block))(start)

    return decorate


# Each command imports what it runs by itself, so that none waits for the libraries of the others.


@command(main, "demo")
@click.option("--host", default=HOST, help=words("cli").host)
@click.option("--port", default=PORT, type=click.IntRange(0, 65535), help=words("cli").port)
async def demo(host: str, port: int) -> None:
    from bot import demo as playing

    logs.configure("warning", "auto")
    await playing.play(
        host,
        port,
        _stop_on_signals(),
        announce=lambda address: click.echo(words("cli", address=address).demo_address),
    )


@command(main, "sandbox")
@click.option("--host", default=HOST, help=words("cli").host)
@click.option("--port", default=PORT, type=click.IntRange(0, 65535), help=words("cli").port)
async def sandbox(host: str, port: int) -> None:
    from bot import local_slack
    from bot.sandbox import Sandbox
    from bot.web import server

    logs.configure("warning", "auto")
    sock = server.listener(host, port)
    address = local_slack.address_of(sock)
    click.echo(words("cli", address=address).sandbox_address)
    await local_slack.serve(Sandbox(MovableClock(), base_url=address), sock, _stop_on_signals())


@command(main, "run")
async def run() -> None:
    from bot.running import Parts

    settings = _configured()
    parts = Parts(web=True, worker=True, socket=settings.slack_app_token is not None)
    await _run(settings, parts, migrate_first=True)


@command(main, "web")
async def web() -> None:
    from bot.running import Parts

    settings = _configured()
    await _run(settings, Parts(web=True, socket=settings.slack_app_token is not None))


@command(main, "worker")
async def worker() -> None:
    from bot.running import Parts

    await _run(_configured(), Parts(worker=True))


@command(main, "doctor")
async def doctor() -> int:
    from bot import doctor as examining
    from bot import manifest

    settings = _configured()
    said = words("doctor")
    click.echo(f"{said.good} {said.settings_read.plain}")
    good = True
    async for finding in examining.examine(settings, manifest.load()):
        said = words("doctor", **finding.facts)
        click.echo(f"{said.good if finding.good else said.bad} {said.block(finding.words).plain}")
        good = good and finding.good
    return 0 if good else 1


@main.group(help=words("cli").db)
def db() -> None:
    pass


@command(db, "upgrade")
async def db_upgrade() -> None:
    from bot.running import opened, upgrade

    async with opened(_configured(), SystemClock()) as coach:
        await upgrade(coach)
    click.echo(words("cli").upgraded)


@command(db, "check")
async def db_check() -> int:
    from bot.running import opened
    from bot.storage import migrate

    async with opened(_configured(), SystemClock()) as coach:
        current = await migrate.is_current(coach.database.engine)
    click.echo(words("cli").current if current else words("cli").behind)
    return 0 if current else 1


@main.group(help=words("cli").keys)
def keys() -> None:
    pass


@keys.command("new", help=words("cli").keys_new)
def keys_new() -> None:
    from bot.storage.vault import new_master_key

    click.echo(new_master_key())


def _configured() -> Settings:
    settings = Settings.load()
    logs.configure(settings.log_level, settings.log_format)
    logs.watch(asyncio.get_running_loop())
    return settings


async def _run(settings: Settings, parts: "Parts", *, migrate_first: bool = False) -> None:
    from bot.running import run as run_

    await run_(settings, parts, _stop_on_signals(), migrate_first=migrate_first)


def _stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and Ctrl+C set: the ask for a clean stop."""
    stop = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, stop.set)
    return stop


if __name__ == "__main__":
    main()
